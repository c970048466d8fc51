"""Rows of tables in answers: which columns a question is after, and the row said with the heads of its columns."""

import itertools
import re
from collections.abc import Sequence

from documents.resolution import Passage

_ASKED = {
    "who": re.compile(
        r"(?i)cơ quan|đơn vị(?! ?(?:tính)?\W*$)|chủ trì|phối hợp|thực hiện(?! nhiệm vụ)|phụ trách|chịu trách nhiệm|tham mưu|cấp trình"
    ),
    "when": re.compile(r"(?i)thời gian|thời hạn|thời điểm|hoàn thành|tiến độ|lộ trình|năm 20\d\d"),
    "money": re.compile(
        r"(?i)kinh phí|dự toán|nguồn vốn|tổng mức|(?:mức|số|khoản) (?:thu|chi|phí|tiền|hỗ trợ|trợ cấp|phạt|thưởng|vốn)"
        r"|(?:lệ |học |viện )?phí|đơn giá|^giá|\((?:nghìn |ngàn |triệu |tỷ |tỉ )?(?:đồng|vnđ|vnd)"
    ),
}
_NUMBERING = re.compile(r"(?i)^(?:stt|tt|số tt|số thứ tự|no\.?)$")
_MARK = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[IVXL]+|[a-zđA-Z])[.)]?")


def asks(head: str, what: str) -> bool:
    """Whether the column called `head` tells `what` (who | when | money)."""
    return _ASKED[what].search(head) is not None


def tells_money(passage: Passage) -> bool:
    """Whether a row has a figure in a column of money; the unit stands only in the column's head ("Mức thu (đồng)")."""
    cells = (passage.text[a - passage.start : b - passage.start] for a, b in passage.cells)
    return any(asks(head, "money") and any(c.isdigit() for c in cell) for head, cell in zip(passage.columns, cells, strict=False))


def content_start(passage: Passage) -> int:
    """Where the row begins to tell something: behind the cell that numbers it. An offset in the document's text."""
    for a, b in passage.cells:
        cell = passage.text[a - passage.start : b - passage.start]
        if cell and not _MARK.fullmatch(cell):
            return a
    return passage.start


def said(passage: Passage, wanted: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(head, cell) of a row: what it is about first, then the columns `wanted` (see `asks`), or all of them.

    The cells in front that only number the row and empty ones are left out; the head of what the row is about is "".
    """
    cells = [passage.text[a - passage.start : b - passage.start] for a, b in passage.cells]
    heads = passage.columns or ("",) * len(cells)
    told = [(h, c) for h, c in zip(heads, cells, strict=True) if c and not _NUMBERING.match(h)]
    # Behind what it is about, "130.000" is a figure and no number of the row.
    told = list(itertools.dropwhile(lambda cell: _MARK.fullmatch(cell[1]), told))
    if not told:
        return [("", passage.text)]
    (_, subject), *rest = told
    chosen = [(h, c) for h, c in rest if any(asks(h, w) for w in wanted)]
    return [("", subject), *(chosen or rest)]
