"""Plans with tables of years and of tasks: what is asked of each year, place or body is told of each, and of nothing else."""

from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from index.embedding import default_model, load
from index.store import build, open_index
from qa import demands, patterns
from qa.answer import Status
from qa.assistant import Assistant
from qa.demands import Demand
from qa.parts import own_topics
from qa.patterns import Kind, Measure

PLAN = """**ỦY BAN NHÂN DÂN TỈNH LÀO CAI**

Số: 77/KH-UBND

*Lào Cai, ngày 04 tháng 3 năm 2026*

# KẾ HOẠCH
**Phát triển nghề nuôi cá nước lạnh trên địa bàn tỉnh Lào Cai giai đoạn 2026 - 2030**

Thực hiện Thông báo số 412/TB-VPCP ngày 20 tháng 10 năm 2025 của Văn phòng Chính phủ về nghề cá nước lạnh;

Thực hiện Chỉ thị số 19/CT-TTg ngày 08 tháng 5 năm 2024 của Thủ tướng Chính phủ về giống thủy sản;

## I. KẾT QUẢ

Tỷ lệ lồng nuôi được cấp mã giảm từ 41% năm 2021 xuống 37% năm 2025; phí thẩm định con giống chiếm 12% giá bán.

| Chỉ tiêu | Đơn vị | 2021 | 2025 |
|---|---|---|---|
| Sản lượng cá tầm | Tấn | 310 | 870 |
| Diện tích ao nuôi | Ha | 55 | 92 |

Tàu chở cá giống dài từ 12 mét trở lên đều gắn máy định vị: 24 tàu. Dự án nâng cấp trại giống Sa Pa giai đoạn 1 tốn 18 tỷ đồng.

## II. KINH PHÍ

| Năm | Tổng (tỷ đồng) | Ngân sách tỉnh | Doanh nghiệp góp |
|---|---|---|---|
| 2026 | 24 | 18 | 6 |
| 2028 | 38 | 25 | 13 |

## III. NHIỆM VỤ

| TT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời hạn | Sản phẩm |
|---|---|---|---|---|---|
| 1 | Lập sổ theo dõi cá giống của hai tỉnh cũ | Sở Nông nghiệp | Sở Tài chính, Công an tỉnh | Tháng 9/2026 | Phần mềm sổ giống |
| 2 | Dựng bản đồ suối lạnh quanh Vườn quốc gia Cát Tiên | Sở Xây dựng | Sở Nông nghiệp | 2026-2027 | Bản đồ suối |

## IV. TỔ CHỨC THỰC HIỆN

1. Sở Tài chính bố trí vốn vay cho hộ nuôi cá.

2. Sở Y tế kiểm nghiệm dư lượng thuốc trong cá.

3. Người giữ giống được phụ cấp 0,6 mức lương cơ sở/tháng; tổng đài hướng dẫn nuôi cá trực cả tuần.
"""
PROGRAMME = """**THỦ TƯỚNG CHÍNH PHỦ**

Số: 905/QĐ-TTg

*Hà Nội, ngày 12 tháng 01 năm 2026*

# QUYẾT ĐỊNH
**Phê duyệt Chương trình bảo tồn ong rừng đến năm 2030**

## I. NỘI DUNG

1. Tiền thưởng cho người giữ đàn ong rừng lấy từ quỹ môi trường rừng.

2. Chọn một địa phương làm thí điểm trạm thụ phấn.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("side-by-side")
    documents = [*bundled()]
    for name, text in (("ca-lanh.md", PLAN), ("ong-rung.md", PROGRAMME)):
        content = text.encode()
        documents.append(understand(read(content, name), Original(content, name, "md")))
    embedder = load(default_model())
    build(place, documents, embedder)
    return Assistant(open_index(place, model=embedder.name, corpus=corpus_digest(documents)), embedder)


@pytest.mark.parametrize(
    ("asked", "said", "unsaid"),
    [
        ("Năm 2028 doanh nghiệp góp bao nhiêu tiền cho cá nước lạnh ở Lào Cai?", ["13 tỷ đồng"], ["6 tỷ", "38"]),
        ("Ngân sách tỉnh Lào Cai bố trí cho nuôi cá nước lạnh riêng năm 2026 là bao nhiêu tỷ đồng?", ["18 tỷ đồng"], ["25"]),
        (
            "So sánh sản lượng cá tầm và diện tích ao nuôi của Lào Cai giữa năm 2021 và năm 2025.",
            ["310", "870", "55", "92"],
            ["41%"],
        ),
        (
            "Sổ theo dõi cá giống của hai tỉnh cũ ở Lào Cai phải lập xong khi nào và sản phẩm là gì?",
            ["Tháng 9/2026", "Phần mềm sổ giống"],
            ["Công an"],
        ),
        (
            "Những cơ quan nào phối hợp với Sở Nông nghiệp lập sổ theo dõi cá giống ở Lào Cai?",
            ["Sở Tài chính, Công an tỉnh"],
            ["suối lạnh"],
        ),
        ("Bản đồ suối lạnh quanh rừng Cát Tiên làm từ năm bao nhiêu đến năm bao nhiêu?", ["2026-2027"], ["Lâm Đồng"]),
        ("Ở Lào Cai, Sở Tài chính và Sở Y tế mỗi sở lo phần nào cho nghề cá?", ["vốn vay", "dư lượng thuốc"], []),
        ("Người giữ giống ở Lào Cai được phụ cấp bao nhiêu một tháng?", ["0,6 mức lương"], []),
        ("Kế hoạch nuôi cá nước lạnh của Lào Cai thực hiện theo thông báo nào của Văn phòng Chính phủ?", ["412/TB-VPCP"], ["19/CT"]),
        ("Chỉ thị 19 của Thủ tướng mà Lào Cai nhắc tới ra ngày tháng năm nào?", ["08 tháng 5 năm 2024"], ["20 tháng 10"]),
        (
            "Phụ cấp cho người giữ giống của Lào Cai và tiền thưởng cho người giữ đàn ong của Thủ tướng lấy từ đâu?",
            ["0,6 mức lương", "quỹ môi trường rừng"],
            [],
        ),
    ],
)
def test_each_is_told_of_its_own(assistant: Assistant, asked: str, said: list[str], unsaid: list[str]) -> None:
    answer = assistant.ask(asked)
    assert answer.status is Status.ANSWERED, answer.text
    assert [s for s in said if s not in answer.text] == []
    assert [s for s in unsaid if s in answer.text] == []


@pytest.mark.parametrize(
    "asked",
    [
        "Tàu chở cá giống dài dưới 12 mét ở Lào Cai có bao nhiêu chiếc gắn máy định vị?",
        "Dự án nâng cấp trại giống Sa Pa giai đoạn 2 tốn bao nhiêu tiền?",
        "Tổng đài hướng dẫn nuôi cá của Lào Cai là số mấy?",
        "Tổng đài hướng dẫn nuôi cá của Lào Cai làm việc từ mấy giờ?",
        "Tỉnh nào được chọn làm thí điểm trạm thụ phấn theo Quyết định 905 của Thủ tướng?",
        "Mức phạt không gắn máy định vị trên tàu chở cá giống ở Lào Cai",
        "Xin vay vốn nuôi cá ở Lào Cai thì hồ sơ gồm những giấy gì?",
    ],
)
def test_what_is_near_is_no_answer(assistant: Assistant, asked: str) -> None:
    answer = assistant.ask(asked)
    assert answer.refused, answer.text


def test_a_place_takes_no_syllables_from_other_words(assistant: Assistant) -> None:
    read = assistant.understand("Gia Lai và Trà Vinh bảo đảm an ninh mạng cho gia đình thế nào?")
    assert read.provinces == ("Gia Lai", "Trà Vinh")
    assert {"an", "ninh", "gia", "đình"} <= {t.word for t in read.topic}
    assert [read.normalised[a:b] for _, a, b in read.mentions] == ["Gia Lai", "Trà Vinh"]


def test_only_what_is_asked_of_each_is_its_own(assistant: Assistant) -> None:
    apart = assistant.understand("Nguồn vốn làm cầu của Gia Lai và học phí trường nghề của Trà Vinh lấy ở đâu?")
    topics = {place: " ".join(t.word for t in topic) for place, topic in own_topics(apart).items()}
    assert list(topics) == ["Gia Lai", "Trà Vinh"]
    assert "cầu" in topics["Gia Lai"]
    assert "học phí" not in topics["Gia Lai"]
    assert "học phí" in topics["Trà Vinh"]
    assert "cầu" not in topics["Trà Vinh"]
    for same in (
        "Tỷ lệ hồ sơ trực tuyến của Gia Lai và Trà Vinh là bao nhiêu?",
        "Khi nào sơ kết nghị quyết Gia Lai và đề án chợ số của Trà Vinh?",
    ):
        assert own_topics(assistant.understand(same)) == {}


def test_initials_of_ministries_and_of_plans(assistant: Assistant) -> None:
    read = assistant.understand("BXD y/c UBND xã ban hành KH riêng về QH chung trước ngày nào?")
    assert read.normalised == "bộ xây dựng yêu cầu ủy ban nhân dân xã ban hành kế hoạch riêng về quy hoạch chung trước ngày nào?"
    assert read.measure is Measure.DATE
    assert read.kind is Kind.FIGURE
    assert "Quốc hội" in assistant.understand("NQ của QH khóa XV về đất đai").normalised


@pytest.mark.parametrize(
    ("asked", "measure"),
    [
        ("đường này làm xong năm mấy?", Measure.DATE),
        ("từ năm bao nhiêu tới năm bao nhiêu thì xong", Measure.DATE),
        ("mỗi năm bao nhiêu hồ sơ?", Measure.COUNT),
        ("trong 5 năm bao nhiêu người thôi việc?", Measure.COUNT),
        ("mức phạt không đội mũ", Measure.MONEY),
        ("mức phạt có cao không", None),
    ],
)
def test_years_and_fines(asked: str, measure: Measure | None) -> None:
    assert patterns.measure(asked, ()) is measure


@pytest.mark.parametrize(
    ("wanted", "text", "held"),
    [
        (Demand.CONTACT, "gọi tổng đài 1022 để được hướng dẫn", True),
        (Demand.CONTACT, "vận hành tổng đài phục vụ 95% người gọi", False),
        (Demand.CLOCK, "mở cửa từ 7 giờ 30 phút", True),
        (Demand.CLOCK, "mỗi ngày làm 8 giờ làm việc", False),
        (Demand.PAPERS, "Hồ sơ của hộ kinh doanh gồm đơn đề nghị", True),
        (Demand.PAPERS, "bố trí vốn vay cho hộ nuôi cá", False),
    ],
)
def test_what_an_answer_must_hold(wanted: Demand, text: str, held: bool) -> None:
    assert demands.holds(wanted, text) is held


@pytest.mark.parametrize(
    ("asked", "text", "otherwise"),
    [
        ("tàu dưới 12 mét", "tàu từ 12 mét trở lên", True),
        ("tàu trên 12 mét", "tàu từ 12 mét trở lên", False),
        ("người trên 70 tuổi", "người dưới 70 tuổi", True),
        ("giai đoạn 2 khi nào", "giai đoạn 1 xong năm 2027", True),
        ("giai đoạn 1 và giai đoạn 2", "giai đoạn 1 xong năm 2027", False),
        ("dự án 05 do ai", "Dự án 5: trường học", False),
        ("giai đoạn 2026 - 2030", "giai đoạn 2021 - 2025", False),
        ("bao nhiêu dịch vụ mức độ 3", "dịch vụ mức độ 4 chiếm 56%", True),
        ("bao nhiêu dịch vụ mức độ 4", "dịch vụ mức độ 3 và 4 chiếm 56%", False),
        ("bao nhiêu dịch vụ mức độ 4", "dịch vụ mức độ 3, 4 chiếm 56%", False),
    ],
)
def test_the_other_side_of_a_bound(asked: str, text: str, otherwise: bool) -> None:
    assert demands.told_otherwise(asked, text) is otherwise


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("tỷ lệ của riêng cấp xã là bao nhiêu", "xã"),
        ("riêng vùng dân tộc thì bao nhiêu", "vùng dân tộc"),
        ("riêng năm 2028 là bao nhiêu", ""),
        ("cấp xã đạt bao nhiêu", ""),
    ],
)
def test_what_alone_is_asked_of(question: str, of: str) -> None:
    assert demands.alone(question) == of
