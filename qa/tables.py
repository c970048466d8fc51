"""Rows of tables in answers: which columns a question is after, and the row said with the heads of its columns."""

import itertools
import re
from collections.abc import Callable, Collection, Sequence

from documents.normalise import fold, words
from documents.resolution import Passage
from qa.patterns import Measure

_ASKED = {
    "who": re.compile(
        r"(?i)cơ quan|đơn vị(?! ?(?:tính)?\W*$)|chủ trì|phối hợp|thực hiện(?! nhiệm vụ)|phụ trách|chịu trách nhiệm|tham mưu|cấp trình"
    ),
    "when": re.compile(r"(?i)thời gian|thời hạn|thời điểm|hoàn thành|tiến độ|lộ trình|năm 20\d\d"),
    "points": re.compile(r"(?i)^(?:tổng |số |mức |thang )?điểm(?!\w)"),
    "product": re.compile(r"(?i)sản phẩm|kết quả|đầu ra"),
    "money": re.compile(
        r"(?i)kinh phí|dự toán|nguồn vốn|tổng mức|(?:mức|số|khoản) (?:thu|chi|phí|tiền|hỗ trợ|trợ cấp|phạt|thưởng|vốn)"
        r"|(?:lệ |học |viện )?phí|đơn giá|^giá|\((?:nghìn |ngàn |triệu |tỷ |tỉ )?(?:đồng|vnđ|vnd)"
    ),
}
_NUMBERING = re.compile(r"(?i)^(?:stt|tt|số tt|số thứ tự|no\.?)$")
_FIGURE = re.compile(r"\d[\d.,]*(?:\s*(?:-|–)\s*\d[\d.,]*)?\s*%?")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_OF_YEAR = re.compile(r"(?i)(?:năm )?20\d\d")
_UNIT = re.compile(r"(?i)^(?:đơn vị(?: tính)?|đvt)\W*$")
_SHARE = ("%", "phần trăm")
_A_UNIT = re.compile(r"%|[^\W\d][^\d|;:.]{0,24}")
_OF_HEAD = re.compile(
    r"(?i)\s*\((?:đơn vị(?: tính)?\s*:?\s*|đvt\s*:?\s*)?"
    r"(%|phần trăm|(?:(?:nghìn|ngàn|triệu|tỷ|tỉ) )?(?:đồng|vnđ|usd)|người|hộ|giờ|phút|ngày|tháng|ha|km|km2|m2|km²|m²)\)\s*$"
)
CAPTION = re.compile(r"(?i)^\W*(?:đơn vị(?: tính)?|đvt)\s*:\s*[^.;:]{1,40}$")
"""The line over a table that tells the unit of all its figures."""
_MONEY_UNIT = re.compile(r"(?i)(?<!\w)(?:đồng|vnđ|vnd)(?!\w)")
_ALL_OF_IT = re.compile(r"(?i)^\W*(?:tổng(?: cộng| số| kinh phí)?|cộng)\W*$")
_TOTAL = re.compile(r"(?i)tổng(?: cộng| số| vốn| kinh phí)?\s*\(")
_NAMED = 0.6  # of the words of a column's head, which a question says that asks for that column
_GROUPED = 4  # columns, from which on empty cells tell a title
_GROUP_MARK = re.compile(r"(?:[IVXL]+|[A-ZĐ])[.)]?")
_MARK = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[IVXL]+|[a-zđA-Z])[.)]?")


def asks(head: str, what: str) -> bool:
    """Whether the column called `head` tells `what` (who | when | points | product | money)."""
    return _ASKED[what].search(head) is not None


def cells_of(passage: Passage, what: str) -> list[str]:
    """What a row says in the columns that tell `what` (see `asks`)."""
    columns = zip(passage.columns, passage.cells, strict=False)
    return [passage.text[a - passage.start : b - passage.start] for head, (a, b) in columns if asks(head, what)]


def answers(passage: Passage, measure: Measure | None, over: Callable[[], str]) -> bool:
    """Whether a row has what is asked for, though only its columns or what stands `over` the table tell that it is of that sort."""
    if measure is Measure.PERCENT:
        return tells_share(passage)
    if measure in (Measure.DATE, Measure.PERIOD):
        return any(cell.strip() for cell in cells_of(passage, "when"))  # "Thường xuyên", too
    return measure is Measure.MONEY and tells_money(passage, over())


def tells_points(passage: Passage, start: int, end: int) -> bool:
    """Whether a row has a figure in a column of points, in the span from `start` to `end` of the document's text."""
    columns = zip(passage.columns, passage.cells, strict=False)
    told = (
        passage.text[a - passage.start : b - passage.start] for head, (a, b) in columns if asks(head, "points") and start <= a and b <= end
    )
    return any(c.isdigit() for cell in told for c in cell)


