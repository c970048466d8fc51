"""Tables that were copied from a web page as one cell after another with nothing between: a line each, or a paragraph each.

Such a table is told by its head ("STT", and the heads of the other columns, which say how many cells a row has) and by its labels,
which count up. A figure among the cells may look like the next label, and cells are lost where they were empty; so where the rows
begin is decided for the table as a whole: as many rows as possible that have just their cells. What can't be counted out stays text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.cleaning import clean_inline
from documents.reading.ordinals import Order, following, is_label
from documents.reading.row_places import LIKELY, Columns, Piece, joined, joined_title
from documents.reading.text_tables import Cell, Table
from documents.reading.wrapped import Line, Wrapping, measure

_HEAD = re.compile(r"(?:stt|tt|số tt|số thứ tự)\W*", re.IGNORECASE)
_OPENS = re.compile(r"[\W_]*(?:stt|tt|số(?: tt| thứ tự)?)\W*", re.IGNORECASE)
_TOTAL = re.compile(r"(?:tổng(?: cộng| số| kinh phí| vốn| điểm)?|cộng)(?: (?:chung|toàn \w+))?(?:\s*\([^()]*\))?\s*:?", re.IGNORECASE)
_STOP = re.compile(
    r"(?<!\\)\||^\s*#{1,6}\s|^\W*(?:PHỤ LỤC|Phụ lục)(?:\s+(?:số\s+)?[IVXL\d]+)?\W*$|^\W*nơi nhận\s*:|^\W*(?:CỘNG HÒA XÃ HỘI|ĐẢNG CỘNG SẢN)"
)
_COLUMN_NUMBER = re.compile(r"\(?(?:(\d{1,2})|[A-ZĐ])\)?(?:\s*=.*)?")
_YEAR = re.compile(r"\(?(?:19|20)\d\d\b.*")
_LONGEST_HEAD = 120  # characters
_FEWEST, _MOST = 3, 12  # columns
_MOST_HEADS = 40  # lines of heads
_SURPLUS = 24  # pieces that a row may have more than there are columns, the rest of wrapped cells
_BEFORE = 1500  # lines of text before a table that tell how the file was wrapped
_MEASURES = 50
_WAYS = 8  # counts kept for each piece; more than one only where letters may be Roman numbers or groups begin anew


@dataclass(frozen=True, slots=True)
class _Row:
    """Pieces [start, end) of a table; `titled` where the last of them is the title of the group of rows below."""

    start: int
    end: int
    kind: str
    """row | group | total"""
    titled: bool = False
    whole: bool = False
    """Whether it has just the cells of a row."""


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way to cut what stands before a row: its worth, the row before and the way to that."""

    worth: float
    row: _Row | None = None
    before: "_Way | None" = None


def may_open(text: str) -> bool:
    """Whether a line could be the head of the column of labels, the first of a table."""
    return len(text) < 40 and _OPENS.fullmatch(text) is not None


