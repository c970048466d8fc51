"""Reading questions as people type them: diacritics, typing errors, abbreviations, everyday words; and the terms of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.library import bundled
from documents.normalise import canonical, fold, words
from documents.places import provinces
from index.analysis import folded_terms, spell_out, stop_phrases, terms, tokens, widen
from index.language import Counts, Restorer, count
from index.telex import Telex


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # Without diacritics; names get their capitals where nothing was typed in capitals.
        ("kinh te so gia lai 2025", "kinh tế số Gia Lai 2025"),
        ("muc tieu cua tra vinh den nam 2030", "mục tiêu của Trà Vinh đến năm 2030"),
        ("thai nguyen co bao nhieu doanh nghiep so", "Thái Nguyên có bao nhiêu doanh nghiệp số"),
        ("quy nhon lam trung tam tri tue nhan tao", "Quy Nhơn làm trung tâm trí tuệ nhân tạo"),
        ("dich vu cong truc tuyen muc do 4", "dịch vụ công trực tuyến mức độ 4"),
        ("ty le dan so co tai khoan thanh toan dien tu", "tỷ lệ dân số có tài khoản thanh toán điện tử"),
        ("ho so thu tuc hanh chinh", "hồ sơ thủ tục hành chính"),
        ("ai chiu trach nhiem", "ai chịu trách nhiệm"),
        ("nang suat lao dong tang bao nhieu", "năng suất lao động tăng bao nhiêu"),
        # Half typed.
        ("mục tieu den năm 2025 của gia lai", "mục tiêu đến năm 2025 của Gia Lai"),
        ("kinh tế số của tỉnh nào cao nhat", "kinh tế số của tỉnh nào cao nhất"),
        ("ủy ban nhan dan tỉnh", "ủy ban nhân dân tỉnh"),
        # Typing errors.
        ("các nghành nào ưu tiên chuyển đổi số", "các ngành nào ưu tiên chuyển đổi số"),
        ("nghanh y te", "ngành y tế"),
        ("chuyển đôi sô ở Bình Định", "chuyển đổi số ở Bình Định"),
        ("kihn te so", "kinh tế số"),
        ("chuyen doi sso", "chuyển đổi số"),
        ("kính phí", "kinh phí"),
    ],
)
def test_restoring(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Kinh tế số Gia Lai đến năm 2025 chiếm bao nhiêu?",
        "Chuyển đổi số là gì?",
        "xã Sảng Mộc ở đâu",
        "giá lại tăng",  # typed with other diacritics, "Gia Lai" is not meant
        "hoá đơn điện tử",  # both placements of the mark are right
        "uỷ ban nhân dân",
        "GRDP 11,5%/năm, 24/63 (5G)",
        "2025?",
        "!!!",
        "",
        "   ",
    ],
)
def test_what_is_right_stays_as_typed(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text) == text


def test_questions_over_the_corpus_survive_losing_their_diacritics(restorer: Restorer) -> None:
    # The library's own headings, folded: wording that the counts know, so nearly every word must come back.
    headings = sorted({s.path[-1] for d in bundled() for s in d.sections})
    wanted = [canonical(w) for h in headings for w in words(h) if w.isalpha()]
    found = [canonical(w) for h in headings for w in words(restorer.restore(fold(h))) if w.isalpha()]
    right = sum(a == b for a, b in zip(found, wanted, strict=True))
    assert right / len(wanted) > 0.95


@pytest.mark.parametrize("name", [n for p in provinces() for n in (p.name, p.since_2025) if len(words(n)) > 1])
def test_names_are_never_misread(restorer: Restorer, name: str) -> None:
    restored = [canonical(w) for w in words(restorer.restore(f"chuyen doi so o {fold(name)}"))]
    assert restored == [canonical(w) for w in words(f"chuyển đổi số ở {name}")]


def test_the_librarys_own_wording_outweighs_the_general_counts() -> None:
    own = Restorer(count(["Phấn đầu kỳ cọ. Phấn đầu kỳ cọ."] * 500))
    assert own.restore("phan dau ky co") == "phấn đầu kỳ cọ"


def test_counts_stop_at_sentence_ends() -> None:
    assert count(["Kinh tế số. Số hóa; số"]) == Counts(
        {"kinh": 1, "tế": 1, "số": 3, "hóa": 1},
        {("<s>", "kinh"): 1, ("kinh", "tế"): 1, ("tế", "số"): 1, ("<s>", "số"): 2, ("số", "hóa"): 1},
    )


@pytest.mark.soak
@given(st.text(max_size=40) | st.text(alphabet="kinh teso đổiữợ,.25%-/&", max_size=40))
def test_restoring_any_text_keeps_what_are_no_letters(restorer: Restorer, text: str) -> None:
    restored = restorer.restore(text)
    assert [c for c in restored if c.isdecimal()] == [c for c in text if c.isdecimal()]
    assert len(restored.split()) == len(text.replace("\u200b", "").split()) or not text.isprintable()


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("CĐS ở Gia Lai", "chuyển đổi số ở Gia Lai"),
        ("cds gia lai", "chuyển đổi số gia lai"),
        ("UBND tỉnh", "ủy ban nhân dân tỉnh"),
        ("DN nhỏ, HTX", "doanh nghiệp nhỏ, hợp tác xã"),
        ("Sở TT&TT", "Sở thông tin và truyền thông"),
        ("CNTT-TT", "công nghệ thông tin và truyền thông"),
        ("AI là gì", "trí tuệ nhân tạo là gì"),
        ("ai là người ký", "ai là người ký"),
        ("AI CHỊU TRÁCH NHIỆM", "AI CHỊU TRÁCH NHIỆM"),  # it shouts: who, not what
        ("GRDP đạt 20%", "GRDP đạt 20%"),
        ("", ""),
    ],
)
def test_abbreviations_are_spelled_out(typed: str, full: str) -> None:
    assert spell_out(typed) == full


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kinh tế số của Gia Lai là bao nhiêu?", ["kinh", "tế", "kinh_tế", "số", "tế_số", "gia", "lai", "gia_lai"]),
        ("Số hoá", ["số", "hóa", "số_hóa"]),
        ("tăng 11,5% GRDP", ["tăng", "11,5", "tăng_11,5", "grdp"]),  # a figure opens no pair
        ("là của và", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
    assert folded_terms(text) == [fold(t) for t in expected]


def test_stop_words_are_told_before_folding() -> None:
    # "là" (is) is a stop word; "La" in a name and "lá" (leaf), which fold to the same, are none.
    assert ("là",) in stop_phrases()
    assert [t.stop for t in tokens("là La lá")] == [True, False, False]


def test_everyday_words_widen_a_search() -> None:
    assert widen("lấy tiền đâu ra") == {("lấy", "tiền"): ("kinh phí", "ngân sách", "nguồn lực")}
    assert widen("kẹt xe")[("kẹt", "xe")][0] == "giao thông"
    assert widen("chuyển đổi số") == {}


def test_longer_everyday_phrases_take_their_words() -> None:
    assert list(widen("làm việc tại nhà")) == [("làm", "việc", "tại", "nhà")]
    assert list(widen("nhà")) == [("nhà",)]


@pytest.mark.parametrize(
    ("typed", "syllables"),
    [("ddeesn", ["đến"]), ("ddeens", ["đến"]), ("nguwowif", ["người"]), ("nguoiwf", []), ("soos", ["số"]), ("abc", [])],
)
def test_telex_keystrokes(typed: str, syllables: list[str]) -> None:
    assert Telex(["đến", "người", "số", "so"]).decode(typed) == syllables
