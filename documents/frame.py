"""What frames a text: its letterhead and title, the recipients and the signature, the annexes and what a decision promulgates."""

import re
from collections.abc import Sequence

from documents.cleaning import Block
from documents.headings import (
    ANNEX,
    ARTICLE,
    BLANK,
    FORM,
    LONGEST_HEADING,
    PROMULGATED,
    RECIPIENTS,
    ROLE,
    SIGNATURE,
    STOPS,
    Head,
    in_capitals,
    is_row,
    number_of,
    titled,
    titular,
)
from documents.normalise import words

_ANNEX_HEAD = re.compile(
    r"^(?:(?P<annex>PHỤ LỤC|Phụ lục)(?:\s+(?:SỐ\s+|số\s+)?(?:[IVXLC]+|\d{1,3}[A-Za-z]?|[A-ZĐ])(?!\w))?|"
    r"(?:MẪU|Mẫu|BIỂU MẪU|Biểu mẫu)\s+(?:SỐ\s+|số\s+)?\d{1,3}[\w/.-]*)(?!\w)(?P<stop>\s*[.:–—-])?\s*"
)
_ATTACHABLE = re.compile(
    r"^(?:KẾ HOẠCH|CHƯƠNG TRÌNH(?: HÀNH ĐỘNG)?|ĐỀ ÁN|QUY CHẾ|QUY ĐỊNH|QUY TRÌNH|ĐIỀU LỆ|NỘI QUY|DANH MỤC|CHIẾN LƯỢC|PHƯƠNG ÁN|LỘ TRÌNH|"
    r"HƯỚNG DẪN|BỘ TIÊU CHÍ|BỘ CHỈ SỐ)$"
)
"""What a decision may promulgate, as the first line of its title."""
PREAMBLE = re.compile(r"^(?:Căn cứ|Theo đề nghị|Xét\b|Thực hiện|Quốc hội ban hành|Sau khi)")


def find_attachments(blocks: Sequence[Block], heads: list[Head | None], quoted: Sequence[bool]) -> None:
    """Mark in `heads` the titles of annexes and forms, and of what a decision promulgates, with the lines that belong to them."""
    end = 0  # of the last title
    for i, block in enumerate(blocks):
        text = block.text
        if i < end or is_row(block) or block.note is not None or quoted[i]:
            continue
        if (found := _ANNEX_HEAD.match(text)) and _annex(block, found):
            heads[i] = _attached(blocks, i, ANNEX if found["annex"] else FORM, text[found.end() :])
        elif PROMULGATED.match(text):
            start = _title_start(blocks, i, end, heads)
            if start < i and any(h and h.rank not in (ANNEX, FORM) for h in heads[:start]):
                heads[start] = Head(ANNEX, " ".join(b.text for b in blocks[start:i]), i - start - 1)
        elif _ATTACHABLE.match(text) and any(heads[:i]) and _ended(blocks, i) and titular(blocks[min(i + 1, len(blocks) - 1)]):
            heads[i] = _attached(blocks, i, ANNEX, "")
        if head := heads[i]:
            end = i + 1 + head.lines


def _annex(block: Block, found: re.Match[str]) -> bool:
    rest = block.text[found.end() :]
    if not rest or in_capitals(rest) or block.marked:
        return len(words(rest)) <= 2 * LONGEST_HEADING
    return bool(found["stop"]) and len(words(rest)) <= LONGEST_HEADING and not rest.endswith(STOPS)


def _attached(blocks: Sequence[Block], i: int, rank: int, rest: str) -> Head:
    promulgated = next((j for j in range(i + 1, min(i + 8, len(blocks))) if PROMULGATED.match(blocks[j].text)), None)
    if promulgated is not None and all(titular(b) and len(words(b.text)) <= 2 * LONGEST_HEADING for b in blocks[i + 1 : promulgated]):
        return Head(rank, " ".join(b.text for b in blocks[i:promulgated]), promulgated - i - 1)
    return titled(blocks, i, rank, rest)


def _title_start(blocks: Sequence[Block], i: int, end: int, heads: Sequence[Head | None]) -> int:
    """Where the title above "(Ban hành kèm theo …)" begins: at "Quy chế" alone on its line, or with the lines in capitals or bold."""
    for j in range(i - 1, max(end, i - 5) - 1, -1):
        if heads[j] or not titular(blocks[j]) or blocks[j].text.endswith(STOPS) or ROLE.match(blocks[j].text):
            break
        if _ATTACHABLE.match(blocks[j].text.upper()):
            return j
    start = i
    while start > max(end, i - 8) and _title_above(blocks[start - 1]) and not heads[start - 1]:
        start -= 1
    return start


