"""Plain text and Markdown: encodings, hard-wrapped lines, tables; no word is lost or said twice."""

import codecs
import random
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.cleaning import Block, clean
from documents.normalise import words
from documents.reading.source import ReadingError
from documents.reading.text import decode, read_lines, read_text

CORPUS = sorted(Path(str(resources.files("documents") / "corpus")).glob("*.txt"))
SENTENCE = "Ủy ban nhân dân tỉnh phê duyệt kế hoạch chuyển đổi số giai đoạn 2026 - 2030, định hướng đến năm 2035."
# Its words in TCVN3 ("Tỉnh ủy ban hành nghị quyết về chuyển đổi số"), VNI and twice-decoded UTF-8.
TCVN3 = "TØnh ñy ban hµnh nghÞ quyÕt vÒ chuyÓn ®æi sè, ph¸t triÓn kinh tÕ"
VNI = "Tænh uûy ban haønh nghò quyeát veà chuyeån ñoåi soá, phaùt trieån kinh teá"
PLAIN = "Tỉnh ủy ban hành nghị quyết về chuyển đổi số, phát triển kinh tế"


def texts(raw: str) -> list[str]:
    return [b.text for b in read_lines(raw)]


def cells(block: Block) -> list[str]:
    return [block.text[a:b] for a, b in block.cells]


# Encodings


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SENTENCE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + SENTENCE.encode(), "utf-8"),
        (SENTENCE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + SENTENCE.encode("utf-16-be"), "utf-16"),
        (SENTENCE.encode("utf-16-le"), "utf-16-le"),
        (SENTENCE.encode("utf-16-be"), "utf-16-be"),
        (SENTENCE.encode("utf-32"), "utf-32"),
        (codecs.BOM_UTF32_BE + SENTENCE.encode("utf-32-be"), "utf-32"),
        (SENTENCE.encode().decode("latin-1").encode(), "utf-8 decoded twice"),
    ],
)
def test_unicode_encodings(data: bytes, name: str) -> None:
    assert decode(data) == (SENTENCE, name)


def windows_1258(text: str) -> bytes:
    """As Windows saves it: the letter with its circumflex or horn, then the tone as a character of its own."""
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            out += base.encode("cp1258") + tones.encode("cp1258")
    return out


def test_windows_1258_is_composed() -> None:
    assert decode(windows_1258(SENTENCE)) == (SENTENCE, "windows-1258")


@pytest.mark.parametrize(
    ("data", "name"),
    [(TCVN3.encode("latin-1"), "tcvn3"), (TCVN3.encode(), "tcvn3"), (VNI.encode("latin-1"), "vni"), (VNI.encode(), "vni")],
)
def test_encodings_before_unicode(data: bytes, name: str) -> None:
    assert decode(data) == (PLAIN, name)


@pytest.mark.parametrize(
    "text",
    ["Plain English, saved as ASCII.", "L’été, à Genève, le président a déclaré la stratégie numérique nécessaire.", "越南共产党", "x"],
)
def test_other_languages_are_left_alone(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\x0c\n", "empty"),
        (b"|\n---\n***\n", "empty"),
        (b"\x7fELF\x02\x01\x01" + bytes(20), "binary"),
        (b"\x00\x01\x02\x03" * 8, "binary"),
        (bytes(range(1, 32)) * 4, "binary"),
        ("Nghị quyết".encode("utf-16")[:-1] + b"\xd8", "damaged"),
        ("Größe, Straße, für, über, schön".encode("cp1252"), "damaged"),
        (("\ufffd" * 5 + "Ngh quy").encode(), "damaged"),
        (b"m\xe1t", "damaged"),  # one word tells no encoding
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadingError) as error:
        read_text(data)
    assert error.value.reason == reason


def test_a_few_damaged_bytes_are_reported() -> None:
    source = read_text((SENTENCE * 20).encode() + b" \xff ")
    assert source.encoding == "utf-8"
    assert source.warnings == ("1 characters could not be read and stand as \ufffd.",)


