"""What others would build in an afternoon, in the same harness: `nghiquyet eval --baselines`, or by itself
`python -m eval.baselines [--markdown] [--only TEXT]`.

- always refuses: the floor of every metric.
- BM25 lines: the best line of all documents by BM25 (bm25s, k1 1.5, b 0.75, words in lower case), quoted and cited.
- dense only: our passages by cosine, the best one quoted.
- LangChain textbook: RecursiveCharacterTextSplitter 1000/200, our embedder, InMemoryVectorStore; as its answer the best
  chunk, or the line of it that shares most words with the question (there is no language model here to make one of it).
- search alone: our own reading of the question and search without weighing, composing or refusing, once with our fusion of
  weighted scores and once with reciprocal rank fusion (k = 60) of the same features.
- ours, whole and with one part switched off (`eval.ablations`).

All embed with the same model. Baselines search for the question alone, without the turns before, and refuse only what
they find nothing for. Latencies count the embedding of the question, once measured.
"""

import argparse
import functools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from documents.library import bundled, corpus_digest
from documents.normalise import nfc, words
from documents.resolution import Passage, Resolution
from eval.ablations import FusedByRanks, ablations
from eval.floors import numbers
from eval.gold import GoldError, read_all, shipped
from eval.memo import Memo
from eval.runs import Asked, Run, collect, judged
from index.embedding import NANO, NoModelError, Vectors, load
from index.reranking import Reranker
from index.reranking import load as load_reranker
from index.search import Hit, Query, Weights, search
from index.store import Index, IndexError_, LocalIndex, build, open_index
from index.vectors import VectorCache, file_name
from qa.answer import Answer, Citation, Status
from qa.assistant import Assistant
from qa.finding import Finder
from qa.settings import Settings, SettingsError

COLUMNS = ("accuracy", "refusal_recall", "false_refusals", "citation_recall", "citation_precision", "span_recall@5", "latency_ms_p50")
HEADS = tuple("ms/question" if c == "latency_ms_p50" else c.replace("_", " ") for c in COLUMNS)
"""What stands over the columns of the table."""
_AS_TYPED = ("always", "BM25 lines", "dense", "LangChain", "without diacritics", "without vectors")
"""`--only` of the process that `Beside` starts: the systems that embed the question as typed, or not at all. The others share our
own vectors."""
FUSIONS: dict[str, type[Finder]] = {"fusion of scores": Finder, "fusion of ranks (RRF, k=60)": FusedByRanks}
_CHUNK, _OVERLAP = 1000, 200  # characters
_K = 10


class Baseline:
    """Answers with the best hit of `rank`, whole or through `pick`; refuses where there is none."""

    def __init__(
        self,
        index: Index,
        rank: Callable[[str], list[Hit]],
        embedder: Memo | None = None,
        pick: Callable[[str, Passage], Passage] | None = None,
    ) -> None:
        self.index = index
        self.embedder = embedder
        self._rank = functools.lru_cache(maxsize=1)(rank)  # asked for the answer, then for the ranking
        self._pick = pick or (lambda _, passage: passage)

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """The best hit's text with its citation."""
        started = time.perf_counter()
        hits = self._rank(question)
        answer = self._answer(question, hits[0]) if hits else Answer(Status.NOT_FOUND, "")
        return replace(answer, latency_ms=(time.perf_counter() - started) * 1000)

    def retrieve(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> list[Hit]:
        """All hits."""
        return self._rank(question)

    def _answer(self, question: str, best: Hit) -> Answer:
        passage = self._pick(question, best.passage)
        d = self.index.document(passage.document_id)
        # What looks like a marker in the text is no citation of ours.
        said = passage.text.replace("[", r"\[") + " [1]"
        section = " > ".join(passage.path)
        span = (passage.start, passage.end, passage.text)
        return Answer(Status.ANSWERED, said, (Citation(1, d.id, d.title, d.number, d.province, d.issued, section, passage.page, *span),))


def lines_of(document: Resolution, start: int, end: int) -> Iterator[Passage]:
    """The non-empty lines of a stretch of `document`, as passages without headings."""
    for line in document.text[start:end].split("\n"):
        text = line.strip()
        if text:
            at = start + line.index(text)
            yield Passage(f"{document.id}:{at}", document.id, (), at, at + len(text), text)
        start += len(line) + 1


def bm25_lines(index: Index) -> Baseline:
    """See the module."""
    import bm25s

    lines = [p for d in index.documents for p in lines_of(d, 0, len(d.text))]
    bm25 = bm25s.BM25(k1=1.5, b=0.75)
    bm25.index([_tokens(p.text) or ["∅"] for p in lines], show_progress=False)

    def rank(question: str) -> list[Hit]:
        known = [t for t in dict.fromkeys(_tokens(question)) if t in bm25.vocab_dict]
        scores = bm25.get_scores(known) if known else []
        best = sorted(range(len(scores)), key=lambda i: -scores[i])[:_K]
        return [Hit(lines[i], float(scores[i])) for i in best if scores[i] > 0]

    return Baseline(index, rank)


def _tokens(text: str) -> list[str]:
    return [w.lower() for w in words(nfc(text))]


def dense_only(index: Index, memo: Memo) -> Baseline:
    """See the module."""
    cosine = Weights(vector=1, exact=0, folded=0, heading=0, expansion=0, year=0, figure=0, aside=0)
    return Baseline(index, lambda question: search(index, Query(""), memo.embed([question], "query")[0], _K, cosine), memo)


def langchain_textbook(index: Index, memo: Memo, vectors: Path, *, line: bool) -> Baseline:
    """See the module. `vectors`: a folder that keeps the chunks' vectors from one run to the next."""
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    cache = VectorCache(memo.name, memo.dimension, vectors, bundled=False)

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            found = cache.embed(memo, texts)
            cache.save()
            return _floats(found)

        def embed_query(self, text: str) -> list[float]:
            return _floats(memo.embed([text], "query"))[0]

    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP, add_start_index=True)
    chunks = splitter.create_documents([d.text for d in index.documents], [{"document_id": d.id} for d in index.documents])
    store = InMemoryVectorStore(Ours())
    store.add_documents(chunks)

    def rank(question: str) -> list[Hit]:
        return [Hit(_chunk(found.metadata, found.page_content), score) for found, score in store.similarity_search_with_score(question, _K)]

    def best_line(question: str, passage: Passage) -> Passage:
        asked = set(_tokens(question))
        lines = lines_of(index.document(passage.document_id), passage.start, passage.end)
        return max(lines, key=lambda p: len(asked & set(_tokens(p.text))), default=passage)

    return Baseline(index, rank, memo, best_line if line else None)


