"""`python -m eval.speed`: what answering, indexing and the page cost, mostly as ratios to the embedding model's own time.

Seconds differ between machines and with what else runs; a ratio to the model, measured in the same minute on the same
texts, tells what the rest of the code adds. All files go to a temporary data folder; nothing is sent anywhere but to
this machine's own loopback address.
"""

import argparse
import contextlib
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from documents.database import Library
from documents.library import bundled
from documents.sentences import sentence_spans
from eval.gold import Gold, read, shipped
from eval.metrics import quantile
from eval.processes import PAGE_QUESTION, ask_once, beside_busy, page_memory
from index.embedding import Embedder, Kind, Vectors, load
from index.store import build, embedded_text
from qa.assistant import Assistant
from qa.library_commands import add, index_of
from qa.settings import Settings

_COLD_RUNS = 5
_HITS = 30  # as many as an answer is made of
_BUSY = 40  # questions
_REBUILDS = 3
_ADDITIONS = 2
_PLAN = 100_000  # characters
_ALLOWED = 1.3  # times the model's own time that adding a document may take, and two seconds
_LETTERHEAD = """ỦY BAN NHÂN DÂN
TỈNH ĐỒNG NAI
Số: {number}/KH-UBND
Đồng Nai, ngày 12 tháng 3 năm 2024

# KẾ HOẠCH
Thực hiện chuyển đổi số trên địa bàn tỉnh Đồng Nai đến năm 2025, định hướng đến năm 2030
"""
_LINES_A_HEADING = 8
_HEADINGS_A_PART = 5

Numbers = dict[str, float | int | str | None]
"""What a part measured; the names end in their unit, ratios have none."""


