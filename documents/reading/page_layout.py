"""From the pieces of lines on pages to blocks in reading order, each with the places of its lines.

On a page the tables are taken out first; of the rest, lines that stand side by side (a letterhead, recipients beside a signature) are
read column by column, all others from the top down. What is a paragraph is judged as for hard-wrapped text (`documents.reading.wrapped`),
with measured widths instead of counted characters: a line that ends before the margin though the next word had room ends a paragraph.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from documents.cleaning import Block, PlacedLine, is_rule, starts_item
from documents.reading import wrapped
from documents.reading.furniture import without_furniture
from documents.reading.grid import blocks_of_table
from documents.reading.page import Box, Page, Piece, around
from documents.reading.page_tables import Fill, Placed, joined, tables_of
from documents.reading.runs import in_order
from documents.reading.text import is_syllable
from documents.reading.wrapped import Line

_FEW_LINES = 8  # of a page, from which its own margins are measured
_MARK = re.compile(r"(?:[-+•–*]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[IVXL]+)[.)])")
_NOTE = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s*(?=\S)")
_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LEADERS = re.compile(r"(?:\.\s?){6,}|…{3,}|_{4,}")


@dataclass(frozen=True, slots=True)
class _FlowLine(Line):
    """A line with its place; lengths in points from the left margin."""

    box: Box = Box(0, 0, 0, 0)
    left: float = 0.0
    right: float = 0.0
    size: float = 10.0
    bold: bool = False
    in_column: bool = False

    @property
    def indent(self) -> int:
        return 0 if self.centred else max(0, round(self.box.left - self.left))

    @property
    def end(self) -> int:
        return max(1, round(self.box.right - self.left))

    @property
    def centred(self) -> bool:
        """Whether it stands in the middle, away from both margins."""
        inset = self.box.left - self.left
        if inset < 1.5 * self.size or abs((self.box.left + self.box.right) - (self.left + self.right)) > 1.2 * self.size:
            return False
        # A first line that is indented may end as far from the other margin.
        return self.bold or self.text.isupper() or inset > 4 * self.size


class _Measured(wrapped.Wrapping):
    """A wrapping that asks the lines' places."""

    def full(self, a: Line, b: Line, first: bool) -> bool:
        if not (isinstance(a, _FlowLine) and isinstance(b, _FlowLine)):
            return False
        word = b.box.width * (len(b.text.split()[0]) + 1) / max(1, len(b.text))
        if a.centred or b.centred:
            return a.box.width + word > a.right - a.left - 2.5 * a.size and a.bold == b.bold
        return a.box.right + word > a.right - 0.3 * a.size


def blocks_of(pages: Sequence[Page]) -> tuple[Block, ...]:
    """The blocks of a document's pages, footnotes last."""
    flow: list[_FlowLine | Placed] = []
    notes: list[list[_FlowLine]] = []
    bare: list[Page] = []
    found: list[list[Placed]] = []
    for page in pages:
        tables, rest = tables_of(page, _cell_blocks(page.number))
        found.append(tables)
        bare.append(replace(page, pieces=rest))
    bodies = without_furniture(bare)
    margins = _margins(bare, bodies)
    for page, tables, body, margin in zip(bare, found, bodies, margins, strict=True):
        body, below = _notes(body, page)
        notes += _note_lines(below, page, margin)
        at = 0.0
        for table in [*tables, None]:
            until = table.box.top if table else float("inf")
            flow += _ordered([p for p in body if at <= p.box.middle < until], page.number, margin)
            if table:
                flow.append(table)
                at = table.box.top
    blocks: list[Block] = []
    lines: list[_FlowLine] = []
    wrapping = _wrapping([x for x in flow if isinstance(x, _FlowLine)])
    for item in _with_joined_tables(flow):
        if isinstance(item, _FlowLine):
            lines.append(item)
            continue
        blocks += _paragraphs(lines, wrapping)
        blocks += [_on_page(b, item.page) for b in blocks_of_table(item.table)]
        lines = []
    blocks += _paragraphs(lines, wrapping)
    for note in notes:
        blocks += [_as_note(b) for b in [_block(note)] if b]
    return in_order(blocks)


