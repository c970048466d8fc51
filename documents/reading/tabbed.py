"""Tables in plain text whose cells are parted by tabs, a row on each line, as spreadsheets and word processors copy them.

A tab may also stand behind the number of a list, lay out a letterhead or part the title of a chapter from its page. So a table is
told by a head that names its columns, and by rows with as many cells: numbered ones, or such as have a column of figures.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.cleaning import clean_inline, is_terminal
from documents.reading.ordinals import is_label
from documents.reading.row_places import sort_of
from documents.reading.text_tables import Cell, Table, aligned, is_head, texts_of
from documents.reading.wrapped import Line

_HEAD = re.compile(r"(?:stt|tt|số tt|số thứ tự)\W*", re.IGNORECASE)
_FEWEST = 3  # columns
_MOST_LINES = 12  # of a row whose cells hold line breaks
_LONGEST_TITLE = 150  # characters


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row, empty ones at its end left out; the texts of them; the index behind its last line."""

    cells: list[Cell]
    texts: list[str]
    end: int

    @property
    def labelled(self) -> bool:
        """Whether its first cell could number it."""
        return len(self.cells) > 1 and is_label(self.texts[0])


def table(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    """The table whose head is line `i`, and the index behind it; None where there is none, and how far was looked."""
    head = _row(lines, i, len(lines[i].parts))
    if head is None or len(head.cells) < _FEWEST or not all(head.texts) or not is_head([head.texts]):
        return None, i + 1
    width = len(head.cells)
    numbered = bool(_HEAD.fullmatch(head.texts[0]))
    figures = set(range(1, width))
    rows = [head]
    while (row := _next(lines, rows[-1].end, width)) is not None and (row.texts == head.texts or not _HEAD.fullmatch(row.texts[0])):
        if not numbered:
            # Without numbers, a column of figures tells the rows; the first that has none ends the table.
            figures = {c for c in figures if c < len(row.cells) and sort_of(row.texts[c]) == "figure"} if len(row.cells) == width else set()
            if not figures:
                break
        rows.append(row)
    whole = [r for r in rows[1:] if len(r.cells) == width]
    if 2 * len(whole) <= len(rows) - 1 or sum(r.labelled or not numbered for r in whole) < 2:
        return None, rows[-1].end
    return Table(tuple(map(tuple, aligned([r.cells for r in rows]))), headed=True), rows[-1].end


def _next(lines: Sequence[Line], i: int, width: int) -> _Row | None:
    """The row that follows a row that ends before line `i`, if any does."""
    row = _below(lines, i, width)
    if row is None or len(row.cells) > 1:
        return row
    # A line without tabs is in the table if it is the title of rows below it.
    if not row.texts[0] or len(row.texts[0]) > _LONGEST_TITLE or is_terminal(row.texts[0]):
        return None
    titled = _below(lines, row.end, width)
    return row if titled is not None and titled.labelled else None


def _below(lines: Sequence[Line], i: int, width: int) -> _Row | None:
    at = next((k for k in range(i, min(len(lines), i + 2)) if lines[k].text.strip()), None)
    return None if at is None else _row(lines, at, width)


def _row(lines: Sequence[Line], i: int, width: int) -> _Row | None:
    """The row that begins with line `i`, with the lines below that belong to its cells; None where it has too many cells."""
    cells = _cells(lines[i])
    end = i + 1
    tabs = len(lines[i].parts) - 1
    if tabs > 0 and is_label(texts_of(cells[:1])[0]):
        # Cells hold line breaks: only the line that brings as many tabs as a row has ends the row.
        for j in range(end, min(len(lines), i + _MOST_LINES)):
            if tabs >= width - 1 or not lines[j].text.strip() or is_label(clean_inline(lines[j].parts[0] if lines[j].parts else "")):
                break
            tabs += max(0, len(lines[j].parts) - 1)
            if tabs == width - 1:
                for line in lines[end : j + 1]:
                    first, *others = _cells(line)
                    cells = [*cells[:-1], cells[-1] + first, *others]
                end = j + 1
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return _Row(cells, texts_of(cells), end) if len(cells) <= width else None


def _cells(line: Line) -> list[Cell]:
    return [(Line(part.strip(), line.page),) if part.strip() else () for part in line.parts or (line.text,)]
