"""What is said of one of several things that exclude each other is not said of another, and what is asked for must be there."""

from datetime import date

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Passage, Resolution
from index.store import build, open_index
from qa import demands, leading, patterns, tables
from qa.answer import Answer, Status
from qa.assistant import Assistant
from qa.contrasts import of_another, tells_apart
from qa.demands import Demand
from qa.duty_patterns import obliges
from qa.missing import missing
from qa.patterns import Kind, Measure
from qa.quoting import quoted
from qa.scored import Scored
from qa.subjects import bodies_charged, of_another_body, sectors, subject_fit
from qa.units import Unit, asks_of_budget, has_figure, tells_budget_share, tells_paid_share, units, years_of
from qa.wording import counted_fit

PLAN = """ỦY BAN NHÂN DÂN TỈNH KON TUM

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

Số: 87/KH-UBND

Kon Tum, ngày 14 tháng 12 năm 2023

# KẾ HOẠCH

**Thư viện và đọc sách trên địa bàn tỉnh Kon Tum giai đoạn 2024 - 2028**

Căn cứ Nghị quyết số 33-NQ/TW ngày 09/6/2014 của Bộ Chính trị về văn hóa đọc; Nghị quyết số 52/NQ-CP ngày 07/3/2022 của Chính phủ và \
Chương trình hành động số 9-CTr/TU ngày 15/8/2022 của Tỉnh ủy về thực hiện Nghị quyết số 33-NQ/TW ngày 09/6/2014 của Bộ Chính trị về văn \
hóa đọc;

## I. TÌNH HÌNH

1. Tỷ lệ người đọc sách của tỉnh thuộc nhóm thấp, xếp thứ 52/63¹; kho sách xuống cấp.

2. Giai đoạn 2019 - 2022, thư viện tỉnh đón 41.300 lượt bạn đọc.

## II. MỤC TIÊU

1. Đến năm 2026: 34% trường trung học cơ sở có thư viện đạt chuẩn; 12% bản làng có tủ sách.

2. Đến năm 2028: 48% làng có đường truyền Internet; 71% trường có máy in.

3. Đến năm 2028, thuộc nhóm 3 tỉnh dẫn đầu vùng Tây Nguyên về số bản sách trên đầu người; kinh tế số chiếm 15% GRDP của tỉnh; tỷ trọng \
kinh tế số trong từng ngành, lĩnh vực đạt 8%.

## III. NHIỆM VỤ

1. Dựng thư viện lưu động tại vùng biên, hoàn thành ngay sau khi có xe; chọn huyện Sa Thầy làm thử.

2. Sở Văn hóa, Thể thao và Du lịch chủ trì mở 6 kho sách, mỗi kho rộng 240 m².

3. Kinh phí mua sách giai đoạn 2024 - 2026 là 9 tỷ đồng, gồm: ngân sách tỉnh 5 tỷ đồng mua sách cho vùng biên và các xã còn khó khăn của \
huyện Sa Thầy; nguồn xã hội hóa 4 tỷ đồng mua sách cho các trường nội trú và các điểm bưu điện văn hóa xã.

4. Mỗi hộ dân vùng biên được phát 5 cuốn sách một năm.

5. Riêng hộ dân huyện Sa Thầy được phát 9 cuốn sách một năm.

## IV. TỔ CHỨC THỰC HIỆN

1. Sở Nội vụ là cơ quan thường trực, chủ trì theo dõi, đôn đốc việc thực hiện Kế hoạch; báo cáo tỉnh trước tháng 12.

2. Sở Tài chính chủ trì bố trí kinh phí hằng năm để thực hiện Kế hoạch theo quy định.

## PHỤ LỤC. BẢNG CHẤM ĐIỂM

| TT | Tiêu chí | Điểm tối đa | Cách chấm |
|---|---|---|---|
| 1 | Mở cửa kho sách vào ngày nghỉ | 15 | Căn cứ sổ trực của từng kho trong cả năm, đối chiếu với lịch đã báo cáo về huyện; kho nào mở đủ \
năm mươi hai ngày nghỉ thì được trọn số điểm, thiếu một ngày thì trừ đi nửa điểm, thiếu quá hai mươi ngày thì không được điểm nào. Kho mở \
thêm buổi tối được cộng 3 điểm, kho bị bạn đọc phàn nàn bằng văn bản thì bị trừ 2 điểm cho mỗi lần phàn nàn đã được xác minh. |

¹ Kết quả xếp hạng văn hóa đọc năm 2021 do Vụ Thư viện công bố.
"""


