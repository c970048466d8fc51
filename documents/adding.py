"""From a file to a document of the library: read, cut, described, named."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import PurePath

from documents.corrections import CENTRAL, corrected
from documents.database import Original
from documents.metadata import Metadata, read_metadata
from documents.normalise import fold
from documents.page_store import pages_of
from documents.passages import cut
from documents.reading.bounded import read
from documents.reading.source import Source
from documents.resolution import Fact, Resolution

_LONGEST_ID = 60  # characters
_UNIT = re.compile(r"^(?:huyện|quận|thị xã|thành phố|thị trấn|xã|phường|đặc khu)\s+(?=\S)", re.IGNORECASE)


def reread(document_id: str, original: Original) -> tuple[Resolution, Original]:
    """A document of the library, read again from its kept file; what was recognised from pictures is not recognised again.

    Raises:
        ReadingError: the file can't be read any more: a program that it takes is gone.
    """
    source = original.read or read(original.content, original.file_name)
    return understand(source, original, document_id), replace(original, read=source)


def understand(source: Source, original: Original, document_id: str | None = None, values: Mapping[str, str] | None = None) -> Resolution:
    """The document that a file as read is.

    Args:
        document_id: Its id where it has one; else it is named by its province and number.
        values: What the operator says of it (see `documents.corrections`), used for the name alone: the library keeps and applies them.
    """
    text, _, passages = cut("", source.blocks)
    metadata = read_metadata(text, passages)
    if document_id is None:
        document_id = name_of(corrected(_resolution("", metadata, source, original), values or {}), original.file_name)
    return _resolution(document_id, metadata, source, original)


def name_of(document: Resolution, file_name: str) -> str:
    """An id for `document`: its province and number ("can-tho-157-kh-ubnd"); without a number its kind and year; else the file's name.

    What a unit below the province issued bears that unit's name ("hai-lang-38-kh-ubnd").
    """
    place = (_bare(document.locality),) if document.locality else () if document.province in ("", CENTRAL) else (document.province,)
    if document.number:
        return _slug(*place, document.number)
    year = (document.issued or "")[:4]
    if place and document.kind:
        return _slug(*place, document.kind, year)
    return _slug(PurePath(file_name).stem) or "van-ban"


def _bare(locality: str) -> str:
    """ "huyện Hải Lăng" -> "Hải Lăng"; a name of figures keeps its kind ("Quận 1")."""
    name = _UNIT.sub("", locality)
    return locality if name.isdigit() else name


def _slug(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(" ".join(parts))).strip("-")[:_LONGEST_ID].strip("-")


def _resolution(document_id: str, metadata: Metadata, source: Source, original: Original) -> Resolution:
    text, sections, passages = cut(document_id, source.blocks)
    confidence = {p.number: p.confidence for p in source.pages}
    facts: dict[str, tuple[Fact, ...]] = {f.name: found for f in fields(metadata) if (found := getattr(metadata, f.name))}
    first = {name: found[0].value for name, found in facts.items()}
    kind, number = first.get("kind", ""), first.get("number")
    title = first.get("title") or " ".join(filter(None, (kind, number))) or PurePath(original.file_name).stem
    return Resolution(
        id=document_id,
        title=title,
        kind=kind,
        province=first.get("province", ""),
        body=first.get("body", ""),
        nature=first.get("nature", ""),
        text=text,
        sections=sections,
        passages=passages,
        number=number,
        issued=first.get("issued"),
        locality=first.get("locality", ""),
        facts=facts,
        digest=hashlib.sha256(original.content).hexdigest(),
        pages=pages_of(source.blocks, confidence),
    )
