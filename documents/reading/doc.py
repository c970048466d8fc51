"""DOC, Word 97-2003: through antiword or, where that is missing or refuses the file, through LibreOffice and the reader for DOCX.

antiword gives paragraphs, tables and bold as DocBook, but numbers lists by a style of its own: the numbers come from its output as text.
It drops the names of fonts, and with them what was set in a font of capitals; a document in an encoding from before Unicode therefore
goes to LibreOffice where there is one.
"""

import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from documents.cleaning import Block
from documents.reading.grid import Table, flat, place
from documents.reading.runs import Run, blocks_of, in_order, note_block, superscript
from documents.reading.source import Reading, ReadingError, Source
from documents.reading.text import meant

_INSTALL = "install antiword (apt-get install antiword) or LibreOffice (apt-get install libreoffice-writer-nogui)"
_AS_DOCX = "open it in Word, save it as DOCX and add that file"
_ITEM = re.compile(r"^\s*(\(?[\w.]{1,8}[.)])\s+(\S.{0,60})")
_LONGEST_OUTPUT = 100_000_000
# LibreOffice must run no macros and fetch nothing that a document links to.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{}</oor:items>"""
_SETTING = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
_QUIET = (
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def read_doc(data: bytes, reading: Reading) -> Source:
    """The text of a DOC file.

    Raises:
        ReadingError: encrypted, no_program (neither antiword nor LibreOffice), damaged (those that are there refuse it), no_text.
    """
    if _locked(data):
        raise ReadingError(
            "encrypted", "The file is a Word 97-2003 file that is protected by a password; remove it and add the file again."
        )
    antiword, office = shutil.which("antiword"), shutil.which("soffice") or shutil.which("libreoffice")
    if not antiword and not office:
        raise ReadingError(
            "no_program", f"The file is a Word 97-2003 file (.doc), which takes a program to read: {_INSTALL}, or {_AS_DOCX}."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.doc"
        path.write_bytes(data)
        found = _through_antiword(antiword, path, reading) if antiword else None
        if office and (found is None or found.encoding):
            try:
                return _through_office(office, path, found.encoding if found else None, reading)
            except ReadingError:
                if found is None:
                    raise
    if found is None:
        raise ReadingError(
            "damaged",
            "The file is a Word 97-2003 file (.doc) that antiword can't read; "
            f"install LibreOffice (apt-get install libreoffice-writer-nogui), or {_AS_DOCX}.",
        )
    return found


def _locked(data: bytes) -> bool:
    """Whether the flag for encryption is set in the header of the text, which begins with EC A5 at the beginning of a sector."""
    at = data.find(b"\xec\xa5")
    while at >= 0:
        if at % 512 == 0:
            return len(data) > at + 12 and bool(data[at + 11] & 0x01)
        at = data.find(b"\xec\xa5", at + 1)
    return False


# antiword


def _through_antiword(program: str, path: Path, reading: Reading) -> Source | None:
    from lxml import etree

    book = _output([program, "-x", "db", "-m", "UTF-8.txt", str(path)], reading)
    if book is None:
        return None
    try:
        root = etree.fromstring(
            book, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
        )
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    encoding, _ = meant("\n".join(root.itertext()))
    text = _output([program, "-w", "0", "-m", "UTF-8.txt", str(path)], reading) or b""
    reader = _Book(encoding, _labels(text.decode("utf-8", "replace")))
    items = list(reader.flow(root))
    blocks = in_order([*flat(items), *reader.notes])
    if not any(c.isalnum() for b in blocks for c in b.text):
        return None
    return Source("doc", blocks, encoding)


def _output(command: list[str], reading: Reading) -> bytes | None:
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=reading.bounds.seconds)
    except (subprocess.SubprocessError, OSError):
        return None
    return run.stdout if run.returncode == 0 and len(run.stdout) < _LONGEST_OUTPUT else None


def _labels(text: str) -> dict[str, list[str]]:
    """The beginnings of the items of lists -> their numbers, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        item = _ITEM.match(line)
        if item:
            found[_start(item[2])].append(item[1])
    return found


def _start(text: str) -> str:
    return "".join(text.split())[:24]


class _Book:
    """Walks antiword's DocBook."""

    def __init__(self, encoding: str | None, labels: dict[str, list[str]]) -> None:
        self.notes: list[Block] = []
        self._encoding = encoding
        self._labels = labels

    def flow(self, element: Any) -> Iterator[Block | Table]:
        """The blocks and tables in `element`, in order."""
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name in ("para", "title"):
                yield from self._paragraph(child)
            elif name == "informaltable":
                yield self._table(child)
            elif name == "listitem":
                yield from self._item(child)
            elif name not in ("bookinfo", "colspec"):
                yield from self.flow(child)

    def _item(self, item: Any) -> Iterator[Block | Table]:
        label = ""
        if item.getparent().tag == "orderedlist":
            waiting = self._labels.get(_start("".join(item.itertext()).strip()), [])
            label = waiting.pop(0) + " " if waiting else ""
        for child in item:
            if child.tag == "para":
                yield from self._paragraph(child, label)
                label = ""
            else:
                yield from self.flow(child)

    def _paragraph(self, para: Any, label: str = "") -> Iterator[Block | Table]:
        runs: list[Run] = []
        tables: list[Block | Table] = []
        self._runs(para, runs, tables, para.tag == "title")
        yield from blocks_of(runs, label=label)
        yield from tables

    def _runs(self, element: Any, runs: list[Run], tables: list[Block | Table], bold: bool, raised: bool = False) -> None:
        self._write(element.text, runs, bold, raised)
        for child in element:
            name = child.tag if isinstance(child.tag, str) else ""
            if name == "informaltable":
                tables.append(self._table(child))
            elif name in ("orderedlist", "itemizedlist"):
                tables += self.flow(child)
            elif name == "footnote":
                number = len(self.notes) + 1
                block = note_block(number, flat(list(self.flow(child))))
                if block:
                    self.notes.append(block)
                    runs.append(Run(superscript(number)))
            elif name:
                self._runs(child, runs, tables, bold or child.get("role") == "bold", raised or name == "superscript")
            self._write(child.tail, runs, bold, raised)

    def _write(self, text: str | None, runs: list[Run], bold: bool, raised: bool) -> None:
        # The line ends beside tags are antiword's, those inside a paragraph the document's.
        text = re.sub(r"\A[ \t]*\n[ \t]*|\n[ \t]*\Z", "\n", text or "")
        if text:
            runs.append(Run(_decoded(text, self._encoding), bold, raised))

    def _table(self, table: Any) -> Table:
        rows = []
        for row in table.iter("row"):
            cells = []
            for entry in row:
                runs: list[Run] = []
                inside: list[Block | Table] = []
                self._runs(entry, runs, inside, False)
                cells.append(([*blocks_of(runs, in_cell=True), *inside], 1, 1))
            rows.append((cells, False))
        return place(rows)


def _decoded(text: str, encoding: str | None) -> str:
    if encoding is None or text.isascii() or re.search("[\u1ea0-\u1ef9]", text):
        return text
    import viparse

    return re.sub(r"\S(?:[^\n]*\S)?", lambda m: str(viparse.fix(m[0], encoding=encoding)), text)


# LibreOffice


def _through_office(program: str, path: Path, encoding: str | None, reading: Reading) -> Source:
    from documents.reading.docx import read_docx

    profile = path.parent / "profile"
    (profile / "user").mkdir(parents=True)
    settings = "".join(_SETTING.format(*s) for s in _QUIET)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(settings), "utf-8")
    command = [program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}"]
    _output([*command, "--convert-to", "docx", "--outdir", str(path.parent), str(path)], reading)
    made = path.with_suffix(".docx")
    if not made.is_file():
        raise ReadingError("damaged", f"The file is a Word 97-2003 file (.doc) that is damaged: LibreOffice can't read it; {_AS_DOCX}.")
    source = read_docx(made.read_bytes())
    return Source("doc", source.blocks, encoding, source.warnings)
