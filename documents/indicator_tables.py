"""Targets from tables of indicators, as annexes of plans have them: "Chỉ tiêu | Đơn vị tính | Năm 2025 | Năm 2030"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from documents.commitments import RULES, SITUATION, TASKS, section_kind
from documents.deadlines import first_deadline
from documents.indicators import pillar_of, short
from documents.normalise import fold
from documents.quantities import Quantity, cell_quantity
from documents.resolution import Passage, Resolution
from documents.targets import Paragraph, Target, paragraph_targets

_YEAR = re.compile(r"(?<!\d)20[1-9]\d(?!\d)")
_PERIOD = re.compile(r"(20[1-9]\d)\s*[-–—]\s*(20[1-9]\d)")
_ROLES = (
    (
        "skip",
        r"hien trang|thuc hien nam|thuc trang|ket qua|uoc thuc hien|da dat|so lieu|^(?:stt|tt|so tt)$|ghi chu|chu tri|"
        r"phoi hop|co quan|don vi thuc hien|chiu trach nhiem|kinh phi|von|du toan|diem",
    ),
    ("unit", r"don vi tinh|^dvt$|^don vi$|^\(?dvt\)?"),
    ("deadline", r"thoi han|thoi gian|hoan thanh|lo trinh|tien do|^han"),
    (
        "value",
        r"nam 20\d\d|^20\d\d|giai doan 20\d\d|muc tieu.*20\d\d|chi tieu.*20\d\d|ke hoach.*20\d\d|den 20\d\d|chi tieu giao|"
        r"gia tri|muc phan dau|muc tieu can dat",
    ),
    ("text", r"chi tieu|chi so|noi dung|muc tieu|ten|tieu chi|nhiem vu|linh vuc|danh muc|san pham"),
)
_MONEY_TABLE = re.compile(r"kinh phi|nguon von|du toan|tong muc dau tu|khai toan")
_UNIT_IN_NAME = re.compile(r"\s*\((?:đơn vị(?: tính)?:?\s*|đvt:?\s*)?(%|[^()\d]{1,20})\)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """What the columns of a table are: roles by position, and the year of each column of values."""

    heads: tuple[str, ...]
    roles: tuple[str, ...]
    years: tuple[int | None, ...]


def table_targets(document: Resolution) -> list[Target]:
    """A target for each cell with a figure in a column of values; sentences in other cells are read as prose."""
    found: list[Target] = []
    table: _Table | None = None
    group = ""
    last = None
    for row in document.passages:
        if not row.cells or row.labelled:
            last = None
            continue
        shape = (row.path, row.columns, len(row.cells))
        if shape != last:
            table, group, last = (_table(row.columns) if row.columns else None), "", shape
        texts = [document.text[a:b].strip() for a, b in row.cells]
        heads = _header_row(texts, table)
        if heads is not None:
            table = heads
            continue
        if section_kind(row.path) in (SITUATION, RULES) or (table and _MONEY_TABLE.search(fold(" ".join((*table.heads, *row.path))))):
            continue
        filled = [t for i, t in enumerate(texts) if t and (i or not re.fullmatch(r"[\dIVXLa-z.)]{1,6}", t))]
        if len(filled) == 1 and cell_quantity(filled[0]) is None and (row.columns or table) and not re.search(r"\d\s*%", filled[0]):
            group = filled[0]
            continue
        found += _row_targets(document, row, texts, table, group)
    return found


def _table(heads: Sequence[str]) -> _Table:
    roles = tuple(_role(h) for h in heads)
    if "value" not in roles and roles.count("text") > 1:
        # "Nội dung | Chỉ tiêu": the name, then what is to be reached.
        last = len(roles) - 1 - roles[::-1].index("text")
        roles = (*roles[:last], "value", *roles[last + 1 :])
    return _Table(tuple(heads), roles, tuple(_column_year(h) for h in heads))


def _role(head: str) -> str:
    plain = " ".join(fold(head).split()).strip(" .:*")
    return next((role for role, pattern in _ROLES if re.search(pattern, plain)), "other")


def _column_year(head: str) -> int | None:
    period = _PERIOD.search(head)
    years = _YEAR.findall(head)
    return int(period[2]) if period else int(years[0]) if years else None


def _header_row(texts: Sequence[str], table: _Table | None) -> _Table | None:
    """The table as this row names its columns, where it does: heads where the source marked none, or years below a head."""
    filled = [t for t in texts if t]
    if table is None:
        roles = [_role(t) for t in texts]
        named = [t for t, r in zip(texts, roles, strict=True) if r in ("text", "value", "unit", "deadline") and len(t.split()) < 12]
        return _table(texts) if len(named) >= 2 and all(cell_quantity(t) is None or _YEAR.search(t) for t in filled) else None
    if len(filled) > 1 and all(re.fullmatch(r"(?:(?:đến|năm|mục tiêu|kế hoạch)\s*)*20[1-9]\d", t.lower()) for t in filled):
        below = [t or h for t, h in zip(texts, table.heads, strict=True)]
        under = tuple("value" if t else r for t, r in zip(texts, table.roles, strict=True))
        return _Table(table.heads, under, tuple(_column_year(t) for t in below))
    if [fold(t) for t in texts] == [fold(h) for h in table.heads]:
        return table  # the head, repeated on the next page
    # "1 | 2 | 3 | 4": the columns numbered
    return table if [t.strip("()") for t in filled] == [str(n + 1) for n in range(len(filled))] else None


def _row_targets(document: Resolution, row: Passage, texts: Sequence[str], table: _Table | None, group: str) -> Iterator[Target]:
    roles = table.roles if table else tuple("other" for _ in texts)
    years = table.years if table else tuple(None for _ in texts)
    unit = next((t for t, r in zip(texts, roles, strict=True) if r == "unit"), "")
    due = next(
        (first_deadline("đến năm " + y[0]) for t, r in zip(texts, roles, strict=True) if r == "deadline" and (y := _YEAR.findall(t)[-1:])),
        None,
    )
    name = next((i for i, r in enumerate(roles) if r == "text" and texts[i] and cell_quantity(texts[i]) is None), None)
    headings = (*row.path, *([group] if group else ()))
    around = next((named for h in reversed(headings) if (named := first_deadline(h))), None)
    figures = False
    for i, (text, role) in enumerate(zip(texts, roles, strict=True)):
        if role != "value" or name is None:
            continue
        indicator, named_unit = _split_unit(texts[name])
        quantity = cell_quantity(text, unit or named_unit)
        if quantity is None:
            continue
        figures = True
        yield _cell_target(document, row, headings, (name, i), indicator, quantity, years[i] or due or around)
    if figures:
        return
    for (a, b), role in zip(row.cells, roles, strict=True):
        if role in ("text", "value", "other") and a < b:
            paragraph = Paragraph(a, b, row.path if section_kind(row.path) != "other" else (*row.path, TASKS), group)
            for t in paragraph_targets(document, paragraph, due):
                yield _at_section(t, row.path)


def _at_section(target: Target, path: Sequence[str]) -> Target:
    return replace(target, section=" > ".join(path))


def _split_unit(name: str) -> tuple[str, str]:
    found = _UNIT_IN_NAME.search(name)
    return (name[: found.start()], found[1].strip()) if found else (name, "")


def _cell_target(
    document: Resolution,
    row: Passage,
    headings: tuple[str, ...],
    cells: tuple[int, int],
    indicator: str,
    quantity: Quantity,
    year: int | None,
) -> Target:
    (a, b), (c, d) = (row.cells[i] for i in cells)
    start, end = min(a, c), max(b, d)
    level = re.search(r"cấp (tỉnh|huyện|xã)(?!\s*(?:,|và|/))", indicator.lower())
    return Target(
        document.id,
        document.province,
        year,
        pillar_of(headings, indicator, indicator),
        short(indicator.strip(" -+")),
        quantity.comparator,
        quantity.value,
        quantity.value_max,
        quantity.unit,
        f"cấp {level[1]}" if level else None,
        document.text[start:end],
        " > ".join(row.path),
        start,
        end,
    )
