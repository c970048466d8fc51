"""An answer taken apart: its sentences, list items and table cells, each with its markers and the label it stands under.

What states nothing is told by its form: lead-ins ("… gồm:"), "Có," and "Chưa đúng." before a statement, dashes in cells,
the heads of tables, and the assistant's own fixed sentences.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from documents.corrections import CENTRAL
from documents.places import province_names
from prompts.loader import load
from qa.guard_text import MARKER, plain, sentences, without_line_mark

_MARKERS = re.compile(r"(?:\s*(?<!\\)\[\d+\])+")
_OPENING = re.compile(
    r"(?i)(?:có|không|đúng|đúng vậy|chưa đúng|không đúng|sai|chưa|đúng một phần|vâng|dạ)(?:\s*[.!]\s*$|\s*[,.:;!–-]\s+|\s*$)"
)
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_DASH = re.compile(r"\W*|không (?:nêu|có|rõ)|chưa nêu|văn bản không nêu\W*|n/?a")
_PIPE = re.compile(r"(?<!\\)\|")
_CLOSING = re.compile(
    r"(?i)(?<!\w)(?:cao nhất|thấp nhất|nhiều nhất|ít nhất là|lớn nhất|nhỏ nhất|sớm nhất|muộn nhất|cao hơn|thấp hơn"
    r"|nhiều hơn|ít hơn|lớn hơn|nhỏ hơn|sớm hơn|muộn hơn|bằng nhau|như nhau|ngang nhau|giống nhau|chênh|hơn kém|gấp"
    r"|tổng cộng|cộng lại|tổng là|trung bình|tăng thêm|giảm bớt)(?!\w)"
)
_FREE = frozenset(("place", "heir", "asked", "absent", "available", "year", "years", "name", "what", "length", "limit", "given", "part"))
_BULLET = re.compile(r"\s*(?:>\s*)*(?:[-*+•·]\s|\d{1,3}[.)]\s|\|)")
_HEAD = re.compile(r"\s*([^:.;!?]{1,80}):\s+(?=\S)")


class Form(StrEnum):
    """What a part of an answer is."""

    STATEMENT = "statement"
    LEAD = "lead"
    OPENING = "opening"
    FIXED = "fixed"
    CLOSING = "closing"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence, item or cell at [start, end) of the answer's text."""

    start: int
    end: int
    form: Form
    text: str
    """Plain: no Markdown, no markers."""
    chunks: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Stretches of a statement with the markers behind each; () where it has none."""
    label: str = ""
    """The lead-in it stands under; for a cell, the heads of its row and column."""
    group: int = 0
    """Parts under one lead-in, and the lead-in, have the same number."""
    cell: bool = False


@functools.cache
def _fixed() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """The assistant's own sentences as patterns, with the names of what they are filled with."""
    found = []
    for text in load("messages").values():
        template = text.template
        if not template.rstrip("*").endswith((".", "?”")) or not text.variables <= _FREE or _CLOSING.search(template):
            continue
        pieces = re.split(r"\$(\w+)", plain(template))
        names = tuple(pieces[1::2])
        body = "".join(re.escape(piece) if i % 2 == 0 else "([^\\n]{1,300}?)" for i, piece in enumerate(pieces))
        found.append((re.compile(body.rstrip() if pieces[-1] else body, re.IGNORECASE), names))
    return tuple(found)


def fixed(text: str) -> dict[str, list[str]] | None:
    """What a fixed sentence of `prompts/messages.toml` is filled with, by variable, or None where `text` is no such sentence."""
    found: dict[str, list[str]] | None = None
    for pattern, names in _fixed():
        match = pattern.fullmatch(text) if len(text) < 1200 else None
        if match:
            values: dict[str, list[str]] = {}
            for name, value in zip(names, match.groups(), strict=True):
                values.setdefault(name, []).append(value)
            if all(len(set(v)) == 1 for v in values.values()):
                return values
            found = found or values  # two sentences may be worded alike ("… $heir thuộc $asked …", "… $asked thuộc $heir …")
    return found


def head(text: str) -> tuple[str, str]:
    """What a statement opens with before a colon ("Trà Vinh: …"), and the rest; ("", text) where it opens with none."""
    found = _HEAD.match(text)
    return (found[1].strip(), text[found.end() :]) if found else ("", text)


def parts(answer: str) -> list[Part]:
    """The parts of `answer` (Markdown with [1] markers), in order."""
    found: list[Part] = []
    label, group, listed = "", 0, False
    led, nested = 0, False  # how far in the lead-in stands, and whether items further in have come below it
    heads: list[str] | None = None
    offset = 0
    lines = answer.split("\n")
    for n, line in enumerate(lines):
        start, offset = offset, offset + len(line) + 1
        if not line.strip():
            continue
        bullet = _BULLET.match(line) is not None
        if line.lstrip().startswith("|"):
            if _RULE.fullmatch(line.strip()):
                continue
            ruled = n + 1 < len(lines) and _RULE.fullmatch(lines[n + 1].strip()) is not None
            cells = list(_cells(line))
            if ruled or heads is None:
                heads = [plain(MARKER.sub("", line[a:b])).strip() for a, b in cells]
                group += 1
                found += [Part(start + a, start + b, Form.LEAD, plain(line[a:b]).strip(), (), "", group, True) for a, b in cells]
            else:
                found += _row(line, start, cells, heads, label, group)
            listed = True
            continue
        heads = None
        text = line[without_line_mark(line) :]
        shown = plain(MARKER.sub("", text)).strip()
        if not re.search(r"\w", shown):
            continue
        inner = len(line) - len(line.lstrip(" "))
        if shown.endswith(":") and not MARKER.search(text) and len(shown) < 600:
            group += 1
            label, listed, led, nested = shown, False, inner, False
            found.append(Part(start, start + len(line), Form.LEAD, shown, (), "", group))
            continue
        if bullet and nested and inner <= led:
            label, nested = "", False  # the next item beside "- Gia Lai:" and what stood below that
            group += 1
        if bullet and label and listed and not lines[n - 1].strip() and _of_another_place(shown, label):
            label = ""  # what stood below one place's heading is over where the next place is named
            group += 1
        nested = nested or (bullet and bool(label) and inner > led)
        if not bullet and (listed or not label or (n and not lines[n - 1].strip() and listed)):
            label = ""
            group += 1
        listed = listed or bullet
        found += _sentences(line, start, label, group)
    return found


