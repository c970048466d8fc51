"""The door for files: tells what bytes are by the bytes themselves, and hands them to the reader of that format."""

import importlib
import io
import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from documents.reading.source import Reading, ReadingError, Source

LARGEST = 50_000_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how messages call it, its reader as "module:function", or what to do where there is none."""

    name: str
    reader: str | None = None
    advice: str = ""
    bounded: bool = False
    """Whether the reader is given a `Reading` beside the bytes."""


ACCEPTED = "text, Markdown, HTML, RTF, DOC, DOCX, PDF, PNG, JPEG and TIFF"
_AS_DOCX = "open it in Word or LibreOffice, save it as DOCX and add that file"
FORMATS: dict[str, Format] = {
    "text": Format("a text file", "documents.reading.text:read_text"),
    "html": Format("an HTML page", "documents.reading.html:read_html"),
    "mhtml": Format("a web archive", "documents.reading.html:read_mhtml"),
    "rtf": Format("an RTF file", "documents.reading.rtf:read_rtf"),
    "docx": Format("a DOCX file", "documents.reading.docx:read_docx"),
    "pdf": Format("a PDF file", "documents.reading.pdf:read_pdf", bounded=True),
    "doc": Format("a Word 97-2003 file (.doc)", "documents.reading.doc:read_doc", bounded=True),
    "image": Format("a picture", "documents.reading.image:read_image", bounded=True),
    "xls": Format("an Excel 97-2003 workbook (.xls)", None, "copy its tables into a Word document, save it as DOCX and add that file"),
    "xlsx": Format("an Excel workbook (.xlsx)", None, "copy its tables into a Word document, save it as DOCX and add that file"),
    "ppt": Format("a PowerPoint presentation", None, "copy its text into a Word document, save it as DOCX and add that file"),
    "odt": Format("an OpenDocument file (.odt)", None, _AS_DOCX),
    "word-xml": Format("a Word document in a single XML file", None, _AS_DOCX),
    "epub": Format("an EPUB book", None, "convert it to HTML and add that file"),
    "ole": Format("a file of an old Office program or an e-mail", None, _AS_DOCX),
    "zip": Format("a ZIP archive without a document's text", None, "unpack it and add the documents in it"),
    "archive": Format("a packed archive", None, "unpack it and add the documents in it"),
    "program": Format("a program", None, "add a document instead"),
}

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x1f\x8b\x08", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"\x7fELF", "program"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"))
_ZIP_PARTS = (
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "ppt"),
    ("content.xml", "odt"),
    ("meta-inf/container.xml", "epub"),
)
_PAGE_START = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE)
_ELEMENT_START = re.compile(
    r"<(?:p|div|table|h[1-6]|span|center|font|article|section|main|ul|ol|style|script|form|link)\b[^<>]*>", re.IGNORECASE
)
_ELEMENT_END = re.compile(r"</(?:p|div|table|td|tr|li|h[1-6]|span|section|article)\s*>|<br\s*/?>", re.IGNORECASE)
_BEFORE_PAGE = re.compile(r"\A(?:\s|<\?xml.*?\?>|<!--.*?-->|<!(?!doctype\s+html)[^<>]*>)+", re.IGNORECASE | re.DOTALL)


def read(data: bytes, name: str = "", reading: Reading | None = None) -> Source:
    """The text of a file, read in this process; `documents.reading.bounded.read` does it in one that may be ended.

    Args:
        data: the file's bytes; what they are is told by themselves.
        name: the file's name, for messages and where the bytes alone leave a doubt.
        reading: bounds, and whom to tell of progress.

    Raises:
        ReadingError: whatever the bytes are, no other exception leaves this function, except
        MemoryError: the process has come to its bound.
    """
    too_large_error(data)
    kind = kind_of(data, name)
    found = FORMATS[kind]
    if found.reader is None:
        raise ReadingError("unsupported", f"{_subject(found, name)}, and {_accepted()} are accepted; {found.advice}.")
    module, _, function = found.reader.partition(":")
    reader: Callable[..., Source] = getattr(importlib.import_module(module), function)
    try:
        source = reader(data, reading or Reading()) if found.bounded else reader(data)
    except ReadingError as error:
        # Readers don't know the file's name.
        raise ReadingError(error.reason, re.sub(r"^The file(?= )", f"The file{named(name)}".replace("\\", r"\\"), str(error))) from error
    except MemoryError:
        raise
    except Exception as error:
        # Parsers fail on damaged files in ways of their own; an uploaded file must never end the program.
        raise ReadingError(
            "damaged", f"{_subject(found, name)} that is damaged; open it in the program it comes from, save it again and add that file."
        ) from error
    if not source.blocks:
        raise ReadingError(
            "no_text", f"{_subject(found, name)} without any text; {_accepted()} with text are accepted; add the document itself."
        )
    return source


def read_file(path: Path) -> Source:
    """The text of the file at `path`.

    Raises:
        ReadingError: all that `read_bytes` and `read` raise.
    """
    return read(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """The bytes of the file at `path`.

    Raises:
        ReadingError: not_found, unreadable (a folder, a device, no permission), too_large (told without reading it all).
    """
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise ReadingError("unreadable", f"{path} is a folder; give the files in it.")
        if not stat.S_ISREG(about.st_mode):
            raise ReadingError("unreadable", f"{path} is no ordinary file; save the document as a file and give that.")
        if about.st_size > LARGEST:
            raise _too_large()
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise ReadingError("not_found", f"There is no file {path}; check its name and folder.") from None
    except PermissionError:
        raise ReadingError("unreadable", f"The file {path} may not be read; ask for permission to read it.") from None
    except (OSError, ValueError) as error:
        raise ReadingError("unreadable", f"The file {path} can't be read ({error}); copy it to this computer and try again.") from error


def kind_of(data: bytes, name: str = "") -> str:
    """The key in `FORMATS` of what `data` is.

    Raises:
        ReadingError: empty, binary, encrypted, damaged (a ZIP that can't be opened).
    """
    if not data.strip(b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"):
        raise ReadingError("empty", f"The file{named(name)} is empty; give a file with text in it.")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(_OLE):
        return _ole_kind(data, name)
    if data.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08")):
        return _zip_kind(data, name)
    if b"%PDF-" in data[:1024] and b"\0" not in data[: data.find(b"%PDF-")]:
        return "pdf"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" or data[4:8] == b"ftyp" or (data[:2] == b"BM" and data[6:10] == b"\0\0\0\0"):
        return "image"
    if data[:2] == b"MZ" and b"\0" in data[:64]:
        return "program"
    if re.match(rb"(?:\xef\xbb\xbf)?\s*\{\\rtf", data):
        return "rtf"
    return _text_kind(data, name)


def _ole_kind(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadingError("encrypted", f"The file{named(name)} is protected by a password; remove the password and add it again.")
    return next((kind for stream, kind in _OLE_STREAMS if f"{stream}\0".encode("utf-16-le") in data), "ole")


def _zip_kind(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n.lower().lstrip("/") for n in archive.namelist()]
    except Exception as error:  # zipfile raises whatever the damaged field led it to
        raise ReadingError(
            "damaged", f"The file{named(name)} is a damaged DOCX or ZIP file; open it in Word, save it again as DOCX and add that file."
        ) from error
    return next((kind for start, kind in _ZIP_PARTS if any(n.startswith(start) for n in names)), "zip")


def _text_kind(data: bytes, name: str) -> str:
    head = data[:20_000]
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            start = head.decode(encoding, "replace")
            break
    else:
        start = head.decode("latin-1")
    if re.match(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*MIME-Version:", start, re.IGNORECASE) and "multipart/related" in start.lower():
        return "mhtml"
    rest = _BEFORE_PAGE.sub("", start)
    if re.match(r"<(?:pkg:package|w:wordDocument|w:document|office:document)\b", rest):
        return "word-xml"
    if _PAGE_START.match(rest):
        return "html"
    # Markdown may open with a tag or two; a page is made of them.
    tags = len(_ELEMENT_END.findall(rest))
    if tags >= 3 and (_ELEMENT_START.match(rest) or PurePath(name).suffix.lower() in (".htm", ".html", ".xhtml")):
        return "html"
    return "text"


def _subject(found: Format, name: str) -> str:
    return f"The file{named(name)} is {found.name}"


def too_large_error(data: bytes) -> None:
    """Raise the `ReadingError` for bytes that are more than are accepted."""
    if len(data) > LARGEST:
        raise _too_large()


def named(name: str) -> str:
    """The file's name for a message, with a space before it; "" where it would spoil the message."""
    return f" {name[-80:]}" if name and name.isprintable() else ""


def _accepted() -> str:
    return ACCEPTED


def _too_large() -> ReadingError:
    return ReadingError(
        "too_large", f"The file is larger than {LARGEST // 10**6} MB, the most that is accepted; split it and add the parts."
    )