def test_format() -> None:
    assert read_text("# Tiêu đề\n\nMột đoạn.".encode()).format == "markdown"
    assert read_text("Một đoạn.\nHai * ba.".encode()).format == "text"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        blocks = read_text(data).blocks
    except ReadingError as refusal:
        blocks, reason = (), refusal.reason
    else:
        reason = "none"
    assert reason in ({"none"} if blocks else {"empty", "binary", "damaged"})
    assert all(b.text and "\n" not in b.text for b in blocks)


@pytest.mark.soak
def test_damaged_documents(soak: Callable[[int], int]) -> None:
    dice = random.Random(11)
    raw = CORPUS[0].read_bytes()[:6000]
    outcomes: Counter[str] = Counter()
    for _ in range(soak(400)):
        data = bytearray(raw[: dice.randrange(1, len(raw))])
        for _ in range(dice.choice((0, 1, 5, 200))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            outcomes[read_text(bytes(data)).format] += 1
        except ReadingError as error:
            outcomes[error.reason] += 1
    assert set(outcomes) <= {"text", "markdown", "binary", "damaged", "empty"}
    assert outcomes["text"] + outcomes["markdown"] > 0


# Lines


def test_line_ends_and_spaces() -> None:
    for end in ("\n", "\r\n", "\r", "\x0b", "\u2028"):
        assert texts(f"I. MỤC TIÊU{end}Đến\u00a0năm\t2030:{end}{end}- 100% xã.") == ["I. MỤC TIÊU", "Đến năm 2030:", "- 100% xã."]


def test_form_feeds_are_pages_and_page_numbers_go() -> None:
    blocks = read_lines("Tỉnh đặt mục tiêu đến năm 2030 đạt\n\n\f2\n\nba mươi phần trăm trở lên.\n15\n\f3\nPhụ lục\f\f")
    assert [(b.text, b.page) for b in blocks] == [
        ("Tỉnh đặt mục tiêu đến năm 2030 đạt ba mươi phần trăm trở lên.", 1),
        ("15", 2),
        ("Phụ lục", 3),
    ]


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.stem)
def test_the_bundled_documents_stay_as_they_are(path: Path) -> None:
    assert list(read_text(path.read_bytes()).blocks) == clean(path.read_text("utf-8"))


def wrap(paragraphs: list[str], width: int, style: str) -> str:
    fill = {
        "blank lines": lambda p: textwrap.fill(p, width, break_on_hyphens=False),
        "none": lambda p: textwrap.fill(p, width, break_on_hyphens=False),
        "first lines indented": lambda p: textwrap.fill(p, width, initial_indent="    ", break_on_hyphens=False),
        "margins": lambda p: "\n".join(f"   {line}  " for line in textwrap.wrap(p, width, initial_indent="  ", break_on_hyphens=False)),
    }[style]
    return ("\n\n" if style == "blank lines" else "\n").join(fill(p) for p in paragraphs)


@pytest.mark.parametrize("style", ["blank lines", "none", "first lines indented", "margins"])
def test_wrapped_documents_come_back(style: str) -> None:
    found = total = 0
    for path in CORPUS:
        paragraphs = [b.text for b in clean(path.read_text("utf-8")) if b.note is None]
        for width in (60, 72, 80, 100):
            read = Counter(texts(wrap(paragraphs, width, style)))
            found += sum((Counter(paragraphs) & read).values())
            total += len(paragraphs)
    assert found / total >= 0.98


WRAPPED = """\
**ỦY BAN NHÂN DÂN TỈNH A**

**KẾ HOẠCH**

CHUYỂN
ĐỔI SỐ TRÊN ĐỊA BÀN TỈNH

*Căn cứ Luật Tổ chức chính
quyền địa phương ngày 16 tháng 6 năm 2025;*

Thực hiện Nghị quyết số
57-NQ/TW ngày 22 tháng 12 năm 2024 về đột phá phát triển khoa học, công nghệ,
đổi mới sáng tạo và chuyển đổi số quốc gia, tỉnh ban hành Kế hoạch giai đoạn 2025 -
2030 như sau:

**I. MỤC
ĐÍCH, YÊU CẦU**

- Nâng cao nhận thức của các tổ chức chính trị
- xã hội về chuyển đổi số theo quy định tại khoản
2 Điều 9 Quyết định số 10/2024/QĐ-UBND của Ủy ban nhân dân tỉnh *(gọi
tắt là Quy định) *và các văn bản hướng dẫn.
- Bảo đảm 100% thôn, bản có
kết nối Internet băng rộng. Phấn đấu đến năm 2030 hoàn thành trước thời hạn ở các
xã vùng cao.

**Điều 2. **Chánh
Văn phòng, Giám đốc các Sở, Thủ trưởng các cơ quan chịu trách nhiệm thi hành Kế
hoạch này./.
"""


