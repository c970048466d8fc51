"""Pieces of a copied table, and in which columns of a row they stand."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from documents.cleaning import BULLET, DECIMAL, LETTER, ROMAN, is_terminal
from documents.reading.text_tables import TIME, Cell
from documents.reading.wrapped import Line, Wrapping

_FIGURE = re.compile(r"(?:[<>≥≤=~±+-]|trên|dưới|từ|khoảng|đạt)?\s*\d[\d.,\s/–-]*\s*(?:%|‰)?", re.IGNORECASE)
_MARK = re.compile(r"[-–—xX×…v*/]+|\.{2,}")  # "nothing here", or a tick
_YEAR = re.compile(r"(?:19|20)\d\d")
_CUT = re.compile(r"(?:[,(\[“/&+=;]|\s[-–—]|(?:^|\s)(?:và|hoặc|của|các|những|cho|với|trong|về|theo))$", re.IGNORECASE)
_ASKS = re.compile(r"(?:^|\s)(?:năm|tháng|quý|ngày|từ|đến|trên|dưới)$", re.IGNORECASE)  # a figure has to follow
_RATHER_OPEN = re.compile(r"\s(?:số|tỉnh|xã|phường|sở|bộ|ban)$", re.IGNORECASE)  # the name may follow
LIKELY = 0.6
"""What it costs to join a line that begins with a small letter to the one before."""
_USUAL = 0.6  # share of a column's cells that are of its sort


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or the lines of a paragraph: a cell or a part of one."""

    lines: Cell
    text: str
    at: int
    end: int
    """Its lines in the file: [at, end)."""
    empty: int = 0
    """For how many empty cells there is room before it."""
    goes_on: bool = False
    """Whether it is surely the rest of the line before, which had no room for its first word."""

    @property
    def is_title(self) -> bool:
        """Whether it is printed in capitals."""
        return _capitals(self.text) and len(self.text) > 4 and " " in self.text

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure, or a mark that stands for one."""
        return sort_of(self.text) in ("figure", "mark", "year")

    def joined(self, other: "Piece") -> "Piece":
        """Both as one."""
        return Piece(self.lines + other.lines, f"{self.text} {other.text}", self.at, other.end, self.empty, self.goes_on)

    @property
    def is_open(self) -> bool:
        """Whether it ends in the middle of a phrase."""
        return bool(_CUT.search(self.text)) or self.text.count("(") > self.text.count(")")

    def is_full_before(self, line: Line, wrapping: Wrapping) -> bool:
        """Whether `line` is the rest of its last one."""
        last = self.lines[-1]
        full = sort_of(self.text) == sort_of(line.bare) == "text" and (wrapping.full(last, line, True) or wrapping.full(last, line, False))
        return full and not starts_item(line.bare) and (line.bare[:1].islower() or not is_terminal(self.text))

    def join_cost(self, before: "Piece") -> float:
        """How unlikely it is that this piece goes on in the cell of the one before; infinite where it doesn't."""
        if self.goes_on:
            return 0.1
        if self.empty or sort_of(before.text) not in ("text", "time"):
            return float("inf")
        if _ASKS.search(before.text) or (before.is_open and sort_of(self.text) == "text"):
            return 0.2
        if sort_of(self.text) != "text":
            return float("inf")
        if BULLET.match(self.text) or self.text[0] in "([":
            return 0.4
        if self.text[0].islower():
            return LIKELY
        return 0.9 if (self.text[0].isdigit() and not is_terminal(before.text)) or _RATHER_OPEN.search(before.text) else float("inf")


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The cells of a row, its label first, each line that likely goes on in the cell before joined to it."""
    cells = list(pieces[:2])
    for before, piece in zip(pieces[1:], pieces[2:], strict=False):
        if piece.join_cost(before) <= LIKELY:
            cells[-1] = cells[-1].joined(piece)
        else:
            cells.append(piece)
    return cells


def joined_title(pieces: Sequence[Piece]) -> list[Piece]:
    """The cells of the row of a group, its label first, the lines of the title joined."""
    cells = list(pieces[:2])
    for piece in pieces[2:]:
        capitals = not piece.empty and _capitals(cells[1].text) and _capitals(piece.text)
        if len(cells) == 2 and (capitals or piece.join_cost(cells[1]) <= LIKELY):
            cells[1] = cells[1].joined(piece)
        else:
            cells.append(piece)
    return cells


def _capitals(text: str) -> bool:
    return text.upper() == text and sum(map(str.isalpha, text)) > 1


def sort_of(text: str) -> str:
    """figure | year | mark | time | text"""
    if _YEAR.fullmatch(text):
        return "year"
    if _MARK.fullmatch(text):
        return "mark"
    if len(text) < 60 and TIME.search(text):
        return "time"
    return "figure" if _FIGURE.fullmatch(text) else "text"


def starts_item(text: str) -> bool:
    """Whether `text` begins as a heading or an item of a list does; "12 tháng" doesn't."""
    decimal = DECIMAL.match(text)
    return bool((decimal and (decimal["stop"] or "." in decimal["mark"])) or any(p.match(text) for p in (BULLET, ROMAN, LETTER)))