def tells_money(passage: Passage, caption: str = "") -> bool:
    """Whether a row has a figure in a column of money; the unit stands only in the column's head ("Mức thu (đồng)") or in the
    table's `caption`."""
    cells = (passage.text[a - passage.start : b - passage.start] for a, b in passage.cells)
    by_caption = _MONEY_UNIT.search(caption) is not None
    return any(
        (asks(head, "money") and any(c.isdigit() for c in cell)) or (by_caption and _money(head, cell))
        for head, cell in zip(passage.columns, cells, strict=False)
    )


def _money(head: str, cell: str) -> bool:
    """Whether a cell of a table of money may be a sum: a figure that neither numbers the row nor is a year or a stretch of years."""
    return _FIGURE.fullmatch(cell) is not None and not _YEAR.match(cell) and not _NUMBERING.match(head)


def tells_share(passage: Passage) -> bool:
    """Whether a row's figures are percentages by a cell or a head of its own ("%")."""
    cells = (passage.text[a - passage.start : b - passage.start] for a, b in passage.cells)
    return any(cell.strip() in _SHARE or "(%)" in head for head, cell in zip(passage.columns, cells, strict=False))


def years_of(passage: Passage) -> set[str]:
    """The years of the columns that a row fills ("Năm 2025")."""
    ends = zip(passage.columns, passage.cells, strict=False)
    return {
        y
        for head, (a, b) in ends
        if a < b and passage.text[a - passage.start : b - passage.start].strip("- –")
        for y in _YEAR.findall(head)
    }


def heads_of_figures(passage: Passage) -> list[str]:
    """The heads of the columns in which a row has figures, where a year names the row: what they are of is said there alone
    ("2028 | 380 | 60", below "Ngân sách Trung ương")."""
    cells = [passage.text[a - passage.start : b - passage.start].strip() for a, b in passage.cells]
    if not any(_OF_YEAR.fullmatch(cell) for cell in cells[:2]):
        return []
    heads = zip(passage.columns, cells, strict=False)
    return [head for head, cell in heads if _FIGURE.fullmatch(cell) and not _OF_YEAR.fullmatch(cell) and not _NUMBERING.match(head)]


def sums_up(passage: Passage) -> bool:
    """Whether a row is the sum of its table ("Tổng cộng")."""
    told = [c for c in (passage.text[a - passage.start : b - passage.start] for a, b in passage.cells) if c.strip()]
    return len(told) > 1 and any(_ALL_OF_IT.match(c) for c in told[:2])


def heads_group(passage: Passage) -> bool:
    """Whether a row is the title of the rows below it ("B | KINH TẾ SỐ | | | 196"): a letter or Roman number, a name, and most of the
    other cells empty."""
    cells = [passage.text[a - passage.start : b - passage.start].strip() for a, b in passage.cells]
    if len(cells) < _GROUPED or not _GROUP_MARK.fullmatch(cells[0]):
        return False
    return sum(not c for c in cells[2:]) * 2 > len(cells[2:])


def of_cells(passage: Passage, start: int, end: int) -> bool:
    """Whether the span (offsets in the document's text) is one of whole cells of a row, with what the row is about or several of them."""
    if not passage.cells:
        return False
    first = content_start(passage)
    ends = [b for a, b in passage.cells if a >= start and b <= end]
    starts = {a for a, b in passage.cells} | {first}
    return start in starts and end in {*ends, passage.end} and (start == first or len(ends) > 1)


def content_start(passage: Passage) -> int:
    """Where the row begins to tell something: behind the cell that numbers it. An offset in the document's text."""
    for a, b in passage.cells:
        cell = passage.text[a - passage.start : b - passage.start]
        if cell and not _MARK.fullmatch(cell):
            return a
    return passage.start


def said(
    passage: Passage,
    wanted: Sequence[str] = (),
    *,
    years: Collection[str] = (),
    asked: Collection[str] = (),
    caption: str = "",
    within: tuple[int, int] | None = None,
) -> list[tuple[str, str]]:
    """(head, cell) of a row: what it is about first, then the columns `wanted` (see `asks`), or all of them.

    Of columns with figures those of `years`, or else those whose heads say most of what is `asked` (folded words), with the one
    that tells the figures' unit. The cells in front that only number the row and empty ones are left out; the head of what the
    row is about is "". `caption`: the line over the table. `within`: the span, in the document's text, of the cells that are told; where
    what the row is about is none of them, all of them are, with their heads.
    """
    start, end = within or (passage.start, passage.end)
    cells = [passage.text[a - passage.start : b - passage.start] if start <= a and b <= end else "" for a, b in passage.cells]
    heads = passage.columns or ("",) * len(cells)
    told = [(h, c) for h, c in zip(heads, cells, strict=True) if c and not _NUMBERING.match(h)]
    if start > content_start(passage):
        return with_units(told, caption, unit_of_sums(heads)) or [("", passage.text[start - passage.start : end - passage.start])]
    # Behind what it is about, "130.000" is a figure and no number of the row.
    told = list(itertools.dropwhile(lambda cell: _MARK.fullmatch(cell[1]), told))
    if not told:
        return [("", passage.text)]
    (_, subject), *rest = told
    figures = [(h, c) for h, c in rest if _FIGURE.fullmatch(c)]
    chosen = [cell for cell in figures if set(_YEAR.findall(cell[0])) & set(years)] or _by_name(figures, subject, asked)
    if chosen:
        chosen = [(h, c) for h, c in rest if (h, c) in chosen or any(asks(h, w) for w in wanted if w != "money") or _UNIT.match(h)]
    else:
        chosen = [(h, c) for h, c in rest if any(asks(h, w) for w in wanted)]
    return [("", subject), *with_units(chosen or rest, caption, unit_of_sums(heads))]


