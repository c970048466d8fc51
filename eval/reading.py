"""How well and how fast files are read: python -m eval.reading {legacy,ocr,speed,scan,beside} …

legacy FOLDER…  letters with diacritics that are right in .doc and .rtf files with a transcript NAME.expected.txt beside them
ocr FILE.pdf…   character error rate of recognition: pages made into pictures of 200 dots per inch, against PDFium's text of them
speed FILE.pdf… pages of text read in a second, in one process and in two
scan FILE.pdf   seconds of recognition on one core and on two, and the memory of all processes, for the pages of FILE --pages times over
beside FILE.pdf seconds that a question takes in quiet, and beside the recognition of FILE
"""

import argparse
import contextlib
import difflib
import io
import os
import re
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from documents.normalise import nfc
from documents.reading import bounded
from documents.reading.dispatch import read
from documents.reading.source import Bounds, ReadingError, Source

_WORD = re.compile(r"[^\W\d_]+")
_FURNITURE = re.compile(r"^\s*\d*\s*CÔNG BÁO/Số.*$|^\s*\d{1,3}\s*$", re.MULTILINE)
_QUESTION = "Mục tiêu kinh tế số của Gia Lai đến năm 2025 là bao nhiêu?"


def letters_right(expected: str, found: str) -> tuple[int, int]:
    """Letters beyond ASCII of `expected`, and how many of them stand in words that `found` has in the same order; case is passed over,
    since a font of capitals isn't visible in a transcript."""
    a, b = (_WORD.findall(nfc(text).lower()) for text in (expected, found))
    marked = [sum(not c.isascii() for c in word) for word in a]
    matches = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(marked), sum(sum(marked[m.a : m.a + m.size]) for m in matches)


def edits(expected: str, found: str) -> int:
    """The edit distance of two texts, in characters."""
    import numpy as np

    letters, steps = np.array([ord(c) for c in found], dtype=np.int64), np.arange(len(found) + 1)
    row = steps
    for i, letter in enumerate(expected, start=1):
        fresh = np.empty_like(row)
        fresh[0] = i
        fresh[1:] = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(fresh - steps) + steps
    return int(row[-1])


def legacy(folders: Sequence[Path]) -> None:
    """Print a line for each file and the share over all."""
    total = right = 0
    for path in sorted(p for f in folders for p in f.rglob("*") if p.suffix in (".doc", ".rtf")):
        expected = path.with_suffix(".expected.txt").read_text("utf-8")
        try:
            source = bounded.read(path.read_bytes(), path.name)
        except ReadingError as error:
            print(f"{path.name}: {error}")
            continue
        letters, good = letters_right(expected, _text(source))
        total, right = total + letters, right + good
        print(f"{path.name}: {good / max(1, letters):.4f} of {letters} letters ({source.encoding or source.format})")
    print(f"letters with diacritics right: {right / max(1, total):.4f} of {total}")


