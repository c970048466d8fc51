"""Documents and passages on disk: what stands in each row of an index, and which rows are whose.

    documents.json   a JSON array, one document a line, without its passages
    passages.json    a JSON array, one passage a line, in the order of rows
    heads.json       [[id, province, title, kind, number, issued, body, locality, replaces], …] of the documents
    facts.json       [[value, …], …], the folded values of each document's metadata
    documents.npy    (m + 1, 2) int64: each document's first row, and its first byte in documents.json
    passages.npy     (n + 1,) int64: each passage's first byte in passages.json
    flags.npy        (n,) uint8: HAS_DIGIT, ASIDE, NOTE

A small library is read whole; of a big one, only the passages and documents that are asked for ever become objects.
"""

import dataclasses
import functools
import json
import mmap
import operator
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast, overload

import numpy as np
from numpy.typing import NDArray

from documents.normalise import fold
from documents.resolution import Fact, Passage, Resolution, Section, TextPage
from index import arrays
from index.errors import IndexError_

READ_WHOLE = 20_000
"""Passages up to which a library is read whole."""
HAS_DIGIT, ASIDE, NOTE = 1, 2, 4
_KEPT_DOCUMENTS = 64  # of a big library, as objects
_FIELDS = ("id", "path", "start", "end", "text", "page", "kind", "note_of", "cells", "columns")

Allowed = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a document without reading it; the fields are those of `documents.resolution.Resolution`."""

    id: str
    province: str
    title: str
    kind: str
    number: str | None
    issued: str | None
    body: str
    locality: str
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Which rows are whose, and what is known of every document and row without reading it."""

    heads: tuple[Head, ...]
    first_rows: NDArray[np.int64]
    """Shape (documents + 1,); a document's rows lie side by side."""
    flags: NDArray[np.uint8]
    facts_json: mmap.mmap | bytes

    @functools.cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the documents, in their order."""
        return tuple(h.id for h in self.heads)

    @functools.cached_property
    def provinces(self) -> tuple[str, ...]:
        """The province of each document."""
        return tuple(h.province for h in self.heads)

    def head(self, document_id: str) -> Head:
        """What is known of the document called `document_id`; KeyError where there is none."""
        return self.heads[self.places[document_id]]

    def rows(self, document_id: str) -> range:
        """The rows of the document called `document_id`; KeyError where there is none."""
        place = self.places[document_id]
        return range(int(self.first_rows[place]), int(self.first_rows[place + 1]))

    def named_by_facts(self, folded: str) -> list[str]:
        """The ids of the documents a value of whose metadata (name, number, signer, …) stands in the text `folded`."""
        return [h.id for h, values in zip(self.heads, self._facts, strict=True) if any(v in folded for v in values)]

    @functools.cached_property
    def _facts(self) -> list[list[str]]:
        # Of a big library, read when it is first asked for: few questions are about a document itself.
        try:
            found: list[list[str]] = json.loads(self.facts_json[:])
            if len(found) != len(self.heads):
                raise ValueError(f"it holds {len(found)} documents instead of {len(self.heads)}")
        except (ValueError, TypeError) as error:
            raise IndexError_(f"facts.json of the index can't be read ({error}); run: nghiquyet index --rebuild") from error
        return found

    @functools.cached_property
    def places(self) -> dict[str, int]:
        """Document id -> its place among the documents."""
        return {identity: i for i, identity in enumerate(self.ids)}

    @functools.cached_property
    def _of_province(self) -> dict[str, NDArray[np.int64]]:
        found: dict[str, list[int]] = {}
        for i, province in enumerate(self.provinces):
            found.setdefault(province, []).append(i)
        return {province: np.array(documents, dtype=np.int64) for province, documents in found.items()}

    def allowed(self, provinces: Collection[str], document_ids: Collection[str]) -> Allowed | None:
        """The rows whose document has one of the provinces and is one of the documents (empty: any); None for all rows."""
        if not provinces and not document_ids:
            return None
        ok = np.zeros(len(self.ids), dtype=bool)
        for province in provinces:
            ok[self._of_province.get(province, [])] = True
        if document_ids:
            named = np.zeros(len(self.ids), dtype=bool)
            named[[self.places[identity] for identity in document_ids if identity in self.places]] = True
            ok = named & ok if provinces else named
        return np.repeat(ok, np.diff(self.first_rows))


def head_of(document: Resolution) -> Head:
    """What is known of `document` without reading it."""
    return Head(**{f.name: getattr(document, f.name) for f in dataclasses.fields(Head)})


def facts_of(document: Resolution) -> list[str]:
    """The folded values of a document's metadata."""
    return [fold(f.value) for facts in document.facts.values() for f in facts]


