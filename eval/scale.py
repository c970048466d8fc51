"""`python -m eval.scale`: what searching costs from a thousand passages to a million, and what the index weighs.

The libraries are made up: clauses of the bundled documents' passages, shuffled and with other figures, under their
headings, in documents of a hundred passages dealt out to 34 provinces; vectors between two real ones, with noise. All of
it is seeded. The questions are the real ones of `eval/questions/dev.jsonl`. Each size is built by one process and measured
by another, so that memory is each one's own. Linux alone tells memory.
"""

import argparse
import hashlib
import itertools
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from documents.library import bundled, corpus_digest
from documents.places import provinces
from documents.resolution import Passage, Resolution
from eval.answering import answering
from eval.gold import read, shipped
from eval.metrics import quantile
from eval.processes import beside_busy, memory_mb
from eval.speed import Timed, seconds
from index.embedding import NANO, Kind, Vectors
from index.nearest import Nearest, exact_bound
from index.search import Query, search
from index.store import LocalIndex, build, open_index
from index.vectors import file_name
from qa.assistant import Assistant
from qa.settings import Settings

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FLOOR_BYTES = 384 * 4
"""What one vector takes in single precision: no index of vectors that compares them all by themselves holds less."""
BOUND_MS = 60.0
_SEED = 2022
_PER_DOCUMENT = 100
_NOISE = 0.25  # length of the noise beside a vector of length 1: two texts of the same parents are 0.94 alike
_TOP = 10
_ROOT = Path(__file__).resolve().parents[1]
_CLAUSE = re.compile(r"(?<=[,;.:])\s+")
_DIGITS = re.compile(r"\d+")

_PAPER = '<rect width="910" height="290" fill="#fff"/>'
_TEXTS = ("documents", "passages", "heads", "facts", "flags")

Numbers = dict[str, Any]


class Interpolated:
    """Vectors for made-up texts, seeded by the text: a point between two of the vectors that ship, with noise."""

    name = "interpolated"

    def __init__(self) -> None:
        source = resources.files("index") / "data" / f"vectors-{file_name(NANO)}"
        with source.open("rb") as file, np.load(file, allow_pickle=False) as data:
            self._real = data["vectors"].astype(np.float32)
        self.dimension = self._real.shape[1]
        table = np.random.default_rng(_SEED).standard_normal((4096, self.dimension), dtype=np.float32)
        self._noise = table * np.float32(_NOISE / math.sqrt(2 * self.dimension))

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `index.embedding.Embedder.embed`."""
        digests = b"".join(hashlib.blake2b(t.encode(), digest_size=40).digest() for t in texts)
        seeds = np.frombuffer(digests, dtype=np.uint64).reshape(len(texts), 5)
        between = (seeds[:, 4] / 2.0**64).astype(np.float32)[:, None]
        first, second = (self._real[seeds[:, i] % len(self._real)] for i in (0, 1))
        # The difference of any two noises of a table is a noise too: millions of them for the price of thousands.
        noise = self._noise[seeds[:, 2] % len(self._noise)] - self._noise[seeds[:, 3] % len(self._noise)]
        found = first * between + second * (1 - between) + noise
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def made_up(passages: int) -> Iterator[Resolution]:
    """Documents that hold `passages` passages in all; the same for the same number."""
    chosen = random.Random(_SEED)
    real = [p for d in bundled() for p in d.passages if p.kind == "body"]
    clauses = [_CLAUSE.split(p.text) for p in real]
    names = _provinces()
    for n, first in enumerate(range(0, passages, _PER_DOCUMENT)):
        yield _document(f"made-up-{n}", names[n % len(names)], min(_PER_DOCUMENT, passages - first), real, clauses, chosen)


def _provinces() -> list[str]:
    return list(dict.fromkeys(p.since_2025 for p in provinces()))


def _document(
    name: str, province: str, size: int, real: Sequence[Passage], clauses: Sequence[Sequence[str]], chosen: random.Random
) -> Resolution:
    made: list[Passage] = []
    start = 0
    for i in range(size):
        pool = [*chosen.choice(clauses), *chosen.choice(clauses)]
        said = chosen.sample(pool, k=min(len(pool), chosen.randint(2, 6)))
        text = _DIGITS.sub(lambda m: str(chosen.randrange(10 ** min(4, len(m[0])))), " ".join(said))
        made.append(Passage(f"{name}#{i}", name, chosen.choice(real).path, start, start + len(text), text))
        start += len(text) + 1
    whole = "\n".join(p.text for p in made)
    digest = hashlib.sha256(whole.encode()).hexdigest()
    return Resolution(name, f"Kế hoạch {name}", "Kế hoạch", province, "UBND", "thử", whole, (), tuple(made), digest=digest)


@dataclass(frozen=True)
class Asked:
    """A real question as the assistant reads it, and its vector."""

    text: str
    query: Query
    vector: Vectors


def questions(data: Path) -> tuple[list[Asked], Callable[[str], Vectors]]:
    """The development questions, and what embeds one; the bundled documents' index goes to `data`."""
    assistant = Assistant.open(Settings.load(data=str(data)))
    embedder = assistant.embedder
    if embedder is None:
        raise SystemExit("eval.scale needs the embedding model, which can't be loaded here")
    found = []
    for gold in (g for path in shipped() if path.stem == "dev" for g in read(path)):
        asked = assistant.understand(gold.question, gold.history)
        words = " ".join(t.word for t in asked.strong)
        query = Query(words, asked.keywords, years=asked.years, figure=asked.measure is not None)
        found.append(Asked(asked.normalised, query, embedder.embed([asked.normalised], "query")[0]))
    return found, lambda text: embedder.embed([text], "query")[0]