def document() -> Resolution:
    content = PLAN.encode()
    source = read(content, "ke-hoach.md")
    return understand(source, Original(content, "ke-hoach.md", source.format))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place = tmp_path_factory.mktemp("contrasts")
    documents = [*bundled(), document()]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None, today=lambda: date(2024, 6, 1))


def quotes(answer: Answer) -> str:
    return " / ".join(c.quote for c in answer.citations)


def unit(text: str, *path: str) -> Unit:
    return Unit(Passage("p", "d", path, 0, len(text), text), 0, len(text), text, True)


@pytest.mark.parametrize(
    ("asked", "text", "path", "another"),
    [
        ("bao nhiêu trường tiểu học", "34% trường trung học cơ sở", (), True),
        ("bao nhiêu trường cấp 1", "34% trường tiểu học", (), False),
        ("bao nhiêu trường tiểu học", "34% trường tiểu học và trung học cơ sở", (), False),
        ("bao nhiêu trường tiểu học", "34% trường trung học cơ sở", ("Trường tiểu học, trung học cơ sở",), False),
        ("bao nhiêu trường tiểu học", "34% trường có thư viện", (), False),
        ("trường công lập", "trường ngoài công lập", (), True),
        ("trường ngoài công lập", "trường công lập", (), True),
        ("khách quốc tế và khách nội địa", "khách nội địa tiêu 1 triệu đồng", (), False),
        ("Khách quốc tế", "khách nội địa tiêu 1 triệu đồng", (), True),
        ("đợt 1", "đợt 02 dài 3 ngày", (), True),
        ("riêng năm 2022 đón mấy lượt", "giai đoạn 2019 - 2022 đón 41.300 lượt", (), True),
        ("năm 2022 đón mấy lượt", "giai đoạn 2019 - 2022 đón 41.300 lượt", (), False),
        ("riêng năm 2022 đón mấy lượt", "năm 2022 đón 9.000 lượt, giai đoạn 2019 - 2022 đón 41.300", (), False),
        ("đứng hạng mấy cả nước về sách", "thuộc nhóm 3 tỉnh dẫn đầu vùng tây nguyên về sách", (), True),
        ("đứng hạng mấy của vùng về sách", "thuộc nhóm 3 tỉnh dẫn đầu vùng tây nguyên về sách", (), False),
        ("đứng hạng mấy cả nước về sách", "xếp thứ 52/63, thuộc nhóm cuối của vùng tây nguyên", (), False),
        ("cả nước làm gì cho vùng cao", "đầu tư cho vùng cao", (), False),
        # What is told of stands in the heading alone.
        ("nuôi cá tra được hỗ trợ mấy phần", "30% chi phí xử lý nước thải", ("Hỗ trợ nuôi tôm nước lợ",), True),
        ("nuôi tôm được hỗ trợ mấy phần", "30% chi phí xử lý nước thải", ("Hỗ trợ nuôi tôm nước lợ",), False),
        ("cơ quan hành chính cấp xã", "100% cơ quan cấp tỉnh, cấp huyện", (), True),
        ("ngành giáo dục dùng công nghệ 3D", "công nghệ 3D giới thiệu tour", ("Chuyển đổi số trong lĩnh vực du lịch",), True),
    ],
)
def test_what_is_said_of_another(asked: str, text: str, path: tuple[str, ...], another: bool) -> None:
    assert of_another(asked, unit(text, *path)) is another
    assert tells_apart(asked) or not another


