"""The index on disk, in generations: each is written beside the others and switched to by one rename.

    DATA/vectors/<model>.npz            vectors by text digest, kept across generations
    DATA/index/CURRENT                  the name of the generation in use
    DATA/index/gen-<digest>/            manifest.json, documents.json, vectors.faiss, bm25-*/, counts.json

A generation holds all that answering needs, so a reader never sees half of one. Nothing here is pickled.
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import bm25s
import faiss
import numpy as np

from documents.library import corpus_digest
from documents.places import learned_places, provinces
from documents.resolution import Fact, Passage, Resolution, Section
from index.analysis import fingerprint, folded_terms, terms
from index.embedding import Embedder, Vectors
from index.language import Counts, Restorer, count
from index.vectors import Progress, VectorCache

FORMAT = 2
PASSAGE_OPTIONS = "list items and paragraphs, 700; embedded as province. headings. text"
_NO_MODEL = "none (BM25 alone)"
_NO_GENERATION = "{} names {!r}, which is no generation there; run: nghiquyet index --rebuild"
T = TypeVar("T")


class IndexError_(Exception):  # noqa: N801, N818 - "IndexError" is taken
    """An index that is missing, broken or made otherwise; the message says what was found and what to do."""


class MissingIndexError(IndexError_):
    """There is no index in the data folder yet."""


class OutdatedIndexError(IndexError_):
    """The index was made by another version of the program, or of other documents: it can be made anew without asking."""


@dataclass(frozen=True)
class Index:
    """A generation in memory. Vectors are rows in the order of `passages`; `faiss` is None without a model."""

    documents: tuple[Resolution, ...]
    passages: tuple[Passage, ...]
    manifest: dict[str, Any]
    faiss: Any
    bm25_exact: Any
    bm25_folded: Any
    bm25_heading: Any
    restorer: Restorer
    places: dict[str, str]
    """Places that one province's documents alone name -> that province."""

    def document(self, document_id: str) -> Resolution:
        """The document called `document_id`; KeyError where there is none."""
        for d in self.documents:
            if d.id == document_id:
                return d
        raise KeyError(document_id)


def embedded_text(document: Resolution, passage: Passage) -> str:
    """What is embedded for a passage: place and headings give the line its meaning. Never shown."""
    home = [p.text for p in document.passages if passage.note_of and p.id == passage.note_of]
    return ". ".join([document.province, *(h.rstrip(":. ") for h in passage.path), _with_heads(passage), *home])


def _with_heads(passage: Passage) -> str:
    """A table row with the head of its column before each cell; any other passage's text."""
    if not passage.columns:
        return passage.text
    cells = [passage.text[a - passage.start : b - passage.start] for a, b in passage.cells]
    return "; ".join(f"{head}: {cell}" for head, cell in zip(passage.columns, cells, strict=True) if cell)


def lexical_texts(passages: Sequence[Passage]) -> list[str]:
    """What BM25 searches for each passage: its text; a footnote and the passage that refers to it share theirs."""
    found = {p.id: p.text for p in passages}
    for p in passages:
        if p.note_of:
            note, home = p.text, found[p.note_of]
            found[p.id], found[p.note_of] = f"{note} . {home}", f"{home} . {note}"
    return [found[p.id] for p in passages]


def heading_text(passage: Passage) -> str:
    """What the heading field of BM25 holds."""
    return " . ".join((*passage.path, *passage.columns))


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock dies with its process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("a")
    except OSError as error:
        raise IndexError_(f"the data folder {folder.parent} can't be written ({error.strerror}); choose another with --data DIR") from error
    with file:
        try:
            import fcntl
        except ImportError:  # Windows: no advisory lock; the rename still keeps readers safe
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IndexError_("another process is writing this index; wait until it has finished and try again") from error
        yield