class Timed:
    """An embedder that adds up the seconds spent in the model, of texts of one `kind` where it is given."""

    def __init__(self, model: Embedder, kind: Kind | None = None) -> None:
        self.name = model.name
        self.dimension = model.dimension
        self.seconds = 0.0
        self.texts = 0
        self._model = model
        self._kind = kind

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Embedder.embed`."""
        start = time.perf_counter()
        vectors = self._model.embed(texts, kind)
        if self._kind in (None, kind):
            self.seconds += time.perf_counter() - start
            self.texts += len(texts)
        return vectors


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def cold(data: Path) -> Numbers:
    """Seconds of `nghiquyet ask` in a new process, with an index there already (the median of five)."""
    first = ask_once(data)
    times = [ask_once(data) for _ in range(_COLD_RUNS)]
    return {"first_run_seconds": first, "median_seconds": statistics.median(times), "slowest_seconds": max(times)}


def warm(data: Path, questions: Sequence[Gold]) -> Numbers:
    """What `ask` takes beyond embedding the question once, over all `questions`, in one process."""
    assistant = Assistant.open(Settings.load(data=str(data)))
    embedder = assistant.embedder
    if embedder is None:
        return {"skipped": "the assistant answers without an embedding model"}
    assistant.ask(PAGE_QUESTION)  # the first one also loads tables
    embed_ms: list[float] = []
    ask_ms: list[float] = []
    for gold in questions:
        embed_ms.append(1000 * seconds(partial(embedder.embed, [gold.question], "query")))
        ask_ms.append(1000 * seconds(partial(assistant.ask, gold.question, gold.history)))
    paired = sorted(a / e for a, e in zip(ask_ms, embed_ms, strict=True))
    model, asked = statistics.median(embed_ms), sorted(ask_ms)
    return {
        "questions": len(questions),
        "embed_median_ms": model,
        "ask_median_ms": statistics.median(asked),
        "ask_p95_ms": quantile(asked, 0.95),
        "ask_median_to_embed_median": statistics.median(asked) / model,
        "ask_p95_to_embed_median": (quantile(asked, 0.95) or 0.0) / model,
        "paired_ratio_median": statistics.median(paired),
        "paired_ratio_p95": quantile(paired, 0.95),
    }


def searching(data: Path, questions: Sequence[Gold]) -> Numbers:
    """The search alone, its question read and embedded already, over all `questions`; wanted: at most 3 ms."""
    assistant = Assistant.open(Settings.load(data=str(data)))
    asked = [(read, assistant.finder.vector(read)) for read in (assistant.understand(g.question, g.history) for g in questions)]
    for question, vector in asked[:5]:
        assistant.finder.search(question, vector, _HITS)
    times = sorted(1000 * seconds(partial(assistant.finder.search, question, vector, _HITS)) for question, vector in asked)
    return {"questions": len(asked), "search_median_ms": statistics.median(times), "search_p95_ms": quantile(times, 0.95)}


def beside(data: Path, questions: Sequence[Gold]) -> Numbers:
    """Embedding a question, and answering one, on a machine as it is and while another process keeps one core busy.

    OpenMP's threads would spin while they wait and lose their cores to it; `index.embedding` has them sleep.
    """
    assistant = Assistant.open(Settings.load(data=str(data)))
    embedder = assistant.embedder
    if embedder is None:
        return {"skipped": "the assistant answers without an embedding model"}

    def measured() -> tuple[float, float]:
        embed = statistics.median(1000 * seconds(partial(embedder.embed, [g.question], "query")) for g in questions)
        return embed, statistics.median(1000 * seconds(partial(assistant.ask, g.question, g.history)) for g in questions)

    assistant.ask(PAGE_QUESTION)
    quiet, busy = measured(), beside_busy(measured)
    return {
        "wait_policy": os.environ.get("OMP_WAIT_POLICY"),
        "embed_median_ms": quiet[0],
        "ask_median_ms": quiet[1],
        "busy_embed_median_ms": busy[0],
        "busy_ask_median_ms": busy[1],
        "busy_to_quiet": busy[1] / quiet[1],
    }


def first_index(data: Path) -> Numbers:
    """Indexing the bundled documents without the vectors that ship with them, against the model's share of it.

    The model is timed inside the very same run: the same passages in the same batches, and no second run to differ from.
    """
    embedder = Timed(load(Settings.load(data=str(data)).model))
    embedder.embed([PAGE_QUESTION], "query")
    embedder.seconds, embedder.texts = 0.0, 0
    total = seconds(lambda: build(data, bundled(), embedder, bundled_vectors=False))
    return {
        "passages": embedder.texts,
        "total_seconds": total,
        "embed_seconds": embedder.seconds,
        "total_to_embed": total / embedder.seconds,
        "excess_seconds": total - embedder.seconds,
    }


def rebuild(data: Path) -> Numbers:
    """Indexing again when nothing has changed (the median of three); the model must not be asked for anything."""
    embedder = Timed(load(Settings.load(data=str(data)).model))
    build(data, bundled(), embedder)
    embedder.texts = 0
    times = [seconds(lambda: build(data, bundled(), embedder)) for _ in range(_REBUILDS)]
    return {"median_seconds": statistics.median(times), "passages_embedded": embedder.texts}


def plan(characters: int = _PLAN, seed: int = 0) -> str:
    """A plan in Markdown of about `characters`, the same for the same seed.

    Its list items are lines of the bundled documents with other figures, and with two words of each sentence exchanged:
    as long and as hard to read as real ones, and none that has been embedded before.
    """
    chance = random.Random(seed)
    lines = [" ".join(p.text.split()) for d in bundled() for p in d.passages if p.kind == "body" and not p.cells]
    used = set(lines)
    written = [_LETTERHEAD.format(number=seed + 1)]
    length, items = len(written[0]), 0
    while length < characters:
        line = _other(chance.choice(lines), chance)
        if line in used:
            continue
        used.add(line)
        if items % (_LINES_A_HEADING * _HEADINGS_A_PART) == 0:
            written.append(f"## PHẦN {items // (_LINES_A_HEADING * _HEADINGS_A_PART) + 1}. NHIỆM VỤ VÀ GIẢI PHÁP")
        if items % _LINES_A_HEADING == 0:
            written.append(f"### {items // _LINES_A_HEADING % _HEADINGS_A_PART + 1}. Nhóm nhiệm vụ {items // _LINES_A_HEADING + 1}")
        written.append(f"- {line}")
        items += 1
        length += len(line) + 4
    return "\n\n".join(written) + "\n"


def _other(line: str, chance: random.Random) -> str:
    """`line` with other figures (years stay, or no target would be found) and two words of each sentence exchanged."""
    sentences = []
    for start, end in sentence_spans(line):
        words = line[start:end].split()
        if len(words) > 3:
            i, j = chance.sample(range(1, len(words) - 1), 2)
            words[i], words[j] = words[j], words[i]
        sentences.append(" ".join(words))
    return re.sub(r"(?<!\d)(?!20\d\d(?!\d))\d+", lambda m: str(chance.randrange(1, 10 ** len(m[0]))), " ".join(sentences))


def addition(data: Path, rounds: int = _ADDITIONS, characters: int = _PLAN, model: Callable[[], Embedder] | None = None) -> Numbers:
    """Adding a plan to a library that is indexed already, against the model's share of it: the best ratio of `rounds`,
    each in a folder of its own with a plan of its own. (The best, because what else runs on the machine only adds to it.)

    Loading the model counts among what comes on top of its own time.
    """
    best: Numbers = {}
    for n in range(rounds):
        found = add_once(data / f"addition-{n}", plan(characters, seed=n), model)
        if not best or float(found["total_to_embed"] or 0) < float(best["total_to_embed"] or 0):
            best = found
    return best


def add_once(folder: Path, text: str, model: Callable[[], Embedder] | None = None) -> Numbers:
    """Add `text` as a Markdown file to the library in `folder`, where the index is made first unless it is there.

    Raises:
        RuntimeError: it was not added.
    """
    settings = Settings.load(data=str(folder))
    load_model = model or partial(load, settings.model)
    library = Library.open(folder)
    before = {d.id for d in library.documents()}
    if not (folder / "index").exists():
        index_of(settings, library.documents(), load_model())
    file = folder / "plan.md"
    file.write_text(text, "utf-8")
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for what was measured
        start = time.perf_counter()
        embedder = Timed(load_model(), "passage")  # the questions that move the threshold come on top
        code = add(settings, [file], [], replace=False, bundled=False, embedder=embedder)
        total = time.perf_counter() - start
    new = [d for d in library.documents() if d.id not in before]
    if code or len(new) != 1:
        raise RuntimeError(f"the plan was not added (exit code {code}, {len(new)} new documents)")
    passages = new[0].passages
    return {
        "characters": len(new[0].text),
        "passages": len(passages),
        "total_seconds": total,
        "embed_seconds": embedder.seconds,
        "total_to_embed": total / embedder.seconds,
        f"seconds_over_{_ALLOWED}_times": total - _ALLOWED * embedder.seconds,
        "embedded_beyond_the_new": embedder.texts - len({embedded_text(new[0], p) for p in passages}),
    }


def memory(data: Path) -> Numbers:
    """Resident memory of the web page's process after it has answered a question (Linux only)."""
    if not Path("/proc/self/status").exists():
        return {"skipped": "resident memory is read from /proc, which only Linux has"}
    return dict(page_memory(data))


def main(arguments: list[str] | None = None) -> int:
    """Measure the parts that are asked for; the exit code is 0, 1 (a part failed) or 2 (usage)."""
    # Indexing comes first so that, when all is measured, it fills the folder the others use.
    parts = ("index", "rebuild", "add", "cold", "warm", "search", "busy", "memory")
    parser = argparse.ArgumentParser(prog="python -m eval.speed", description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--only", metavar="PART,…", default=",".join(parts), help=f"parts out of {','.join(parts)} (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    given = parser.parse_args(arguments)
    wanted = given.only.split(",")
    unknown = [p for p in wanted if p not in parts]
    if unknown:
        parser.error(f"--only: {unknown[0]!r} is none of {', '.join(parts)}")

    results: dict[str, Numbers] = {}
    with tempfile.TemporaryDirectory(prefix="nghiquyet-speed-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        measures: dict[str, Callable[[], Numbers]] = {
            "index": lambda: first_index(data),
            "rebuild": lambda: rebuild(data),
            "add": lambda: addition(data),
            "cold": lambda: cold(data),
            "warm": lambda: warm(data, _development()),
            "search": lambda: searching(data, _development()),
            "busy": lambda: beside(data, _development()[:_BUSY]),
            "memory": lambda: memory(data),
        }
        for part in (p for p in parts if p in wanted):
            print(f"measuring {part} …", file=sys.stderr)
            try:
                results[part] = measures[part]()
            except Exception as error:  # the other parts are still worth measuring
                print(f"{part}: {type(error).__name__}: {error}", file=sys.stderr)
                results[part] = {"failed": type(error).__name__}
            if not given.json:
                print("\n".join(_lines(part, results[part])), flush=True)
    if given.json:
        print(json.dumps(results))
    return 1 if any("failed" in numbers for numbers in results.values()) else 0


def _development() -> list[Gold]:
    return [g for path in shipped() if path.stem == "dev" for g in read(path)]


def _lines(part: str, numbers: Numbers) -> list[str]:
    return [part, *(f"  {name:28}{f'{value:.3f}' if isinstance(value, float) else value!s:>10}" for name, value in numbers.items())]


if __name__ == "__main__":
    sys.exit(main())
