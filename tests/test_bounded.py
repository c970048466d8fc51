"""Reading in a process of its own: bounds that hold, processes that are gone afterwards, and every reader under seeded damage."""

import io
import json
import os
import random
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from documents.reading import bounded, exchange
from documents.reading.dispatch import read
from documents.reading.source import Bounds, ReadingError
from qa.settings import Settings, SettingsError
from tests.conftest import SOAK
from tests.papers import FONTS, decision, needs_font, needs_ocr, pictures, raw_pdf, saved, scanned
from tests.test_reading_formats import ole, p, tbl, tr, word

ROOT = Path(__file__).resolve().parents[1]
RTF = (
    rb"{\rtf1\ansi{\fonttbl{\f0 .VnTime;}}\f0 C\'e9ng ho\'b5 x\'b7 h\'e9i\par {\b Ch\'ad\'ac ng 1}"
    rb"\par\trowd\cellx900\cellx1800 a\cell b\cell\row}"
)
HTML = "<html><body><h1>Nghị quyết</h1><p>Đến năm 2030</p><table><tr><td>1</td><td>2</td></tr></table></body></html>".encode()


def refused(data: bytes, bounds: Bounds, name: str = "a.pdf") -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        bounded.read(data, name, bounds)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    return caught.value


def children() -> set[str]:
    """The processes that have this one's temporary folders in their command line."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if "documents.reading.worker" in line and f"/{os.getpid()}/" not in line:
            found.add(entry.parent.name)
    return found


@needs_font
def test_what_a_process_reads_is_what_is_read_here() -> None:
    for data, name in ((decision(2), "a.pdf"), (word(p("Điều 1") + tbl(tr("a", "b"), tr("1", "2"))), "a.docx"), (RTF, "a"), (HTML, "a")):
        here = read(data, name)
        assert bounded.read(data, name) == here
        assert exchange.from_json(exchange.to_json(here)) == here


def test_errors_come_back_as_they_were() -> None:
    error = refused(raw_pdf(b"", pages=4), Bounds(pages=3), "kế hoạch.pdf")
    assert error.reason == "too_many_pages"
    assert str(error) == "The file kế hoạch.pdf has 4 pages, and 3 are accepted (NGHIQUYET_READ_PAGES); split it and add the parts."
    assert refused(b"", Bounds()).reason == "empty"
    assert refused(ole("EncryptedPackage"), Bounds(), "a.docx").reason == "encrypted"
    with pytest.raises(ValueError, match="no source"):
        exchange.from_json("[]")


@needs_ocr
def test_a_process_that_takes_too_long_is_ended_with_all_it_started() -> None:
    scan = scanned(pictures(decision(3)))
    begin = time.monotonic()
    error = refused(scan, Bounds(seconds=0.2, page_seconds=0.01))
    assert error.reason == "too_slow"
    assert "NGHIQUYET_READ_SECONDS" in str(error)
    assert time.monotonic() - begin < 15
    assert not [c for c in children() if Path(f"/proc/{c}").exists() and _parent(c) == os.getpid()]


def _parent(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are Linux's")
def test_memory_is_bounded() -> None:
    deep = word("".join(p("x" * 1000) for _ in range(80_000)))
    assert len(deep) < 2_000_000
    error = refused(deep, Bounds(memory=200), "a.docx")
    assert error.reason in ("too_much_memory", "damaged")


@needs_ocr
def test_progress_is_told_and_may_end_the_reading() -> None:
    told: list[tuple[int, int]] = []
    scan = scanned(pictures(decision(2)))
    assert bounded.read(scan, "a.pdf", progress=lambda done, total: told.append((done, total))).pages[1].confidence
    assert told == [(0, 2), (1, 2), (2, 2)]

    class GoneError(Exception):
        pass

    def leave(done: int, total: int) -> None:
        raise GoneError

    with pytest.raises(GoneError):
        bounded.read(scan, "a.pdf", progress=leave)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@needs_ocr
def test_the_process_dies_with_its_program(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scanned(pictures(decision(3)) * 4))
    code = (
        "import sys, pathlib; from documents.reading import bounded\n"
        "bounded.read(pathlib.Path(sys.argv[1]).read_bytes(), 'a.pdf', progress=lambda d, t: print(d, flush=True))"
    )
    program = subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    assert program.stdout.readline() == "0\n"
    [worker] = [c for c in children() if _parent(c) == program.pid]
    program.kill()
    program.wait()
    program.stdout.close()
    for _ in range(100):
        if not Path(f"/proc/{worker}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()


def test_keys_are_not_handed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []
    start = subprocess.Popen

    def watched(*args: object, **options: object) -> object:
        seen.append(dict(options["env"]))  # type: ignore[call-overload]
        return start(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("NGHIQUYET_LLM_KEY", "bi-mat")
    monkeypatch.setattr(bounded.subprocess, "Popen", watched)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert bounded.read("Điều 1. Phạm vi".encode(), "a.txt").blocks[0].text == "Điều 1. Phạm vi"
    [environment] = seen
    assert "bi-mat" not in environment.values()
    assert environment["HOME"].startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_several_at_once() -> None:
    found: dict[int, str] = {}

    def one(n: int) -> None:
        found[n] = bounded.read(word(p(f"Điều {n}")), "a.docx").blocks[0].text

    threads = [threading.Thread(target=one, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: f"Điều {n}" for n in range(4)}


def test_settings_of_the_bounds() -> None:
    given = {"NGHIQUYET_READ_SECONDS": "30", "NGHIQUYET_READ_MEMORY": "2048", "NGHIQUYET_READ_PAGES": "50", "NGHIQUYET_OCR_WORKERS": "3"}
    loaded = Settings.load(data="/tmp/x", model="fake", environment=given).reading
    assert loaded == Bounds(seconds=30, memory=2048, pages=50, workers=3)
    with pytest.raises(SettingsError, match="NGHIQUYET_READ_PAGES: 'vô hạn' can't be used; give a whole number from 1 to 100000"):
        Settings.load(data="/tmp/x", model="fake", environment={"NGHIQUYET_READ_PAGES": "vô hạn"})


def samples() -> list[tuple[str, bytes]]:
    """A small file of every kind that is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    found = [
        ("a.docx", word(p("Điều 1. Phạm vi") + tbl(tr("a", "b"), tr("1", "2")))),
        ("b.docx", packed.getvalue()),
        ("a.rtf", RTF),
        ("a.html", HTML),
        ("a.txt", "NGHỊ QUYẾT\n\nĐiều 1. Đến năm 2030, kinh tế số chiếm 30%.\n".encode() * 4),
        ("a.doc", ole("WordDocument")),
        ("a.pdf", raw_pdf(b"BT /F1 12 Tf 72 700 Td (C\xe9ng ho\xb5 x\xb7 h\xe9i) Tj ET 10 10 m 90 10 l S", b".VnTime")),
    ]
    if FONTS is not None:
        found.append(("b.pdf", decision(1)))
        [page] = pictures(raw_pdf(b"BT /F1 12 Tf 9 20 Td (Quy dinh) Tj ET", page=b"/CropBox [0 0 90 60]"), 72)
        found += [("a.png", saved(page, "PNG")), ("a.jpg", saved(page, "JPEG")), ("a.tif", saved(page, "TIFF"))]
    return found


