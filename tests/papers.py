"""Papers for the tests of reading: PDFs as offices make them, drawn here, and pictures of their pages."""

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image

_FOLDERS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/TTF"), Path("/usr/share/fonts/dejavu"))
FONTS = next((f for f in _FOLDERS if (f / "DejaVuSerif.ttf").is_file()), None)
needs_font = pytest.mark.skipif(FONTS is None, reason="no DejaVu fonts (Debian: fonts-dejavu-core)")
needs_ocr = pytest.mark.skipif(shutil.which("tesseract") is None or FONTS is None, reason="no Tesseract (tesseract-ocr-vie), or no fonts")

LEFT, RIGHT, TOP, BOTTOM = 85.0, 545.0, 70.0, 780.0
PARAGRAPH = (
    "Điều 7. Ủy ban nhân dân tỉnh chỉ đạo các sở, ban, ngành và địa phương xây dựng kế hoạch phát triển kinh tế số, "
    "bảo đảm đến năm 2030 kinh tế số chiếm tối thiểu 30% tổng sản phẩm trên địa bàn, và tỷ lệ hộ gia đình được phủ mạng "
    "Internet băng rộng cáp quang đạt trên 95%."
)


class Paper(FPDF):
    """A4 pages in points with the fonts of the tests; `write_lines` wraps as a word processor does."""

    def __init__(self) -> None:
        super().__init__(unit="pt", format="A4")
        assert FONTS is not None
        self.add_font("serif", "", FONTS / "DejaVuSerif.ttf")
        self.add_font("serif", "B", FONTS / "DejaVuSerif-Bold.ttf")
        self.set_auto_page_break(False)
        self.y_now = TOP

    def open_page(self, *, orientation: str = "") -> "Paper":
        self.add_page(orientation=orientation)
        self.y_now = TOP
        return self

    def at(self, x: float, y: float, text: str, size: float = 12, style: str = "") -> "Paper":
        self.set_font("serif", style, size)
        self.text(x, y, text)
        return self

    def centred(self, text: str, style: str = "B", size: float = 12, left: float = LEFT, right: float = RIGHT) -> "Paper":
        self.set_font("serif", style, size)
        self.y_now += 1.5 * size
        self.text((left + right - self.get_string_width(text)) / 2, self.y_now, text)
        return self

    def paragraph(self, text: str, *, indent: float = 28, size: float = 12, style: str = "") -> "Paper":
        """Wrapped lines, the first one indented; a new page where this one is full."""
        self.set_font("serif", style, size)
        line, x = "", LEFT + indent
        for word in text.split():
            if x + self.get_string_width(f"{line} {word}") > RIGHT and line:
                self._line(x, line, size)
                line, x = word, LEFT
            else:
                line = f"{line} {word}".strip()
        self._line(x, line, size)
        self.y_now += 4
        return self

    def _line(self, x: float, text: str, size: float) -> None:
        if self.y_now + 1.4 * size > BOTTOM:
            style = self.font_style
            self.open_page()
            self.set_font("serif", style, size)
        self.y_now += 1.4 * size
        self.text(x, self.y_now, text)

    def table(self, rows: Sequence[Sequence[str]], edges: Sequence[float], height: float = 20) -> "Paper":
        """A table with rules around each cell."""
        self.set_font("serif", "", 10)
        self.y_now += 8
        for row in rows:
            for (left, right), text in zip(zip(edges, edges[1:], strict=False), row, strict=True):
                self.rect(left, self.y_now, right - left, height)
                self.text(left + 4, self.y_now + height - 6, text)
            self.y_now += height
        return self

    def made(self) -> bytes:
        return bytes(self.output())


def letterhead(paper: Paper) -> Paper:
    """The head of a decision, its two columns side by side."""
    paper.at(110, 80, "ỦY BAN NHÂN DÂN", 12, "B").at(128, 96, "TỈNH GIA LAI", 12, "B").at(118, 130, "Số: 123/QĐ-UBND")
    paper.at(262, 80, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, "B").at(310, 96, "Độc lập - Tự do - Hạnh phúc", 12, "B")
    paper.at(310, 130, "Gia Lai, ngày 05 tháng 3 năm 2025")
    paper.y_now = 150
    return paper


