"""The index on disk, in generations (`index.generations`): each is made beside the others and switched to by one rename.

    DATA/vectors/<model>.npz            vectors by text digest, kept across generations (`index.vectors`)
    DATA/index/CURRENT                  the name of the generation in use
    DATA/index/gen-<digest>/            manifest.json
                                        documents.json, passages.json, heads.json and their tables (`index.rows`)
                                        vectors.faiss (`index.nearest`), bm25-*/ (`index.lexical`), counts.json,
                                        frequencies/ (`index.frequencies`)

A generation holds all that answering needs, so a reader never sees half of one. Nothing here is pickled. The files are
the same at any size; of a big library they are mapped into memory rather than read (docs/SCALE.md).
"""

import functools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.durable import reason_of
from documents.library import corpus_digest
from documents.normalise import fold
from documents.places import learned_places, provinces
from documents.resolution import Passage, Resolution
from index import frequencies, generations, lexical, nearest, rows
from index.analysis import fingerprint, folded_terms, joined_terms, term_set, terms
from index.embedding import Embedder
from index.errors import IndexError_, MissingIndexError, OutdatedIndexError
from index.held import Index
from index.language import Counts, Restorer, count
from index.local import LocalIndex
from index.mending import searched
from index.vectors import Progress, VectorCache

__all__ = [
    "FORMAT",
    "PASSAGE_OPTIONS",
    "Index",
    "LocalIndex",
    "IndexError_",
    "MissingIndexError",
    "OutdatedIndexError",
    "build",
    "embedded_text",
    "heading_text",
    "lexical_texts",
    "open_index",
    "read_manifest",
]

FORMAT = 6
PASSAGE_OPTIONS = "list items and paragraphs, 700; embedded as province. headings. text"
_FIELDS = {"exact": 0.5, "folded": 0.5, "heading": 0.3}
"""Field of BM25 -> how much the length of a passage counts there."""
_RARE_KEPT = 1_000_000
"""Pairs and triples of syllables up to which those that occur once are kept: of more, they say nothing that the rest does not."""
_NO_MODEL = "none (BM25 alone)"


def embedded_text(document: Resolution, passage: Passage) -> str:
    """What is embedded for a passage: place and headings give the line its meaning. Never shown."""
    home = [p.text for p in document.passages if p.id == passage.note_of] if passage.note_of else []
    place = ", ".join(filter(None, (document.locality, document.province)))
    return ". ".join([*filter(None, [place]), *(h.rstrip(":. ") for h in passage.path), _with_heads(passage), *home])


def _with_heads(passage: Passage) -> str:
    """A table row with the head of its column before each cell; any other passage's text."""
    if not passage.columns:
        return passage.text
    cells = [passage.text[a - passage.start : b - passage.start] for a, b in passage.cells]
    return "; ".join(f"{head}: {cell}" if head else cell for head, cell in zip(passage.columns, cells, strict=True) if cell)


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


def build(
    data: Path,
    documents: Sequence[Resolution],
    embedder: Embedder | None,
    *,
    progress: Progress | None = None,
    bundled_vectors: bool = True,
    tune: Callable[[LocalIndex], Mapping[str, Any]] | None = None,
) -> None:
    """Write a new generation for `documents` and switch to it; only texts without a kept vector are embedded.

    `tune`: told the index before it is in use; what it finds is kept in the manifest as "tuned".

    Raises:
        IndexError_: the folder can't be written, the disk is full, or another process is writing.
    """
    root = data / "index"
    with generations.writing(root):
        with generations.staging(root) as made:
            try:
                manifest = _write_generation(made, data, documents, embedder, progress, bundled_vectors)
                if tune is not None and documents:
                    manifest["tuned"] = dict(tune(_load(made, manifest, with_vectors=embedder is not None)))
                name = generations.seal(made, manifest)
                generations.switch(root, made, name)
            except OSError as error:
                said = f"the index can't be written to {root} ({error.strerror or error}); the one before is untouched"
                raise IndexError_(said, reason_of(error)) from error
        generations.clean(root)  # also what a killed build has left


def _write_generation(
    folder: Path,
    data: Path,
    documents: Sequence[Resolution],
    embedder: Embedder | None,
    progress: Progress | None,
    bundled_vectors: bool,
) -> dict[str, Any]:
    how = None
    if embedder is not None:
        cache = VectorCache(embedder.name, embedder.dimension, data / "vectors", bundled=bundled_vectors)
        vectors = cache.embed_halves(embedder, _embedded_texts(documents), progress)
        cache.save(_embedded_texts(documents))
        del cache  # a big library's is worth giving back before the next part
        how = nearest.write(folder / "vectors.faiss", vectors)
        del vectors
    _write_texts(folder, documents)
    _write_counts(folder / "counts.json", documents)
    return {
        "format": FORMAT,
        "model": embedder.name if embedder else None,
        "dimension": embedder.dimension if embedder else None,
        "vectors": how,
        "passage_options": PASSAGE_OPTIONS,
        "analysis": fingerprint(),
        "corpus_digest": corpus_digest(documents),
        "passages": sum(len(d.passages) for d in documents),
        "places": learned_places(documents),
        "theme": sorted(frozenset.intersection(*(term_set(d.title) for d in documents)) if documents else ()),
    }