def damaged(data: bytes, rng: random.Random) -> bytes:
    """`data` with bytes changed, left out, doubled or moved, or with its end gone."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        at, size = rng.randrange(len(made) or 1), rng.choice((1, 2, 16, 200))
        match rng.randrange(6):
            case 0:
                made[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = made[at : at + size]
            case 3:
                made[at:at] = rng.randbytes(size)
            case 4:
                made[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"9999", b"<<<<", b"    "))
            case 5:
                del made[max(1, at) :]
        if not made:
            break
    return bytes(made)


@pytest.mark.soak
def test_damaged_files_of_every_kind_end_in_a_text_or_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rng = random.Random(2030)
    kinds = samples()
    outcomes: dict[str, int] = {}
    before = _listing(ROOT)
    # Several side by side: most of the time goes into starting processes.
    jobs = [(i, *kinds[i % len(kinds)], random.Random(rng.random())) for i in range(2000 if SOAK else 200)]
    failures: list[str] = []

    def work(job: tuple[int, str, bytes, random.Random]) -> None:
        number, name, data, own = job
        broken = damaged(data, own)
        try:
            outcome = "read" if bounded.read(broken, name, Bounds(seconds=60, page_seconds=10, workers=1)).blocks else "nothing"
        except ReadingError as error:
            outcome = error.reason
            if not str(error).endswith(".") or "\n" in str(error):
                failures.append(f"{number} {name}: {error}")
        except Exception as error:
            outcome = "crash"
            failures.append(f"{number} {name}: {error!r}")
        outcomes[outcome] = outcomes.get(outcome, 0) + 1

    _in_threads(work, jobs, 4)
    assert failures == []
    assert sum(outcomes.values()) == len(jobs)
    assert outcomes.get("read", 0) > 0.1 * len(jobs), json.dumps(outcomes)
    assert outcomes.get("too_slow", 0) == 0
    # Nothing was left behind, and nothing outside was touched.
    assert list(tmp_path.iterdir()) == []
    assert _listing(ROOT) == before


def _in_threads(
    work: Callable[[tuple[int, str, bytes, random.Random]], None], jobs: list[tuple[int, str, bytes, random.Random]], n: int
) -> None:
    def run(mine: list[tuple[int, str, bytes, random.Random]]) -> None:
        for job in mine:
            work(job)

    threads = [threading.Thread(target=run, args=(jobs[k::n],)) for k in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _listing(folder: Path) -> dict[str, int]:
    """Files of the program with their times of change."""
    found = (f for package in ("documents", "index", "qa", "prompts") for f in (folder / package).rglob("*") if f.suffix != ".pyc")
    return {str(f): f.stat().st_mtime_ns for f in found if f.is_file()}
