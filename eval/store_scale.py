"""What `python -m eval.scale --store …` measures: putting made-up libraries into a store in Milvus, and searching there.

The libraries and questions are those of `eval.scale`, so that the figures stand beside those of an index on disk. A store that
already holds the first documents is gone on with: an ingest that was broken off is resumed. Linux alone tells memory.
"""

import json
import os
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
_LONG = 5000  # ms of a search that is told by itself
ASKED = 40
"""Questions a round; one round is without and one with a province."""


def in_store(passages: int, store: str, server: int | None, asked: int = ASKED) -> Numbers:
    """Put a made-up library of `passages` into `store` and search it; where the store gives up, what it bore until then.

    `server`: the process of the store's server, whose processor time and memory are told; `asked`: questions a round.
    """
    embedder = Timed(Interpolated())
    writer = Writer(store, embedder)
    numbers: Numbers = {"store": writer.tables.shown, "wanted": passages, "rates": []}
    started, done, since, before = time.perf_counter(), 0, time.perf_counter(), 0
    own, its = time.process_time(), _used(server)["server_seconds"]
    try:
        for position, document in enumerate(made_up(passages), start=1):
            writer.add(document, position, {"name": document.id})
            done += len(document.passages)
            if position % _TELL == 0:
                rate = (done - before) / (time.perf_counter() - since)
                since, before = time.perf_counter(), done
                numbers["rates"].append([done, round(rate, 1)])
                here = f"{done:,} passages, {rate:.0f} a second; {time.process_time() - own:.0f} s and {memory_mb('VmRSS'):.0f} MB here"
                _tell(here, server)
        numbers["ingest_seconds"] = time.perf_counter() - started - embedder.seconds
        _tell(f"all {done:,} passages are in; adding up what is counted", server)
        numbers["settle_seconds"] = seconds(writer.settle)
        _tell("weighing all words anew", server)
        # The weights are first worked out with the average lengths of other documents.
        numbers["refreeze_seconds"] = seconds(lambda: writer.refreeze(lambda at, of: _tell_some(at, of, server)))
        writer.tables.flush()
    except IndexError_ as error:
        numbers["stopped_by"] = str(error)
        numbers["ingest_seconds"] = time.perf_counter() - started - embedder.seconds
    numbers |= {"passages": done, "cpu_seconds": time.process_time() - own}
    used = _used(server)
    numbers |= {"server_cpu_seconds": used["server_seconds"] - its, "server_mb_after_ingest": used["server_mb"]}
    return numbers | searched(store, server, asked)


def _tell(what: str, server: int | None) -> None:
    """What is being done, for who waits: each step of a store that is slow takes minutes."""
    print(f"{time.strftime('%H:%M:%S')} {what}; server: {_used(server)}", file=sys.stderr, flush=True)


def _tell_some(at: int, of: int, server: int | None) -> None:
    if at % _TELL == 0:
        _tell(f"{at:,} of {of:,} documents weighed", server)


def _used(server: int | None) -> dict[str, float]:
    """Processor time and memory of a process of this machine; 0 of none."""
    if server is None:
        return {"server_seconds": 0.0, "server_mb": 0.0}
    times = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{server}/statm").read_text().split()[1])
    seconds_used = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
    return {"server_seconds": seconds_used, "server_mb": round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)}


def searched(store: str, server: int | None, count: int = ASKED) -> Numbers:
    """What opening and searching `store` costs."""
    with tempfile.TemporaryDirectory(prefix="nghiquyet-scale-") as folder:
        asked, _ = questions(Path(folder))
    before = memory_mb("RssAnon")
    start = time.perf_counter()
    index = Store(store).index
    numbers: Numbers = {"open_seconds": time.perf_counter() - start}
    names = list(dict.fromkeys(index.layout.provinces))
    some = asked[:: max(1, len(asked) // count)][:count]
    somewhere = [replace(a, query=replace(a.query, provinces=(names[i % len(names)],))) for i, a in enumerate(some)]
    _tell(f"opened; {2 * len(some) + 1} searches", server)
    numbers["first_ms"] = 1000 * seconds(lambda: search(index, some[0].query, some[0].vector))
    _tell("one is done", server)
    rounds: Sequence[tuple[str, Sequence[Asked]]] = (("all", some), ("province", somewhere))
    for name, queries in rounds:
        own, its = time.process_time(), _used(server)["server_seconds"]
        look: list[Callable[[], object]] = [lambda a=a: search(index, a.query, a.vector) for a in queries]  # type: ignore[misc]
        times = []
        for one in look:
            times.append(1000 * seconds(one))
            if times[-1] > _LONG:
                _tell(f"{name}: {len(times)} of {len(look)} done, the last in {times[-1] / 1000:.1f} s", server)
        times.sort()
        numbers |= {f"{name}_p50_ms": statistics.median(times), f"{name}_p95_ms": quantile(times, 0.95) or 0.0}
        numbers[f"{name}_cpu_ms"] = 1000 * (time.process_time() - own) / len(times)
        numbers[f"{name}_server_cpu_ms"] = 1000 * (_used(server)["server_seconds"] - its) / len(times)
    numbers["server_mb"] = _used(server)["server_mb"]
    return numbers | {"opened_mb": memory_mb("RssAnon") - before}


def report(sizes: Sequence[int], store: str, server: int | None, asked: int = ASKED) -> int:
    """Measure each size, each in a database of its own; JSON Lines on stdout."""
    for size in sizes:
        separate = f"{store.rstrip('/')}/scale_{size}" if store.startswith("milvus://") else store.replace(".db", f"-{size}.db")
        print(json.dumps(in_store(size, separate, server, asked)), flush=True)
    return 0
