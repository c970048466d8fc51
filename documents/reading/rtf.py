"""RTF: its control words interpreted as far as the text needs them.

`striprtf` knows which groups hold no text and the code page of each charset. Its converter drops what is needed here (bold, raised
figures, footnotes, hidden and deleted text, the cells of a table), so the groups are walked once more by our own hand.
"""

import re
from dataclasses import dataclass, field, replace

from documents.cleaning import Block
from documents.reading.grid import flat
from documents.reading.numbering import bullet
from documents.reading.rtf_flow import Flow, RowPlan
from documents.reading.runs import Run, in_order, note_block, old_encoding, superscript, symbol
from documents.reading.source import ReadingError, Source
from documents.reading.word_styles import is_contents_name, is_dropped_field, is_heading_name

_TOKEN = re.compile(r"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|(.))|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)", re.DOTALL)
_LETTERS = {
    **{
        "line": "\n",
        "softline": "\n",
        "page": "\n",
        "column": "\n",
        "tab": " ",
        "emdash": "—",
        "endash": "–",
        "emspace": " ",
        "enspace": " ",
    },
    **{"qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"},
}
_SIGNS = {"~": "\u00a0", "_": "-", "-": "\u00ad", "{": "{", "}": "}", "\\": "\\", "\t": " "}
_SWITCHES = {"b": "bold", "v": "hidden", "deleted": "deleted", "caps": "capitals"}
_SHAPES = ("shp", "shpinst", "do", "shpgrp")
_READ = ("footnote", "fldinst", "listtext", "pntext", "ud", "fonttbl", "stylesheet", "shptxt", "dptxbxtext")
_ALSO_SILENT = ("nonshppict", "listtable", "listoverridetable", "mmathPr", "datafield", "upr")


@dataclass(slots=True)
class _State:
    """What holds until the group ends."""

    silent: bool = False
    kind: str = ""
    """The destination: "" for text | fldinst | label | fonttbl | stylesheet."""
    shape: bool = False
    fallback: int = 1
    """How many characters follow \\u for programs that don't know Unicode."""
    font: str = ""
    bold: bool = False
    raised: bool = False
    hidden: bool = False
    deleted: bool = False
    capitals: bool = False
    in_table: bool = False
    marked: bool = False
    style: str = ""
    field: list[str] = field(default_factory=list)
    """The pieces of the instruction of the field that is open."""


def read_rtf(data: bytes) -> Source:
    """The text of an RTF file.

    Raises:
        ReadingError: damaged where the file breaks off or holds no RTF, no_text.
    """
    start = data.find(b"{\\rtf")
    reader = _Reader()
    if start < 0 or not reader.read(data[start:].decode("latin-1")):
        raise ReadingError(
            "damaged",
            "The RTF file is damaged or breaks off before its end; open it in Word, save it as DOCX and add that file.",
        )
    blocks = reader.blocks()
    if not blocks:
        raise ReadingError("no_text", "The RTF file holds no text; add a file with text (text, Markdown, HTML, RTF or DOCX).")
    warnings = (f"{reader.pictures} pictures were left out; text in them was not read.",) if reader.pictures else ()
    return Source("rtf", blocks, warnings=warnings)