def _with_joined_tables(flow: Sequence[_FlowLine | Placed]) -> Iterator[_FlowLine | Placed]:
    tables: list[Placed] = []
    for item in flow:
        if isinstance(item, Placed):
            tables.append(item)
            continue
        yield from joined(tables)
        tables = []
        yield item
    yield from joined(tables)


def _on_page(block: Block, page: int) -> Block:
    first = block.lines[0].page if block.lines else page
    return Block(block.text, block.marked, block.note, block.cells, block.columns, first, block.lines)


# Margins


def _margins(pages: Sequence[Page], bodies: Sequence[Sequence[Piece]]) -> list[tuple[float, float]]:
    """The left and right edge of the running text on each page."""
    own: list[tuple[float, float] | None] = []
    for body in bodies:
        own.append(_measured([p.box for p in body]) if len(body) >= _FEW_LINES else None)
    made: list[tuple[float, float]] = []
    for i, (page, margin) in enumerate(zip(pages, own, strict=True)):
        alike = [m for j, m in enumerate(own) if m and (j - i) % 2 == 0 and abs(pages[j].width - page.width) < 2]
        usual = (median(m[0] for m in alike), median(m[1] for m in alike)) if alike else None
        if margin is None:
            boxes = [p.box for p in bodies[i]]
            margin = usual or (min((b.left for b in boxes), default=0.0), max((b.right for b in boxes), default=page.width))
        elif usual and len(alike) > 2 and (abs(margin[0] - usual[0]) > 15 or margin[1] < usual[1] - 15) and page.confidence is None:
            margin = (min(margin[0], usual[0]), max(margin[1], usual[1]))
        made.append(margin)
    return made


def _measured(boxes: Sequence[Box]) -> tuple[float, float]:
    lefts = Counter(round(b.left / 3) for b in boxes)
    need = max(2, 0.08 * len(boxes))
    left = min((x for x, n in lefts.items() if n + lefts[x + 1] >= need), default=min(lefts))
    rights = sorted(b.right for b in boxes)
    return min(b.left for b in boxes if b.left >= 3 * left - 2), rights[max(0, round(0.9 * len(rights)) - 1)]


# Reading order


def _ordered(pieces: Sequence[Piece], page: int, margin: tuple[float, float]) -> list[_FlowLine]:
    """The lines of a stretch of a page; those that stand side by side column by column."""
    rows = _rows(pieces)
    lines: list[_FlowLine] = []
    i = 0
    while i < len(rows):
        gutter = _gutter(rows[i]) if len(rows[i]) > 1 else None
        if gutter is None:
            lines.append(_flow_line(rows[i], page, margin))
            i += 1
            continue
        first, end = i, i + 1
        while first > 0 and lines and (side := _one_side(rows[first - 1], gutter, rows[first:end])) is not None:
            gutter = side
            first -= 1
            lines.pop()
        while end < len(rows) and (side := _one_side(rows[end], gutter, rows[first:end])) is not None:
            gutter = side
            end += 1
        inside = [p for row in rows[first:end] for p in row]
        middle = (gutter[0] + gutter[1]) / 2
        for column in ([p for p in inside if p.box.centre < middle], [p for p in inside if p.box.centre >= middle]):
            if column:
                edges = (min(p.box.left for p in column), max(p.box.right for p in column))
                lines += [_flow_line(row, page, edges, in_column=True) for row in _rows(column)]
        i = end
    return lines


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that stand on the same height, left to right, from the top down."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.baseline, p.box.left)):
        if rows and abs(piece.baseline - rows[-1][0].baseline) < 0.45 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    made = []
    for row in rows:
        row.sort(key=lambda p: p.box.left)
        # A mark with its tab is one line with what it marks; leaders lead to what stands behind them.
        while len(row) > 1 and (_MARK.fullmatch(row[0].text) or _LEADERS.search(row[0].text + row[1].text)):
            row[:2] = [_together(row[:2])]
        made.append(row)
    return made


def _together(row: Sequence[Piece]) -> Piece:
    text = " ".join(p.text for p in row)
    return Piece(text, around([p.box for p in row]), row[0].baseline, max(p.size for p in row), all(p.bold for p in row))


