"""Reading PDFs with a text layer: words, paragraphs, columns, tables, what is left out, where each line stands; and what is refused."""

import io
import zipfile
import zlib

import pytest

from documents.adding import understand
from documents.cleaning import Block
from documents.database import Original
from documents.reading.dispatch import kind_of, read
from documents.reading.source import Bounds, Reading, ReadingError, Source
from tests.papers import LEFT, PARAGRAPH, RIGHT, Paper, decision, letterhead, needs_font, raw_pdf


def texts(source: Source) -> list[str]:
    return [b.text for b in source.blocks]


def row(block: Block) -> dict[str, str]:
    return {c: block.text[a:b] for c, (a, b) in zip(block.columns, block.cells, strict=True)}


def refusal(data: bytes, name: str = "a.pdf", bounds: Bounds | None = None) -> str:
    with pytest.raises(ReadingError) as caught:
        read(data, name, Reading(bounds or Bounds()))
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300
    return caught.value.reason


@needs_font
def test_a_decision_reads_as_it_was_written() -> None:
    source = read(decision(), "a.pdf")
    assert texts(source)[:8] == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH GIA LAI",
        "Số: 123/QĐ-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Gia Lai, ngày 05 tháng 3 năm 2025",
        "QUYẾT ĐỊNH",
        "Về việc ban hành Kế hoạch phát triển kinh tế số",
    ]
    body = PARAGRAPH.partition(". ")[2]
    articles = texts(source)[8:]
    # Paragraphs that a page break cuts are whole; running heads and page numbers are gone.
    assert articles == [f"Điều {n}. {body}" for n in range(1, len(articles) + 1)]
    assert len(source.pages) == 3
    assert {b.page for b in source.blocks} == {1, 2, 3}
    assert source.warnings == ()


@needs_font
def test_each_line_knows_its_page_and_place() -> None:
    source = read(decision(), "a.pdf")
    cut = [b for b in source.blocks if len({line.page for line in b.lines}) == 2]
    assert len(cut) >= 1
    for block in source.blocks:
        assert [line.start for line in block.lines] == [0, *(line.end + 1 for line in block.lines[:-1])]
        assert block.lines[-1].end == len(block.text)
        for line in block.lines:
            assert LEFT - 1 <= line.left < line.right <= RIGHT + 11
            assert 60 < line.top < line.bottom < 800
            assert line.bottom - line.top < 20
    document = understand(source, Original(b"", "a.pdf", "pdf"))
    assert [p.number for p in document.pages] == [1, 2, 3]
    second = document.text.index(cut[0].text) + next(line.start for line in cut[0].lines if line.page == 2)
    assert document.page_at(second).number == 2  # type: ignore[union-attr]
    assert document.page_at(second - 2).number == 1  # type: ignore[union-attr]
    assert (document.number, document.province, document.issued) == ("123/QĐ-UBND", "Gia Lai", "2025-03-05")
    assert not document.recognised


@needs_font
def test_ruled_tables_are_rows_also_across_pages() -> None:
    paper = Paper().open_page().paragraph("Biểu phí như sau:")
    edges = [LEFT, 125, 400, RIGHT]
    paper.table([["STT", "Nội dung", "Mức thu"], ["1", "Máy bơm", "40.000"], ["2", "Vòi", "20.000"]], edges)
    paper.open_page().table([["3", "Lăng phun", "10.000"], ["4", "", "5.000"]], edges).paragraph("Ghi chú: tính bằng đồng.")
    source = read(paper.made(), "a.pdf")
    assert texts(source) == [
        "Biểu phí như sau:",
        "1 | Máy bơm | 40.000",
        "2 | Vòi | 20.000",
        "3 | Lăng phun | 10.000",
        "4 | 5.000",
        "Ghi chú: tính bằng đồng.",
    ]
    assert [row(b) for b in source.blocks if b.cells][2:] == [
        {"STT": "3", "Nội dung": "Lăng phun", "Mức thu": "10.000"},
        {"STT": "4", "Nội dung": "", "Mức thu": "5.000"},
    ]
    third = source.blocks[3]
    assert third.page == 2
    assert [third.text[x.start : x.end] for x in third.lines] == ["3", "Lăng phun", "10.000"]


@needs_font
def test_signature_stamps_notes_and_hyphens() -> None:
    paper = letterhead(Paper().open_page())
    for i, line in enumerate(
        ["Người ký: Cổng Thông tin điện tử Chính phủ", "Email: thongtin@chinhphu.vn", "Thời gian ký: 27.8.2024 09:15:02"]
    ):
        paper.at(330, 20 + 8 * i, line, 6)
    paper.paragraph("Điều 1. Các cơ quan dùng dịch vụ hạ tầng telecom-")
    paper.at(LEFT, paper.y_now + 12, "munication và mạng lưới kinh tế-")
    paper.at(LEFT, paper.y_now + 29, "xã hội theo quy định.")
    paper.at(LEFT + paper.get_string_width("xã hội theo quy định."), paper.y_now + 24, "1", 7)
    paper.at(LEFT, 700, "1", 5).at(LEFT + 5, 704, "Quy định tại Nghị định số 13/2023/NĐ-CP.", 8)
    source = read(paper.made(), "a.pdf")
    assert texts(source)[6:] == [
        "Điều 1. Các cơ quan dùng dịch vụ hạ tầng telecommunication và mạng lưới kinh tế- xã hội theo quy định.¹",
        "¹ Quy định tại Nghị định số 13/2023/NĐ-CP.",
    ]
    assert source.blocks[-1].note == 1
    assert not any("ký" in t for t in texts(source)[:6])


