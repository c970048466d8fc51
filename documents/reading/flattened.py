"""Tables in plain text: Markdown rows (`| a | b |`), and the tables of web copies that were flattened to one cell after another
between lines that hold a lone bar.

A flattened row is a bar, then for each cell its lines and a bar. So two bars in a row part two rows, or hold an empty
cell; which of them is decided for the table as a whole: as many full rows as possible, and a label ("1", "II", "5.1")
rather at the beginning of a row. Cells that were merged in the source leave short rows; their cells go to the columns
whose full rows hold the like.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.cleaning import Block, clean_inline, is_rule, row
from documents.reading.wrapped import Line

_BAR = re.compile(r"^\s*\|(?:\s*\|)*\s*$")
_PIPED = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LABEL = re.compile(r"^\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVXL]{1,6}|[A-ZĐ]|[a-zđ])[.)]?$")
_LABEL_HEAD = re.compile(r"^(?:stt|tt|số tt|số thứ tự|mã số|mục)\W*$", re.IGNORECASE)
_TIME = re.compile(r"\b(?:19|20)\d\d\b|\bquý\b|hằng năm|hàng năm|thường xuyên|\btháng \d", re.IGNORECASE)
_LAYOUT = re.compile(
    r"CỘNG HÒA XÃ HỘI|ĐẢNG CỘNG SẢN VIỆT NAM|^\W*nơi nhận\b|^\W*(?:T/M|TM|KT|TL|TUQ)[.\s]+[^\W\d]|^\W*số\s*:\s*[\d.…/]|Độc lập - Tự do",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_CELL = 120  # lines; more between two bars is no cell
_LONGEST_PADDED_CELL = 12
_LONGEST_HEAD = 120  # characters
_LAYOUT_ROWS = 6
_MOST_COLUMNS = 40

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


def segments(lines: Sequence[Line]) -> list[list[Line] | Table]:
    """`lines` as stretches of text and the tables between them, in order. A table that goes on after a page break is one."""
    found: list[list[Line] | Table] = []
    text: list[Line] = []
    padded = _padded(lines)
    i = loose = 0
    while i < len(lines):
        if i >= loose and _BAR.match(lines[i].text):
            table, end = _flattened(lines, i, padded)
            if table is None:
                loose, end = end, i + 1  # the bars up to there frame nothing
        else:
            table, end = _markdown(lines, i)
        if table is None:
            text += [_unbarred(x) for x in lines[i:end]]
        else:
            last = found[-1] if found else None
            if isinstance(last, Table) and all(is_rule(x.text) for x in text) and _same_table(last, table):
                rows = table.rows[1:] if _texts(table.rows[0]) == _texts(last.rows[0]) else table.rows
                found[-1] = Table(last.rows + rows, last.headed, last.layout)
            else:
                found += [text, table]
            text = []
        i = end
    return [s for s in [*found, text] if s]


def blocks(table: Table) -> list[Block]:
    """The rows of a table of data; a table that is a head only gives it as a plain block."""
    rows = [_texts(r) for r in table.rows]
    if table.headed and not any(rows[0]) and len(rows) > 1:
        rows = rows[1:]
        head = _is_head(rows)
    else:
        head = table.headed or _is_head(rows)
    pages = [next((line.page for cell in r for line in cell), None) for r in table.rows[-len(rows) :]]
    data = [(r, p) for r, p in zip(rows, pages, strict=True) if any(r)]
    if not head:
        return [row(r, (), p) for r, p in data]
    # A page repeats the head of a table that began on the one before.
    below = [row(r, rows[0], p) for r, p in data if r != rows[0]]
    return below or [Block(row(r).text, page=p) for r, p in data[:1]]


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [clean_inline(" ".join(line.text.strip() for line in cell)) for cell in cells]


def _same_table(a: Table, b: Table) -> bool:
    if a.layout or b.layout or a.width != b.width:
        return False
    return _texts(a.rows[0]) == _texts(b.rows[0]) or (not b.headed and not _is_head([_texts(r) for r in b.rows]))


def _is_head(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short cells that say what is below, not the first of the data."""
    first = rows[0]
    filled = [c for c in first if c]
    if len(filled) < 2 or len(filled) < len(first) - 1 or len(set(filled)) < len(filled):
        return False
    if _LABEL_HEAD.match(first[0]):
        return True
    if any(len(c) > _LONGEST_HEAD or c.endswith((".", ";")) or re.fullmatch(r"[\d.,%/\s-]+", c) for c in filled):
        return False
    return not _LABEL.match(first[0])