def _gutter(row: Sequence[Piece]) -> tuple[float, float] | None:
    """The widest gap of a row."""
    gaps = [(a.box.right, b.box.left) for a, b in zip(row, row[1:], strict=False)]
    widest = max(gaps, key=lambda g: g[1] - g[0])
    return widest if len(row) == 2 and widest[1] > widest[0] else None


def _one_side(row: Sequence[Piece], gutter: tuple[float, float], band: Sequence[Sequence[Piece]]) -> tuple[float, float] | None:
    """The gutter as it is with one more row, or None where the row is none of the two columns'."""
    pitch = min(abs(row[0].baseline - r[0].baseline) for r in (band[0], band[-1]))
    if pitch > 4.5 * row[0].size:
        return None
    left = max((p.box.right for p in row if p.box.centre < (gutter[0] + gutter[1]) / 2), default=gutter[0])
    right = min((p.box.left for p in row if p.box.centre >= (gutter[0] + gutter[1]) / 2), default=gutter[1])
    narrowed = (max(left, gutter[0]), min(right, gutter[1]))
    if narrowed[1] - narrowed[0] < 0.5 * row[0].size:
        return None
    if len(row) == 2:
        return narrowed
    if len(row) > 2:
        return None
    # A line alone belongs to a column where it stands as that column's lines do.
    middle = (gutter[0] + gutter[1]) / 2
    own = [p for r in band for p in r if (p.box.centre < middle) == (row[0].box.centre < middle)]
    size = row[0].size
    fits = any(abs(p.box.left - row[0].box.left) < size or abs(p.box.centre - row[0].box.centre) < 1.5 * size for p in own)
    return narrowed if fits else None


def _flow_line(row: Sequence[Piece], page: int, margin: tuple[float, float], *, in_column: bool = False) -> _FlowLine:
    piece = row[0] if len(row) == 1 else _together(row)
    return _FlowLine(piece.text, page, piece.box, margin[0], margin[1], piece.size, piece.bold, in_column)


# Paragraphs


def _wrapping(lines: Sequence[_FlowLine]) -> _Measured:
    """How the running text is set: whether first lines are indented, whether paragraphs stand apart."""
    body = [x for x in lines if not x.in_column and not x.centred]
    starts = [x for x in body if starts_item(x.text) or x.text.startswith("Điều ")]
    indented = sum(x.indent > 0.8 * x.size for x in starts) >= 0.6 * len(starts) if len(starts) > 2 else False
    return _Measured((), (), _spaced(body), True, round(0.8 * median([x.size for x in body] or [10.0])) if indented else None)


def _pitches(lines: Sequence[_FlowLine]) -> list[float]:
    """The distance of each line from the one above, in sizes; 0 at the top of a page or column."""
    made = [0.0][: len(lines)]
    for a, b in zip(lines, lines[1:], strict=False):
        down = b.box.bottom - a.box.bottom
        made.append(down / max(a.size, b.size, 1.0) if a.page == b.page and down > 0 else 0.0)
    return made