class Finder:
    """Finds the tables of a text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Nothing is looked at yet."""
        self._lines = lines
        self._wrappings: dict[int, Wrapping | None] = {}

    def table(self, i: int) -> tuple[Table | None, int]:
        """The table whose first head is line `i`, and the index behind it; None where there is none, and how far was looked."""
        lines = self._lines
        # A head of two lines at most, "Số" and "thứ tự", and a blank one.
        end = next((k for k in range(i + 1, min(len(lines), i + 3)) if not lines[k].text.strip()), None)
        padded = end is not None and bool(_HEAD.fullmatch(_clean(lines[i:end])))
        wrapping = None if padded else self._wrapping(i)
        pieces: list[Piece] = []
        for piece in _pieces(lines, i, padded, wrapping):
            if _label_like(piece.text) or _TOTAL.fullmatch(piece.text):
                break
            if (pieces and _HEAD.fullmatch(piece.text) and pieces[0].text.lower() != "số") or len(pieces) == _MOST_HEADS:
                return None, i + 1
            pieces.append(piece)
            if len(piece.text) > _LONGEST_HEAD or piece.text.endswith((".", ";", ":")):
                return None, i + 1
        known = [p.text for p in pieces]
        if len(pieces) > 1 and known[0].lower() == "số":
            pieces[:2] = [pieces[0].joined(pieces[1])]
        if len(pieces) < _FEWEST or not _HEAD.fullmatch(pieces[0].text):
            return None, i + 1
        body, looked = _body(lines, pieces[-1].end, known, padded, wrapping)
        found = [t for heads, title in _readings(pieces) if _FEWEST <= len(heads) <= _MOST and (t := _read(heads, title, body))]
        if not found:
            return None, looked
        _, rows, end = max(found, key=lambda f: f[0])
        return Table(rows, headed=True), end

    def _wrapping(self, i: int) -> Wrapping | None:
        """How the text before line `i` was wrapped; where there are many tables it is measured for some of them only."""
        end = i if len(self._wrappings) < _MEASURES else i - i % _BEFORE
        if end not in self._wrappings:
            self._wrappings[end] = measure(self._lines[max(0, end - _BEFORE) : end])
        return self._wrappings[end]


def _clean(lines: Sequence[Line]) -> str:
    return clean_inline(" ".join(x.text.strip() for x in lines))


def _label_like(text: str) -> bool:
    return is_label(text) and bool(following(Order(), text))


# Pieces


def _pieces(lines: Sequence[Line], i: int, padded: bool, wrapping: Wrapping | None) -> Iterator[Piece]:
    """What may be a cell or a part of one: the paragraphs, or where cells are lines the lines, up to where a table surely ends."""
    last: Piece | None = None
    while i < len(lines):
        start = i
        while i < len(lines) and not lines[i].text.strip():
            i += 1
        gap = i - start
        if i == len(lines) or _STOP.search(lines[i].text):
            return
        end = i + 1
        while padded and end < len(lines) and lines[end].text.strip() and lines[end].page == lines[i].page:
            if _STOP.search(lines[end].text):
                return
            end += 1
        # A blank line that stands where a cell is: one of a line each, or the middle one of three between paragraphs.
        empty = gap // 2 if padded else gap
        text = _clean(lines[i:end])
        if text:
            goes_on = last is not None and not gap and wrapping is not None and last.is_full_before(lines[i], wrapping)
            last = Piece(tuple(lines[i:end]), text, i, end, empty if last else 0, goes_on)
            yield last
        i = end


def _body(lines: Sequence[Line], i: int, known: Sequence[str], padded: bool, wrapping: Wrapping | None) -> tuple[list[Piece], int]:
    """The pieces from line `i` on, below the heads `known`, and the line that they end before. Heads that a new page repeats are left
    out."""
    body: list[Piece] = []
    held: list[Piece] = []  # what looks like the heads again
    end = i
    for piece in _pieces(lines, i, padded, wrapping):
        end = piece.at
        if len(held) == len(known):
            if _label_like(piece.text) or not (is_label(piece.text) or _TOTAL.fullmatch(piece.text)):
                end = held[0].at
                break  # another table, with the same heads
            held = []
        if piece.text == known[len(held)]:
            held.append(piece)
            continue
        if held or _HEAD.fullmatch(piece.text):
            end = held[0].at if held else piece.at
            break
        body.append(piece)
        end = piece.end
    return body, end


# Heads


def _readings(pieces: Sequence[Piece]) -> Iterator[tuple[list[Piece], Piece | None]]:
    """What the lines of the head may be: the heads of the columns, and the title of the first group where one stands below them."""
    seen: set[int] = set()
    ways = [_goes_on_surely, _goes_on_maybe, _goes_on_full]
    if all(p.text[0].islower() for p in pieces[1:]):
        ways.append(lambda above, piece: False)  # nothing is told by small letters
    for joins in ways:
        heads = [pieces[0]]
        for piece in pieces[1:]:
            if len(heads) > 1 and joins(heads[-1], piece):
                heads[-1] = heads[-1].joined(piece)
            else:
                heads.append(piece)
        for title in (None, heads[-1]):
            named = heads if title is None else heads[:-1]
            if len(named) in seen or (title and not (title.is_title and not any(h.is_title for h in named[1:]))):
                continue
            if len({h.text for h in named}) == len(named):
                seen.add(len(named))
                yield named, title


