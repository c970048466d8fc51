"""PDF: the text layer where a page has one, recognition (OCR) where a page is a picture; judged page by page.

pypdf reads what the file says of itself: whether it is locked, how many pages it has, what is attached. PDFium reads letters and draws
pages (see `documents.reading.pdf_text` for why).
"""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from documents.cleaning import Block, PlacedLine
from documents.reading.ocr import DPI, Picture, Recognised, recognise
from documents.reading.page import Box, Page, Piece
from documents.reading.page_layout import blocks_of
from documents.reading.pdf_text import picture_share, read_page
from documents.reading.source import Reading, ReadingError, Source, SourcePage
from documents.reading.text import meant

LARGEST_PICTURE = 40_000_000
"""Dots of a page as it is drawn; of a larger page (a plan, a poster) fewer dots per inch are drawn."""
_FEW_LETTERS = 200  # of a page with a picture all over: a stamp or a heading, not its text
_BARE = 30  # letters, below which a page may be drawn instead of written
_COVERED = 0.5


def read_pdf(data: bytes, reading: Reading) -> Source:
    """The text of a PDF.

    Raises:
        ReadingError: encrypted, damaged, too_many_pages, no_text, no_program (a scan, and there is no Tesseract).
    """
    warnings = _checked(data, reading)
    with _opened(data) as file:
        if len(file) > reading.bounds.pages:
            raise too_many(len(file), reading.bounds.pages)
        pages = [_written(file, i) for i in range(len(file))]
        encoding, pages, garbled = _in_unicode(pages)
        scans = [i for i, page in enumerate(pages) if i in garbled or _is_picture(file, i, page)]
        recognised = recognise(_pictures(file, scans, pages), len(scans), reading) if scans else []
    return source_of("pdf", pages, recognised, encoding, warnings)


def _opened(data: bytes) -> Any:
    """The pypdfium2 document."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise _locked() from error
        raise ReadingError(
            "damaged", "The file is a PDF file that is damaged; open it in a PDF program, print it to a new PDF and add that file."
        ) from error


def source_of(format_: str, pages: list[Page], recognised: list[Recognised], encoding: str | None, warnings: list[str]) -> Source:
    """The source of pages, some of them (by number) recognised."""
    by_number = {r.page.number: r for r in recognised}
    laid_out = [by_number[p.number].page if p.number in by_number else p for p in pages]
    by_page = {p.number: p for p in laid_out}
    blocks = tuple(_as_shown(b, by_page) for b in blocks_of(laid_out))
    speaking = {b.page for b in blocks} | {line.page for b in blocks for line in b.lines}
    recognised = [r for r in recognised if r.page.number in speaking or r.failed]
    failed = [r for r in recognised if r.failed]
    if failed:
        warnings = [*warnings, f"page{'s' if len(failed) > 1 else ''} {_numbers([r.page.number for r in failed])} could not be recognised"]
    if recognised:
        sure = sum(r.page.confidence or 0 for r in recognised) / len(recognised)
        every = "its text was" if len(recognised) == len(pages) else f"the text of {len(recognised)} of its {len(pages)} pages was"
        warnings = [*warnings, f"{every} recognised from pictures (OCR; {sure:.0%} sure on average), check figures against the original"]
    kept = tuple(SourcePage(p.number, *_size(p), p.confidence) for p in laid_out)
    return Source(format_, blocks, encoding, tuple(warnings), kept)


def _size(page: Page) -> tuple[float, float]:
    width, height = page.shown
    return _rounded(width), _rounded(height)


def _rounded(length: float) -> float:
    return round(length, 1)


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")


def _checked(data: bytes, reading: Reading) -> list[str]:
    """What pypdf says of the file, as warnings; a file that it can't make sense of may still be one for PDFium."""
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked()
        count = reader.get_num_pages()
        if count > reading.bounds.pages:
            raise too_many(count, reading.bounds.pages)
        attached = list(reader.attachments)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError, OSError):
        return []
    except ImportError:  # its way to say that a cipher is unknown
        return []
    names = ", ".join(name[-60:] for name in attached[:5] if name.isprintable())
    return [f"the files attached to it were left out ({names})"] if attached else []


