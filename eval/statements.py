"""An answer taken apart: its sentences, and the markers each is cited with.

Lines that end with a colon and cite nothing ("**Gia Lai, mục “Mục tiêu”:**") label what follows and state nothing. What
stands in brackets after a sentence belongs to it: "… 10% GRDP. [1] (Bình Định, đến năm 2025)". A sentence without a
marker is cited by the next marker of its line, as a quotation of several sentences has one at its end.
"""

import re
from dataclasses import dataclass

from documents.sentences import sentence_spans
from eval.matching import plain, without_markers, words

_MARKERS = re.compile(r"(?<!\\)\[(\d+)\]")
_STOP_THEN_MARKERS = re.compile(r"([.!?;:…]+)((?:\s*\[\d+\])+)")
_BULLET = re.compile(r"\s*(?:[-*+•]\s+)?")
_BRACKETED = re.compile(r"\(.*\)\W*")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer."""

    text: str
    """Plain: no Markdown, no markers, lower case."""
    markers: tuple[int, ...] = ()
    label: str = ""
    """The label above it, plain."""


def statements(answer: str) -> list[Statement]:
    """The sentences of `answer` (Markdown with [1] markers), in order."""
    found: list[Statement] = []
    label = ""
    for line in answer.split("\n"):
        if not words(without_markers(line)):
            continue
        if plain(line).endswith(":") and not _MARKERS.search(line):
            label = plain(line)
            continue
        found += _of_line(line, label)
    return found


def _of_line(line: str, label: str) -> list[Statement]:
    # "…%. [1] Phấn đấu" -> "…% [1]. Phấn đấu": a marker goes with the sentence before it.
    line = _STOP_THEN_MARKERS.sub(r"\2\1", line[_BULLET.match(line).end() :])  # type: ignore[union-attr]
    pieces: list[str] = []
    for start, end in sentence_spans(line):
        piece = line[start:end]
        if pieces and (_BRACKETED.fullmatch(piece) or not words(without_markers(piece))):
            pieces[-1] += " " + piece
        else:
            pieces.append(piece)
    found: list[Statement] = []
    inherited: tuple[int, ...] = ()
    for piece in reversed(pieces):
        own = tuple(dict.fromkeys(int(m) for m in _MARKERS.findall(piece)))
        inherited = own or inherited
        found.append(Statement(plain(without_markers(piece)), inherited, label))
    return found[::-1]
