"""What a language model writes, cut into sentences as it streams, in Markdown that can do no harm.

A sentence is given out as soon as the next one begins, so that a marker behind its full stop still belongs to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.citing import escape
from qa.guard_text import MARKER, plain, sentences

_THOUGHTS = re.compile(r"(?s)\A\s*<(think|thinking|reasoning)>.*?(?:</\1>|\Z)")
_THINKING = re.compile(r"\A\s*(?:<|\Z)")
_LONGEST_OPENING = 12  # characters: of "<reasoning>" and a space
_BULLET = re.compile(r"\s*(?:[-*+•·–]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_BOLD_LINE = re.compile(r"\s*\*\*([^*]+)\*\*:?\s*")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}")
_FENCE = re.compile(r"\s*(?:```|~~~)")
# "[1]", "[1, 2]", "【1】", "[Đoạn 1]", "[1-3]"
_MARKED = re.compile(
    r"\\?[\[【]\s*(?:(?:nguồn|đoạn|tài liệu|trích dẫn|source)\s*)?#?(\d{1,2}(?:\s*[,;&–-]\s*\d{1,2})*)\s*\\?[\]】]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, a lead-in, or a whole table."""

    text: str
    """Safe Markdown: no emphasis, links, images or HTML; markers as "[1]"."""
    opens: bool
    """Whether it begins a line."""
    bullet: bool = False
    table: bool = False

    @property
    def lead(self) -> bool:
        """Whether it introduces what follows."""
        return self.text.endswith(":") and not MARKER.search(self.text) and not self.table


def segments(pieces: Iterator[str]) -> Iterator[Segment]:
    """The segments of what comes in `pieces`; an error of theirs is passed on after the segments that were complete."""
    buffer, begun = "", False
    reader = _Reader()
    for piece in pieces:
        buffer += piece
        if not begun:
            stripped = _THOUGHTS.sub("", buffer)
            if stripped == buffer and _THINKING.match(buffer) and len(buffer.lstrip()) < _LONGEST_OPENING:
                continue  # it may be about to think
            if stripped != buffer and not stripped:
                continue  # it is still thinking
            buffer, begun = stripped, True
        *lines, buffer = buffer.split("\n")
        for line in lines:
            yield from reader.line(line)
        yield from reader.so_far(buffer)
    if not begun:
        buffer = _THOUGHTS.sub("", buffer)
    for line in buffer.split("\n"):
        yield from reader.line(line)
    yield from reader.end()


class _Reader:
    """Reads line by line; of a line that is still being written, the sentences that are complete."""

    def __init__(self) -> None:
        self._done = 0  # characters of the line being written that have been given out
        self._table: list[str] = []
        self._fenced = False

    def line(self, line: str) -> Iterator[Segment]:
        """The rest of a line that is complete."""
        done, self._done = self._done, 0
        if _FENCE.match(line) or _RULE.fullmatch(line):
            return
        if line.lstrip().startswith("|") and not done:
            self._table.append(line)
            return
        yield from self.end()
        line = _marked(line)[done:]
        for start, end in sentences(line):
            yield from _segment(line, start, end, done == 0 and not line[:start].strip())

    def so_far(self, line: str) -> Iterator[Segment]:
        """The sentences of a line that are sure to be complete: all but the last."""
        if line.lstrip().startswith(("|", "`", "~", "#")):
            return
        done = self._done
        line = _marked(line)[done:]
        spans = list(sentences(line))
        for (start, end), (following, last) in zip(spans, spans[1:], strict=False):
            # What opens with a bracket may turn out to be a marker or a note behind the sentence.
            if last - following > 2 and line[following:].lstrip()[:1].isalnum():
                yield from self.end()
                yield from _segment(line, start, end, self._done == 0 and not line[:start].strip())
                self._done = done + end
            else:
                return

    def end(self) -> Iterator[Segment]:
        """The table that has ended, if there was one."""
        table, self._table = self._table, []
        if table:
            yield Segment("\n".join(_row(line) for line in table), True, table=True)


def _row(line: str) -> str:
    cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    if all(re.fullmatch(r":?-{2,}:?", c) for c in cells):
        return "|" + " --- |" * len(cells)
    return "| " + " | ".join(safe(c) for c in cells) + " |"


def _segment(line: str, start: int, end: int, opens: bool) -> Iterator[Segment]:
    text = line[start:end]
    heading = opens and (_HEADING.match(text) or _BOLD_LINE.fullmatch(text))
    bullet = _BULLET.match(text) if opens and not _BOLD_LINE.fullmatch(text) else None
    text = safe(_HEADING.sub("", text) if heading else text[bullet.end() :] if bullet else text)
    if re.search(r"\w", text):
        yield Segment(f"{text.rstrip(':')}:" if heading else text, opens, bullet is not None)


def safe(text: str) -> str:
    """A stretch of a model's Markdown as Markdown that shows its words and markers and nothing else."""
    pieces, last = [], 0
    text = _marked(text)
    for found in MARKER.finditer(text):
        pieces.append(escape(_bare(text[last : found.start()])))
        pieces.append(found[0])
        last = found.end()
    pieces.append(escape(_bare(text[last:])))
    return " ".join("".join(pieces).split())


def _bare(text: str) -> str:
    return plain("".join(c for c in text if c == "\n" or c.isprintable()))


def _marked(line: str) -> str:
    """`line` with its markers, however they are written, as "[1]"."""
    return _MARKED.sub(lambda found: "".join(f"[{n}]" for n in _numbers(found[1])), line)


def _numbers(said: str) -> list[int]:
    span = re.fullmatch(r"(\d+)\s*[–-]\s*(\d+)", said)
    if span and 0 < int(span[2]) - int(span[1]) < 20:
        return list(range(int(span[1]), int(span[2]) + 1))
    return [int(n) for n in re.findall(r"\d+", said)]
