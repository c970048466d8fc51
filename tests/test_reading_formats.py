"""Reading DOCX, HTML and RTF: exact blocks of documents made here, what is refused and with which reason, and seeded damage."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from documents.cleaning import Block
from documents.reading import dispatch
from documents.reading.dispatch import FORMATS, kind_of, read, read_file
from documents.reading.docx import read_docx
from documents.reading.html import read_html
from documents.reading.rtf import read_rtf
from documents.reading.source import ReadingError, Source
from tests.conftest import SOAK

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REAL = Path(__file__).resolve().parents[2] / "shared" / "files"


def texts(source: Source) -> list[str]:
    return [b.text for b in source.blocks]


def marked(source: Source) -> list[str]:
    return [b.text for b in source.blocks if b.marked]


def row(block: Block) -> dict[str, str]:
    """A row's cells by the heads of their columns."""
    assert len(block.cells) == len(block.columns)
    return {c: block.text[a:b] for c, (a, b) in zip(block.columns, block.cells, strict=True)}


def refusal(data: bytes, name: str = "") -> str:
    with pytest.raises(ReadingError) as caught:
        read(data, name)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300
    return caught.value.reason


# DOCX


def word(body: str, **parts: str) -> bytes:
    """A DOCX of WordprocessingML; `parts` are the contents of numbering, styles, footnotes, endnotes."""
    packed = io.BytesIO()
    extra = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        links = "".join(f'<Relationship Id="r{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>' for name in parts)
        package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
        main = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", f"<Relationships {package}>{main}</Relationships>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships {package}>{links}</Relationships>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}" {extra} {drawing}><w:body>{body}</w:body></w:document>')
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f'<w:{name} xmlns:w="{W}">{content}</w:{name}>')
    return packed.getvalue()


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if content.startswith('<') or not content else r(content)}</w:p>"


