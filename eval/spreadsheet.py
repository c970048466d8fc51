"""Gold questions from a spreadsheet saved as CSV.

The first row names the columns (below, in English or Vietnamese, in any order; others are passed over). In a cell,
";" parts groups (or provinces) and "|" parts alternatives: `20% | 20 phần trăm; GRDP` are two groups. A second piece
of evidence goes into `document_2` and `quote_2`, and so on. Commas, semicolons or tabs part the columns; a byte order
mark is passed over.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from documents.normalise import nfc
from eval.gold import DEFAULT_MAX_WORDS, Gold, GoldError, parse

COLUMNS = {
    "id": ("id", "mã"),
    "question": ("question", "câu hỏi"),
    "type": ("type", "loại"),
    "style": ("style", "kiểu"),
    "persona": ("persona", "người hỏi"),
    "provinces": ("provinces", "province", "tỉnh"),
    "must_include": ("must_include", "phải có"),
    "must_not_include": ("must_not_include", "không được có"),
    "doc": ("document", "doc", "văn bản"),
    "quote": ("quote", "evidence", "trích dẫn"),
    "max_words": ("max_words", "số từ"),
}
"""Field -> the headers it may have. `question` and `type` have to be there."""
_REQUIRED = ("question", "type")
_NAMES = {name: field for field, names in COLUMNS.items() for name in names}
_NUMBERED = re.compile(r"(.+?)[ _]?(\d+)")


def read_csv(path: Path) -> list[Gold]:
    """The questions of a CSV file, in order; blank rows are passed over. Without an id, a question gets file name and line.

    Raises:
        GoldError: the file can't be read, a column is missing or comes twice, a cell can't be used, an id comes twice.
    """
    questions: list[Gold] = []
    seen: dict[str, str] = {}
    for line, cells in _rows(path):
        where = f"{path}, line {line}"
        question = parse(_raw(cells, f"{path.stem}-{line}", where), where)
        if question.id in seen:
            raise GoldError(f"{where}: id: {question.id!r} stands at {seen[question.id]} already")
        seen[question.id] = where
        questions.append(question)
    return questions


def header(text: str) -> tuple[str, list[str]]:
    """The delimiter of a CSV text, and its header cells; without `question` among them it is no file of ours."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return delimiter, next(csv.reader([first], delimiter=delimiter), [])


def decode(path: Path) -> str:
    """The text of a CSV file: UTF-8, or UTF-16 with its mark (a spreadsheet's "Unicode text").

    Raises:
        GoldError: it can't be read, or is in another encoding.
    """
    try:
        raw = path.read_bytes()
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f'{path}: can\'t be read as UTF-8 text ({error}); save it as "CSV UTF-8"') from error


def column(name: str) -> str | None:
    """The field a header stands for ("Câu hỏi" -> "question", "quote_2" -> "quote 2"); None where it is none of ours."""
    name = nfc(name).strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    numbered = _NUMBERED.fullmatch(name)
    if numbered and _NAMES.get(numbered[1]) in ("doc", "quote"):
        return f"{_NAMES[numbered[1]]} {numbered[2]}"
    return None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    text = decode(path)
    delimiter, _ = header(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str | None] | None = None
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num  # a cell may hold line breaks: the row's own first line
            if not any(c.strip() for c in cells):
                continue
            if names is None:
                names = _checked([column(c) for c in cells], f"{path}, line {line}")
                continue
            if any(c.strip() for c in cells[len(names) :]):
                told = f"{len(cells)} cells under {len(names)} headers; put cells that hold {delimiter!r} in quotation marks"
                raise GoldError(f"{path}, line {line}: {told}")
            yield line, {n: c.strip() for n, c in zip(names, cells, strict=False) if n}
    except csv.Error as error:
        raise GoldError(f"{path}, line {reader.line_num}: no CSV ({error})") from error


def _checked(names: list[str | None], where: str) -> list[str | None]:
    for field in _REQUIRED:
        if field not in names:
            raise GoldError(f"{where}: {field}: no such column; it may be called {' or '.join(COLUMNS[field])}")
    twice = next((n for n in names if n and names.count(n) > 1), None)
    if twice:
        raise GoldError(f"{where}: {twice}: two columns of this name")
    return names


def _raw(cells: dict[str, str], identity: str, where: str) -> dict[str, Any]:
    words = cells.get("max_words") or str(DEFAULT_MAX_WORDS)
    return {
        "id": cells.get("id") or identity,
        "question": cells.get("question", ""),
        "type": cells.get("type", ""),
        "style": cells.get("style", ""),
        "persona": cells.get("persona", ""),
        "provinces": _parts(cells.get("provinces", ""), ";"),
        "must_include": [g for group in _parts(cells.get("must_include", ""), ";") if (g := _parts(group, "|"))],
        "must_not_include": _parts(cells.get("must_not_include", ""), "|;"),
        "evidence": list(_evidence(cells, where)),
        "max_words": int(words) if words.isdecimal() else words,
    }


def _evidence(cells: dict[str, str], where: str) -> Iterator[dict[str, str]]:
    for name, quote in cells.items():
        if name.split()[0] != "quote":
            continue
        document = cells.get(name.replace("quote", "doc"), "")
        if bool(quote) != bool(document):
            missing, given = ("document", "quote") if quote else ("quote", "document")
            raise GoldError(f"{where}: {name.replace('quote', missing).replace(' ', '_')}: missing, though the {given} is given")
        if quote:
            yield {"doc": document, "quote": quote}


def _parts(cell: str, separators: str) -> list[str]:
    return [p.strip() for p in re.split(f"[{re.escape(separators)}]", cell) if p.strip()]
