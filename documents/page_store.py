"""Where the text of a document stands on its pages: from blocks to the library's tables and back."""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from documents.cleaning import Block, PlacedLine
from documents.passages import assemble
from documents.reading.exchange import from_json, to_json
from documents.reading.source import Source
from documents.resolution import TextPage


def pages_of(blocks: Sequence[Block], confidence: Mapping[int, float | None]) -> tuple[TextPage, ...]:
    """Where each page begins in the text of `blocks`; `confidence` is by number."""
    found: list[TextPage] = []
    for block, (start, _) in zip(blocks, assemble(blocks)[1], strict=True):
        places = [(start + line.start, line.page) for line in block.lines] or ([(start, block.page)] if block.page else [])
        for at, number in places:
            if not found or found[-1].number != number:
                found.append(TextPage(at, number, confidence.get(number)))
    return tuple(found)


def lines_of(blocks: Sequence[Block]) -> list[PlacedLine]:
    """The lines of `blocks` with offsets in their whole text."""
    return [line.moved(start) for block, (start, _) in zip(blocks, assemble(blocks)[1], strict=True) for line in block.lines]


def put(db: sqlite3.Connection, document_id: str, pages: Sequence[TextPage], source: Source | None) -> None:
    """Keep a document's pages and, of its source, the lines; the whole source where it was recognised, which takes long."""
    rows = [(document_id, n, p.start, p.number, p.confidence) for n, p in enumerate(pages)]
    db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", rows)
    if source is None:
        return
    by_page: dict[int, list[PlacedLine]] = {}
    for line in lines_of(source.blocks):
        by_page.setdefault(line.page, []).append(line)
    for number, lines in by_page.items():
        value = json.dumps([[x.start, x.end, x.left, x.top, x.right, x.bottom] for x in lines])
        db.execute("INSERT INTO page_lines VALUES (?, ?, ?)", (document_id, number, value))
    if any(p.confidence is not None for p in source.pages):
        db.execute("INSERT INTO sources VALUES (?, ?)", (document_id, to_json(source)))


def pages(db: sqlite3.Connection, document_id: str) -> tuple[TextPage, ...]:
    """A document's pages as kept."""
    rows = db.execute("SELECT start, number, confidence FROM pages WHERE document_id = ? ORDER BY n", (document_id,))
    return tuple(TextPage(*row) for row in rows)


def lines(db: sqlite3.Connection, document_id: str, page: int) -> tuple[PlacedLine, ...]:
    """The lines on a page, in the order of the text; () where the page has no text, or the document no pages."""
    row = db.execute("SELECT value FROM page_lines WHERE document_id = ? AND page = ?", (document_id, page)).fetchone()
    return tuple(PlacedLine(start, end, page, *box) for start, end, *box in json.loads(row[0])) if row else ()


def source(db: sqlite3.Connection, document_id: str) -> Source | None:
    """A document's source, where it was kept."""
    row = db.execute("SELECT value FROM sources WHERE document_id = ?", (document_id,)).fetchone()
    return from_json(row[0]) if row else None
