"""Places of the whole country: the lists of provinces and districts, whose a name is, and where a text names one."""

import dataclasses
import subprocess
import sys
import unicodedata
from collections import Counter
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.normalise import canonical, fold, words
from documents.places import (
    Mention,
    district_homes,
    districts,
    key,
    known_province,
    learned_places,
    named_places,
    of_kind,
    place_home,
    places_in,
    province_names,
    provinces,
    since_2025,
    successors,
)
from tests.conftest import small_document

# The lists

MERGED = {
    "An Giang": {"An Giang", "Kiên Giang"},
    "Bắc Ninh": {"Bắc Ninh", "Bắc Giang"},
    "Cà Mau": {"Cà Mau", "Bạc Liêu"},
    "Cần Thơ": {"Cần Thơ", "Sóc Trăng", "Hậu Giang"},
    "Đà Nẵng": {"Đà Nẵng", "Quảng Nam"},
    "Đắk Lắk": {"Đắk Lắk", "Phú Yên"},
    "Đồng Nai": {"Đồng Nai", "Bình Phước"},
    "Đồng Tháp": {"Đồng Tháp", "Tiền Giang"},
    "Gia Lai": {"Gia Lai", "Bình Định"},
    "Hải Phòng": {"Hải Phòng", "Hải Dương"},
    "Hưng Yên": {"Hưng Yên", "Thái Bình"},
    "Khánh Hòa": {"Khánh Hòa", "Ninh Thuận"},
    "Lào Cai": {"Lào Cai", "Yên Bái"},
    "Lâm Đồng": {"Lâm Đồng", "Đắk Nông", "Bình Thuận"},
    "Ninh Bình": {"Ninh Bình", "Hà Nam", "Nam Định"},
    "Phú Thọ": {"Phú Thọ", "Vĩnh Phúc", "Hòa Bình"},
    "Quảng Ngãi": {"Quảng Ngãi", "Kon Tum"},
    "Quảng Trị": {"Quảng Trị", "Quảng Bình"},
    "Tây Ninh": {"Tây Ninh", "Long An"},
    "Thái Nguyên": {"Thái Nguyên", "Bắc Kạn"},
    "TP. Hồ Chí Minh": {"TP. Hồ Chí Minh", "Bình Dương", "Bà Rịa - Vũng Tàu"},
    "Tuyên Quang": {"Tuyên Quang", "Hà Giang"},
    "Vĩnh Long": {"Vĩnh Long", "Bến Tre", "Trà Vinh"},
}
UNCHANGED = ["Cao Bằng", "Điện Biên", "Hà Nội", "Hà Tĩnh", "Lai Châu", "Lạng Sơn", "Nghệ An", "Quảng Ninh", "Sơn La", "Thanh Hóa"]
# Districts on 30 June 2025, of provinces of every region.
COUNTS = {
    **{"Hà Nội": 30, "Thanh Hóa": 26, "TP. Hồ Chí Minh": 22, "Nghệ An": 20, "Gia Lai": 17, "Quảng Nam": 17, "Hải Phòng": 15, "Đắk Lắk": 15},
    **{"Long An": 15, "Kiên Giang": 15, "Phú Thọ": 13, "Quảng Ninh": 13, "Hải Dương": 12, "Hà Tĩnh": 12, "Bình Định": 11, "Hà Giang": 11},
    **{"Bắc Giang": 10, "Lâm Đồng": 10, "Thái Nguyên": 9, "Trà Vinh": 9, "Huế": 9, "Bến Tre": 9, "Cần Thơ": 9, "Bắc Kạn": 8},
    **{"Vĩnh Long": 8, "Đà Nẵng": 8, "Tuyên Quang": 7, "Ninh Thuận": 7, "Bạc Liêu": 7, "Ninh Bình": 7, "Hà Nam": 6},
}


def test_every_province_went_where_the_resolution_says() -> None:
    assert {p.name for p in provinces()} == {p for parts in MERGED.values() for p in parts} | set(UNCHANGED) | {"Huế"}
    for now, parts in MERGED.items():
        assert set(successors(now)) == parts, now
        assert successors(now)[0] == now
    assert all(successors(name) == (name,) for name in UNCHANGED)
    assert successors("Huế") == ("Huế",)


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("Bình Định", "Gia Lai"),
        ("tra vinh", "Vĩnh Long"),
        ("BR-VT", "TP. Hồ Chí Minh"),
        ("Gia Lai", "Gia Lai"),
        ("Huế", "Huế"),
        ("Quy Nhơn", None),
    ],
)
def test_what_a_province_belongs_to_now(said: str, now: str | None) -> None:
    assert since_2025(said) == now


