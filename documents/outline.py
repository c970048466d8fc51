"""The outline of a document, by a stack of headings: a new heading closes those of equal or deeper rank.

Ranks from the top: parts (I-, II.), numbered sections by their depth (1., 1.1., 2.2.1.), lettered sections (a), b)),
list items that introduce what follows (run-ins such as "- Phát triển xã hội số:").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.cleaning import BULLET, DECIMAL, LETTER, ROMAN, Block
from documents.normalise import fold, words

_LONGEST_HEADING = 45  # words; a longer numbered block is a paragraph
_LONGEST_RUN_IN = 25
_RUN_IN = 100  # the rank of "-" run-ins
_BULLET_RANK = {"-": 0, "–": 0, "—": 0, "·": 0, "•": 0, "+": 1, "*": 1}
_TAIL = re.compile(r"^nơi nhận\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """What a block is: a heading of some rank, an item, or a paragraph."""

    block: Block
    heading_rank: int | None
    mark_end: int
    """Where the text begins after a bullet; headings and numbered paragraphs keep their number."""
    label: str
    """The heading's text as shown in a path (bullet taken off)."""
    tail: bool = False
    item_rank: int | None = None
    """For a list item, the rank a run-in with its bullet would have: the item closes such run-ins."""


def classify(blocks: Sequence[Block]) -> list[Line]:
    """Tell headings from items and paragraphs; entries of a table of contents are paragraphs."""
    ranks = [_numbered_rank(b) for b in blocks]
    _drop_contents(blocks, ranks)
    lines = []
    tail = False
    for i, block in enumerate(blocks):
        tail = tail or bool(_TAIL.match(block.text))
        bullet = BULLET.match(block.text)
        end = bullet.end() if bullet else 0
        rank = None if tail else ranks[i]
        if not tail and rank is None and bullet and _introduces(blocks, i, bullet["mark"]):
            rank = _RUN_IN + _BULLET_RANK.get(bullet["mark"], 0)
        item = _RUN_IN + _BULLET_RANK.get(bullet["mark"], 0) if bullet else None
        lines.append(Line(block, rank, end, block.text[end:].strip(), tail, item))
    return lines


def _numbered_rank(block: Block) -> int | None:
    text = block.text
    if block.note is not None:
        return None
    if ROMAN.match(text) and len(words(text)) <= _LONGEST_HEADING:
        rest = ROMAN.sub("", text)
        return 0 if block.marked or rest.upper() == rest else None
    decimal = DECIMAL.match(text)
    if decimal:
        depth = decimal["mark"].count(".") + 1
        if len(words(text)) > _LONGEST_HEADING:
            return None
        # "2. Ban cán sự đảng … chỉ đạo …." is a numbered paragraph; "5.9. Chuyển đổi số trong …." is a heading.
        # "63 tỉnh đã tham gia" is neither: a number of one part needs its stop.
        if depth == 1 and (not decimal["stop"] or text.endswith((".", ";", ",", "./."))):
            return None
        return depth
    letter = LETTER.match(text)
    if letter and len(words(text)) <= _LONGEST_HEADING and not text.endswith((".", ";", ",")):
        return 50
    return None


def _introduces(blocks: Sequence[Block], i: int, mark: str) -> bool:
    """Whether the list item at `i` is a run-in: it ends in ":" (or in nothing at all) and something hangs on it."""
    text = blocks[i].text
    if i + 1 == len(blocks) or len(words(text)) > _LONGEST_RUN_IN or text.endswith((".", ";", ",", "…", "?", "!")):
        return False
    following = BULLET.match(blocks[i + 1].text)
    if following:
        return _BULLET_RANK.get(following["mark"], 0) > _BULLET_RANK.get(mark, 0)
    return _numbered_rank(blocks[i + 1]) is None and not ROMAN.match(blocks[i + 1].text)


def _drop_contents(blocks: Sequence[Block], ranks: list[int | None]) -> None:
    """Unmark the entries of a table of contents: headings with nothing below them whose title comes again later."""
    titles = [fold(b.text).replace(" ", "") if r is not None else "" for b, r in zip(blocks, ranks, strict=True)]
    for i, title in enumerate(titles[:-1]):
        if title and ranks[i + 1] is not None and any(t.startswith(title) for t in titles[i + 1 :]):
            ranks[i] = None
    # The last entry of the contents is followed by the first real heading, which it may not resemble: covered above,
    # since that heading is ranked too.
