"""Where questions wait: order, bounds, time limits, equal ones under way, what is remembered, and an orderly end."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from documents.library import bundled, corpus_digest
from eval.gold import read, shipped
from index.store import build, open_index
from qa.answer import Answer, Status
from qa.assistant import Assistant
from qa.caching import Memory, Remembering, generation
from qa.desk import Desk, TurnedAwayError
from qa.reception import Asked, Reception
from qa.settings import Settings
from qa.stages import Trail, noted, stage, watched
from tests.conftest import FakeEmbedder

SAID = "Kinh tế số chiếm bao nhiêu phần trăm GRDP của Gia Lai năm 2025?"


def settings(tmp_path: Path, **more: str) -> Settings:
    return Settings.load(environment={"NGHIQUYET_DATA": str(tmp_path), **{f"NGHIQUYET_{k.upper()}": v for k, v in more.items()}})


class Gated:
    """Work that is held up until it is let go; counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.times = 0

    def __call__(self, value: Any = "done") -> Any:
        self.times += 1
        self.begun.release()
        assert self.go.wait(10)
        return value


# the desk


def test_who_comes_when_all_places_are_taken_is_turned_away() -> None:
    desk, work = Desk(workers=1, places=2, seconds=30), Gated()
    first = desk.submit(work, Trail("t"))
    assert work.begun.acquire(timeout=5)
    order: list[int] = []
    waiting = [desk.submit(lambda n=n: order.append(n), Trail("t")) for n in range(2)]
    assert (desk.waiting, desk.under_way) == (2, 1)
    with pytest.raises(TurnedAwayError, match="Hệ thống đang bận vì nhiều người cùng hỏi") as away:
        desk.submit(work, Trail("t"))
    assert (away.value.code, away.value.reason) == (503, "busy")
    assert 1 <= away.value.wait <= 60
    work.go.set()
    assert first.result(5) == "done"
    for future in waiting:
        future.result(5)
    assert order == [0, 1]
    assert desk.submit(lambda: "free again", Trail("t")).result(5) == "free again"
    assert work.times == 1


def test_without_a_queue_a_free_worker_is_still_used() -> None:
    desk, work = Desk(workers=1, places=0, seconds=30), Gated()
    held = desk.submit(work, Trail("t"))
    with pytest.raises(TurnedAwayError):
        desk.submit(work, Trail("t"))
    work.go.set()
    assert held.result(5) == "done"


def test_what_waited_too_long_is_not_begun_and_what_takes_too_long_ends_at_its_next_stage() -> None:
    desk, work = Desk(workers=1, places=5, seconds=0.2), Gated()
    began: list[str] = []

    def slow() -> None:
        with stage("search"):
            began.append("search")
            work.go.wait(0.4)
        with stage("composition"):
            began.append("composition")

    first, second = desk.submit(slow, Trail("t")), desk.submit(lambda: began.append("second"), Trail("t"))
    with pytest.raises(TurnedAwayError, match="mất quá nhiều thời gian") as away:
        first.result(5)
    assert (away.value.code, away.value.reason) == (504, "too_slow")
    with pytest.raises(TurnedAwayError) as waited:
        second.result(5)
    assert (waited.value.code, waited.value.reason) == (503, "busy")
    assert began == ["search"]


def test_the_end_waits_for_what_was_taken() -> None:
    desk, work = Desk(workers=1, places=5, seconds=30), Gated()
    first, second = desk.submit(work, Trail("t")), desk.submit(lambda: "second", Trail("t"))
    assert work.begun.acquire(timeout=5)
    desk.close()
    with pytest.raises(TurnedAwayError, match="sắp khởi động lại") as away:
        desk.submit(work, Trail("t"))
    assert (away.value.code, away.value.reason) == (503, "stopping")
    assert desk.finish(0.05) == 2
    work.go.set()
    assert desk.finish(5) == 0
    assert (first.result(0), second.result(0)) == ("done", "second")


