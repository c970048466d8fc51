"""What `python -m eval.scale --store …` measures: putting made-up libraries into a store in Milvus, and searching there.

The libraries and questions are those of `eval.scale`, so that the figures stand beside those of an index on disk. A store that
already holds the first documents is gone on with: an ingest that was broken off is resumed. Linux alone tells memory.
"""

import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.metrics import quantile
from eval.processes import memory_mb
from eval.scale import Asked, Interpolated, made_up, questions
from eval.speed import Timed, seconds
from index.errors import IndexError_
from index.milvus import Store
from index.milvus_writer import Writer
from index.search import search

Numbers = dict[str, Any]
_TELL = 100  # documents between two lines of progress
_ASKED = 40  # questions a round; one round without and one with a province


def in_store(passages: int, store: str) -> Numbers:
    """Put a made-up library of `passages` into `store` and search it; where the store gives up, what it bore until then."""
    embedder = Timed(Interpolated())
    writer = Writer(store, embedder)
    numbers: Numbers = {"store": writer.tables.shown, "wanted": passages, "rates": []}
    started, done, since, before = time.perf_counter(), 0, time.perf_counter(), 0
    try:
        for position, document in enumerate(made_up(passages), start=1):
            writer.add(document, position, {"name": document.id})
            done += len(document.passages)
            if position % _TELL == 0:
                rate = (done - before) / (time.perf_counter() - since)
                since, before = time.perf_counter(), done
                numbers["rates"].append([done, round(rate, 1)])
                print(f"{done:,} passages, {rate:.0f} a second; this process {memory_mb('VmRSS'):.0f} MB", file=sys.stderr, flush=True)
        numbers["ingest_seconds"] = time.perf_counter() - started - embedder.seconds
        numbers["settle_seconds"] = seconds(writer.settle)
    except IndexError_ as error:
        numbers["stopped_by"] = str(error)
        numbers["ingest_seconds"] = time.perf_counter() - started - embedder.seconds
    numbers["passages"] = done
    return numbers | searched(store)


def searched(store: str) -> Numbers:
    """What opening and searching `store` costs."""
    with tempfile.TemporaryDirectory(prefix="nghiquyet-scale-") as folder:
        asked, _ = questions(Path(folder))
    before = memory_mb("RssAnon")
    start = time.perf_counter()
    index = Store(store).index
    numbers: Numbers = {"open_seconds": time.perf_counter() - start}
    names = list(dict.fromkeys(index.layout.provinces))
    some = asked[:: max(1, len(asked) // _ASKED)][:_ASKED]
    somewhere = [replace(a, query=replace(a.query, provinces=(names[i % len(names)],))) for i, a in enumerate(some)]
    numbers["first_ms"] = 1000 * seconds(lambda: search(index, some[0].query, some[0].vector))
    rounds: Sequence[tuple[str, Sequence[Asked]]] = (("all", some), ("province", somewhere))
    for name, queries in rounds:
        look: list[Callable[[], object]] = [lambda a=a: search(index, a.query, a.vector) for a in queries]  # type: ignore[misc]
        times = sorted(1000 * seconds(one) for one in itertools.islice(look, _ASKED))
        numbers |= {f"{name}_p50_ms": statistics.median(times), f"{name}_p95_ms": quantile(times, 0.95) or 0.0}
    return numbers | {"opened_mb": memory_mb("RssAnon") - before}


def report(sizes: Sequence[int], store: str) -> int:
    """Measure each size, each in a database of its own; JSON Lines on stdout."""
    for size in sizes:
        separate = f"{store.rstrip('/')}/scale_{size}" if store.startswith("milvus://") else store.replace(".db", f"-{size}.db")
        print(json.dumps(in_store(size, separate)), flush=True)
    return 0
