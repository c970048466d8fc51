"""Cutting a document into passages, each with its heading path and exact span."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.cleaning import Block
from documents.frame import PREAMBLE
from documents.headings import ANNEX, FORM, SIGNATURE, is_row, number_of
from documents.outline import Line, classify
from documents.resolution import Passage, Section
from documents.sentences import note_mark_spans, sentence_spans

LONGEST_PASSAGE = 700  # characters; a longer paragraph is cut at sentence ends into even pieces
_ALL = -1000  # a rank above all headings
LONGEST_ROW = 1500  # characters; a longer row of a table is cut like a paragraph, and its cells are given up

_LABELLED = re.compile(
    r"(?i)(?:[a-zđ][.)]\s*)?(?P<label>"
    r"(?:(?:các |những )?(?:cơ quan|đơn vị|sở|ngành|bộ phận|cấp|tổ chức|người)(?:,? (?:sở|ngành|đơn vị))? )?"
    r"(?:chủ trì|đầu mối|phối hợp|thực hiện|tham mưu|chịu trách nhiệm|phụ trách|trình)"
    r"(?:,? (?:chính|và|chủ trì|phối hợp|thực hiện|trình)){0,3}"
    r"|(?:thời (?:gian|hạn|điểm)|tiến độ|lộ trình|hạn|hoàn thành|(?:dự kiến )?kinh phí|nguồn (?:lực|vốn|kinh phí)|sản phẩm|kết quả"
    r"|đầu ra|địa điểm|địa bàn)(?: (?:thực hiện|triển khai|hoàn thành|trình|ban hành|đầu ra|dự kiến|cần đạt|chính)){0,2}"
    r")\s*:\s*(?=\S)"
)
"""What a task's line below it tells of it: who, when, with what."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage before it has its number."""

    start: int
    end: int
    path: tuple[str, ...]
    kind: str
    block: Block
    """The first block it is made of."""
    last: int
    """The number of the last one."""
    labelled: tuple[tuple[str, int, int], ...] = ()
    """Of the labelled lines below the item: the label, and where what it says begins and ends."""
    item: int = 0
    """Where the item ends, if there are such lines."""


def assemble(blocks: Sequence[Block]) -> tuple[str, list[tuple[int, int]]]:
    """The document's text, and the span of each block in it."""
    spans: list[tuple[int, int]] = []
    position = 0
    for block in blocks:
        spans.append((position, position + len(block.text)))
        position += len(block.text) + 1
    return "\n".join(b.text for b in blocks), spans


def cut(document_id: str, blocks: Sequence[Block]) -> tuple[str, tuple[Section, ...], tuple[Passage, ...]]:
    """Text, sections and passages of a document. Every character of a non-heading block is in exactly one passage,
    bullets and the spaces between pieces excepted; a heading with nothing below it is a passage too, and so is one that
    is a sentence or whose label is cut. A section's label is its heading as printed, a space for each line break and
    each " | " between the cells of a row."""
    text, spans = assemble(blocks)
    lines = classify(blocks)
    sections: list[Section] = []
    open_: list[tuple[int, int]] = []  # (rank, index into sections)
    drafts: list[_Draft] = []

    def close(rank: int, at: int) -> None:
        while open_ and open_[-1][0] >= rank:
            _, k = open_.pop()
            s = sections[k]
            sections[k] = Section(s.path, s.start, at, s.heading_end)
            if not drafts or drafts[-1].start < s.start:
                drafts.append(whole_headings[k])  # below the heading there is nothing else to cite

    whole_headings: list[_Draft] = []
    for i, (line, (start, end)) in enumerate(zip(lines, spans, strict=True)):
        block = line.block
        if line.of_title or not block.text.strip():
            continue
        if line.closes is not None:
            close(line.closes, start)
        if line.heading_rank is not None:
            close(line.heading_rank, start)
            path = (sections[open_[-1][1]].path if open_ else ()) + (line.label,)
            heading_end = spans[i + line.title_lines][1] if line.title_lines else start + line.head_end
            sections.append(Section(path, start + line.mark_end, len(text), heading_end))
            open_.append((line.heading_rank, len(sections) - 1))
            kind = "front" if line.heading_rank in (ANNEX, FORM) else "body"
            whole = _Draft(start + line.mark_end, heading_end, path, kind, block, i)
            whole_headings.append(whole)
            if line.says_more:
                drafts.append(whole)
            start = heading_end
            if heading_end >= end:
                continue
        elif line.kind == "note":
            close(_ALL, start)
        elif line.kind == "tail":
            close(FORM + 1, start)  # the signature of an annex belongs to the annex
        path = sections[open_[-1][1]].path if open_ else ()
        # The lines of a title, a list of recipients or a signature are one passage.
        last = drafts[-1] if drafts else None
        if line.kind in ("front", "tail") and last and last.last == i - 1 and last.path == path and _same_block(text, last, line):
            drafts[-1] = _Draft(last.start, end, path, last.kind, last.block, i)
            continue
        if line.kind == "body" and line.heading_rank is None and (label := _LABELLED.match(text, start + line.mark_end, end)):
            above = whole_headings[-1] if whole_headings and whole_headings[-1].path == path and not is_row(block) else None
            home = _item_above(drafts, above, path, i, start)
            if home and (mark := number_of(block.text)) and (other := number_of(home.block.text)) and mark[0] == other[0]:
                home = None  # "b) Kinh phí: …" comes after "a) …", not below it
            told = (" ".join(label["label"].split()), label.end(), end)
            if home and end - home.start <= LONGEST_ROW:
                if drafts and home is drafts[-1]:
                    drafts.pop()
                drafts.append(replace(home, end=end, last=i, labelled=(*home.labelled, told), item=home.item or home.end))
                continue
        for piece_start, piece_end in _pieces(text, start + (line.mark_end if line.heading_rank is None else 0), end, is_row(block)):
            drafts.append(_Draft(piece_start, piece_end, path, line.kind, block, i))
    close(_ALL, len(text))
    passages = [_passage(document_id, n, text, spans, d) for n, d in enumerate(drafts)]
    return text, tuple(sections), tuple(_tie_notes(passages))