def _floats(vectors: Vectors) -> list[list[float]]:
    return [[float(x) for x in row] for row in vectors]


def _chunk(metadata: Mapping[str, Any], text: str) -> Passage:
    document, start = str(metadata["document_id"]), int(metadata["start_index"])
    return Passage(f"{document}:{start}", document, (), start, start + len(text), text)


def systems(index: LocalIndex, memo: Memo, vectors: Path, reranker: Reranker | None = None) -> dict[str, Callable[[], Asked]]:
    """Name -> what makes the system, in the order of the table."""
    return {
        "always refuses": lambda: Baseline(index, lambda question: []),
        "BM25 lines": lambda: bm25_lines(index),
        "dense only": lambda: dense_only(index, memo),
        "LangChain textbook, best chunk": lambda: langchain_textbook(index, memo, vectors, line=False),
        "LangChain textbook, best line of it": lambda: langchain_textbook(index, memo, vectors, line=True),
        **searches(index, memo),
        **ablations(index, memo, reranker),
    }


def searches(index: Index, memo: Memo) -> dict[str, Callable[[], Asked]]:
    """Our search alone, its features fused by scores and by ranks: the best passage is quoted, nothing is refused."""
    return {f"search alone, {how}": functools.partial(_search_alone, kind, index, memo) for how, kind in FUSIONS.items()}


def _search_alone(kind: type[Finder], index: Index, memo: Memo) -> Baseline:
    assistant = Assistant(index, memo, finder=kind)

    def rank(question: str) -> list[Hit]:
        read = assistant.understand(question)
        return sorted(assistant.finder.hits(read, assistant.finder.vector(read)), key=lambda h: -h.score)[:_K]

    return Baseline(index, rank, memo)


def cells_of(run: Run) -> list[str]:
    """A row of the table: percentages with one decimal, the median latency in ms; "-" where nothing could be counted."""
    return [_cell(numbers(run.report, run.retrieval)[c]) for c in COLUMNS]


