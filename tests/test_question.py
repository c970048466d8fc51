"""Reading questions over the bundled library: kind, measure, years, places, abbreviations, names, small talk."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.library import bundled
from documents.places import learned_places
from index.language import Restorer
from qa.demands import Demand, Tense
from qa.patterns import Kind, Measure
from qa.question import Question, Reader
from qa.units import has_figure

ALL = ("Gia Lai", "Trà Vinh", "Thái Nguyên", "Bình Định")


@pytest.fixture(scope="module")
def reader(restorer: Restorer) -> Reader:
    documents = bundled()
    return Reader([d.province for d in documents], learned_places(documents), restorer)


def topic(question: Question) -> list[str]:
    return [t.word for t in question.topic]


# Kind and measure


@pytest.mark.parametrize(
    ("typed", "kind", "measure"),
    [
        ("Kinh tế số chiếm bao nhiêu phần trăm GRDP?", Kind.FIGURE, Measure.PERCENT),
        ("Kinh tế số chiếm bao nhiêu % GRDP?", Kind.FIGURE, Measure.PERCENT),
        ("tỉ trọng kinh tế số", Kind.FIGURE, Measure.PERCENT),
        ("Có bao nhiêu doanh nghiệp số?", Kind.FIGURE, Measure.COUNT),
        ("có mấy quan điểm chỉ đạo", Kind.FIGURE, Measure.COUNT),
        ("ICT Index xếp hạng bao nhiêu", Kind.FIGURE, Measure.RANK),
        ("Bình Định xếp thứ mấy cả nước?", Kind.FIGURE, Measure.RANK),
        ("an toàn thông tin xếp loại gì", Kind.FIGURE, Measure.RANK),
        ("phấn đấu thuộc nhóm mấy", Kind.FIGURE, Measure.GROUP),
        ("Đầu tư bao nhiêu tiền?", Kind.FIGURE, Measure.MONEY),
        ("kinh phí cho chuyển đổi số là bao nhiêu", Kind.FIGURE, Measure.MONEY),
        ("Ban Chỉ đạo họp mấy tháng một lần?", Kind.FIGURE, Measure.PERIOD),
        ("Mỗi xã có mấy cái camera an ninh?", Kind.FIGURE, Measure.COUNT),
        # Money is in play, and days or points are asked for.
        ("Đợt chi trả không tiền mặt kéo dài bao nhiêu ngày làm việc?", Kind.FIGURE, Measure.PERIOD),
        ("Kinh phí hỗ trợ mỗi hộ là bao nhiêu năm 2025?", Kind.FIGURE, Measure.MONEY),
        # A ranking is spoken of, and something else asked for.
        ("Xếp hạng thi đua trước ngày nào?", Kind.FIGURE, Measure.DATE),
        ("Hai xã bằng điểm thì xếp hạng theo tiêu chí nào?", Kind.LIST, None),
        ("Chỉ số ICT của Trà Vinh đứng thứ mấy, số liệu năm nào?", Kind.FIGURE, Measure.RANK),
        ("Xếp hạng chuyển đổi số của tỉnh thế nào?", Kind.FIGURE, Measure.RANK),
        ("Tổng điểm từ bao nhiêu thì được xếp loại xuất sắc?", Kind.FIGURE, Measure.COUNT),
        ("Cách thức xếp hạng các xã thế nào?", Kind.LIST, None),
        # To whom something is given, and not who gives it.
        ("Những ai được miễn phí khi nộp hồ sơ?", Kind.LIST, None),
        ("Ai được giao việc này?", Kind.WHO, None),
        ("Phải làm xong quý mấy?", Kind.FIGURE, Measure.DATE),
        ("xây kho dữ liệu hạn hoàn thành", Kind.FIGURE, Measure.DATE),
        ("ngày phát động phong trào học vụ số", Kind.FIGURE, Measure.DATE),
        ("hạn chót nộp báo cáo quý", Kind.FIGURE, Measure.DATE),
        ("đơn giá một bộ máy quét", Kind.FIGURE, Measure.MONEY),
        ("mức phụ cấp tổ phó tổ công nghệ", Kind.FIGURE, Measure.MONEY),
        ("Công trình cấp mấy trở lên phải dùng mô hình này?", Kind.FIGURE, Measure.GRADE),
        ("Sở Nội vụ chịu trách nhiệm gì trong phong trào?", Kind.LIST, None),
        ("Mấy trung tâm dữ liệu cũ được xử lý thế nào?", Kind.LIST, None),
        ("Mấy bản trên núi khi nào mới có sóng?", Kind.FIGURE, Measure.DATE),
        ("Mấy tuyến cáp hỏng do ai lo?", Kind.WHO, None),
        # A figure of each of what is to be listed is told with the list.
        ("Tiền lấy từ những nguồn nào, mỗi nguồn bao nhiêu?", Kind.LIST, None),
        ("Có những dự án nào, từng dự án được cấp mấy tỷ?", Kind.LIST, None),
        ("Mỗi nguồn bao nhiêu tiền?", Kind.FIGURE, Measure.MONEY),
        ("định kỳ bao lâu sơ kết", Kind.FIGURE, Measure.PERIOD),
        ("Bao giờ xong đô thị thông minh?", Kind.FIGURE, Measure.DATE),
        ("phải hoàn thành vào năm nào", Kind.FIGURE, Measure.DATE),
        ("Chỉ 100 doanh nghiệp phải không?", Kind.FIGURE, Measure.COUNT),
        ("Ai chịu trách nhiệm tuyên truyền?", Kind.WHO, None),
        ("Cơ quan nào chủ trì?", Kind.WHO, None),
        ("Liệt kê nhiệm vụ phát triển hạ tầng số", Kind.LIST, None),
        ("Chuyển đổi số ở những lĩnh vực nào?", Kind.LIST, None),
        ("Nhiệm vụ về y tế gồm gì?", Kind.LIST, None),
        ("chính quyền số", Kind.TEXT, None),
        ("Ai ký nghị quyết?", Kind.METADATA, None),
        ("So sánh năng suất lao động", Kind.COMPARE, None),
        ("so sánh Gia Lai với Trà Vinh", Kind.COMPARE, None),
        ("Tỉnh nào có tỷ lệ kinh tế số cao nhất?", Kind.COMPARE, Measure.PERCENT),
        ("Mỗi tỉnh có bao nhiêu doanh nghiệp số?", Kind.COMPARE, Measure.COUNT),
        ("Số lượng cơ quan được xếp hạng chuyển đổi số ở Gia Lai là mấy?", Kind.FIGURE, Measure.COUNT),
        ("số lượng xã được xếp hạng theo bộ chỉ số", Kind.FIGURE, Measure.COUNT),
        ("Gia Lai tổng số doanh nghiệp số", Kind.FIGURE, Measure.COUNT),
        ("Doanh nghiệp số năm nào nhiều hơn, 2025 hay 2026?", Kind.LIST, None),
        ("Năm nào xong, 2025 hay 2026, bao giờ thì biết?", Kind.FIGURE, Measure.DATE),
        ("Việc nào ở Gia Lai tốn tiền hơn?", Kind.FIGURE, Measure.MONEY),
        ("Mua hay thuê rẻ hơn?", Kind.FIGURE, Measure.MONEY),
        ("Kinh phí của Gia Lai và Trà Vinh nơi nào nhiều hơn?", Kind.COMPARE, Measure.MONEY),
        ("tổng kinh phí chuyển đổi số của Gia Lai", Kind.FIGURE, Measure.MONEY),
        ("tổng vốn đầu tư của dự án nào?", Kind.LIST, None),
        ("giá máy tính bảng cho trường học", Kind.FIGURE, Measure.MONEY),
        ("phí cấp giấy phép", Kind.FIGURE, Measure.MONEY),
        # "giáo" and "giám" only begin like "giá".
        ("Giáo viên ở Gia Lai phải học kỹ năng số", Kind.TEXT, None),
        ("giám sát việc thực hiện nghị quyết ở Trà Vinh", Kind.TEXT, None),
        ("Ai phụ trách hạ tầng số? Liệt kê các cơ quan.", Kind.LIST, None),
        ("Gia Lai khác Trà Vinh ở điểm nào?", Kind.COMPARE, None),
        ("Y tế của Gia Lai khác biệt gì Trà Vinh?", Kind.COMPARE, None),
    ],
)
def test_kind_and_measure(reader: Reader, typed: str, kind: Kind, measure: Measure | None) -> None:
    read = reader.read(typed)
    assert (read.kind, read.measure) == (kind, measure)


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("Ai ký nghị quyết của Trà Vinh?", ("signer",)),
        ("người ký giữ chức vụ gì", ("signer",)),
        ("Nghị quyết Trà Vinh ký ngày nào?", ("issued",)),
        ("ký nghị quyết vào ngày nào", ("issued",)),
        ("Ai ký và ký ngày nào?", ("signer", "issued")),
        ("ban hành khi nào", ("issued",)),
        ("Nghị quyết của Thái Nguyên và Trà Vinh, cái nào ra đời trước?", ("issued",)),
        ("tỉnh nào ban hành nghị quyết chuyển đổi số sớm nhất?", ("issued",)),
        ("Dịch vụ công nào được ưu tiên triển khai trước?", ()),
        ("Số hiệu của nghị quyết Gia Lai?", ("number",)),
        ("nghị quyết số mấy", ("number",)),
        ("Nghị quyết do ai ban hành?", ("body",)),
        ("cơ quan ban hành", ("body",)),
        ("Nơi nhận gồm những ai?", ("recipients",)),
        ("nghị quyết gửi cho ai", ("recipients",)),
        ("Ai chịu trách nhiệm?", ()),
        ("Có bao nhiêu chữ ký số?", ()),
        ("nghị quyết Thái Nguyên ký ngày bao nhiêu", ("issued",)),
        ("Nghị quyết nào ban hành năm 2022?", ("issued",)),
        ("4 nghị quyết này cái nào ra trước?", ("issued",)),
        ("số, ngày ban hành nghị quyết Trà Vinh", ("issued", "number")),
        ("nghị quyết Trà Vinh số mấy, ngày nào?", ("number", "issued")),
        ("Số hiệu, ngày ban hành nghị quyết Gia Lai?", ("issued", "number")),
        ("Nghị quyết Gia Lai có số hiệu và ngày ban hành thế nào?", ("issued", "number")),
        ("Ai ký nghị quyết Trà Vinh, hôm nào?", ("signer", "issued")),
        # Of what is no letterhead's, the day is another.
        ("Trà Vinh xử lý bao nhiêu hồ sơ, ngày nào báo cáo?", ()),
        ("Nghị quyết Gia Lai căn cứ chương trình hành động nào?", ("bases",)),
        ("Nghị quyết Gia Lai ban hành theo Tờ trình số bao nhiêu của cơ quan nào?", ("proposal",)),
        ("Số hiệu chương trình của Trà Vinh?", ("number",)),
        ("số hiệu, ngày nghị quyết Trà Vinh", ("issued", "number")),
        ("Trà Vinh ban hành kế hoạch này bằng quyết định số mấy, ngày nào?", ("number", "issued")),
        ("Kế hoạch của Trà Vinh triển khai quyết định nào của Thủ tướng?", ("bases",)),
        ("Tờ trình xin ban hành nghị quyết Trà Vinh mang số mấy?", ("proposal",)),
        ("Nghị quyết của Trà Vinh chừng nào bắt đầu áp dụng?", ("effective",)),
        ("Báo cáo kết quả thực hiện nghị quyết gửi cho ai?", ()),
        ("Nghị quyết hỗ trợ chuyển đổi số của Trà Vinh số mấy, ra ngày nào, ai ký vậy?", ("signer", "issued", "number")),
        ("so với cấp tỉnh thì cấp xã ký số văn bản ít hơn không", ()),
        ("gọi số nào để hỏi", ()),
        ("trích yếu nghị quyết Trà Vinh", ("title",)),
        ("Bình Định gửi nghị quyết này cho những nơi nào?", ("recipients",)),
        ("Văn phòng nào lưu nghị quyết Gia Lai?", ("recipients",)),
        ("Nghị quyết Trà Vinh là của Tỉnh ủy hay của HĐND?", ("body",)),
        ("Nghị quyết Trà Vinh được thông qua tại hội nghị nào?", ("session",)),
        ("Nghị quyết Trà Vinh được thông qua ngày nào?", ("adopted",)),
        ("Hội đồng nhân dân thông qua nghị quyết khi nào?", ("adopted",)),
        ("Trà Vinh thông qua đề tài nghiên cứu khi nào?", ()),
        ("nghị quyết của Bình Định thuộc khóa nào", ("session",)),
        ("Học sinh được học khóa nào?", ()),
        ("Nghị quyết Gia Lai ban hành ở đâu?", ("place",)),
        ("nghị quyết thái nguyên có phụ lục không", ("annex",)),
        ("Phụ lục 2 của nghị quyết nói gì?", ()),
        ("Văn bản của Trà Vinh có đóng dấu mật không?", ("secrecy",)),
        ("Nghị quyết Gia Lai dài mấy trang?", ("pages",)),
        ("Nghị quyết đặt mục tiêu mấy trang thông tin điện tử?", ()),
    ],
)
def test_facts_of_the_metadata(reader: Reader, typed: str, facts: tuple[str, ...]) -> None:
    assert reader.read(typed).facts == facts


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Bình Định có LGSP không?", True),
        ("100% người dân có điện thoại, đúng không?", True),
        ("đã hoàn thành chưa", True),
        ("không gian mạng là gì", False),
        ("Kinh tế số chiếm bao nhiêu?", False),
    ],
)
def test_yes_or_no(reader: Reader, typed: str, expected: bool) -> None:
    assert reader.read(typed).yes_no is expected


def test_a_supposed_figure_is_no_topic_but_one_that_names_something_is(reader: Reader) -> None:
    assert topic(reader.read("Kinh tế số chiếm 50% phải không?")) == ["kinh", "tế", "số", "chiếm"]
    assert "4" in topic(reader.read("Có bao nhiêu dịch vụ công mức độ 4?"))


def test_a_question_for_a_time_beside_something_else(reader: Reader) -> None:
    read = reader.read("Bao nhiêu phần trăm và đến năm nào?")
    assert (read.measure, read.when) == (Measure.PERCENT, True)
    assert reader.read("Bao nhiêu phần trăm?").when is False


# Years


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("Kinh tế số giai đoạn 2021-2025", (2025,)),
        ("giai đoạn 2021 – 2025", (2025,)),
        ("từ 2021 đến 2025", (2025,)),
        ("giai doan 2021 toi 2025", (2025,)),
        ("giai đoạn 2021-2025, định hướng đến năm 2030", (2025, 2030)),
        ("năm 2025 và năm 2030", (2025, 2030)),
        ("2030, 2025 và lại 2030", (2030, 2025)),
        ("hết 2027 thì sao", (2027,)),
        ("năm 1999", ()),
        ("mã 12025 hay 20255", ()),
        ("3.000 doanh nghiệp", ()),
        # What lies behind a year is planned for others.
        ("Sau năm 2030 Gia Lai làm gì?", ()),
        ("sau mốc 2025 thì sao", ()),
        ("năm 2025 đặt gì cho sau năm 2030?", (2025,)),
        ("trước năm 2030 thì sao", (2030,)),
    ],
)
def test_years(reader: Reader, typed: str, years: tuple[int, ...]) -> None:
    assert reader.read(typed).years == years


@pytest.mark.parametrize(
    ("typed", "years", "now", "tense"),
    [
        ("Gia Lai hiện có bao nhiêu doanh nghiệp số, đến năm 2030 có bao nhiêu?", (2030,), True, None),
        ("Năm 2030 Gia Lai có bao nhiêu doanh nghiệp số so với hiện nay?", (2030,), True, None),
        ("Năm 2030 Gia Lai có bao nhiêu doanh nghiệp số so với trước?", (2030,), True, None),
        ("Gia Lai hiện có bao nhiêu doanh nghiệp số?", (), False, Tense.PRESENT),
        ("Giảm bao nhiêu hồ sơ giấy so với hiện nay?", (), False, None),
        ("Mục tiêu doanh nghiệp số của Gia Lai năm 2030?", (2030,), False, Tense.GOAL),
        # Who compares years asks of what was as well.
        ("Mục tiêu doanh nghiệp số của Gia Lai năm 2025, năm 2030?", (2025, 2030), False, None),
    ],
)
def test_today_beside_a_year(reader: Reader, typed: str, years: tuple[int, ...], now: bool, tense: Tense | None) -> None:
    read = reader.read(typed)
    assert (read.years, read.now, read.tense) == (years, now, tense)


def test_years_and_places_are_no_topic(reader: Reader) -> None:
    assert topic(reader.read("Đến năm 2025 kinh tế số của thành phố Pleiku")) == ["năm", "kinh", "tế", "số", "thành", "phố"]


# Places


@pytest.mark.parametrize(
    ("typed", "provinces"),
    [
        ("Gia Lai có gì", ("Gia Lai",)),
        ("gia lai co gi", ("Gia Lai",)),
        ("GIA LAI CÓ GÌ", ("Gia Lai",)),
        ("tra vinh co gi", ("Trà Vinh",)),
        ("thai nguyen co gi", ("Thái Nguyên",)),
        ("binh dinh xep hang may", ("Bình Định",)),
        ("bình định", ("Bình Định",)),
        (unicodedata.normalize("NFD", "Tỉnh Bình Định"), ("Bình Định",)),
        ("Trà-Vinh", ("Trà Vinh",)),
        ("Pleiku có gì", ("Gia Lai",)),
        ("pleiku co gi", ("Gia Lai",)),
        ("quy nhon co gi", ("Bình Định",)),
        ("Quy Nhơn có gì", ("Bình Định",)),
        ("Sông Công có gì", ("Thái Nguyên",)),
        ("song cong co gi", ("Thái Nguyên",)),
        ("Gia Lai và Bình Định", ("Gia Lai", "Bình Định")),
        ("Bình Định, Pleiku, Gia Lai", ("Bình Định", "Gia Lai")),
        ("bốn tỉnh", ALL),
        ("mỗi địa phương", ALL),
        ("các tỉnh như Gia Lai", ("Gia Lai",)),
        ("chuyển đổi số", ()),
    ],
)
def test_provinces_of_the_library(reader: Reader, typed: str, provinces: tuple[str, ...]) -> None:
    read = reader.read(typed)
    assert (read.provinces, read.absent, read.by_successor) == (provinces, (), ())


def test_a_new_name_stands_for_what_the_library_has_of_it(reader: Reader) -> None:
    for typed in ("Vĩnh Long có gì", "vinh long co gi"):
        read = reader.read(typed)
        assert (read.provinces, read.absent, read.by_successor) == (("Trà Vinh",), (), (("Vĩnh Long", "Trà Vinh"),))
    # What has kept its name means itself, not what it took in.
    assert reader.read("Gia Lai").provinces == ("Gia Lai",)


@pytest.mark.parametrize(
    ("typed", "absent"),
    [
        ("Hà Nội có gì", ("Hà Nội",)),
        ("ha noi co gi", ("Hà Nội",)),
        ("Bắc Kạn có gì", ("Bắc Kạn",)),
        ("bac kan co gi", ("Bắc Kạn",)),
        ("Bến Tre có gì", ("Bến Tre",)),
        ("Huế có gì", ("Huế",)),
        ("ở huế có gì", ("Huế",)),
        ("o hue co gi", ("Huế",)),
        ("hoa huệ có gì", ()),
        ("HUẾ CÓ GÌ", ("Huế",)),
        ("TPHCM có gì", ("TP. Hồ Chí Minh",)),
        ("TP.HCM có gì", ("TP. Hồ Chí Minh",)),
        ("tp hcm co gi", ("TP. Hồ Chí Minh",)),
        ("tphcm co gi", ("TP. Hồ Chí Minh",)),
        ("Sài Gòn có gì", ("TP. Hồ Chí Minh",)),
        ("Bà Rịa - Vũng Tàu có gì", ("Bà Rịa - Vũng Tàu",)),
        ("Hà Nội và Đà Nẵng", ("Hà Nội", "Đà Nẵng")),
    ],
)
def test_provinces_that_the_library_has_not(reader: Reader, typed: str, absent: tuple[str, ...]) -> None:
    read = reader.read(typed)
    assert (read.provinces, read.absent) == ((), absent)


@pytest.mark.parametrize(
    ("typed", "held", "absent"),
    [
        ("B.Định có gì", ("Bình Định",), ()),
        ("b.định có gì", (), ()),  # in small letters it may be anything
        ("T.Vinh và Th.Nguyên có gì", ("Trà Vinh", "Thái Nguyên"), ()),
        ("Q.Ngãi có gì", (), ("Quảng Ngãi",)),
        ("Đ. Nẵng có gì", (), ("Đà Nẵng",)),
        ("TP.HCM có gì", (), ("TP. Hồ Chí Minh",)),
        # There is one "Giang" only that begins with B.
        ("H.Nam có gì", (), ("Hà Nam",)),
        ("B.Giang có gì", (), ("Bắc Giang",)),
    ],
)
def test_provinces_shortened_to_their_last_syllable(reader: Reader, typed: str, held: tuple[str, ...], absent: tuple[str, ...]) -> None:
    read = reader.read(typed)
    assert (read.provinces, read.absent) == (held, absent)


@pytest.mark.parametrize("typed", ["H.Giang có gì", "Q.Lan có gì", "B.Nam có gì"])
def test_what_shortens_no_single_province_stays_as_typed(reader: Reader, typed: str) -> None:
    read = reader.read(typed)
    assert (read.provinces, read.absent) == ((), ())


@pytest.mark.parametrize(
    ("typed", "districts"),
    [
        ("Xã Ba Tơ có bao nhiêu trạm?", ("ba to",)),
        ("phường Trần Phú của Gia Lai làm gì?", ("tran phu",)),
        ("Đặc khu Lý Sơn có gì?", ("ly son",)),
        ("các xã Gia Lai có bao nhiêu trạm?", ()),
        ("những xã Ba Vì chọn", ()),
        ("cấp xã Gia Lai có bao nhiêu trạm?", ()),
        ("mỗi xã Bình Định có bao nhiêu trạm?", ()),
        ("xã Gia Lai có gì", ()),
        ("xã nào có trạm", ()),
    ],
)
def test_communes_that_are_asked_about(reader: Reader, typed: str, districts: tuple[str, ...]) -> None:
    assert reader.read(typed).districts == districts


def test_known_and_absent_side_by_side(reader: Reader) -> None:
    read = reader.read("Kinh tế số của Hà Nội và Gia Lai")
    assert (read.provinces, read.absent) == (("Gia Lai",), ("Hà Nội",))


# Words


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("CBCCVC được đào tạo CĐS bn %?", "cán bộ, công chức, viên chức được đào tạo chuyển đổi số bao nhiêu %?"),
        ("DVCTT mức 4", "dịch vụ công trực tuyến mức 4"),
        ("kinh te so chiem bao nhieu phan tram", "kinh tế số chiếm bao nhiêu phần trăm"),
        ("  kinh\ttế \n số\u00a0 ", "kinh tế số"),
        ("KINH TẾ SỐ", "KINH TẾ SỐ"),
        ("quy nhon", "Quy Nhơn"),
    ],
)
def test_what_the_embedder_sees(reader: Reader, typed: str, normalised: str) -> None:
    read = reader.read(typed)
    assert read.normalised == normalised
    assert read.typed == typed


def test_unicode_forms_are_read_alike(reader: Reader) -> None:
    composed = reader.read("Tỷ lệ hoá đơn điện tử của Bình Định năm 2025?")
    decomposed = reader.read(unicodedata.normalize("NFD", composed.typed))
    assert (decomposed.normalised, decomposed.topic, decomposed.years) == (composed.normalised, composed.topic, (2025,))
    assert topic(reader.read("hoá đơn")) == topic(reader.read("hóa đơn"))


def test_everyday_words_bring_official_ones(reader: Reader) -> None:
    read = reader.read("sếp phải làm gì khi làm ở nhà?")
    assert dict(read.widened).items() >= {("sếp",): ("người đứng đầu",), ("làm", "ở", "nhà"): ("làm việc từ xa",)}.items()
    assert set(read.keywords) == {"người đứng đầu", "làm việc từ xa"}
    assert reader.read("chính quyền số").keywords == ()


def test_names_must_stand_in_the_evidence(reader: Reader) -> None:
    read = reader.read("Bình Định có dùng Blockchain và SCADA không?")
    assert read.names == ("scada",)
    assert "chuỗi khối" in read.normalised
    assert read.acronyms == ("scada",)
    assert reader.read("bao nhieu phan tram ho gia dinh").names == ()


@pytest.mark.parametrize(
    ("typed", "demand"),
    [("Trạm đặt ở xã nào của Gia Lai?", Demand.PLACE), ("Họp ở thị trấn nào?", Demand.PLACE), ("Trạm đặt ở đâu?", None)],
)
def test_the_name_of_a_commune_is_demanded(reader: Reader, typed: str, demand: Demand | None) -> None:
    assert reader.read(typed).demand == demand


def test_what_is_counted(reader: Reader) -> None:
    assert reader.read("có bao nhiêu doanh nghiệp số ở Gia Lai").counted == ("doanh", "nghiep", "so")
    assert reader.read("Bao nhiêu phần trăm hộ gia đình có cáp quang?").counted == ("ho", "gia", "dinh")
    assert reader.read("Mấy % người dân dùng mạng").counted == ("nguoi", "dan", "dung")
    assert reader.read("Bao nhiêu tiền cho chuyển đổi số?").counted == ()


def test_words_that_only_shape_the_question_search_for_nothing(reader: Reader) -> None:
    read = reader.read("Mục tiêu kinh tế số của Gia Lai là bao nhiêu phần trăm?")
    assert [t.word for t in read.strong] == ["kinh", "tế", "số"]
    alone = reader.read("Mục tiêu là gì?")
    assert [t.word for t in alone.strong] == topic(alone) == ["mục", "tiêu"]


# Small talk and opinion


@pytest.mark.parametrize(
    ("typed", "greeting"),
    [
        ("xin chào", "greeting"),
        ("Xin chao", "greeting"),
        ("hello", "greeting"),
        ("Chào bạn", "greeting"),
        ("cảm ơn nhé", "thanks"),
        ("cam on ban", "thanks"),
        ("bạn là ai", "abilities"),
        ("Bạn làm được gì?", "abilities"),
        ("help", "abilities"),
        ("Kinh tế số là gì?", None),
        ("chào đón doanh nghiệp nào về chuyển đổi số ở Gia Lai năm 2025", None),
    ],
)
def test_small_talk(reader: Reader, typed: str, greeting: str | None) -> None:
    assert reader.read(typed).greeting == greeting


@pytest.mark.parametrize(
    ("typed", "opinion"),
    [
        ("Bạn có ủng hộ chuyển đổi số không?", True),
        ("bạn nghĩ gì về nghị quyết", True),
        ("Theo bạn tỉnh nào tốt hơn?", True),
        ("Quan điểm chỉ đạo của Bình Định là gì?", False),
    ],
)
def test_opinion(reader: Reader, typed: str, opinion: bool) -> None:
    assert reader.read(typed).opinion is opinion


@pytest.mark.parametrize("typed", ["", " ", "?", "😀", "\x00", "\ud800", "1" * 2000, "a " * 1000, "<b>[1]</b>", "\u202e\u200b"])
def test_anything_can_be_read(reader: Reader, typed: str) -> None:
    read: Any = reader.read(typed)
    assert (read.provinces, read.absent, read.years, read.facts) == ((), (), (), ())
    assert "\ud800" not in read.normalised


_SIGNS = st.one_of(
    st.sampled_from(
        ["²⁵", "½", "①", "Ⅷ", "١٢٣", "１２", "quận ²", "quận ٣", "năm ²⁰²⁵", "%", "m²", "Gia Lai", "bao nhiêu", "không?", "1.²", "5/²"]
    ),
    st.text(st.characters(categories=("Nd", "No", "Nl", "Sm", "Lo")), min_size=1, max_size=4),
)


@given(st.lists(_SIGNS, min_size=1, max_size=8))
def test_figures_of_all_scripts_are_read(reader: Reader, pieces: list[str]) -> None:
    typed = " ".join(pieces)
    read = reader.read(typed)
    assert read.typed == typed
    assert reader.read(f"Kinh tế số {typed} phải không?").yes_no


@pytest.mark.parametrize(
    ("measure", "told", "untold"),
    [
        (
            Measure.PERCENT,
            ("đạt 30 phần trăm", "hơn một nửa số xã", "hai phần ba số hộ", "2/3 số thôn", "12,5%"),
            ("một số xã", "24/7", "nửa đầu năm"),
        ),
        (
            Measure.RANK,
            ("đứng đầu cả nước", "xếp thứ nhất vùng", "thuộc nhóm 10 tỉnh", "thứ 41/63"),
            ("đứng trước khó khăn", "thứ tự ưu tiên"),
        ),
        (
            Measure.MONEY,
            ("5 triệu USD", "miễn phí, lệ phí", "không thu phí", "1,2 tỉ đồng", "2 triệu"),
            ("12 người", "miễn nhiệm", "chi phí"),
        ),
        (Measure.PERIOD, ("trực 24/7", "mỗi đợt ba ngày", "09 buổi", "hằng quý"), ("ngày càng", "tháng trước")),
        (
            Measure.DATE,
            ("xong trong quý II", "trước 30/9", "vào tháng 12", "hằng tuần", "cuối năm học"),
            ("Quyết định 12/QĐ-UBND", "quý vị"),
        ),
        (Measure.COUNT, ("97/166 xã", "hoàn trả gấp đôi", "ba lớp"), ("Điều 3", "ngày 30/9 hằng tuần")),
    ],
)
def test_what_holds_a_figure_of_the_sort_asked(measure: Measure, told: tuple[str, ...], untold: tuple[str, ...]) -> None:
    assert [t for t in told if not has_figure(t, measure)] == []
    assert [t for t in untold if has_figure(t, measure)] == []


@pytest.mark.parametrize(
    ("typed", "provinces"),
    [
        ("Kinh tế số 2030: GL vs TV hơn kém bao nhiêu?", ("Gia Lai", "Trà Vinh")),
        ("5G ở GL với Trà Vinh", ("Gia Lai", "Trà Vinh")),
        ("Tới 2030 GL muốn bao nhiêu % hộ có cáp quang?", ("Gia Lai",)),
        ("Kế hoạch của GL gồm gì?", ("Gia Lai",)),
        ("KTS vs XHS khác nhau thế nào?", ()),
    ],
)
def test_places_by_their_initials_beside_others(reader: Reader, typed: str, provinces: tuple[str, ...]) -> None:
    assert reader.read(typed).provinces == provinces