def test_everyday_names_of_provinces() -> None:
    for spelled in ("Đắk Lắk", "Đắc Lắc", "Đăk Lăk", "Dak Lak", "daklak"):
        assert known_province(spelled) == "Đắk Lắk", spelled
    assert [named(n) for n in ("Đăk Lăk", "Đắc Lắc")] == [[("Đăk Lăk", "Đắk Lắk")], [("Đắc Lắc", "Đắk Lắk")]]
    assert province_names()[key("Đăk Nông")] == "Đắk Nông"
    for spelled in ("TPHCM", "TP.HCM", "TP HCM", "hcm", "Sài Gòn", "Hồ Chí Minh", "thành phố Hồ Chí Minh"):
        assert known_province(spelled) == "TP. Hồ Chí Minh", spelled
    assert {known_province(n) for n in ("Huế", "Thừa Thiên - Huế", "Thừa Thiên Huế")} == {"Huế"}
    assert {known_province(n) for n in ("Bà Rịa-Vũng Tàu", "BRVT", "Vũng Tàu")} == {"Bà Rịa - Vũng Tàu"}


def test_all_districts_are_there() -> None:
    last = [d for d in districts() if not d.ended]
    assert len(last) == 696
    assert Counter(d.kind for d in last) == {"huyện": 508, "thành phố": 87, "thị xã": 52, "quận": 49}
    counts = Counter(d.province for d in last)
    assert set(counts) == {p.name for p in provinces()}
    assert {name: counts[name] for name in COUNTS} == COUNTS
    assert len({(d.kind, d.name, d.province) for d in districts()}) == len(districts())


def test_districts_that_ended_early_are_told_apart() -> None:
    ended = {d.name: (d.province, d.ended) for d in districts() if d.ended}
    assert ended["Cửa Lò"] == ("Nghệ An", 2024)
    assert ended["Đất Đỏ"] == ("Bà Rịa - Vũng Tàu", 2025)
    assert ended["Quận 9"] == ("TP. Hồ Chí Minh", 2021)
    assert all(2020 <= year <= 2025 for _, year in ended.values() if year)
    assert {d.also for d in districts()} == {"", "name", "word", "bare"}


def test_names_are_spelled_as_official_documents_print_them() -> None:
    for file in ("provinces.tsv", "districts.tsv"):
        raw = (resources.files("documents") / "data" / file).read_text("utf-8")
        assert raw.startswith("#")
        assert "Tổng cục Thống kê" in raw.split("\n\n")[0]
        assert unicodedata.is_normalized("NFC", raw)
    for d in districts():
        assert [w.lower() for w in words(d.name)] == [canonical(w) for w in words(d.name)], d.name
        assert d.name == d.name.strip()


# Whose a name is


@pytest.mark.parametrize(
    ("name", "home"),
    [
        *[("Quy Nhơn", "Bình Định"), ("quy nhon", "Bình Định"), ("Qui Nhơn", "Bình Định"), ("thành phố Pleiku", "Gia Lai")],
        *[("Buôn Mê Thuột", "Đắk Lắk"), ("Đắk Đoa", "Gia Lai"), ("Krông A Na", "Đắk Lắk"), ("Ea H’leo", "Đắk Lắk")],
        *[("Châu Thành", None), ("Phú Tân", None), ("Vĩnh Thạnh", None), ("Tân Phú", None), ("Kon Dơi", None), ("", None)],
        *[("huyện Tân Phú", "Đồng Nai"), ("quận Tân Phú", "TP. Hồ Chí Minh"), ("TX Sơn Tây", "Hà Nội"), ("huyện Sơn Tây", "Quảng Ngãi")],
        *[("thị xã Tân Uyên", "Bình Dương"), ("huyện Tân Uyên", "Lai Châu"), ("Kỳ Sơn", "Nghệ An"), ("Kỳ Anh", "Hà Tĩnh")],
        *[("Hòa Bình", "Hòa Bình"), ("huyện Hòa Bình", "Bạc Liêu"), ("thành phố Hòa Bình", "Hòa Bình")],
        *[("Quảng Ninh", "Quảng Ninh"), ("huyện Quảng Ninh", "Quảng Bình"), ("tỉnh Quảng Ninh", "Quảng Ninh")],
        *[("Phù Yên", "Sơn La"), ("Phú Yên", "Phú Yên"), ("phu yen", "Phú Yên"), ("Thạnh Hóa", "Long An"), ("thanh hoa", "Thanh Hóa")],
        *[("thành phố Hà Nội", "Hà Nội"), ("TP. Huế", "Huế"), ("Vũng Tàu", "Bà Rịa - Vũng Tàu"), ("Vinh", "Nghệ An")],
        *[("Quận 1", "TP. Hồ Chí Minh"), ("Q.1", "TP. Hồ Chí Minh"), ("quận 09", "TP. Hồ Chí Minh"), ("1", None), ("Quận 13", None)],
    ],
)
def test_place_home(name: str, home: str | None) -> None:
    assert place_home(name) == home