def _title_above(block: Block) -> bool:
    text = block.text
    if not titular(block) or text.endswith(STOPS) or ROLE.match(text) or _ANNEX_HEAD.match(text):
        return False
    name = 1 < len(words(text)) < 6 and all(w[0].isupper() and w[1:].islower() for w in text.split() if w)
    return in_capitals(text) or (block.marked and not name)


def _ended(blocks: Sequence[Block], i: int) -> bool:
    """Whether what stands before a line is the end of a document: "./.", recipients or a signature within a page."""
    above = [b.text for b in blocks[max(0, i - 40) : i]]
    return any(t.endswith("./.") or RECIPIENTS.match(t) or SIGNATURE.match(t) for t in above)


def kinds_of(blocks: Sequence[Block], heads: Sequence[Head | None], titles: set[int], contents: set[int]) -> list[str]:
    """For each block head (it belongs to a heading) | body | front | tail | note. `titles`: the further lines of headings;
    `contents`: the entries of a table of contents."""
    data = _data_rows(blocks)
    body = _body_start(blocks, heads, contents, data)
    kinds: list[str] = []
    tail = False
    over = False  # whether "./." was said: what follows in capitals is the signature
    for i, block in enumerate(blocks):
        head = heads[i]
        if block.note is not None:
            kinds.append("note")
            continue
        if tail and (data[i] or (head and _begins_anew(block, head))):
            tail = False
        elif i >= body and not tail and not head:
            tail = i not in titles and _signs(blocks, i, heads, over and not data[i])
        tail = tail or ((bool(RECIPIENTS.match(block.text)) or _of_recipients(block)) and not head)
        if (head and not tail) or (i in titles and kinds[-1] == "head"):
            kinds.append("head")
        elif tail:
            kinds.append("tail")
        else:
            promulgated = PROMULGATED.match(block.text) and kinds and kinds[-1] == "head"
            kinds.append("front" if i < body or promulgated else "body")
        over = not tail and (block.text.rstrip().endswith("./.") or (over and not block.text.rstrip().endswith(STOPS)))
    return kinds


def _body_start(blocks: Sequence[Block], heads: Sequence[Head | None], contents: set[int], data: Sequence[bool]) -> int:
    """The first heading, numbered paragraph or table; where there is none, the first paragraph that is no preamble."""
    plain = (i for i, b in enumerate(blocks) if b.note is None and i not in contents and not BLANK.search(b.text))
    starts = (i for i in plain if heads[i] or data[i] or number_of(blocks[i].text))
    prose = (
        i for i, b in enumerate(blocks) if len(words(b.text)) >= 20 and not PREAMBLE.match(b.text) and b.text.endswith((".", ":", ";"))
    )
    return next(starts, next(prose, len(blocks)))


def _data_rows(blocks: Sequence[Block]) -> list[bool]:
    """Which blocks are rows of a table that shows something, not of one that only places letterhead or signature."""
    data = [not _of_recipients(b) and (bool(b.columns) or len(b.cells) > 3 or sum(x < y for x, y in b.cells) > 2) for b in blocks]
    for i in range(len(blocks) - 1, 0, -1):  # a group's title above the rows it names
        data[i - 1] = data[i - 1] or (data[i] and is_row(blocks[i - 1]) and len(blocks[i - 1].cells) == len(blocks[i].cells))
    for i in range(1, len(blocks)):
        data[i] = data[i] or (
            not _of_recipients(blocks[i]) and data[i - 1] and is_row(blocks[i]) and len(blocks[i - 1].cells) == len(blocks[i].cells) > 2
        )
    return data


def _of_recipients(block: Block) -> bool:
    """Whether it is a row of the table that only places recipients and signature side by side."""
    return any(RECIPIENTS.match(head) for head in block.columns)


def _begins_anew(block: Block, head: Head) -> bool:
    first_part = head.rank == 0 and block.text[:1] == "I" and block.text[1:2] not in ("I", "V", "X")
    return head.rank <= ARTICLE or first_part


def _signs(blocks: Sequence[Block], i: int, heads: Sequence[Head | None], over: bool) -> bool:
    text = blocks[i].text
    short = len(words(text)) <= 15 and not blocks[i].columns
    if RECIPIENTS.match(text) or (short and SIGNATURE.match(text)):
        return True
    if over and short and in_capitals(text):
        return True
    # A role alone ("CHỦ TỊCH QUỐC HỘI") signs where no section comes before the end or the next annex.
    near = next((h for h in heads[i + 1 : i + 8] if h), None)
    return short and bool(ROLE.match(text)) and (near is None or near.rank in (ANNEX, FORM))
