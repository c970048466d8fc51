"""What stands above or below a quote and belongs to it: the heading, label or column that dates it, the footnote that explains it."""

from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Resolution
from documents.sentences import note_mark_spans
from index.store import build, open_index
from qa.assistant import Assistant
from qa.quoting import year_of_heading

DECISION = """ỦY BAN NHÂN DÂN TỈNH YÊN BÁI

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

Số: 512/QĐ-UBND

Yên Bái, ngày 20 tháng 3 năm 2024

# QUYẾT ĐỊNH

## Ban hành Đề án phát triển kinh tế số tỉnh Yên Bái giai đoạn 2024 - 2027, định hướng đến năm 2032

Điều 1. Ban hành kèm theo Quyết định này Đề án phát triển kinh tế số.

# ĐỀ ÁN PHÁT TRIỂN KINH TẾ SỐ TỈNH YÊN BÁI GIAI ĐOẠN 2024 - 2027, ĐỊNH HƯỚNG ĐẾN NĂM 2032

## I. THỰC TRẠNG

1. Hợp tác xã bán chè qua mạng còn ít, mới đạt 14% sản lượng¹; kho bảo quản chè rộng 5.000 m² nhưng thiếu máy sấy.

## II. MỤC TIÊU

1. Chỉ tiêu cụ thể

Đến hết năm 2027: mở 9 sàn giao dịch quế tại các xã có trên một trăm hộ trồng quế và gần đường ô tô; phủ mạng không dây tại 140 chợ phiên; \
lập tổ hướng dẫn người già dùng điện thoại ở mọi thôn, bản có từ năm mươi hộ trở lên.

Đến năm 2032: 60% hộ trồng quế dùng sổ tay điện tử.

## III. GIẢI PHÁP

1. Mỗi hợp tác xã được hỗ trợ 45 triệu đồng mua cân điện tử.

| TT | Chỉ tiêu | Đơn vị tính | Năm 2025 | Năm 2027 |
|---|---|---|---|---|
| 1 | Số điểm thu mua chè có cân điện tử | điểm | 120 | 310 |
| 2 | Hộ trồng quế có mã vùng trồng | % | 22 | 48 |

¹ Theo khảo sát thị trường nông sản của Liên minh Hợp tác xã tỉnh tháng 11/2023.
"""


def document() -> Resolution:
    content = DECISION.encode()
    source = read(content, "quyet-dinh.md")
    return understand(source, Original(content, "quyet-dinh.md", source.format))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("dated")
    documents = [*bundled(), document()]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None)


@pytest.mark.parametrize(
    ("heading", "year"),
    [
        ("1. Mục tiêu đến năm 2025", "2025"),
        ("Giai đoạn 2024 - 2027", "2027"),
        ("Từ năm 2024 đến năm 2027", "2027"),
        ("ĐỀ ÁN … GIAI ĐOẠN 2024 - 2027, ĐỊNH HƯỚNG ĐẾN NĂM 2032", ""),
        ("Mục tiêu đến năm 2025, tầm nhìn đến năm 2030", ""),
        ("Mục tiêu năm 2025 (đến hết năm 2025)", "2025"),
        ("Thông báo số 12025/TB", ""),
        ("III. GIẢI PHÁP", ""),
    ],
)
def test_the_year_of_a_heading(heading: str, year: str) -> None:
    assert year_of_heading(heading) == year


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        # The label of the paragraph dates all of it, not the title of the plan above.
        ("Năm 2027 Yên Bái phủ mạng không dây ở bao nhiêu chợ phiên?", "140 chợ phiên; [1] (Yên Bái, đến năm 2027)"),
        # A title of two years dates nothing.
        ("Hợp tác xã ở Yên Bái được hỗ trợ bao nhiêu tiền mua cân điện tử?", "45 triệu đồng mua cân điện tử. [1] (Yên Bái)"),
        # The columns do, and the row says in which unit.
        ("Yên Bái năm 2027 có bao nhiêu điểm thu mua chè có cân điện tử?", "Năm 2027: **310 điểm**. [1] (Yên Bái)"),
        ("Năm 2025 bao nhiêu phần trăm hộ trồng quế ở Yên Bái có mã vùng trồng?", "Năm 2025: **22%**. [1] (Yên Bái)"),
    ],
)
def test_a_quote_has_the_year_of_the_nearest_line_that_tells_one(assistant: Assistant, asked: str, said: str) -> None:
    assert said in assistant.ask(asked).text


def test_the_label_that_dates_a_quote_is_cited_beside_it(assistant: Assistant) -> None:
    answer = assistant.ask("Năm 2027 Yên Bái phủ mạng không dây ở bao nhiêu chợ phiên?")
    assert "Đến hết năm 2027:" in [x.quote for x in answer.citations[0].context]


def test_a_footnote_answers_with_the_clause_it_stands_behind(assistant: Assistant) -> None:
    answer = assistant.ask("Theo khảo sát thị trường nông sản, hợp tác xã Yên Bái bán chè qua mạng đạt bao nhiêu phần trăm?")
    assert answer.text.splitlines()[0].endswith("mới đạt **14%** sản lượng [1] (Yên Bái)")
    assert answer.text.splitlines()[-1] == ("Chú thích: Theo khảo sát thị trường nông sản của Liên minh Hợp tác xã tỉnh tháng 11/2023 [2].")
    assert answer.citations[1].quote == "Theo khảo sát thị trường nông sản của Liên minh Hợp tác xã tỉnh tháng 11/2023."


def test_a_footnote_that_tells_nothing_that_is_asked_is_left_out(assistant: Assistant) -> None:
    answer = assistant.ask("Yên Bái bán chè qua mạng đạt bao nhiêu phần trăm sản lượng?")
    assert "14%" in answer.text
    assert "Chú thích" not in answer.text


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("5.000 m² mặt bằng", []),
        ("12 km² và 30m³ nước", []),
        ("bình quân (m²/người)", []),
        ("trực thuộc Trung ương⁴.", [(21, 22)]),
        ("của năm² và", [(7, 8)]),
        ("thành phố)²;", [(10, 11)]),
    ],
)
def test_the_raised_figure_of_a_unit_is_no_footnote(text: str, marks: list[tuple[int, int]]) -> None:
    assert note_mark_spans(text) == marks