def test_names_that_several_provinces_have() -> None:
    homes = district_homes()
    assert set(homes[key("Châu Thành")]) == {
        *("An Giang", "Bến Tre", "Đồng Tháp", "Hậu Giang", "Kiên Giang"),
        *("Long An", "Sóc Trăng", "Tây Ninh", "Tiền Giang", "Trà Vinh"),
    }
    assert set(homes[key("Phú Tân")]) == {"An Giang", "Cà Mau"}
    assert set(homes[key("Vĩnh Thạnh")]) == {"Bình Định", "Cần Thơ"}
    assert set(homes[key("Tam Nông")]) == {"Phú Thọ", "Đồng Tháp"}
    assert homes[key("Cai Lậy")] == ("Tiền Giang",)
    assert ("1",) not in homes
    assert of_kind([d for d in districts() if d.name == "Bảo Lâm"], "quận") == ()


def test_every_district_is_found_by_its_kind_and_name() -> None:
    for d in districts():
        if d.ended:
            continue
        full = d.name if d.name.startswith("Quận ") else f"{d.kind} {d.name}"
        twins = {t.province for t in districts() if (t.kind, key(t.name)) == (d.kind, key(d.name)) and not t.ended}
        assert place_home(full) == (d.province if len(twins) == 1 else None), full
        (found,) = places_in(f"tại {full}.")
        assert (found.name, found.kind, set(found.provinces)) == (d.name, d.kind, twins), full


# Where a text names places


def named(text: str, *, folded: bool = False) -> list[tuple[str, str | None]]:
    """(the words of the text, the one province or None) of every mention."""
    return [(text[m.start : m.end], m.province) for m in places_in(text, folded=folded)]


