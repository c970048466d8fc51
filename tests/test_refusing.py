"""What an answer must hold to be one: the body that is charged, the group that a figure holds for, what is counted, a cause, a name."""

from datetime import date

import pytest

from documents.adding import understand
from documents.cleaning import starts_item
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Passage, Resolution
from index.store import build, open_index
from qa.answer import Answer, Status
from qa.assistant import Assistant
from qa.demands import Demand, Tense, demand, fits, holds
from qa.duty_patterns import asks_body
from qa.formalities import asks_scope, of_scope
from qa.groups import groups, names_group
from qa.naming import Names
from qa.patterns import Measure, measure, over_places, plural
from qa.question import Question
from qa.subjects import is_body, names_doer
from qa.wording import counted_fit

LAI_CHAU = """ỦY BAN NHÂN DÂN
TỈNH LAI CHÂU

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 73/KH-UBND
Lai Châu, ngày 11 tháng 9 năm 2025

KẾ HOẠCH
Phủ sóng và đọc sách điện tử vùng biên tỉnh Lai Châu giai đoạn 2026 - 2030

I. TÌNH HÌNH

1. 62,4% bản có thư viện điện tử.

II. MỤC TIÊU ĐẾN NĂM 2030

a) 85% người khuyết tật được cấp gậy dò đường.

b) Cấp 1.200 máy đọc sách; tốc độ đường truyền tối thiểu 80Mbps.

III. NHIỆM VỤ

1. Dựng 45 trạm thu phát trên đèo Ô Quy Hồ, hoàn thành trong năm 2027.

2. Mở lớp đọc sách điện tử cho người lớn vào tối thứ năm hằng tuần.

3. Chọn đèo Khau Phạ làm nơi thử nghiệm trạm chạy bằng gió.

IV. TỔ CHỨC THỰC HIỆN

1. Sở Văn hóa, Thể thao và Du lịch chủ trì việc mở lớp đọc sách điện tử, báo cáo trước ngày 15 tháng 11 hằng năm.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Lò Văn Tính
"""
LANG_SON = """ỦY BAN NHÂN DÂN
TỈNH LẠNG SƠN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 19/KH-UBND
Lạng Sơn, ngày 03 tháng 10 năm 2025

KẾ HOẠCH
Thông tin liên lạc vùng cao tỉnh Lạng Sơn giai đoạn 2026 - 2030

Theo đề nghị của Sở Khoa học và Công nghệ tại Tờ trình số 84/TTr-SKHCN ngày 12 tháng 9 năm 2025; UBND tỉnh ban hành Kế hoạch như sau:

I. MỤC TIÊU ĐẾN NĂM 2030

a) Mỗi năm tổ chức 04 đợt kiểm tra cột ăng ten, cấp 700 máy đọc sách cho các bản.

b) 91% bản có loa truyền thanh.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Hoàng Văn Bích
"""


def document(text: str, name: str) -> Resolution:
    content = text.encode()
    source = read(content, name)
    return understand(source, Original(content, name, source.format))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place = tmp_path_factory.mktemp("two-plans")
    documents = [*bundled(), document(LAI_CHAU, "lai-chau.txt"), document(LANG_SON, "lang-son.txt")]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None, today=lambda: date(2026, 6, 1))


def quoted(answer: Answer) -> str:
    return " / ".join(c.quote for c in answer.citations)


# Who


def test_a_task_that_nobody_is_charged_with_has_no_answer_to_who(library: Assistant) -> None:
    answer = library.ask("Sở nào chủ trì dựng trạm thu phát trên đèo Ô Quy Hồ ở Lai Châu?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())
    told = library.ask("Lai Châu dựng bao nhiêu trạm thu phát trên đèo Ô Quy Hồ?")
    assert "45 trạm" in quoted(told)


def test_who_is_charged_elsewhere_in_the_same_words_is_told(library: Assistant) -> None:
    answer = library.ask("Cơ quan nào mở lớp đọc sách điện tử tối thứ năm ở Lai Châu?")
    assert answer.status is Status.ANSWERED
    assert "Sở Văn hóa, Thể thao và Du lịch chủ trì" in quoted(answer)


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("sở nào dựng trạm?", "Dựng trạm thu phát trên đèo.", False),
        ("sở nào dựng trạm?", "Sở Xây dựng dựng trạm thu phát trên đèo.", True),
        ("sở nào dựng trạm?", "Các cấp ủy chỉ đạo dựng trạm.", True),
        ("sở nào dựng trạm?", "Dựng trạm theo mẫu do Chính phủ, Bộ Xây dựng quy định.", False),
        ("sở nào dựng trạm?", "Dựng trạm do Sở Xây dựng chủ trì.", True),
        ("sở nào dựng trạm?", "Dựng trạm do các sở, ngành chủ trì.", True),
        ("sở nào dựng trạm?", "Dựng trạm trên đất của Trung tâm Văn hóa tỉnh.", False),
        ("cơ quan nào xây dựng trung tâm điều hành an ninh mạng?", "Xây dựng Trung tâm điều hành an ninh mạng.", False),
        ("cơ quan nào xây dựng trung tâm điều hành an ninh mạng?", "Công an tỉnh xây dựng Trung tâm điều hành an ninh mạng.", True),
        ("cơ quan nào nâng cấp cổng?", "Nâng cấp cổng, phục vụ các cơ quan nhà nước.", False),
    ],
)
def test_whether_a_passage_names_who_does_it(question: str, text: str, told: bool) -> None:
    assert names_doer(question, Passage("x#0", "x", ("III. NHIỆM VỤ",), 0, len(text), text)) is told


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2. Sở Y tế", True),
        ("Thành đoàn Cần Thơ chủ trì dựng trạm.", True),
        ("Doanh nghiệp", True),
        ("Trung tâm dữ liệu của tỉnh được đầu tư.", False),
        ("Báo cáo kết quả hằng quý.", False),
    ],
)
def test_what_a_body_is_called_by(text: str, is_one: bool) -> None:
    assert is_body(text) is is_one


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("sở nào chủ trì?", True),
        ("giao cho ai làm?", True),
        ("đơn vị chấm điểm các xã", False),
        ("cơ quan nhà nước dùng chữ ký số", False),
        ("ưu tiên mạng của cơ quan nào trước?", False),
        ("bên nào nhiều hơn?", False),
    ],
)
def test_whether_a_body_is_asked_for(question: str, asks: bool) -> None:
    assert asks_body(question) is asks