def _goes_on_surely(above: Piece, piece: Piece) -> bool:
    return above.is_open or piece.text[0].islower() or piece.text[0] == "("


def _goes_on_maybe(above: Piece, piece: Piece) -> bool:
    return _goes_on_surely(above, piece) or bool(_YEAR.fullmatch(piece.text) and not re.search(r"\d", above.text))


def _goes_on_full(above: Piece, piece: Piece) -> bool:
    return _goes_on_maybe(above, piece) or piece.goes_on


def _numbers_columns(body: Sequence[Piece], width: int) -> bool:
    """Whether the first row below the heads only numbers the columns: "(1)", "(2)", "(3)=(1)+(2)" or "A", "B", "1", "2"."""
    found = [_COLUMN_NUMBER.fullmatch(p.text) for p in body[:width]]
    numbers = [int(m[1]) for m in found if m and m[1]]
    return len(found) == width and all(found) and numbers == list(range(1, len(numbers) + 1))


# Rows


def _read(heads: Sequence[Piece], title: Piece | None, body: Sequence[Piece]) -> tuple[float, tuple[tuple[Cell, ...], ...], int] | None:
    """How sure it is that the heads are those of the rows below, the rows with the heads, and the line behind the last;
    None where it isn't."""
    width = len(heads)
    if title is None and _numbers_columns(body, width):
        body = body[width:]
    rows = _cut(body, width)
    labelled = [r for r in rows if r.kind == "row" and r.end - r.start != 2]
    whole = [r for r in labelled or rows if r.whole]
    if len(whole) < 2 or 2 * len(whole) <= len(labelled):
        return None
    pieces = {r: body[r.start : r.end - r.titled] for r in rows}
    wraps = any(len(pieces[r]) > width for r in whole)
    cells = {r: joined(p) if r.whole and len(p) > width else p for r, p in pieces.items()}
    columns = Columns(width, [cells[r] for r in whole if len(cells[r]) == width])
    if not columns.named:
        return None
    while labelled and rows[-1].kind == "group":
        rows.pop()  # a group of nothing
    if wraps and rows[-1].kind == "row":
        rows[-1] = _last_row(body, rows[-1].start, width, "row", False, LIKELY)
        cells[rows[-1]] = joined(body[rows[-1].start : rows[-1].end])
    for r in rows:
        if r.kind == "group" and not r.whole:
            cells[r] = joined_title(cells[r])
        elif wraps and len(cells[r]) <= width and not (len(cells[r]) == width and columns.fit(cells[r])):
            cells[r] = joined(cells[r])
    last = cells[rows[-1]] = columns.kept(cells[rows[-1]], rows[-1].kind == "row")
    made: list[list[Cell]] = [[h.lines for h in heads]]
    if title is not None:
        made.append(columns.title(title))
    for r in rows:
        made.append(columns.placed(cells[r], r.kind != "total"))
        if r.titled:
            made.append(columns.title(body[r.end - 1]))
    return len(whole) - 0.5 * (len(labelled) - len(whole)), tuple(map(tuple, made)), last[-1].end