@pytest.mark.parametrize(
    ("asked", "demand", "text", "held"),
    [
        ("kho sách rộng bao nhiêu", Demand.AREA, "mỗi kho rộng 240 m²", True),
        ("diện tích kho sách", Demand.AREA, "mở 6 kho sách", False),
        ("diện tích lúa chiếm bao nhiêu phần trăm", None, "", True),
        ("mở rộng mấy kho", None, "", True),
        ("đường dài mấy km", Demand.LENGTH, "đường dài 12,5 km", True),
        ("bao nhiêu tuổi thì được mượn", Demand.AGE, "người đủ 6 tuổi", True),
        ("bao nhiêu tuổi thì được mượn", Demand.AGE, "6 kho sách", False),
        ("tốc độ mạng của thư viện là bao nhiêu", Demand.SPEED, "tối thiểu 80Mbps", True),
        ("tốc độ tăng trưởng là bao nhiêu", None, "", True),
        ("mạng ở thư viện được mấy mbps", Demand.SPEED, "phủ 300 điểm truy cập", False),
        ("hỏng máy thì bấm số nào", Demand.CONTACT, "Sở Nội vụ trực 24/7", False),
        ("cho xin số trực của kho sách", Demand.CONTACT, "số trực: 0260 3862 100", True),
        ("lấy xã nào làm điểm", Demand.PLACE, "làm thử tại một xã điểm", False),
        ("bao nhiêu phần trăm người dân đưa số tài khoản", None, "", True),
        ("số tài khoản nhận tiền ủng hộ", Demand.CONTACT, "mở tài khoản", False),
        ("kinh phí thư viện lưu động", Demand.FUNDS, "huy động nguồn lực, hội đồng xét", False),
        ("kinh phí thư viện lưu động", Demand.FUNDS, "từ nguồn xã hội hóa", True),
        ("kinh phí thư viện lưu động", Demand.FUNDS, "2 tỷ đồng", True),
        ("ngân hàng nào phát thẻ", Demand.COMPANY, "các ngân hàng thương mại phát thẻ", False),
        ("ngân hàng nào phát thẻ", Demand.COMPANY, "Ngân hàng Chính sách phát thẻ", True),
        ("tên giám đốc sở văn hóa", Demand.PERSON, "Sở Văn hóa chủ trì", False),
        ("doanh nghiệp trúng thầu làm phần mềm", Demand.COMPANY, "70% doanh nghiệp dùng phần mềm", False),
        ("địa chỉ trụ sở thư viện tỉnh", Demand.ADDRESS, "nâng cấp thư viện tỉnh", False),
        ("địa chỉ của thư viện tỉnh", Demand.CONTACT, "www.thuvien.vn", True),
        ("địa chỉ số cho hộ gia đình", None, "", True),
        ("xã nào được chọn làm thử", Demand.PLACE, "hình thành 6 kho sách", False),
        ("xã nào cũng có tủ sách phải không", None, "", True),
        ("xã được chọn làm thử thư viện lưu động", Demand.PLACE, "UBND xã, đặc khu Sở Văn hóa", False),
        ("huyện thí điểm thư viện lưu động", Demand.PLACE, "thành phố Huế", False),
        ("huyện thí điểm thư viện lưu động", Demand.PLACE, "thành phố Kon Tum", True),
        ("làm thử ở huyện nào", Demand.PLACE, "chọn huyện Sa Thầy làm thử", True),
        ("làm thử ở huyện nào", Demand.PLACE, "làm thử sáng kiến “Mỗi người một cuốn sách”", False),
        (
            "giám đốc sở văn hóa đứng ra lo việc mở kho sách cho đồng bào vùng biên giới của tỉnh mình là ai",
            Demand.PERSON,
            "Sở Văn hóa",
            False,
        ),
    ],
)
def test_a_thing_asked_for_must_be_there(asked: str, demand: Demand | None, text: str, held: bool) -> None:
    assert demands.demand(asked) is demand
    assert demands.holds(demand, text) is held