class Columns:
    """What stands in the columns of a table, learnt from its whole rows."""

    def __init__(self, width: int, whole: Sequence[Sequence[Piece]]) -> None:
        """Learn from the rows `whole`, which have `width` cells each."""
        self._width = width
        self._cells = [[r[c].text for r in whole] for c in range(width)]
        self._sorts = [_usual(cells) for cells in self._cells]
        self._seen = [Counter(cells) for cells in self._cells]

    @property
    def named(self) -> bool:
        """Whether the rows say in words what they are about, in their second or third cell."""
        return any(
            cells and sum(any(x.isalpha() for x in c) for c in cells) > _USUAL * len(cells) and self._sorts[c] != "figure"
            for c, cells in list(enumerate(self._cells))[1:3]
        )

    def title(self, piece: Piece) -> list[Cell]:
        """The row of a title without a label."""
        return [(), piece.lines, *[()] * (self._width - 2)]

    def fit(self, cells: Sequence[Piece]) -> bool:
        """Whether each cell is of its column's sort."""
        return all(self._gain(piece, c) >= 0 for c, piece in enumerate(cells) if c)

    def kept(self, cells: Sequence[Piece], labelled: bool) -> Sequence[Piece]:
        """The cells of a last row without those that belong to the text below."""
        if not labelled or len(cells) > self._width:
            return cells
        size = len(cells)
        while size > 2 and self._is_foreign(cells[size - 1].text, size - 1):
            size -= 1
        return cells[:size]

    def _is_foreign(self, text: str, c: int) -> bool:
        """Whether `text`, which would be the last cell of a last row, can't be one of column `c`."""
        others = [t for t in self._cells[c] if t != text]
        if not others:
            return False
        if starts_item(text) and not any(map(starts_item, others)):
            return True
        ends = is_terminal(text) and not any(map(is_terminal, others))
        misfits = sort_of(text) == "text" and self._sorts[c] in ("figure", "time")
        return ends + misfits + (len(text) > 2 * max(map(len, others)) + 20) > 1

    def placed(self, cells: Sequence[Piece], labelled: bool) -> list[Cell]:
        """The row of the pieces `cells`, whose first is its label if it is `labelled`."""
        width, n = self._width, len(cells)
        if labelled and n == width:
            return [p.lines for p in cells]
        row: list[Cell] = [()] * width
        if n < width and n + sum(p.empty for p in cells[1:]) == width and labelled:
            c = 0
            for k, piece in enumerate(cells):
                c += piece.empty if k else 0
                row[c] = piece.lines
                c += 1
            return row
        for piece, c in zip(cells, self._places(cells, labelled), strict=True):
            row[c] = row[c] + piece.lines
        return row

    def _places(self, cells: Sequence[Piece], labelled: bool) -> list[int]:
        """The column of each piece, in order: where its like stands; of equally good choices the leftmost."""
        n, width = len(cells), self._width
        worst = float("-inf")
        # best[k][c]: the most that can be gained when piece k stands in column c, and the column of the piece before.
        best: list[list[tuple[float, int]]] = [[(worst, 0)] * width for _ in range(n)]
        first = 0 if labelled else 1
        best[0][first] = (0.0, first)
        for k in range(1, n):
            join = cells[k].join_cost(cells[k - 1])
            for c in range(first, width):
                options = [(best[k - 1][b][0] + self._gain(cells[k], c) - 0.3 * (c - b - 1), b) for b in range(first, c)]
                if (c > 0 and join < float("inf")) or n > width:
                    options.append((best[k - 1][c][0] - 0.5 - min(join, 4.0), c))
                if options:
                    best[k][c] = max(options, key=lambda o: (o[0], -o[1]))
        c = max(range(width), key=lambda c: (best[n - 1][c][0] - 0.3 * (width - 1 - c) * (n >= width), -c))
        places = [c]
        for k in range(n - 1, 0, -1):
            c = best[k][c][1]
            places.append(c)
        return places[::-1]

    def _gain(self, piece: Piece, c: int) -> float:
        own, usual = sort_of(piece.text), self._sorts[c]
        seen = 1.0 if own == "text" and self._seen[c][piece.text] else 0.0
        if usual == "mixed" or own == "mark" or (own == "year" and usual in ("figure", "time")):
            return seen
        if own == usual:
            return seen + (0.0 if own == "text" else 1.0)
        return seen - 1.0


def _usual(cells: Sequence[str]) -> str:
    sorts = Counter("time" if (s := sort_of(t)) == "year" else s for t in cells if t)
    sort, count = sorts.most_common(1)[0] if sorts else ("mixed", 0)
    return sort if count >= _USUAL * sum(sorts.values()) and count else "mixed"