def build(
    data: Path,
    documents: Sequence[Resolution],
    embedder: Embedder | None,
    *,
    progress: Progress | None = None,
    bundled_vectors: bool = True,
) -> None:
    """Write a new generation for `documents` and switch to it; only texts without a kept vector are embedded.

    Raises:
        IndexError_: the folder can't be written, the disk is full, or another process is writing.
    """
    documents = tuple(documents)
    root = data / "index"
    with _lock(root):
        try:
            staging = Path(tempfile.mkdtemp(dir=root, prefix="tmp-"))
        except OSError as error:
            raise IndexError_(f"the data folder {data} can't be written ({error.strerror}); choose another with --data DIR") from error
        try:
            name = _write_generation(staging, data, documents, embedder, progress, bundled_vectors)
            # A rebuild of the same documents must not touch the generation in use before the switch.
            while (root / name).exists():
                name += "0"
            os.rename(staging, root / name)
            _write_text(root / "CURRENT.tmp", name)
            os.replace(root / "CURRENT.tmp", root / "CURRENT")
        except OSError as error:
            raise IndexError_(f"the index can't be written to {root} ({error.strerror or error}); the one before is untouched") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for old in [*root.glob("gen-*"), *root.glob("tmp-*")]:  # also what a killed build has left
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)


def _write_generation(
    folder: Path,
    data: Path,
    documents: tuple[Resolution, ...],
    embedder: Embedder | None,
    progress: Progress | None,
    bundled_vectors: bool,
) -> str:
    passages = [p for d in documents for p in d.passages]
    by_id = {d.id: d for d in documents}
    if embedder is not None:
        texts = [embedded_text(by_id[p.document_id], p) for p in passages]
        cache = VectorCache(embedder.name, embedder.dimension, data / "vectors", bundled=bundled_vectors)
        vectors = cache.embed(embedder, texts, progress)
        cache.save(texts)
        _write_faiss(folder / "vectors.faiss", vectors)
    lexical, headings = lexical_texts(passages), [heading_text(p) for p in passages]
    for field, analyse, field_texts in (("exact", terms, lexical), ("folded", folded_terms, lexical), ("heading", folded_terms, headings)):
        bm25 = bm25s.BM25(k1=1.2, b=0.3 if field == "heading" else 0.5)
        # bm25s can't index a corpus without any token.
        bm25.index([analyse(t) or ["∅"] for t in field_texts], show_progress=False)
        bm25.save(folder / f"bm25-{field}", show_progress=False)
    counts = count(p.text for p in passages)
    listed = {name: [[*k, n] for k, n in table.items()] for name, table in (("pairs", counts.pairs), ("triples", counts.triples))}
    _write_json(folder / "counts.json", {"syllables": counts.syllables, **listed})
    _write_json(folder / "documents.json", [dataclasses.asdict(d) for d in documents])
    manifest = {
        "format": FORMAT,
        "model": embedder.name if embedder else None,
        "dimension": embedder.dimension if embedder else None,
        "passage_options": PASSAGE_OPTIONS,
        "analysis": fingerprint(),
        "corpus_digest": corpus_digest(documents),
        "passages": len(passages),
        "places": learned_places(documents),
        "files": {p.relative_to(folder).as_posix(): p.stat().st_size for p in sorted(folder.rglob("*")) if p.is_file()},
    }
    _write_json(folder / "manifest.json", manifest)
    return "gen-" + hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]


def _write_faiss(path: Path, vectors: Vectors) -> None:
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(np.ascontiguousarray(vectors))
    try:
        faiss.write_index(flat, str(path))
    except RuntimeError as error:  # so faiss reports a full disk
        raise OSError(str(error)) from error


def _write_json(path: Path, value: Any) -> None:
    _write_text(path, json.dumps(value, ensure_ascii=False))


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(data: Path) -> dict[str, Any]:
    """The manifest of the generation in use.

    Raises:
        MissingIndexError: there is none yet.
        IndexError_: it can't be read.
    """
    return _read_current(data, _manifest)


def _read_current(data: Path, read: Callable[[Path], T]) -> T:
    """`read` of the generation in use; again, where a writer switched and cleared that generation meanwhile."""
    while True:
        name = _current(data)
        try:
            if not (data / "index" / name).is_dir():
                raise IndexError_(_NO_GENERATION.format(data / "index" / "CURRENT", name))
            return read(data / "index" / name)
        except IndexError_:
            if _current(data) == name:
                raise


