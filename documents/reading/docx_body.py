"""The content of a DOCX's text part (WordprocessingML) -> blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from documents.cleaning import Block
from documents.reading.grid import STEP, Cell, Row, Table, flat
from documents.reading.numbering import Numbering, W
from documents.reading.runs import Run, blocks_of, note_block, superscript, symbol
from documents.reading.word_styles import Styles, is_dropped_field, look, on, setting, value

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PICTURES = ("{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata")
_WRAPPERS = {W + n for n in ("ins", "moveTo", "customXml", "smartTag", "hyperlink", "bdo", "dir", "sdtContent", "ruby", "rubyBase")}
_GONE = {W + n for n in ("del", "moveFrom", "rt", "sdtPr", "sdtEndPr")}


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction so far, and whether its result is being read."""

    instruction: str = ""
    in_result: bool = False

    @property
    def silent(self) -> bool:
        return not self.in_result or is_dropped_field(self.instruction)


class Body:
    """Reads flows of text (the body, a cell, a note) in order: numbers and fields run on from one to the next."""

    def __init__(self, styles: Styles, numbering: Numbering, footnotes: Any, endnotes: Any) -> None:
        self._styles = styles
        self._numbering = numbering
        self._notes = {"footnoteReference": footnotes, "endnoteReference": endnotes}
        self._referred: list[Any] = []  # the notes in the order of their references
        self._fields: list[_Field] = []
        self._fields_close = True
        self._boxes: list[Block | Table] = []
        self.pictures = 0
        self._embedded = 0

    @property
    def warnings(self) -> list[str]:
        """English sentences on what was left out."""
        found = []
        if self.pictures:
            found.append(f"{self.pictures} pictures were left out; text in them was not read.")
        if self._embedded:
            found.append(f"{self._embedded} embedded documents or objects were left out.")
        return found

    def blocks(self, root: Any) -> list[Block]:
        """The blocks of the body, notes excepted."""
        marks = [mark.get(W + "fldCharType") for mark in root.iter(W + "fldChar")]
        # A table of contents that never ends would swallow the document.
        self._fields_close = marks.count("begin") == marks.count("end")
        return flat(self._flow(root))

    def note_blocks(self) -> list[Block]:
        """The notes that the text refers to, in order; to be called after `blocks`."""
        made = []
        for number, note in enumerate(self._referred, start=1):
            self._fields = []
            block = note_block(number, flat(self._flow(note))) if note is not None else None
            if block:
                made.append(block)
        return made

    def _flow(self, parent: Any, in_cell: bool = False) -> list[Block | Table]:
        found: list[Block | Table] = []
        kept: list[Run] = []  # of paragraphs whose end was deleted with change tracking: they are one with the next
        for element in _content(parent):
            if element.tag == W + "p":
                runs = kept + self._paragraph_runs(element)
                if _end_deleted(element):
                    kept = runs
                    continue
                kept = []
                found += self._paragraph(element, runs, in_cell)
            elif element.tag == W + "tbl":
                found.append(self._table(element))
            elif element.tag == W + "altChunk":
                self._embedded += 1
            found += self._boxes
            self._boxes = []
        return found + list(blocks_of(kept))

    def _paragraph(self, element: Any, runs: list[Run], in_cell: bool) -> list[Block]:
        properties = element.find(W + "pPr")
        style = value(properties, "pStyle") or self._styles.default
        if self._styles.is_contents(style):
            return []
        written = any(r.text.strip() for r in runs)
        label = ""
        # What Word hides, it doesn't count; an empty paragraph it does.
        if written or not "".join(t.text or "" for t in element.iter(W + "t")).strip():
            label = self._label(properties, style)
        if not written and (not in_cell or not any(c.isalnum() for c in label)):
            return []  # a cell may well hold nothing but its automatic number
        outline = value(properties, "outlineLvl")
        heading = self._styles.is_heading(style) if outline is None else outline != "9"
        return blocks_of(runs, label=label, marked=heading, in_cell=in_cell)

    def _label(self, properties: Any, style: str | None) -> str:
        own = properties.find(W + "numPr") if properties is not None else None
        number, level = value(own, "numId"), value(own, "ilvl")
        if number is None:
            number, of_style, namer = self._styles.list_of(style)
            level = level or of_style
            if level is None and number is not None and namer is not None:
                tied = [self._numbering.level_of_style(number, s) for s in (style or "", namer)]
                level = next((str(t) for t in tied if t is not None), None)
        if number is None or number == "0":
            return ""
        return self._numbering.label(number, int(level) if level in set("012345678") else 0)

    def _paragraph_runs(self, paragraph: Any) -> list[Run]:
        style = value(paragraph.find(W + "pPr"), "pStyle") or self._styles.default
        found: list[Run] = []
        for element in _content(paragraph):
            if element.tag == W + "r":
                found += self._run(element, style)
            elif element.tag == W + "fldSimple":
                if not is_dropped_field(element.get(W + "instr", "")):
                    found += self._paragraph_runs(element)
            elif isinstance(element.tag, str) and element.tag.endswith(("}oMath", "}oMathPara")):
                found.append(Run("".join(t.text or "" for t in element.iter(_MATH_TEXT))))
        return found

    def _run(self, run: Any, style: str | None) -> Iterator[Run]:
        seen = look(self._styles, style, run.find(W + "rPr"))
        skip_mark = False
        for part in _content(run):
            name = part.tag.removeprefix(W)
            if name == "fldChar":
                self._field_mark(part.get(W + "fldCharType"))
            elif name == "instrText" and self._fields and not self._fields[-1].in_result:
                self._fields[-1].instruction += part.text or ""
            if seen.hidden or (self._fields_close and any(f.silent for f in self._fields)):
                continue
            if name in self._notes:
                self._referred.append(_note(self._notes[name], part.get(W + "id")))
                skip_mark = on(part.get(W + "customMarkFollows", "0"))
                yield Run(superscript(len(self._referred)), seen.bold)
            elif name in ("drawing", "pict", "object"):
                self._drawing(part)
            elif name == "t" and skip_mark:
                skip_mark = False
            else:
                text = _text(part, name)
                if text:
                    yield Run(text.upper() if seen.capitals else text, seen.bold, seen.raised, seen.font)

    def _field_mark(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _drawing(self, element: Any) -> None:
        boxes = list(_text_boxes(element))
        self.pictures += sum(1 for tag in _PICTURES for _ in element.iter(tag))
        outer, self._boxes = self._boxes, []
        for box in boxes:
            outer += self._flow(box)
        self._boxes = outer

    def _table(self, element: Any) -> Table:
        widths = [int(w) if (w := c.get(W + "w", "")).isdecimal() and len(w) < 7 else 0 for c in element.findall(f"{W}tblGrid/{W}gridCol")]
        edges = [0]
        for width in widths if all(widths) else []:
            edges.append(edges[-1] + width)
        table = Table()
        above: dict[int, Cell] = {}  # by the left edge: the cell that a vertical merge may continue
        for tr in _content(element):
            properties = tr.find(W + "trPr") if tr.tag == W + "tr" else None
            if tr.tag != W + "tr" or (properties is not None and properties.find(W + "del") is not None):
                continue
            row = Row([], on(setting(properties, "tblHeader") or "0") if setting(properties, "tblHeader") != "" else True)
            column = _count(value(properties, "gridBefore"), 0)
            reached: dict[int, Cell] = {}
            for tc in _content(tr):
                if tc.tag != W + "tc":
                    continue
                own = tc.find(W + "tcPr")
                left, column = column, column + _count(value(own, "gridSpan"), 1)
                start, end = _edge(edges, left), _edge(edges, column)
                down, along = setting(own, "vMerge"), setting(own, "hMerge")
                if down in ("", "continue") and start in above:
                    above[start].rows += 1
                    reached[start] = above[start]
                elif along in ("", "continue") and row.cells:
                    row.cells[-1].right = end
                else:
                    row.cells.append(Cell(self._flow(tc, in_cell=True), start, end))
                    if down == "restart":
                        reached[start] = row.cells[-1]
            above = reached
            table.rows.append(row)
        return table


def _content(parent: Any) -> Iterator[Any]:
    """The children of an element, those of wrappers (controls, insertions, links) in their place and deletions left out."""
    for child in parent:
        tag = child.tag
        if not isinstance(tag, str) or tag in _GONE:
            continue
        if tag == W + "sdt":
            if not any("Table of Contents" in g.get(W + "val", "") for g in child.iterfind(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")):
                yield from _content(child)
        elif tag in _WRAPPERS:
            yield from _content(child)
        elif tag == _COMPATIBILITY + "AlternateContent":
            # The same thing for newer and for older programs.
            choice = child.find(_COMPATIBILITY + "Choice")
            chosen = choice if choice is not None else child.find(_COMPATIBILITY + "Fallback")
            if chosen is not None:
                yield from _content(chosen)
        else:
            yield child


def _text_boxes(element: Any) -> Iterator[Any]:
    """The outermost text boxes within a drawing."""
    for child in _content(element):
        if child.tag == W + "txbxContent":
            yield child
        else:
            yield from _text_boxes(child)


def _text(part: Any, name: str) -> str:
    if name == "t":
        return (part.text or "").replace("\n", " ")
    if name in ("br", "cr"):
        return "\n"
    if name in ("tab", "ptab"):
        return " "
    if name == "noBreakHyphen":
        return "-"
    if name == "softHyphen":
        return "\u00ad"  # in the fonts of TCVN3 this is the letter ư; elsewhere it goes with all that has no width
    if name == "sym":
        code = part.get(W + "char", "")
        return symbol(int(code, 16)) if re.fullmatch(r"[0-9a-fA-F]{1,4}", code) else ""
    return ""


def _note(part: Any, number: str | None) -> Any:
    found = (n for n in part if isinstance(n.tag, str) and n.get(W + "id") == number) if part is not None else iter(())
    return next(found, None)


def _end_deleted(paragraph: Any) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)


def _count(text: str | None, otherwise: int) -> int:
    return min(int(text), 200) if text and text.isascii() and text.isdecimal() and len(text) < 6 else otherwise


def _edge(edges: list[int], column: int) -> int:
    return edges[column] if column < len(edges) else edges[-1] + (column - len(edges) + 1) * STEP
