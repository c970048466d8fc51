"""What a question names and demands beside its words: documents by number, persons, contacts, what is and what is aimed at; table rows."""

from dataclasses import replace

import pytest

from documents.places import learned_places
from documents.resolution import Passage, Resolution
from index.language import Restorer
from qa import sections, tables
from qa.demands import Demand, Tense, demand, fits, holds, tense
from qa.naming import Names
from qa.placing import districts
from qa.question import Question, Reader
from qa.units import units
from tests.conftest import small_document


def numbered(name: str, province: str, number: str, kind: str, **more: str) -> Resolution:
    return replace(small_document(name, province, "Một điều."), number=number, kind=kind, **more)  # type: ignore[arg-type]


CAN_THO = numbered("ct", "Cần Thơ", "157/KH-UBND", "Kế hoạch", issued="2025-11-18")
CENTRAL = numbered("tw", "Trung ương", "2597/QĐ-TTg", "Quyết định", body="Thủ tướng Chính phủ")
GIA_LAI = numbered("gl", "Gia Lai", "04-NQ/TU", "Bài trình bày nghị quyết", issued="2022-01-20")
DOCUMENTS = (CAN_THO, CENTRAL, GIA_LAI)


@pytest.fixture(scope="module")
def reader(restorer: Restorer) -> Reader:
    return Reader([d.province for d in DOCUMENTS], learned_places(DOCUMENTS), restorer, DOCUMENTS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kế hoạch 157 nói gì?", ("ct",)),
        ("kh 157 noi gi", ("ct",)),
        ("157/KH-UBND ai ký", ("ct",)),
        ("Quyết định số 2597 và Kế hoạch số 157", ("ct", "tw")),
        ("Đề án 2597 làm gì", ("tw",)),
        ("Nghị quyết 04 của tỉnh", ("gl",)),
        ("nghị quyết số 4", ("gl",)),
        ("đề án của Thủ tướng về hạ tầng", ("tw",)),
        ("Kế hoạch năm 2025", ()),
        ("kế hoạch 157% vốn", ()),
        ("có 157 xã", ()),
        ("Quyết định 157", ()),
        ("chính phủ số là gì", ()),
    ],
)
def test_documents_are_named_by_number_or_office(text: str, found: tuple[str, ...]) -> None:
    assert Names(DOCUMENTS).find(text).document_ids == found


def test_a_named_document_stands_for_its_province(reader: Reader) -> None:
    read = reader.read("Kế hoạch 157 đặt mục tiêu gì?")
    assert (read.document_ids, read.provinces) == (("ct",), ("Cần Thơ",))
    assert "157" not in {t.word for t in read.topic}
    both = reader.read("Kế hoạch 157 và Nghị quyết 04 của Gia Lai khác gì nhau?")
    assert (set(both.document_ids), set(both.provinces)) == ({"ct", "gl"}, {"Cần Thơ", "Gia Lai"})
    place = reader.read("Gia Lai làm gì theo đề án của Thủ tướng?")
    assert (place.document_ids, place.provinces) == ((), ("Gia Lai",)), "the place says whose document is meant"


def test_a_district_stands_for_its_province(reader: Reader) -> None:
    read = reader.read("Thành phố Sông Công có gì mới?")
    assert (read.provinces, read.absent) == ((), ("Thái Nguyên",))
    assert "sông" in {t.word for t in read.topic}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Huyện Phong Điền, Cái Răng đạt bao nhiêu phần trăm?", ("phong dien", "cai rang")),
        ("tỷ lệ hộ nghèo Phong Điền", ("phong dien",)),
        ("Bà con ở Phong Điền và Cái Răng được gì?", ()),
        ("Dân nuôi tôm Vĩnh Châu, Trần Đề phải gắn cảm biến", ()),
        ("Hợp tác xã miệt Phong Điền được hỗ trợ mấy tháng?", ()),
        ("Người ở Phong Điền được gì, Cái Răng đạt mấy điểm?", ("cai rang",)),
    ],
)
def test_a_district_is_asked_about_unless_somebody_lives_or_works_there(question: str, named: tuple[str, ...]) -> None:
    assert districts(question)[0] == named


def test_a_district_typed_without_capitals_and_where_somebody_lives() -> None:
    assert districts("tới 2030 Bình Định xây tuy phước thành gì", "toi 2030 binh dinh xay tuy phuoc thanh gi") == (("tuy phuoc",), ())
    assert districts("tới 2030 Bình Định xây tuy phước thành gì") == ((), ())
    assert districts("Nhà tôi ở Phong Điền, con học ở Cái Răng") == ((), ("phong dien", "cai rang"))


def test_an_old_province_leads_to_the_newer_document_of_the_one_it_is_part_of(reader: Reader) -> None:
    read = reader.read("Sóc Trăng làm gì?")
    assert (read.provinces, read.absent, read.by_merger) == (("Cần Thơ",), (), (("Sóc Trăng", "Cần Thơ"),))
    old = reader.read("Bình Định làm gì?")
    assert (old.provinces, old.absent) == ((), ("Bình Định",)), "Gia Lai's document is of before the merger"