# Names


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("ai được cử làm trưởng ban chỉ đạo?", Demand.LEADER),
        ("ai là phó chủ tịch?", Demand.PERSON),
        ("họ tên giám đốc trung tâm điều hành", Demand.PERSON),
        ("ông/bà nào là giám đốc?", Demand.PERSON),
        ("các cố vấn trong mạng lưới là những ai?", Demand.PERSON),
        ("hộp thư chạy phần mềm của hãng nào?", Demand.COMPANY),
        ("doanh nghiệp nào trúng thầu?", Demand.COMPANY),
        ("doanh nghiệp nào được hỗ trợ?", None),
        ("kể tên 12 phường làm điểm", Demand.NAMES),
        ("kể tên các nhiệm vụ", None),
        ("gọi số nào để hỏi?", Demand.CONTACT),
        ("gọi đường dây nóng thì bao lâu được trả lời?", None),
        ("kinh phí làm bản đồ du lịch", Demand.FUNDS),
        ("đơn giá một bộ máy tính", Demand.FUNDS),
    ],
)
def test_what_is_demanded(question: str, wanted: Demand | None) -> None:
    assert demand(question) is wanted


@pytest.mark.parametrize(
    ("wanted", "text", "held"),
    [
        (Demand.LEADER, "do đồng chí Bí thư Tỉnh ủy làm Trưởng ban", True),
        (Demand.LEADER, "Thành lập Ban Chỉ đạo thực hiện Nghị quyết", False),
        (Demand.PERSON, "Chủ tịch Ủy ban nhân dân tỉnh làm Tổ trưởng", False),
        (Demand.PERSON, "nền tảng du lịch thông minh Phú Quốc", False),
        (Demand.PERSON, "trung tâm đặt tại phường Tô Hiệu", False),
        (Demand.COMPANY, "VNPT và Viettel cùng dựng trạm", True),
        (Demand.COMPANY, "thuê doanh nghiệp giám sát chuyên nghiệp", False),
        (Demand.NAMES, "gồm xã Bình Sơn, phường Cẩm Thành", True),
        (Demand.NAMES, "chọn 12 phường và 06 xã làm điểm", False),
        (Demand.FUNDS, "ngân sách tỉnh bảo đảm", True),
        (Demand.FUNDS, "hoàn thành trước tháng 6", False),
    ],
)
def test_what_holds_it(wanted: Demand, text: str, held: bool) -> None:
    assert holds(wanted, text) is held


def test_a_task_may_say_what_is_today() -> None:
    text = "Nâng cao chất lượng đội ngũ hiện có (200 cán bộ)."
    assert fits(Tense.PRESENT, Passage("x#0", "x", ("III. NHIỆM VỤ",), 0, len(text), text), text)


# Groups, counts, years, causes


