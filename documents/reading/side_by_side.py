"""Letterheads and signatures of plain text that stand in two columns, parted by spaces, as they are printed and as layout-keeping
converters save them:

    ỦY BAN NHÂN DÂN               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
     TỈNH BẮC NINH                   Độc lập - Tự do - Hạnh phúc

Each column is read by itself, the left one first. Nothing else is taken apart: a wide gap elsewhere is a table's or a slip's.
"""

import re
from collections.abc import Sequence

from documents.reading.text_tables import Cell, Table
from documents.reading.wrapped import Line

_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_OPENS = re.compile(
    r"^\W*nơi nhận\b|\b(?:CỘNG (?:HÒA|HOÀ) XÃ HỘI CHỦ NGHĨA|ĐẢNG CỘNG SẢN VIỆT NAM)\b|\b(?:T/M|TM|KT|TL|TUQ)\.\s",
    re.IGNORECASE,
)
_MOST = 45  # lines of one letterhead or signature
_MOST_BLANK = 4  # in a row, as a signature leaves room for the seal
_SHIFT = 8  # columns that centred lines begin further left than the others of their side


def table(lines: Sequence[Line], i: int) -> tuple[Table | None, int]:
    """The two columns that begin at line `i`, as a table that is mere layout, and the index behind them; None and the next index where
    there are none."""
    first = _parted(lines[i].text)
    if first is None or not any(_OPENS.search(side) for side in first[:2]):
        return None, i + 1
    left: list[Line] = []
    right: list[Line] = []
    bound, j, end = first[2], i, i
    while j < len(lines) and j - i < _MOST:
        text, page = lines[j].text, lines[j].page
        if not text.strip():
            j += 1
            if j - end > _MOST_BLANK:
                break
            continue
        parted = _parted(text)
        if parted and parted[2] >= bound - _SHIFT:
            bound = min(bound, parted[2])
            left.append(Line(parted[0], page))
            right.append(Line(parted[1], page))
        elif lines[j].indent >= bound - _SHIFT:
            right.append(Line(text.strip(), page))
        elif j <= end + 1 and lines[j].end <= bound + _SHIFT:
            left.append(Line(text.strip(), page))
        else:
            break
        end = j
        j += 1
    if len(right) < 2 and len(left) < 2:
        return None, i + 1
    cells: tuple[Cell, ...] = (tuple(left), tuple(right))
    return Table((cells,), False, True), end + 1


def _parted(text: str) -> tuple[str, str, int] | None:
    """The two sides of a line and the column where the right one begins; None where no gap parts it, or several do."""
    gaps = list(_GAP.finditer(text))
    if len(gaps) != 1:
        return None
    (gap,) = gaps
    return text[: gap.start()].strip(), text[gap.end() :].strip(), gap.end()
