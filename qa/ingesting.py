"""Putting many files into a store in Milvus: several workers, each file once, whatever dies on the way.

The command lines up the files by their digests (`qa.ingest_queue`) and starts workers, which are processes of the same command.
Stopping it, or killing any part of it, loses at most the batch of passages that was being embedded; the same command goes on.
"""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from documents.adding import understand
from documents.corrections import checked, corrected
from documents.database import LibraryError, Original
from documents.library import bundled
from documents.reading.bounded import read
from documents.reading.dispatch import read_bytes
from documents.reading.source import ReadingError
from documents.resolution import Resolution
from index.embedding import Embedder, NoModelError, load
from index.errors import IndexError_
from qa.ingest_queue import DONE, FAILED, Job, Queue, place
from qa.library_commands import files_in, pairs
from qa.settings import Settings

if TYPE_CHECKING:
    from index.milvus_writer import Writer

_BEAT = 10.0  # seconds between two signs of life
_LOOK = 0.5


def ingest(
    settings: Settings, paths: Sequence[Path], values: Sequence[str], *, workers: int, share: str, replace_: bool, with_bundled: bool
) -> int:
    """Put files, and the files in folders, into the store; each is told about on stderr. Returns the exit code.

    Args:
        values: metadata of all of them, as key=value.
        workers: processes at a time.
        share: "2/4" for the second quarter of the files, told apart by their digests: for several machines.
        replace_: a file takes the place of the document with its number.

    Raises:
        LibraryError, IndexError_, CorrectionError: nothing was begun.
    """
    from index.milvus_writer import Writer

    checked(pairs(values))
    part, parts = _share(share)
    store = _store(settings)
    writer = Writer(store, _embedder(settings))
    queue = Queue(place(settings.data, store))
    if with_bundled:
        for position, document in enumerate(bundled(), start=1):
            file = {"name": f"{document.id}.txt", "format": "bundled", "added": _now()}
            new = writer.add(document, position, file)
            print(f"{document.id}: {'added' if new else 'in the store already'} (ships with the program)", file=sys.stderr)
    last, failed = max(writer.last_position(), len(bundled())), 0
    lined_up = []
    for path in files_in(paths):
        try:
            digest = hashlib.sha256(read_bytes(path)).hexdigest()
        except ReadingError as error:
            print(f"{path}: not added: {error}", file=sys.stderr)
            failed += 1
            continue
        if int(digest[:8], 16) % parts == part:
            queue.put(path.absolute(), digest, last)
            lined_up.append(digest)
    there = writer.holds(lined_up)
    queue.again([d for d in lined_up if d not in there])
    before = {n for n, _, _, _ in queue.said_since(())}
    failed += _run(settings, writer.tables.uri if writer.tables.lite else "", queue, before, workers, values, replace_=replace_)
    writer.settle()
    tally = queue.tally()
    print(f"{tally.done} files are in the store {writer.tables.shown}, {tally.failed} could not be read", file=sys.stderr)
    return 1 if failed else 0


def _run(settings: Settings, lite: str, queue: Queue, seen: set[int], workers: int, values: Sequence[str], *, replace_: bool) -> int:
    """Have workers empty the queue; those that die are replaced. Returns how many files failed."""
    command = [sys.executable, "-m", "qa.cli", "ingest", "--work", "--data", str(settings.data), "--model", settings.model]
    command += [*(f"--set={v}" for v in values), *(["--replace"] if replace_ else [])]
    # The address may hold a password, which a command line would show to everybody on the machine.
    address = f"milvus://{lite.partition('//')[2]}" if settings.store and settings.store.startswith("milvus+lite:") else settings.store
    threads = max(1, (os.cpu_count() or 1) // workers)
    queue_file = str(queue.path)
    environment = {**os.environ, "NGHIQUYET_STORE": str(address), "NGHIQUYET_INGEST_QUEUE": queue_file, "OMP_NUM_THREADS": str(threads)}
    running: list[subprocess.Popen[bytes]] = []
    failed, started = 0, 0
    try:
        while True:
            failed += _tell(queue, seen)
            running = [p for p in running if p.poll() is None]
            tally = queue.tally()
            left = tally.waiting + tally.worked_at
            if not left and not running:
                return failed + _tell(queue, seen)
            if not running and started >= workers * 4 + tally.done:
                raise IndexError_(f"the workers end before their work is done: {left} files are left; run the same command again")
            while left and len(running) < min(workers, left):
                running.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL))
                started += 1
            time.sleep(_LOOK)
    finally:
        for process in running:
            process.terminate()


