"""Word's automatic numbers ("Điều 3.", "2.1.", "a)", "-"), worked out from its definitions of lists as Word prints them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_LARGEST = 32767  # Word's own limit; a damaged file may give any number
# Bullets of Word's symbol fonts that stand for a dash; other symbols become a dash too, or a plus below another bullet.
_DASHES = "-–—−‐‑\u00ad\uf02d\uf0be"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX")) + (
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = " "
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A w:num: the list whose counters it shares, its levels, and the levels it starts anew."""

    shared: str
    levels: dict[int, _Level]
    starts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and where their counters stand; paragraphs are numbered in the order they are asked for."""

    lists: dict[str, _List] = field(default_factory=dict)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def level_of_style(self, number_id: str, style: str) -> int | None:
        """The level that a list ties to a paragraph style, or None."""
        found = self.lists.get(number_id)
        return next((i for i, level in found.levels.items() if level.style == style), None) if found else None

    def label(self, number_id: str, level: int) -> str:
        """The next number of a list at `level` (0 to 8) with what follows it ("Điều 3. "), or "" where the list has none."""
        found = self.lists.get(number_id)
        if found is None or level not in found.levels:
            return ""
        counters = self._counters.setdefault(found.shared, {})
        if number_id not in self._begun:
            self._begun.add(number_id)
            for i in found.starts:
                counters.pop(i, None)
        own = found.levels[level]
        counters[level] = counters[level] + 1 if level in counters else found.starts.get(level, own.start)
        for i in [i for i in counters if i > level]:
            restart = found.levels[i].restart if i in found.levels else None
            # By default any higher level starts a level anew; w:lvlRestart names the lowest that does, 0 none.
            if restart is None or level < restart:
                del counters[i]
        if own.format == "bullet":
            return bullet(own.text, level > 0 and level - 1 in found.levels and found.levels[level - 1].format == "bullet") + " "
        text = re.sub(r"%([1-9])", lambda m: self._figure(found, counters, int(m[1]) - 1, own.legal), own.text)
        return text + own.suffix if text.strip() else ""

    def _figure(self, of: _List, counters: dict[int, int], level: int, legal: bool) -> str:
        own = of.levels.get(level, _Level())
        value = counters.get(level, of.starts.get(level, own.start))
        return formatted(value, "decimal" if legal and own.format != "none" else own.format)


def read_numbering(root: Any, style_number: Callable[[str], str | None]) -> Numbering:
    """The lists of a numbering part (an lxml element or None).

    Args:
        root: w:numbering.
        style_number: the w:numId that a style of kind "numbering" points to, by the style's id.
    """
    numbering = Numbering()
    if root is None:
        return numbering
    abstract = {a.get(W + "abstractNumId", ""): a for a in root.findall(W + "abstractNum")}
    nums = {n.get(W + "numId", ""): n for n in root.findall(W + "num")}

    def target(number_id: str | None) -> str:
        num = nums.get(number_id or "")
        return _value(num, "abstractNumId") or "" if num is not None else ""

    for number_id, num in nums.items():
        shared = target(number_id)
        link = _value(abstract.get(shared), "numStyleLink")
        if link:
            # The levels stand in another definition, which the style names.
            shared = target(style_number(link)) or shared
        levels = _levels(abstract.get(shared))
        starts: dict[int, int] = {}
        for override in num.findall(W + "lvlOverride"):
            i = _integer(override.get(W + "ilvl"), -1)
            if not 0 <= i < _LEVELS:
                continue
            own = override.find(W + "lvl")
            if own is not None:
                levels[i] = _level(own)
            start = _value(override, "startOverride")
            if start is not None:
                starts[i] = _integer(start, 1)
        numbering.lists[number_id] = _List(shared, levels, starts)
    return numbering


def _levels(abstract: Any) -> dict[int, _Level]:
    found = {} if abstract is None else {_integer(x.get(W + "ilvl"), -1): _level(x) for x in abstract.findall(W + "lvl")}
    return {i: level for i, level in found.items() if 0 <= i < _LEVELS}


def _level(element: Any) -> _Level:
    restart = _value(element, "lvlRestart")
    return _Level(
        start=_integer(_value(element, "start"), 0),
        format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText") or "",
        suffix="" if _value(element, "suff") == "nothing" else " ",
        restart=None if restart is None else _integer(restart, 0),
        legal=element.find(W + "isLgl") is not None and _value(element, "isLgl") not in ("0", "false", "off"),
        style=_value(element, "pStyle"),
    )


def _value(element: Any, name: str) -> str | None:
    child = element.find(W + name) if element is not None else None
    value: str | None = child.get(W + "val") if child is not None else None
    return value


def _integer(text: str | None, otherwise: int) -> int:
    if text is None or not re.fullmatch(r"-?\d{1,10}", text, re.ASCII):
        return otherwise
    return max(min(int(text), _LARGEST), -1)


def bullet(text: str, below_bullet: bool) -> str:
    """The mark of a list item for a bullet as Word names it: itself where it is one that people type, else "-", or "+" below a bullet."""
    mark = text.strip()
    if mark[:1] in _DASHES and mark:
        return "-"
    if mark in ("+", "*", "•", "·"):
        return "-" if mark == "·" else mark
    return "+" if below_bullet else "-"


def formatted(value: int, form: str) -> str:
    """A number in one of Word's formats: decimal, decimalZero, lowerLetter, upperRoman, …; an unknown one gives plain figures."""
    if form == "none":
        return ""
    if form in ("lowerLetter", "upperLetter") and 0 < value <= 780:
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < value < 4000:
        return _roman(value) if form == "upperRoman" else _roman(value).lower()
    if form == "decimalZero":
        return f"{value:02}"
    return str(value)


def _roman(value: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        written += sign * (value // worth)
        value %= worth
    return written