# stages


def test_a_stage_inside_another_counts_once() -> None:
    trail = Trail("t")
    with watched(trail):
        with stage("search"):
            time.sleep(0.02)
            with stage("embedding"):
                time.sleep(0.05)
        noted("guard", "kept")
    assert 0.05 <= trail.seconds["embedding"] < 0.2
    assert 0.02 <= trail.seconds["search"] < 0.05 + trail.seconds["embedding"]
    assert [s.name for s in trail.spans] == ["embedding", "search"]
    assert trail.spans[1].start <= trail.spans[0].start <= trail.spans[0].end <= trail.spans[1].end
    assert trail.notes == [("guard", "kept")]
    with stage("search"):  # nobody watches
        noted("guard", "kept")
    assert len(trail.notes) == 1


# remembering


def test_a_memory_keeps_the_last_ones_and_begins_equal_work_once() -> None:
    memory: Memory[str] = Memory(2)
    begun: list[str] = []

    def start(name: str) -> Callable[[], "Future[str]"]:
        def begin() -> "Future[str]":
            begun.append(name)
            pending[name] = Future()
            return pending[name]

        return begin

    pending: dict[str, Future[str]] = {}
    first, came = memory.take("a", start("a"))
    again, shared = memory.take("a", start("a"))
    assert (came, shared, again is first) == ("miss", "shared", True)
    pending["a"].set_result("A")
    assert [memory.take("a", start("a"))[i] for i in (1,)] == ["hit"]
    for name in ("b", "c"):
        memory.take(name, start(name))
        pending[name].set_result(name.upper())
    assert len(memory) == 2
    assert memory.take("a", start("a"))[1] == "miss"  # two came since
    pending["a"].set_exception(ValueError("failed"))
    assert memory.take("a", start("a"))[1] == "miss"  # what failed is tried again
    assert memory.take("d", start("d"), worth=lambda _: False)[1] == "miss"
    pending["d"].set_result("D")
    assert memory.take("d", start("d"))[1] == "miss"
    assert begun == ["a", "b", "c", "a", "a", "d", "d"]
    assert [Memory[str](0).take("a", start("a"))[1] for _ in range(2)] == ["", ""]


def test_an_embedder_remembers_questions_alone() -> None:
    inner = FakeEmbedder()
    embedder, trail = Remembering(inner, 10), Trail("t")
    with watched(trail):
        first, again = embedder.embed(["kinh tế số"], "query"), embedder.embed(["kinh tế số"], "query")
        embedder.embed(["kinh tế số"], "passage")
        embedder.embed(["a", "b"], "query")
    assert (first == again).all()
    assert (first == inner.vector("kinh tế số")).all()
    assert inner.seen == ["kinh tế số", "kinh tế số", "a", "b"]
    assert trail.notes == [("embeddings", "miss"), ("embeddings", "hit")]


def test_answers_of_another_library_day_or_filter_are_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reception = Reception(settings(tmp_path))
    made = {"format": 5, "model": "m", "corpus_digest": "one"}

    class Index:
        def __init__(self, manifest: dict[str, Any]) -> None:
            self.manifest = manifest

    class Held:
        def __init__(self, manifest: dict[str, Any]) -> None:
            self.index = Index(manifest)

    begun: list[Asked] = []

    def came(asked: Asked, manifest: dict[str, Any] = made, status: Status = Status.NOT_FOUND) -> str:
        def work() -> Iterator[Answer]:
            begun.append(asked)
            yield Answer(status, "…", trace={"hits": [1], "units": [2]})

        trail = Trail("t")
        answer = reception.ask(Held(manifest), asked, work, trail)  # type: ignore[arg-type]
        assert answer.trace == {"units": ()}
        return dict(trail.notes)["answers"]

    plain = Asked.of(SAID, [])
    assert [came(plain), came(plain)] == ["miss", "hit"]
    history = [{"role": "user", "content": "Gia Lai?"}]
    filtered = [Asked.of(SAID, [], "Gia Lai"), Asked.of(SAID, [], None, 2025), Asked.of(SAID, [], ())]
    for other in (Asked.of(SAID, history), *filtered, Asked.of("?", [])):
        assert came(other) == "miss"
    assert came(plain, {**made, "corpus_digest": "two"}) == "miss"
    assert came(plain) == "hit"
    assert [came(Asked.of("lỗi", []), status=Status.ERROR) for _ in range(2)] == ["miss", "miss"]
    tomorrow = date.fromordinal(date.today().toordinal() + 1)
    monkeypatch.setattr("qa.reception.date", type("Tomorrow", (), {"today": staticmethod(lambda: tomorrow)}))
    assert came(plain) == "miss"
    assert generation(made) != generation({**made, "model": "n"})