def test_a_web_copy() -> None:
    assert texts(WRAPPED) == [
        "ỦY BAN NHÂN DÂN TỈNH A",
        "KẾ HOẠCH",
        "CHUYỂN ĐỔI SỐ TRÊN ĐỊA BÀN TỈNH",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "Thực hiện Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo"
        " và chuyển đổi số quốc gia, tỉnh ban hành Kế hoạch giai đoạn 2025 - 2030 như sau:",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "- Nâng cao nhận thức của các tổ chức chính trị - xã hội về chuyển đổi số theo quy định tại khoản 2 Điều 9 Quyết định số"
        " 10/2024/QĐ-UBND của Ủy ban nhân dân tỉnh (gọi tắt là Quy định) và các văn bản hướng dẫn.",
        "- Bảo đảm 100% thôn, bản có kết nối Internet băng rộng. Phấn đấu đến năm 2030 hoàn thành trước thời hạn ở các xã vùng cao.",
        "Điều 2. Chánh Văn phòng, Giám đốc các Sở, Thủ trưởng các cơ quan chịu trách nhiệm thi hành Kế hoạch này./.",
    ]


def test_lines_that_stand_alone_stay_alone_in_a_wrapped_text() -> None:
    body = textwrap.fill(f"{SENTENCE} " * 6, 70)
    alone = [
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Hà Nội, ngày 22 tháng 12 năm 2024",
        "NGHỊ QUYẾT",
        "Nơi nhận:",
        "- Các tỉnh ủy, thành ủy,",
        "- Lưu Văn phòng Trung ương.",
        "T/M BỘ CHÍNH TRỊ",
        "Nguyễn Văn A",
    ]
    raw = "\n".join([*alone[:3], body, "", *alone[3:]])
    assert texts(raw) == [*alone[:3], (f"{SENTENCE} " * 6).strip(), *alone[3:]]


# Marks


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Tỷ lệ = b/a * 100%;", "Tỷ lệ = b/a * 100%;"),
        ("kích thước 2*3, tên a_b_c, mục (*)", "kích thước 2*3, tên a_b_c, mục (*)"),
        ("**Điều 1. **Ban *hành*, __đậm__ và _nghiêng_.", "Điều 1. Ban hành, đậm và nghiêng."),
        ("Xem [Nghị quyết 57](https://a.vn/nq_(57)) và ![Sơ đồ](a.png)", "Xem Nghị quyết 57 và Sơ đồ"),
        ("https://a.vn/_x_/b_c và <https://b.vn>", "https://a.vn/_x_/b_c và https://b.vn"),
        ("R&amp;D&nbsp;&lt; 5%; R&D", "R&D < 5%; R&D"),
        ("> Trích lời", "Trích lời"),
        ("> 50% số xã", "> 50% số xã"),
        ("1\\. Mục \\*một\\*", "1. Mục *một*"),
        ("`mã` ~~bỏ~~ khoảng ~5%", "mã bỏ khoảng ~5%"),
        ("dòng một<br/>dòng <b>hai</b>", "dòng một dòng hai"),
        ("## Tiêu đề ##", "Tiêu đề"),
    ],
)
def test_marks_go_and_words_stay(raw: str, text: str) -> None:
    assert texts(raw) == [text]