def test_a_place_in_lower_case_needs_syllables_that_belong_together(reader: Reader) -> None:
    assert reader.read("kinh tế số ở cần thơ").provinces == ("Cần Thơ",)
    assert reader.read("tăng cường bình an toàn diện").absent == ()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("giám đốc sở y tế tên gì", Demand.PERSON),
        ("ông nào làm trưởng ban chỉ đạo", Demand.PERSON),
        ("ai là chủ tịch tỉnh", Demand.PERSON),
        ("đơn vị nào chủ trì", None),
        ("ai chủ trì", None),
        ("cho xin số điện thoại bí thư", Demand.CONTACT),
        ("địa chỉ trang web là gì", Demand.CONTACT),
        ("xã điểm tên là gì", Demand.NAME),
        ("trung tâm nằm ở đường nào", Demand.ADDRESS),
        ("mục tiêu đến năm 2025", None),
    ],
)
def test_what_is_demanded(question: str, wanted: Demand | None) -> None:
    assert demand(question) is wanted


@pytest.mark.parametrize(
    ("wanted", "text", "held"),
    [
        (None, "gì cũng được", True),
        (Demand.PERSON, "Đồng chí Nguyễn Thị Mai làm Trưởng ban.", True),
        (Demand.PERSON, "Sở Y tế tỉnh Thái Nguyên chủ trì.", False),
        (Demand.PERSON, "Ban Chỉ đạo tỉnh Cao Bằng", False),
        (Demand.CONTACT, "Liên hệ 0203.123.4567 hoặc a@b.vn", True),
        (Demand.CONTACT, "1.650 điểm thu phát sóng điện thoại năm 2020", False),
        (Demand.NAME, "thí điểm tại xã Vĩnh An", True),
        (Demand.NAME, "thí điểm tại một xã điểm", False),
        (Demand.ADDRESS, "số 12 đường Trần Phú", True),
        (Demand.ADDRESS, "mở đường cho đầu tư", False),
    ],
)
def test_what_holds_it(wanted: Demand | None, text: str, held: bool) -> None:
    assert holds(wanted, text) is held


def test_a_target_tells_nothing_of_what_is() -> None:
    goal = Passage("x#0", "x", ("II. MỤC TIÊU", "1. Đến năm 2025"), 0, 3, "80%")
    state = Passage("x#1", "x", ("I. TÌNH HÌNH",), 4, 7, "20%")
    assert tense("hiện gia lai có bao nhiêu xã") is Tense.PRESENT
    assert tense("tới giờ làm được mấy xã rồi") is Tense.PRESENT
    assert tense("mục tiêu hiện nay là bao nhiêu") is Tense.GOAL
    assert tense("thực hiện đại trà bao nhiêu xã") is None
    assert [fits(Tense.PRESENT, p, p.text) for p in (goal, state)] == [False, True]
    assert [fits(Tense.GOAL, p, p.text) for p in (goal, state)] == [True, False]
    assert fits(None, goal, goal.text)


ROW = "3 | Xây dựng kho dữ liệu | Sở A | Sở B | Quý IV/2026"
COLUMNS = ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành")


def row() -> Passage:
    cells, at = [], 0
    for cell in ROW.split(" | "):
        cells.append((100 + at, 100 + at + len(cell)))
        at += len(cell) + 3
    return Passage("x#0", "x", ("PHỤ LỤC",), 100, 100 + len(ROW), ROW, cells=tuple(cells), columns=COLUMNS)


def test_a_row_is_said_with_the_heads_that_are_asked_for() -> None:
    assert tables.said(row()) == [
        ("", "Xây dựng kho dữ liệu"),
        ("Cơ quan chủ trì", "Sở A"),
        ("Cơ quan phối hợp", "Sở B"),
        ("Thời gian hoàn thành", "Quý IV/2026"),
    ]
    assert tables.said(row(), ["when"]) == [("", "Xây dựng kho dữ liệu"), ("Thời gian hoàn thành", "Quý IV/2026")]
    assert tables.said(row(), ["money"])[1:] == tables.said(row())[1:], "nothing is asked for that there is: all is said"
    (unit,) = units(row())
    assert unit.text == ROW.removeprefix("3 | "), "the number of a row is no figure of it"
    assert unit.start == 104


def test_a_question_that_names_no_document_has_none(reader: Reader) -> None:
    read: Question = reader.read("kinh tế số là gì?")
    assert (read.document_ids, read.provinces, read.demand, read.tense) == ((), (), None, None)


def test_sections_of_official_drafting_answer_questions_of_their_sort() -> None:
    money = sections.intents("Tiền làm kế hoạch lấy đâu ra?")
    assert sections.fit(money, ("IV. KINH PHÍ VÀ NGUỒN LỰC THỰC HIỆN",)) == 1.0
    assert sections.fit(money, ("IV. KINH PHÍ", "1. Nguyên tắc chung")) == 0.6
    assert sections.fit(money, ("I. MỤC ĐÍCH",)) == 0.0
    assert sections.intents("5G là gì?") == ()
    assert sections.fit(sections.intents("vì sao còn chậm"), ("I. TÌNH HÌNH VÀ NGUYÊN NHÂN",)) == 1.0


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Kinh tế số chiếm 50% GRDP năm 2030 phải không?", ("50",)),
        ("Chỉ 100 doanh nghiệp đúng không?", ("100",)),
        ("Kinh tế số chiếm bao nhiêu phần trăm GRDP năm 2030?", ()),
        ("Tỉnh có làm 5G không?", ()),
    ],
)
def test_a_supposed_figure_is_read(reader: Reader, question: str, figures: tuple[str, ...]) -> None:
    assert reader.read(question).supposed == figures
