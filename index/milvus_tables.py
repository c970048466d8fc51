"""What stands in Milvus, and reading and writing it: three collections of one database.

    nghiquyet_documents   key, document, digest, state, position, stamp, head
    nghiquyet_passages    row (key << 20 | number), key, province, document, year, frozen, length, heading_length,
                          vector (dense), words (sparse: BM25 but for rarity, all fields), digest (of the embedded text), body
    nghiquyet_blobs       name ("doc/…", "counts/…", "targets/…", "manifest", …), value: texts in parts of 60,000 characters

A document's rows are written first and count for nothing until its state is `VISIBLE`: that is one row, written at once.
The addresses of stores are told in `index.store_address`.
"""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from index.errors import IndexError_
from index.statistics import packed, unpacked
from index.store_address import PORT, shown

DOCUMENTS, PASSAGES, BLOBS = "nghiquyet_documents", "nghiquyet_passages", "nghiquyet_blobs"
IN_WORK, VISIBLE, REMOVED = 0, 1, 2
ROW_BITS = 20
"""Of a row's number: its passage in the document; the others are the document's key."""
KEY_BITS = 43
MOST = 16_384
"""Rows that Milvus hands over at once."""
_PART = 60_000  # characters of a blob in one row; Milvus takes 65,535 bytes
_LONGEST = 65_535
_BATCH = 256
# pymilvus asks every ten seconds whether the other side is there, which gRPC's servers take for an attack.
_CALM = {"grpc.keepalive_time_ms": 300_000, "grpc.keepalive_permit_without_calls": False}
_NO_PACKAGE = 'a store in Milvus takes pymilvus and milvus-lite; install them with: pip install "nghiquyet[milvus]"'
_KINDS = ("FLAT", "IVF_FLAT", "HNSW", "AUTOINDEX")

Row = dict[str, Any]


