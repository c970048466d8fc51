"""Tables that were copied as plain text without bars: a cell a line, a cell a paragraph, cells parted by tabs."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.cleaning import Block
from documents.normalise import words
from documents.passages import cut
from documents.reading.ordinals import Order, following
from documents.reading.text import read_lines

HEADS = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn", "Kinh phí"]
ROWS = [
    ["1", "Lập bản đồ số về đất đai", "Sở Xây dựng", "Công an tỉnh", "Quý II/2026", "1.200"],
    ["2", "Mở lớp kỹ năng số", "Sở Nội vụ", "UBND cấp xã", "Năm 2026", "3"],
    ["3", "Nâng cấp trung tâm dữ liệu", "Công an tỉnh", "Sở Tài chính", "2026 - 2027", "4.500"],
]
TIGHT, PADDED = "\n", "\n\n"


def cells(block: Block) -> list[str]:
    return [block.text[a:b] for a, b in block.cells]


def rows(raw: str) -> list[list[str]]:
    return [cells(b) for b in read_lines(raw) if b.cells]


def heads(raw: str) -> set[tuple[str, ...]]:
    return {b.columns for b in read_lines(raw) if b.cells}


def rest(raw: str) -> list[str]:
    return [b.text for b in read_lines(raw) if not b.cells]


def copied(table: list[list[str]], between: str) -> str:
    """The cells of `table` one after another; empty ones are lost."""
    return between.join(c for r in table for c in r if c)


# A cell a line, or a paragraph


@pytest.mark.parametrize("between", [TIGHT, PADDED])
def test_a_table_without_bars(between: str) -> None:
    raw = f"PHỤ LỤC{between}{copied([HEADS, *ROWS], between)}\n\nHết phụ lục."
    assert rows(raw) == ROWS
    assert heads(raw) == {tuple(HEADS)}
    assert rest(raw) == ["PHỤ LỤC", "Hết phụ lục."]


@pytest.mark.parametrize("head", ["**STT**", "TT", "Số TT", "Số thứ tự", "*Stt*", "Số\nTT", "Số\nthứ tự"])
@pytest.mark.parametrize("between", [TIGHT, PADDED])
def test_heads_of_the_column_of_labels(head: str, between: str) -> None:
    assert rows(copied([[head, *HEADS[1:]], *ROWS], between)) == ROWS


def test_cells_are_exact_spans_of_the_text() -> None:
    _, _, passages = cut("x", read_lines(copied([HEADS, *ROWS], PADDED)))
    assert [p.text for p in passages] == [" | ".join(r) for r in ROWS]
    assert [p.columns for p in passages] == [tuple(HEADS)] * 3


@pytest.mark.parametrize("between", [TIGHT, PADDED])
def test_groups_have_titles_and_sums(between: str) -> None:
    table = [HEADS, ["A", "CHÍNH QUYỀN SỐ", "1.203"], *ROWS[:2], ["B", "HẠ TẦNG"], ROWS[2], ["TỔNG CỘNG", "5.703"]]
    assert rows(copied(table, between)) == [
        ["A", "CHÍNH QUYỀN SỐ", "", "", "", "1.203"],
        *ROWS[:2],
        ["B", "HẠ TẦNG", "", "", "", ""],
        ROWS[2],
        ["", "TỔNG CỘNG", "", "", "", "5.703"],
    ]


def test_groups_without_labels() -> None:
    table = [HEADS, ["CHÍNH QUYỀN SỐ"], *ROWS[:2], ["HẠ TẦNG SỐ"], ROWS[2]]
    title = ["", "HẠ TẦNG SỐ", "", "", "", ""]
    assert rows(copied(table, PADDED)) == [["", "CHÍNH QUYỀN SỐ", "", "", "", ""], *ROWS[:2], title, ROWS[2]]


def test_numbers_begin_again_in_groups_and_have_parts() -> None:
    a = [
        ["I", "Y tế"],
        ["1", "Bệnh án số", "%", "50"],
        ["1.1", "Tuyến tỉnh", "%", "70"],
        ["1.2", "Tuyến xã", "%", "40"],
        ["2", "Trạm", "trạm", "3"],
    ]
    b = [["II", "Giáo dục"], ["1", "Học bạ số", "%", "90"], ["2", "Thư viện số", "trường", "3"]]
    raw = copied([["TT", "Chỉ tiêu", "Đơn vị", "Năm 2026"], *a, *b], TIGHT)
    assert rows(raw) == [["I", "Y tế", "", ""], *a[1:], ["II", "Giáo dục", "", ""], *b[1:]]


def test_figures_that_look_like_the_next_label() -> None:
    table = [
        ["1", "Số trạm", "2", "3", "Sở A"],
        ["2", "Số trường", "3", "4", "Sở B"],
        ["3", "Số chợ", "4", "4", "Sở C"],
        ["4", "Số bến", "5", "6", "Sở D"],
    ]
    assert rows(copied([["TT", "Chỉ tiêu", "Năm 2025", "Năm 2026", "Chủ trì"], *table], TIGHT)) == table


def test_heads_that_are_wrapped_and_a_row_that_numbers_the_columns() -> None:
    raw = "TT\nChỉ tiêu\nĐơn vị\ntính\nNăm\n2026\nNăm\n2030\nCơ quan\nchủ trì\n(1)\n(2)\n(3)\n(4)\n(5)\n(6)\n"
    table = [["1", "Số trạm y tế có bác sĩ", "trạm", "2", "6", "Sở Y tế"], ["2", "Bệnh án số", "%", "3", "4", "Sở Y tế"]]
    assert rows(raw + copied(table, TIGHT)) == table
    assert heads(raw + copied(table, TIGHT)) == {("TT", "Chỉ tiêu", "Đơn vị tính", "Năm 2026", "Năm 2030", "Cơ quan chủ trì")}


def test_cells_that_were_empty_are_told_by_what_the_columns_hold() -> None:
    table = [
        HEADS,
        *ROWS,
        ["4", "Tổng kết", "Sở Nội vụ", "Hằng năm"],
        ["5", "Mua máy chủ", "Sở Tài chính", "Công an tỉnh", "2.000"],
        ["6", *ROWS[0][1:]],
    ]
    assert rows(copied(table, PADDED))[3:] == [
        ["4", "Tổng kết", "Sở Nội vụ", "", "Hằng năm", ""],
        ["5", "Mua máy chủ", "Sở Tài chính", "Công an tỉnh", "", "2.000"],
        ["6", *ROWS[0][1:]],
    ]


def test_blank_lines_stand_for_empty_cells_or_part_rows() -> None:
    names = "TT\nNội dung\nSản phẩm\nGhi chú\n"
    assert rows(names + "1\nRà soát\nBáo cáo\n\n2\nĐào tạo\n\nBa lớp\n3\nTổng kết\nHội nghị\nMột buổi\n") == [
        ["1", "Rà soát", "Báo cáo", ""],
        ["2", "Đào tạo", "", "Ba lớp"],
        ["3", "Tổng kết", "Hội nghị", "Một buổi"],
    ]
    parted = names + "\n1\nRà soát\nBáo cáo\nGửi Bộ\n\n2\nĐào tạo\nBa lớp\nXong\n\nHết bảng."
    assert rows(parted) == [["1", "Rà soát", "Báo cáo", "Gửi Bộ"], ["2", "Đào tạo", "Ba lớp", "Xong"]]
    assert rest(parted) == ["Hết bảng."]


def test_paragraphs_of_several_lines_are_one_cell() -> None:
    table = [["1", "Rà soát,\nsửa đổi Quy chế", "Sở Tư pháp;\nSở Nội vụ", "Quý I"], ["2", "Tổng kết", "Sở Nội vụ", "Quý II"]]
    assert rows(copied([["TT", "Việc", "Chủ trì", "Hạn"], *table], PADDED)) == [
        ["1", "Rà soát, sửa đổi Quy chế", "Sở Tư pháp; Sở Nội vụ", "Quý I"],
        table[1],
    ]


PROSE = "Ủy ban nhân dân tỉnh ban hành kế hoạch chuyển đổi số giai đoạn 2026 - 2030, định hướng đến năm 2035, giao các sở thực hiện."


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_hard_wrapped_cells_of_a_line_each(gap: str) -> None:
    table = [
        ["I", "PHÁT TRIỂN NGUỒN NHÂN LỰC CHO CÁC CƠ QUAN VÀ DOANH NGHIỆP TRÊN ĐỊA BÀN", "", "", ""],
        [
            "1",
            "Triển khai nền tảng dữ liệu dùng chung, kết nối với các cơ sở dữ liệu quốc gia và chuyên ngành",
            "Sở Y tế",
            "Các sở",
            "2026",
        ],
        ["2", "Số hóa hồ sơ", "Sở Nội vụ", "Các sở, ban, ngành; Ủy ban nhân dân các xã, phường trên địa bàn tỉnh", "2027"],
        ["3", "Đào tạo kỹ năng số cho cán bộ, công chức, viên chức các cấp trên toàn tỉnh", "Sở Nội vụ", "Các sở", "2027"],
    ]
    prose = "\n".join(textwrap.fill(PROSE, 60) for _ in range(8))
    wrapped = "\n".join(textwrap.fill(c, 60, break_on_hyphens=False) for r in [["TT", *HEADS[1:5]], *table] for c in r if c)
    raw = f"{prose}{gap}{wrapped}{gap}{prose}"
    assert rows(raw) == table
    assert rest(raw) == [PROSE] * 16


# Where it ends


@pytest.mark.parametrize(
    "after",
    [
        "Hết phụ lục.",
        "Ghi chú: số liệu tạm tính, sẽ được cập nhật khi có quyết định giao dự toán.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Sở Nội vụ theo dõi, đôn đốc.",
        "- Các cơ quan báo cáo trước ngày 15.",
        "Nơi nhận:",
        "PHỤ LỤC II",
        "# Phần hai",
    ],
)
@pytest.mark.parametrize("between", [TIGHT, PADDED])
def test_what_follows_the_last_row_stays_text(after: str, between: str) -> None:
    for last in (ROWS, [*ROWS[:2], ["3", "Nâng cấp trung tâm dữ liệu", "Sở Y tế", "", "2026 - 2027", ""]]):
        raw = copied([HEADS, *last], between) + PADDED + after
        assert rows(raw) == last
        assert rest(raw) == [after.removeprefix("# ")]


def test_two_tables_with_the_same_heads_and_one_over_two_pages() -> None:
    one, two = copied([HEADS, *ROWS], TIGHT), copied([HEADS, *ROWS[:2]], TIGHT)
    assert rows(f"{one}\nBảng 2. Việc khác\n{two}") == [*ROWS, *ROWS[:2]]
    assert rest(f"{one}\nBảng 2. Việc khác\n{two}") == ["Bảng 2. Việc khác"]
    paged = f"{copied([HEADS, *ROWS[:2]], TIGHT)}\n\f{copied([HEADS, ROWS[2]], TIGHT)}"
    assert [(cells(b), b.page) for b in read_lines(paged)] == [(ROWS[0], 1), (ROWS[1], 1), (ROWS[2], 2)]


def test_a_row_with_too_many_cells_ends_the_table_before_it() -> None:
    odd = ["3", "Một việc", "Sở A", "Sở B", "Sở C", "Sở D", "Quý I/2026", "7"]
    raw = copied([HEADS, *ROWS[:2], odd, ["4", *ROWS[2][1:]]], PADDED)
    assert rows(raw) == ROWS[:2]
    assert rest(raw) == [*odd, "4", *ROWS[2][1:]]


# What is no table


@pytest.mark.parametrize(
    "raw",
    [
        "STT\nTên\nHạn\n1\nMột việc\n2026",  # a single row
        "TT\nThông tư\nNĐ\nNghị định\n1\nQuy định chung\n2\nGiải thích từ ngữ",  # abbreviations, chapters
        "TT\n1. Rà soát văn bản\n2. Đào tạo cán bộ\n3. Tổng kết",
        "Nội dung\nCơ quan\nHạn\n1\nRà soát\nSở A\n2\nĐào tạo\nSở B",  # nothing says that these are labels
        "STT\nTên việc\nCơ quan\nHạn\n2\nRà soát\nSở A\n2026\n3\nĐào tạo\nSở B\n2027",  # from the middle
        "STT\nTên việc\nCơ quan\nHạn\n1\nRà soát\n2\nĐào tạo\n3\nTổng kết\nSở B\n2027",  # most rows are short
        "STT\nCác tỉnh, thành phố báo cáo.\nCơ quan\n1\nRà soát\nSở A\n2\nĐào tạo\nSở B",  # a sentence is no head
        "STT\nA\nB\n1\n2\n3\n2\n3\n4\n3\n4\n5",  # figures only
        "SỞ NỘI VỤ\nSố: 12/TT\nTT\nHà Nội, ngày 01 tháng 02 năm 2026\nTHÔNG TƯ\nI\nQUY ĐỊNH CHUNG\n1\nMột",
    ],
)
def test_what_is_not_sure_stays_text(raw: str) -> None:
    assert rows(raw) == []
    assert words(" ".join(rest(raw))) == words(raw)
    assert rows(raw.replace("\n", "\n\n")) == []


# Tabs


def test_cells_parted_by_tabs() -> None:
    raw = (
        "Biểu 1\nTT\tChỉ tiêu\tĐơn vị\tNăm 2025\tNăm 2030\nA\tCHÍNH QUYỀN SỐ\n1\tHồ sơ trực tuyến\t%\t50\t90\n2\tHọp không giấy;\n"
        "họp trực tuyến\t%\t\t80\nKINH TẾ SỐ\n\n3\tDoanh nghiệp số\tDN\t100\t500\n\tTổng\t\t150\t670\nHết biểu."
    )
    assert rows(raw) == [
        ["A", "CHÍNH QUYỀN SỐ", "", "", ""],
        ["1", "Hồ sơ trực tuyến", "%", "50", "90"],
        ["2", "Họp không giấy; họp trực tuyến", "%", "", "80"],
        ["", "KINH TẾ SỐ", "", "", ""],
        ["3", "Doanh nghiệp số", "DN", "100", "500"],
        ["", "Tổng", "", "150", "670"],
    ]
    assert heads(raw) == {("TT", "Chỉ tiêu", "Đơn vị", "Năm 2025", "Năm 2030")}
    assert rest(raw) == ["Biểu 1", "Hết biểu."]


def test_tabs_without_numbers_want_a_column_of_figures() -> None:
    assert rows("Chỉ tiêu\tĐơn vị\tNăm 2025\nHồ sơ\t%\t50\nHọp\t%\t60\nKhác.") == [["Hồ sơ", "%", "50"], ["Họp", "%", "60"]]
    assert rows("Bên A\tBên B\tBên C\nÔng X\tÔng Y\tÔng Z\nGiám đốc\tChủ tịch\tThư ký") == []


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("1.\tMục tiêu\t3\n2.\tGiải pháp\t5\n3.\tPhụ lục\t7", ["1. Mục tiêu 3", "2. Giải pháp 5", "3. Phụ lục 7"]),
        ("TT\tViệc\tHạn\n1\tRà soát\t2026", ["TT Việc Hạn", "1 Rà soát 2026"]),
        ("UBND TỈNH A\t\t\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ["UBND TỈNH A CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]),
    ],
)
def test_tabs_that_part_no_cells(raw: str, text: list[str]) -> None:
    assert [b.text for b in read_lines(raw)] == text
    assert rows(raw) == []


def test_markdown_rows_may_hold_tabs() -> None:
    assert rows("|\tTT\t|\tViệc\t|\tHạn\t|\n|---|---|---|\n|\t1\t|\tRà soát\t|\t2026\t|") == [["1", "Rà soát", "2026"]]


# Labels


@pytest.mark.parametrize(
    ("labels", "counts"),
    [
        ("1 2 3", True),
        ("1. 2. 3.", True),
        ("01 02 03", True),
        ("I 1 2 II 1 2 III 3", True),
        ("A I 1 II 2 B I 1", True),
        ("A B C D Đ E G H I K", True),
        ("1 1.1 1.2 2 2.1 2.1.1 2.2 3", True),
        ("1 a b c 2 a b", True),
        ("1 3", False),
        ("2 3", False),
        ("1 2 1", False),
        ("I III", False),
        ("a b", False),
        ("1 1.2", False),
        ("A C", False),
    ],
)
def test_how_labels_count(labels: str, counts: bool) -> None:
    orders = [Order()]
    for label in labels.split():
        orders = [after for order in orders for after, _ in following(order, label)]
    assert bool(orders) == counts


# Any table


WORDING = ["phát", "triển", "kinh", "tế", "số", "của", "tỉnh", "công", "hạ", "tầng", "Sở", "Y", "Ủy", "ban", "nhân", "dân"]
PHRASE = st.lists(st.sampled_from(WORDING), min_size=2, max_size=8).map(lambda w: "Xây " + " ".join(w))
FIGURE = st.integers(0, 12).map(str)


@st.composite
def numbered_tables(draw: st.DrawFn) -> list[list[str]]:
    kinds = draw(st.lists(st.sampled_from([PHRASE, FIGURE]), min_size=1, max_size=5))
    size = draw(st.integers(2, 9))
    names = ["TT", "Tên việc", *(f"Cột {'ABCDEF'[i]}" for i in range(len(kinds)))]
    return [names, *([str(n), draw(PHRASE), *(draw(kind) for kind in kinds)] for n in range(1, size + 1))]


@given(numbered_tables(), st.sampled_from([TIGHT, PADDED, "\t"]))
def test_whole_rows_come_back_cell_by_cell(table: list[list[str]], between: str) -> None:
    copy = "\n".join("\t".join(r) for r in table) if between == "\t" else copied(table, between)
    raw = f"Trước bảng.\n\n{copy}\n\nSau bảng."
    assert rows(raw) == table[1:]
    assert heads(raw) == {tuple(table[0])}
    assert rest(raw) == ["Trước bảng.", "Sau bảng."]


LINES = st.one_of(st.sampled_from(["STT", "TT", "", "1", "2", "3", "I", "A", "Tổng cộng", "70", "x\ty\tz", "TT\tA b\tC d"]), PHRASE)


@given(st.lists(LINES, max_size=60))
def test_no_word_is_lost_whatever_the_lines(lines: list[str]) -> None:
    marked = [f"{line} dòng{i}" if line.startswith("Xây") else line for i, line in enumerate(lines)]
    blocks = read_lines("\n".join(marked))
    read = [w for b in blocks for w in words(b.text)] + [w for head in {b.columns for b in blocks} for c in head for w in words(c)]
    assert sorted(w for w in read if w.startswith("dòng")) == sorted(w for w in words(" ".join(marked)) if w.startswith("dòng"))
    for block in blocks:
        assert " | ".join(c for c in cells(block) if c) == (block.text if block.cells else "")
        assert not block.columns or len(block.columns) == len(block.cells)