def unit_of_sums(heads: Sequence[str]) -> str:
    """The unit that the head of the column of sums tells ("Tổng (tỷ đồng)"), which the columns it sums up are in as well; "" where another
    column has one of its own."""
    units = [(head, m[1]) for head in heads if (m := _OF_HEAD.search(head))]
    return units[0][1] if len(units) == 1 and _TOTAL.match(units[0][0]) else ""


def subject_first(row: Sequence[tuple[str, str]]) -> list[str]:
    """What a row says, as it is said: what it is about, then each cell behind the head of its column."""
    told = list(itertools.dropwhile(lambda cell: _NUMBERING.match(cell[0]) or _MARK.fullmatch(cell[1]), row))
    return [c if i == 0 or not h else f"{h}: {c}" for i, (h, c) in enumerate(told)]


def _by_name(figures: Sequence[tuple[str, str]], subject: str, asked: Collection[str]) -> list[tuple[str, str]]:
    """Those of several columns with figures that the question names, by most of their heads' words."""
    if len(figures) < 2:
        return []
    own = {fold(w) for w in words(subject)}
    left = set(asked) - own
    shares = {}
    for head, _ in figures:
        named = [fold(w) for w in words(head)]
        shares[head] = (sum(w in left for w in named) / len(named), len(named)) if named else (0.0, 0)
    best = max(shares.values())
    return [f for f in figures if shares[f[0]] == best] if best[0] >= _NAMED else []


def with_units(told: Sequence[tuple[str, str]], caption: str = "", of_total: str = "") -> list[tuple[str, str]]:
    """(head, cell) of a row, each bare figure with its unit: that of its column's head ("Kinh phí (tỷ đồng)"), of the row's column of
    units, which are left out then, of the line over the table (`caption`), or of the column that sums the others up (`of_total`)."""
    of_row = next((unit for h, c in told if _UNIT.match(h) and (unit := _unit(h, c.strip()))), "")
    of_table = caption.partition(":")[2].strip(" .") if CAPTION.match(caption) else of_total
    found, used = [], False
    for head, cell in told:
        of_head = _OF_HEAD.search(head)
        unit = of_head[1] if of_head else of_row if of_row and not _asks_otherwise(head) else of_table
        if not unit or not _bare(head, cell):
            found.append((head, cell))
            continue
        used = used or (not of_head and bool(of_row))
        found.append((head[: of_head.start()].rstrip() if of_head else head, f"{cell}%" if unit in _SHARE else f"{cell} {unit}"))
    return [(h, c) for h, c in found if not (used and _UNIT.match(h))]


def _bare(head: str, cell: str) -> bool:
    """Whether a cell is a figure without its unit; what numbers the row and a year below a head without one are none."""
    if _FIGURE.fullmatch(cell) is None or cell.rstrip().endswith("%") or not head or _NUMBERING.match(head):
        return False
    return _YEAR.fullmatch(cell) is None or _YEAR.search(head) is not None


def caption_over(passages: Sequence[Passage], at: int) -> Passage | None:
    """The line over the table of the row `passages[at]`, where it tells the unit of the figures ("Đơn vị tính: tỷ đồng")."""
    row = passages[at]
    if not row.cells or row.labelled:
        return None
    while at > 0 and passages[at].cells and passages[at].columns == row.columns:
        at -= 1
    over = passages[at]
    return over if not over.cells and CAPTION.match(over.text) else None


def _unit(head: str, cell: str) -> str:
    """The unit that a cell of a column of units tells; "" where it rather names a body ("Đơn vị: Sở Y tế")."""
    if not _A_UNIT.fullmatch(cell):
        return ""
    if "tính" in head.lower() or "đvt" in head.lower():
        return cell[:1].lower() + cell[1:] if cell[1:2].islower() else cell
    return cell if cell[0].islower() or cell in _SHARE else ""


def _asks_otherwise(head: str) -> bool:
    """Whether a column's figures are of another sort than the row's unit tells: sums of money, or no figures at all."""
    return asks(head, "who") or (asks(head, "money") and not _YEAR.search(head))