def flags_of(passage: Passage) -> int:
    """HAS_DIGIT, ASIDE and NOTE as they are true of a passage."""
    aside = passage.kind == "tail" or (passage.kind == "front" and "\n" in passage.text)
    return HAS_DIGIT * any(c.isdigit() for c in passage.text) + ASIDE * aside + NOTE * (passage.note_of is not None)


def head_from(raw: list[Any]) -> Head:
    """The head whose fields' values are `raw`."""
    names = [f.name for f in dataclasses.fields(Head)]
    return Head(**dict(zip(names, [*raw[:-1], tuple(raw[-1])], strict=True)))


class Writer:
    """Writes documents and their passages, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents, self._passages = (folder / "documents.json").open("wb"), (folder / "passages.json").open("wb")
        self._heads: list[Head] = []
        self._facts: list[list[str]] = []
        self._spans = array("q")
        self._offsets = array("q")
        self._flags = array("B")

    def add(self, document: Resolution) -> None:
        """The next document with its passages."""
        place = _line(self._documents, document_json(document), first=not self._heads)
        self._spans.extend((len(self._flags), place))
        self._heads.append(head_of(document))
        self._facts.append(facts_of(document))
        for p in document.passages:
            self._offsets.append(_line(self._passages, passage_json(p), first=not self._flags))
            self._flags.append(flags_of(p))

    def close(self) -> None:
        """Write what is left.

        Raises:
            OSError: it can't be written.
        """
        for file, table, before in (
            (self._documents, self._spans, (len(self._flags),)),
            (self._passages, self._offsets, ()),
        ):
            file.write(b"\n]" if table else b"[]")
            table.extend((*before, file.tell() - 1))
        self.release()
        heads = [dataclasses.astuple(h) for h in self._heads]
        for name, about in (("heads", heads), ("facts", self._facts)):
            (self._folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        arrays.save(self._folder / "documents.npy", np.frombuffer(self._spans, dtype=np.int64).reshape(-1, 2))
        arrays.save(self._folder / "passages.npy", np.frombuffer(self._offsets, dtype=np.int64))
        arrays.save(self._folder / "flags.npy", np.frombuffer(self._flags, dtype=np.uint8))

    def release(self) -> None:
        """Close the files, be they finished or not."""
        self._documents.close()
        self._passages.close()


def _line(file: BinaryIO, value: Any, *, first: bool) -> int:
    """Write one element of an array on a line of its own; returns where it begins."""
    file.write(b"[\n" if first else b",\n")
    place = file.tell()
    file.write(json.dumps(value, ensure_ascii=False).encode())
    return place


def document_json(document: Resolution) -> dict[str, Any]:
    """`document` without its passages, as JSON's values."""
    raw = {f.name: getattr(document, f.name) for f in dataclasses.fields(document) if f.name != "passages"}
    raw["sections"] = [(s.path, s.start, s.end, s.heading_end) for s in document.sections]
    raw["pages"] = [(p.start, p.number, p.confidence) for p in document.pages]
    raw["facts"] = {name: [(f.value, f.start, f.end) for f in facts] for name, facts in document.facts.items()}
    return raw


def document_of(raw: dict[str, Any], passages: Sequence[Passage]) -> Resolution:
    """The document that `document_json` gave, with its passages."""
    raw["sections"] = tuple(Section(tuple(path), *rest) for path, *rest in raw["sections"])
    raw["pages"] = tuple(TextPage(*p) for p in raw.get("pages", ()))
    raw["facts"] = {name: tuple(Fact(*f) for f in facts) for name, facts in raw["facts"].items()}
    # Of a big library, the passages are a view that behaves like the tuple.
    return Resolution(**raw, passages=cast(tuple[Passage, ...], passages))


def passage_json(passage: Passage) -> list[Any]:
    """`passage` as JSON's values."""
    return [getattr(passage, name) for name in _FIELDS]


def passage_of(raw: list[Any], document_id: str) -> Passage:
    """The passage that `passage_json` gave."""
    identity, path, start, end, text, page, kind, note_of, cells, columns = raw
    spans = tuple((a, b) for a, b in cells)
    return Passage(identity, document_id, tuple(path), start, end, text, page, kind, note_of, spans, tuple(columns))


