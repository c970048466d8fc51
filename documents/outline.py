"""The outline of a document, by a stack of headings: a new heading closes those of equal or deeper rank.

Ranks from the top: annexes and what a decision promulgates, parts, chapters, articles (Phần, Chương, Mục, Điều), roman parts (I-, II.),
numbered sections by their depth (1., 1.1., 2.2.1.), lettered sections (a), b)), bold lines, list items that introduce what follows
(run-ins such as "- Phát triển xã hội số:"), and, inside a table, the rows that name a group of rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.cleaning import BULLET, Block
from documents.frame import find_attachments, kinds_of
from documents.headings import (
    ANNEX,
    ARTICLE,
    BULLET_RANK,
    FORM,
    LETTER_RANK,
    LONGEST_HEADING,
    ROMAN_ABOVE_ARTICLES,
    RUN_IN,
    TABLE,
    Head,
    cell_rank,
    group_row,
    is_row,
    number_of,
    numbered_head,
    run_in,
    shortened,
)
from documents.normalise import fold, words

_CLOSING_FORMULA = re.compile(r"^(?:(?P<plan>Trên đây là)\b|(?:Luật|Bộ luật|Pháp lệnh|Nghị quyết) này (?:đã )?được .{3,120}thông qua\b)")
_PAGE_NUMBER = re.compile(r"[\s.…]+\d{1,3}$")
_ALIKE = 6  # titles are compared where their first letters are the same


@dataclass(frozen=True, slots=True)
class Line:
    """What a block is: a heading of some rank, an item, or a paragraph."""

    block: Block
    kind: str
    """body | front | tail | note, as of a passage."""
    heading_rank: int | None = None
    mark_end: int = 0
    """Where the text begins after a bullet; headings and numbered paragraphs keep their number."""
    head_end: int = 0
    """Where the heading ends in the block; the rest is text ("Điều 1." before a long sentence)."""
    label: str = ""
    """The heading's text as shown in a path: bullet taken off, lines of a title and cells of a row parted by a space, a long one cut."""
    title_lines: int = 0
    """How many of the blocks that follow belong to the heading."""
    of_title: bool = False
    """Whether the block belongs to the heading above."""
    says_more: bool = False
    """Whether the heading is a passage besides: it is a sentence, or its label does not hold all of it."""
    closes: int | None = None
    """For a list item, a numbered paragraph or a row, the rank from which on it closes headings."""


def classify(blocks: Sequence[Block]) -> list[Line]:
    """Tell headings from items and paragraphs, and title and signature from the text; entries of a table of contents are paragraphs."""
    quoted = _quoted(blocks)
    heads: list[Head | None] = [
        None if q or is_row(b) else numbered_head(blocks, i) for i, (b, q) in enumerate(zip(blocks, quoted, strict=True))
    ]
    contents = _drop_contents(heads)
    find_attachments(blocks, heads, quoted)
    titles = {j for i, h in enumerate(heads) if h for j in range(i + 1, i + 1 + h.lines)}
    for j in titles:
        heads[j] = None
    kinds = kinds_of(blocks, heads, titles, contents)
    _lift_romans(heads)
    for i, block in enumerate(blocks):
        if kinds[i] != "body":
            heads[i] = heads[i] if heads[i] and kinds[i] == "head" else None
        elif heads[i] is None and i not in titles and not quoted[i]:
            heads[i] = group_row(blocks, i) if is_row(block) else run_in(blocks, i, heads, kinds)
    closes = _closing(blocks, heads, kinds, quoted)
    return [_line(block, heads[i], kinds[i], i in titles and kinds[i] == "head", closes[i]) for i, block in enumerate(blocks)]


def _line(block: Block, head: Head | None, kind: str, of_title: bool, closes: int | None) -> Line:
    bullet = None if is_row(block) else BULLET.match(block.text)
    start = bullet.end() if bullet else 0
    kind = "body" if kind == "head" else kind
    if head is None:
        return Line(block, kind, mark_end=start, of_title=of_title, closes=closes)
    long = len(words(head.label)) > LONGEST_HEADING
    label = shortened(head.label) if long else head.label
    end = len(block.text) if head.end is None else head.end
    return Line(block, kind, head.rank, start, end, label, head.lines, False, head.says_more or long, closes)


def _lift_romans(heads: Sequence[Head | None]) -> None:
    """Put roman parts above the articles where, in a document or one that is attached to it, a roman part comes first."""
    romans: list[Head] = []
    articles = False
    for head in heads:
        if head is None:
            continue
        if head.rank in (ANNEX, FORM):
            romans, articles = [], False
        elif head.rank == ARTICLE:
            articles = True
            for roman in romans:
                roman.rank = ROMAN_ABOVE_ARTICLES
        elif head.rank == 0 and (romans or not articles):
            romans.append(head)
            head.rank = ROMAN_ABOVE_ARTICLES if articles else 0