class _Reader:
    def __init__(self) -> None:
        from striprtf.striprtf import charset_map, destinations

        self._charsets: dict[int, str] = charset_map
        self._silent = {*destinations, *_ALSO_SILENT} - set(_READ)
        self._state = _State()
        self._stack: list[_State] = []
        self._flows = [Flow(0)]
        self._notes: list[Block] = []
        self._note_count = 0
        self._fonts: dict[str, tuple[str, int]] = {}  # number -> name, charset
        self._font_in_table = ("", 0)
        self._default_font = ""
        self._style_name = ""
        self._styles: dict[str, str] = {}
        self._plan = RowPlan()
        self._page = "cp1252"
        self._bytes = bytearray()
        self._high = ""  # the first half of a character beyond \\u's reach
        self._skip = 0
        self._starred = False
        self.pictures = 0

    def read(self, text: str) -> bool:
        """Interpret the file; whether it was whole."""
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            if token is None:
                return False  # a backslash at the very end
            position = token.end()
            word, number, code, sign, brace, letters = token.groups()
            if code and self._skip == 0:
                if not self._state.silent:
                    self._bytes.append(int(code, 16))
                continue
            if code:
                self._skip -= 1
                continue
            self._flush()
            if brace == "{":
                self._skip = 0
                self._stack.append(replace(self._state))
                self._starred = False
            elif brace:
                self._skip = 0
                self._end_group()
                if not self._stack:
                    return True
            elif word == "bin":
                position += max(int(number or 0), 0)
            elif word and self._skip and word != "u":
                self._skip -= 1
            elif word:
                self._word(word, int(number) if number is not None else None)
                self._starred = False
            elif sign == "*":
                self._starred = True
            elif sign and not self._state.silent:
                if sign in "\r\n":
                    self._end_paragraph()
                else:
                    self._emit(_SIGNS.get(sign, ""))
            elif letters:
                skipped = min(self._skip, len(letters))
                self._skip -= skipped
                if not self._state.silent:
                    self._literal(letters[skipped:])
        return False

    def blocks(self) -> tuple[Block, ...]:
        """What was read, footnotes last."""
        return in_order([*flat(self._flows[0].finished()), *self._notes])

    # Groups and words

    def _end_group(self) -> None:
        if self._state.kind == "stylesheet" and self._style_name.strip():
            self._styles.setdefault(self._state.style, self._style_name.strip(" ;"))
            self._style_name = ""
        self._state = self._stack.pop() if self._stack else _State()
        while len(self._flows) > 1 and len(self._stack) < self._flows[-1].depth:
            flow = self._flows.pop()
            items = flow.finished()
            if flow.note:
                block = note_block(self._note_count, flat(items))
                self._notes += [block] if block else []
            else:
                self._flows[-1].boxes += items

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        if state.silent:
            if word in ("shptxt", "dptxbxtext") and state.shape:
                self._open_flow(note=False)
            elif word == "ud" and state.kind == "upr":
                state.silent, state.kind = False, ""
            elif word in _SHAPES and state.shape:
                return
            elif word in self._silent:
                state.shape = False  # a header within a shape, a picture: no text box of the document
            return
        if word in _SHAPES:
            state.silent = state.shape = True
        elif word == "upr":
            state.silent, state.kind = True, "upr"
        elif word == "footnote":
            self._note_count += 1
            self._open_flow(note=True)
        elif word in ("fonttbl", "stylesheet", "fldinst"):
            state.kind = word
        elif word in ("listtext", "pntext"):
            state.kind = "label"
        elif word == "field":
            state.field = []
        elif word == "fldrslt":
            state.kind = ""
            state.silent = is_dropped_field("".join(state.field))
        elif word in self._silent or (self._starred and word not in _READ):
            self.pictures += word in ("pict", "shppict")
            state.silent = True
        else:
            self._formatting(word, number)

    def _formatting(self, word: str, number: int | None) -> None:
        state = self._state
        if word in _SWITCHES:
            setattr(state, _SWITCHES[word], number != 0)
        elif word == "plain":
            state.bold = state.raised = state.hidden = state.deleted = state.capitals = False
            state.font = self._default_font
        elif word in ("super", "nosupersub", "sub"):
            state.raised = word == "super" and number != 0
        elif word == "f":
            state.font = str(number)
            self._font_in_table = ("", 0)
        elif word == "fcharset" and number is not None:
            self._font_in_table = (self._font_in_table[0], number)
        elif word == "deff":
            self._default_font = state.font = str(number)
        elif word == "ansicpg" and number:
            self._page = self._codec(f"cp{number}") if number != 65001 else "utf-8"
        elif word == "uc":
            state.fallback = min(max(number or 0, 0), 100)
        elif word == "u" and number is not None:
            self._unicode(number & 0xFFFF)
            self._skip = state.fallback
        elif word == "pard":
            state.in_table, state.marked, state.style = False, False, ""
        elif word == "s":
            state.style = str(number)
        elif word == "outlinelevel":
            state.marked = number is not None and number < 9
        elif word == "intbl":
            state.in_table = True
        elif word == "chftn":
            if not self._flows[-1].note:
                self._emit(superscript(self._note_count + 1))
        elif word in ("par", "sect", "nestcell", "nestrow"):
            self._end_paragraph()
        elif word == "cell":
            state.in_table = True
            self._end_paragraph(in_cell=True)
            self._flows[-1].end_cell()
        elif word == "row":
            flow = self._flows[-1]
            if flow.runs or flow.cell:
                self._end_paragraph(in_cell=True)
                flow.end_cell()
            flow.end_row(self._plan)
        elif word in _LETTERS:
            self._emit(_LETTERS[word])
        else:
            self._row_plan(word, number or 0)

    def _row_plan(self, word: str, number: int) -> None:
        plan = self._plan
        if word == "trowd":
            self._plan = RowPlan()
        elif word == "trleft":
            plan.left = number
        elif word == "trhdr":
            plan.head = True
        elif word == "clvmrg":
            plan.down = True
        elif word == "clmrg":
            plan.along = True
        elif word == "cellx":
            plan.cells.append((number, plan.down, plan.along))
            plan.down = plan.along = False

    # Characters

    def _codec(self, name: str) -> str:
        import codecs

        try:
            return codecs.lookup(name).name
        except LookupError:
            return "cp1252"

    def _font(self) -> tuple[str, int]:
        return self._fonts.get(self._state.font, ("", 1))

    def _flush(self) -> None:
        if self._bytes:
            raw, self._bytes = bytes(self._bytes), bytearray()
            self._emit(self._decoded(raw))

    def _decoded(self, raw: bytes) -> str:
        name, charset = self._font()
        if charset == 2:
            return "".join(symbol(b) for b in raw)
        codec = self._page if charset in (0, 1) else self._charsets.get(charset, self._page)
        if old_encoding(name):
            codec = "cp1252"
        text = raw.decode(codec, "replace")
        # The few bytes that the code page leaves free are letters in the old Vietnamese fonts.
        return "".join(chr(b) if c == "\ufffd" else c for c, b in zip(text, raw, strict=True)) if len(text) == len(raw) else text

    def _literal(self, letters: str) -> None:
        if letters.isascii():
            self._emit(letters)
            return
        raw = letters.encode("latin-1")  # bytes that the file should have escaped
        try:
            self._emit(raw.decode("utf-8"))
        except UnicodeDecodeError:
            self._emit(self._decoded(raw))

    def _unicode(self, code: int) -> None:
        if 0xD800 <= code < 0xDC00:
            self._high = chr(code)
            return
        if 0xDC00 <= code < 0xE000:
            pair = (self._high + chr(code)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
            self._high = ""
            self._emit(pair)
        else:
            self._emit(symbol(code) if 0xF000 <= code <= 0xF0FF else chr(code))

    def _emit(self, text: str) -> None:
        state = self._state
        if state.silent or not text:
            return
        if state.kind == "fonttbl":
            name, _, rest = text.partition(";")
            self._font_in_table = (self._font_in_table[0] + name, self._font_in_table[1])
            if ";" in text:
                self._fonts[state.font] = (self._font_in_table[0].strip(), self._font_in_table[1])
        elif state.kind == "stylesheet":
            self._style_name += text
        elif state.kind == "fldinst":
            state.field.append(text)
        elif state.hidden or state.deleted:
            return
        elif state.kind == "label":
            self._flows[-1].label += text if self._font()[1] != 2 else bullet(text, False)
        else:
            text = text.upper() if state.capitals else text
            self._flows[-1].runs.append(Run(text, state.bold, state.raised, self._font()[0]))

    # Paragraphs and flows

    def _open_flow(self, *, note: bool) -> None:
        state = self._state
        state.silent = state.shape = state.in_table = False
        state.kind = ""
        self._flows.append(Flow(len(self._stack), note))

    def _end_paragraph(self, *, in_cell: bool = False) -> None:
        state = self._state
        if state.silent or state.kind:
            return
        name = self._styles.get(state.style, "")
        marked = state.marked or is_heading_name(name)
        self._flows[-1].end_paragraph(state.in_table, in_cell=in_cell, marked=marked, dropped=is_contents_name(name))
