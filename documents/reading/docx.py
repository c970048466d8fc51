"""DOCX: the body in reading order, with Word's automatic numbers as printed, tables as rows and footnotes last.

The parts are read straight from the ZIP. python-docx refuses whole files that Word opens (a relationship to a picture that is gone,
the strict variant of the format), and here nothing but the text is wanted.
"""

import io
import posixpath
import zipfile
import zlib
from typing import Any

from documents.cleaning import Block
from documents.reading.source import ReadingError, Source

LARGEST_UNPACKED = 100_000_000
"""Bytes of all parts that are read, unpacked."""
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)


def read_docx(data: bytes) -> Source:
    """The text of a DOCX file.

    Raises:
        ReadingError: damaged (no ZIP, parts missing or broken), encrypted, too_large (unpacked), unsupported (a ZIP that is no DOCX),
            no_text.
    """
    from documents.reading.docx_body import Body
    from documents.reading.numbering import W, read_numbering
    from documents.reading.runs import in_order
    from documents.reading.word_styles import read_styles

    package = _Package(data)
    document = package.part("officeDocument")
    body = None if document is None else document.find(W + "body")
    if body is None:
        raise ReadingError("damaged", "The DOCX file has no text part; open it in Word, save it again as DOCX and add that file.")
    styles = read_styles(package.part("styles"))
    numbers = read_numbering(package.part("numbering"), lambda style: styles.list_of(style)[0])
    reader = Body(styles, numbers, package.part("footnotes"), package.part("endnotes"))
    blocks: list[Block] = [*reader.blocks(body), *reader.note_blocks()]
    if not blocks:
        what = "only pictures" if reader.pictures else "no text"
        raise ReadingError("no_text", f"The DOCX file holds {what}; add a file with text (text, Markdown, HTML, RTF or DOCX).")
    return Source("docx", in_order(blocks), warnings=tuple(reader.warnings))


class _Package:
    """The parts of an Office file, found by their relationships."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise _damaged("its ZIP archive can't be opened") from error
        self._names = {name.lower().lstrip("/"): name for name in self._zip.namelist()}
        self._left = LARGEST_UNPACKED
        self._main = self._related("", "officeDocument") or ("word/document.xml" if "word/document.xml" in self._names else None)

    def part(self, kind: str) -> Any:
        """The root of the main part ("officeDocument") or of a part that it names by the kind of relationship; None without one."""
        if self._main is None:
            return None
        return self._parsed(self._main) if kind == "officeDocument" else self._parsed(self._related(self._main, kind))

    def _related(self, source: str, kind: str) -> str | None:
        folder, name = posixpath.split(source)
        root = self._parsed(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in [] if root is None else root.iter(_PACKAGE + "Relationship"):
            if relation.get("Type", "").endswith("/" + kind) and relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                if target.lower() in self._names:
                    return target
        return None

    def _parsed(self, name: str | None) -> Any:
        from lxml import etree

        xml = self._unpacked(name)
        if xml is None:
            return None
        for strict, usual in _STRICT:
            xml = xml.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        try:
            return etree.fromstring(xml, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _damaged(f"its part {name} is not well-formed XML") from error

    def _unpacked(self, name: str | None) -> bytes | None:
        stored = self._names.get((name or "").lower())
        if stored is None:
            return None
        try:
            with self._zip.open(stored) as file:
                xml = file.read(self._left + 1)
        except RuntimeError as error:  # zipfile's word for "wants a password"
            raise ReadingError("encrypted", "The DOCX file is protected by a password; remove the password and add it again.") from error
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise _damaged(f"its part {name} can't be unpacked") from error
        self._left -= len(xml)
        if self._left < 0:
            raise ReadingError(
                "too_large", f"Unpacked, the DOCX file is larger than {LARGEST_UNPACKED // 10**6} MB; split it and add the parts."
            )
        return xml


def _damaged(what: str) -> ReadingError:
    return ReadingError("damaged", f"The DOCX file is damaged ({what}); open it in Word, save it again as DOCX and add that file.")