@pytest.mark.parametrize(
    "question", ["bao giờ dựng thư viện?", "hạn quý nào xong kho sách", "năm khởi công thư viện", "từ quý nào mở cửa?"]
)
def test_a_time_is_asked_for(question: str) -> None:
    assert patterns.measure(question, ()) is Measure.DATE


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("tiêu chí tỷ lệ mượn sách được bao nhiêu điểm", Measure.COUNT),
        ("tỷ lệ mượn sách tăng bao nhiêu điểm phần trăm", Measure.PERCENT),
        ("tỷ lệ mượn sách là bao nhiêu", Measure.PERCENT),
        ("mấy em nhỏ có được mượn không", None),
        ("mấy trường có được cấp sách không?", None),
        ("mấy trường được cấp sách", Measure.COUNT),
    ],
)
def test_points_are_counted(question: str, sort: Measure | None) -> None:
    assert patterns.measure(question, ()) is sort


def test_points_are_told_by_their_column(library: Assistant) -> None:
    answer = library.ask("tieu chi mo cua kho sach vao ngay nghi o kon tum duoc bao nhieu diem")
    assert answer.text.startswith("Mở cửa kho sách vào ngày nghỉ. Điểm tối đa: **15**.")
    added = library.ask("Kho sách mở thêm buổi tối ở Kon Tum được cộng bao nhiêu điểm?")
    assert added.text.startswith("Kho mở thêm buổi tối được cộng 3 điểm")


@pytest.mark.parametrize(
    ("question", "besides"),
    [
        ("bao giờ dựng thư viện lưu động?", None),
        ("chừng nào thư viện đi vào hoạt động?", None),
        ("bao giờ và ai dựng thư viện lưu động?", Kind.WHO),
        ("lúc nào thì phải trả sách?", Kind.LIST),
        ("bao giờ xong và những kho nào xong trước?", Kind.LIST),
    ],
)
def test_a_time_is_answered_by_a_time(question: str, besides: Kind | None) -> None:
    assert patterns.without_measure(question, Kind.FIGURE) is besides


def test_what_times_and_shares_are_told_by() -> None:
    assert has_figure("hoàn thành ngay sau khi có xe", Measure.DATE)
    assert has_figure("phải tính ngay từ khi thiết kế", Measure.DATE)
    assert not has_figure("thành lập thư viện", Measure.DATE)
    assert tells_paid_share("hỗ trợ 50% chi phí")
    assert not tells_paid_share("hỗ trợ, đảm bảo tối thiểu 50% người dân được tiếp cận")


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("kế hoạch giao công an tỉnh nhiệm vụ gì", ("công_an",)),
        ("hội nông dân được giao làm gì", ("hội_nông",)),
        ("sở xây dựng được giao làm gì", ("xây_dựng",)),
        ("ủy ban nhân dân xã được giao làm gì", ()),
        ("hội nông dân được giao giúp bà con ra sao", ("hội_nông",)),
        ("làm căn cước ở công an mất bao lâu", ()),
    ],
)
def test_bodies_that_must_be_named(question: str, fields: tuple[str, ...]) -> None:
    assert sectors(question) == fields


@pytest.mark.parametrize(
    ("question", "pairs"),
    [
        ("sở thông tin và truyền thông có nhiệm vụ gì", (("sở_thông", "ngành_thông"),)),
        ("bộ quốc phòng được giao chủ trì việc gì", (("bộ_quốc",),)),
        ("ban tổ chức tỉnh ủy được giao làm gì", (("ban_tổ",),)),
        ("hội phụ nữ có trách nhiệm gì", (("hiệp_phụ", "hội_phụ"),)),
        ("đảng đoàn hội đồng nhân dân phải làm gì", (("đoàn_hội",),)),
        ("sở thông tin và truyền thông ở đâu", ()),
        ("sở du lịch phải làm gì", (("sở_du", "ngành_du"),)),
        ("ban dân vận lo phần nào trong nghị quyết", (("ban_dân",),)),
        ("cơ sở y tế phải làm gì", ()),
    ],
)
def test_bodies_must_be_charged_by_their_name(question: str, pairs: tuple[tuple[str, ...], ...]) -> None:
    assert bodies_charged(question) == pairs


