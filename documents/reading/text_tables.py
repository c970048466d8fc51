"""A table of a plain text: its rows and columns, whether it has a head, and in which columns the cells of a short row stand."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.cleaning import Block, clean_inline, row
from documents.reading.wrapped import Line

LABEL = re.compile(r"^\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVXL]{1,6}|[A-ZĐ]|[a-zđ])[.)]?$")
"""What numbers a row: "1", "II", "5.1", "a)"."""
TIME = re.compile(r"\b(?:19|20)\d\d\b|\bquý\b|hằng năm|hàng năm|thường xuyên|\btháng \d", re.IGNORECASE)
"""What a cell that says when has in it."""
_LABEL_HEAD = re.compile(r"^(?:stt|tt|số tt|số thứ tự|mã số|mục)\W*$", re.IGNORECASE)
_LONGEST_HEAD = 120  # characters

Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as found: its rows, each with one cell for each column; `headed` where the source marks the first row as the head."""

    rows: tuple[tuple[Cell, ...], ...]
    headed: bool = False
    layout: bool = field(default=False)
    """A letterhead, a signature, a frame: cells that are no data."""

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0])


def blocks(table: Table) -> list[Block]:
    """The rows of a table of data; a table that is a head only gives it as a plain block."""
    rows = [texts_of(r) for r in table.rows]
    if table.headed and not any(rows[0]) and len(rows) > 1:
        rows = rows[1:]
        head = is_head(rows)
    else:
        head = table.headed or is_head(rows)
    pages = [next((line.page for cell in r for line in cell), None) for r in table.rows[-len(rows) :]]
    data = [(r, p) for r, p in zip(rows, pages, strict=True) if any(r)]
    if not head:
        return [row(r, (), p) for r, p in data]
    # A page repeats the head of a table that began on the one before.
    below = [row(r, rows[0], p) for r, p in data if r != rows[0]]
    return below or [Block(row(r).text, page=p) for r, p in data[:1]]


def texts_of(cells: Sequence[Cell]) -> list[str]:
    """The clean texts of the cells of a row."""
    return [clean_inline(" ".join(line.text.strip() for line in cell)) for cell in cells]


def is_head(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short cells that say what is below, not the first of the data."""
    first = rows[0]
    filled = [c for c in first if c]
    if len(filled) < 2 or len(filled) < len(first) - 1 or len(set(filled)) < len(filled):
        return False
    if _LABEL_HEAD.match(first[0]):
        return True
    if any(len(c) > _LONGEST_HEAD or c.endswith((".", ";")) or re.fullmatch(r"[\d.,%/\s-]+", c) for c in filled):
        return False
    return not LABEL.match(first[0])


def aligned(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Rows of equal width: the cells of a short row in the columns that hold the like of them."""
    width = max(len(r) for r in rows)
    full = [texts_of(r) for r in rows if len(r) == width]
    kinds = [Counter(_sort(r[c]) for r in full[1:] or full) for c in range(width)]
    seen = [{r[c] for r in full[1:] if r[c]} for c in range(width)]
    labelled = bool(_LABEL_HEAD.match(full[0][0])) or kinds[0]["label"] > 0.5 * len(full)
    aligned = []
    for cells in rows:
        texts = texts_of(cells)
        placed: list[Cell] = [()] * width
        for c, cell in zip(_columns(texts, kinds, seen, labelled), cells, strict=True):
            placed[c] = cell
        aligned.append(placed)
    return aligned


def _sort(text: str) -> str:
    if not text:
        return "empty"
    if LABEL.match(text):
        return "label"
    return "time" if len(text) < 60 and TIME.search(text) else "text"


def _columns(texts: Sequence[str], kinds: Sequence[Counter[str]], seen: Sequence[set[str]], labelled: bool) -> list[int]:
    """The column of each cell, in order; of equally good choices the leftmost."""
    width, n = len(kinds), len(texts)
    if n == width:
        return list(range(width))
    first = 1 if labelled and not LABEL.match(texts[0]) else 0
    if n == 1 or (n == 2 and labelled and not first):
        return [min(first, width - n) + i for i in range(n)]  # the title of a group of rows

    def gain(i: int, c: int) -> float:
        own = _sort(texts[i])
        usual = kinds[c].most_common(1)[0][0] if kinds[c] else "text"
        # Only what is told surely (figures of order, times, a text the column has elsewhere) moves a cell to the right.
        fits = 0.0 if "empty" in (own, usual) or (own == usual == "text") else (1.0 if own == usual else -1.0)
        return fits + (texts[i] in seen[c]) - 0.1 * (c - i)

    # best[i][c]: the best gain of placing cells i… in columns c….
    best = [[0.0] * (width + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for c in range(width, -1, -1):
            skip = best[i][c + 1] if c < width else float("-inf")
            best[i][c] = max(gain(i, c) + best[i + 1][c + 1], skip) if c < width else float("-inf")
    chosen: list[int] = []
    c = min(first, width - n)
    for i in range(n):
        while gain(i, c) + best[i + 1][c + 1] < best[i][c]:
            c += 1
        chosen.append(c)
        c += 1
    return chosen
