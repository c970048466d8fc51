"""From a file's characters to clean blocks of text: marks of converters out, footnotes apart, broken paragraphs joined.

What is removed carries no words (Markdown marks, bookmark marks, tags, spaces); words are never changed. A footnote that a
page break dropped into the middle of a sentence is moved to the end of the text, and its reference stays in the
running text as printed, as a superscript figure.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from documents.normalise import nfc

_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]\s*")
_SUP = re.compile(r"<sup>\s*\(?(\d{1,3})\)?\s*</sup>")
_FOOTNOTE = re.compile(r"\[\^(\d{1,3})\](:?)\s?")
# Tags that part words on the page, and tags that don't.
_PARTING_TAG = re.compile(r"</?(?:br|p|div|li|ul|ol|h[1-6]|td|th|tr|table|tbody|thead|hr|center|blockquote|pre)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:sup|sub|b|i|u|s|em|strong|span|font|small|big|mark|del|ins|a|img|code)\b[^<>]*>|<!--.*?-->", re.IGNORECASE)
_HEADING_MARKS = re.compile(r"^\s{0,3}(#{1,6})\s+(?:(.*\S)\s+#+\s*$)?")
_QUOTE_MARKS = re.compile(r"^\s{0,3}(?:>\s?)+(?!\s*[\d=])")  # "> 50%" is a comparison
_FENCE = re.compile(r"^\s{0,3}(?:```+|~~~+)\s*[\w+-]*\s*$")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\((?:<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]+)>")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z]{2,12});")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+")
# An asterisk between two spaces, between figures, or alone in brackets is a sign of its own; any other is a mark of emphasis.
_EMPHASIS = re.compile(
    r"((?<!\S)\*(?=\s)(?<=\s\*)|(?<=\d)\*(?=\d)|(?<=\()\*{1,3}(?=\)))|\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+|~~(?=\S)|(?<=\S)~~"
)
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NOTE_START = re.compile(r"^[⁽(]?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})[⁾)]?\s+(?=\S)")
_RULE = re.compile(r"^\W*$")
_PROTECT = 0xF0000  # escaped characters wait in a private plane while marks are taken out

BULLET = re.compile(r"^(?P<mark>[-+·•–—*])\s+(?=\S)")
ROMAN = re.compile(r"^(?P<mark>(?=[IVXL])(?:X{0,3})(?:IX|IV|V?I{0,3}|X|L))\s*[-–—.)]\s*(?=\S)")
DECIMAL = re.compile(r"^(?P<mark>\d{1,2}(?:\.\d{1,2}){0,4})(?P<stop>[.)]|(?=\s))\s*(?:(?=[^\W\d])|(?<=[.)]\s)(?=[\d\"“]))")
LETTER = re.compile(r"^(?P<mark>[a-zđ])\s*[).]\s*(?:(?=[^\W\d])|(?<=[.)]\s)(?=[\d\"“]))")
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
    lines: tuple["PlacedLine", ...] = ()
    """Where its lines stand on their pages, in order; () where the file has no pages."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A stretch [start, end) of a text, and where it stands: its page, and its edges in points from the page's upper left corner."""

    start: int
    end: int
    page: int
    left: float
    top: float
    right: float
    bottom: float

    def moved(self, by: int) -> "PlacedLine":
        """The same place for a text before which `by` characters were put."""
        return replace(self, start=self.start + by, end=self.end + by)


def starts_item(text: str) -> bool:
    """Whether a line opens a heading, a numbered paragraph or a list item."""
    return any(p.match(text) for p in (BULLET, ROMAN, DECIMAL, LETTER))


def is_terminal(text: str) -> bool:
    """Whether `text` ends as a sentence, a clause or an introduction does."""
    return text.endswith(_TERMINAL)


def is_rule(text: str) -> bool:
    """Whether `text` holds neither a word nor a figure: "-------", "***", nothing."""
    return bool(_RULE.match(text)) and not re.search(r"\d", text)


def clean(raw: str) -> list[Block]:
    """The blocks of `raw`, one paragraph on each line, in reading order, footnotes last."""
    lines = (clean_line(line) for line in nfc(raw.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))
    return arrange([[b for b in lines if b is not None]])


