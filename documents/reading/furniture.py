"""What stands on pages without belonging to the text: running heads, page numbers, the stamps of electronic signatures."""

import re
from collections import defaultdict
from collections.abc import Sequence

from documents.normalise import fold
from documents.reading.page import Box, Page, Piece, around

_MARGIN = 0.14  # of the page's height, at the top and at the bottom
_ROWS = 2  # lines at either end of a page that are looked at
_NUMBER = re.compile(r"\W{0,3}(?:trang\s+)?(\d{1,4})(?:\s*/\s*\d{1,4})?\W{0,3}", re.IGNORECASE)
# The official gazette's, also where recognition took a letter for another.
_GAZETTE = re.compile(r"cong bao\s*[/|il1]?\s*s[o6]\W|^\W*\d{0,4}\s*cong bao\b.{0,60}ngay\b")
_IMPRINT = re.compile(r"^\W*van phong chinh phu xuat ban\W*$")  # on the last page of an issue: addresses and prices of the gazette
_IMPRINT_LINES = 30
_STAMP = re.compile(
    r"(?:nguoi ky|(?:duoc )?ky boi|ky so boi|digitally signed by|signature (?:not verified|valid)|thoi gian ky|ngay ky"
    r"|chu ky (?:so )?hop le|signed by|signing (?:date|time)|reason|location"
    r"|co quan|to chuc|don vi|email|e-mail|date|dn|cn)\s*(?:[:=]|$)|signature (?:not|valid)"
)
_SURE_STAMP = re.compile(r"nguoi ky\s*:|ky (?:so )?boi\s*:|signed by|signature (?:not verified|valid)|thoi gian ky\s*:|signing time")
_STEADY = 6.0  # points: a running head stands at the same height on each page
_NEAR = 30.0  # points between the lines of one stamp


def without_furniture(pages: Sequence[Page]) -> list[list[Piece]]:
    """The pieces of each page that belong to the text."""
    bodies = [_without_stamps(p.pieces) for p in pages]
    ends = [_ends(body, page) for body, page in zip(bodies, pages, strict=True)]
    shown: dict[tuple[bool, str], list[float]] = defaultdict(list)
    shifts: dict[int, set[int]] = defaultdict(set)
    for i, pieces in enumerate(ends):
        for piece, top in pieces:
            shown[top, _shape(piece.text)].append(piece.baseline)
            if number := _NUMBER.fullmatch(piece.text):
                shifts[int(number[1]) - i].add(i)
    kept: list[list[Piece]] = []
    for i, (body, pieces) in enumerate(zip(bodies, ends, strict=True)):
        if len(body) < _IMPRINT_LINES and any(_IMPRINT.search(fold(p.text)) for p in body):
            kept.append([])
            continue
        gone: list[Piece] = []
        for piece, top in pieces:
            shape = _shape(piece.text)
            alike = sum(abs(y - piece.baseline) < _STEADY for y in shown[top, shape])
            repeated = alike >= max(3, 0.2 * len(pages)) and len(re.findall(r"[a-z]", shape)) >= 4
            if repeated or _GAZETTE.search(fold(piece.text)):
                gone.append(piece)
        for piece, _ in pieces:
            number = _NUMBER.fullmatch(piece.text)
            if number and (
                len(shifts[int(number[1]) - i]) > 1
                or int(number[1]) == pages[i].number
                or any(abs(piece.box.middle - g.box.middle) < g.size for g in gone)
            ):
                gone.append(piece)
        kept.append([p for p in body if p not in gone])
    return kept


def _ends(body: Sequence[Piece], page: Page) -> list[tuple[Piece, bool]]:
    """The pieces of the first and the last lines that lie in the margins, with whether at the top."""
    found: list[tuple[Piece, bool]] = []
    for top in (True, False):
        ordered = sorted(body, key=lambda p: p.box.middle, reverse=not top)
        rows: list[float] = []
        for piece in ordered:
            y = piece.box.middle
            if not (y < _MARGIN * page.height if top else y > (1 - _MARGIN) * page.height):
                break
            if not rows or abs(y - rows[-1]) > 0.6 * max(piece.size, 4.0):
                if len(rows) == _ROWS:
                    break
                rows.append(y)
            found.append((piece, top))
    return found


def _shape(text: str) -> str:
    return re.sub(r"[\d\W_]+", " ", fold(text)).strip()


def _without_stamps(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without the lines that a program for electronic signatures put on the page."""
    lines = [p for p in pieces if _STAMP.match(fold(p.text))]
    groups: list[list[Piece]] = []
    for line in sorted(lines, key=lambda p: p.box.top):
        group = next((g for g in groups if _beside(g[-1].box, line.box)), None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    gone: list[Piece] = []
    for group in groups:
        if len(group) < 2 or not any(_SURE_STAMP.search(fold(p.text)) for p in group):
            continue
        box = around([p.box for p in group])
        # A line of the stamp that was too long goes on in the next.
        gone += [p for p in pieces if box.left - 2 <= p.box.left <= box.right and box.top - 2 <= p.box.middle <= box.bottom + 2]
    return [p for p in pieces if p not in gone]


def _beside(a: Box, b: Box) -> bool:
    return b.top - a.bottom <= _NEAR and a.left - 60 <= b.left <= a.right