def test_what_is_done_once_has_a_date_of_its_own() -> None:
    assert has_figure("100% người hưởng trợ cấp hằng tháng được rà soát", Measure.DATE)
    assert not has_figure("100% người hưởng trợ cấp hằng tháng được rà soát", Measure.DATE, once=True)
    assert has_figure("rà soát hằng tháng, xong trước quý IV", Measure.DATE, once=True)
    assert not has_figure("chi trả hằng tháng", Measure.PERIOD, once=True)
    assert has_figure("trả thẻ trong 5 ngày", Measure.PERIOD, once=True)


def test_xa_hoi_is_no_commune_that_is_counted(library: Assistant) -> None:
    asked = library.understand("Kon Tum có bao nhiêu xã làm thư viện?")
    assert counted_fit(asked, "100% người hưởng trợ cấp xã hội", {}) == 0
    assert counted_fit(asked, "12 xã có thư viện", {}) == 1


def test_a_share_of_a_budget_tells_how_much_of_it() -> None:
    assert asks_of_budget("ngân sách chi ít nhất bao nhiêu cho sách")
    assert not asks_of_budget("ngân sách chi bao nhiêu tiền cho sách")
    assert tells_budget_share("bố trí ít nhất 15% ngân sách nhà nước")
    assert not tells_budget_share("cắt giảm 25% thời gian")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        # What another group, another year or nobody is told of is refused; its neighbour is answered.
        ("Đến năm 2026 bao nhiêu phần trăm trường trung học cơ sở ở Kon Tum có thư viện đạt chuẩn?", "34%"),
        ("Đến năm 2026 bao nhiêu phần trăm trường tiểu học ở Kon Tum có thư viện đạt chuẩn?", ""),
        ("Đến năm 2026 bao nhiêu phần trăm bản làng ở Kon Tum có tủ sách?", "12%"),
        ("Đến năm 2028 bao nhiêu phần trăm bản làng ở Kon Tum có tủ sách?", ""),
        ("Năm 2021 Kon Tum xếp thứ mấy về người đọc sách?", "52/63"),
        ("Năm 2023 Kon Tum xếp thứ mấy về người đọc sách?", ""),
        ("Giai đoạn 2019 - 2022 thư viện tỉnh Kon Tum đón bao nhiêu lượt bạn đọc?", "41.300"),
        ("Riêng năm 2022 thư viện tỉnh Kon Tum đón bao nhiêu lượt bạn đọc?", ""),
        ("Kế hoạch đọc sách của Kon Tum giao Sở Văn hóa, Thể thao và Du lịch nhiệm vụ gì?", "6 kho sách"),
        ("Giai đoạn 2024 - 2026 ngân sách tỉnh Kon Tum chi bao nhiêu tiền mua sách cho vùng biên?", "5 tỷ đồng"),
        ("Giai đoạn 2026 - 2028 ngân sách tỉnh Kon Tum chi bao nhiêu tiền mua sách cho vùng biên?", ""),
        ("Kế hoạch đọc sách của Kon Tum giao Kho bạc Nhà nước nhiệm vụ gì?", ""),
        ("Mỗi kho sách ở Kon Tum rộng bao nhiêu?", "240 m²"),
        ("Kế hoạch đọc sách của Kon Tum giao Sở Nội vụ nhiệm vụ gì?", "cơ quan thường trực"),
        ("Kế hoạch đọc sách của Kon Tum giao Sở Y tế nhiệm vụ gì?", ""),
        ("Kế hoạch đọc sách của Kon Tum giao Ban Dân vận nhiệm vụ gì?", ""),
        ("Năm 2028 Kon Tum muốn đứng hạng mấy vùng Tây Nguyên về số bản sách trên đầu người?", "nhóm 3 tỉnh"),
        ("Năm 2028 Kon Tum muốn đứng hạng mấy cả nước về số bản sách trên đầu người?", ""),
        ("Kon Tum dựng thư viện lưu động làm thử ở huyện nào?", "Sa Thầy"),
        ("Tôi ở Kon Tum, hộ dân vùng biên một năm được phát bao nhiêu cuốn sách?", "5 cuốn"),
        ("Nhà tôi ở Sa Thầy, Kon Tum, hộ dân một năm được phát bao nhiêu cuốn sách?", "9 cuốn"),
    ],
)
def test_neighbours_of_what_is_told(library: Assistant, question: str, told: str) -> None:
    answer = library.ask(question)
    if told:
        assert answer.status is Status.ANSWERED
        assert told in quotes(answer)
    else:
        assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())