def rows(cells: Mapping[str, Sequence[str]], *, markdown: bool) -> Iterator[str]:
    """The table of `cells_of` each system."""
    if markdown:
        yield "| " + " | ".join(["system", *HEADS]) + " |"
        yield "|---|" + "---:|" * len(HEADS)
        yield from (f"| {name} | " + " | ".join(values) + " |" for name, values in cells.items())
        return
    wide = max(map(len, ["", *cells]))
    yield " " * wide + "".join(f"{h:>20}" for h in HEADS)
    yield from (f"{name:{wide}}" + "".join(f"{v:>20}" for v in values) for name, values in cells.items())


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table over the shipped questions (or GOLD files); the exit code is 0, 1 (failed) or 2 (usage)."""
    parser = argparse.ArgumentParser(prog="python -m eval.baselines", description="Baselines and ablations in one table.")
    parser.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl", help="question files (default: the shipped ones)")
    parser.add_argument("--markdown", action="store_true", help="as a Markdown table")
    parser.add_argument("--only", action="append", default=[], metavar="TEXT", help="systems whose name holds this (=NAME: just that one)")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: NGHIQUYET_DATA or the user's own)")
    parser.add_argument("--model", metavar="NAME", help="embedding model, as for `nghiquyet`")
    parser.add_argument("--reranker", metavar="NAME", help="a cross-encoder for ours, as for `nghiquyet`")
    parser.add_argument("--json", action="store_true", help="as JSON Lines of [system, cells]")
    given = parser.parse_args(arguments)
    try:
        cells = _cells(given)
    except (SettingsError, GoldError, IndexError_, NoModelError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(map(json.dumps, cells.items()) if given.json else rows(cells, markdown=given.markdown)))
    return 0


def _cells(given: argparse.Namespace) -> dict[str, list[str]]:
    settings = Settings.load(data=given.data, model=given.model, reranker=given.reranker)
    reranker = load_reranker(settings.reranker) if settings.reranker else None
    files = read_all(given.gold or shipped())
    memo = Memo(load(settings.model))
    with tempfile.TemporaryDirectory() as folder:
        makers = systems(_own_index(Path(folder), memo), memo, _kept_chunks(settings.data / "baselines"), reranker)
        chosen = {n: m for n, m in makers.items() if not given.only or any(t == f"={n}" or t.lower() in n.lower() for t in given.only)}
        return {name: cells_of(run) for name, make in chosen.items() if (run := _run(name, make, files))}


def _own_index(folder: Path, memo: Memo) -> LocalIndex:
    # The table must not depend on what the user's library holds.
    build(folder, bundled(), memo)
    return open_index(folder, model=memo.name, corpus=corpus_digest(bundled()))


def _kept_chunks(folder: Path) -> Path:
    """`folder`, with the shipped vectors of LangChain's chunks of the bundled documents where it has none yet."""
    target = folder / file_name(NANO)
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes((resources.files("eval") / "data" / f"chunk-vectors-{file_name(NANO)}").read_bytes())
    return folder


class Beside:
    """The table measured by two processes side by side, each of which embeds every question once: the baselines in a process
    of their own that starts at once, the ablations in this one when `table` is called.

    Args:
        options: `--data`, `--model` and `--reranker` of the command line, where given.
    """

    def __init__(self, gold: Sequence[Path], options: Sequence[str] = ()) -> None:
        self._files = read_all(list(gold) or shipped())
        command = [sys.executable, "-m", "eval.baselines", "--json", *map(str, gold), *options]
        only = [word for name in _AS_TYPED for word in ("--only", name)]
        self._process = subprocess.Popen([*command, *only], stdout=subprocess.PIPE, text=True)

    def table(self, memo: Memo, ours: Run | None, reranker: Reranker | None = None) -> dict[str, list[str]]:
        """Name -> cells of all systems.

        Args:
            memo: What already knows the vectors of the questions as our assistant reads them.
            ours: The run of the whole assistant over the bundled documents, where there is one already.
            reranker: What our assistants rerank with.

        Raises:
            OSError: the other process failed.
        """
        found: dict[str, list[str]] = {"ours": cells_of(ours)} if ours else {}
        with tempfile.TemporaryDirectory() as folder:
            index = _own_index(Path(folder), memo)
            for name, make in {**searches(index, memo), **ablations(index, memo, reranker)}.items():
                typed = any(t.lower() in name.lower() for t in _AS_TYPED)
                if name not in found and not typed and (run := _run(name, make, self._files)):
                    found[name] = cells_of(run)
        said, _ = self._process.communicate()
        if self._process.returncode:
            raise OSError(f"the process that measures the baselines failed with exit code {self._process.returncode}; see above")
        found.update(json.loads(line) for line in said.splitlines())
        first = ("ours", "search alone")  # and before them all others
        return {name: found[name] for name in sorted(found, key=lambda n: (n.startswith("ours"), n.startswith(first), n != "ours"))}

    def stop(self) -> None:
        """End the other process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


def _run(name: str, make: Callable[[], Asked], files: Mapping[str, Any]) -> Run | None:
    started = time.perf_counter()
    try:
        system = make()
    except ModuleNotFoundError as error:
        print(f"{name}: left out, {error.name} is not installed", file=sys.stderr)
        return None
    made = judged(files, collect(system, [g for gold in files.values() for g in gold]), system.index.documents)
    print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return made


if __name__ == "__main__":
    sys.exit(main())