def ocr(paths: Sequence[Path]) -> None:
    """Print the character error rate of each file's body pages: not the first (with its letterhead), no tables, no forms to fill in."""
    import pypdfium2

    wrong = length = 0
    for path in paths:
        tables = {b.page for b in read(path.read_bytes(), path.name).blocks if b.cells}
        with pypdfium2.PdfDocument(path.read_bytes()) as file:
            forms = {i for i in range(len(file)) if re.search(r"[.…_]{6,}|Nơi nhận", file[i].get_textpage().get_text_range())}
            body = [i for i in range(1, len(file)) if i + 1 not in tables and i not in forms]
            chosen = body[:: max(1, len(body) // 8)]
            pictures = [file[i].render(scale=200 / 72, grayscale=True).to_pil() for i in chosen]
            texts = [_flat(_FURNITURE.sub("", file[i].get_textpage().get_text_range().replace("\r", ""))) for i in chosen]
        own = size = 0
        for picture, text in zip(pictures, texts, strict=True):
            own, size = own + edits(text, _flat(_text(read(_scan([picture]), path.name)))), size + len(text)
        print(f"{path.name}: {own / size:.2%} of {size} characters wrong, {len(chosen)} pages")
        wrong, length = wrong + own, length + size
    print(f"character error rate: {wrong / length:.2%}")


def speed(paths: Sequence[Path]) -> None:
    """Print pages a second of PDFs with text."""
    for processes in (1, 2):
        begin = time.perf_counter()
        sources: list[Source] = []

        def work(into: list[Source] = sources) -> None:
            into.extend(bounded.read(p.read_bytes(), p.name) for p in paths)

        threads = [threading.Thread(target=work) for _ in range(processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pages = sum(len(s.pages) for s in sources)
        print(f"{processes} at a time: {pages / (time.perf_counter() - begin):.1f} pages/s")


def scan(path: Path, pages: int) -> None:
    """Print times and memory of recognising a long scan."""
    data = repeated(path.read_bytes(), pages)
    short = repeated(path.read_bytes(), min(pages, 12))
    times = {}
    mine = os.sched_getaffinity(0)
    for cores in (1, 2):
        # The process inherits the cores it may use; one page drawn beside one recognised is two already.
        os.sched_setaffinity(0, sorted(mine)[:cores])
        begin = time.perf_counter()
        bounded.read(short, path.name, Bounds(workers=cores))
        times[cores] = time.perf_counter() - begin
        print(f"{min(pages, 12)} pages on {cores} cores: {times[cores]:.1f} s")
    os.sched_setaffinity(0, mine)
    print(f"two cores are {times[1] / times[2]:.2f} times as fast as one")
    most, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(most, done))
    watcher.start()
    begin = time.perf_counter()
    source = bounded.read(data, path.name, Bounds(seconds=3600))
    done.set()
    watcher.join()
    took = time.perf_counter() - begin
    print(f"{len(source.pages)} pages: {took:.0f} s, {took / len(source.pages):.2f} s a page, at most {most[0]:.0f} MB in all processes")


def beside(path: Path, questions: int = 60) -> None:
    """Print what a question takes in quiet and beside a recognition."""
    from qa.assistant import Assistant

    assistant = Assistant.open()
    ask = assistant.ask
    for _ in range(5):
        ask(_QUESTION)

    def times() -> list[float]:
        found = []
        for _ in range(questions):
            begin = time.perf_counter()
            ask(_QUESTION)
            found.append(time.perf_counter() - begin)
            time.sleep(0.05)
        return sorted(found)

    quiet = times()
    data = repeated(path.read_bytes(), 100)
    leave = threading.Event()

    def progress(done: int, total: int) -> None:
        if leave.is_set():
            raise InterruptedError

    def recognise() -> None:
        with contextlib.suppress(InterruptedError):
            bounded.read(data, path.name, progress=progress)

    thread = threading.Thread(target=recognise)
    thread.start()
    time.sleep(5)
    loud = times()
    leave.set()
    thread.join()
    p95 = [t[int(0.95 * len(t))] * 1000 for t in (quiet, loud)]
    print(f"p50 {statistics.median(quiet) * 1000:.0f} ms quiet, {statistics.median(loud) * 1000:.0f} ms beside a recognition")
    print(f"p95 {p95[0]:.0f} ms quiet, {p95[1]:.0f} ms beside a recognition: {p95[1] / p95[0]:.1f} times")


def repeated(data: bytes, pages: int) -> bytes:
    """A PDF of as many pages, those of `data` over and over."""
    import pypdf

    reader, writer = pypdf.PdfReader(io.BytesIO(data)), pypdf.PdfWriter()
    for i in range(pages):
        writer.add_page(reader.pages[i % len(reader.pages)])
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _scan(pictures: Sequence[Any]) -> bytes:
    made = io.BytesIO()
    pictures[0].save(made, "PDF", save_all=True, append_images=list(pictures[1:]), resolution=200, quality=90)
    return made.getvalue()


def _text(source: Source) -> str:
    return "\n".join(b.text for b in source.blocks)


def _flat(text: str) -> str:
    return " ".join(nfc(text).split())


def _watch(most: list[float], done: threading.Event) -> None:
    while not done.wait(0.2):
        most[0] = max(most[0], sum(_resident()))


def _resident() -> Iterator[float]:
    """Megabytes of the reading processes and of what they run, from /proc."""
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            command = (status.parent / "cmdline").read_bytes()
            if b"documents.reading.worker" in command or b"tesseract" in command.split(b"\0")[0]:
                yield int(re.findall(r"VmRSS:\s+(\d+)", status.read_text())[0]) / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one measurement."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.reading", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("legacy", "ocr", "speed", "scan", "beside"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    given = parser.parse_args(arguments)
    match given.what:
        case "legacy":
            legacy(given.paths)
        case "ocr":
            ocr(given.paths)
        case "speed":
            speed(given.paths)
        case "scan":
            scan(given.paths[0], given.pages)
        case "beside":
            beside(given.paths[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
