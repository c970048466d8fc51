"""What the operator does with the library: look at a file before it is added, add, correct, remove, read everything again.

Each change of the library and its index happens whole or not at all, and the running page takes it up at once. No Gradio here.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from documents.adding import understand
from documents.corrections import CENTRAL, CorrectionError, checked
from documents.database import Library, LibraryError, Original
from documents.places import provinces
from documents.reading.bounded import read
from documents.reading.source import ReadingError, Source
from documents.resolution import Resolution
from documents.targets import Target, targets_of
from index.errors import IndexError_
from prompts import loader
from qa.app.live import Live
from qa.library_commands import index_of, put
from qa.settings import Settings

FIELDS = ("title", "kind", "number", "issued", "province", "body", "signer", "nature")
"""What an operator can correct, in the order in which it is shown."""
Progress = Callable[[int, int], None]
_changing = threading.Lock()
_TOLD = ("full", "read_only", "damaged", "busy")


class ShelvingError(Exception):
    """Why something could not be done; the message is a Vietnamese sentence for the operator."""


@dataclass(frozen=True)
class Examined:
    """A file as it would stand in the library, before it does."""

    content: bytes
    name: str
    source: Source
    document: Resolution
    targets: tuple[Target, ...]
    warnings: tuple[str, ...]
    same: str | None
    """The title of a document of the same text, which makes adding pointless."""
    replaces: str | None
    """The title of the document with the same number, whose place this would take."""


class StoppedError(ShelvingError):
    """Someone broke it off; nothing was changed."""


def t(key: str, **values: object) -> str:
    """The text `key` of prompts/operator.toml."""
    return loader.text("operator", key, **values)


def examined(
    settings: Settings, content: bytes, name: str, progress: Progress | None = None, stop: threading.Event | None = None
) -> Examined:
    """`content` read and understood, without a change of the library.

    `progress` is told how many scanned pages of how many are recognised; once `stop` is set, the reading ends.

    Raises:
        ShelvingError: the file can't be read.
    """
    if settings.store:
        raise ShelvingError(t("shared_store"))
    try:
        source = read(content, name, settings.reading, progress, stop)
        document = understand(source, Original(content, name, source.format, source))
    except ReadingError as error:
        if error.reason == "stopped":
            raise StoppedError(t("stopped")) from error
        raise ShelvingError(_unreadable(error)) from error
    documents = Library.open(settings.data).documents()
    digest = hashlib.sha256(content).hexdigest()
    same = next((d.title for d in documents if digest == d.digest or d.text == document.text), None)
    replaces = next((d.title for d in documents if d.id == document.id and document.number), None)
    return Examined(content, name, source, document, targets_of(document), source.warnings, same, replaces)


def _unreadable(error: ReadingError) -> str:
    known = f"reading_{error.reason}"
    return t(known) if known in loader.load("operator") else t("reading_failed", reason=error)


def values_of(document: Resolution) -> dict[str, str]:
    """What is known of `document`, field by field, as it is shown for correction."""
    signer = document.facts.get("signer")
    said = {f: getattr(document, f) or "" for f in FIELDS if f != "signer"}
    said["signer"] = signer[0].value if signer else ""
    said["issued"] = "/".join(reversed(said["issued"].split("-"))) if said["issued"] else ""
    return said


def changed(document: Resolution, given: Mapping[str, str]) -> dict[str, str]:
    """What of `given` is not what was read, checked.

    Raises:
        ShelvingError: a date or a province that is none.
    """
    before = values_of(document)
    try:
        return checked({k: v.strip() for k, v in given.items() if v.strip() and v.strip() != before[k]})
    except CorrectionError as error:
        field = str(error).split(":")[0]
        raise ShelvingError(
            t(f"wrong_{field}") if f"wrong_{field}" in loader.load("operator") else t("wrong_value", field=field)
        ) from error


def add(
    live: Live,
    file: Examined,
    given: Mapping[str, str],
    *,
    replace: bool,
    progress: Progress | None = None,
    parts: Mapping[str, str] | None = None,
) -> str:
    """Put a file into the library with the operator's corrections; returns the document's title.

    `parts`: those of single headings and targets.

    Raises:
        ShelvingError: nothing was changed, for the reason it says.
    """
    values = changed(file.document, given) | dict(parts or {})

    def work(library: Library) -> str:
        with library.change() as change:
            document_id, _, _ = put(change, file.content, file.name, dict(values), replace=replace, source=file.source)
            documents = change.documents()
            index_of(live.settings, documents, live.embedder, progress)
        return next(d.title for d in documents if d.id == document_id)

    if file.replaces and not replace:
        raise ShelvingError(t("would_replace", title=file.replaces))
    return _done(live, work)


def as_read(live: Live, document_id: str) -> tuple[Resolution, dict[str, str]]:
    """A document as it was read, and the corrections kept of it.

    Raises:
        ShelvingError: it is gone.
    """
    if live.settings.store:
        raise ShelvingError(t("shared_store"))
    try:
        return Library.open(live.settings.data).as_read(document_id)
    except LibraryError as error:
        raise ShelvingError(t("gone")) from error


def correct(
    live: Live, document_id: str, given: Mapping[str, str], progress: Progress | None = None, parts: Mapping[str, str] | None = None
) -> str:
    """Let the operator's values stand over what was read of a document; returns its title.

    `parts`: those of single headings and targets, "" for those taken back.

    Raises:
        ShelvingError: nothing was changed, for the reason it says.
    """
    document = live.current.document(document_id)
    if document is None:
        raise ShelvingError(t("gone"))
    values = changed(document, given) | dict(parts or {})
    if not values:
        raise ShelvingError(t("nothing_to_change"))

    def work(library: Library) -> str:
        with library.change() as change:
            change.correct(document_id, values)
            documents = change.documents()
            index_of(live.settings, documents, live.embedder, progress)
        return next(d.title for d in documents if d.id == document_id)

    return _done(live, work)


def remove(live: Live, document_id: str, progress: Progress | None = None) -> None:
    """Forget a document and all that was derived from it.

    Raises:
        ShelvingError: nothing was changed, for the reason it says.
    """

    def work(library: Library) -> str:
        with library.change() as change:
            change.remove(document_id)
            index_of(live.settings, change.documents(), live.embedder, progress)
        return document_id

    _done(live, work)


def rebuild(live: Live, progress: Progress | None = None) -> int:
    """Read every kept file again and make the index anew; returns how many documents there are.

    Raises:
        ShelvingError: the library can't be read or written.
    """

    def work(library: Library) -> str:
        library.reread_all()
        index_of(live.settings, library.documents(), live.embedder, progress)
        return ""

    _done(live, work)
    return len(live.current.documents)


def _done(live: Live, work: Callable[[Library], str]) -> str:
    if live.settings.store:
        raise ShelvingError(t("shared_store"))
    if not _changing.acquire(blocking=False):
        raise ShelvingError(t("busy"))
    try:
        said = work(Library.open(live.settings.data))
        live.refresh()
        return said
    except ReadingError as error:
        raise ShelvingError(_unreadable(error)) from error
    except (LibraryError, IndexError_) as error:
        known = f"failed_{error.reason}"
        raise ShelvingError(t(known) if error.reason in _TOLD else t("failed", reason=error)) from error
    finally:
        _changing.release()


def places() -> list[str]:
    """What a document's province can be."""
    return [CENTRAL, *sorted(p.name for p in provinces())]


def today() -> str:
    """Today, for the name of a file to take along."""
    return date.today().isoformat()