def _usual_pitch(lines: Sequence[_FlowLine]) -> float:
    pitches = sorted(p for p in _pitches(lines) if 0.8 < p < 4)
    return pitches[len(pitches) // 4] if pitches else 1.2


def _spaced(body: Sequence[_FlowLine]) -> bool:
    usual = _usual_pitch(body)
    after_end = [p for p, a, b in zip(_pitches(body)[1:], body, body[1:], strict=False) if p and a.box.right < a.right - 4 * a.size]
    inside = [p for p, a, b in zip(_pitches(body)[1:], body, body[1:], strict=False) if p and b.text[:1].islower()]
    return (
        len(after_end) > 2
        and sum(p > 1.15 * usual for p in after_end) >= 0.75 * len(after_end)
        and sum(p > 1.15 * usual for p in inside) <= 0.15 * len(inside)
    )


def _paragraphs(lines: Sequence[_FlowLine], wrapping: _Measured) -> list[Block]:
    """The paragraphs of lines in reading order."""
    made: list[Block] = []
    usual = _usual_pitch([x for x in lines if not x.in_column])
    gap = 1.15 if wrapping.spaced else 1.6
    stretch: list[Line] = []
    column = False

    def close() -> None:
        for run in wrapped.runs(stretch, None if column else wrapping):
            block = _block([x for x in run if isinstance(x, _FlowLine)])
            if block:
                made.append(block)
        stretch.clear()

    for i, (line, pitch) in enumerate(zip(lines, _pitches(lines), strict=True)):
        if line.in_column != column or (column and i and (lines[i - 1].left, lines[i - 1].right) != (line.left, line.right)):
            close()
        column = line.in_column
        if stretch and not column and isinstance(last := stretch[-1], _FlowLine) and _parted(last, line, pitch > gap * usual):
            stretch.append(Line(""))
        stretch.append(line)
    close()
    return made


def _parted(a: _FlowLine, b: _FlowLine, far: bool) -> bool:
    if far:
        return not b.text[0].islower() or a.text.endswith((".", ":", ";"))
    headings = a.bold == b.bold and a.text.isupper() and b.text.isupper()
    if a.centred != b.centred and not headings and not b.text[0].islower() and a.box.right < a.right - a.size:
        return True
    if a.bold != b.bold and not b.text[0].islower() and (a.bold or a.text.endswith((".", ":", ";"))):
        return True
    return max(a.size, b.size) > 1.2 * min(a.size, b.size) and a.page == b.page


def _block(run: Sequence[_FlowLine]) -> Block | None:
    """The block of one paragraph's lines."""
    text = ""
    placed: list[PlacedLine] = []
    for line in run:
        if text and not _unhyphenated(text, line.text):
            text += " "
        elif text:
            text = text[:-1]
            placed[-1] = PlacedLine(placed[-1].start, len(text), placed[-1].page, *_sides(run[len(placed) - 1].box))
        start = len(text)
        text += line.text
        placed.append(PlacedLine(start, len(text), line.page or 0, *_sides(line.box)))
    if not text or is_rule(text):
        return None
    return Block(text, all(x.bold for x in run), page=run[0].page, lines=tuple(placed))


def _sides(box: Box) -> tuple[float, float, float, float]:
    return round(box.left, 1), round(box.top, 1), round(box.right, 1), round(box.bottom, 1)


def _unhyphenated(text: str, rest: str) -> bool:
    """Whether a hyphen at the end of a line only parts a word ("inter-", "net"); syllables keep theirs ("kinh tế-", "xã hội")."""
    left, right = re.search(r"([^\W\d_]+)-$", text), re.match(r"[^\W\d_]+", rest)
    if not left or not right or not rest[0].islower():
        return False
    return not (is_syllable(left[1]) and is_syllable(right[0]))


def _cell_blocks(page: int) -> Fill:
    def fill(pieces: Sequence[Piece], box: Box) -> list[Block]:
        lines = [_flow_line(row, page, (box.left, box.right)) for row in _rows(pieces)]
        spaced = _Measured((), (), False, True, None)
        return _paragraphs(lines, spaced)

    return fill


# Footnotes


def _notes(body: Sequence[Piece], page: Page) -> tuple[list[Piece], list[Piece]]:
    """The pieces of the text, and those of the footnotes below: from the first small line that opens with a raised figure."""
    usual = median([p.size for p in body]) if body else 10.0
    ordered = sorted(body, key=lambda p: (p.baseline, p.box.left))
    for i, piece in enumerate(ordered):
        if piece.baseline > 0.4 * page.height and _NOTE.match(piece.text) and all(p.size < 0.97 * usual for p in ordered[i:]):
            return ordered[:i], ordered[i:]
    return ordered, []


def _note_lines(pieces: Sequence[Piece], page: Page, margin: tuple[float, float]) -> list[list[_FlowLine]]:
    notes: list[list[_FlowLine]] = []
    for row in _rows(pieces):
        line = _flow_line(row, page.number, margin)
        if _NOTE.match(line.text) or not notes:
            notes.append([line])
        else:
            notes[-1].append(line)
    return notes


def _as_note(block: Block) -> Block:
    mark = _NOTE.match(block.text)
    if mark is None:
        return block
    # One space behind the mark, as all notes have it.
    shift = len(mark[1]) + 1 - mark.end()
    text = f"{mark[1]} {block.text[mark.end() :]}"
    lines = tuple(
        PlacedLine(max(0, x.start + shift) if x.start else 0, x.end + shift, x.page, x.left, x.top, x.right, x.bottom) for x in block.lines
    )
    return Block(text, note=int(mark[1].translate(_FIGURES)), page=block.page, lines=lines)
