"""From a file's characters to clean blocks of text: marks of converters out, footnotes apart, broken paragraphs joined.

What is removed carries no words (Markdown marks, bookmark marks, spaces); words are never changed. A footnote that a
page break dropped into the middle of a sentence is moved to the end of the text, and its reference stays in the
running text as printed, as a superscript figure.
"""

import re
from dataclasses import dataclass

from documents.normalise import nfc

_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]\s*")
_SUP = re.compile(r"<sup>\s*\(?(\d{1,3})\)?\s*</sup>")
_TAG = re.compile(r"</?(?:sup|sub|b|i|u|em|strong|br|p|div|span)\b[^>]*>", re.IGNORECASE)
_HEADING_MARKS = re.compile(r"^\s{0,3}(#{1,6})\s+")
_EMPHASIS = re.compile(r"(\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NOTE_START = re.compile(r"^[⁽(]?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})[⁾)]?\s+(?=\S)")
_RULE = re.compile(r"^\W*$")

BULLET = re.compile(r"^(?P<mark>[-+·•–—*])\s+(?=\S)")
ROMAN = re.compile(r"^(?P<mark>(?=[IVXL])(?:X{0,3})(?:IX|IV|V?I{0,3}|X|L))\s*[-–—.)]\s*(?=\S)")
DECIMAL = re.compile(r"^(?P<mark>\d{1,2}(?:\.\d{1,2}){0,4})(?P<stop>[.)]|(?=\s))\s*(?=[^\W\d])")
LETTER = re.compile(r"^(?P<mark>[a-zđ])\s*[).]\s*(?=[^\W\d])")
_TERMINAL = (".", ";", ":", "!", "?", "…", "./.")


@dataclass(frozen=True, slots=True)
class Block:
    """A line or paragraph of the clean text, or a row of a table. `marked` is how strongly the source set it off (bold, `#`)."""

    text: str
    """Without line breaks. A table row is its non-empty cells, joined by " | "."""
    marked: bool = False
    note: int | None = None
    """The number of the footnote this block holds, or None."""
    cells: tuple[tuple[int, int], ...] = ()
    """For a row of a table, the spans of its cells in `text`, one for each column; an empty cell is an empty span."""
    columns: tuple[str, ...] = ()
    """For a row of a table, the heads of its columns (as many as `cells`), or () where the table has none."""
    page: int | None = None


def starts_item(text: str) -> bool:
    """Whether a line opens a heading, a numbered paragraph or a list item."""
    return any(p.match(text) for p in (BULLET, ROMAN, DECIMAL, LETTER))


def clean(raw: str) -> list[Block]:
    """The blocks of `raw` in reading order, footnotes last."""
    lines = [_clean_line(line) for line in nfc(raw.replace("\r\n", "\n").replace("\r", "\n")).split("\n")]
    body: list[Block] = []
    notes: list[Block] = []
    for block in lines:
        if block is None:
            continue
        number = _note_number(block.text)
        if number is not None:
            notes.append(Block(block.text, note=number))
        elif body and _continues(body[-1].text, block.text):
            body[-1] = Block(body[-1].text + " " + block.text, body[-1].marked and block.marked)
        else:
            body.append(block)
    return body + notes


def _clean_line(line: str) -> Block | None:
    line = _BOOKMARK.sub("", line)
    hashed = _HEADING_MARKS.match(line)
    line = _HEADING_MARKS.sub("", line)
    line = _SUP.sub(lambda m: m[1].translate(_SUPERSCRIPT), line)
    line = _TAG.sub("", line)
    bare = line.strip()
    bold = bare.startswith(("**", "__")) and bare.rstrip(".;: ").endswith(("**", "__"))
    bullet = BULLET.match(bare)
    mark, rest = (bare[: bullet.end()], bare[bullet.end() :]) if bullet and not bold else ("", bare)
    text = re.sub(r" {2,}", " ", mark + _EMPHASIS.sub("", rest)).strip()
    if not text or (_RULE.match(text) and not re.search(r"\d", text)):
        return None
    return Block(text, bool(hashed) or bold)


def _note_number(text: str) -> int | None:
    found = _NOTE_START.match(text)
    return int(found[1].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))) if found else None


def _continues(before: str, line: str) -> bool:
    """Whether `line` is the rest of a paragraph that a page break cut: it goes on in lower case and opens nothing."""
    return line[0].islower() and not starts_item(line) and not before.endswith(_TERMINAL)
