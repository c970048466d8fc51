"""One heading at a time: what makes a line of an official text a heading, and of which rank.

Ranks from the top: annexes and what a decision promulgates, parts, chapters, articles (Phần, Chương, Mục, Điều), roman parts (I-, II.),
numbered sections by their depth (1., 1.1., 2.2.1.), lettered sections (a), b)), bold lines, list items that introduce what follows
(run-ins such as "- Phát triển xã hội số:"), and, inside a table, the rows that name a group of rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.cleaning import BULLET, DECIMAL, LETTER, ROMAN, Block, starts_item
from documents.normalise import UPPER, words

LONGEST_HEADING = 45  # words; a longer numbered block is a paragraph
LONGEST_RUN_IN = 25
_APART = 40  # blocks, which two headings that are numbered one after the other may stand apart
ANNEX, FORM = -100, -95  # the ranks; a form ("Mẫu số 01") may stand in an annex
_LEVELS = {"phần": -50, "chương": -40, "mục": -30, "tiểu mục": -25}
ARTICLE = -20
ROMAN_ABOVE_ARTICLES = -35  # where the parts I., II. hold the articles, not the other way round
_CAPITAL, _ONE_BRACKET, LETTER_RANK, _BRACKETS, _BOLD = -5, 45, 50, 55, 90
RUN_IN = 100  # the rank of "-" run-ins
BULLET_RANK = {"-": 0, "–": 0, "—": 0, "·": 0, "•": 0, "+": 1, "*": 1}
TABLE = 190  # what stands below a table ends its groups
# Groups of rows without a number are above the numbered ones where the table begins with one, else below them.
_GROUP_FIRST, _GROUP_CAPITAL, _GROUP_ROMAN, _GROUP_NUMBER, _GROUP_LETTER, _GROUP_LAST = 195, 200, 210, 220, 240, 260
STOPS = (".", ";", ",", "…", "?", "!")

_PART = re.compile(
    r"^(?P<word>PHẦN|Phần|CHƯƠNG|Chương|TIỂU MỤC|Tiểu mục|MỤC|Mục)\s+"
    r"(?:(?:thứ|THỨ)\s+\w+|[IVXLC]+|\d{1,3}|[A-ZĐ])(?![\w/])\s*(?P<stop>[.:–—-]?)\s*"
)
_ARTICLE_HEAD = re.compile(r"^(?:ĐIỀU|Điều)\s+(?P<mark>\d{1,3}[a-zđ]?)(?P<stop>\s*[.:]|\s+[-–]|(?!\w))\s*")
_BRACKETED = re.compile(r"^\((?P<mark>\d{1,2})\)\s+(?=\S)")
_DASHED = re.compile(rf"^(?P<mark>\d{{1,2}})\s?[-–]\s?(?=[{UPPER}])")
_CAPITAL_LETTER = re.compile(rf"^(?P<mark>[A-HĐ])\s*[.)–-]\s*(?=[{UPPER}])")
_CELL_NUMBER = re.compile(r"^\(?(?:(?P<roman>[IVX]+)|(?P<capital>[A-HĐ])|(?P<number>\d{1,3}(?:\.\d{1,3})*)|(?P<letter>[a-zđ]))[.)]?$")
_LETTERS = "abcdđefghijklmnopqrstuvwxyz"
BLANK = re.compile(r"\.{4,}|…{2,}|_{4,}")
"""What a form leaves to be filled in, or the leaders of a table of contents."""
_LETTERHEAD = re.compile(
    r"^(?:CỘNG H[OÒÀA]+ XÃ HỘI|CHỦ NGHĨA VIỆT NAM|ĐẢNG CỘNG SẢN VIỆT NAM|Độc lập\b|Số\s*:|Luật số|"
    r"TÊN (?:TỔ CHỨC|CƠ QUAN|ĐƠN VỊ|DOANH NGHIỆP)|[\W_]*$|.{2,40},\s*ngày\b.{1,8}\btháng\b)"
)
ROLE = re.compile(
    r"^(?:QUYỀN |Q\. ?)?(?:PHÓ )?(?:CHỦ TỊCH|CHỦ NHIỆM|BÍ THƯ|TỔNG BÍ THƯ|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|TRƯỞNG BAN|"
    r"CHÁNH VĂN PHÒNG|VIỆN TRƯỞNG|CHÁNH ÁN|TỔNG KIỂM TOÁN|THỐNG ĐỐC|CỤC TRƯỞNG|HIỆU TRƯỞNG)\b"
)
SIGNATURE = re.compile(rf"^(?:T/M|TM|KT|TL|TUQ|T/L|K/T)\b\.?\s*[{UPPER}]")
RECIPIENTS = re.compile(r"^nơi nhận\b", re.IGNORECASE)
PROMULGATED = re.compile(r"^\(\s*(?:được\s+)?(?:ban hành\s+)?(?:kèm(?: theo)?|đính kèm)\s|^ban hành kèm theo\s.*\bsố\b", re.IGNORECASE)


@dataclass(slots=True)
class Head:
    """A heading found at some block."""

    rank: int
    label: str
    """Its whole text, lines and cells parted by a space."""
    lines: int = 0
    """How many of the blocks that follow belong to it."""
    end: int | None = None
    """Where it ends in its block; None: with the block."""
    says_more: bool = False
    """Whether it should be a passage besides."""


def is_row(block: Block) -> bool:
    """Whether the block is a row of a table; a box with one cell is a paragraph."""
    return len(block.cells) > 1


def shortened(label: str) -> str:
    """The first words of a label that is too long for a path."""
    ends = [m.end() for m in re.finditer(r"\S+", label)]
    return label[: ends[LONGEST_RUN_IN - 1]].rstrip(" ,;:-–(") if len(ends) > LONGEST_RUN_IN else label


# Headings by their number


def numbered_head(blocks: Sequence[Block], i: int) -> Head | None:
    """The heading that begins at block `i`, told by its number alone."""
    block = blocks[i]
    if block.note is not None or BLANK.search(block.text):
        return None
    rank = _part_rank(block)
    if rank is not None:
        return titled(blocks, i, rank, _PART.sub("", block.text))
    if article := _ARTICLE_HEAD.match(block.text):
        return _article(blocks, i, article)
    rank = _numbered_rank(blocks, i)
    return None if rank is None else Head(rank, block.text)


def _part_rank(block: Block) -> int | None:
    found = _PART.match(block.text)
    if not found or len(words(block.text)) > LONGEST_HEADING:
        return None
    rest = block.text[found.end() :]
    if rest and not (in_capitals(rest) or block.marked) and (rest.endswith((*STOPS, ":")) or not (found["stop"] or len(words(rest)) <= 20)):
        return None
    return _LEVELS[found["word"].lower()]


def titled(blocks: Sequence[Block], i: int, rank: int, rest: str) -> Head:
    """A heading such as "Chương I" with the lines of its title below it."""
    lines = 0
    capitals = not rest or in_capitals(rest)
    for j in range(i + 1, min(i + 6, len(blocks))):
        text = blocks[j].text
        plain = j == i + 1 and not rest and len(words(text)) <= LONGEST_RUN_IN and not text.endswith((*STOPS, ":"))
        if not titular(blocks[j]) or not (plain or (not rest and j == i + 1 and blocks[j].marked) or (capitals and in_capitals(text))):
            break
        capitals = capitals and in_capitals(text)
        lines += 1
    return Head(rank, " ".join(b.text for b in blocks[i : i + 1 + lines]), lines)


def _article(blocks: Sequence[Block], i: int, found: re.Match[str]) -> Head | None:
    block, rest = blocks[i], blocks[i].text[found.end() :]
    if not rest:
        return titled(blocks, i, ARTICLE, "")
    if not found["stop"] and not (block.marked and rest[0].isupper()):
        return None  # "Điều 5 của Luật này …"
    if len(words(block.text)) > LONGEST_HEADING:
        head = block.text[: found.end()].rstrip()
        return Head(ARTICLE, head, end=len(head))
    return Head(ARTICLE, block.text, says_more=block.text.endswith((".", ";")))


def number_of(text: str) -> tuple[int, int] | None:
    """Rank and ordinal of the number that a paragraph begins with."""
    if found := DECIMAL.match(text):
        parts = found["mark"].split(".")
        if len(parts) > 1:
            return len(parts), int(parts[-1])
        return ((_ONE_BRACKET if found["stop"] == ")" else 1), int(parts[0])) if found["stop"] else None
    if found := LETTER.match(text):
        return LETTER_RANK, _LETTERS.index(found["mark"])
    if found := _BRACKETED.match(text):
        return _BRACKETS, int(found["mark"])
    if found := _DASHED.match(text):
        return 1, int(found["mark"])
    return None


def _numbered_rank(blocks: Sequence[Block], i: int) -> int | None:
    block, text = blocks[i], blocks[i].text
    long = len(words(text)) > LONGEST_HEADING
    for pattern, rank in ((ROMAN, 0), (_CAPITAL_LETTER, _CAPITAL)):
        if not long and (found := pattern.match(text)):
            rest = text[found.end() :]
            title = not text.endswith((*STOPS, ":")) and rest[0].isupper() and len(words(rest)) <= LONGEST_RUN_IN
            if block.marked or in_capitals(rest) or (title and rank == 0):
                return rank
            return None
    number = number_of(text)
    if number is None:
        return None
    rank = number[0]
    if long or rank == _BRACKETS:
        return rank if text.endswith(":") and _hangs(blocks, i, rank) else None
    # "2. Ban cán sự đảng … chỉ đạo …." is a numbered paragraph; "5.9. Chuyển đổi số trong …." with items below it is a heading.
    # "63 tỉnh đã tham gia" is neither: a number of one part needs its stop.
    if not text.endswith((".", ";", ",", "…")):
        return rank
    return rank if 1 < rank < _ONE_BRACKET and (_hangs(blocks, i, rank) or _follows_heading(blocks, i, number)) else None


def _follows_heading(blocks: Sequence[Block], i: int, number: tuple[int, int]) -> bool:
    """Whether the block numbered right before block `i`, one that has text below it, is a heading."""
    before = next((j for j in range(i - 1, max(-1, i - _APART), -1) if number_of(blocks[j].text) == (number[0], number[1] - 1)), None)
    return before is not None and _hangs(blocks, before, number[0])


def _hangs(blocks: Sequence[Block], i: int, rank: int) -> bool:
    """Whether the block after a numbered one can belong to it: it has no number, or a deeper one."""
    if i + 1 == len(blocks) or blocks[i + 1].note is not None:
        return False
    following = blocks[i + 1]
    number = number_of(following.text)
    above = any(p.match(following.text) for p in (_PART, _ARTICLE_HEAD, ROMAN, _CAPITAL_LETTER, SIGNATURE, RECIPIENTS))
    return is_row(following) or not (above or (number is not None and number[0] <= rank))


def in_capitals(text: str) -> bool:
    """Whether all letters are capitals, and there are some."""
    return text.upper() == text and text.lower() != text


def titular(block: Block) -> bool:
    """Whether a line can belong to a title."""
    text = block.text
    if is_row(block) or block.note is not None or BLANK.search(text):
        return False
    if _LETTERHEAD.match(text) or SIGNATURE.match(text) or RECIPIENTS.match(text):
        return False
    numbered = starts_item(text) or any(p.match(text) for p in (_PART, _ARTICLE_HEAD, _CAPITAL_LETTER, _DASHED))
    return not (numbered or PROMULGATED.match(text) or text[0] in "“\"'(")


# Headings without a number


def run_in(blocks: Sequence[Block], i: int, heads: Sequence[Head | None], kinds: Sequence[str]) -> Head | None:
    """A bold line or a list item that introduces: it ends in ":" (or in nothing at all) and something hangs on it."""
    text = blocks[i].text
    if i + 1 == len(blocks) or len(words(text)) > LONGEST_RUN_IN or text.endswith(STOPS) or kinds[i + 1] == "tail":
        return None
    bullet = BULLET.match(text)
    following = None if is_row(blocks[i + 1]) else BULLET.match(blocks[i + 1].text)
    nothing_below = heads[i + 1] is not None or (not following and bool(ROMAN.match(blocks[i + 1].text)))
    if not bullet:
        bold = blocks[i].marked and titular(blocks[i]) and not ROLE.match(text)
        return Head(_BOLD, text) if bold and not nothing_below and kinds[i + 1] == "body" else None
    rank = BULLET_RANK.get(bullet["mark"], 0)
    if BULLET_RANK.get(following["mark"], 0) <= rank if following else nothing_below:
        return None
    return Head(RUN_IN + rank, text[bullet.end() :].strip())


def cell_rank(block: Block) -> int | None:
    """Rank by the kind of number in the first cell of a row: A, I, 1, 1.1, a."""
    a, b = block.cells[0]
    found = _CELL_NUMBER.match(block.text[a:b])
    if not found:
        return None
    if found["number"]:
        return _GROUP_NUMBER + found["number"].count(".")
    return {"capital": _GROUP_CAPITAL, "roman": _GROUP_ROMAN}.get(found.lastgroup or "", _GROUP_LETTER)


def group_row(blocks: Sequence[Block], i: int) -> Head | None:
    """A row that names those below it: one cell, or a number and a title; the other columns are empty, or hold a sum."""
    block = blocks[i]
    if i + 1 == len(blocks) or not is_row(blocks[i + 1]) or blocks[i + 1].columns != block.columns:
        return None
    cells = [block.text[a:b] for a, b in block.cells]
    filled = [k for k, c in enumerate(cells) if c]
    number, below = cell_rank(block), cell_rank(blocks[i + 1])
    label = " ".join(c for c in cells if c)
    if not filled or len(words(label)) > LONGEST_HEADING:
        return None
    if len(filled) == 1 and filled[0] < 2 and not number and not label.endswith(".") and len(words(label)) <= LONGEST_RUN_IN:
        top = i
        while top and is_row(blocks[top - 1]) and blocks[top - 1].columns == block.columns:
            top -= 1
        alone = cell_rank(blocks[top]) is None and sum(a < b for a, b in blocks[top].cells) == 1
        return Head(_GROUP_FIRST if alone else _GROUP_LAST, label)
    if not number or len(cells) < 3 or len(filled) < 2 or filled[1] > 2 or (below and below <= number):
        return None
    rest = [cells[k] for k in filled[2:]]
    if not rest and (below or number <= _GROUP_ROMAN):
        return Head(number, label)
    # "I | NHÓM XÃ, PHƯỜNG | 115 |": the sum is worth finding too.
    sums = (below or number <= _GROUP_ROMAN) and all(re.fullmatch(r"[\d.,%\s]+", c) for c in rest)
    return Head(number, " ".join(cells[k] for k in filled[:2]), says_more=True) if sums else None