def _drop_contents(heads: list[Head | None]) -> set[int]:
    """Unmark the entries of a table of contents: headings with nothing below them whose title comes again later."""
    places = [i for i, h in enumerate(heads) if h]
    labels = {i: h.label for i, h in enumerate(heads) if h}
    titles = {i: _squeezed(label) for i, label in labels.items()}
    alike: dict[str, list[int]] = {}
    for i, title in titles.items():
        alike.setdefault(title[:_ALIKE], []).append(i)
    dropped: set[int] = set()
    run: list[int] = []
    for k, i in enumerate(places):
        run.append(i)
        head = heads[i]
        if k + 1 < len(places) and head and places[k + 1] == i + 1 + head.lines:
            continue
        again = {
            j
            for j in run[:-1]
            if (h := heads[j]) and any(r > j and _same_title(h.label, titles[r]) for r in alike[titles[j][:_ALIKE]][-50:])
        }
        # One that comes again is "1. Mục đích" of another plan; a table of contents comes again as a whole.
        if len(again) > 2 and len(again) * 3 >= (len(run) - 1) * 2:
            dropped |= again
        run = []
    for i in dropped:
        heads[i] = None
    return dropped


def _same_title(entry: str, title: str) -> bool:
    squeezed = _squeezed(entry)
    return len(squeezed) >= _ALIKE and (title.startswith(squeezed) or _squeezed(_PAGE_NUMBER.sub("", entry)) == title)


def _squeezed(label: str) -> str:
    return fold(label).replace(" ", "")


def _quoted(blocks: Sequence[Block]) -> list[bool]:
    """Which blocks an amending law quotes: from “ after a lead that ends in ":" to the ” that matches it, over several blocks."""
    inside = [False] * len(blocks)
    i = 1
    while i < len(blocks):
        text = blocks[i].text
        if text[:1] in ("“", '"') and blocks[i - 1].text.rstrip().endswith(":"):
            end = _quote_end(blocks, i)
            if end is not None:
                inside[i : end + 1] = [True] * (end + 1 - i)
                i = end
        i += 1
    return inside


def _quote_end(blocks: Sequence[Block], i: int) -> int | None:
    depth, straight = 0, blocks[i].text[:1] == '"'
    first: int | None = None
    for j in range(i, min(i + 400, len(blocks))):
        text = blocks[j].text
        depth += text.count("“") - text.count("”")
        closing = bool(re.search(r"[”\"]\s*[.;,]*$", text)) and len(text) > 1
        if (straight and closing) or (not straight and depth <= 0):
            return j
        first = j if first is None and closing and j > i else first
    return first


def _closing(blocks: Sequence[Block], heads: Sequence[Head | None], kinds: Sequence[str], quoted: Sequence[bool]) -> list[int | None]:
    """For each block that is no heading, the rank from which on it closes headings.

    "- Phát triển kinh tế số: Kinh tế số chiếm …" is no part of the run-in "- Về … chính quyền số:" before it, and "2. …." none of
    the heading "1. … bao gồm:"; but "1. …." below "3. Giải pháp" begins a list of its own.
    """
    open_: list[tuple[int, int]] = []  # (rank, block)
    items: list[tuple[int, int, int, int]] = []  # numbered blocks: (rank, ordinal, how many headings hold it, the last of them)
    closes: list[int | None] = [None] * len(blocks)
    for i, (block, head) in enumerate(zip(blocks, heads, strict=True)):
        number = None if is_row(block) or quoted[i] else number_of(block.text)
        if head:
            while open_ and open_[-1][0] >= head.rank:
                open_.pop()
            if number:
                items.append((*number, len(open_), open_[-1][1] if open_ else -1))
            open_.append((head.rank, i))
            continue
        if kinds[i] in ("note", "tail"):
            open_ = [o for o in open_ if kinds[i] == "tail" and o[0] <= FORM]
        after_table = i > 0 and is_row(blocks[i - 1]) and (not is_row(block) or blocks[i - 1].columns != block.columns)
        rank = TABLE if after_table else None
        if kinds[i] != "body" or quoted[i]:
            pass
        elif is_row(block):
            own = cell_rank(block)
            rank = own if own and any(r == own for r, _ in open_) and not after_table else rank
        elif bullet := BULLET.match(block.text):
            rank = RUN_IN + BULLET_RANK.get(bullet["mark"], 0)
        elif number:
            depth = _place(number, open_, items)
            if depth < len(open_):
                rank = open_[depth][0]
            items.append((*number, depth, open_[depth - 1][1] if depth else -1))
        elif found := _CLOSING_FORMULA.match(block.text):
            rank = 1 if found["plan"] else FORM + 1
        closes[i] = rank
        while rank is not None and open_ and open_[-1][0] >= rank:
            open_.pop()
    return closes


def _place(number: tuple[int, int], open_: Sequence[tuple[int, int]], items: Sequence[tuple[int, int, int, int]]) -> int:
    """How many of the open headings hold a numbered paragraph: as many as hold the one it comes after."""
    rank, ordinal = number
    skip = 2 if rank == LETTER_RANK else 1  # "đ" and "f" are left out in some lists
    for other, before, depth, holder in reversed(items[-400:]):
        if other == rank and 0 < ordinal - before <= skip and depth <= len(open_) and (open_[depth - 1][1] if depth else -1) == holder:
            return depth
    return len(open_)
