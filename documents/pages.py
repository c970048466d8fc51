"""A page of a document as a picture, with the cited lines marked."""

from collections.abc import Sequence

from documents.cleaning import PlacedLine
from documents.database import Library, LibraryError
from documents.reading import bounded
from documents.reading.drawing import DPI
from documents.reading.source import Bounds, ReadingError

_NEAR = 2  # characters


def render(
    library: Library, document_id: str, page: int, spans: Sequence[tuple[int, int]], *, dpi: int = DPI, bounds: Bounds | None = None
) -> bytes:
    """PNG bytes of a page (from 1) of a document's file, drawn in a process of its own.

    Args:
        library: where the document is.
        document_id: its id.
        page: `TextPage.number`, the page of a citation.
        spans: stretches of the document's text to mark, as citations have them; what stands on other pages is passed over.
        dpi: dots per inch.
        bounds: of the process.

    Raises:
        LibraryError: no such document, or a file without pages (all but PDF and pictures), without that one, or one that can't be drawn.
    """
    original = library.original(document_id)
    boxes = marked(library.page_lines(document_id, page), spans)
    try:
        return bounded.draw(original, page, boxes, dpi, bounds)
    except ReadingError as error:
        raise LibraryError(f"page {page} of {document_id} can't be shown: {error}") from error


def marked(lines: Sequence[PlacedLine], spans: Sequence[tuple[int, int]]) -> list[tuple[float, float, float, float]]:
    """The boxes (left, top, right, bottom) of what the spans cover of the lines. Within a line letters are taken to be equally wide."""
    boxes = []
    for line in lines:
        for start, end in spans:
            first, last = max(start, line.start), min(end, line.end)
            if first < last:
                # A list mark before the cited words, and a stop behind them, are marked along: they are narrower than letters are.
                first = line.start if first - line.start <= _NEAR else first
                last = line.end if line.end - last <= _NEAR else last
                step = (line.right - line.left) / (line.end - line.start)
                left, right = line.left + (first - line.start) * step, line.left + (last - line.start) * step
                boxes.append((left, line.top, right, line.bottom))
    return boxes