def _tell(queue: Queue, seen: set[int]) -> int:
    """Tell what has come to an end since; how many of it failed."""
    failed = 0
    tally = queue.tally()
    total = tally.waiting + tally.worked_at + tally.done + tally.failed
    for number, path, state, said in queue.said_since(seen):
        seen.add(number)
        failed += state == FAILED
        print(f"{tally.done + tally.failed}/{total} {path}: {'not added: ' if state == FAILED else ''}{said}", file=sys.stderr)
    return failed


def work(settings: Settings, values: Sequence[str], *, replace_: bool, queue: Path, embedder: Embedder | None = None) -> int:
    """Work at the files of a queue until none is left; what a worker process does."""
    from index.milvus_writer import Writer

    held = Queue(queue)
    writer = Writer(_store(settings), embedder or _embedder(settings))
    given = checked(pairs(values))
    while (job := held.take()) is not None:
        with _Beating(queue, job.number):
            try:
                held.end(job.number, DONE, _one(settings, writer, held, job, given, replace_=replace_))
            except (ReadingError, LibraryError) as error:
                held.end(job.number, FAILED, str(error))
    held.close()
    return 0


def _one(settings: Settings, writer: "Writer", queue: Queue, job: Job, values: Mapping[str, str], *, replace_: bool) -> str:
    """Put one file into the store; what to tell."""
    content = read_bytes(job.path)
    if hashlib.sha256(content).hexdigest() != job.digest:
        raise LibraryError("the file was changed since it was lined up; run the command again")
    if writer.holds([job.digest]):
        return "in the store already"
    source = read(content, job.path.name, settings.reading)
    original = Original(content, job.path.name, source.format, source)
    document = understand(source, original, values=values)
    name = _name(writer, queue, document, replace_=replace_)
    if name != document.id:
        document = understand(source, original, name)
    file = {"name": job.path.name, "format": source.format, "added": _now()}
    writer.add(corrected(document, values), job.position, file, instead=replace_)
    return f"added as {name} ({len(document.passages)} passages)"


def _name(writer: "Writer", queue: Queue, document: Resolution, *, replace_: bool) -> str:
    """A name for `document` that no other file has."""
    if replace_:
        queue.rename(document.id, document.digest)
        return document.id
    for name in [document.id] if document.number else [document.id, *(f"{document.id}-{n}" for n in range(2, 10_000))]:
        if writer.named(name) in (None, document.digest) and queue.name(name, document.digest):
            return name
    raise LibraryError(f"{document.id} is in the store already with another text; add --replace to put this one in its place")


class _Beating:
    """Says that a file is worked at, in a thread of its own, while the block lasts."""

    def __init__(self, queue: Path, number: int) -> None:
        self._queue, self._number, self._over = queue, number, threading.Event()
        self._thread = threading.Thread(target=self._beat, name="alive", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        queue = Queue(self._queue)
        while not self._over.wait(_BEAT):
            queue.alive(self._number)
        queue.close()


def _share(given: str) -> tuple[int, int]:
    part, _, parts = given.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise LibraryError(f"--share: {given!r} is no share; give one like 2/4, for the second of four machines")
    return int(part) - 1, int(parts)


def _store(settings: Settings) -> str:
    if settings.store is None:
        raise LibraryError("ingest writes to a store in Milvus; name one with --store milvus://host:port, or add files with: nghiquyet add")
    return settings.store


def _embedder(settings: Settings) -> Embedder | None:
    try:
        return load(settings.model)
    except NoModelError as error:
        print(f"warning: {error}; the store will answer from BM25 alone", file=sys.stderr)
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