def load(folder: Path) -> tuple[Layout, tuple[Resolution, ...], tuple[Passage, ...]]:
    """What was written to `folder`: the layout, the documents, and all passages in the order of rows.

    Of more than `READ_WHOLE` passages, `Documents` and `Passages` stand in for the tuples.

    Raises:
        ValueError, TypeError, OSError: a file is missing, holds something else, or does not fit the others.
    """
    heads = tuple(head_from(raw) for raw in json.loads((folder / "heads.json").read_text("utf-8")))
    spans = arrays.load(folder / "documents.npy", np.int64, 2)
    offsets, flags = arrays.load(folder / "passages.npy", np.int64), arrays.load(folder / "flags.npy", np.uint8)
    layout = Layout(heads, spans[:, 0].copy(), flags, _mapped(folder / "facts.json"))
    firsts = layout.first_rows
    if len(firsts) != len(heads) + 1 or firsts[0] != 0 or (np.diff(firsts) < 0).any() or not firsts[-1] == len(flags) == len(offsets) - 1:
        raise ValueError("the tables of documents and passages don't fit each other")
    for name, ends in (("documents", spans[-1, 1]), ("passages", offsets[-1])):
        if (folder / f"{name}.json").stat().st_size != ends + 1:
            raise ValueError(f"{name}.json does not fit the table of where its elements begin")
    if len(flags) > READ_WHOLE:
        passages = Passages(_Lines(folder / "passages.json", offsets), layout)
        texts = Documents(_Lines(folder / "documents.json", spans[:, 1].copy()), passages)
        return layout, cast(tuple[Resolution, ...], texts), cast(tuple[Passage, ...], passages)
    by_row = json.loads((folder / "passages.json").read_bytes())
    raws = json.loads((folder / "documents.json").read_bytes())
    if len(by_row) != len(flags) or len(raws) != len(heads):
        raise ValueError("the tables of documents and passages don't fit their texts")
    layout.named_by_facts("")  # which reads them, or tells that they are broken
    documents = tuple(
        document_of(raw, tuple(passage_of(p, raw["id"]) for p in by_row[start:end]))
        for raw, start, end in zip(raws, firsts[:-1].tolist(), firsts[1:].tolist(), strict=True)
    )
    return layout, documents, tuple(p for d in documents for p in d.passages)


def _mapped(path: Path) -> mmap.mmap:
    # The mapping outlives the file's name: a reader may go on when the next generation has been switched to.
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class _Lines:
    """The elements of a JSON array on disk by their first bytes, read one by one."""

    def __init__(self, path: Path, offsets: NDArray[np.int64]) -> None:
        self._path, self._offsets = path, offsets
        self._bytes = _mapped(path)
        if (np.diff(offsets) <= 0).any():
            raise ValueError(f"{path.name} does not fit the table of where its elements begin")

    def read(self, i: int) -> Any:
        """Element `i`.

        Raises:
            IndexError_: there is something else in its place.
        """
        try:
            return json.loads(self._bytes[self._offsets[i] : self._offsets[i + 1]].decode().rstrip(",\n"))
        except ValueError as error:
            raise IndexError_(f"{self._path} can't be read at element {i} ({error}); run: nghiquyet index --rebuild") from error


class Passages(Sequence[Passage]):
    """Passages of a big library, made when they are asked for; equal to the tuple of them."""

    def __init__(self, lines: _Lines, layout: Layout, rows: range | None = None) -> None:
        self._lines, self._layout = lines, layout
        self._rows = range(len(layout.flags)) if rows is None else rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, i: int) -> Passage: ...
    @overload
    def __getitem__(self, i: slice) -> "Passages": ...
    def __getitem__(self, i: int | slice) -> "Passage | Passages":
        if isinstance(i, slice):
            return Passages(self._lines, self._layout, self._rows[i])
        row = self._rows[operator.index(i)]
        owner = int(np.searchsorted(self._layout.first_rows, row, side="right")) - 1
        return passage_of(self._lines.read(row), self._layout.ids[owner])

    def __iter__(self) -> Iterator[Passage]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Passages | tuple):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


class Documents(Sequence[Resolution]):
    """Documents of a big library, made when they are asked for; the last ones used are kept."""

    def __init__(self, lines: _Lines, passages: Passages) -> None:
        self._lines, self._passages = lines, passages
        self._firsts = passages._layout.first_rows.tolist()
        self._kept = functools.lru_cache(maxsize=_KEPT_DOCUMENTS)(self._read)

    def _read(self, i: int) -> Resolution:
        return document_of(self._lines.read(i), self._passages[self._firsts[i] : self._firsts[i + 1]])

    def __len__(self) -> int:
        return len(self._firsts) - 1

    @overload
    def __getitem__(self, i: int) -> Resolution: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[Resolution, ...]: ...
    def __getitem__(self, i: int | slice) -> Resolution | tuple[Resolution, ...]:
        places = range(len(self))[i]
        return self._kept(places) if isinstance(places, int) else tuple(map(self._kept, places))

    def __iter__(self) -> Iterator[Resolution]:
        return map(self._read, range(len(self)))  # going through all of them leaves the kept ones alone

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Documents | tuple):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]