def arrange(parts: Iterable[Sequence[Block]]) -> list[Block]:
    """Footnotes last, and paragraphs that a page break cut put together; nothing is joined across `parts`."""
    body: list[Block] = []
    notes: list[Block] = []
    for part in parts:
        first = len(body)
        for block in part:
            number = None if block.cells else _note_number(block.text)
            if number is not None:
                notes.append(replace(block, marked=False, note=number))
            elif len(body) > first and not block.cells and not body[-1].cells and _continues(body[-1].text, block.text):
                body[-1] = replace(body[-1], text=body[-1].text + " " + block.text, marked=body[-1].marked and block.marked)
            else:
                body.append(block)
    return body + notes


def row(cells: Sequence[str], columns: Sequence[str] = (), page: int | None = None) -> Block:
    """The block of a table row with the clean texts `cells`, one for each column."""
    text, spans = "", []
    for cell in cells:
        if cell and text:
            text += " | "
        spans.append((len(text), len(text) + len(cell)))
        text += cell
    return Block(text, cells=tuple(spans), columns=tuple(columns), page=page)


def clean_line(line: str, page: int | None = None) -> Block | None:
    """The block of one line of NFC text, or None where it holds no words: a rule, a fence, marks only."""
    if _FENCE.match(line):
        return None
    line = _QUOTE_MARKS.sub("", _BOOKMARK.sub("", line))
    hashed = _HEADING_MARKS.match(line)
    line = _HEADING_MARKS.sub(lambda m: m[2] or "", line)
    line = _plain(line)
    bare = line.strip()
    bold = bare.startswith(("**", "__")) and bare.rstrip(".;: ").endswith(("**", "__"))
    bullet = BULLET.match(bare)
    mark, rest = (bare[: bullet.end()], bare[bullet.end() :]) if bullet and not bold else ("", bare)
    text = _restore(re.sub(r" {2,}", " ", mark + _without_emphasis(rest))).strip()
    if not text or is_rule(text):
        return None
    return Block(text, bool(hashed) or bold, page=page)


def clean_inline(text: str) -> str:
    """One-line NFC text without marks, for the cell of a table; "" for a rule."""
    text = _restore(re.sub(r"\s+", " ", _without_emphasis(_plain(_BOOKMARK.sub("", text))))).strip()
    return "" if is_rule(text) and len(text) > 2 else text


def _plain(line: str) -> str:
    """`line` without tags, entities and links; escaped characters are put out of the way of `_EMPHASIS`."""
    line = _ESCAPE.sub(lambda m: chr(_PROTECT + ord(m[1])), line)
    line = _SUP.sub(lambda m: m[1].translate(_SUPERSCRIPT), line)
    line = _FOOTNOTE.sub(lambda m: m[1].translate(_SUPERSCRIPT) + (" " if m[2] else m[0][len(m[0].rstrip()) :]), line)
    line = _AUTOLINK.sub(r"\1", line)
    line = _TAG.sub("", _PARTING_TAG.sub(" ", line))
    line = _LINK.sub(r"\1", _IMAGE.sub(r"\1", line))
    # Composed anew: an entity may stand for a letter's mark or for a space.
    return nfc(_ENTITY.sub(lambda m: html.unescape(m[0]).replace("\n", " "), line)) if _ENTITY.search(line) else line


def _without_emphasis(text: str) -> str:
    pieces, end = [], 0
    for address in _ADDRESS.finditer(text):
        # An address keeps its underscores, but not the marks that close around it.
        stop = address.start() + len(address[0].rstrip("*_`~"))
        pieces += [_EMPHASIS.sub(r"\1", text[end : address.start()]), text[address.start() : stop]]
        end = stop
    return "".join(pieces) + _EMPHASIS.sub(r"\1", text[end:])


def _restore(text: str) -> str:
    return "".join(chr(ord(c) - _PROTECT) if _PROTECT < ord(c) < _PROTECT + 128 else c for c in text)


def _note_number(text: str) -> int | None:
    found = _NOTE_START.match(text)
    return int(found[1].translate(_FIGURES)) if found else None


def _continues(before: str, line: str) -> bool:
    """Whether `line` is the rest of a paragraph that a page break cut: it goes on in lower case and opens nothing."""
    return line[0].islower() and not starts_item(line) and not is_terminal(before)