def test_fences_and_footnotes() -> None:
    blocks = read_lines("```text\nnội dung\n```\nMột ý[^1] khác.\n\n[^1]: Chú thích.\n\nÝ sau.")
    assert [(b.text, b.note) for b in blocks] == [("nội dung", None), ("Một ý¹ khác.", None), ("Ý sau.", None), ("¹ Chú thích.", 1)]


# Tables

FLATTENED = """\
|
**ỦY BAN NHÂN
DÂN**
TỈNH A
-------
|
**CỘNG HÒA XÃ HỘI
CHỦ NGHĨA VIỆT NAM**
Độc lập - Tự do - Hạnh phúc
|
|
Số: 12/KH-UBND
|
*Tỉnh A, ngày 18
tháng 11 năm 2025*
|

**PHỤ LỤC**

|
**STT**
|
**Nhiệm
vụ**
|
**Chủ trì**
|
**Thời gian**
|
|
**I**
|
**NHÓM THỂ CHẾ**
|
|
1
|
Rà soát các văn bản, sửa
đổi * bổ sung theo thẩm quyền
|
Sở Tư pháp
|
Quý IV/2025
|
|
Công bố kết quả
|
Sở Nội vụ
|
|
2
|
Ban hành quy chế
|
|
Năm 2026
|
|
3
|
Đào tạo
|
Sở Nội vụ
|
|

Hết phụ lục.

|
*Nơi nhận:*
- Như trên;
- Các cơ quan, gồm: Sở A,
Sở B;
|
**TM. ỦY BAN
NHÂN DÂN**
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Nguyễn Văn A
|
"""


def test_flattened_tables() -> None:
    blocks = read_lines(FLATTENED)
    rows = [b for b in blocks if b.cells]
    assert [cells(b) for b in rows] == [
        ["I", "NHÓM THỂ CHẾ", "", ""],
        ["1", "Rà soát các văn bản, sửa đổi * bổ sung theo thẩm quyền", "Sở Tư pháp", "Quý IV/2025"],
        ["", "Công bố kết quả", "Sở Nội vụ", ""],
        ["2", "Ban hành quy chế", "", "Năm 2026"],
        ["3", "Đào tạo", "Sở Nội vụ", ""],
    ]
    assert {b.columns for b in rows} == {("STT", "Nhiệm vụ", "Chủ trì", "Thời gian")}
    assert rows[3].text == "2 | Ban hành quy chế | Năm 2026"
    assert [b.text for b in blocks if not b.cells] == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH A",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/KH-UBND",
        "Tỉnh A, ngày 18 tháng 11 năm 2025",
        "PHỤ LỤC",
        "Hết phụ lục.",
        "Nơi nhận:",
        "- Như trên;",
        "- Các cơ quan, gồm: Sở A, Sở B;",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Nguyễn Văn A",
    ]


def test_markdown_tables() -> None:
    raw = "Trước.\n| STT | **Việc** | Hạn |\n|:--|---|--:|\n| 1 | Lập a\\|b<br>kế hoạch | |\n| 2 | Báo cáo | 2026 | thừa |\nSau."
    blocks = read_lines(raw)
    assert [b.text for b in blocks] == ["Trước.", "1 | Lập a|b kế hoạch", "2 | Báo cáo | 2026 | thừa", "Sau."]
    assert cells(blocks[1]) == ["1", "Lập a|b kế hoạch", "", ""]
    assert blocks[2].columns == ("STT", "Việc", "Hạn", "")


def test_a_table_of_heads_only_and_bars_in_text_survive() -> None:
    assert read_lines("| STT | Việc |\n|---|---|\n") == [Block("STT | Việc")]
    assert texts("Họ tên: A | Chức vụ: B.\n\n| Một dòng |\n\n|\nLời cuối") == ["Họ tên: A | Chức vụ: B.", "Một dòng", "Lời cuối"]


def test_lone_bars_among_lines_with_bars_frame_nothing() -> None:
    raw = "BỘ TÀI CHÍNH|CỘNG HÒA|\n|\nSố: 1/TT|----|\nThông tư|\n|\nHướng dẫn|thi hành\n|\n| TT | Việc |\n|--|--|\n| 1 | A |\n|\n"
    assert [b.text for b in read_lines(raw)] == ["BỘ TÀI CHÍNH|CỘNG HÒA", "Số: 1/TT|----", "Thông tư", "Hướng dẫn|thi hành", "1 | A"]


