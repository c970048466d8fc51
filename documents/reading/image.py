"""Pictures of pages: PNG, JPEG and TIFF (one page or several), recognised as scanned PDFs are."""

import io
from collections.abc import Iterator
from typing import Any

from documents.reading.ocr import DPI, Picture, recognise
from documents.reading.page import Page
from documents.reading.pdf import LARGEST_PICTURE, source_of, too_many
from documents.reading.source import Reading, ReadingError, Source

_A4 = 8.27  # inches; how wide a picture is taken to be that doesn't tell its resolution
_LARGEST = 200_000_000  # dots
_ACCEPTED = ("PNG", "JPEG", "TIFF")


def read_image(data: bytes, reading: Reading) -> Source:
    """The text of a picture.

    Raises:
        ReadingError: unsupported (another kind of picture), damaged, too_large (in dots), too_many_pages, no_text, no_program.
    """
    image = opened(data)
    count = getattr(image, "n_frames", 1)
    if count > reading.bounds.pages:
        raise too_many(count, reading.bounds.pages)
    pages = [Page(n, *points(image, n)) for n in range(1, count + 1)]
    recognised = recognise(_pictures(image, pages), count, reading)
    return source_of("image", pages, recognised, None, [])


def opened(data: bytes) -> Any:
    """The PIL image of a PNG, JPEG or TIFF.

    Raises:
        ReadingError: unsupported, too_large.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _LARGEST
    try:
        image = Image.open(io.BytesIO(data), formats=_ACCEPTED)
    except UnidentifiedImageError as error:
        raise ReadingError(
            "unsupported", "The file is a picture of a kind that isn't read; save it as PNG, JPEG or TIFF, or as PDF, and add that file."
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    if image.width * image.height > _LARGEST:
        raise _too_large()
    return image


def points(image: Any, number: int) -> tuple[float, float]:
    """The size of a page in points, as it is to be looked at."""
    image.seek(number - 1)
    wide, high = image.size
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):
        wide, high = high, wide
    dpi = float((image.info.get("dpi") or (0, 0))[0] or 0)
    if not 100 <= dpi <= 1200:
        dpi = min(wide, high) / _A4
    return wide * 72 / dpi, high * 72 / dpi


def _pictures(image: Any, pages: list[Page]) -> Iterator[Picture]:
    for page in pages:
        image.seek(page.number - 1)
        yield Picture(page.number, grey(image, page), page.width, page.height)


def grey(image: Any, page: Page) -> Any:
    """The present frame of a PIL image as Tesseract likes it."""
    from PIL import Image, ImageOps

    frame = ImageOps.exif_transpose(image)
    if frame.mode in ("RGBA", "LA", "PA", "P"):
        # What is transparent is paper.
        colours = frame.convert("RGBA")
        paper = Image.new("RGBA", colours.size, "white")
        frame = Image.alpha_composite(paper, colours).convert("RGB")
    frame = frame.getchannel("R") if frame.mode == "RGB" else frame.convert("L")
    scale = min(DPI / 72, (LARGEST_PICTURE / max(1.0, page.width * page.height)) ** 0.5)
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    return frame if frame.size == size else frame.resize(size, Image.Resampling.LANCZOS)


def _too_large() -> ReadingError:
    return ReadingError(
        "too_large", f"The picture has more than {_LARGEST // 10**6} million dots; scan the page at 300 dots per inch and add that file."
    )
