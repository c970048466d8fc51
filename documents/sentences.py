"""Sentences and clauses of Vietnamese official prose, as spans.

A full stop ends a sentence where white space and a capital, a figure or a quotation mark follow ("…%. Phấn đấu",
"…theo số. 80%"), not inside figures ("1.133"), after abbreviations ("TP. Hồ Chí Minh", "v.v.") or initials. Clauses
are what semicolons part, outside brackets: one target each, mostly.
"""

import re

from documents.normalise import UPPER

_STOP = re.compile(rf"(?:\.{{3}}|…|[.!?])[\"”’)\]]*(?=\s+[\"“‘(\[]?[{UPPER}0-9])")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:TP|Tp|tp|TX|tx|TT|Tt|tt|P|Q|GS|PGS|TS|ThS|BS|CN|KS|đ/c|Đ/c|v\.v|[" + UPPER + r"])\.$")
_NUMBERING = re.compile(r"\s*(?:\d+(?:\.\d+)*|[a-zđ]|[IVXL]+)\Z")  # "3. Ban Tuyên giáo …"
_MARKS = re.compile(r"(?<![\W\d]m)(?<![ckdh]m)[⁽(]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+[⁾)]?")  # not of "5.000 m²" and "12 km²"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, white space between them left out; together they hold all its words."""
    cuts = [m.end() for m in _STOP.finditer(text) if not _no_end(text, m.start())]
    return _trimmed(text, [0, *cuts, len(text)])


def _no_end(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation or to the number of a paragraph."""
    return _ABBREVIATION.search(text[: stop + 1]) is not None or _NUMBERING.match(text[:stop]) is not None


def clause_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans of the clauses of `text[start:end]`, parted at semicolons outside brackets and quotation marks."""
    end = len(text) if end is None else end
    depth, cuts = 0, []
    for i in range(start, end):
        char = text[i]
        if char in "([“":
            depth += 1
        elif char in ")]”":
            depth = max(0, depth - 1)
        elif char == ";" and depth == 0:
            cuts.append(i + 1)
    return _trimmed(text, [start, *cuts, end])


def note_mark_spans(text: str) -> list[tuple[int, int]]:
    """Spans of footnote references; a quotation never runs across one, since the source may print it differently."""
    return [m.span() for m in _MARKS.finditer(text)]


def _trimmed(text: str, bounds: list[int]) -> list[tuple[int, int]]:
    spans = []
    for a, b in zip(bounds, bounds[1:], strict=False):
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if a < b:
            spans.append((a, b))
    return spans