def _embedded_texts(documents: Sequence[Resolution]) -> Iterator[str]:
    return (embedded_text(d, p) for d in map(searched, documents) for p in d.passages)


def _write_texts(folder: Path, documents: Sequence[Resolution]) -> None:
    """Write the documents, their passages and the postings of the three fields."""
    fields = {name: lexical.Writer(b) for name, b in _FIELDS.items()}
    seen = frequencies.Writer()
    # A term is folded as its text is; words and headings come again and again.
    folded = functools.lru_cache(maxsize=1 << 18)(fold)
    of_heading, set_of_heading = functools.lru_cache(maxsize=1 << 12)(folded_terms), functools.lru_cache(maxsize=1 << 12)(term_set)
    texts = rows.Writer(folder)
    try:
        for d in documents:
            texts.add(d)
            passages = searched(d).passages
            for p, text in zip(passages, lexical_texts(passages), strict=True):
                exact, heading = terms(text), heading_text(p)
                flat = [folded(t) for t in exact]
                fields["exact"].add(exact)
                fields["folded"].add(flat)
                fields["heading"].add(of_heading(heading))
                seen.add((joined_terms(exact, flat) if text == p.text else term_set(p.text)) | set_of_heading(heading))
        texts.close()
    finally:
        texts.release()
    for name in list(fields):
        fields.pop(name).write(folder / f"bm25-{name}")
    seen.write(folder / "frequencies")


def _write_counts(path: Path, documents: Sequence[Resolution]) -> None:
    counts = count(p.text for d in map(searched, documents) for p in d.passages)
    once = 0 if len(counts.pairs) + len(counts.triples) <= _RARE_KEPT else 1
    tables = (("pairs", counts.pairs), ("triples", counts.triples))
    listed = {name: [[*k, n] for k, n in table.items() if n > once] for name, table in tables}
    path.write_text(json.dumps({"syllables": counts.syllables, **listed}, ensure_ascii=False), "utf-8")


def read_manifest(data: Path) -> dict[str, Any]:
    """The manifest of the generation in use.

    Raises:
        MissingIndexError: there is none yet.
        IndexError_: it can't be read.
    """
    return generations.read_current(data, generations.manifest_of)


def open_index(data: Path, *, model: str | None, corpus: str) -> LocalIndex:
    """The generation in use, checked against the `model` that will embed questions (None: BM25 alone) and the digest
    of the documents it should hold.

    Raises:
        MissingIndexError: there is none yet.
        IndexError_: broken, or made with another model, other options or other documents; both values are named.
    """
    return generations.read_current(data, lambda folder: _open(folder, model, corpus))


def _open(folder: Path, model: str | None, corpus: str) -> LocalIndex:
    handle = generations.held(folder)
    try:
        opened = _checked(folder, model, corpus)
        generations.keep(opened, folder, handle)
    except BaseException:
        if handle is not None:
            os.close(handle)
        raise
    return opened


def _checked(folder: Path, model: str | None, corpus: str) -> LocalIndex:
    manifest = generations.manifest_of(folder)
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
    generations.check(folder, manifest)
    try:
        return _load(folder, manifest, with_vectors=model is not None)
    except IndexError_:
        raise
    except Exception as error:  # json, faiss and numpy each raise kinds of their own on broken files
        reason = f"{type(error).__name__}: {error}"
        raise IndexError_(f"the index in {folder} can't be read ({reason}); run: nghiquyet index --rebuild") from error


def _load(folder: Path, manifest: dict[str, Any], *, with_vectors: bool) -> LocalIndex:
    layout, documents, passages = rows.load(folder)
    raw = json.loads((folder / "counts.json").read_text("utf-8"))
    pairs = {(a, b): n for a, b, n in raw["pairs"]}
    counts = Counts(raw["syllables"], pairs, {(a, b, c): n for a, b, c, n in raw["triples"]})
    places = manifest["places"]
    fields = {name: lexical.load(folder / f"bm25-{name}") for name in _FIELDS}
    if any(field.size != len(passages) for field in fields.values()):
        raise ValueError(f"there are other than {len(passages)} passages in a field of words")
    return LocalIndex(
        documents=documents,
        passages=passages,
        layout=layout,
        manifest=manifest,
        nearest=nearest.load(folder / "vectors.faiss", len(passages)) if with_vectors else None,
        **fields,
        frequencies=frequencies.load(folder / "frequencies"),
        theme=frozenset(manifest["theme"]),
        restorer=Restorer(counts, [*(n for p in provinces() for n in (p.name, *p.aliases)), *places]),
        places=places,
    )