def test_mentions_have_spans_kinds_and_provinces() -> None:
    text = "Triển khai tại thành phố Quy Nhơn và huyện Châu Thành, tỉnh Trà Vinh."
    assert places_in(text) == [
        Mention(25, 33, "Quy Nhơn", "thành phố", ("Bình Định",)),
        Mention(43, 53, "Châu Thành", "huyện", ("Trà Vinh",)),
        Mention(60, 68, "Trà Vinh", "tỉnh", ("Trà Vinh",)),
    ]
    assert text[25:33] == "Quy Nhơn"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The longest name, over hyphens, apostrophes and a line's end.
        ("Bà Rịa - Vũng Tàu và Bà Rịa", [("Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu"), ("Bà Rịa", "Bà Rịa - Vũng Tàu")]),
        ("tỉnh Thừa Thiên\nHuế", [("Thừa Thiên\nHuế", "Huế")]),
        ("huyện Cư M'gar, Ea H’leo và M'Drắk", [("Cư M'gar", "Đắk Lắk"), ("Ea H’leo", "Đắk Lắk"), ("M'Drắk", "Đắk Lắk")]),
        ("Tân Phú Đông, Châu Thành A", [("Tân Phú Đông", "Tiền Giang"), ("Châu Thành A", "Hậu Giang")]),
        ("Gò Công\n\nĐông", [("Gò Công", "Tiền Giang")]),
        # Old and new placement of tones; capitals.
        ("TP Tuy Hoà, huyện KIẾN THUỴ", [("Tuy Hoà", "Phú Yên"), ("KIẾN THUỴ", "Hải Phòng")]),
        ("ỦY BAN NHÂN DÂN TỈNH GIA LAI", [("GIA LAI", "Gia Lai")]),
        # Ambiguous until a province follows, old or new.
        ("huyện Châu Thành", [("Châu Thành", None)]),
        ("Châu Thành (Tây Ninh)", [("Châu Thành", "Tây Ninh"), ("Tây Ninh", "Tây Ninh")]),
        ("huyện Vĩnh Thạnh, tỉnh Gia Lai", [("Vĩnh Thạnh", "Bình Định"), ("Gia Lai", "Gia Lai")]),
        # Kind words tell namesakes apart, and what is a province's name too.
        ("quận Tân Phú, huyện Tân Phú", [("Tân Phú", "TP. Hồ Chí Minh"), ("Tân Phú", "Đồng Nai")]),
        ("huyện Quảng Ninh, Quảng Bình", [("Quảng Ninh", "Quảng Bình"), ("Quảng Bình", "Quảng Bình")]),
        # Names of persons and words need a kind word or a place beside them.
        ("tư tưởng Hồ Chí Minh; Đoàn TNCS Hồ Chí Minh tỉnh Gia Lai", [("Gia Lai", "Gia Lai")]),
        ("TP. Hồ Chí Minh, TP.HCM", [("Hồ Chí Minh", "TP. Hồ Chí Minh"), ("HCM", "TP. Hồ Chí Minh")]),
        ("Hà Nội, Hồ Chí Minh và Huế", [("Hà Nội", "Hà Nội"), ("Hồ Chí Minh", "TP. Hồ Chí Minh"), ("Huế", "Huế")]),
        ("vùng Duyên Hải miền Trung", []),
        ("huyện Trà Cú, Duyên Hải", [("Trà Cú", "Trà Vinh"), ("Duyên Hải", "Trà Vinh")]),
        ("Thống Nhất, Bình Minh", []),
        ("Cấp huyện thống nhất quản lý, giữ vững hòa bình tại Đồng Nai", [("Đồng Nai", "Đồng Nai")]),
        ("hòa bình và Hòa Bình", [("Hòa Bình", "Hòa Bình")]),
        # What is no province or district.
        ("Châu Á - Thái Bình Dương", []),
        ("sông Đồng Nai, đường Điện Biên Phủ, ông Nguyễn Vĩnh Long, chiến dịch Điện Biên Phủ", []),
        ("các xã Tân Phú, Long Thành và Xuân Lộc của huyện Võ Nhai", [("Võ Nhai", "Thái Nguyên")]),
        ("xã Sảng Mộc (Võ Nhai)", [("Võ Nhai", "Thái Nguyên")]),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", []),
        # Quận by number.
        ("Quận 1, Q.7 và quận 12", [("Quận 1", "TP. Hồ Chí Minh"), ("Q.7", "TP. Hồ Chí Minh"), ("quận 12", "TP. Hồ Chí Minh")]),
        ("Q1/2025, quý 1, Quận 13, mục 1", []),
        # Typed without capitals.
        ("chỉ tiêu của quy nhơn và vân canh", [("quy nhơn", "Bình Định"), ("vân canh", "Bình Định")]),
        ("an lão có gì, thống nhất chưa, chợ mới ở đâu", []),
        ("huyện thoại sơn", [("thoại sơn", "An Giang")]),
        ("tp vinh và huế", [("vinh", "Nghệ An")]),
        # Careful texts: no name across lower-case words.
        ("Bảo đảm an ninh bình đẳng, khí tượng hải dương", []),
        ("quy nhon", []),
        ("", []),
    ],
)
def test_places_in(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kinh te so cua quy nhon", [("quy nhon", "Bình Định")]),
        ("Binh Dinh va gia lai", [("Binh Dinh", "Bình Định"), ("gia lai", "Gia Lai")]),
        ("quang binh", [("quang binh", "Quảng Bình")]),
        ("huyen chau thanh tra vinh", [("chau thanh", "Trà Vinh"), ("tra vinh", "Trà Vinh")]),
        ("tp hue, quan 1", [("hue", "Huế"), ("quan 1", "TP. Hồ Chí Minh")]),
        ("huyen van ban, tinh hoa binh", [("van ban", "Lào Cai"), ("hoa binh", "Hòa Bình")]),
        ("van ban nay dien bien tuong duong hoa binh", []),
        ("thái nguyên", [("thái nguyên", "Thái Nguyên")]),
        ("quàng bình", []),
    ],
)
def test_places_in_text_without_diacritics(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert named(text, folded=True) == expected


NAMES = sorted({d.name for d in districts()} | {p.name for p in provinces()})
PIECES = st.sampled_from(
    [*NAMES, *map(str.lower, NAMES), *map(str.upper, NAMES), *map(fold, NAMES), "huyện", "các xã", "TP.", "ông", "và", ",", "\n", "("]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=12).map(" ".join), st.booleans())
@pytest.mark.soak
def test_mentions_are_in_order_and_name_what_stands_there(text: str, folded: bool) -> None:
    known = {p.name for p in provinces()}
    last = 0
    for m in places_in(text, folded=folded):
        assert last <= m.start < m.end <= len(text)
        assert m.provinces
        assert known.issuperset(m.provinces)
        assert m.kind in ("tỉnh", "thành phố", "thị xã", "huyện", "quận", "")
        last = m.end


# Places learned from documents, beside the list


