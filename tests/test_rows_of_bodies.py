"""A table of tasks: its rows by who leads and who takes part, the titles of its groups; and whose task a unit tells."""

from itertools import pairwise
from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.normalise import fold, words
from documents.reading.dispatch import read
from documents.resolution import Passage, Resolution
from index.store import build, open_index
from qa import duty_patterns, tables
from qa.assistant import Assistant
from qa.subjects import names_body, row_of_body, subject_fit
from qa.units import units

PLAN = """ỦY BAN NHÂN DÂN TỈNH LAI CHÂU

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

Số: 52/KH-UBND

Lai Châu, ngày 18 tháng 3 năm 2024

# KẾ HOẠCH

**Chống hạn và giữ nước trên địa bàn tỉnh Lai Châu năm 2024**

## I. NHIỆM VỤ

1. Xây bể chứa nước mưa ở vùng cao.

2. Đào hồ treo tại Sìn Hồ và Phong Thổ.

3. Bảo vệ rừng đầu nguồn, giữ suối, chặn lấn chiếm.

## II. TỔ CHỨC THỰC HIỆN

1. Sở Nông nghiệp và Môi trường giữ rừng đầu nguồn, suối cùng các xã, báo cáo hằng quý.

2. Công an tỉnh xử lý người lấn chiếm.

## PHỤ LỤC. DANH MỤC NHIỆM VỤ

| TT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian | Kinh phí (triệu đồng) |
|---|---|---|---|---|---|
| A | HỒ TREO | | | | 900 |
| 1 | Đào hồ treo | Sở Xây dựng | Sở Tài chính | Tháng 5 | 700 |
| 2 | Lát đáy hồ treo | Sở Công Thương | Sở Xây dựng; UBND các xã | Tháng 6 | 200 |
| B | BỂ CHỨA | | | | 400 |
| 3 | Phân bổ tiền mua xi măng | Sở Tài chính | UBND các xã | Tháng 4 | 300 |
| 4 | Đối chiếu hóa đơn xi măng | Sở Tài chính tỉnh Lai Châu | Kho bạc Nhà nước tỉnh | Tháng 9 | 100 |
| | **Tổng cộng** | | | | **1.300** |
"""


def document() -> Resolution:
    content = PLAN.encode()
    source = read(content, "ke-hoach.md")
    return understand(source, Original(content, "ke-hoach.md", source.format))


ROWS = [p for p in document().passages if p.cells]
NAMES = ("HỒ TREO", "Đào hồ treo", "Lát đáy hồ treo", "BỂ CHỨA", "Phân bổ tiền", "Đối chiếu hóa đơn", "Tổng cộng")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("rows")
    documents = [*bundled(), document()]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None)


def rows_told(assistant: Assistant, asked: str) -> list[str]:
    """The names of the rows that the answer cites."""
    cited = assistant.ask(asked).citations
    assert {c.document_id for c in cited} <= {document().id}
    return [next((n for n in NAMES if n in c.quote), c.quote) for c in cited]


def test_the_rows_are_read() -> None:
    assert all(name in row.text for name, row in zip(NAMES, ROWS, strict=True))


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("Sở Tài chính Lai Châu chủ trì nhiệm vụ nào trong phụ lục?", ["Phân bổ tiền", "Đối chiếu hóa đơn"]),
        ("Sở Tài chính Lai Châu phối hợp nhiệm vụ nào trong phụ lục?", ["Đào hồ treo"]),
        ("Sở Xây dựng Lai Châu chủ trì những nhiệm vụ nào?", ["Đào hồ treo"]),
        ("Sở Xây dựng Lai Châu phối hợp những nhiệm vụ nào?", ["Lát đáy hồ treo"]),
        # Of its rows those that say most of what else is asked.
        ("Sở Tài chính Lai Châu được giao việc gì về hóa đơn?", ["Đối chiếu hóa đơn"]),
    ],
)
def test_what_a_body_leads_and_what_it_takes_part_in(assistant: Assistant, asked: str, rows: list[str]) -> None:
    assert rows_told(assistant, asked) == rows


@pytest.mark.parametrize(
    ("body", "leads", "helps"),
    [
        ("so tai chinh", ["Phân bổ tiền", "Đối chiếu hóa đơn"], ["Đào hồ treo"]),
        ("so xay dung", ["Đào hồ treo"], ["Lát đáy hồ treo"]),
        ("so cong thuong", ["Lát đáy hồ treo"], []),
        ("so y te", [], []),
    ],
)
def test_row_of_body(body: str, leads: list[str], helps: list[str]) -> None:
    asked = f"{body} lam gi".split()
    assert [n for n, row in zip(NAMES, ROWS, strict=True) if row_of_body(asked, row)] == leads
    assert [n for n, row in zip(NAMES, ROWS, strict=True) if row_of_body(asked, row, helps=True)] == helps


@pytest.mark.parametrize(
    ("asked", "charges", "helps", "of_table"),
    [
        ("sở tài chính chủ trì nhiệm vụ nào trong phụ lục?", True, False, True),
        ("sở tài chính phối hợp nhiệm vụ nào?", True, True, False),
        ("sở tài chính chủ trì phối hợp nhiệm vụ nào?", True, False, False),
        ("sở tài chính phối hợp việc gì, chủ trì việc gì?", True, False, False),
        ("danh mục dự án gồm những gì?", False, False, True),
        ("kinh tế số chiếm bao nhiêu?", False, False, False),
    ],
)
def test_what_a_question_asks_of_a_body(asked: str, charges: bool, helps: bool, of_table: bool) -> None:
    assert (duty_patterns.charges(asked), duty_patterns.helps(asked), duty_patterns.of_table(asked)) == (charges, helps, of_table)


