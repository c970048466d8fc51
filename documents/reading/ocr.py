"""Recognising the text of pictures of pages with Tesseract, several pages at once.

The program is run once for each page, bound to one core: its own threads make a page hardly faster, and hinder one another
when pages are recognised side by side.
"""

import functools
import math
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median
from typing import Any

from documents.normalise import fold, nfc
from documents.reading.page import MOTTO, Box, Page, Piece, around
from documents.reading.ruled import rules_of
from documents.reading.source import PATIENCE, Reading, ReadingError

DPI = 250
"""Dots per inch at which pages are drawn for recognition. Of 8 pages of two laws at 200 dpi, 0.53 % of the characters were wrong at 250
(0.63 % at 200, 0.81 % at 300, 0.80 % at 400); of 8 pages of real scans 2.1 % of the words were no known syllable (2.2 to 2.9 % at
others)."""
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-vie"
_WIDE = 2.2  # sizes; a wider gap parts two pieces of a line
_NOISE = 30.0  # per cent; lines that the program itself believes less are specks and stamps
_UNSURE = 0.55  # a page below may lie on its side
_FEW_WORDS = 5
_LEVEL = 0.8  # degrees
_SPECKS = re.compile(r"^[_,.'`|~—–-]{1,4}(?=\w)|^(?:[_'`|~]+|[—–-]{2,})\s*")


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to be recognised: a grey picture of its own resolution, and the size of the page in points."""

    number: int
    image: Any
    """A PIL image of mode L."""
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page as recognised, or empty with what went wrong."""

    page: Page
    failed: str = ""


@functools.cache
def program() -> str:
    """The path of Tesseract, with the data for Vietnamese.

    Raises:
        ReadingError: no_program, with what to install.
    """
    found = shutil.which("tesseract")
    advice = f"install it ({INSTALL}) and add the file again"
    if found is None:
        raise ReadingError("no_program", f"The file is a scan, and Tesseract, which recognises its text, isn't installed; {advice}.")
    run = subprocess.run([found, "--list-langs"], capture_output=True, text=True, check=False, timeout=30, stdin=subprocess.DEVNULL)
    if "vie" not in (run.stdout + run.stderr).split():
        raise ReadingError("no_program", f"The file is a scan, and Tesseract has no data for Vietnamese; {advice}.")
    return found


def recognise(pictures: Iterable[Picture], total: int, reading: Reading) -> list[Recognised]:
    """The pages of `pictures`, which is asked for a picture only when a worker is free: a whole scan doesn't fit into memory.

    Raises:
        ReadingError: no_program.
    """
    program()
    done: list[Recognised] = []
    reading.progress(0, total)
    with ThreadPoolExecutor(reading.bounds.workers) as pool:
        waiting: list[Future[Recognised]] = []
        for picture in pictures:
            waiting.append(pool.submit(_recognised, picture, reading.bounds.page_seconds))
            while len(waiting) > reading.bounds.workers:
                done.append(waiting.pop(0).result())
                reading.progress(len(done), total)
        for future in waiting:
            done.append(future.result())
            reading.progress(len(done), total)
    return done


def _recognised(picture: Picture, seconds: float) -> Recognised:
    try:
        picture, angle = straightened(picture)
        best = _page(picture, _words(picture.image, seconds))
        if (best.confidence or 0) < _UNSURE or len(best.pieces) < _FEW_WORDS or _level(best) < 0.5:
            for turn in (90, 270, 180):
                image = picture.image.rotate(turn, expand=True)
                sides = (picture.width, picture.height) if turn == 180 else (picture.height, picture.width)
                page = _page(Picture(picture.number, image, *sides), _words(image, seconds))
                if _sense(page) > 1.3 * _sense(best):
                    best = page
                    best.turn = turn
        best.tilt = angle
        return Recognised(best)
    except subprocess.TimeoutExpired:
        return Recognised(Page(picture.number, picture.width, picture.height, confidence=0.0), failed="took too long")
    except (subprocess.SubprocessError, OSError) as error:
        return Recognised(Page(picture.number, picture.width, picture.height, confidence=0.0), failed=str(error)[:100])


def _sense(page: Page) -> float:
    return (page.confidence or 0.0) * _level(page) * sum(len(p.text) for p in page.pieces)


def _level(page: Page) -> float:
    """The share of letters in lines that run from left to right; Tesseract reads those that run up or down as well, at their places."""
    letters = sum(len(p.text) for p in page.pieces)
    return sum(len(p.text) for p in page.pieces if len(p.text) < 4 or p.box.width > p.box.height) / letters if letters else 0.0


@dataclass(frozen=True, slots=True)
class _Word:
    line: tuple[int, int, int]
    box: Box
    sure: float
    text: str