def test_a_document_names_another_provinces_city() -> None:
    plan = small_document("k", "Trà Vinh", "Học tập kinh nghiệm của thành phố Đà Lạt; thí điểm tại xã Long Đức và thị xã Duyên Hải.")
    assert learned_places([plan]) == {"Đà Lạt": "Lâm Đồng", "Long Đức": "Trà Vinh", "Duyên Hải": "Trà Vinh"}


def test_quy_nhon_before_and_since_the_merger() -> None:
    def of(province: str, issued: str | None) -> dict[str, str]:
        return learned_places(
            [dataclasses.replace(small_document("d", province, "Xây dựng thành phố Quy Nhơn thông minh."), issued=issued)]
        )

    assert of("Bình Định", "2022-03-01") == {"Quy Nhơn": "Bình Định"}
    assert of("Gia Lai", "2022-01-20") == {"Quy Nhơn": "Bình Định"}
    assert of("Gia Lai", None) == {"Quy Nhơn": "Bình Định"}
    assert of("Gia Lai", "2025-09-30") == {"Quy Nhơn": "Gia Lai"}, "the only document that can serve it"
    old = small_document("o", "Bình Định", "thành phố Quy Nhơn")
    new = dataclasses.replace(small_document("n", "Gia Lai", "thành phố Quy Nhơn"), issued="2025-09-30")
    assert learned_places([old, new]) == learned_places([new, old]) == {"Quy Nhơn": "Bình Định"}


def test_a_name_of_several_provinces_is_the_documents_own() -> None:
    own = small_document("a", "Trà Vinh", "huyện Châu Thành")
    other = small_document("b", "Bến Tre", "huyện Châu Thành")
    assert learned_places([own]) == {"Châu Thành": "Trà Vinh"}
    assert learned_places([own, other]) == {}


def test_a_commune_named_like_a_district_elsewhere_is_the_documents_own() -> None:
    assert learned_places([small_document("a", "Thái Nguyên", "mô hình tại xã Yên Lạc")]) == {"Yên Lạc": "Thái Nguyên"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        # On one line only: a cell below another is no name.
        ("Cơ quan phối hợp: UBND cấp xã\nSở Khoa học và Công nghệ", set()),
        ("Xã\nMường Phăng", set()),
        ("huyện Ba Tơ\nXã", {("Ba Tơ", "Quảng Ngãi")}),
        # What is said of all of a kind names none.
        ("UBND cấp xã Công an tỉnh", set()),
        ("các xã Công Hải", set()),
        ("Các tỉnh Bắc Lào", set()),
        # A body, and one plain syllable, are no place.
        ("xã Sở Tài chính", set()),
        ("xã Ban Tuyên giáo", set()),
        ("thành phố Trung ương quản lý", set()),
        ("phường Công", set()),
        # One syllable is, where it is listed or not spelled as Vietnamese syllables are; more syllables always.
        ("huyện Lắk", {("Lắk", "Đắk Lắk")}),
        ("xã Plei", {("Plei", "Điện Biên")}),
        ("xã Mường Phăng", {("Mường Phăng", "Điện Biên")}),
        ("Phường Bản Phủ, thị trấn Mường Ảng", {("Bản Phủ", "Điện Biên"), ("Mường Ảng", "Điện Biên")}),
        ("xã Xuân Lao (Mường Chà)", {("Xuân Lao", "Điện Biên"), ("Mường Chà", "Điện Biên")}),
    ],
)
def test_names_that_a_document_teaches(text: str, named: set[tuple[str, str]]) -> None:
    assert named_places(small_document("d", "Điện Biên", text)) == named


def test_no_department_or_syllable_is_a_place_of_anybodys() -> None:
    table = "UBND cấp xã\nSở Khoa học và Công nghệ\nthành phố Trung ương quản lý\nUBND cấp xã Công an tỉnh\nxã Nậm Nèn"
    assert learned_places([small_document("d", "Điện Biên", table)]) == {"Nậm Nèn": "Điện Biên"}


def test_two_provinces_that_both_had_the_name_and_are_one_now() -> None:
    both = [small_document(p, p, "huyện Châu Thành") for p in ("An Giang", "Kiên Giang")]
    assert learned_places(both) == {}


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    code = "import documents.places as p; print(p.provinces.cache_info().currsize, p.districts.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["0", "0"]


def test_names_of_provinces_stay_out_of_the_way_of_districts() -> None:
    shared = {k for k in district_homes() if k in province_names()}
    assert key("Thái Nguyên") in shared, "a provincial city"
    assert key("Quảng Ninh") in shared, "a district of Quảng Bình"
    assert key("Quy Nhơn") not in shared
