"""`python -m eval.load`: what the server gives many clients at once, beside what the embedding model alone could give.

Slices of load and slices of the bare model (in a process of its own, with as many threads as the server has workers) take turns, so that
what else runs on the machine slows both alike. No two questions are equal, and the server's memory of answers is off.
"""

import argparse
import http.client
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from eval.gold import read, shipped
from eval.metrics import quantile
from eval.perturb import PERTURBATIONS, perturb
from eval.processes import Server, serving
from eval.speed import Numbers, plan
from qa.assistant import Assistant
from qa.settings import Settings

CLIENTS = 50
SLICE = 5.0  # seconds
_GROWING = 3000  # characters of a document that is added while questions come
_STOCK = 600  # questions that are made up before a slice
_TEXTS = 200  # that the bare model embeds, again and again
_EMBEDDED = 'nghiquyet_stage_seconds_count{stage="embedding"}'
"""What the server counts: not every question takes an embedding, and one that doesn't would flatter it."""
_LONGEST = 120.0  # seconds a client waits
_ROOT = Path(__file__).resolve().parents[1]


def questions(seed: int = 0) -> Iterator[str]:
    """Questions of the development set as people might also type them, no two of them equal; endless for all purposes."""
    gold = [g for path in shipped() if path.stem == "dev" for g in read(path) if not g.history]
    seen: set[str] = set()
    for turn in itertools.count(seed):
        for g in gold:
            for names in (("typo", "polite"), ("typo", "half_diacritics"), ("typo", "no_diacritics"), ("typo", "abbreviations")):
                text = g.question
                for name in names:
                    assert name in PERTURBATIONS
                    text = perturb(name, text, g.id, turn)
                if text not in seen:
                    seen.add(text)
                    yield text


@dataclass
class Load:
    """What the clients saw."""

    waits: list[float] = field(default_factory=list)
    busy: int = 0
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    """In which questions were under way."""


class Clients:
    """Clients with a connection each, who ask one question after the other while they are let."""

    def __init__(self, server: Server, count: int, asked: Iterator[str]) -> None:
        self._server = server
        self._count = count
        self._asked = asked
        self._stock: deque[str] = deque()
        self._lock = threading.Lock()

    def run(self, seconds: float, load: Load) -> None:
        """Ask for `seconds`, and wait for what is under way then."""
        # Made up beforehand: the processors are the server's while it is asked.
        self._stock.extend(itertools.islice(self._asked, max(0, _STOCK - len(self._stock))))
        start = time.perf_counter()
        people = [threading.Thread(target=self._ask, args=(start + seconds, load)) for _ in range(self._count)]
        for person in people:
            person.start()
        for person in people:
            person.join()
        load.seconds += time.perf_counter() - start

    def _ask(self, until: float, load: Load) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=_LONGEST)
        while time.perf_counter() < until:
            with self._lock:
                question = self._stock.popleft() if self._stock else next(self._asked)
            start = time.perf_counter()
            try:
                connection.request("POST", "/api/ask", json.dumps({"question": question}).encode(), {"content-type": "application/json"})
                reply = connection.getresponse()
                body = reply.read()
            except (OSError, http.client.HTTPException) as error:
                load.errors.append(f"{type(error).__name__}: {error}")
                connection.close()
                continue
            if reply.status == 503 and b'"busy"' in body:
                load.busy += 1
                time.sleep(float(reply.headers["retry-after"]))
            elif reply.status != 200 or b'"status":"error"' in body:
                load.errors.append(f"{reply.status} {body[:200]!r}")
            else:
                load.waits.append(time.perf_counter() - start)
        connection.close()