def built(passages: int, data: Path) -> Numbers:
    """Build an index of a made-up library in `data`."""
    documents = tuple(made_up(passages))
    before, embedder = memory_mb("VmRSS"), Timed(Interpolated())
    total = seconds(lambda: build(data, documents, embedder, bundled_vectors=False))
    manifest = open_index(data, model=embedder.name, corpus=corpus_digest(documents)).manifest
    return {
        "corpus": corpus_digest(documents),
        "build_seconds": total - embedder.seconds,
        "build_documents_mb": before,
        "build_peak_mb": memory_mb("VmHWM"),
        "vectors": manifest["vectors"],
        "files": {name: size for name, (size, _) in manifest["files"].items()},
        "kept_vectors": sum(p.stat().st_size for p in (data / "vectors").iterdir()),
    }


def measured(data: Path, corpus: str) -> Numbers:
    """What opening and searching the index in `data` costs."""
    with tempfile.TemporaryDirectory(prefix="nghiquyet-scale-") as folder:
        asked, embed = questions(Path(folder))
    before = memory_mb("RssAnon")
    start = time.perf_counter()
    index = open_index(data, model=Interpolated.name, corpus=corpus)
    opened, opened_mb = time.perf_counter() - start, memory_mb("RssAnon") - before
    names = list(dict.fromkeys(index.layout.provinces))
    somewhere = [replace(a, query=replace(a.query, provinces=(names[i % len(names)],))) for i, a in enumerate(asked)]
    first = seconds(lambda: search(index, asked[0].query, asked[0].vector))
    numbers = {"open_seconds": opened, "first_ms": 1000 * first}
    for name, queries in (("all", asked), ("province", somewhere)):
        times = sorted(1000 * seconds(lambda a=a: search(index, a.query, a.vector)) for _ in range(2) for a in queries)  # type: ignore[misc]
        numbers |= {f"{name}_p50_ms": statistics.median(times), f"{name}_p95_ms": quantile(times, 0.95) or 0.0}
    numbers |= {"opened_mb": opened_mb, "private_mb": memory_mb("RssAnon") - before, "mapped_mb": memory_mb("RssFile")}
    numbers |= answering(index, embed)
    numbers |= {"quiet_ms": _whole(index, asked, embed), "beside_busy_ms": beside_busy(lambda: _whole(index, asked, embed))}
    numbers["recall"], numbers["recall_province"] = _recall(index, asked), _recall(index, somewhere)
    return numbers


def _whole(index: LocalIndex, asked: Sequence[Asked], embed: Callable[[str], Vectors]) -> float:
    """Median ms of embedding a question and searching."""
    return statistics.median(1000 * seconds(lambda a=a: search(index, a.query, embed(a.text))) for a in asked[:40])  # type: ignore[misc]


def _recall(index: LocalIndex, asked: Sequence[Asked]) -> float:
    """The share of the ten nearest vectors that the search by vectors brings, against comparing all that are allowed."""
    nearest = index.nearest
    assert nearest is not None
    shares = []
    groups = itertools.groupby(sorted(asked, key=lambda a: a.query.provinces), key=lambda a: a.query.provinces)
    for place, group in ((place, list(group)) for place, group in groups):
        allowed = index.layout.allowed(place, ())
        bounds = exact_bound(_stored(nearest, allowed), np.stack([a.vector for a in group]), _TOP)
        for a, bound in zip(group, bounds, strict=True):
            _, cosines = nearest.search(a.vector, _TOP, nearest.among(allowed))
            shares.append(float(np.mean(cosines >= bound - 1e-6)))
    return statistics.fmean(shares)


def _stored(nearest: Nearest, allowed: Any) -> Iterator[Vectors]:
    rows = np.arange(len(nearest)) if allowed is None else np.flatnonzero(allowed)
    return (nearest.faiss.reconstruct_batch(rows[i : i + 50_000]) for i in range(0, len(rows), 50_000))


