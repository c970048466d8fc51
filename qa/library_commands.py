"""What the command line does with the library: add, remove, set, list, text, outline, targets, index.

The library changes and the index is made anew inside one transaction: where either fails, both are as they were.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.adding import understand
from documents.corrections import CENTRAL, CorrectionError, checked, of_parts
from documents.database import Change, Library, LibraryError, Original
from documents.normalise import fold
from documents.places import known_province
from documents.reading.bounded import read
from documents.reading.dispatch import ACCEPTED, read_bytes
from documents.reading.source import ReadingError, Source
from documents.resolution import Resolution
from documents.target_files import write_csv, write_json, write_table, write_xlsx
from documents.targets import Target, filter_targets
from index.embedding import Embedder, NoModelError, load
from index.store import IndexError_, MissingIndexError, build, open_index
from index.store_address import shown
from index.vectors import Progress
from qa import probing
from qa.settings import Settings
from qa.sources import source

_NOT_FOUND = "(not found in the text any more)"
_GRACE = 5.0  # seconds in which readers of a store take up that a document is gone, before its texts are
_SKIPPED = ("Thumbs.db", "desktop.ini")


def add(
    settings: Settings, paths: Sequence[Path], values: Sequence[str], *, replace: bool, bundled: bool, embedder: Embedder | None = None
) -> int:
    """Add files, and the files in folders; each is told about on stderr, and what stands in the library then on stdout.

    `embedder` stands in for the one of the settings.

    Raises:
        CorrectionError, LibraryError, IndexError_: nothing was changed.
    """
    _only_local(settings, "put files there with: nghiquyet ingest FILE…")
    given = checked(pairs(values))
    files = list(files_in(paths))
    if not files and not bundled:
        raise LibraryError(f"there is no file to add; name files or folders with files: {ACCEPTED} are accepted")
    library = Library.open(settings.data)
    known = {e.file_digest: e.id for e in library.entries()}
    changed, there = False, []
    # Read before the library is changed: recognising a scan takes minutes, in which others may want to write.
    found: list[tuple[str, Path, _Read]] = []
    for n, path in enumerate(files, start=1):
        before = f"{n}/{len(files)} {path}: " if len(files) > 1 else f"{path}: "
        try:
            found.append((before, path, _read(settings, path, known, before)))
        except ReadingError as error:
            print(f"{before}not added: {error}", file=sys.stderr)
    failed = len(files) - len(found)
    with library.change() as change:
        if bundled:
            there = change.restore_bundled()
            changed = bool(there)
        for before, path, one in found:
            try:
                document_id, new, said = _add(change, path, one, given, replace=replace)
            except (ReadingError, LibraryError) as error:
                print(f"{before}not added: {error}", file=sys.stderr)
                failed += 1
                continue
            print(before + said, file=sys.stderr)
            changed = changed or new
            there.append(document_id)
        documents = change.documents()
        if changed:
            index_of(settings, documents, embedder)
    by_id = {d.id: d for d in documents}
    for document_id in dict.fromkeys(there):
        print(_line(by_id[document_id]))
    return 1 if failed else 0


def pairs(values: Iterable[str]) -> dict[str, str]:
    """Metadata given as key=value.

    Raises:
        CorrectionError: one of them has no "=".
    """
    found = {}
    for value in values:
        key, sign, given = value.partition("=")
        if not sign:
            raise CorrectionError(f'{value!r} says nothing to set; write it as key=value, for example province="Đồng Nai"')
        found[key.strip()] = given
    return found


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files, and the files in folders, in their order; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts))
            yield from sorted(p for p in inside if p.is_file() and p.name not in _SKIPPED)
        else:
            yield path


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as read: its digest, and its source, or None where the library has the same file."""

    digest: str
    source: Source | None


def _read(settings: Settings, path: Path, known: Mapping[str, str], before: str) -> _Read:
    content = read_bytes(path)
    digest = hashlib.sha256(content).hexdigest()
    if digest in known:
        return _Read(digest, None)

    def tell(done: int, total: int) -> None:
        if done in (0, total) or done % 10 == 0:
            print(f"{before}{done}/{total} pages recognised", file=sys.stderr)

    return _Read(digest, read(content, path.name, settings.reading, tell))