def _of_another_place(item: str, label: str) -> bool:
    """Whether an item opens with a place ("Bình Định: …"), and the label above it names another."""
    opening, _ = head(item)
    places = {*province_names().values(), CENTRAL}
    return opening in places and opening not in label and any(p in label for p in places)


def _row(line: str, start: int, cells: list[tuple[int, int]], heads: list[str], label: str, group: int) -> Iterator[Part]:
    first = plain(MARKER.sub("", line[slice(*cells[0])])).strip() if cells else ""
    for k, (a, b) in enumerate(cells):
        column = heads[k] if k < len(heads) else ""
        shown = plain(MARKER.sub("", line[a:b])).strip()
        if _DASH.fullmatch(shown.lower()):
            yield Part(start + a, start + b, Form.BLANK, shown, (), "", group, True)
        elif k == 0 and not MARKER.search(line[a:b]):
            yield Part(start + a, start + b, Form.LEAD, shown, (), label, group, True)
        else:
            own = ", ".join(t for t in (label.rstrip(":"), column, first if k else "") if t)
            yield Part(start + a, start + b, Form.STATEMENT, shown, _chunks(line[a:b]), own, group, True)


def _cells(line: str) -> Iterator[tuple[int, int]]:
    cuts = [m.start() for m in _PIPE.finditer(line)]
    if not cuts:
        return
    bounds = [*cuts, len(line)] if line[cuts[-1] + 1 :].strip() else cuts
    yield from ((a + 1, b) for a, b in zip(bounds, bounds[1:], strict=False))


def _sentences(line: str, start: int, label: str, group: int) -> Iterator[Part]:
    body = without_line_mark(line)
    whole = plain(MARKER.sub("", line[body:])).strip()
    if not MARKER.search(line):
        rest = head(whole)[1]
        if fixed(whole) is not None or fixed(rest) is not None:
            yield Part(start, start + len(line), Form.FIXED, whole, (), label, group)
            return
    found: list[Part] = []
    for a, b in sentences(line[body:]):
        piece = line[body + a : body + b]
        text = plain(MARKER.sub(" ", piece)).strip()
        # The first span takes the bullet with it, so that a dropped item leaves none behind.
        at, end = (start if not found else start + body + a), start + body + b
        if not re.search(r"\w", text):
            continue
        if _OPENING.fullmatch(text):
            found.append(Part(at, end, Form.OPENING, text, (), label, group))
        elif not MARKER.search(piece) and fixed(text) is not None:
            found.append(Part(at, end, Form.FIXED, text, (), label, group))
        elif not MARKER.search(piece) and _CLOSING.search(text):
            found.append(Part(at, end, Form.CLOSING, text, (), label, group))
        elif not MARKER.search(piece) and text.endswith(":"):
            found.append(Part(at, end, Form.LEAD, text, (), label, group))
        else:
            found.append(Part(at, end, Form.STATEMENT, text, _chunks(piece), label, group))
    # A quotation of several sentences has its marker at the end; so has what closes with a comparison of what it cites.
    inherited: tuple[int, ...] = ()
    for i in range(len(found) - 1, -1, -1):
        part = found[i]
        if part.form in (Form.STATEMENT, Form.CLOSING) and not part.chunks and inherited:
            found[i] = replace(part, form=Form.STATEMENT, chunks=((part.text, inherited),))
        elif part.chunks:
            if inherited and len(part.chunks) > 1 and part.chunks[-1][0].startswith(":") and part.chunks[-1][1] == part.chunks[-2][1]:
                # "Sở Y tế [1]: một câu. Một câu nữa [2]": what the head introduces is cited at its end.
                part = found[i] = replace(part, chunks=(*part.chunks[:-1], (part.chunks[-1][0], inherited)))
            inherited = part.chunks[0][1]
    yield from found


def _chunks(piece: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The stretches of a sentence with the markers behind each; what follows the last marker goes with it."""
    chunks: list[tuple[str, tuple[int, ...]]] = []
    last = 0
    for found in _MARKERS.finditer(piece):
        text = plain(piece[last : found.start()]).strip()
        markers = tuple(dict.fromkeys(int(m) for m in MARKER.findall(found[0])))
        last = found.end()
        if not re.search(r"\w", text) and chunks:
            chunks[-1] = (chunks[-1][0], (*chunks[-1][1], *markers))
        else:
            chunks.append((text, markers))
    rest = plain(piece[last:]).strip()
    if chunks and re.search(r"\w", rest):
        chunks.append((rest, chunks[-1][1]))
    return tuple(chunks)


def compares(text: str) -> bool:
    """Whether `text` draws a comparison or a sum ("cao nhất", "chênh 600", "bằng nhau")."""
    return _CLOSING.search(text) is not None


def without_opening(text: str) -> str:
    """`text` without the "Có, " or "Chưa đúng: " it opens with."""
    found = _OPENING.match(text)
    return text[found.end() :] if found and found.end() < len(text) else text