class Tables:
    """The three collections. Safe to share between threads; every error of Milvus becomes an `IndexError_`."""

    def __init__(self, store: str) -> None:
        """Connect to `store`.

        Raises:
            IndexError_: pymilvus is missing, or the address doesn't answer.
        """
        self.store = store
        self.shown = shown(store)
        """The address without what signs in."""
        parsed = urlsplit(store)
        try:
            from pymilvus import MilvusClient

            logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what fails is raised as well
        except ImportError as error:
            raise IndexError_(
                'Milvus takes the packages pymilvus and milvus-lite; install them with: pip install "nghiquyet[milvus]"'
            ) from error
        database = unquote(parsed.path.strip("/"))
        given: Row = {}
        with self._told():
            if parsed.scheme == "milvus+lite":
                self.uri, database = _lite(Path(unquote(parsed.path))), ""
            else:
                self.uri = f"{'https' if parsed.scheme == 'milvus+tls' else 'http'}://{parsed.hostname}:{parsed.port or PORT}"
                if parsed.username:
                    given["token"] = f"{unquote(parsed.username)}:{unquote(parsed.password or '')}"
            self.client = MilvusClient(uri=self.uri, timeout=30, grpc_options=_CALM, **given)
            if database:
                if database not in self.client.list_databases():
                    self.client.create_database(database)
                self.client.use_database(database)
            self.lite = "lite" in str(self.client.get_server_version())
            self.there = set(self.client.list_collections()) >= {DOCUMENTS, PASSAGES, BLOBS}

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IndexError_:
            raise
        except Exception as error:  # pymilvus, gRPC and Lite each raise kinds of their own
            said = str(getattr(error, "message", "") or error).splitlines()
            raise IndexError_(f"the store {self.shown} can't be used: {said[0][:300] if said else type(error).__name__}") from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Milvus Lite can't bear two writers at a time: those of this machine take turns. Milvus itself needs no turns."""
        if not self.lite:
            yield
            return
        import fcntl

        name = hashlib.sha256(self.uri.encode()).hexdigest()[:16]
        with (Path(tempfile.gettempdir()) / f"nghiquyet-{os.getuid()}-{name}.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # dies with its process
            yield

    def create(self, dimension: int, vectors: str = "FLAT") -> None:
        """Make the collections that are missing, for vectors of `dimension`."""
        from pymilvus import DataType, MilvusClient

        if vectors not in _KINDS:
            raise IndexError_(f"{vectors!r} is no index of vectors; take one of {', '.join(_KINDS)}")
        text = {"datatype": DataType.VARCHAR}
        # Milvus wants a vector in every collection.
        stub = {"stub": {"datatype": DataType.FLOAT_VECTOR, "dim": 2}}
        whole = {"datatype": DataType.INT64}
        shapes: dict[str, Row] = {
            DOCUMENTS: {
                "key": whole | {"is_primary": True},
                "document": text | {"max_length": 512},
                "digest": text | {"max_length": 64},
                "state": whole,
                "position": whole,
                "stamp": whole,
                "head": text | {"max_length": _LONGEST},
                **stub,
            },
            PASSAGES: {
                "row": whole | {"is_primary": True},
                "key": whole,
                "province": text | {"max_length": 512},
                "document": text | {"max_length": 512},
                "year": whole,
                "frozen": whole,
                "length": whole,
                "heading_length": whole,
                "vector": {"datatype": DataType.FLOAT_VECTOR, "dim": dimension},
                "words": {"datatype": DataType.SPARSE_FLOAT_VECTOR},
                "digest": text | {"max_length": 64},
                "body": text | {"max_length": _LONGEST},
            },
            BLOBS: {"name": text | {"max_length": 600, "is_primary": True}, "value": text | {"max_length": _LONGEST}, **stub},
        }
        with self._told():
            there = self.client.list_collections()
            for name, fields in shapes.items():
                if name in there:
                    continue
                schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
                indexes = MilvusClient.prepare_index_params()
                for field, about in fields.items():
                    schema.add_field(field, **about)
                if name == PASSAGES:
                    indexes.add_index("vector", index_type=vectors, metric_type="IP", params=_made_with(vectors))
                    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
                    for scalar in ("key", "province"):
                        indexes.add_index(scalar, index_type="INVERTED")
                else:
                    indexes.add_index("stub", index_type="FLAT", metric_type="IP")
                self.client.create_collection(name, schema=schema, index_params=indexes, consistency_level="Strong")
            self.there = True

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows, in the place of those with their keys. Each call counts for readers as a whole."""
        if collection != PASSAGES:
            rows = [{**r, "stub": [1.0, 0.0]} for r in rows]
        with self._told(), self._alone():
            self.client.upsert(collection, list(rows))

    def query(self, collection: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """All rows that meet `condition`."""
        found: list[Row] = []
        with self._told():
            walk = self.client.query_iterator(collection, filter=condition, output_fields=list(fields), batch_size=1000)
            try:
                while batch := walk.next():
                    found.extend(map(dict, batch))
            finally:
                walk.close()
        return found

    def get(self, collection: str, keys: Sequence[Any], fields: Sequence[str]) -> list[Row]:
        """The rows with some primary keys; those that aren't there are left out."""
        found: list[Row] = []
        with self._told():
            for start in range(0, len(keys), _BATCH):
                found.extend(map(dict, self.client.get(collection, ids=list(keys[start : start + _BATCH]), output_fields=list(fields))))
        return found

    def search(
        self, field: str, asked: Sequence[Any], limit: int, condition: str, fields: Sequence[str]
    ) -> list[list[tuple[int, float, Row]]]:
        """For each vector of `asked` the best `limit` passages: row, product, fields."""
        with self._told():
            found = self.client.search(
                PASSAGES,
                data=list(asked),
                anns_field=field,
                limit=min(limit, MOST),
                filter=condition,
                output_fields=list(fields),
                search_params={"metric_type": "IP", "params": {"ef": max(400, 2 * limit), "nprobe": 128} if field == "vector" else {}},
            )
        return [[(int(h["row"]), float(h["distance"]), dict(h["entity"])) for h in hits] for hits in found]

    def delete(self, collection: str, condition: str) -> None:
        """Delete the rows that meet `condition`."""
        with self._told(), self._alone():
            self.client.delete(collection, filter=condition)

    def flush(self) -> None:
        """Have what was written put into segments: what is not yet searched by going through it."""
        with self._told(), self._alone():
            for name in (PASSAGES, DOCUMENTS, BLOBS):
                self.client.flush(name)

    def count(self, condition: str) -> int:
        """How many passages meet `condition`."""
        with self._told():
            return int(dict(self.client.query(PASSAGES, filter=condition, output_fields=["count(*)"])[0])["count(*)"])

    def write_blob(self, name: str, text: str) -> None:
        """Keep `text` as `name`; who reads it meanwhile gets the one or the other only where both fit one row."""
        whole = packed(text)
        parts = [whole[i : i + _PART] for i in range(0, len(whole), _PART)] or [""]
        rows = [{"name": f"{name}:{n}", "value": f"{len(parts)};{part}"} for n, part in enumerate(parts)]
        for start in range(0, len(rows), 64):
            self.upsert(BLOBS, rows[start : start + 64])

    def blobs(self, names: Sequence[str]) -> dict[str, str]:
        """The texts kept as `names`; those that aren't there are left out.

        Raises:
            IndexError_: one of them is broken.
        """
        first = {r["name"]: r["value"] for r in self.get(BLOBS, [f"{n}:0" for n in names], ["name", "value"])}
        more = [f"{n}:{i}" for n in names if (v := first.get(f"{n}:0")) for i in range(1, int(v.partition(";")[0]))]
        first |= {r["name"]: r["value"] for r in self.get(BLOBS, more, ["name", "value"])}
        found = {}
        for name in names:
            if (head := first.get(f"{name}:0")) is None:
                continue
            try:
                parts = [first[f"{name}:{i}"].partition(";")[2] for i in range(int(head.partition(";")[0]))]
                found[name] = unpacked("".join(parts))
            except (KeyError, ValueError) as error:
                raise IndexError_(f"{name} in the store {self.shown} is broken ({type(error).__name__}); add its document again") from error
        return found

    def delete_parts(self, prefix: str, keys: Collection[int]) -> None:
        """Delete all that is kept as `prefix` and one of `keys`."""
        names = [r["name"] for r in self.query(BLOBS, f"name like {quoted(prefix + '%')}", ["name"])]
        gone = [n for n in names if int(n[len(prefix) :].partition(":")[0]) in keys]
        for start in range(0, len(gone), 1000):
            self.delete(BLOBS, any_of("name", gone[start : start + 1000]))

    def delete_blobs(self, names: Iterable[str]) -> None:
        """Delete what is kept as `names`."""
        for name in names:
            self.delete(BLOBS, f"name like {quoted(name + ':%')}")


def _made_with(vectors: str) -> Row:
    return {"IVF_FLAT": {"nlist": 1024}, "HNSW": {"M": 16, "efConstruction": 200}}.get(vectors, {})


def _lite(path: Path) -> str:
    """The address of a Milvus Lite that this process serves from `path`; the same for the same path."""
    try:
        from milvus_lite.server_manager import server_manager_instance
    except ImportError as error:
        raise IndexError_(_NO_PACKAGE) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    uri = server_manager_instance.start_and_get_uri(str(path))
    if uri is None:
        raise IndexError_(
            f"{path} can't be opened: another process has it open (serve it with milvus-lite server), or it is no Milvus Lite"
        )
    return str(uri)


def quoted(value: str) -> str:
    """`value` as a string of Milvus's conditions."""
    return json.dumps(value, ensure_ascii=False)


def any_of(field: str, values: Iterable[Any]) -> str:
    """The condition that `field` is one of `values`."""
    return f"{field} in [{', '.join(quoted(v) if isinstance(v, str) else str(int(v)) for v in values)}]"


def both(*conditions: str) -> str:
    """The condition that all hold; "" holds always."""
    return " and ".join(f"({c})" for c in conditions if c)


def stamp() -> int:
    """Now, in milliseconds."""
    return int(time.time() * 1000)


def head_of(row: Mapping[str, Any]) -> Row:
    """What the column `head` of a document holds."""
    found: Row = json.loads(unpacked(row["head"]))
    return found
