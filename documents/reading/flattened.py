"""Tables in plain text: Markdown rows (`| a | b |`), and the tables of web copies that were flattened to one cell after another
between lines that hold a lone bar. `stacked` and `tabbed` read those that have no bars.

A flattened row is a bar, then for each cell its lines and a bar. So two bars in a row part two rows, or hold an empty
cell; which of them is decided for the table as a whole: as many full rows as possible, and a label ("1", "II", "5.1")
rather at the beginning of a row. Cells that were merged in the source leave short rows; their cells go to the columns
whose full rows hold the like.
"""

import re
from collections.abc import Sequence

from documents.cleaning import clean_inline, is_rule
from documents.reading import side_by_side, stacked, tabbed
from documents.reading.text_tables import LABEL, Cell, Table, aligned, is_head, texts_of
from documents.reading.wrapped import Line

_BAR = re.compile(r"^\s*\|(?:\s*\|)*\s*$")
_PIPED = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LAYOUT = re.compile(
    r"CỘNG HÒA XÃ HỘI|ĐẢNG CỘNG SẢN VIỆT NAM|^\W*nơi nhận\b|^\W*(?:T/M|TM|KT|TL|TUQ)[.\s]+[^\W\d]|^\W*số\s*:\s*[\d.…/]|Độc lập - Tự do",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_CELL = 120  # lines; more between two bars is no cell
_LONGEST_PADDED_CELL = 12
_LAYOUT_ROWS = 6
_MOST_COLUMNS = 40


def segments(lines: Sequence[Line]) -> list[list[Line] | Table]:
    """`lines` as stretches of text and the tables between them, in order. A table that goes on after a page break is one."""
    found: list[list[Line] | Table] = []
    text: list[Line] = []
    padded = _padded(lines)
    finder = stacked.Finder(lines)
    i = loose = tabs = heads = 0  # up to the latter three, nothing more is found of bars, of tabs, below heads
    while i < len(lines):
        table = None
        if i >= loose and _BAR.match(lines[i].text):
            table, end = _flattened(lines, i, padded)
            if table is None:
                loose, end = end, i + 1  # the bars up to there frame nothing
        else:
            if i >= tabs and lines[i].parts and "|" not in lines[i].text:
                table, end = tabbed.table(lines, i)
                tabs = end
            if table is None and i >= heads and stacked.may_open(lines[i].text):
                table, end = finder.table(i)
                heads = end
            if table is None:
                table, end = side_by_side.table(lines, i)
            if table is None:
                table, end = _markdown(lines, i)
        if table is None:
            text += [_unbarred(x) for x in lines[i:end]]
        else:
            last = found[-1] if found else None
            if isinstance(last, Table) and all(is_rule(x.text) for x in text) and _same_table(last, table):
                rows = table.rows[1:] if texts_of(table.rows[0]) == texts_of(last.rows[0]) else table.rows
                found[-1] = Table(last.rows + rows, last.headed, last.layout)
            else:
                found += [text, table]
            text = []
        i = end
    return [s for s in [*found, text] if s]


def _same_table(a: Table, b: Table) -> bool:
    if a.layout or b.layout or a.width != b.width:
        return False
    return texts_of(a.rows[0]) == texts_of(b.rows[0]) or (not b.headed and not is_head([texts_of(r) for r in b.rows]))


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
    return _table(aligned(rows)), end + 1


def _rows(pieces: Sequence[Cell]) -> list[list[Cell]]:
    """The rows of a table from what stands between its bars."""
    longest = run = 0
    for piece in pieces:
        run = run + 1 if piece else 0
        longest = max(longest, run)
    if longest > _MOST_COLUMNS:
        return [[p] for p in pieces if p]
    labels = [len(p) == 1 and bool(LABEL.match(clean_inline(p[0].text))) for p in pieces]
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