def test_equal_questions_under_way_are_answered_once_and_late_ones_do_not_hang(tmp_path: Path) -> None:
    reception = Reception(settings(tmp_path, workers="1", time_limit="1"))
    work = Gated()

    class Held:
        index = type("Index", (), {"manifest": {"format": 5}})()

    def pieces() -> Iterator[str | Answer]:
        yield "một "
        yield work(Answer(Status.NOT_FOUND, "một hai"))

    async def all_at_once() -> list[Any]:
        streamed: list[Any] = []

        async def read() -> None:
            async for piece in reception.stream(Held, Asked.of(SAID, []), pieces, Trail("t")):  # type: ignore[arg-type]
                streamed.append(piece)

        asked = [reception.answer(Held, Asked.of(SAID, []), pieces, Trail("t")) for _ in range(9)]  # type: ignore[arg-type]
        reading = asyncio.create_task(read())
        await asyncio.sleep(0.1)
        rest = asyncio.gather(*asked)
        await asyncio.sleep(0.1)
        work.go.set()
        answers = await rest
        await reading
        assert [p if isinstance(p, str) else p.text for p in streamed] == ["một ", "một hai"]
        work.go.clear()
        with pytest.raises(TurnedAwayError) as late:  # the worker is deaf; whoever waits is told all the same
            await reception.answer(Held, Asked.of("khác", []), pieces, Trail("t"))  # type: ignore[arg-type]
        assert late.value.reason == "too_slow"
        work.go.set()
        return answers

    answers = asyncio.run(all_at_once())
    assert {a.text for a in answers} == {"một hai"}
    assert work.times == 2


def test_answers_are_the_same_with_and_without_memory(tmp_path: Path) -> None:
    build(tmp_path, bundled(), embedder := FakeEmbedder())

    plain = Assistant(open_index(tmp_path, model=embedder.name, corpus=corpus_digest(bundled())), embedder)
    remembering = Assistant(plain.index, embedder)
    with_memory, without = Reception(settings(tmp_path)), Reception(settings(tmp_path, cache="0"))
    with_memory.remembering(remembering)
    without.remembering(plain)
    assert isinstance(remembering.embedder, Remembering)
    assert plain.embedder is embedder
    asked = [g for path in shipped() if path.stem == "dev" for g in read(path)]

    def answers(reception: Reception, assistant: Assistant) -> list[Any]:
        found = []
        for g in asked:
            given = (g.question, g.history)
            answer = reception.ask(assistant, Asked.of(*given), lambda given=given: assistant.stream(*given), Trail("t"))
            found.append({k: v for k, v in answer.to_json().items() if k != "latency_ms"})
        return found

    plainly = answers(without, plain)
    assert len(plainly) >= 100
    assert answers(with_memory, remembering) == plainly
    assert answers(with_memory, remembering) == plainly  # now from memory
    trail = Trail("t")
    with_memory.ask(remembering, Asked.of(asked[0].question, asked[0].history), list, trail)
    assert trail.notes == [("answers", "hit")]
