"""A page of a PDF or a picture as a PNG, with stretches of it marked."""

import io
from collections.abc import Sequence
from typing import Any

from documents.reading.dispatch import kind_of
from documents.reading.source import ReadingError

DPI = 110
"""Dots per inch: an A4 page is 910 dots wide."""
_MOST_DOTS = 20_000_000
_MARK = (255, 236, 110)
_MARGIN = 1.0  # points around a marked line


def draw(data: bytes, page: int, boxes: Sequence[Sequence[float]], dpi: int = DPI) -> bytes:
    """PNG bytes of a page.

    Args:
        data: a PDF, or a PNG, JPEG or TIFF.
        page: from 1.
        boxes: what to mark: left, top, right, bottom in points from the upper left corner of the page.
        dpi: dots per inch, from 30 to 300.

    Raises:
        ReadingError: unsupported (no pages), damaged, not_found (no such page).
    """
    from PIL import Image, ImageChops, ImageDraw

    image, scale = _shown(data, page, min(max(dpi, 30), 300))
    marks = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(marks)
    for left, top, right, bottom in boxes:
        pen.rectangle(
            [(left - _MARGIN) * scale, (top - _MARGIN) * scale, (right + _MARGIN) * scale, (bottom + _MARGIN) * scale], fill=_MARK
        )
    png = io.BytesIO()
    # Multiplied, as a marker pen does: letters stay as dark as they were.
    ImageChops.multiply(image, marks).save(png, "PNG")
    return png.getvalue()


def _shown(data: bytes, number: int, dpi: int) -> tuple[Any, float]:
    """A page as an RGB picture, and how many dots a point is."""
    kind = kind_of(data)
    if kind == "pdf":
        return _pdf_page(data, number, dpi)
    if kind == "image":
        return _frame(data, number, dpi)
    raise ReadingError("unsupported", "The file has no pages to show; PDF files and pictures have.")


def _pdf_page(data: bytes, number: int, dpi: int) -> tuple[Any, float]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as file:
            if not 1 <= number <= len(file):
                raise _no_page(number, len(file))
            page = file[number - 1]
            wide, high = page.get_size()
            scale = min(dpi / 72, (_MOST_DOTS / max(1.0, wide * high)) ** 0.5)
            return page.render(scale=scale).to_pil().convert("RGB"), scale
    except pypdfium2.PdfiumError as error:
        raise ReadingError("damaged", "The page can't be drawn; the file is damaged.") from error


def _frame(data: bytes, number: int, dpi: int) -> tuple[Any, float]:
    from PIL import Image, ImageOps

    from documents.reading.image import opened, points

    image = opened(data)
    count = getattr(image, "n_frames", 1)
    if not 1 <= number <= count:
        raise _no_page(number, count)
    wide, high = points(image, number)
    frame = ImageOps.exif_transpose(image).convert("RGB")
    scale = min(dpi / 72, (_MOST_DOTS / max(1.0, wide * high)) ** 0.5)
    return frame.resize((max(1, round(wide * scale)), max(1, round(high * scale))), Image.Resampling.LANCZOS), scale


def _no_page(number: int, count: int) -> ReadingError:
    return ReadingError("not_found", f"The file has no page {number}; it has {count}.")
