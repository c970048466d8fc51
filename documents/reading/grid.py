"""Tables: a grid of cells -> blocks. A table that only lays out the page gives ordinary blocks, one with data a block for each row."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.cleaning import Block, PlacedLine
from documents.normalise import fold
from documents.reading.runs import has_word, one_line

STEP = 1000
"""The width of a column whose width isn't known."""
_SNAP = 120  # twips (2 mm): edges nearer than that are one edge, drawn unevenly
_LONGEST_HEAD = 25  # words
_LAYOUT_COLUMNS, _LAYOUT_ROWS = 3, 8  # no letterhead and no signature is larger
_LONGEST_CELL = 40  # blocks; a longer cell holds a page, not a datum
_LONGEST_FORMULA = 12  # blocks
_LETTERHEAD = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|doc lap ?[-–—]? ?tu do ?[-–—]? ?hanh phuc|dang cong san viet nam"
    r"|[\w .-]{2,40}, ngay\b.{0,12}\bthang\b.{0,12}\bnam\b.{0,8}"
)
_SIGNATURE = re.compile(r"noi (?:gui|nhan) ?:|t/m\b|(?:tm|kt|tl|tuq)\. ?\w|\((?:da )?ky\b")
_ORDINAL = re.compile(r"\W*(?:\d{1,3}|[ivxlc]{1,6}|[a-zđ])(?:\.\d{1,3})*\W*", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COLUMN_NUMBER = re.compile(r"[(\[]?(\d{1,2})[a-z]?[)\]]?(?:\s*=.*)?|[(\[]?[A-ZĐ][)\]]?")


@dataclass(slots=True, eq=False)
class Cell:
    """A cell between two vertical edges; the unit is the caller's, the same within a table."""

    items: "list[Block | Table]"
    left: int
    right: int
    rows: int = 1
    """How many rows it covers, its own the first."""
    _blocks: list[Block] | None = None

    @property
    def blocks(self) -> list[Block]:
        """What it holds, its tables made blocks. Kept: tables nest, and each one asks for it several times."""
        if self._blocks is None:
            self._blocks = flat(self.items)
        return self._blocks


@dataclass(slots=True, eq=False)
class Row:
    """The cells that begin in a row, left to right. `head`: the source marks it as a row of heads."""

    cells: list[Cell]
    head: bool = False


@dataclass(slots=True, eq=False)
class Table:
    """Rows from the top down. `layout`: the source says that it is no table of data."""

    rows: list[Row] = field(default_factory=list)
    layout: bool = False

    @property
    def blocks(self) -> list[Block]:
        """What the cells hold, row by row; a formula laid out in cells is one line."""
        found: list[Block] = []
        for row in self.rows:
            blocks = [b for cell in row.cells for b in cell.blocks]
            if any(b.text == "=" for b in blocks) and len(blocks) <= _LONGEST_FORMULA:
                found.append(Block(" ".join(b.text for b in blocks)))
            else:
                found += [b for b in blocks if has_word(b.text)]
        return found


@dataclass(slots=True, eq=False)
class _Spot:
    """A cell with its text, in whole columns: [first, last)."""

    text: str
    marked: bool
    first: int
    last: int
    rows: int
    lines: tuple[PlacedLine, ...] = ()


def flat(items: "Sequence[Block | Table]") -> list[Block]:
    """The blocks of a flow, its tables made blocks."""
    return [b for item in items for b in (blocks_of_table(item) if isinstance(item, Table) else [item])]


def blocks_of_table(table: Table) -> list[Block]:
    """The blocks of a table, in reading order; footnotes that stand in its cells come after them.

    A row of data is a block with `cells`, and `columns` where the table has heads; a cell that covers several columns or rows gives its
    text once, in the first. The rows of heads themselves, and their repetitions on later pages, stand in `columns` alone, as they do
    for tables in Markdown. A row across the whole width above the heads is an ordinary block.
    """
    spots, width = _spots(table)
    if table.layout or width < 2 or len(spots) < 2 or _is_layout(table, spots, width):
        return table.blocks
    notes = [b for b in table.blocks if b.note is not None]
    made: list[Block] = []
    top = 0
    while top < len(spots) and (across := _across(spots[top], width)):
        if across.text:
            made.append(Block(across.text, across.marked, lines=across.lines))
        top += 1
    # Titles and nothing else, one below the other, were no titles.
    if top == len(spots):
        return table.blocks
    depth = _head_depth(table.rows[top:], spots[top:], width)
    heads = [row for row in spots[top : top + depth] if not _numbers_columns(row, width)]
    columns = _columns(heads, width)
    repeated = {_key(row) for row in heads}
    for i, row in enumerate(spots[top + depth :]):
        block = _row_block(row, width, columns)
        if block and _key(row) not in repeated and not (heads and i == 0 and _numbers_columns(row, width)):
            made.append(block)
    return made + notes


def _spots(table: Table) -> tuple[list[list[_Spot]], int]:
    """The rows in whole columns, and how many columns there are; a column in which nothing is written is none."""
    texts = [[(cell, *_cell_text(cell)) for cell in row.cells] for row in table.rows]
    for snap in (_SNAP, 0):
        edges = _edges({c.left for row in texts for c, text, *_ in row if text}, snap)
        rows = []
        for row in texts:
            spots = [
                _Spot(text, marked, first := _column(edges, c.left, snap), max(first + 1, _column(edges, c.right, snap)), c.rows, lines)
                for c, text, marked, lines in row
                if text
            ]
            rows.append(spots)
        if all(a.first < b.first for spots in rows for a, b in zip(spots, spots[1:], strict=False)):
            break
    return rows, len(edges)


def _edges(positions: set[int], snap: int) -> list[int]:
    edges: list[int] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > snap:
            edges.append(position)
    return edges


def _column(edges: list[int], position: int, snap: int) -> int:
    return bisect_left(edges, position - snap)


def _cell_text(cell: Cell) -> tuple[str, bool, tuple[PlacedLine, ...]]:
    blocks = [b for b in cell.blocks if b.note is None]
    text, lines = "", list[PlacedLine]()
    for block in blocks:
        text += " " * bool(text)
        lines += [line.moved(len(text)) for line in block.lines]
        text += one_line(block.text)
    return text, bool(blocks) and all(b.marked for b in blocks), tuple(lines)


def _is_layout(table: Table, spots: Sequence[list[_Spot]], width: int) -> bool:
    sizes = [[sum(len(b.text) for b in c.blocks) for c in row.cells] for row in table.rows]
    total = sum(map(sum, sizes))
    for row, lengths in zip(table.rows, sizes, strict=True):
        for cell, length in zip(row.cells, lengths, strict=True):
            holds_table = any(isinstance(item, Table) and len(item.rows) > 1 for item in cell.items)
            if len(cell.items) > _LONGEST_CELL or (holds_table and 2 * length > total):
                return True
    if width > _LAYOUT_COLUMNS or len(table.rows) > _LAYOUT_ROWS:
        return False
    filled = sum(len(row) > 1 and sum(s.last - s.first for s in row) >= width for row in spots)
    if filled < 2 and not table.rows[0].head:
        return True  # heads and data, or two rows of data, leave nothing empty
    lines = [fold(b.text).strip(" *_-–—") for b in table.blocks]
    return any(_LETTERHEAD.fullmatch(line) or _SIGNATURE.match(line) for line in lines)


def _across(row: list[_Spot], width: int) -> _Spot | None:
    """The one cell of a row without others: all across, or (in an empty row) a cell without text."""
    if not row:
        return _Spot("", False, 0, width, 1)
    return row[0] if len(row) == 1 and row[0].first == 0 and row[0].last >= width else None


def _head_depth(rows: Sequence[Row], spots: Sequence[list[_Spot]], width: int) -> int:
    """How many rows at the top are heads of columns; never all of them."""
    depth = 0
    while depth < len(rows) and rows[depth].head:
        depth += 1
    if depth in (0, len(rows)):
        depth = 1 if _could_be_heads(spots[0], width) else 0
    if depth:
        depth = max([depth, *(i + s.rows for i in range(depth) for s in spots[i])])
        # "Mục tiêu" over "2025" and "2030", and below the single heads nothing.
        wide = [(s.first, s.last) for s in spots[0] if s.last - s.first > 1]
        below = spots[1] if len(spots) > 2 else []
        if depth == 1 and wide and below and all(any(a <= s.first < b for a, b in wide) for s in below) and _short(below):
            depth = 2
    return depth if depth < len(rows) else 0


def _short(row: list[_Spot]) -> bool:
    return all(len(s.text.split()) <= _LONGEST_HEAD and not s.text.endswith((":", ";", ".")) for s in row)


def _could_be_heads(row: list[_Spot], width: int) -> bool:
    covered = sum(s.last - s.first for s in row)
    # One corner of a table of heads on two sides may be empty.
    if len(row) < 2 or covered < width - 1 or not _short(row) or _ORDINAL.fullmatch(row[0].text):
        return False
    return not any(re.fullmatch(r"[\d.,%/ ]+", s.text) and not _YEAR.fullmatch(s.text) for s in row)


def _columns(heads: Sequence[list[_Spot]], width: int) -> tuple[str, ...]:
    names: list[list[str]] = [[] for _ in range(width)]
    for row in heads:
        for spot in row:
            for name in names[spot.first : spot.last]:
                if spot.text not in name:
                    name.append(spot.text)
    return tuple(": ".join(n.rstrip(": ") if i < len(name) - 1 else n for i, n in enumerate(name)) for name in names) if heads else ()


def _key(row: list[_Spot]) -> tuple[tuple[int, str], ...]:
    return tuple((s.first, fold(s.text)) for s in row)


def _numbers_columns(row: list[_Spot], width: int) -> bool:
    """Whether a row only numbers the columns: "(1)", "(2)", "(3)=(1)+(2)" or "A", "B", "1", "2"."""
    found = [_COLUMN_NUMBER.fullmatch(s.text) for s in row]
    if len(row) < 3 or len(row) < width or not all(found):
        return False
    numbers = [int(m[1]) for m in found if m and m[1]]
    return numbers == list(range(1, len(numbers) + 1)) or not numbers


def _row_block(row: list[_Spot], width: int, columns: tuple[str, ...]) -> Block | None:
    by_column = {s.first: s for s in row}
    text = ""
    spans: list[tuple[int, int]] = []
    lines: list[PlacedLine] = []
    for column in range(width):
        spot = by_column.get(column)
        if spot and text:
            text += " | "
        start = len(text)
        text += spot.text if spot else ""
        lines += [line.moved(start) for line in spot.lines] if spot else []
        spans.append((start, len(text)))
    if not text:
        return None
    return Block(text, all(s.marked for s in row), cells=tuple(spans), columns=columns, lines=tuple(lines))


def place(rows: "Sequence[tuple[Sequence[tuple[list[Block | Table], int, int]], bool]]") -> Table:
    """The table of rows of (content, columns, rows covered), as HTML gives them, with whether each row is of heads.

    Cells go where the cells that reach down from above leave room; 0 rows covered means down to the end.
    """
    table = Table()
    taken: dict[int, int] = {}  # column -> the first row in which it is free again
    for r, (cells, head) in enumerate(rows):
        free = (c for c in _count() if taken.get(c, 0) <= r)
        placed = []
        for items, columns, down in cells:
            column = next(free)
            down = min(down or len(rows), len(rows) - r)
            end = column + min(max(columns, 1), 100)
            for c in range(column, end):
                taken[c] = max(taken.get(c, 0), r + down)
            placed.append(Cell(items, column * STEP, end * STEP, down))
        table.rows.append(Row(placed, head))
    return table


def _count() -> Iterator[int]:
    # A row has as many cells as its source wrote; the bound keeps a made-up span from running on for ever.
    yield from range(1_000_000)