@needs_font
def test_recipients_beside_the_signature() -> None:
    paper = Paper().open_page().paragraph("Quyết định này có hiệu lực từ ngày ký./.")
    y = paper.y_now + 30
    for i, line in enumerate(["Nơi nhận:", "- Như Điều 3;", "- Văn phòng Chính phủ;", "- Lưu: VT."]):
        paper.at(LEFT, y + 12 * i, line, 10)
    paper.at(400, y, "KT. CHỦ TỊCH", 12, "B").at(395, y + 16, "PHÓ CHỦ TỊCH", 12, "B").at(390, y + 90, "Nguyễn Thị Mai Hoa", 12, "B")
    assert texts(read(paper.made(), "a.pdf"))[1:] == [
        "Nơi nhận:",
        "- Như Điều 3;",
        "- Văn phòng Chính phủ;",
        "- Lưu: VT.",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Nguyễn Thị Mai Hoa",
    ]


def shown(text: str, font: bytes, *, page: bytes = b"") -> bytes:
    return raw_pdf(b"BT /F1 12 Tf 72 700 Td (" + text.encode("cp1252") + b") Tj ET", font, page=page)


def test_letters_of_old_fonts() -> None:
    assert texts(read(shown("Céng hoµ x· héi chñ nghÜa ViÖt nam", b".VnTime"), "a.pdf")) == ["Cộng hoà xã hội chủ nghĩa Việt nam"]
    assert texts(read(shown("céng hoµ", b".VnTimeH"), "a.pdf")) == ["CỘNG HOÀ"]
    # The soft hyphen is the letter ư there.
    assert texts(read(shown("ng­êi n­íc ngoµi", b"ABCDEF+.VnTime"), "a.pdf")) == ["người nước ngoài"]
    assert texts(read(shown("COÄNG HOØA XAÕ HOÄI", b"VNI-Times"), "a.pdf")) == ["CỘNG HÒA XÃ HỘI"]
    # A font whose name doesn't tell: the text itself does.
    source = read(shown("§éc lËp - Tù do - H¹nh phóc, Nghị".replace("Nghị", "NghÞ") + " quyÕt vÒ kinh tÕ sè", b"ABCDEF+F1"), "a.pdf")
    assert texts(source) == ["Độc lập - Tự do - Hạnh phúc, Nghị quyết về kinh tế số"]
    assert source.encoding == "tcvn3"


@pytest.mark.parametrize(
    ("turn", "box"), [(0, (72, 132, 120, 146)), (90, (690, 72, 710, 122)), (180, (474, 690, 524, 710)), (270, (132, 472, 146, 524))]
)
def test_places_on_turned_pages(turn: int, box: tuple[float, float, float, float]) -> None:
    source = read(shown("Quy dinh", b"Helvetica", page=b"/Rotate %d" % turn), "a.pdf")
    [line] = source.blocks[0].lines
    size = source.pages[0].width, source.pages[0].height
    assert size == ((842, 595) if turn in (90, 270) else (595, 842))
    assert [line.left, line.top, line.right, line.bottom] == pytest.approx(box, abs=9)


@needs_font
def test_locked_and_long_files() -> None:
    paper = Paper().open_page().paragraph("Mật")
    paper.set_encryption(owner_password="chu", user_password="khach")
    assert refusal(paper.made()) == "encrypted"
    open_to_read = Paper().open_page().paragraph("Điều 1. Công khai.")
    open_to_read.set_encryption(owner_password="chu")  # may be read, not changed
    assert texts(read(open_to_read.made(), "a.pdf")) == ["Điều 1. Công khai."]
    assert refusal(raw_pdf(b"", pages=2000), bounds=Bounds(pages=1000)) == "too_many_pages"
    with pytest.raises(ReadingError, match=r"has 2000 pages, and 1000 are accepted \(NGHIQUYET_READ_PAGES\); split it"):
        read(raw_pdf(b"", pages=2000), "a.pdf", Reading(Bounds(pages=1000)))


def test_damaged_and_disguised_files() -> None:
    good = shown("Dieu 1. Pham vi dieu chinh", b"Helvetica")
    assert refusal(b"%PDF-1.7") == "damaged"
    assert refusal(b"%PDF-1.7\n" + bytes(range(256)) * 40) == "damaged"
    assert refusal(raw_pdf(b"")) == "no_text"
    assert refusal(good[: len(good) // 2]) == "damaged"
    # With its end cut off, PDFium still finds the objects; a wrong name changes nothing.
    assert texts(read(good[:-15], "a.pdf")) == ["Dieu 1. Pham vi dieu chinh"]
    assert texts(read(good, "luat.docx")) == ["Dieu 1. Pham vi dieu chinh"]
    # A file that is two at once is what it begins with, or what its first kilobyte says.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert kind_of(good + packed.getvalue()) == "pdf"
    assert kind_of(packed.getvalue() + good) == "docx"
    assert kind_of(b"GIF89a" + good) == "image"


def test_a_bomb_in_a_stream_is_bounded() -> None:
    from documents.reading import bounded

    bomb = zlib.compress(b"0 0 m 10 10 l S\n" * 12_000_000, 9)
    with pytest.raises(ReadingError) as caught:
        bounded.read(raw_pdf(bomb, more=b"/Filter /FlateDecode"), "a.pdf", Bounds(seconds=20, memory=600))
    assert caught.value.reason in ("too_much_memory", "too_slow", "no_text", "damaged")
