"""The text layer of a PDF page, through PDFium: pieces of lines with their boxes, and the rules that tables are drawn with.

Why PDFium reads the letters and pypdf does not: in the two files of the Công báo among the official files that were tried (51 pages,
20,603 words), 1,792 of pypdf 7.1's words are no Vietnamese syllable, and 184 of PDFium's ("b", "QH", "km"): pypdf takes the kerning
inside "bi ển" for a space. On the two files that Word wrote both give the same words. `documents.reading.pdf` says what pypdf is for.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from documents.normalise import fold
from documents.reading.page import MOTTO, Box, Page, Piece, around
from documents.reading.runs import Run, in_unicode, old_encoding, one_line, superscript
from documents.reading.text import is_syllable

MOST_CHARS = 100_000
"""Characters of a page that are read; a page holds some 3,000."""
MOST_OBJECTS = 20_000
"""Drawn objects of a page that are looked at for rules."""
_WIDE = 2.2  # sizes of a letter; a wider gap parts two pieces
_THIN = 3.0  # points; what is drawn thicker is no rule
_SHORT_RULE = 8.0
_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # how PDFium hands out a hyphen at the end of a line
_BOLD = 600  # weight
_SAMPLE = 200  # letters


@dataclass(frozen=True, slots=True)
class _Font:
    name: str
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class _Letter:
    char: str
    left: float
    top: float
    right: float
    bottom: float
    x: float
    baseline: float
    font: _Font
    spaced: bool
    """Whether a space stands before it."""


def read_page(page: Any, number: int) -> Page:
    """What the text layer of a pypdfium2 page holds; `pieces` is empty where it has none."""
    angle = _angle(page)
    turned = _Turn(page, angle)
    rules = _rules(page, turned)
    upright = [r for r in rules if r.height > r.width]
    runs = [column for line in _runs(list(_letters(page, turned)), upright) for column in _columns(line)]
    pieces = [p for run in runs if (p := _piece(run))]
    return Page(number, turned.width, turned.height, merged(pieces, upright), rules, (page.get_rotation() - angle) % 360)


def picture_share(page: Any) -> float:
    """The share of the page that its largest picture covers."""
    import pypdfium2.raw as raw

    turned = _Turn(page, page.get_rotation())
    largest = 0.0
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = found.get_bounds()
        left, right = max(left, turned.x0), min(right, turned.x1)
        bottom, top = max(bottom, turned.y0), min(top, turned.y1)
        largest = max(largest, max(0.0, right - left) * max(0.0, top - bottom))
    return float(largest / max(1.0, turned.width * turned.height))


def _angle(page: Any) -> int:
    """By how many degrees the page has to be turned clockwise for most of its letters to stand upright: a multiple of 90."""
    import pypdfium2.raw as raw

    text = page.get_textpage()
    try:
        count = text.count_chars()
        seen = Counter(
            round(math.degrees(raw.FPDFText_GetCharAngle(text, i)) / 90) % 4 * 90
            for i in range(0, count, max(1, count // _SAMPLE))
            if not raw.FPDFText_IsGenerated(text, i)
        )
    finally:
        text.close()
    return seen.most_common(1)[0][0] if seen else int(page.get_rotation())


class _Turn:
    """From PDF coordinates (upwards, not turned) to those of the page turned clockwise."""

    def __init__(self, page: Any, degrees: int) -> None:
        self.x0, self.y0, self.x1, self.y1 = page.get_bbox()
        self._rotation = degrees
        wide, high = self.x1 - self.x0, self.y1 - self.y0
        self.width, self.height = (high, wide) if self._rotation in (90, 270) else (wide, high)

    def point(self, x: float, y: float) -> tuple[float, float]:
        match self._rotation:
            case 90:
                return y - self.y0, x - self.x0
            case 180:
                return self.x1 - x, y - self.y0
            case 270:
                return self.y1 - y, self.x1 - x
            case _:
                return x - self.x0, self.y1 - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (a, b), (c, d) = self.point(left, bottom), self.point(right, top)
        return Box(min(a, c), min(b, d), max(a, c), max(b, d))


def _letters(page: Any, turned: _Turn) -> Iterator[_Letter]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    try:
        fonts: dict[int, _Font] = {}
        box = raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        spaced = False
        for i in range(min(text.count_chars(), MOST_CHARS)):
            code = raw.FPDFText_GetUnicode(text, i)
            char = _HYPHENS.get(code) or chr(code)
            if char.isspace() or code == 0:
                spaced = True
                continue
            if not (raw.FPDFText_GetLooseCharBox(text, i, box) and raw.FPDFText_GetCharOrigin(text, i, x, y)):
                continue
            placed = turned.box(box.left, box.bottom, box.right, box.top)
            at, baseline = turned.point(x.value, y.value)
            drawn = raw.FPDFText_GetTextObject(text, i)
            key = ctypes.cast(drawn, ctypes.c_void_p).value or 0
            font = fonts.get(key)
            if font is None:
                font = fonts[key] = _font(text, i, placed.height)
            yield _Letter(char, placed.left, placed.top, placed.right, placed.bottom, at, baseline, font, spaced)
            spaced = False
    finally:
        text.close()


def _font(text: Any, i: int, height: float) -> _Font:
    import pypdfium2.raw as raw

    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    length = min(raw.FPDFText_GetFontInfo(text, i, buffer, 128, flags), 128)
    name = buffer.raw[: max(0, length - 1)].decode("utf-8", "replace")
    bold = raw.FPDFText_GetFontWeight(text, i) >= _BOLD or "bold" in name.lower()
    # The size in the file is before scaling; a letter's loose box is about 1.15 sizes high.
    return _Font(name.partition("+")[2] or name, height / 1.15, bold)


def _runs(letters: list[_Letter], upright: list[Box]) -> Iterator[list[_Letter]]:
    """Letters of one line without a wide gap or a rule between them, in the order of the file."""
    line: list[_Letter] = []
    for letter in letters:
        if line and not (_follows(line, letter) and not _parted(upright, line[-1].right, letter.left, letter.baseline)):
            yield line
            line = []
        line.append(letter)
    if line:
        yield line


def _columns(line: list[_Letter]) -> list[list[_Letter]]:
    """The letters before and from the motto of a letterhead, which may stand close to the name on its left."""
    for i in range(1, len(line)):
        apart = line[i].spaced and line[i].left - line[i - 1].right > 0.6 * line[i].font.size
        if apart and MOTTO.match(fold("".join((" " if x.spaced else "") + x.char for x in line[i : i + 60]).strip())):
            return [line[:i], line[i:]]
    return [line]


def _follows(line: list[_Letter], letter: _Letter) -> bool:
    last = line[-1]
    size = max(last.font.size, letter.font.size, 1.0)
    if abs(letter.baseline - last.baseline) > 0.2 * size and not _raised(last, letter):
        return False
    return -0.6 * size < letter.left - last.right < _WIDE * size


def _parted(upright: list[Box], left: float, right: float, baseline: float) -> bool:
    """Whether an upright rule stands between two letters."""
    return right - left > 1.0 and any(left - 1 <= r.left and r.right <= right + 1 and r.top < baseline - 1 < r.bottom for r in upright)


def _raised(a: _Letter, b: _Letter) -> bool:
    """Whether one of them is a raised figure beside the other."""
    small, large = sorted((a, b), key=lambda x: x.font.size)
    return small.char.isdigit() and small.font.size < 0.8 * large.font.size and 0 < large.baseline - small.baseline < 0.7 * large.font.size


def _piece(line: list[_Letter]) -> Piece | None:
    size = sorted(x.font.size for x in line)[len(line) // 2]
    usual = max(line, key=lambda x: (abs(x.font.size - size) < 0.1, x.left)).baseline
    runs = []
    for (font, high), group in groupby(line, key=lambda x: (x.font, x.char.isdigit() and usual - x.baseline > 0.15 * size)):
        letters = list(group)
        if high and font.size < 0.85 * max(x.font.size for x in line):
            figure = "".join(x.char for x in letters)
            text = (" " if letters[0].spaced else "") + (superscript(int(figure)) if figure.isascii() else figure)
        else:
            text = "".join((" " if x.spaced else "") + x.char for x in letters)
        runs.append(Run(text, font.bold, font=font.name))
    # A soft hyphen is the letter ư in the fonts of TCVN3; what is left of them parts words at the ends of lines.
    text = one_line(re.sub("\u00ad+$", "-", "".join(r.text for r in in_unicode(map(_with_soft_hyphens, runs)))))
    if not text:
        return None
    box = around([Box(x.left, x.top, x.right, x.bottom) for x in line])
    return Piece(text, box, usual, size, all(x.font.bold for x in line if x.char.isalnum()))


def _with_soft_hyphens(run: Run) -> Run:
    """The run with the letter ư of TCVN3's fonts, a soft hyphen, where PDFium made it a hyphen."""
    if old_encoding(run.font) != "tcvn3" or "-" not in run.text:
        return run

    def letter(found: re.Match[str]) -> str:
        word = found[0].replace("-", "\u00ad")
        [read] = in_unicode([Run(word, font=run.font)])
        return word if is_syllable(read.text) else found[0]

    return replace(run, text=re.sub(r"[^\W\d_]*-[^\W\d_]*", letter, run.text))