def test_parts_of_a_sum_are_of_its_years() -> None:
    passage = next(p for p in document().passages if "9 tỷ đồng" in p.text)
    assert [(u.whole, years_of(u)) for u in units(passage)] == [(False, {"2024", "2026"}), (False, {"2024", "2026"})]


def test_a_long_row_is_told_by_its_cells(library: Assistant) -> None:
    row = next(p for p in document().passages if p.cells)
    parts = [u.text for u in units(row)]
    assert parts[0] == "Mở cửa kho sách vào ngày nghỉ | 15"
    assert all("|" not in p for p in parts[1:])
    assert parts[-1].startswith("Kho mở")
    first = units(row)[0]
    assert tables.of_cells(row, first.start, first.end)
    assert not tables.of_cells(row, *(lambda u: (u.start, u.end))(units(row)[1]))
    assert tables.said(row, within=(first.start, first.end)) == [("", "Mở cửa kho sách vào ngày nghỉ"), ("Điểm tối đa", "15")]
    asked = library.understand("Mở cửa kho sách vào ngày nghỉ ở Kon Tum được mấy điểm?")
    hits, scored = library.find(asked.typed)
    best = next(s for s in scored if s.unit.passage.cells and s.unit.start == first.start)
    assert isinstance(best, Scored)
    assert hits
    assert quoted(asked, best) == "Mở cửa kho sách vào ngày nghỉ. Điểm tối đa: **15**."


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("Cơ quan nào chủ trì thực hiện Kế hoạch 87 của Kon Tum?", "Sở Nội vụ", "Sở Tài chính"),
        ("sở nào làm đầu mối, đôn đốc kế hoạch đọc sách Kon Tum", "Sở Nội vụ", "Sở Tài chính"),
        ("Ai chủ trì bố trí kinh phí thực hiện kế hoạch đọc sách của Kon Tum?", "Sở Tài chính", "Sở Nội vụ"),
        ("Kế hoạch đọc sách của Kon Tum căn cứ nghị quyết số mấy của Bộ Chính trị?", "33-NQ/TW", "52/NQ-CP"),
        ("Kế hoạch đọc sách của Kon Tum căn cứ nghị quyết nào của Chính phủ?", "52/NQ-CP", "Căn cứ Nghị quyết số 33"),
    ],
)
def test_who_leads_and_what_a_document_rests_on(library: Assistant, question: str, told: str, untold: str) -> None:
    answer = library.ask(question)
    assert told in quotes(answer)
    assert untold not in quotes(answer)


def test_who_leads_is_told_of_each_document(library: Assistant) -> None:
    answer = library.ask("Cơ quan nào theo dõi, đôn đốc thực hiện kế hoạch của Kon Tum và nghị quyết của Bình Định?")
    told = {c.province: c.quote for c in answer.citations}
    assert "cơ quan thường trực" in told["Kon Tum"]
    assert "Ban Chỉ đạo" in told["Bình Định"]


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("Sở A là cơ quan thường trực, theo dõi việc thực hiện Kế hoạch", True),
        ("chủ trì, phối hợp đôn đốc, kiểm tra thực hiện nội dung kế hoạch này", True),
        ("chủ trì xây dựng kế hoạch truyền thông", False),
        ("chủ trì bố trí kinh phí thực hiện Kế hoạch", False),
        ("chủ trì tổ chức thực hiện Chương trình hành động của ngành", False),
    ],
)
def test_what_tells_who_leads(text: str, leads: bool) -> None:
    assert leading.told(text) is leads