def test_what_holds_for_one_group_is_not_said_of_another(library: Assistant) -> None:
    assert "85%" in quoted(library.ask("Đến năm 2030 bao nhiêu phần trăm người khuyết tật ở Lai Châu được cấp gậy dò đường?"))
    answer = library.ask("Đến năm 2030 bao nhiêu phần trăm người cao tuổi ở Lai Châu được cấp gậy dò đường?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


def test_groups_and_what_they_are_called() -> None:
    ((called, names),) = groups("bao nhiêu phần trăm ông bà già biết dùng mạng?")
    assert called == "ông bà già"
    assert names_group(names, "60% người cao tuổi")
    assert not names_group(names, "60% người dân")
    assert names_group(names, "hỗ trợ các đối tượng quy định tại Điều 6")
    assert [called for called, _ in groups("hộ cận nghèo được bao nhiêu tiền?")] == ["hộ cận nghèo"]
    assert groups("bao nhiêu người dân?") == ()


def counting(typed: str, *counted: str) -> Question:
    return Question(typed, typed, "figure", measure=Measure.COUNT, counted=counted)  # type: ignore[arg-type]


def test_what_is_counted_stands_beside_its_number() -> None:
    speed = counting("tối thiểu bao nhiêu mbps?", "mbps")
    assert counted_fit(speed, "tốc độ tối thiểu 80Mbps", {}) == 1.0
    unit = counting("mỗi huyện chọn mấy đơn vị?", "don", "vi")
    assert counted_fit(unit, "mỗi huyện chọn một đơn vị", {}) == 1.0
    total = counting("tổng số trang là bao nhiêu?", "trang")
    assert counted_fit(total, "số hóa 40% trang tài liệu", {}) == 0.0


def test_other_things_counted_are_no_answer(library: Assistant) -> None:
    answer = library.ask("Lai Châu dựng trạm thu phát trên đèo Ô Quy Hồ tạo bao nhiêu việc làm?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


def test_the_situation_tells_nothing_of_a_year_to_come(library: Assistant) -> None:
    answer = library.ask("Năm 2028 bao nhiêu phần trăm bản ở Lai Châu có thư viện điện tử?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


def test_why_is_answered_by_a_cause(library: Assistant) -> None:
    answer = library.ask("Vì sao Lai Châu chọn đèo Khau Phạ làm nơi thử nghiệm trạm chạy bằng gió?")
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


# How a question is read


def test_on_whose_proposal_a_document_is_made(library: Assistant) -> None:
    answer = library.ask("Kế hoạch của Lạng Sơn theo tờ trình số mấy, của sở nào?")
    assert [c.quote for c in answer.citations] == [
        "Theo đề nghị của Sở Khoa học và Công nghệ tại Tờ trình số 84/TTr-SKHCN ngày 12 tháng 9 năm 2025"
    ]
    silent = library.ask("Kế hoạch của Lai Châu theo tờ trình số mấy?")
    assert silent.text == "Văn bản của Lai Châu trong thư viện không ghi nơi đề nghị, tờ trình."


def test_a_document_is_named_by_words_of_its_title(library: Assistant) -> None:
    names = Names(library.index.layout.heads)
    text = "kế hoạch phủ sóng và đọc sách điện tử có mấy mục tiêu"
    named = names.by_title(text)
    assert named.document_ids == ("lai-chau-73-kh-ubnd",)
    assert [text[a:b] for a, b in named.spans] == ["kế hoạch phủ sóng và đọc sách điện tử"]
    assert names.by_title("kế hoạch phát triển mạng lưới chợ") == names.by_title("phủ sóng và đọc sách") == type(named)()
    read = library.understand("Trong kế hoạch phủ sóng và đọc sách điện tử, tốc độ đường truyền là bao nhiêu?")
    assert (read.document_ids, read.provinces, read.titled) == (("lai-chau-73-kh-ubnd",), ("Lai Châu",), True)
    assert "sách" not in [t.word for t in read.topic]


def test_a_comparison_finds_what_the_other_place_says_in_like_words(library: Assistant) -> None:
    answer = library.ask("Lai Châu và Lạng Sơn, mỗi nơi cấp bao nhiêu máy đọc sách?")
    assert "1.200 máy đọc sách" in quoted(answer)
    assert "700 máy đọc sách" in quoted(answer)


def test_many_words_for_a_plural_and_what_changes_over_years() -> None:
    assert plural("mấy chợ kiểu mới được trang bị những thứ gì?").startswith("những chợ")
    assert measure("kinh tế số 2025 so với 2030", (2025, 2030)) is Measure.COUNT
    assert measure("khác nhau những gì giữa 2025 và 2030", (2025, 2030)) is None
    assert over_places("tỉnh nào sớm nhất?")
    assert not over_places("việc nào xong sớm nhất?")


def test_what_a_document_lays_down_answers_only_who_asks_that() -> None:
    scope = "1. Nghị quyết này quy định đối tượng, điều kiện, mức hỗ trợ."
    assert of_scope(scope)
    assert not of_scope("1. Nghị quyết này có hiệu lực từ ngày 01 tháng 01 năm 2026.")
    assert asks_scope("Nghị quyết này quy định những gì?")
    assert not asks_scope("Điều kiện để được hỗ trợ là gì?")


@pytest.mark.parametrize("line", ["a) 100% xã có mạng", "đ) 5G phủ mọi bản", '1. "Chợ 4.0" tại 30 chợ', "b) Mở lớp"])
def test_items_begin_with_figures_and_quotation_marks_too(line: str) -> None:
    assert starts_item(line)