def _is_layout(rows: Sequence[Sequence[Cell]]) -> bool:
    if len(rows[0]) == 1:
        return True
    if len(rows) > _LAYOUT_ROWS or len(rows[0]) > 4:
        return False
    return any(_LAYOUT.search("\n".join(line.text.strip() for line in cell)) for r in rows for cell in r)


def _table(rows: Sequence[Sequence[Cell]], headed: bool = False) -> Table:
    width = max(len(r) for r in rows)
    full = tuple(tuple(r) + ((),) * (width - len(r)) for r in rows)
    layout = _is_layout(full) or (len(full) == 1 and not headed)
    return Table(full, headed and not layout, layout)


def _unbarred(line: Line) -> Line:
    """A line of text without the bars around it."""
    bare = line.text.strip()
    return line if "|" not in bare else Line(re.sub(r"^\|\s*|\s*(?<!\\)\|$", "", bare), line.page)


# Markdown


def _markdown(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    """The Markdown table that begins at `i` and the index behind it; None and the next index where there is none."""
    if not _PIPED.search(lines[i].text):
        return None, i + 1
    headed = i + 1 < len(lines) and "|" in lines[i + 1].text and bool(_DELIMITER.match(lines[i + 1].text.strip()))
    end = i
    while end < len(lines) and (
        _framed(lines[end].text) or (headed and _PIPED.search(lines[end].text) and not _BAR.match(lines[end].text))
    ):
        end += 1
    rows = [_row(x) for x in lines[i:end] if not _DELIMITER.match(x.text.strip())]
    if not rows or not (headed or (len(rows) > 1 and len({len(r) for r in rows}) == 1)):
        return None, i + 1
    return _table(rows, headed), end


def _framed(text: str) -> bool:
    bare = text.strip()
    return bare.startswith("|") and bare.endswith("|") and len(_PIPED.findall(bare)) > 2


def _row(line: Line) -> list[Cell]:
    bare = re.sub(r"^\||(?<!\\)\|$", "", line.text.strip())
    return [tuple(Line(part.strip(), line.page) for part in _BREAK.split(cell) if part.strip()) for cell in _PIPED.split(bare)]


# Flattened


def _padded(lines: Sequence[Line]) -> bool:
    """Whether cells stand between blank lines, as bars do."""
    bars = [i for i, x in enumerate(lines) if _BAR.match(x.text)]
    gaps = [lines[a + 1 : b] for a, b in zip(bars, bars[1:], strict=False)]
    gaps = [g for g in gaps if any(x.text.strip() for x in g)]
    return sum(not g[0].text.strip() and not g[-1].text.strip() for g in gaps) > 0.6 * len(gaps)


def _flattened(lines: Sequence[Line], i: int, padded: bool) -> tuple[Table | None, int]:
    """The flattened table whose first bar is line `i`, and the index behind it; None where a single bar stands there."""
    pieces: list[Cell] = [()] * (lines[i].text.count("|") - 1)
    end = i
    while True:
        j = next((k for k in range(end + 1, len(lines)) if _BAR.match(lines[k].text)), None)
        if j is None:
            break
        gap = lines[end + 1 : j]
        inside = tuple(x for x in gap if x.text.strip())
        tight = bool(gap) and bool(gap[0].text.strip()) and bool(gap[-1].text.strip())
        if inside and not (len(inside) <= _LONGEST_CELL if tight else padded and len(inside) <= _LONGEST_PADDED_CELL):
            break
        pieces.append(
            tuple(x for x in inside if x.text.strip("*_ ") and (len(inside) > 1 or not is_rule(x.text) or len(x.text.strip()) < 3))
        )
        pieces += [()] * (lines[j].text.count("|") - 1)
        end = j
    while pieces and not pieces[0]:
        pieces.pop(0)
    filled = [x for p in pieces for x in p]
    if not filled:
        return None, end + 1
    if sum("|" in x.text for x in filled) > 0.2 * len(filled):
        return None, end + 1  # bars part the cells inside these lines: lone ones frame nothing
    rows = _rows(pieces)
    return _table(_aligned(rows)), end + 1


def _rows(pieces: Sequence[Cell]) -> list[list[Cell]]:
    """The rows of a table from what stands between its bars."""
    longest = run = 0
    for piece in pieces:
        run = run + 1 if piece else 0
        longest = max(longest, run)
    if longest > _MOST_COLUMNS:
        return [[p] for p in pieces if p]
    labels = [len(p) == 1 and bool(_LABEL.match(clean_inline(p[0].text))) for p in pieces]
    best: tuple[float, list[int]] | None = None
    for width in range(longest, longest + 9):
        found = _cut(pieces, labels, width)
        if best is None or found[0] < best[0]:
            best = found
    assert best is not None  # a width of `longest` always fits
    return [list(pieces[a : b - 1]) for a, b in zip([0, *best[1]], best[1], strict=False)]


def _cut(pieces: Sequence[Cell], labels: Sequence[bool], width: int) -> tuple[float, list[int]]:
    """The cheapest cut into rows of at most `width` cells: its cost, and where each row's successor begins."""
    n = len(pieces)
    cost = [0.0] + [float("inf")] * (n + 1)
    back = [0] * (n + 2)
    for start in range(n):
        if cost[start] == float("inf"):
            continue
        price, filled = 0.0, 0
        for size in range(1, min(width, n - start) + 1):
            at = start + size - 1
            filled += bool(pieces[at])
            # A label after an empty cell is more likely the beginning of a row.
            price += (0.1 if not pieces[at] else 0.0) + (1.5 if size > 1 and labels[at] and not pieces[at - 1] else 0.0)
            if start + size < n and pieces[start + size]:
                continue  # no empty piece parts this row from the next
            total = cost[start] + price + (0.0 if size == width else 1.0) + (0.0 if filled else 1.0) - (0.2 if labels[start] else 0.0)
            following = min(start + size + 1, n + 1)
            if total < cost[following]:
                cost[following], back[following] = total, start
    ends, at = [], n + 1
    while at > 0:
        ends.append(at)
        at = back[at]
    return cost[n + 1] + 0.01 * width, ends[::-1]


def _aligned(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Rows of equal width: the cells of a short row in the columns that hold the like of them."""
    width = max(len(r) for r in rows)
    full = [_texts(r) for r in rows if len(r) == width]
    kinds = [Counter(_sort(r[c]) for r in full[1:] or full) for c in range(width)]
    seen = [{r[c] for r in full[1:] if r[c]} for c in range(width)]
    labelled = bool(_LABEL_HEAD.match(full[0][0])) or kinds[0]["label"] > 0.5 * len(full)
    aligned = []
    for cells in rows:
        texts = _texts(cells)
        placed: list[Cell] = [()] * width
        for c, cell in zip(_columns(texts, kinds, seen, labelled), cells, strict=True):
            placed[c] = cell
        aligned.append(placed)
    return aligned


def _sort(text: str) -> str:
    if not text:
        return "empty"
    if _LABEL.match(text):
        return "label"
    return "time" if len(text) < 60 and _TIME.search(text) else "text"


def _columns(texts: Sequence[str], kinds: Sequence[Counter[str]], seen: Sequence[set[str]], labelled: bool) -> list[int]:
    """The column of each cell, in order; of equally good choices the leftmost."""
    width, n = len(kinds), len(texts)
    if n == width:
        return list(range(width))
    first = 1 if labelled and not _LABEL.match(texts[0]) else 0
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