def test_titles_of_groups_and_who_a_row_names() -> None:
    assert [tables.heads_group(row) for row in ROWS] == [True, False, False, True, False, False, False]
    assert [tables.sums_up(row) for row in ROWS] == [False] * 6 + [True]
    assert tables.cells_of(ROWS[2], "who") == ["Sở Công Thương", "Sở Xây dựng; UBND các xã"]
    assert tables.cells_of(ROWS[2], "when") == ["Tháng 6"]


@pytest.mark.parametrize(
    ("cells", "heads"),
    [
        (("B", "KINH TẾ SỐ", "", "", "196"), True),
        (("IV.", "KINH TẾ SỐ", "", "", ""), True),
        (("4", "KINH TẾ SỐ", "", "", "196"), False),  # a number counts rows
        (("B", "KINH TẾ SỐ", "Sở Công Thương", "Tháng 5", "196"), False),
        (("B", "KINH TẾ SỐ", ""), False),  # of three cells one may be empty
    ],
)
def test_heads_group(cells: tuple[str, ...], heads: bool) -> None:
    text = " | ".join(cells)
    starts = [0, *(sum(len(c) + 3 for c in cells[: i + 1]) for i in range(len(cells) - 1))]
    assert all(a <= b for a, b in pairwise(starts))
    spans = tuple((a, a + len(c)) for a, c in zip(starts, cells, strict=True))
    row = Passage("d#0", "d", (), 0, len(text), text, cells=spans, columns=("TT", "Tên", "Ai", "Khi nào", "Tiền")[: len(cells)])
    assert tables.heads_group(row) is heads


def test_the_title_of_a_group_answers_its_sum_and_nothing_else(assistant: Assistant) -> None:
    assert assistant.ask("Hồ treo ở Lai Châu hết bao nhiêu tiền?").text == "HỒ TREO. Kinh phí: **900 triệu đồng**. [1] (Lai Châu)"
    asked = "Lai Châu đào hồ treo ở những nơi nào?"
    assert [c.quote for c in assistant.ask(asked).citations] == [
        "2. Đào hồ treo tại Sìn Hồ và Phong Thổ.",
        ROWS[1].text,
    ]
    found = [s.unit.passage.id for s in assistant.find(asked)[1]]
    assert ROWS[0].id not in found
    assert {ROWS[1].id, ROWS[2].id} <= set(found)


def test_where_the_best_unit_names_no_body_the_one_that_does_is_told_too(assistant: Assistant) -> None:
    answer = assistant.ask("Cơ quan nào ở Lai Châu bảo vệ rừng đầu nguồn, giữ suối, chặn lấn chiếm?")
    assert [c.quote for c in answer.citations] == [
        "3. Bảo vệ rừng đầu nguồn, giữ suối, chặn lấn chiếm.",
        "1. Sở Nông nghiệp và Môi trường giữ rừng đầu nguồn, suối cùng các xã, báo cáo hằng quý.",
    ]


@pytest.mark.parametrize(
    ("text", "path", "names"),
    [
        ("3. Bảo vệ rừng đầu nguồn.", "", False),
        ("1. Sở Y tế mua thuốc.", "", True),
        ("a) Thuốc men do Sở Y tế mua.", "", True),
        ("b) Giao Công an tỉnh giữ chốt.", "", True),
        ("c) Phổ biến cho các sở, công an và văn phòng.", "", False),  # bodies in general
        ("a) Mua thuốc.", "2. Sở Y tế", True),
        ("a) Mua thuốc.", "2. Y tế", False),
    ],
)
def test_units_that_name_a_body(text: str, path: str, names: bool) -> None:
    (unit, *_) = units(Passage("d#0", "d", (path,) if path else (), 0, len(text), text))
    assert names_body(unit) is names


def test_a_row_names_whom_its_column_names() -> None:
    assert all(names_body(units(row)[0]) for row in ROWS if tables.cells_of(row, "who")[0])


@pytest.mark.parametrize(
    ("asked", "begins", "fit"),
    [
        # Communes by the words people use, but for the party's own bodies, and not where communes are only counted.
        ("Phường xã ở Lai Châu bị giao những việc gì?", "8. Ủy ban nhân dân phường, xã xác nhận đối tượng.", 1.0),
        ("xã phải làm gì", "UBND các xã, phường bố trí mặt bằng.", 1.0),
        ("Trách nhiệm của cấp xã", "3. Ủy ban nhân dân cấp xã rà soát hộ nghèo.", 1.0),
        ("Đảng ủy cấp xã phải hoàn thành việc gì?", "Ủy ban nhân dân cấp xã rà soát hộ nghèo.", 0.0),
        ("Đảng ủy cấp xã phải hoàn thành việc gì?", "Đảng ủy xã, phường xây dựng kế hoạch.", 1.0),
        ("Bao nhiêu xã phải làm việc này?", "Ủy ban nhân dân cấp xã rà soát hộ nghèo.", 0.0),
        ("xã phải làm gì", "Ủy ban nhân dân tỉnh bố trí kinh phí.", 0.0),
        # People say "ngành y tế" for Sở Y tế.
        ("Ngành y tế phải làm gì?", "5. Sở Y tế: lập kế hoạch đặt hàng đào tạo.", 1.0),
        ("Ngành y tế phải làm gì?", "6. Sở Nội vụ: lập danh mục.", 0.0),
    ],
)
def test_bodies_as_people_call_them(asked: str, begins: str, fit: float) -> None:
    passage = Passage("d#0", "d", (), 0, len(begins), begins)
    assert subject_fit([fold(w) for w in words(asked)], passage) == fit