def merged(pieces: list[Piece], upright: list[Box]) -> list[Piece]:
    """The pieces with those put together that the file holds apart though they adjoin on one line, sorted by line and place."""
    ordered = sorted(pieces, key=lambda p: (round(p.baseline), p.box.left))
    rows: list[list[Piece]] = []
    for piece in ordered:
        row = next((r for r in rows[-3:] if abs(r[-1].baseline - piece.baseline) < 0.25 * max(1.0, min(r[-1].size, piece.size))), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    made: list[Piece] = []
    for row in rows:
        row.sort(key=lambda p: p.box.left)
        start = len(made)
        for piece in row:
            last = made[-1] if len(made) > start else None
            gap = piece.box.left - last.box.right if last else 0.0
            near = last is not None and -0.6 * piece.size < gap < _WIDE * max(last.size, piece.size)
            if last and near and not MOTTO.match(fold(piece.text)) and not _parted(upright, last.box.right, piece.box.left, piece.baseline):
                space = " " if gap > 0.1 * piece.size else ""
                made[-1] = replace(
                    last,
                    text=last.text + space + piece.text,
                    box=around([last.box, piece.box]),
                    bold=last.bold and piece.bold,
                    size=max(last.size, piece.size),
                )
            else:
                made.append(piece)
    return made


# Rules


def _rules(page: Any, turned: _Turn) -> list[Box]:
    import pypdfium2.raw as raw

    found: list[Box] = []
    for n, drawn in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if n >= MOST_OBJECTS:
            break
        box = turned.box(*drawn.get_bounds())
        if min(box.width, box.height) <= _THIN:
            found.append(box)
        elif raw.FPDFPath_CountSegments(drawn) <= 200:
            found += _edges(drawn, box, turned)
    return [b for b in found if max(b.width, b.height) >= _SHORT_RULE and b.left < turned.width and b.right > 0]


def _edges(drawn: Any, box: Box, turned: _Turn) -> list[Box]:
    """The straight edges of a drawn shape that are stroked."""
    import pypdfium2.raw as raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn, fill, stroke) or not stroke.value:
        return []
    matrix = drawn.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    edges: list[Box] = []
    first: tuple[float, float] | None = None
    for i in range(raw.FPDFPath_CountSegments(drawn)):
        segment = raw.FPDFPath_GetPathSegment(drawn, i)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = turned.point(*matrix.on_point(x.value, y.value))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO and points:
            edges.append(_edge(points[-1], point))
        if raw.FPDFPathSegment_GetClose(segment) and first:
            edges.append(_edge(point, first))
        points.append(point)
    return [e for e in edges if min(e.width, e.height) <= _THIN]


def _edge(a: tuple[float, float], b: tuple[float, float]) -> Box:
    return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
