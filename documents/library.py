"""The documents that ship with the package, described by their manifest. `documents.database` holds those that were added."""

import functools
import hashlib
import json
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from documents.cleaning import clean
from documents.passages import cut
from documents.resolution import Fact, Resolution

READING = 7
"""Counts up when files are read, cut or described differently: what an older program read and indexed is then read and indexed again."""
_FACTS = ("name", "number", "issued", "body", "signer", "signer_role")


class CorpusError(Exception):
    """The manifest and the texts of a corpus don't agree; the message names the document and the field."""


@functools.cache
def bundled() -> tuple[Resolution, ...]:
    """The documents in `documents/corpus/`.

    Raises:
        CorpusError: where the manifest quotes something that its text does not hold.
    """
    folder = resources.files("documents") / "corpus"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return tuple(_load(folder, entry) for entry in manifest["documents"])


def bundled_file(document_id: str) -> bytes:
    """The file of the bundled document called `document_id`, as it ships; StopIteration where there is none."""
    folder = resources.files("documents") / "corpus"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    name: str = next(e["file"] for e in manifest["documents"] if e["id"] == document_id)
    return (folder / name).read_bytes()


def corpus_digest(documents: Iterable[Resolution | tuple[str, str]]) -> str:
    """SHA-256 over the ids and digests of documents (or pairs of both), in order: tells whether an index is of these documents."""
    pairs = ((d.id, d.digest) if isinstance(d, Resolution) else d for d in documents)
    joined = "\n".join([f"reading {READING}", *(f"{identity} {digest}" for identity, digest in pairs)])
    return hashlib.sha256(joined.encode()).hexdigest()


def _load(folder: Traversable, entry: dict[str, Any]) -> Resolution:
    raw = (folder / entry["file"]).read_bytes()
    text, sections, passages = cut(entry["id"], clean(raw.decode("utf-8")))
    facts: dict[str, tuple[Fact, ...]] = {}
    for name in _FACTS:
        given = entry[name]
        if given is not None:
            facts["title" if name == "name" else name] = _locate(text, given["value"], given["quote"], f"{entry['id']}: {name}")
    return Resolution(
        id=entry["id"],
        title=entry["title"],
        kind=entry["kind"],
        province=entry["province"],
        body=entry["body"]["value"],
        nature=entry["nature"],
        text=text,
        sections=sections,
        passages=passages,
        number=entry["number"] and entry["number"]["value"],
        issued=entry["issued"] and entry["issued"]["value"],
        facts=facts,
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _locate(text: str, value: str, quote: str, what: str) -> tuple[Fact, ...]:
    # A signature stands at the end, everything else at the beginning of a document.
    start = text.rfind(quote) if "signer" in what else text.find(quote)
    if start < 0:
        raise CorpusError(f"manifest.json, {what}: the text does not hold {quote!r}; quote it as printed")
    return (Fact(value, start, start + len(quote)),)
