"""Cutting a document into passages, each with its heading path and exact span."""

import re
from collections.abc import Sequence

from documents.cleaning import Block
from documents.outline import Line, classify
from documents.resolution import Passage, Section
from documents.sentences import note_mark_spans, sentence_spans

_SIGNATURE = re.compile(r"^(?:T/M|TM\.?|KT\.?|TL\.?)\s")
LONGEST_PASSAGE = 700  # characters; a longer paragraph is cut at sentence ends into even pieces


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
    bullets and the spaces between pieces excepted; a heading with nothing below it is a passage too."""
    text, spans = assemble(blocks)
    lines = classify(blocks)
    sections: list[Section] = []
    open_: list[tuple[int, int]] = []  # (rank, index into sections)
    passages: list[Passage] = []
    starts = iter(range(len(text) + 1))
    seen_heading = False

    def close(rank: int, at: int) -> None:
        while open_ and open_[-1][0] >= rank:
            _, k = open_.pop()
            s = sections[k]
            sections[k] = Section(s.path, s.start, at, s.heading_end)

    def add(start: int, end: int, path: tuple[str, ...], kind: str) -> None:
        passages.append(Passage(f"{document_id}#{next(starts)}", document_id, path, start, end, text[start:end], kind=kind))

    for i, (line, (start, end)) in enumerate(zip(lines, spans, strict=True)):
        if line.heading_rank is None and line.item_rank is not None:
            # "- Phát triển kinh tế số: Kinh tế số chiếm …" is no part of the run-in "- Về … chính quyền số:" before it.
            close(line.item_rank, start)
        path = sections[open_[-1][1]].path if open_ else ()
        if line.heading_rank is not None:
            seen_heading = True
            close(line.heading_rank, start)
            path = (sections[open_[-1][1]].path if open_ else ()) + (line.label,)
            sections.append(Section(path, start + line.mark_end, len(text), end))
            open_.append((line.heading_rank, len(sections) - 1))
            if _childless(lines, i):
                add(start + line.mark_end, end, path, "body")
            continue
        kind = _kind(line, seen_heading)
        if kind in ("tail", "note"):
            close(-1, start)
            path = ()
        # The lines of a title, a list of recipients or a signature are one passage.
        if passages and kind in ("front", "tail") and _same_block(passages[-1], kind, line.block.text):
            last = passages.pop()
            passages.append(Passage(last.id, document_id, (), last.start, end, text[last.start : end], kind=kind))
            continue
        for piece_start, piece_end in _pieces(text, start + line.mark_end, end):
            add(piece_start, piece_end, path, kind)
    close(-1, len(text))
    return text, tuple(sections), tuple(_tie_notes(passages))


def _childless(lines: Sequence[Line], i: int) -> bool:
    if i + 1 == len(lines):
        return True
    following, rank = lines[i + 1], lines[i].heading_rank
    closes = following.heading_rank is not None and rank is not None and following.heading_rank <= rank
    return closes or following.tail or following.block.note is not None


def _kind(line: Line, seen_heading: bool) -> str:
    if line.block.note is not None:
        return "note"
    if line.tail:
        return "tail"
    return "body" if seen_heading else "front"


def _same_block(last: Passage, kind: str, text: str) -> bool:
    if last.kind != kind or _SIGNATURE.match(text):
        return False
    return kind == "tail" or not (last.text.endswith((".", ":")) or text.endswith((".", ":")))


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST_PASSAGE:
        return [(start, end)]
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