def _add(change: Change, path: Path, one: _Read, values: dict[str, str], *, replace: bool) -> tuple[str, bool, str]:
    """(id, whether the library changed, what to tell)."""
    content, source = read_bytes(path), one.source
    if hashlib.sha256(content).hexdigest() != one.digest:
        raise LibraryError("the file was changed while it was read; add it again")
    if source is None:
        there = change.same_content(content, "")
        if there is None:
            raise LibraryError("the document that came as the same file was removed meanwhile; add the file again")
        if values:
            change.correct(there, values)
        return there, bool(values), f"the same text is in the library already, as {there}"
    return put(change, content, path.name, values, replace=replace, source=source)


def put(
    change: Change, content: bytes, name: str, values: dict[str, str], *, replace: bool, source: Source | None = None
) -> tuple[str, bool, str]:
    """Add the file `name`, read as `source` (None: it is read here); returns the document's id, whether the library changed,
    and what to tell.

    Raises:
        ReadingError, LibraryError: the file can't be read, or would take the place of another document.
    """
    source = source or read(content, name)
    original = Original(content, name, source.format, source)
    document = understand(source, original, values=values)
    there = change.same_content(content, document.text)
    if there:
        if values:
            change.correct(there, values)
        return there, bool(values), f"the same text is in the library already, as {there}"
    if change.holds(document.id):
        if not replace and document.number:
            raise LibraryError(f"{document.id} is in the library already with another text; add --replace to put this one in its place")
        if not replace:
            free = next(i for n in range(2, 10_000) if not change.holds(i := f"{document.id}-{n}"))
            document = understand(source, original, free)
    change.put(document, original)
    if values:
        change.correct(document.id, values)
    document = next(d for d in change.documents() if d.id == document.id)
    facts = [document.kind, document.number, document.locality, document.province, document.issued]
    said = f"added as {document.id} ({', '.join(filter(None, facts)) or 'no metadata found'}; {len(document.passages)} passages)"
    missing = [name for name, value in (("province", document.province), ("kind", document.kind)) if not value]
    notes = [*source.warnings, *([f"no {' and no '.join(missing)} found; say it with --set"] if missing else [])]
    return document.id, True, "; ".join([said, *notes])


def remove(settings: Settings, document_id: str) -> int:
    """Forget a document and all that was derived from it."""
    if settings.store:
        from index.milvus_writer import Writer

        writer = Writer(settings.store, _embedder(settings))
        keys = writer.hide(document_id)
        time.sleep(_GRACE)
        writer.clear(keys)
        print(f"{document_id} is forgotten", file=sys.stderr)
        return 0
    with Library.open(settings.data).change() as change:
        change.remove(document_id)
        index_of(settings, change.documents())
    print(f"{document_id} is forgotten", file=sys.stderr)
    return 0


def correct(settings: Settings, document_id: str, values: Sequence[str]) -> int:
    """Set metadata of a document by hand; `key=` takes a correction back."""
    _only_local(settings, "what is known of a document is set when it is put there: nghiquyet ingest FILE --replace --set key=value")
    given = checked(pairs(values))
    with Library.open(settings.data).change() as change:
        change.correct(document_id, given)
        documents = change.documents()
        index_of(settings, documents)
    print(_line(next(d for d in documents if d.id == document_id)))
    return 0


def index_of(
    settings: Settings, documents: Sequence[Resolution], embedder: Embedder | None = None, progress: Progress | None = None
) -> None:
    """Make the index of `documents` with `embedder` (default: that of the settings); only texts without a kept vector are embedded.

    `progress` is told how many passages of how many are embedded (default: told on stderr).
    """
    embedder = embedder or _embedder(settings)
    build(settings.data, documents, embedder, tune=probing.tuner(embedder), progress=progress or _progress)


def _embedder(settings: Settings) -> Embedder | None:
    try:
        return load(settings.model)
    except NoModelError as error:
        print(f"warning: {error}; the index will answer from BM25 alone", file=sys.stderr)
        return None


def _progress(done: int, total: int) -> None:
    print(f"{done}/{total} passages embedded", file=sys.stderr)


def _only_local(settings: Settings, instead: str) -> None:
    if settings.store:
        raise LibraryError(f"the documents lie in the store {shown(settings.store)}; {instead}")


