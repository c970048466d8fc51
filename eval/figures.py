"""Whether an answer gives the figure that is asked for: its value, its unit, and no other year's.

`eval.metrics` looks for wanted strings; here figures are read as numbers, so that "2.000" is 2000, "01 giờ" is 1 giờ and
"20 phần trăm" is 20%, while 10% said of 2030 is not 10% of 2025.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.gold import Gold
from eval.matching import holds, plain, without_markers
from eval.statements import statements

_NUMBER = r"\d+(?:[.,]\d+)*"
_SCALES = {"nghìn": 1e3, "ngàn": 1e3, "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9}
_FIGURE = re.compile(
    rf"(?<![\w.,])(?P<low>{_NUMBER})(?P<low_unit>%|\s*phần trăm)?(?:(?P<to>-|/|\s+(?:đến|tới)\s+)(?P<high>{_NUMBER}))?"
    rf"(?:\s*(?P<scale>{'|'.join(_SCALES)})\b)?\s*(?P<unit>%|phần trăm|[^\W\d_]+)?"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\s*\Z")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d)")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/(?:19|20)\d\d")
_PART = re.compile(r"[;:](?!\d)|,\s|\s(?:và|còn)\s|\(|\)")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+|\d+")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3}){2,}|\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or both ends of a range, or both parts of a rank ("24/63"), with the words beside it."""

    values: tuple[float, ...]
    unit: str = ""
    """"%", "/" of a rank, or the word that follows."""
    before: str = ""
    """The word before it: "thứ 24", "nhóm 10"."""
    years: frozenset[str] = frozenset()
    """The years it is said of; empty where its sentence and its label name none."""


def figures(answer: str) -> list[Figure]:
    """The figures of an answer, each with the years of its part of the sentence, else of the part before, else of the
    sentence's first year, else of the label above ("Đến năm 2030:")."""
    found: list[Figure] = []
    for statement in statements(answer):
        text = _DATE.sub(" ", statement.text)
        first = next((frozenset(y) for part in _PART.split(text) if (y := _YEAR.findall(part))), frozenset(_YEAR.findall(statement.label)))
        years: frozenset[str] = frozenset()
        spent = False
        for part in _PART.split(text):
            own = frozenset(_YEAR.findall(part))
            if own:
                years = own if spent else years | own  # "Đến năm 2025 và 2030, …" is of both
                spent = False
            here = list(_read(_YEAR.sub(" ", part) if own else part))
            spent = spent or bool(here)
            found += [Figure(f.values, f.unit, f.before, years or first) for f in here]
            found += [Figure((float(y),), years=own) for y in own]
    return found


def figure_right(gold: Gold, answer: str) -> bool | None:
    """Whether `answer` gives the figures of `gold`; None where `must_include` wants none.

    Right is an answer that holds, for each group, a figure equal to one of its alternatives in value and unit, said of a
    year that the question names or of none; alternatives without figures ("toàn bộ") count as text. No percentage may be
    said of another year alone where one is wanted, and nothing of `must_not_include` may be there.
    """
    groups = [[(alternative, next(_read(plain(alternative)), None)) for alternative in group] for group in gold.must_include]
    wanted = [figure for group in groups for _, figure in group if figure]
    if not wanted:
        return None
    asked = set(_YEAR.findall(_DATE.sub(" ", plain(gold.question))))
    timely: list[Figure] = []
    late: list[Figure] = []
    for figure in figures(answer):
        (timely if not asked or not figure.years or figure.years & asked else late).append(figure)
    if any(f.unit == "%" for f in late) and any(f.unit == "%" for f in wanted):
        return False
    text = without_markers(answer)
    if any(holds(text, forbidden) for forbidden in gold.must_not_include):
        return False
    return all(
        any(holds(text, alternative) if figure is None else any(_same(given, figure) for given in timely) for alternative, figure in group)
        for group in groups
    )


def _read(text: str) -> Iterator[Figure]:
    """The figures of a plain text, in order."""
    for match in _FIGURE.finditer(text):
        scale = _SCALES.get(match["scale"] or "", 1.0)
        values = [_value(n) for n in (match["low"], match["high"]) if n]
        beside = {(match["low_unit"] or "").strip(), match["unit"] or ""}
        unit = "/" if match["to"] == "/" else "%" if beside & {"%", "phần trăm"} else match["unit"] or ""
        before = _WORD_BEFORE.search(text[: match.start()])
        if None not in values:
            yield Figure(tuple(v * scale for v in values if v is not None), unit, before[1] if before else "")


def _same(given: Figure, wanted: Figure) -> bool:
    ends = len(wanted.values) == 1 and wanted.values[0] in given.values  # "20%" is in "15% đến 20%"
    if not ends and given.values != wanted.values:
        return False
    if wanted.before and given.before != wanted.before:
        return False
    return given.unit == wanted.unit if wanted.unit else given.unit != "%"


def _value(number: str) -> float | None:
    """ "1.650" is 1650 and "34,87" is 34.87, as Vietnamese writes them; "34.87" is read too; None for "2.2.1"."""
    if _THOUSANDS.fullmatch(number):
        return float(number.replace(".", "").replace(",", "."))
    return float(number.replace(",", "")) if _ENGLISH.fullmatch(number) else None