def _locked() -> ReadingError:
    return ReadingError("encrypted", "The file is a PDF file that is protected by a password; remove the password and add it again.")


def too_many(count: int, most: int) -> ReadingError:
    """The error for a file with more pages than may be read."""
    return ReadingError(
        "too_many_pages", f"The file has {count} pages, and {most} are accepted (NGHIQUYET_READ_PAGES); split it and add the parts."
    )


def _written(file: Any, i: int) -> Page:
    """What is written on a page; an empty page for one that is broken."""
    import pypdfium2

    try:
        page = file[i]
    except pypdfium2.PdfiumError:
        return Page(i + 1, 595.0, 842.0)
    try:
        return read_page(page, i + 1)
    finally:
        page.close()


def _in_unicode(pages: list[Page]) -> tuple[str | None, list[Page], set[int]]:
    """The encoding of a text layer from before Unicode, the pages in Unicode, and the pages that no encoding makes sense of."""
    encoding, _ = meant("\n".join(p.text for page in pages[:50] for p in page.pieces))
    if encoding:
        import viparse

        for page in pages:
            page.pieces = [
                Piece(viparse.fix(p.text, encoding=encoding), p.box, p.baseline, p.size, p.bold) if not p.text.isascii() else p
                for p in page.pieces
            ]
    garbled = set()
    for i, page in enumerate(pages):
        text = "\n".join(p.text for p in page.pieces)
        lost = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in text)
        if meant(text)[1] == "garbled" or lost > 0.1 * len(text) + 3:
            garbled.add(i)
    return encoding, pages, garbled


def _is_picture(file: Any, i: int, written: Page) -> bool:
    """Whether what a page says stands in a picture, or is drawn, and not in its text layer."""
    letters = sum(c.isalnum() for p in written.pieces for c in p.text)
    if letters >= _FEW_LETTERS:
        return False
    import pypdfium2

    try:
        page = file[i]
    except pypdfium2.PdfiumError:
        return False
    try:
        if picture_share(page) > _COVERED:
            return True
        if letters >= _BARE:
            return False
        # Neither text nor a large picture: strips of a scan, letters drawn as shapes, or an empty page.
        drawn = page.render(scale=0.5, grayscale=True, may_draw_forms=False, draw_annots=False).to_pil()
        return bool(sum(drawn.histogram()[:128]) > 0.002 * drawn.width * drawn.height)
    finally:
        page.close()


def _pictures(file: Any, scans: list[int], pages: list[Page]) -> Iterator[Picture]:
    for i in scans:
        page = file[i]
        try:
            yield Picture(i + 1, drawn(page), *pages[i].shown)
        finally:
            page.close()


def drawn(page: Any) -> Any:
    """A grey PIL image of a pypdfium2 page as Tesseract likes it, without the stamps of electronic signatures; red ink is left out."""
    wide, high = page.get_size()
    scale = min(DPI / 72, (LARGEST_PICTURE / max(1.0, wide * high)) ** 0.5)
    image = page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil()
    # In the red channel a red seal over a signature is as light as the paper.
    return image.getchannel("R") if image.mode in ("RGB", "RGBA", "RGBX") else image.convert("L")


def _as_shown(block: Block, pages: dict[int, Page]) -> Block:
    """The block with the boxes of its lines on the pages as they are shown."""
    if not any(pages[line.page].turn or pages[line.page].tilt for line in block.lines):
        return block
    lines = []
    for x in block.lines:
        box = pages[x.page].as_shown(Box(x.left, x.top, x.right, x.bottom))
        lines.append(PlacedLine(x.start, x.end, x.page, *map(_rounded, (box.left, box.top, box.right, box.bottom))))
    return replace(block, lines=tuple(lines))