def numbered(text: str, level: int, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(i: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    return f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def num(number: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(content)}</w:tc>"


def tr(*cells: str, head: bool = False) -> str:
    return (
        f"<w:tr><w:trPr>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(c if c.startswith('<w:tc>') else tc(c) for c in cells)}</w:tr>"
    )


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


LAW = abstract(0, level(0, "decimal", "Điều %1."), level(1, "decimal", "%2."), level(2, "lowerLetter", "%3)"), level(3, "bullet", "-"))


def test_numbers_of_several_levels_start_anew_below_each_higher_one() -> None:
    body = "".join(
        numbered(t, i)
        for t, i in [
            ("Phạm vi", 0),
            ("Một", 1),
            ("Hai", 1),
            ("x", 2),
            ("y", 2),
            ("gạch", 3),
            ("Ba", 1),
            ("z", 2),
            ("Đối tượng", 0),
            ("Một", 1),
        ]
    )
    assert texts(read_docx(word(body, numbering=LAW + num(1, 0)))) == [
        "Điều 1. Phạm vi",
        "1. Một",
        "2. Hai",
        "a) x",
        "b) y",
        "- gạch",
        "3. Ba",
        "a) z",
        "Điều 2. Đối tượng",
        "1. Một",
    ]


def test_formats_and_patterns_of_numbers() -> None:
    levels = [
        level(0, "upperRoman", "%1."),
        level(1, "decimal", "%1.%2.", "<w:isLgl/>"),
        level(2, "upperLetter", "%3)"),
        level(3, "lowerRoman", "(%4)"),
    ]
    body = numbered("", 0) * 3 + "".join(numbered("x", i) for i in (0, 1, 1, 2, 3, 3, 3, 3))
    # Empty numbered paragraphs count, as in Word, but a number alone is no text.
    expected = ["IV. x", "4.1. x", "4.2. x", "A) x", "(i) x", "(ii) x", "(iii) x", "(iv) x"]
    assert texts(read_docx(word(body, numbering=abstract(0, *levels) + num(1, 0)))) == expected


def test_lists_that_share_counters_go_on_and_an_override_starts_anew() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = abstract(0, level(0, "decimal", "%1.")) + num(1, 0) + num(2, 0) + num(3, 0, override)
    body = numbered("a", 0, 1) + numbered("b", 0, 2) + numbered("c", 0, 3) + numbered("d", 0, 3) + numbered("e", 0, 9)
    assert texts(read_docx(word(body, numbering=numbering))) == ["1. a", "2. b", "5. c", "6. d", "e"]


def test_a_level_may_run_through_and_may_restart_late() -> None:
    through = abstract(0, level(0, "upperRoman", "%1."), level(1, "decimal", "Điều %2.", '<w:lvlRestart w:val="0"/>'))
    body = "".join(numbered("x", i) for i in (0, 1, 1, 0, 1))
    assert texts(read_docx(word(body, numbering=through + num(1, 0)))) == ["I. x", "Điều 1. x", "Điều 2. x", "II. x", "Điều 3. x"]


def test_bullets_are_marks_that_people_type() -> None:
    numbering = abstract(0, level(0, "bullet", "\uf0b7"), level(1, "bullet", "o"), level(2, "bullet", "+"), level(3, "bullet", "–")) + num(
        1, 0
    )
    body = "".join(numbered("x", i) for i in range(4))
    assert texts(read_docx(word(body, numbering=numbering))) == ["- x", "+ x", "+ x", "- x"]


def test_numbers_that_come_from_styles() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="D"><w:name w:val="Dieu"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="K"><w:name w:val="Khoan"/><w:basedOn w:val="D"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    )
    numbering = abstract(
        0, level(0, "decimal", "Điều %1.", '<w:pStyle w:val="D"/>'), level(1, "decimal", "%2.", '<w:pStyle w:val="K"/>')
    ) + num(1, 0)
    none = '<w:pStyle w:val="D"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("A", '<w:pStyle w:val="D"/>') + p("b", '<w:pStyle w:val="K"/>') + p("không số", none) + p("B", '<w:pStyle w:val="D"/>')
    source = read_docx(word(body + p("Chương I", '<w:pStyle w:val="H1"/>'), numbering=numbering, styles=styles))
    assert texts(source) == ["Điều 1. A", "1. b", "không số", "Điều 2. B", "Chương I"]
    assert marked(source) == ["Chương I"]


def test_runs_of_a_paragraph() -> None:
    bold = "<w:b/>"
    body = (
        p(r("Điều 1. ", bold) + r("Phạm vi", bold))
        + p(r("Điều 2.", bold) + r(" Đối tượng"))
        + p(r("giữ") + f"<w:ins>{r(' thêm')}</w:ins><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del>" + r(" ẩn", "<w:vanish/>"))
        + p(
            r("diện tích 5 km")
            + r("2", '<w:vertAlign w:val="superscript"/>')
            + r(" và Điều 1")
            + r("st", '<w:vertAlign w:val="superscript"/>')
        )
        + p(
            r("chuyển")
            + "<w:r><w:tab/></w:r>"
            + f"<w:hyperlink>{r('đổi số')}</w:hyperlink><w:r><w:noBreakHyphen/></w:r>"
            + r("viết hoa", "<w:caps/>")
        )
        + p(r("hoa\u0300n tha\u0300nh"))
    )
    source = read_docx(word(body))
    assert texts(source) == [
        "Điều 1. Phạm vi",
        "Điều 2. Đối tượng",
        "giữ thêm",
        "diện tích 5 km² và Điều 1st",
        "chuyển đổi số-VIẾT HOA",
        "hoàn thành",
    ]
    assert marked(source) == ["Điều 1. Phạm vi"]


def test_a_paragraph_whose_end_was_deleted_is_one_with_the_next() -> None:
    body = p("Đến năm ", "<w:rPr><w:del/></w:rPr>") + p("2025 đạt 50%.") + p("Hết.")
    assert texts(read_docx(word(body))) == ["Đến năm 2025 đạt 50%.", "Hết."]


def test_soft_breaks_part_lines_and_join_sentences() -> None:
    br = "<w:r><w:br/></w:r>"
    body = p(r("QUỐC HỘI") + br + r("_____") + br + r("Luật số: 60/2024/QH15")) + p(
        r("Phát triển chính quyền số") + br + r("và kinh tế số;") + br + r("- xã hội số")
    )
    assert texts(read_docx(word(body))) == ["QUỐC HỘI", "Luật số: 60/2024/QH15", "Phát triển chính quyền số và kinh tế số;", "- xã hội số"]


def field(instruction: str, result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        mark.format("begin")
        + f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
        + mark.format("separate")
        + result
        + mark.format("end")
    )


def test_fields_keep_their_results_and_contents_are_left_out() -> None:
    entries = field('TOC \\o "1-3"', r("Điều 1") + "</w:p><w:p>" + r("Điều 2 ") + field("PAGEREF _1", r("5")))
    body = p(entries) + p(r("trang ") + field("PAGE", r("7")) + r("xem ") + field("REF a", r("Điều 3"))) + p("Thân")
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    control = "<w:sdt><w:sdtPr>" + gallery + "</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    kept = f"<w:sdt><w:sdtContent>{p('trong ô điều khiển')}</w:sdtContent></w:sdt>"
    assert texts(read_docx(word(control.format(p("mục lục")) + body + kept))) == ["trang xem Điều 3", "Thân", "trong ô điều khiển"]


def test_an_endless_table_of_contents_swallows_nothing() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText><w:fldChar w:fldCharType="separate"/></w:r>'
    assert texts(read_docx(word(p(begun + r("Điều 1")) + p("Thân")))) == ["Điều 1", "Thân"]


def test_footnotes_are_numbered_by_their_references_and_come_last() -> None:
    ref = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{}Reference w:id="{}"/></w:r>'
    notes = "".join(
        f'<w:footnote w:id="{i}">{p("<w:r><w:footnoteRef/></w:r>" + r(" " + t))}</w:footnote>' for i, t in ((7, "Hai."), (9, "Một."))
    )
    ends = f'<w:endnote w:id="2">{p("Ba")}{p("tiếp.")}</w:endnote>'
    body = (
        p(r("số") + ref.format("footnote", 9) + r(" của") + ref.format("footnote", 7)) + p(r("cuối") + ref.format("endnote", 2)) + p("Hết")
    )
    source = read_docx(word(body, footnotes=notes, endnotes=ends))
    assert [(b.text, b.note) for b in source.blocks] == [
        ("số¹ của²", None),
        ("cuối³", None),
        ("Hết", None),
        ("¹ Một.", 1),
        ("² Hai.", 2),
        ("³ Ba tiếp.", 3),
    ]


def test_text_boxes_are_read_once_and_pictures_are_warned_of() -> None:
    box = f"<w:txbxContent>{p('trong hộp')}</w:txbxContent>"
    choice, fallback = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>", f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    source = read_docx(word(p(r("neo") + both) + p("<w:r><w:drawing><a:blip/></w:drawing></w:r>") + p("sau")))
    assert texts(source) == ["neo", "trong hộp", "sau"]
    assert source.warnings == ("1 pictures were left out; text in them was not read.",)


def test_tables_that_lay_out_the_page_are_ordinary_lines() -> None:
    letter = tbl(
        tr(tc(p("TỈNH ỦY") + p("*")), tc(p("ĐẢNG CỘNG SẢN VIỆT NAM"))),
        tr(tc(p("Số 04-NQ/TU")), tc(p("Gia Lai, ngày 20 tháng 01 năm 2022"))),
    )
    signature = tbl(tr(tc(p("Nơi nhận:") + p("- Như trên;")), tc(p("TM. ỦY BAN NHÂN DÂN") + p("CHỦ TỊCH"))), tr("", "Nguyễn Văn A"))
    bare = tbl(tr("", "CHỦ TỊCH"), tr("E-pas: 1", "Trần Văn B"))
    source = read_docx(word(letter + p("NGHỊ QUYẾT") + signature + bare))
    assert texts(source) == (
        ["TỈNH ỦY", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 04-NQ/TU", "Gia Lai, ngày 20 tháng 01 năm 2022", "NGHỊ QUYẾT"]
        + ["Nơi nhận:", "- Như trên;", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn A", "CHỦ TỊCH", "E-pas: 1", "Trần Văn B"]
    )
    assert all(b.cells == () for b in source.blocks)


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


RESTART, GO_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_rows_of_data_with_merged_heads_groups_and_merged_cells() -> None:
    head = tr(tc("TT", RESTART), tc("Chỉ tiêu", RESTART), tc("Mục tiêu", span(2)), head=True) + tr(
        tc("", GO_ON), tc("", GO_ON), "2025", "2030", head=True
    )
    body = tbl(
        tr(tc("Bảng 1. Chỉ tiêu", span(4))),
        head,
        tr("(1)", "(2)", "(3)", "(4)"),
        tr(tc("I. Chính quyền số", span(4))),
        tr("1", "Dịch vụ công", "80%", "100%"),
        tr("2", tc("Hồ sơ", RESTART), tc("50", span(2))),
        tr("3", tc("", GO_ON), "", "-"),
    )
    source = read_docx(word(body))
    columns = ("TT", "Chỉ tiêu", "Mục tiêu: 2025", "Mục tiêu: 2030")
    assert texts(source)[:3] == ["Bảng 1. Chỉ tiêu", "I. Chính quyền số", "1 | Dịch vụ công | 80% | 100%"]
    assert source.blocks[0].cells == ()
    assert [row(b) for b in source.blocks[1:]] == [
        dict(zip(columns, cells, strict=True))
        for cells in (
            ("I. Chính quyền số", "", "", ""),
            ("1", "Dịch vụ công", "80%", "100%"),
            ("2", "Hồ sơ", "50", ""),
            ("3", "", "", "-"),
        )
    ]


def test_a_row_of_heads_that_is_repeated_is_left_out() -> None:
    body = tbl(tr("STT", "Nhiệm vụ", "Chủ trì"), tr("1", "A", "Sở TT"), tr("STT", "Nhiệm vụ", "Chủ trì"), tr("2", "B", "Sở NV"))
    source = read_docx(word(body))
    assert [row(b) for b in source.blocks] == [
        {"STT": "1", "Nhiệm vụ": "A", "Chủ trì": "Sở TT"},
        {"STT": "2", "Nhiệm vụ": "B", "Chủ trì": "Sở NV"},
    ]


def test_a_table_without_heads_has_no_columns() -> None:
    source = read_docx(word(tbl(tr("1", "A", "5%"), tr("2", "B", "6%"))))
    assert [(b.text, b.columns, len(b.cells)) for b in source.blocks] == [("1 | A | 5%", (), 3), ("2 | B | 6%", (), 3)]


def test_cells_hold_automatic_numbers_and_flattened_tables() -> None:
    numbering = abstract(0, level(0, "decimal", "%1")) + num(1, 0)
    inner = tbl(tr("a", "b"), tr("c", "d"))
    body = tbl(
        tr("TT", "Nội dung", "Ghi chú"),
        tr(tc(numbered("", 0)), "A", "x"),
        tr(tc(numbered("", 0)), tc(p("B") + inner), "y"),
        tr("3", "C", "z"),
    )
    source = read_docx(word(body, numbering=numbering))
    assert texts(source) == ["1 | A | x", "2 | B a | b c | d | y", "3 | C | z"]
    assert row(source.blocks[1]) == {"TT": "2", "Nội dung": "B a | b c | d", "Ghi chú": "y"}


def test_unevenly_drawn_edges_are_one_edge() -> None:
    grid = "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{w}"/>' for w in (600, 40, 3000, 60, 2000)) + "</w:tblGrid>"
    first = tr("TT", tc("Tên", span(2)), tc("Số", span(2)))
    second = tr(tc("1", span(2)), tc("A", span(2)), "5")
    source = read_docx(word(f"<w:tbl>{grid}{first}{second}</w:tbl>"))
    assert [row(b) for b in source.blocks] == [{"TT": "1", "Tên": "A", "Số": "5"}]


def test_text_of_the_old_fonts_is_written_in_unicode() -> None:
    def old(text: str, font: str) -> str:
        return r(text, f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>')

    body = (
        p(old("C«ng hoµ x· héi ", ".VnTime") + old("chñ nghÜa", ".VnTime"))
        + p(old("nghÞ quyÕt", ".VnTimeH"))
        + p(old("COÄNG HOØA", "VNI-Times"))
    )
    assert texts(read_docx(word(body + p(old("đã là Unicode", ".VnTime"))))) == [
        "Công hoà xã hội chủ nghĩa",
        "NGHỊ QUYẾT",
        "CỘNG HÒA",
        "đã là Unicode",
    ]


def test_a_file_that_python_docx_wrote() -> None:
    document = docx.Document()
    document.add_heading("Chương I", 1)
    document.add_paragraph("một", style="List Bullet")
    document.add_paragraph("hai", style="List Number")
    table = document.add_table(3, 3)
    for i, text in enumerate(["TT", "Chỉ tiêu", "Năm 2025", "1", "A", "50%", "2", "B", "60%"]):
        table.cell(i // 3, i % 3).text = text
    packed = io.BytesIO()
    document.save(packed)
    source = read(packed.getvalue(), "a.docx")
    assert source.format == "docx"
    assert texts(source) == ["Chương I", "- một", "1. hai", "1 | A | 50%", "2 | B | 60%"]
    assert source.blocks[0].marked
    assert source.blocks[-1].columns == ("TT", "Chỉ tiêu", "Năm 2025")


def test_files_that_word_opens_and_python_docx_does_not() -> None:
    strict = rezipped(word(p("Điều 1")), lambda xml: xml.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"))
    assert texts(read_docx(strict)) == ["Điều 1"]


def rezipped(data: bytes, change: Callable[[bytes], bytes], name: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return packed.getvalue()


# HTML


def page(body: str) -> Source:
    return read_html(f"<!DOCTYPE html><html><head><meta charset=utf-8><title>t</title></head><body>{body}</body></html>".encode())


def test_lines_headings_and_marks_of_a_page() -> None:
    source = page(
        "<h2>I. MỤC\ntiêu</h2><p><b>1. Chung</b>:</p><p>Đến năm 2025\n đạt <i>50</i>%;<br>- con số &ge; 5 km<sup>2</sup> &amp; hơn</p>"
        "<div>rời<p>trong đoạn</p>sau</div><p style='display:none'>ẩn</p><script>x()</script><!-- chú thích --><del>bỏ</del>"
    )
    assert texts(source) == ["I. MỤC tiêu", "1. Chung:", "Đến năm 2025 đạt 50%;", "- con số ≥ 5 km² & hơn", "rời", "trong đoạn", "sau"]
    assert marked(source) == ["I. MỤC tiêu", "1. Chung:"]


def test_lists_of_a_page() -> None:
    source = page(
        "<ol start=3><li>Ba<li>Bốn<ul><li>con<li>- đã có</ul><li value=9>Chín</ol>"
        "<ol type=a><li>x<li>y</ol><ul style='list-style:none'><li>trơn</ul>"
    )
    assert texts(source) == ["3. Ba", "4. Bốn", "- con", "- đã có", "9. Chín", "a) x", "b) y", "trơn"]


def test_the_frame_of_a_site_is_left_out() -> None:
    links = "".join(f"<li><a href='/{i}'>Mục số {i}</a></li>" for i in range(5))
    frame = f"<nav>menu</nav><div class='top-menu'>đầu</div><ul>{links}</ul>", "<footer>chân</footer>"
    assert texts(page(f"{frame[0]}<p>Điều 1. Phạm vi</p>{frame[1]}")) == ["Điều 1. Phạm vi"]
    assert texts(page("<p>ngoài</p><main><p>Điều 1. Phạm vi điều chỉnh của Luật</p></main>")) == ["Điều 1. Phạm vi điều chỉnh của Luật"]
    # A name alone doesn't make the text itself a frame.
    assert texts(page("<div class='menu'><p>Toàn bộ văn bản ở đây</p></div>")) == ["Toàn bộ văn bản ở đây"]


def test_tables_of_a_page() -> None:
    source = page(
        "<table><caption>Bảng 1</caption><tr><th rowspan=2>TT<th rowspan=2>Chỉ tiêu<th colspan=2>Mục tiêu</tr><tr><th>2025<th>2030"
        "<tr><td colspan=4>I. Nhóm<tr><td>1<td rowspan=2>A<td>80%<td>100%<tr><td>2<td>5<td></table>"
        "<table><tr><td>UBND TỈNH<br>Số: 5/QĐ<td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br><b>Độc lập - Tự do - Hạnh phúc</b></table>"
    )
    columns = ("TT", "Chỉ tiêu", "Mục tiêu: 2025", "Mục tiêu: 2030")
    assert texts(source) == (
        ["Bảng 1", "I. Nhóm", "1 | A | 80% | 100%", "2 | 5", "UBND TỈNH", "Số: 5/QĐ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
        + ["Độc lập - Tự do - Hạnh phúc"]
    )
    assert row(source.blocks[3]) == dict(zip(columns, ("2", "", "5", ""), strict=True))


def test_a_table_that_holds_the_whole_page_is_layout() -> None:
    inner = "<table><tr><th>TT<th>Tên<th>Số<tr><td>1<td>A<td>5<tr><td>2<td>B<td>6</table>"
    source = page(f"<table><tr><td>bên<td><p>Điều 1.</p>{inner}<p>Điều 2.</p></td></tr><tr><td>dưới<td>cùng</table>")
    assert texts(source) == ["bên", "Điều 1.", "1 | A | 5", "2 | B | 6", "Điều 2.", "dưới", "cùng"]
    assert source.blocks[2].columns == ("TT", "Tên", "Số")


def test_footnotes_of_pages_that_word_and_pandoc_save() -> None:
    source = page(
        "<p>Theo số<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a> của"
        "<sup><a href='#fn2' id='fnref2'>2</a></sup> và<sup>(3)</sup></p>"
        "<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1>"
        "<p><a href='#_ftnref1' name='_ftn1'>[1]</a> Báo cáo.</p></div></div>"
        "<section><ol><li id=fn2>Nguồn. <a href='#fnref2'>↩</a></li></ol></section><p><sup>3</sup> Tự gõ.</p>"
    )
    assert [(b.text, b.note) for b in source.blocks] == [("Theo số¹ của² và³", None), ("¹ Báo cáo.", 1), ("² Nguồn.", 2), ("³ Tự gõ.", 3)]


def test_marks_of_lists_that_word_saves() -> None:
    ignore = "<span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp; </span></span>"
    source = page(f"<p class=MsoListParagraph>{ignore.format('1.')}Một</p><p>{ignore.format('·')}chấm</p><p>{ignore.format('o')}tròn</p>")
    assert texts(source) == ["1. Một", "- chấm", "+ tròn"]


def test_encodings_that_a_page_declares() -> None:
    text = "<html><head><meta charset='{}'></head><body><p>Nghị quyết về chuyển đổi số của tỉnh</p></body></html>"
    assert texts(read_html(text.format("utf-8").encode())) == ["Nghị quyết về chuyển đổi số của tỉnh"]
    assert texts(read_html(text.format("x").encode("utf-16"))) == ["Nghị quyết về chuyển đổi số của tỉnh"]
    western = "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"
    wide = f"<html><head>{western}</head><body><p>Ngh&#7883; quy&#7871;t c\xe2u</p></body></html>"
    source = read_html(wide.encode("cp1252"))
    assert (texts(source), source.encoding) == (["Nghị quyết câu"], "windows-1252")


def test_a_web_archive() -> None:
    archive = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html; charset="utf-8"\n'
        b"Content-Transfer-Encoding: quoted-printable\n\n<html><body><p>Ngh=E1=BB=8B quy=E1=BA=BFt</p></body></html>\n--x--\n"
    )
    assert kind_of(archive) == "mhtml"
    assert texts(read(archive)) == ["Nghị quyết"]


def test_very_deep_pages_are_read() -> None:
    assert texts(page("<div>" * 3000 + "sâu" + "</div>" * 3000)) == ["sâu"]
    assert texts(page("<table><tr><td>" * 200 + "x")) == ["x"]


# RTF


def rich(body: str) -> Source:
    fonts = r"{\fonttbl{\f0\froman\fcharset163 Times New Roman;}{\f1\fswiss\fcharset0 .VnTime;}{\f2\ftech\fcharset2 Symbol;}}"
    styles = r"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\s2 toc 1;}}"
    return read_rtf(("{\\rtf1\\ansi\\ansicpg1258\\deff0" + fonts + styles + body + "}").encode("latin-1"))


def test_characters_of_rtf() -> None:
    body = (
        r"\uc1 Ngh\u7883? quy\u7871?t \uc2\u273\'64\'64\'f5i\par\uc0\u7883 \par \'f4\'ec \'d0\'e0\par {\f1 C\'abng ho\'b5 x\'b7}\par"
        r"\uc1 so \u-10179?\u-8704?{\*\la x}\~\bullet\par{\f2\'fc} dat \u-3913?\par"
    )
    assert texts(rich(body)) == ["Nghị quyết đơi", "ị", "ố Đà", "Công hoà xã", "so 😀 •", "✓ dat •"]


def test_bold_hidden_deleted_raised_in_rtf() -> None:
    body = (
        r"{\b \u272?i\u7873?u 1.}\par {\b a} b\par x{\v an}{\deleted bo} y\par 5 km{\super 2} \emdash  {\caps so}\par"
        r"\pard\s1 Chuong\par\pard\outlinelevel0 Muc\par"
    )
    source = rich(body)
    assert texts(source) == ["Điều 1.", "a b", "x y", "5 km² — SO", "Chuong", "Muc"]
    assert marked(source) == ["Điều 1.", "Chuong", "Muc"]


def test_what_is_no_text_in_rtf() -> None:
    body = (
        r"{\header H\par}{\info{\title T}}{\field{\*\fldinst TOC \\o}{\fldrslt Dieu 1\tab 5\par}}\pard\s2 muc\par\pard"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\pict\bin3 {}{abc}{\*\unknown z}\par sau\par"
    )
    source = rich(body)
    assert texts(source) == ["link", "sau"]
    assert source.warnings == ("1 pictures were left out; text in them was not read.",)


def test_lists_notes_and_boxes_in_rtf() -> None:
    body = (
        r"{\listtext\pard\plain 1.\tab}Mot\par{\listtext\f2 \'b7\tab}cham\par{\pntext -\tab}gach\par "
        r"so{\super\chftn{\footnote\pard\plain {\super\chftn} Ghi chu.}} cua"
        r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt trong hop\par}}{\shprslt lap}}\par"
    )
    source = rich(body)
    assert [(b.text, b.note) for b in source.blocks] == [
        ("1. Mot", None),
        ("- cham", None),
        ("- gach", None),
        ("so¹ cua", None),
        ("trong hop", None),
        ("¹ Ghi chu.", 1),
    ]


def test_tables_in_rtf() -> None:
    head = r"\trowd\trhdr\cellx600\clmgf\cellx3000\clmrg\cellx5000\pard\intbl TT\cell Muc tieu\cell\cell\row"
    rows = [
        r"\trowd\cellx600\cellx3010\cellx5000\intbl " + "".join(f"{c}\\cell " for c in cells) + r"\row"
        for cells in (("1", "A", "5%"), ("2", "B", ""))
    ]
    source = rich(r"truoc\par " + head + "".join(rows) + r"\pard sau\par")
    assert texts(source) == ["truoc", "1 | A | 5%", "2 | B", "sau"]
    assert row(source.blocks[2]) == {"TT": "2", "Muc tieu": ""} | {"Muc tieu": ""} or source.blocks[2].columns == (
        "TT",
        "Muc tieu",
        "Muc tieu",
    )


def test_rtf_that_breaks_off_is_damaged() -> None:
    assert refusal(rb"{\rtf1 Nghi quyet {\b ve") == "damaged"
    assert refusal(b"{\\rtf1 Nghi quyet \\") == "damaged"
    assert refusal(rb"{\rtf1 {\info x}}") == "no_text"


# What a file is


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(20)


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (word(p("a")), "a.txt", "docx"),
        (ole("WordDocument"), "a.docx", "doc"),
        (ole("Workbook"), "a.doc", "xls"),
        (ole("Khác"), "a.doc", "ole"),
        (zipped("xl/workbook.xml"), "a.docx", "xlsx"),
        (zipped("content.xml", "mimetype"), "a.docx", "odt"),
        (zipped("anh.png"), "a.docx", "zip"),
        (b"%PDF-1.7\n", "a.docx", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0", "a.docx", "image"),
        (b"\xff\xd8\xff\xe0", "a", "image"),
        (b"\xef\xbb\xbf <!-- saved -->\n<!DOCTYPE html><p>", "a.txt", "html"),
        ("<html>".encode("utf-16"), "a.txt", "html"),
        (b"<?xml version='1.0'?><html xmlns='x'>", "a.doc", "html"),
        (b"<?xml version='1.0'?><pkg:package>", "a.doc", "word-xml"),
        (b"<p>a</p><p>b</p><p>c</p>", "", "html"),
        (b"a<p>a</p><p>b</p><p>c</p>", "a.html", "html"),
        (b"# I. Muc tieu\n\na<br>b<sup>1</sup><br>c<br>", "a.md", "text"),
        (b"<sup>1</sup> Ghi chu", "a.md", "text"),
        (b"{\\rtf1 a}", "a.doc", "rtf"),
        (b"PK va cac so", "a.txt", "text"),
    ],
)
def test_the_kind_is_told_by_the_content(data: bytes, name: str, kind: str) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\xef\xbb\xbf  ", "empty"),
        (bytes(100), "empty"),
        (b"a\0\x01\x02b" * 50, "binary"),
        (b"%PDF-1.7", "damaged"),
        (ole("Workbook"), "unsupported"),
        (ole("EncryptedPackage"), "encrypted"),
        (b"PK\3\4 broken", "damaged"),
        (word(p("a"))[:-30], "damaged"),
        (word("<w:p>"), "damaged"),
        (zipped("word/document.xml"), "damaged"),
        (zipped("word/khac.xml"), "damaged"),
        (word(p("")), "no_text"),
        (b"<html><body><nav>a</nav></body></html>", "no_text"),
    ],
)
def test_reasons_of_refusal(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_what_is_refused_says_what_it_is_and_what_to_do() -> None:
    with pytest.raises(ReadingError) as caught:
        read(ole("Workbook"), "luat.docx")
    assert "luat.docx is an Excel 97-2003 workbook (.xls)" in str(caught.value)
    assert "text, Markdown, HTML, RTF, DOC, DOCX, PDF, PNG, JPEG and TIFF" in str(caught.value)
    assert "save it as DOCX" in str(caught.value)
    for found in FORMATS.values():
        assert (found.reader is None) == bool(found.advice)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = rezipped(word(p("a")), lambda xml: xml + b" " * 120_000_000)
    assert len(bomb) < 1_000_000
    assert refusal(bomb) == "too_large"
    monkeypatch.setattr(dispatch, "LARGEST", 10)
    assert refusal(b"x" * 11) == "too_large"


def test_entities_of_a_damaged_file_are_not_expanded() -> None:
    layers = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = rezipped(word(p("a")), lambda xml: f'<!DOCTYPE x [<!ENTITY e0 "ha">{layers}]>'.encode() + xml.replace(b">a<", b">&e11;<"))
    assert refusal(bomb) in ("damaged", "no_text")


def test_read_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(word(p("Điều 1")))
    assert texts(read_file(path)) == ["Điều 1"]
    for wrong, reason in (
        (tmp_path, "unreadable"),
        (tmp_path / "b", "not_found"),
        (path / "c", "not_found"),
        (Path("/dev/null"), "unreadable"),
    ):
        with pytest.raises(ReadingError) as caught:
            read_file(wrong)
        assert caught.value.reason == reason
    monkeypatch.setattr(dispatch, "LARGEST", 10)
    with pytest.raises(ReadingError) as caught:
        read_file(path)
    assert caught.value.reason == "too_large"


# Damage

SAMPLES = {
    "docx": word(
        numbered("Phạm vi", 0)
        + p(r("a", "<w:b/>") + field("TOC", r("x")) + '<w:r><w:footnoteReference w:id="1"/></w:r>')
        + tbl(tr(tc("TT", RESTART), tc("Tên", span(2))), tr("1", "A", "5%"), tr(tc("", GO_ON), "B", "6%")),
        numbering=LAW + num(1, 0),
        footnotes=f'<w:footnote w:id="1">{p("chú")}</w:footnote>',
        styles='<w:style w:type="paragraph" w:styleId="a" w:default="1"><w:name w:val="Normal"/><w:basedOn w:val="a"/></w:style>',
    ),
    "html": (
        "<html><head><meta charset=utf-8></head><body><h1>Nghị quyết</h1><ol start=2><li>a</ol><p>số<a href='#_ftn1' name=x>[1]</a></p>"
        "<table><tr><th colspan=2>TT<th rowspan=3>Tên<tr><td>1<td>A</table><p><a name='_ftn1' href='#x'>[1]</a> chú</p></body></html>"
    ).encode(),
    "rtf": (
        rb"{\rtf1\ansi\ansicpg1258{\fonttbl{\f0\fcharset163 T;}}{\b Ngh\u7883?}\par \'f5{\footnote x}\par"
        rb"\trowd\trhdr\cellx600\clvmrg\cellx900\intbl a\cell b\cell\row"
        rb"{\field{\*\fldinst TOC}{\fldrslt y}}{\listtext 1.\tab}z\par\pard{\shp{\*\shpinst{\shptxt h\par}}}}"
    ),
}


def damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 30))):
        i = chance.randrange(len(changed) or 1)
        kind = chance.randrange(5)
        if kind == 0:
            changed[i : i + 1] = bytes((chance.randrange(256),))
        elif kind == 1:
            del changed[i : i + chance.choice((1, 3, 40))]
        elif kind == 2:
            changed[i:i] = changed[chance.randrange(len(changed) or 1) :][: chance.choice((1, 9, 120))]
        elif kind == 3:
            changed[i:i] = chance.choice((b"<", b"}", b"{", b"\\", b"99999999", b"-1", b"\0", b"</w:p>", b"<table>", b'"', b"&#0;"))
        elif chance.randrange(20) == 0:
            del changed[i:]
    return bytes(changed)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["docx", "docx inside", "html", "rtf"])