def index(settings: Settings, *, rebuild: bool) -> int:
    """Make the index where it is missing, broken or of something else; with `rebuild` in any case, and the files are read again.

    Of a store, the counts are added up; with `rebuild` the words are weighed anew by today's average lengths.
    """
    if settings.store:
        from index.milvus_writer import Writer

        writer = Writer(settings.store, _embedder(settings))
        if rebuild:
            writer.refreeze(lambda done, total: print(f"{done}/{total} documents weighed", file=sys.stderr))
        writer.settle()
        print(f"the store {writer.tables.shown} is up to date", file=sys.stderr)
        return 0
    library = Library.open(settings.data)
    embedder = _embedder(settings)
    if rebuild:
        library.reread_all()
    else:
        try:
            open_index(settings.data, model=embedder.name if embedder else None, corpus=library.digest())
            print(f"the index in {settings.data} is up to date", file=sys.stderr)
            return 0
        except MissingIndexError:
            pass
        except IndexError_ as error:
            print(f"{str(error).removesuffix('; run: nghiquyet index --rebuild')}; building it anew", file=sys.stderr)
    documents = library.documents()
    index_of(settings, documents, embedder)
    print(f"indexed {sum(len(d.passages) for d in documents)} passages of {len(documents)} documents in {settings.data}", file=sys.stderr)
    return 0


def corrections(settings: Settings, document_id: str | None) -> int:
    """A line for each correction that stands: document, field, what was read, what holds instead."""
    from documents import outline_corrections, target_corrections
    from documents.target_files import said
    from documents.targets import targets_of

    library = Library.open(settings.data)
    for identity in [document_id] if document_id else [e.id for e in library.entries()]:
        read, values = library.as_read(identity)
        was = {key: s.path[-1] for key, s in outline_corrections.keyed(read.sections)}
        if len(of_parts(values)) > 0:
            whole = next(d for d in library.documents() if d.id == identity)
            was |= {key: f"{t.indicator}: {said(t)} “{t.quote}”" for key, t in target_corrections.keyed(targets_of(whole))}
        for field, value in values.items():
            read_as = was.get(field, _NOT_FOUND if field in of_parts(values) else str(getattr(read, field, "") or ""))
            print("\t".join([identity, field, " ".join(read_as.split()), value]))
    return 0


def listing(settings: Settings, *, as_json: bool) -> int:
    """A line for each document."""
    held = source(settings)
    files = held.entries()
    for d in held.documents():
        file = files[d.id]
        row = {
            name: getattr(d, name) or None for name in ("id", "title", "kind", "number", "issued", "body", "province", "locality", "nature")
        }
        sizes = {"passages": len(d.passages), "characters": len(d.text)}
        kept = {"file": file.file_name, "format": file.format, "added": file.added_at, "bundled": file.bundled}
        print(json.dumps(row | sizes | kept, ensure_ascii=False) if as_json else _line(d))
    return 0


def _line(d: Resolution) -> str:
    place = ", ".join(filter(None, (d.locality, d.province))) or "không rõ địa phương"
    number, issued = d.number or "không ghi số", d.issued or "không ghi ngày"
    return "\t".join([d.id, place, number, issued, d.title, *([f"({d.nature})"] if d.nature else [])])


def document(settings: Settings, document_id: str) -> Resolution:
    """The document called `document_id`.

    Raises:
        LibraryError: there is none.
    """
    documents = source(settings).documents()
    for d in documents:
        if d.id == document_id:
            return d
    raise LibraryError(f"no document is called {document_id!r}; there are: {', '.join(d.id for d in documents) or 'none'}")


def targets(settings: Settings, options: argparse.Namespace) -> int:
    """The table of targets as text, JSON Lines, CSV or XLSX.

    Raises:
        LibraryError: a province that is none, or a file that can't be written.
    """
    found: Sequence[Target] = source(settings).targets()
    if options.province:
        province = CENTRAL if fold(options.province) == fold(CENTRAL) else known_province(options.province)
        if province is None:
            raise LibraryError(
                f"--province: {options.province!r} is no province of Việt Nam; `nghiquyet list` shows whose documents there are"
            )
        found = filter_targets(found, province=province)
    found = filter_targets(found, year=options.year, pillar=options.pillar, text=options.text)
    if options.format == "xlsx":
        if options.out is None:
            raise LibraryError("--format xlsx needs --out FILE.xlsx: a spreadsheet can't be shown on a terminal")
        return _written(options.out, lambda: write_xlsx(found, options.out))
    write = {"json": write_json, "csv": write_csv, "table": write_table}[options.format]
    if options.out is None:
        write(found, sys.stdout)
        return 0

    def whole() -> None:
        with options.out.open("w", encoding="utf-8-sig" if options.format == "csv" else "utf-8", newline="") as file:
            write(found, file)

    return _written(options.out, whole)


def _written(path: Path, write: Any) -> int:
    try:
        write()
    except OSError as error:
        raise LibraryError(f"--out {path}: {error.strerror}; give a file that can be written") from error
    print(f"written: {path}", file=sys.stderr)
    return 0