def _item_above(drafts: Sequence[_Draft], heading: _Draft | None, path: tuple[str, ...], i: int, start: int) -> _Draft | None:
    """The item or the heading right above block `i`, which begins at `start`; None where something else stands there."""
    last = drafts[-1] if drafts else None
    if last and last.last == i - 1 and last.path == path and last.kind == "body" and not is_row(last.block) and last.end < start:
        return last
    # A heading that nothing else stands below yet.
    return heading if heading and (last is None or last.start < heading.start) and start - heading.end <= 1 else None


def _passage(document_id: str, n: int, text: str, spans: Sequence[tuple[int, int]], d: _Draft) -> Passage:
    start, end = spans[d.last]
    row = is_row(d.block) and d.kind == "body" and (d.start, d.end) == (start, end)
    cells = tuple((start + a, start + b) for a, b in d.block.cells) if row else ()
    columns = d.block.columns if row else ()
    if d.labelled:
        cells = ((d.start, d.item), *((a, b) for _, a, b in d.labelled))
        columns = ("", *(label for label, _, _ in d.labelled))
    return Passage(
        f"{document_id}#{n}", document_id, d.path, d.start, d.end, text[d.start : d.end], d.block.page, d.kind, cells=cells, columns=columns
    )


def _same_block(text: str, last: _Draft, line: Line) -> bool:
    above, below = text[last.start : last.end], line.block.text
    if last.kind != line.kind or SIGNATURE.match(below):
        return False
    if line.kind == "tail":
        return True
    if PREAMBLE.match(below):  # the grounds of a decision, one below the other
        return bool(PREAMBLE.match(above)) and len(above) + len(below) < LONGEST_ROW
    return not (above.endswith((".", ":", ";")) or below.endswith((".", ":", ";")))


def _pieces(text: str, start: int, end: int, row: bool) -> list[tuple[int, int]]:
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    if end - start <= (LONGEST_ROW if row else LONGEST_PASSAGE):
        return [(start, end)] if start < end else []
    sentences = [(start + a, start + b) for a, b in sentence_spans(text[start:end])]
    wanted = -(-(end - start) // LONGEST_PASSAGE)
    size = (end - start) / wanted
    pieces: list[tuple[int, int]] = []
    for a, b in sentences:
        # A sentence joins the open piece while that brings the piece nearer to the even size.
        if pieces and abs(b - pieces[-1][0] - size) <= abs(pieces[-1][1] - pieces[-1][0] - size):
            pieces[-1] = (pieces[-1][0], b)
        else:
            pieces.append((a, b))
    return pieces


def _tie_notes(passages: Sequence[Passage]) -> list[Passage]:
    """Give each footnote the heading path of the passage that refers to it."""
    marks = {p.id: {p.text[a:b].strip("⁽⁾()") for a, b in note_mark_spans(p.text)} for p in passages if p.kind == "body"}
    tied: list[Passage] = []
    home: Passage | None = None
    for p in passages:
        if p.kind == "note":
            own = note_mark_spans(p.text)
            if own and own[0][0] == 0:  # a long note's later pieces belong where its first does
                mark = p.text[: own[0][1]].strip("⁽⁾()")
                home = next((q for q in passages if mark in marks.get(q.id, ())), None)
            if home:
                p = Passage(p.id, p.document_id, home.path, p.start, p.end, p.text, p.page, "note", home.id)
        tied.append(p)
    return tied