def decision(pages: int = 3) -> bytes:
    """A decision of several pages with gazette heads and page numbers."""
    paper = letterhead(Paper().open_page())
    paper.centred("QUYẾT ĐỊNH").centred("Về việc ban hành Kế hoạch phát triển kinh tế số")
    n = 1
    while paper.page < pages or paper.y_now < 500:
        paper.paragraph(f"Điều {n}. " + PARAGRAPH.partition(". ")[2])
        n += 1
    for page in range(1, paper.page + 1):
        paper.page = page
        paper.at(200, 40, f"CÔNG BÁO/Số {100 + page} + 102/Ngày 24-8-2024", 10).at(RIGHT - 12, 40, str(75 + page), 10)
    return paper.made()


def resolution(province: str, number: str, share: str, families: str) -> bytes:
    """A resolution of two pages: `families` with broadband in 2025 on the first, `share` of the digital economy in 2030 on the second."""
    paper = Paper().open_page()
    paper.at(120, 80, f"TỈNH ỦY {province.upper()}", 12, "B").at(330, 80, "ĐẢNG CỘNG SẢN VIỆT NAM", 12, "B")
    paper.at(140, 112, f"Số {number}").at(318, 112, f"{province}, ngày 12 tháng 5 năm 2022")
    paper.y_now = 140
    paper.centred("NGHỊ QUYẾT").centred(f"về chuyển đổi số tỉnh {province} đến năm 2025, định hướng đến năm 2030")
    paper.paragraph("I. QUAN ĐIỂM", indent=0, style="B")
    for n, said in enumerate(("hạ tầng số", "nhân lực số", "an toàn thông tin", "dữ liệu dùng chung"), start=1):
        paper.paragraph(f"{n}. Phát triển {said} là nhiệm vụ của cả hệ thống chính trị. Cấp ủy lãnh đạo, chính quyền tổ chức thực hiện.")
    paper.paragraph("II. MỤC TIÊU", indent=0, style="B").paragraph("1. Mục tiêu đến năm 2025", indent=0, style="B")
    paper.paragraph(f"- {families} hộ gia đình được phủ mạng băng rộng cáp quang.")
    paper.paragraph("- Tỷ lệ dân số có tài khoản thanh toán điện tử trên 75%.")
    paper.open_page().paragraph("2. Mục tiêu đến năm 2030", indent=0, style="B")
    paper.paragraph(f"- Kinh tế số chiếm tối thiểu {share} tổng sản phẩm trên địa bàn tỉnh.")
    paper.paragraph("- 100% hồ sơ công việc tại cấp xã được xử lý trên môi trường mạng.")
    paper.paragraph("III. TỔ CHỨC THỰC HIỆN", indent=0, style="B")
    paper.paragraph("1. Ban Tuyên giáo Tỉnh ủy chủ trì tuyên truyền nghị quyết này trong cán bộ, đảng viên và nhân dân.")
    paper.paragraph("2. Văn phòng Tỉnh ủy theo dõi, báo cáo định kỳ hằng năm.")
    paper.y_now += 20
    paper.centred("T/M TỈNH ỦY", left=330).centred("BÍ THƯ", left=330).centred("Nguyễn Văn Thử", left=330)
    return paper.made()


def pictures(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """Grey pictures of a PDF's pages."""
    with pypdfium2.PdfDocument(pdf) as file:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in file]


def scanned(images: Sequence[Image.Image], dpi: int = 200) -> bytes:
    """A PDF of pictures, as a scanner makes it."""
    made = io.BytesIO()
    images[0].save(made, "PDF", save_all=True, append_images=list(images[1:]), resolution=dpi, quality=90)
    return made.getvalue()


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """The bytes of a picture file."""
    made = io.BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


def raw_pdf(content: bytes, font: bytes = b"Helvetica", *, pages: int = 1, more: bytes = b"", page: bytes = b"") -> bytes:
    """A PDF written by hand: `content` on each page, in a font that isn't embedded."""
    kids = b" ".join(b"%d 0 R" % (10 + i) for i in range(pages))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        3: b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 /Widths [%s] >>"
        % (font, b" ".join([b"500"] * 224)),
        4: b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content),
    }
    for i in range(pages):
        objects[10 + i] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> %s >>" % page
        )
    made, places = b"%PDF-1.5\n", {}
    for number, body in objects.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % places[i] if i in places else b"0000000000 65535 f \n" for i in range(max(objects) + 1))
    start = len(made)
    return made + b"xref\n0 %d\n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        max(objects) + 1,
        table,
        max(objects) + 1,
        start,
    )