def test_a_table_goes_on_after_a_page_break() -> None:
    blocks = read_lines("| TT | Việc |\n|--|--|\n| 1 | A |\n\f\n| TT | Việc |\n|--|--|\n| 2 | B |")
    assert [(b.text, b.columns, b.page) for b in blocks] == [("1 | A", ("TT", "Việc"), 1), ("2 | B", ("TT", "Việc"), 2)]


WORDING = (
    "phát triển kinh tế số của tỉnh đến năm 2030 đạt trên 20% GRDP Ủy ban nhân dân Sở Y tế, công nghệ; dịch vụ công. Hạ tầng (mạng 5G) “mở”"
)
SYLLABLES = st.sampled_from(WORDING.split())
PARAGRAPHS = st.lists(st.lists(SYLLABLES, min_size=1, max_size=60).map(" ".join), min_size=1, max_size=12)
CELL = st.lists(SYLLABLES, min_size=1, max_size=12).map(" ".join)


@given(PARAGRAPHS, st.integers(30, 110), st.sampled_from(["blank lines", "none", "first lines indented", "margins"]), st.booleans())
def test_no_word_of_a_text_is_lost_or_repeated(paragraphs: list[str], width: int, style: str, wrapped: bool) -> None:
    raw = wrap(paragraphs, width, style) if wrapped else "\n".join(paragraphs)
    assert words(" ".join(texts(raw))) == words(" ".join(paragraphs))


def flatten(rows: list[list[str]]) -> str:
    return "\n".join("|\n" + "".join(f"{textwrap.fill(c, 40)}\n|\n" if c else "|\n" for c in row).rstrip("\n") for row in rows)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 6))
    heads = ["STT", *(f"Cột {'ABCDEF'[i]}" for i in range(1, width))]
    body = [
        [str(n + 1), *(draw(CELL if i == 1 else st.one_of(CELL, st.just(""))) for i in range(1, width))]
        for n in range(draw(st.integers(1, 6)))
    ]
    return [heads, *body]


@given(tables(), st.booleans())
def test_tables_come_back_cell_by_cell(table: list[list[str]], flattened: bool) -> None:
    if flattened:
        raw = flatten(table)
    else:
        lines = ["| " + " | ".join(r) + " |" for r in table]
        raw = "\n".join([lines[0], "|" + "---|" * len(table[0]), *lines[1:]])
    blocks = read_lines(f"Trước bảng.\n\n{raw}\n\nSau bảng.")
    assert [b.text for b in blocks if not b.cells] == ["Trước bảng.", "Sau bảng."]
    rows = [b for b in blocks if b.cells]
    assert [cells(b) for b in rows] == table[1:]
    assert all(b.columns == tuple(table[0]) for b in rows)


@given(st.lists(st.one_of(st.just("|"), st.just(""), st.just("| a | b |"), st.just("|---|---|"), CELL), max_size=40))
def test_bars_anywhere_lose_no_word(lines: list[str]) -> None:
    marked = [f"{line} dòng{i}" if line[:1] not in ("|", "") else line for i, line in enumerate(lines)]
    blocks = read_lines("\n".join(marked))
    # A head stands once for all the rows below it.
    read = [w for b in blocks for w in words(b.text)] + [w for head in {b.columns for b in blocks} for c in head for w in words(c)]
    assert sorted(w for w in read if w.startswith("dòng")) == sorted(w for w in words(" ".join(marked)) if w.startswith("dòng"))
    assert set(read) == set(words(" ".join(marked)))
    for block in blocks:
        assert " | ".join(c for c in cells(block) if c) == (block.text if block.cells else "")
        assert not block.columns or len(block.columns) == len(block.cells)


@given(st.text(max_size=300))
def test_any_text_gives_clean_blocks(raw: str) -> None:
    for block in read_lines(raw):
        assert block.text == block.text.strip() != ""
        assert "\n" not in block.text