def test_the_whole_is_told_before_its_parts(library: Assistant) -> None:
    answer = library.ask("Năm 2028 kinh tế số Kon Tum đạt tỷ trọng bao nhiêu phần trăm?")
    assert answer.text.startswith("kinh tế số chiếm **15%** GRDP của tỉnh")


def test_what_is_said_of_the_whole_is_not_told_of_each_field(library: Assistant) -> None:
    answer = library.ask("Kon Tum năm 2028 kinh tế số trong từng ngành phải đạt mấy phần trăm?")
    assert "8%" in answer.text
    assert "15%" not in answer.text
    assert library.ask("Trà Vinh năm 2025 kinh tế số trong mỗi ngành chiếm bao nhiêu phần trăm?").status is Status.NOT_FOUND


def test_abbreviations_of_ones_own_by_initials(library: Assistant) -> None:
    asked = library.understand("Kon Tum cấp bao nhiêu VBBH?")
    assert asked.names == ("vbbh",)
    told = unit("cấp 30 văn bằng bảo hộ").passage
    other = unit("ban hành 30 văn bản").passage
    assert missing(asked, told, frozenset(), "", (), lambda term: 0) == ()
    assert missing(asked, other, frozenset(), "", (), lambda term: 0) == ("vbbh",)


def test_the_areas_that_a_sentence_enumerates(library: Assistant) -> None:
    answer = library.ask("Những lĩnh vực nào được Bình Định ưu tiên chuyển đổi số trước tiên?")
    assert "y tế, quản lý hành chính, du lịch, nông nghiệp" in answer.text
    assert len(answer.citations) == 1


def test_who_is_told_without_what_names_nobody(library: Assistant) -> None:
    answer = library.ask("Ai đứng ra tuyên truyền nghị quyết của Trà Vinh cho bà con?")
    assert "Ban Tuyên giáo Tỉnh ủy, Mặt trận Tổ quốc" in answer.text
    assert "tọa đàm" not in answer.text


def test_a_heading_of_organising_is_no_body() -> None:
    asked = ["doi", "bao", "tri", "lam", "gi", "trong", "to", "chuc", "thuc", "hien"]
    text = "Đội bảo trì sửa máy."
    assert subject_fit(asked, Passage("d#1", "d", ("6. Tổ chức thực hiện",), 0, len(text), text)) == 0.0


def test_a_row_that_another_body_leads_yields_to_what_the_body_has_to_do() -> None:
    cells = ("Đặt máy đọc sách", "Văn phòng tỉnh", "Sở Nội vụ")
    text = " | ".join(cells)
    starts = [text.index(cell) for cell in cells]
    spans = tuple((a, a + len(cell)) for a, cell in zip(starts, cells, strict=True))
    row = Passage("d#1", "d", (), 0, len(text), text, columns=("Việc", "Cơ quan chủ trì", "Cơ quan phối hợp"), cells=spans)
    assert of_another_body(["so", "noi", "vu", "phai", "lam", "gi"], row)
    assert not of_another_body(["van", "phong", "tinh", "phai", "lam", "gi"], row)
    assert obliges("sở nội vụ phải gửi kế hoạch trước ngày nào")
    assert not obliges("kế hoạch được gửi trước ngày nào")


def test_the_areas_of_a_section(library: Assistant) -> None:
    answer = library.ask("Trong nghị quyết Trà Vinh, nhiệm vụ tạo nền móng chuyển đổi số gồm những nhóm nào?")
    assert [line.partition(" [")[0] for line in answer.text.splitlines() if line.startswith("- ")][:3] == [
        "- Chuyển đổi nhận thức",
        "- Xây dựng cơ chế, chính sách",
        "- Phát triển hạ tầng số",
    ]
    assert len(answer.citations) == 8
