"""From a paragraph's runs, as a word processor or a browser holds them, to blocks: one for each line that is a line of its own."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from documents.cleaning import Block, starts_item
from documents.normalise import nfc

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED_FIGURE = re.compile(r"(\s*)[(\[]?(\d{1,3})[)\]]?(\s*)")
_NOTE = re.compile(r"[⁽(\[]?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})[⁾)\]]?\s*(?=[^\W\d]|[“\"(])")
_OLD_FONT = re.compile(r"(?:(vni)[- ]|\.vn[a-z])", re.IGNORECASE)
_UNICODE_VIETNAMESE = re.compile("[\u1ea0-\u1ef9\u0103\u0111\u01a1\u01b0]")
_SYMBOLS = dict(zip(b"\x2d\xb7\xa7\xfc\xfe\xa8\x6f\xb3\xa3\xb1\xb0\xe0", "-••✓☑☐☐≥≤±°→", strict=True))
_SIGN = re.compile(r"[-–—+=:×÷%…✓☑☐./]{1,3}")
_TERMINAL = (".", ";", ":", "!", "?", "…")
_LONGEST_LINE = 60  # characters; a longer line before a soft break is running text that someone wrapped by hand


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look; a line break in `text` is a soft break."""

    text: str
    bold: bool = False
    raised: bool = False
    """Superscript."""
    font: str = ""


def one_line(text: str) -> str:
    """`text` normalised (NFC), every stretch of white space a single space, none at the ends."""
    return " ".join(nfc(text).split())


def superscript(number: int) -> str:
    """`number` in superscript figures, as references to footnotes are written in a document's text."""
    return str(number).translate(_SUPERSCRIPT)


def blocks_of(runs: Iterable[Run], *, label: str = "", marked: bool = False, in_cell: bool = False) -> list[Block]:
    """The blocks of one paragraph.

    Args:
        runs: the paragraph's visible runs, in order.
        label: its automatic number as printed, with the space that follows it.
        marked: whether its style sets it off; a line that is bold throughout is marked too.
        in_cell: whether it stands in a table, where a sign alone ("-", "=") says something.

    Returns:
        A block for each line; lines without a letter or figure (rules, the star of a letterhead) are left out. A line that opens
        with a superscript figure is a footnote (`note` is set).
    """
    lines = _lines(_with_raised_figures(in_unicode(runs)))
    kept: list[tuple[str, bool]] = []
    for line in lines:
        text = one_line("".join(r.text for r in line))
        if not has_word(text) and not (in_cell and _SIGN.fullmatch(text)):
            continue
        bold = all(r.bold for r in line if any(c.isalnum() for c in r.text))
        if kept and not _stands_alone(kept[-1][0], text):
            before, was_bold = kept.pop()
            kept.append((f"{before} {text}", was_bold and bold))
        else:
            kept.append((text, bold))
    if label.strip():
        first, bold = kept[0] if kept else ("", marked)
        kept[:1] = [(one_line(nfc(label) + first), bold)]
    return [_block(text, bold or marked) for text, bold in kept]


def has_word(text: str) -> bool:
    """Whether a text holds a letter or figure at all."""
    return any(c.isalnum() for c in text)


def in_order(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with footnotes last, each of both kinds in the order given."""
    given = list(blocks)
    return tuple([b for b in given if b.note is None] + [b for b in given if b.note is not None])


def note_block(number: int, blocks: Sequence[Block]) -> Block | None:
    """The footnote `number` whose text is `blocks`, or None where they hold no text."""
    text = " ".join(_without_mark(b) for b in blocks)
    return Block(f"{superscript(number)} {text}", note=number) if text.strip() else None


def _without_mark(block: Block) -> str:
    return _NOTE.sub("", block.text, count=1) if block.note is not None else block.text


def _block(text: str, marked: bool) -> Block:
    note = _NOTE.match(text)
    if note:
        return Block(f"{note[1]} {text[note.end() :]}", note=int(note[1].translate(_PLAIN)))
    return Block(text, marked)


def symbol(code: int) -> str:
    """What a character of Word's symbol fonts (Symbol, Wingdings) stands for, "" where it is only an ornament."""
    return _SYMBOLS.get(code & 0xFF, "")


def old_encoding(font: str) -> str | None:
    """The encoding from before Unicode that a font's name tells of (".VnTime": tcvn3, "VNI-Times": vni), or None."""
    found = _OLD_FONT.match(font)
    return None if found is None else "vni" if found[1] else "tcvn3"


def in_unicode(runs: Iterable[Run]) -> list[Run]:
    """The runs with text of the old Vietnamese fonts, in which "µ" looked like "à", written in Unicode."""
    mended: list[Run] = []
    for key, group in groupby(runs, key=lambda r: (old_encoding(r.font), r.font, r.bold, r.raised)):
        together = list(group)
        text = "".join(r.text for r in together)
        encoding: str | None = key[0]
        # ".VnTimeH" is the font of capitals: it shows small letters as large ones.
        capitals = encoding == "tcvn3" and key[1].endswith("H")
        if encoding is None or (text.isascii() and not capitals) or _UNICODE_VIETNAMESE.search(text):
            mended += together
            continue
        text = _decoded(text, encoding)
        mended.append(replace(together[0], text=text.upper() if capitals else text))
    return mended


def _decoded(text: str, encoding: str) -> str:
    import viparse

    # `fix` tidies white space, which here may part this run from the next.
    return re.sub(r"\S(?:[^\n]*\S)?", lambda m: str(viparse.fix(m[0], encoding=encoding)), text)


def _with_raised_figures(runs: Iterable[Run]) -> list[Run]:
    """The runs with superscript figures written as such: "số" + raised "12" -> "số¹²". Other raised text stays plain."""
    written: list[Run] = []
    for raised, group in groupby(runs, key=lambda r: r.raised):
        together = list(group)
        # Word splits "12" over two runs when one of its figures was typed later.
        figure = _RAISED_FIGURE.fullmatch("".join(r.text for r in together)) if raised else None
        if figure:
            written.append(replace(together[0], text=figure[1] + figure[2].translate(_SUPERSCRIPT) + figure[3]))
        else:
            written += together
    return written


def _lines(runs: Iterable[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        if "\n" not in run.text:
            lines[-1].append(run)
            continue
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += [[replace(run, text=text)] for text in others]
    return lines


def _stands_alone(before: str, line: str) -> bool:
    """Whether a soft break between two lines parts them (a letterhead, a list) or only wraps a sentence."""
    if starts_item(line) or before.endswith(_TERMINAL):
        return True
    if line[0].islower() or before.endswith(","):
        return False
    return len(before) <= _LONGEST_LINE