def _current(data: Path) -> str:
    root = data / "index"
    try:
        name = (root / "CURRENT").read_text("utf-8").strip()
    except FileNotFoundError:
        raise MissingIndexError(f"there is no index in {root} yet; run: nghiquyet index") from None
    except NotADirectoryError:
        raise IndexError_(f"the data folder {data} is not a folder (part of its path is a file); choose another with --data DIR") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexError_(f"{root / 'CURRENT'} can't be read ({error}); run: nghiquyet index --rebuild") from error
    if not name.startswith("gen-") or "/" in name or "\\" in name:
        raise IndexError_(_NO_GENERATION.format(root / "CURRENT", name[:60]))
    return name


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
            raise ValueError("no manifest")
    except (OSError, ValueError) as error:
        raise IndexError_(f"{folder / 'manifest.json'} is missing or broken ({error}); run: nghiquyet index --rebuild") from error
    return manifest


def open_index(data: Path, *, model: str | None, corpus: str) -> Index:
    """The generation in use, checked against the `model` that will embed questions (None: BM25 alone) and the digest
    of the documents it should hold.

    Raises:
        MissingIndexError: there is none yet.
        IndexError_: broken, or made with another model, other options or other documents; both values are named.
    """
    return _read_current(data, lambda folder: _open(folder, model, corpus))


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _open(folder: Path, model: str | None, corpus: str) -> Index:
    manifest = _manifest(folder)
    wanted = {"format": FORMAT, "passage_options": PASSAGE_OPTIONS, "analysis": fingerprint(), "corpus_digest": corpus}
    if model is not None:
        wanted["model"] = model
    for field, value in wanted.items():
        if manifest.get(field) != value:
            found = manifest.get(field)
            if found is None:
                found = _NO_MODEL if field == "model" else "not said"
            # Another model is somebody's choice; all else is ours, and an index is only derived.
            kind = IndexError_ if field == "model" else OutdatedIndexError
            raise kind(
                f"the index in {folder.parent} was made with {field} = {found!r}, "
                f"but {value!r} is asked for; run: nghiquyet index --rebuild"
            )
    for name, size in manifest["files"].items():
        path = folder / name
        if _size(path) != size:
            raise IndexError_(f"{path} is missing or not {size} bytes long as written; run: nghiquyet index --rebuild")
    try:
        return _load(folder, manifest, with_vectors=model is not None)
    except IndexError_:
        raise
    except Exception as error:  # json, faiss, numpy and bm25s each raise kinds of their own on broken files
        reason = f"{type(error).__name__}: {error}"
        raise IndexError_(f"the index in {folder} can't be read ({reason}); run: nghiquyet index --rebuild") from error


def _load(folder: Path, manifest: dict[str, Any], *, with_vectors: bool) -> Index:
    documents = tuple(_document(d) for d in json.loads((folder / "documents.json").read_text("utf-8")))
    passages = tuple(p for d in documents for p in d.passages)
    vectors = faiss.read_index(str(folder / "vectors.faiss")) if with_vectors else None
    if vectors is not None and vectors.ntotal != len(passages):
        raise IndexError_(f"{folder} holds {vectors.ntotal} vectors for {len(passages)} passages; run: nghiquyet index --rebuild")
    raw = json.loads((folder / "counts.json").read_text("utf-8"))
    pairs = {(a, b): n for a, b, n in raw["pairs"]}
    counts = Counts(raw["syllables"], pairs, {(a, b, c): n for a, b, c, n in raw["triples"]})
    places = manifest["places"]
    return Index(
        documents=documents,
        passages=passages,
        manifest=manifest,
        faiss=vectors,
        bm25_exact=bm25s.BM25.load(folder / "bm25-exact", load_vocab=True),
        bm25_folded=bm25s.BM25.load(folder / "bm25-folded", load_vocab=True),
        bm25_heading=bm25s.BM25.load(folder / "bm25-heading", load_vocab=True),
        restorer=Restorer(counts, [*(n for p in provinces() for n in (p.name, *p.aliases)), *places]),
        places=places,
    )


def _document(raw: dict[str, Any]) -> Resolution:
    raw["sections"] = tuple(Section(tuple(s["path"]), s["start"], s["end"], s["heading_end"]) for s in raw["sections"])
    raw["passages"] = tuple(_passage(p) for p in raw["passages"])
    raw["facts"] = {name: tuple(Fact(**f) for f in facts) for name, facts in raw["facts"].items()}
    return Resolution(**raw)


def _passage(raw: dict[str, Any]) -> Passage:
    cells = tuple((a, b) for a, b in raw["cells"])
    return Passage(**{**raw, "path": tuple(raw["path"]), "columns": tuple(raw["columns"]), "cells": cells})
