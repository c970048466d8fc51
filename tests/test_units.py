"""Units of quotation, the figures and years in them, and how surely a text says a word of the question."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.library import bundled
from documents.resolution import Passage
from index.analysis import term_set
from index.language import Restorer
from qa.patterns import Measure
from qa.question import Question, Reader
from qa.units import Unit, has_figure, units, universal, years_of, years_said
from qa.wording import alternatives, counted_fit, held


def passage(text: str, *path: str) -> Passage:
    """A passage that begins at 100 in its document."""
    return Passage("d#0", "d", path, 100, 100 + len(text), text)


def texts(text: str) -> list[str]:
    return [u.text for u in units(passage(text))]


@pytest.fixture(scope="module")
def reader(restorer: Restorer) -> Reader:
    return Reader([d.province for d in bundled()], {}, restorer)


# Taking passages apart

SHARED = (
    "90% hồ sơ công việc tại cấp tỉnh; 80% hồ sơ công việc tại cấp huyện và 60% hồ sơ công việc tại cấp xã được xử lý trên môi "
    "trường mạng (trừ hồ sơ công việc thuộc phạm vi bí mật nhà nước)."
)
ECONOMY = (
    "Phân đầu kinh tế số chiếm 10% GRDP; tối thiểu 50% sản phẩm hàng hóa và dịch vụ được chứng nhận thương hiệu có mặt trên các sàn "
    "thương mại điện tử; 50% các doanh nghiệp nhỏ và vừa thực hiện chuyển đổi số. Hình thành 100 doanh nghiệp công nghệ số."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kinh tế số chiếm 10% GRDP.", ["Kinh tế số chiếm 10% GRDP."]),
        ("Câu một. Câu hai.", ["Câu một.", "Câu hai."]),
        # A short sentence stays whole.
        ("Câu này ngắn; có hai vế.", ["Câu này ngắn; có hai vế."]),
        # Clauses that share a predicate stay together: the first of them says nothing without the last.
        (SHARED, [SHARED]),
        ("Phát triển chính quyền số: " + SHARED, ["Phát triển chính quyền số: " + SHARED]),
        (
            ECONOMY,
            [
                "Phân đầu kinh tế số chiếm 10% GRDP;",
                "tối thiểu 50% sản phẩm hàng hóa và dịch vụ được chứng nhận thương hiệu có mặt trên các sàn thương mại điện tử;",
                "50% các doanh nghiệp nhỏ và vừa thực hiện chuyển đổi số.",
                "Hình thành 100 doanh nghiệp công nghệ số.",
            ],
        ),
        # No quotation runs across a footnote's mark, and what stands between two of them alone is none.
        (
            "Xếp thứ 24/63 tỉnh, thành phố⁽¹⁾. Đã phủ sóng 3G và 4G¹ khắp tỉnh.",
            ["Xếp thứ 24/63 tỉnh, thành phố", "Đã phủ sóng 3G và 4G", "khắp tỉnh."],
        ),
        ("theo mô hình “4 lớp”¹.", ["theo mô hình “4 lớp”"]),
        ("", []),
        (" . ", []),
    ],
)
def test_what_is_quoted(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_whole_sentences_are_told_from_clauses() -> None:
    assert [u.whole for u in units(passage(ECONOMY))] == [False, False, False, True]


def test_offsets_count_in_the_document() -> None:
    found = units(passage("Câu một. Câu hai."))
    assert [(u.start, u.end) for u in found] == [(100, 108), (109, 117)]
    for document in bundled():
        for p in document.passages:
            taken = units(p)
            assert all(document.text[u.start : u.end] == u.text for u in taken)
            assert all(a.end <= b.start for a, b in zip(taken, taken[1:], strict=False))


def test_no_figure_of_the_documents_is_lost_in_the_cutting() -> None:
    for document in bundled():
        for p in document.passages:
            kept = [n for u in units(p) for n in re.findall("[0-9]+", u.text)]
            assert kept == re.findall("[0-9]+", p.text), p.text


@given(st.text(alphabet="aB; .,¹²⁽⁾(“”)1%\n", max_size=80))
def test_any_text_can_be_taken_apart(text: str) -> None:
    for unit in units(passage(text)):
        assert text[unit.start - 100 : unit.end - 100] == unit.text
        assert unit.text.strip() == unit.text != ""


# Figures


@pytest.mark.parametrize(
    ("text", "measure", "expected"),
    [
        ("chiếm 10% GRDP", Measure.PERCENT, True),
        ("tăng 11,5 %/năm", Measure.PERCENT, True),
        ("trên 700 doanh nghiệp số", Measure.PERCENT, False),
        ("tỷ lệ cao", Measure.PERCENT, False),
        ("công trình cấp II trở lên", Measure.GRADE, True),
        ("cấp xã và cấp tỉnh", Measure.GRADE, False),
        ("xếp thứ 24/63 tỉnh thành", Measure.RANK, True),
        ("nhóm 10 tỉnh dẫn đầu", Measure.RANK, True),
        ("ngày 03/6/2020", Measure.RANK, False),
        ("thuộc nhóm các tỉnh, thành 15", Measure.GROUP, True),
        ("nhóm các tỉnh khá", Measure.GROUP, False),
        ("50 tỷ đồng", Measure.MONEY, True),
        ("1.133 triệu", Measure.MONEY, True),
        ("50 sở, ngành", Measure.MONEY, False),
        ("định kỳ sơ kết", Measure.PERIOD, True),
        ("trong 24 giờ", Measure.PERIOD, True),
        ("hằng năm", Measure.PERIOD, True),
        ("trong năm 2025", Measure.PERIOD, False),
        ("trước năm 2025", Measure.DATE, True),
        ("trong thời gian tới", Measure.DATE, False),
        ("trên 3.000 doanh nghiệp số", Measure.COUNT, True),
        ("ba trụ cột", Measure.COUNT, True),
        ("đến năm 2025", Measure.COUNT, False),
        ("Quyết định 411/QĐ-TTg", Measure.COUNT, False),
        ("Nghị quyết số 04-NQ/TU ngày 20/01/2022", Measure.COUNT, False),
        ("không có con số nào", None, True),
    ],
)
def test_figures_of_the_sort_asked_for(text: str, measure: Measure | None, expected: bool) -> None:
    assert has_figure(text, measure) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tất cả người dân đều có hồ sơ số", True),
        ("Toàn bộ hồ sơ", True),
        ("100% xã", True),
        ("mọi nơi", True),
        ("người dân có hồ sơ số", False),
    ],
)
def test_all_of_them(text: str, expected: bool) -> None:
    assert universal(text) is expected


# Years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("đến năm 2025, định hướng 2030", {"2025", "2030"}),
        ("Quyết định số 749/QĐ-TTg ngày 03/6/2020", set()),
        ("ngày 31 tháng 12 năm 2020 của tỉnh", set()),
        ("TRIỂN KHAI QUYẾT ĐỊNH SỐ 7/QĐ-TTG NGÀY 02 THÁNG 01 NĂM 2025", set()),
        ("ngày 03/6/2020 đến năm 2025", {"2025"}),
        ("12025 và 20255", set()),
        ("năm 1999", {"1999"}),
    ],
)
def test_years_that_a_text_names(text: str, years: set[str]) -> None:
    assert years_said(text) == years


def test_the_nearest_year_is_the_units_own() -> None:
    def year(text: str, *path: str) -> list[set[str]]:
        return [years_of(u) for u in units(passage(text, *path))]

    dated = "Đến năm 2025: Hoàn thành việc một. Hoàn thành việc hai vào năm 2027."
    assert year(dated) == [{"2025"}, {"2027"}]
    assert year("Đến năm 2025: Hoàn thành việc một. Hoàn thành việc hai.") == [{"2025"}, {"2025"}]
    assert year("Việc một.", "2. Mục tiêu đến năm 2030", "a) Kinh tế số") == [{"2030"}]
    assert year("Việc một.", "Giai đoạn 2025-2030", "Đến năm 2030") == [{"2030"}]
    assert year("Việc một năm 2021.", "Đến năm 2030") == [{"2021"}]
    assert year("Việc một.", "Quan điểm") == [set()]


# Words


def test_what_is_counted_stands_near_a_figure(reader: Reader) -> None:
    question = reader.read("có bao nhiêu doanh nghiệp số?")
    assert question.counted == ("doanh", "nghiep", "so")

    def fit(text: str) -> float:
        return counted_fit(question, text, alternatives(question))

    assert fit("Phấn đấu có trên 700 doanh nghiệp số.") == 1.0
    assert fit("50% các doanh nghiệp nhỏ và vừa") < 0.7
    assert fit("700 hộ gia đình dùng mạng và doanh nghiệp số") < fit("700 doanh nghiệp số")
    assert fit("doanh nghiệp số") == 0.0
    assert fit("năm 2025 doanh nghiệp số") == 0.0
    assert fit("phong trào “Mỗi xã một doanh nghiệp số” lan rộng") == 0.0
    assert not has_figure("phong trào “Mỗi xã một doanh nghiệp số” lan rộng", Measure.COUNT)


@pytest.mark.parametrize(
    ("typed", "text", "says"),
    [
        ("giấy khai sinh", "đăng ký ngành nghề kinh doanh", False),
        ("giấy khai sinh", "đăng ký khai sinh cho trẻ", True),
        ("giấy khai sinh", "sổ hộ tịch điện tử", True),
        ("làm giấy tờ qua mạng", "dịch vụ bưu chính", False),
        ("làm giấy tờ qua mạng", "dịch vụ công trực tuyến", True),
    ],
)
def test_an_official_wording_is_said_by_half_of_it(reader: Reader, typed: str, text: str, says: bool) -> None:
    found = alternatives(reader.read(typed))
    assert found["giấy"].said(term_set(text)) is says


def weigh(question: Question, term: str, text: str, *, leaf: str = "", around: str = "", path: str = "") -> float:
    return held(term, term_set(text), term_set(around), term_set(leaf), term_set(path), alternatives(question))


def test_a_word_counts_by_where_it_stands(reader: Reader) -> None:
    question = reader.read("hồ sơ")
    assert weigh(question, "sơ", "xử lý hồ sơ") == 1.0
    assert weigh(question, "sơ", "x", leaf="hồ sơ") == 0.8
    assert weigh(question, "sơ", "x", path="hồ sơ") == 0.6
    assert weigh(question, "sơ", "x", around="hồ sơ") == 0.5
    assert weigh(question, "sơ", "sở ngành") == 0.6  # the same but for its diacritics
    assert weigh(question, "sơ", "thủ tục") == 0.0


def test_official_words_say_an_everyday_one(reader: Reader) -> None:
    question = reader.read("tiền lấy từ đâu")
    assert weigh(question, "tiền", "kinh phí thực hiện") == 0.9
    # A lone everyday syllable is ambiguous: it counts less than what it officially means.
    assert weigh(question, "tiền", "tạo tiền đề") == 0.45
    assert weigh(reader.read("hồ sơ"), "tiền", "tạo tiền đề") == 1.0


def test_a_figure_with_its_unit_holds_the_unit() -> None:
    assert {"~mbps", "~50mbps"} <= term_set("tốc độ 50Mbps")
    assert "~km" not in term_set("tốc độ 50")


def test_units_are_values() -> None:
    p = passage("Câu một.")
    assert Unit(p, 100, 108, "Câu một.", True) == units(p)[0]
