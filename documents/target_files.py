"""Targets as a table to read, and as files for a spreadsheet: CSV and XLSX with Vietnamese column heads."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from documents.targets import Target, to_json

HEADS = (
    "Mã văn bản",
    "Tỉnh, thành phố",
    "Năm",
    "Trụ cột",
    "Chỉ tiêu",
    "So sánh",
    "Giá trị",
    "Giá trị đến",
    "Đơn vị tính",
    "Cấp",
    "Trích nguyên văn",
    "Mục",
    "Từ ký tự",
    "Đến ký tự",
    "Người quản trị sửa",
)
_COMPARED = {">=": "tối thiểu", ">": "trên", "<=": "tối đa", "<": "dưới", "=": "đạt", "~": "khoảng", "range": "từ … đến"}
_WIDTHS = (22, 16, 8, 18, 48, 9, 10, 10, 14, 11, 80, 60, 10, 10, 12)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

Cell = str | int | float | None


def row_of(target: Target) -> tuple[Cell, ...]:
    """The values of `target` in the order of `HEADS`; whole numbers as int."""
    value, most = (int(v) if v is not None and v.is_integer() else v for v in (target.value, target.value_max))
    return (
        target.document_id,
        target.province,
        target.year,
        target.pillar,
        target.indicator,
        _COMPARED[target.comparator],
        value,
        most,
        target.unit,
        target.level,
        target.quote,
        target.section,
        target.start,
        target.end,
        "có" if target.corrected else "",
    )


def write_json(rows: Iterable[Target], file: TextIO) -> None:
    """Write `rows` as JSON Lines."""
    for target in rows:
        file.write(json.dumps(to_json(target), ensure_ascii=False) + "\n")


def write_csv(rows: Iterable[Target], file: TextIO) -> None:
    """Write `rows` with a line of heads to `file`, which the caller opens with newline="" (and "utf-8-sig" for Excel's sake).

    Text that a spreadsheet would run as a formula gets an apostrophe before it, as such programs mark text.
    """
    writer = csv.writer(file)
    writer.writerow(HEADS)
    for target in rows:
        writer.writerow([_inert(v) if isinstance(v, str) else v for v in row_of(target)])


def write_table(rows: Iterable[Target], file: TextIO) -> None:
    """Write `rows` for people: a heading for each province and year, under it a line for each target."""
    told: tuple[str, int | None] | None = None
    for target in sorted(rows, key=lambda t: (t.province, t.year or 0)):
        group = target.province, target.year
        if group != told:
            when = f"đến năm {target.year}" if target.year else "không nêu năm"
            file.write(f"{'' if told is None else chr(10)}{target.province}, {when}\n")
            told = group
        level = f" ({target.level})" if target.level else ""
        file.write(f"  {target.indicator}: {said(target)}{level}{' (đã sửa)' if target.corrected else ''}  [{target.document_id}]\n")


def compared(comparator: str) -> str:
    """A comparator in words."""
    return _COMPARED[comparator]


def said(target: Target) -> str:
    """The figure in words ("tối thiểu 90%", "5 - 10%/năm")."""
    value, most = (_figure(v) for v in (target.value, target.value_max))
    unit = target.unit if target.unit.startswith("%") or not target.unit else f" {target.unit}"
    return f"{value} - {most}{unit}" if most else f"{_COMPARED[target.comparator]} {value}{unit}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.10g}".replace(",", " ").replace(".", ",").replace(" ", ".")


def write_xlsx(rows: Iterable[Target], path: Path) -> None:
    """Write `rows` as a workbook of one sheet, heads fixed and filterable, every text cell a text.

    Raises:
        OSError: where `path` cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "Chỉ tiêu"
    sheet.append(list(HEADS))
    for cell, width in zip(sheet[1], _WIDTHS, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for n, target in enumerate(rows, start=2):
        for column, value in enumerate(row_of(target), start=1):
            cell = sheet.cell(n, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"  # "=1+1" stays a text
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            else:
                cell.value = value
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def _inert(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text