def at_size(passages: int, folder: Path) -> Numbers:
    """All that is measured of a library of `passages`, built under `folder` and measured by processes of their own."""
    data = folder / str(passages)
    numbers: Numbers = {"passages": passages}
    try:
        for part in ("build", "measure"):
            command = [sys.executable, "-m", "eval.scale", "--part", part, "--sizes", str(passages), "--data", str(data)]
            command += ["--corpus", numbers.get("corpus", "")]
            done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True, env=os.environ)
            numbers |= json.loads(done.stdout)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    files = numbers.pop("files")
    numbers["bytes"] = {
        "vectors": files["vectors.faiss"] / passages,
        "postings": sum(size for name, size in files.items() if name.startswith("bm25-")) / passages,
        "texts": sum(files[name] for name in files if name.split(".")[0] in _TEXTS) / passages,
        "frequencies": sum(size for name, size in files.items() if name.startswith("frequencies/")) / passages,
        "counts": files["counts.json"] / passages,
        "kept vectors": numbers.pop("kept_vectors") / passages,
    }
    return numbers


def table(rows: Sequence[Numbers]) -> str:
    """The figures as a Markdown table, one column a size."""
    lines: list[tuple[str, Callable[[Numbers], str]]] = [
        ("passages", lambda r: f"{r['passages']:,}"),
        ("vectors compared", lambda r: "all" if r["vectors"]["kind"] == "flat" else "{probes} of {lists} lists".format(**r["vectors"])),
        ("search, p50 / p95 ms", lambda r: f"{r['all_p50_ms']:.1f} / {r['all_p95_ms']:.1f}"),
        ("search in one province, p50 / p95 ms", lambda r: f"{r['province_p50_ms']:.1f} / {r['province_p95_ms']:.1f}"),
        ("with embedding, p50 ms; beside a busy core", lambda r: f"{r['quiet_ms']:.0f}; {r['beside_busy_ms']:.0f}"),
        ("recall@10 of vectors; in a province", lambda r: f"{r['recall']:.4f}; {r['recall_province']:.4f}"),
        ("open, s; first search, ms", lambda r: f"{r['open_seconds']:.2f}; {r['first_ms']:.0f}"),
        ("memory: private beside the model; mapped files and libraries, MB", lambda r: f"{r['private_mb']:.0f}; {r['mapped_mb']:.0f}"),
        ("the assistant on top: open, s; memory, after 110 questions, MB", lambda r: f"{r['assistant_seconds']:.2f}; {r['asked_mb']:.0f}"),
        ("answer without embedding, p50 / p95 ms", lambda r: f"{r['ask_p50_ms']:.0f} / {r['ask_p95_ms']:.0f}"),
        ("bytes on disk a passage: vectors", lambda r: f"{r['bytes']['vectors']:,.0f}"),
        ("… postings", lambda r: f"{r['bytes']['postings']:,.0f}"),
        ("… texts", lambda r: f"{r['bytes']['texts']:,.0f}"),
        ("… frequencies of terms", lambda r: f"{r['bytes']['frequencies']:,.0f}"),
        ("… counts of syllables", lambda r: f"{r['bytes']['counts']:,.0f}"),
        ("… vectors kept for the next build", lambda r: f"{r['bytes']['kept vectors']:,.0f}"),
        ("build without embedding, s", lambda r: f"{r['build_seconds']:.1f}"),
        ("build, peak MB (of it the documents)", lambda r: f"{r['build_peak_mb']:.0f} ({r['build_documents_mb']:.0f})"),
    ]
    cells = [[name, *(value(r) for r in rows)] for name, value in lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in [cells[0], ["---"] * len(cells[0]), *cells[1:]])


def plot(rows: Sequence[Numbers]) -> str:
    """Three curves over the number of passages as one SVG that needs nothing else: time, bytes, building."""
    x = [r["passages"] for r in rows]
    panels = [
        ("Search, p50 in ms", {"all": [r["all_p50_ms"] for r in rows], "one province": [r["province_p50_ms"] for r in rows]}, BOUND_MS),
        (
            "Bytes on disk a passage",
            {
                "index": [sum(r["bytes"].values()) - r["bytes"]["kept vectors"] for r in rows],
                "vectors": [r["bytes"]["vectors"] for r in rows],
            },
            float(FLOOR_BYTES),
        ),
        ("Build without embedding, s", {"all": [r["build_seconds"] for r in rows]}, None),
    ]
    parts = [_panel(40 + 290 * i, title, x, curves, guide) for i, (title, curves, guide) in enumerate(panels)]
    style = "text{font:12px sans-serif;fill:#333}.frame{fill:none;stroke:#bbb}.guide{stroke:#c33;stroke-dasharray:4 3}.grid{stroke:#eee}"
    head = '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 910 290" width="910" height="290">'
    title = "Cost of searching from a thousand passages to a million"
    return f"{head}<title>{title}</title><style>{style}</style>{_PAPER}" + "".join(parts) + "</svg>\n"