def _cut(body: Sequence[Piece], width: int) -> list[_Row]:
    """The rows that are worth most, from the first piece on; [] where that isn't the beginning of one."""
    totals = [bool(_TOTAL.fullmatch(p.text)) for p in body]
    starts = [is_label(p.text) or total for p, total in zip(body, totals, strict=True)]
    ways: list[dict[tuple[Order, str], _Way]] = [{} for _ in body]
    if body:
        ways[0] = {(order, kind): _Way(0.0) for order, kind in _opened(Order(), body, totals, 0)}
    best = _Way(0.0)
    for p in range(len(body)):
        for (order, kind), way in sorted(ways[p].items(), key=lambda x: -x[1].worth)[:_WAYS]:
            last = _last_row(body, p, width, kind, way.row is not None and _gaps(body, way))
            worth = _worth(body, last, width, last=True)
            if worth is not None and way.worth + worth[0] > best.worth and not _is_cut_short(order, body, last):
                best = _Way(way.worth + worth[0], worth[1], way)
            for q in range(p + 2, min(len(body), p + width + _SURPLUS + 1)):
                if not starts[q]:
                    continue
                opened = _opened(order, body, totals, q)
                worth = _worth(body, _Row(p, q, kind), width) if opened else None
                if worth is None:
                    continue
                for key in opened:
                    if key not in ways[q] or ways[q][key].worth < way.worth + worth[0]:
                        ways[q][key] = _Way(way.worth + worth[0], worth[1], way)
    rows: list[_Row] = []
    step: _Way | None = best
    while step is not None:
        rows += [step.row] if step.row else []
        step = step.before
    return rows[::-1]


def _is_cut_short(order: Order, body: Sequence[Piece], last: _Row) -> bool:
    """Whether the count goes on soon after what is taken for the last row: then that row is longer than could be told."""
    if last.end < len(body) and (body[last.end].empty or following(order, body[last.end].text)):
        return False
    return any(not group for p in body[last.end : last.end + _SURPLUS] for _, group in following(order, p.text))


def _opened(order: Order, body: Sequence[Piece], totals: Sequence[bool], at: int) -> list[tuple[Order, str]]:
    """The kinds of row that the piece `at` may open, each with the order after it."""
    if totals[at]:
        return [(order, "total")]
    return [(after, "group" if group else "row") for after, group in following(order, body[at].text)]


def _worth(body: Sequence[Piece], r: _Row, width: int, last: bool = False) -> tuple[float, _Row] | None:
    """What it is worth to take the pieces for a row, and the row; None where they are none."""
    size = r.end - r.start
    if size == width and r.kind != "total":
        return 1.0, _Row(r.start, r.end, r.kind, whole=True)
    if size < 2:
        return None
    if size < width:
        exact = size + sum(p.empty for p in body[r.start + 1 : r.end]) == width
        share = 0.9 if exact else (0.5 if size == 2 else 0.4) if r.kind != "row" else 0.25 * size / width
        return share, _Row(r.start, r.end, r.kind, whole=exact)
    if size == width + 1 and body[r.end - 1].is_title and r.end < len(body) and not last:
        return 0.9, _Row(r.start, r.end, r.kind, titled=True, whole=True)
    costs = sorted(body[k].join_cost(body[k - 1]) for k in range(r.start + 2, r.end))
    cost = sum(costs[: size - width])
    if r.kind == "total" or cost == float("inf"):
        return None
    # Where all that may go on in the cell before does, nothing was chosen.
    return max(0.1, 0.9 - 0.2 * cost / (size - width)), _Row(r.start, r.end, r.kind, whole=sum(c <= LIKELY for c in costs) == size - width)


def _gaps(body: Sequence[Piece], way: _Way) -> bool:
    """Whether blank lines stood among the cells of a row before."""
    step: _Way | None = way
    for _ in range(3):
        if step is None or step.row is None:
            return False
        if any(p.empty for p in body[step.row.start + 1 : step.row.end]):
            return True
        step = step.before
    return False


def _last_row(body: Sequence[Piece], p: int, width: int, kind: str, gaps: bool, cost: float = 0.1) -> _Row:
    """The row that begins at `p` where no other follows: as many cells as there are columns, or those down to a blank line."""
    cells, end = 1, p + 1
    while end < len(body):
        goes_on = end > p + 1 and body[end].join_cost(body[end - 1]) <= cost
        if (body[end].empty and not gaps) or (cells == width and not goes_on):
            break
        if kind == "total" and not body[end].is_figure:
            break
        cells += not goes_on
        end += 1
    return _Row(p, end, kind)