def test_damaged_files_raise_nothing_but_reading_errors_and_end_soon(kind: str) -> None:
    sample = SAMPLES[kind.split()[0]]
    read(sample)
    outcomes = set()
    for seed in range(3000 if SOAK else 300):
        chance = random.Random(seed)
        if kind == "docx inside":
            part = chance.choice(("word/document.xml", "word/document.xml", "word/numbering.xml", "word/styles.xml", "word/footnotes.xml"))
            data = rezipped(sample, lambda xml, chance=chance: damaged(xml, chance), part)
        else:
            data = damaged(sample, chance)
        began = time.process_time()
        try:
            source = read(data, f"seed {seed}")
            outcomes.add(source.format)
            assert source.blocks
            for block in source.blocks:
                assert block.text
                assert "\n" not in block.text
                assert all(0 <= a <= b <= len(block.text) for a, b in block.cells)
                assert not block.columns or len(block.columns) == len(block.cells)
        except ReadingError as error:
            outcomes.add(error.reason)
        assert time.process_time() - began < 5
    assert len(outcomes) > 1


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>" + b"<div>" * 20_000 + b"x",
        b"<html><body><table><tr><td colspan=99999 rowspan=99999>x" + b"<tr><td>y" * 2000,
        b"<html><body>" + b"<a href='#f'>1</a>" * 5000 + b"<p id=f>x</p>",
        b"<html><body><ul>" + b"<li>x" * 20_000,
        b"{\\rtf1 " + b"{" * 50_000 + b"x" + b"}" * 50_000 + b"}",
        b"{\\rtf1 " + b"\\cell\\row" * 20_000 + b" x}",
        b"{\\rtf1 {\\*\\x " + b"\\'41" * 200_000 + b"} x}",
        word("".join(tbl(tr("")) for _ in range(500)) + "<w:tbl><w:tr><w:tc>" * 60 + p("x") + "</w:tc></w:tr></w:tbl>" * 60),
        word(tbl(*[tr(*["x"] * 20) for _ in range(300)])),
    ],
)
def test_made_up_depth_and_width_take_no_time(data: bytes) -> None:
    began = time.process_time()
    assert any("x" in b.text for b in read(data).blocks)
    assert time.process_time() - began < 8


# Real files, where they are at hand


@pytest.mark.parametrize(("name", "articles"), [("docx_Luat-60-2024-QH15.docx", 46), ("docx_Luat-43-2024-QH15.docx", 5)])
def test_articles_of_real_laws(name: str, articles: int) -> None:
    if not (REAL / name).exists():
        pytest.skip("no real files here")
    source = read_file(REAL / name)
    found = [b.text.split(".")[0] for b in source.blocks if b.marked and b.text.startswith("Điều ")]
    assert found == [f"Điều {i}" for i in range(1, articles + 1)]
    assert texts(source)[0] == "QUỐC HỘI"