def _panel(left: float, title: str, x: Sequence[int], curves: dict[str, list[float]], guide: float | None) -> str:
    """Curves on logarithmic axes, with the value beside each point."""
    width, height, top = 220.0, 190.0, 40.0
    values = [v for curve in curves.values() for v in curve] + ([guide] if guide else [])
    low, high = math.floor(math.log10(min(values)) - 0.05), math.ceil(math.log10(max(values)) + 0.05)
    first, last = math.log10(min(x)), max(math.log10(max(x)), math.log10(min(x)) + 1)

    def at(size: float, value: float) -> tuple[float, float]:
        return left + width * (math.log10(size) - first) / (last - first), top + height * (high - math.log10(value)) / (high - low)

    parts = [f'<text x="{left}" y="{top - 14}" font-weight="bold">{escape(title)}</text>']
    for power in range(low, high + 1):
        y = at(x[0], 10.0**power)[1]
        parts.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 4}" y="{y + 4:.1f}" text-anchor="end" style="font-size:10px">{10.0**power:g}</text>')
    for size in x:
        power_of_ten = f"{size:,}"
        parts.append(
            f'<text x="{at(size, 1)[0]:.1f}" y="{top + height + 16}" text-anchor="middle" style="font-size:10px">{power_of_ten}</text>'
        )
    parts.append(f'<rect class="frame" x="{left}" y="{top}" width="{width}" height="{height}"/>')
    if guide:
        y = at(x[0], guide)[1]
        parts.append(f'<line class="guide" x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left + width / 2}" y="{y - 3:.1f}" text-anchor="middle" style="fill:#c33;font-size:10px">{guide:g}</text>')
    for (name, curve), colour, below in zip(curves.items(), ("#1f6f8b", "#c77b30"), (False, True), strict=False):
        points = [at(size, value) for size, value in zip(x, curve, strict=True)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (a, b), value in zip(points, curve, strict=True):
            parts.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>')
            said = f"{value:.2g}" if value < 100 else f"{value:,.0f}"
            y, side = b + 14 if below else b - 7, 5 if a == points[0][0] else -5
            anchor = "start" if side > 0 else "end"
            parts.append(f'<text x="{a + side:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="fill:{colour};font-size:10px">{said}</text>')
        y = top + height + 34 + 14 * below
        parts.append(f'<text x="{left}" y="{y}" style="fill:{colour}">{escape(name)}</text>')
    return "".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Measure all sizes; the table on stdout, the curves in `--out`."""
    parser = argparse.ArgumentParser(prog="python -m eval.scale", description=__doc__.split("\n\n")[0] if __doc__ else None)
    sizes = ",".join(map(str, SIZES))
    parser.add_argument("--sizes", metavar="N,…", default=sizes, help=f"passages (default: {sizes}; a million takes 10 GB of memory)")
    parser.add_argument("--out", metavar="FILE.svg", type=Path, help="where to draw the curves")
    parser.add_argument("--json", action="store_true", help="print JSON Lines instead of the table")
    where = "milvus://HOST:PORT: measure it in a store in Milvus instead, in a database for each size (JSON Lines)"
    parser.add_argument("--store", metavar="ADDRESS", help=where)
    parser.add_argument("--server", metavar="PID", type=int, help="with --store: the server's process, to tell what it takes")
    parser.add_argument("--asked", metavar="N", type=int, default=40, help="with --store: questions a round (default: 40)")
    parser.add_argument("--part", choices=("build", "measure"), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--corpus", default="", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    try:
        wanted = sorted({int(s) for s in given.sizes.split(",")})
    except ValueError:
        parser.error(f"--sizes: {given.sizes!r} are no numbers")
    if wanted[0] < 1:
        parser.error("--sizes: a library holds at least one passage")
    if given.part:
        print(json.dumps(built(wanted[0], given.data) if given.part == "build" else measured(given.data, given.corpus)))
        return 0
    if given.store:
        from eval.store_scale import report

        return report(wanted, given.store, given.server, given.asked)
    rows = []
    with tempfile.TemporaryDirectory(prefix="nghiquyet-scale-") as folder:
        for size in wanted:
            print(f"measuring {size:,} passages …", file=sys.stderr)
            rows.append(at_size(size, Path(folder)))
            if given.json:
                print(json.dumps(rows[-1]), flush=True)
    if not given.json:
        print(table(rows))
    if given.out:
        given.out.write_text(plot(rows), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