def _words(image: Any, seconds: float) -> list[_Word]:
    """The words of a picture, with boxes in its dots."""
    grey = image if image.mode == "L" else image.convert("L")
    data = b"P5 %d %d 255\n" % grey.size + grey.tobytes()
    command = [program(), "-", "-", "-l", "vie", "--oem", "1", "--psm", "3", "--dpi", str(DPI), "tsv"]
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    words: list[_Word] = []
    for row in _run(command, data, environment, seconds).decode("utf-8", "replace").splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != "5" or not fields[11].strip():
            continue
        left, top, width, height = map(int, fields[6:10])
        block, paragraph, line = map(int, fields[2:5])
        box = Box(left, top, left + width, top + height)
        words.append(_Word((block, paragraph, line), box, float(fields[10]), nfc(fields[11]).strip()))
    return words


def _run(command: Sequence[str], data: bytes, environment: Mapping[str, str], seconds: float) -> bytes:
    """What `command` prints, of at most `seconds` of the processor's time: no page is given up because others come first.

    Raises:
        subprocess.TimeoutExpired: it takes longer, or `PATIENCE` times as long by the clock.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as process:
        patience = seconds
        if sys.platform == "linux":
            import resource

            most = math.ceil(seconds)
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (most, most + 1))
            patience *= PATIENCE
        try:
            printed, complaint = process.communicate(data, timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    if process.returncode == -getattr(signal, "SIGXCPU", 0):
        raise subprocess.TimeoutExpired(command, seconds)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed, complaint)
    return printed


def _page(picture: Picture, words: Sequence[_Word]) -> Page:
    """The pieces of a page, in points."""
    scale = picture.width / picture.image.width
    usual = median([w.box.height for w in words]) if words else 1.0
    pieces: list[Piece] = []
    kept: list[_Word] = []
    rules = rules_of(picture.image, DPI, scale)
    upright = [r for r in rules if r.height > r.width]
    for _, group in groupby(words, key=lambda w: w.line):
        line = [w for w in group if any(c.isalnum() for c in w.text) or (w.sure > 60 and w.text.strip("|_[]"))]
        for run in _runs(line, upright, scale):
            letters = sum(len(w.text) for w in run)
            if sum(w.sure * len(w.text) for w in run) / letters < _NOISE:
                continue
            kept += run
            pieces.append(_piece(run, scale, usual))
    letters = sum(len(w.text) for w in kept)
    sure = sum(w.sure * len(w.text) for w in kept) / letters / 100 if letters else 0.0
    return Page(picture.number, picture.width, picture.height, pieces, rules, confidence=round(sure, 3))


def _runs(line: Sequence[_Word], upright: Sequence[Box], scale: float) -> Iterator[list[_Word]]:
    """The words of a line that stand together, without a wide gap or a rule between them."""
    run: list[_Word] = []
    for i, word in enumerate(line):
        size = max(median([w.box.height for w in line]), 1.0)
        gap = (run[-1].box.right * scale, word.box.left * scale) if run else (0.0, 0.0)
        motto = run and gap[1] - gap[0] > 0.6 * size * scale and MOTTO.match(fold(" ".join(w.text for w in line[i : i + 8])))
        ruled = any(gap[0] - 3 < r.centre < gap[1] + 3 and r.top < word.box.middle * scale < r.bottom for r in upright)
        if run and (gap[1] - gap[0] > _WIDE * size * scale or ruled or motto):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _piece(run: Sequence[_Word], scale: float, usual: float) -> Piece:
    # A line's height depends on its letters; sizes of headings and small print differ by more.
    height = median([w.box.height for w in run])
    size = usual if 0.75 * usual < height < 1.3 * usual else height
    box = around([w.box for w in run])
    placed = Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
    # Letters with tails reach below the line on which most words stand.
    baseline = median([w.box.bottom for w in run]) * scale
    text = " ".join(w.text for w in run)
    return Piece(_SPECKS.sub("", text) or text, placed, baseline, size * scale)


def straightened(picture: Picture) -> tuple[Picture, float]:
    """The picture with its lines level, and by how many degrees they had run uphill.

    Left alone under 0.8 degrees, where it helped none of the pages it was tried on; at 2 degrees it took the share of wrong characters
    from 0.63 to 0.42 %, at 3 from 1.03 to 0.37 %.
    """
    angle = tilt(picture.image)
    if abs(angle) < _LEVEL:
        return picture, 0.0
    return replace(picture, image=picture.image.rotate(-angle, fillcolor=255, resample=2)), angle


def tilt(image: Any) -> float:
    """By how many degrees the lines of a page run uphill, told by where dark rows and light rows differ most; between -4 and 4."""
    import numpy as np

    small = image.resize((max(1, image.width * 600 // max(image.height, 1)), 600))
    best, angle = -1.0, 0.0
    for step in sorted(range(-16, 17), key=abs):
        tried = small.rotate(-step / 4, fillcolor=255)
        rows = 255.0 - np.asarray(tried, dtype=np.float32).mean(axis=1)
        contrast = float(((rows[1:] - rows[:-1]) ** 2).sum())
        if contrast > 1.02 * best:
            best, angle = contrast, step / 4
    return angle