class Floor:
    """The bare model in a process of its own, with `threads` threads, at the texts that the server's questions are embedded as."""

    def __init__(self, data: Path, threads: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "eval.load", "--floor", str(threads), "--data", str(data)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def run(self, seconds: float) -> tuple[int, float, float]:
        """(questions embedded, seconds they took, seconds of processor time they took)."""
        assert self._process.stdin is not None
        print(seconds, file=self._process.stdin, flush=True)
        count, took, processor = self._line().split()
        return int(count), float(took), float(processor)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def _floor(data: Path, threads: int) -> None:
    assistant = Assistant.open(Settings.load(data=str(data)))
    model = assistant.embedder
    assert model is not None
    texts = [assistant.understand(q).normalised for q in itertools.islice(questions(), _TEXTS)]
    model.embed(texts[:1], "query")
    lock, endless = threading.Lock(), itertools.cycle(texts)
    print("ready", flush=True)
    for line in sys.stdin:
        start, spent = time.perf_counter(), time.process_time()
        until, counts = start + float(line), [0] * threads

        def work(n: int, until: float = until, counts: list[int] = counts) -> None:
            while time.perf_counter() < until:
                with lock:
                    text = next(endless)
                model.embed([text], "query")
                counts[n] += 1

        workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(sum(counts), time.perf_counter() - start, time.process_time() - spent, flush=True)


@contextmanager
def _adding(data: Path, seen: list[int]) -> Iterator[None]:
    """Documents are added one after the other by `nghiquyet add` while it lasts; exit codes go to `seen`."""
    over = threading.Event()

    def add() -> None:
        for n in itertools.count():
            if over.is_set():
                return
            file = data / f"them-{n}.md"
            file.write_text(plan(_GROWING, seed=n), "utf-8")
            command = [sys.executable, "-m", "qa.cli", "add", str(file), "--data", str(data)]
            seen.append(subprocess.run(command, cwd=_ROOT, capture_output=True, check=False).returncode)

    adding = threading.Thread(target=add)
    adding.start()
    try:
        yield
    finally:
        over.set()
        adding.join()


def measure(
    data: Path, seconds: float, clients: int = CLIENTS, workers: int | None = None, *, adding: bool = False, seed: int = 0
) -> Numbers:
    """Load for `seconds` in all, with as much of the bare model between unless documents are added meanwhile.

    Returns:
        `answered`, `busy`, `errors` (count) and `first_error`; `a_second` (answers), `embedded_a_second` (questions of these that
        took an embedding), `model_a_second` (the bare model) and the `ratio` of the last two; `processor_ms` that the server takes
        for one and `model_processor_ms` that the bare model takes, and their `processor_ratio`, which other work on the machine
        changes less; `p50_seconds`, `p95_seconds`; `middle_mb` and `end_mb` of the server's memory and `growth` between; `added`
        documents, where they are.
    """
    settings = Settings.load(data=str(data), environment={**os.environ, **({"NGHIQUYET_WORKERS": str(workers)} if workers else {})})
    load, added, vectors = Load(), list[int](), 0.0
    memory: list[float] = []
    bare, bare_seconds, bare_processor, processor = 0, 0.0, 0.0, 0.0
    with ExitStack() as stack:
        Assistant.open(settings)  # makes the index, before three processes would
        server = stack.enter_context(
            serving(data, NGHIQUYET_CACHE="0", NGHIQUYET_WORKERS=str(settings.worker_count), NGHIQUYET_LOG_LEVEL="info")
        )
        people = Clients(server, clients, questions(seed))
        floor = None if adding else Floor(data, settings.worker_count)
        if floor:
            stack.callback(floor.close)
            floor.run(1)
        people.run(1, Load())  # what is made at the first questions
        if adding:
            stack.enter_context(_adding(data, added))
        for _ in range(max(2, round(seconds / SLICE))):
            if floor:
                count, took, spent = floor.run(SLICE)
                bare, bare_seconds, bare_processor = bare + count, bare_seconds + took, bare_processor + spent
            before, spent = server.count(_EMBEDDED), server.processor_seconds()
            people.run(SLICE, load)
            vectors += server.count(_EMBEDDED) - before
            processor += server.processor_seconds() - spent
            memory.append(server.memory_mb())
    middle, end = statistics.median(memory[len(memory) // 2 - 1 : len(memory) // 2 + 1]), statistics.median(memory[-2:])
    rate = len(load.waits) / load.seconds
    found: Numbers = {
        "clients": clients,
        "workers": settings.worker_count,
        "load_seconds": load.seconds,
        "answered": len(load.waits),
        "busy": load.busy,
        "errors": len(load.errors),
        "first_error": load.errors[0] if load.errors else None,
        "a_second": rate,
        "p50_seconds": quantile(sorted(load.waits), 0.5),
        "p95_seconds": quantile(sorted(load.waits), 0.95),
        "middle_mb": middle,
        "end_mb": end,
        "growth": end / middle - 1,
    }
    if floor:
        found |= {"model_a_second": bare / bare_seconds, "embedded_a_second": vectors / load.seconds}
        found["ratio"] = vectors / load.seconds / (bare / bare_seconds)
        found |= {"processor_ms": 1000 * processor / vectors, "model_processor_ms": 1000 * bare_processor / bare}
        found["processor_ratio"] = bare_processor / bare / (processor / vectors)
    else:
        found |= {"added": len(added), "additions_failed": sum(map(bool, added))}
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print what was found; the exit code is 1 where a client saw an error."""
    parser = argparse.ArgumentParser(prog="python -m eval.load", description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=300.0, help="of load, besides as many of the bare model (default: 300)")
    parser.add_argument("--workers", type=int, help="of the server (default: as it would choose)")
    parser.add_argument("--adding", action="store_true", help="while documents are added, without the bare model")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.add_argument("--floor", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the processes it started end with it
    if given.floor:
        _floor(given.data, given.floor)
        return 0
    with tempfile.TemporaryDirectory(prefix="nghiquyet-load-", ignore_cleanup_errors=True) as folder:
        found = measure(Path(folder), given.seconds, given.clients, given.workers, adding=given.adding)
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:20}{f'{value:.3f}' if isinstance(value, float) else value!s:>12}" for name, value in found.items()))
    return 1 if found["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
