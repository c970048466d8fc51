"""Running the gold questions through the assistant and printing what came out.

The report goes to stdout, progress to stderr. A question that makes the assistant fail counts as wrong and never stops
the run.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from documents.resolution import Passage, Resolution
from eval.gold import Gold, GoldError, read_all, shipped
from eval.metrics import Report, Slice, Verdict, judge, score, texts_by_province
from eval.retrieval import Retrieval, measure
from index.search import Hit
from qa.answer import Answer

_ALL = "all"
_PROGRESS_EVERY = 25  # questions
_SHOWN = 300  # characters of a wrong answer

Progress = Callable[[int, int], None]
"""Called with (done, total) questions."""


class Library(Protocol):
    """What an evaluation needs of an index."""

    @property
    def documents(self) -> tuple[Resolution, ...]:
        """The documents that are answered from."""
        ...


class Asked(Protocol):
    """What an evaluation needs of `qa.assistant.Assistant`."""

    @property
    def index(self) -> Library:
        """The index that is answered from."""
        ...

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """The answer a person would get."""
        ...

    def retrieve(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> list[Hit]:
        """The passages an answer would be made of, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """All answers to some questions and their scores."""

    answers: dict[str, dict[str, Any]]
    """Question id -> answer as the contract's JSON with `id` and `question`."""
    verdicts: tuple[Verdict, ...]
    """In the order of the questions."""
    report: Report
    retrieval: Retrieval
    reports: dict[str, tuple[Report, Retrieval]]
    """The same for each file of questions by itself."""

    @property
    def failures(self) -> int:
        """Questions that made the assistant raise."""
        return sum(a["status"] == "error" for a in self.answers.values())

    def to_json(self) -> dict[str, Any]:
        """The numbers over all questions, with `retrieval`, and the same by file under `files`."""
        files = {name: report.to_json() | {"retrieval": retrieval.to_json()} for name, (report, retrieval) in self.reports.items()}
        return self.report.to_json() | {"retrieval": self.retrieval.to_json(), "files": files}


def evaluate(paths: Sequence[Path], assistant: Asked, by: Sequence[str] = (), progress: Progress | None = None) -> Run:
    """Ask every question of `paths` (without any: of the shipped files) and score answers and rankings.

    Raises:
        GoldError: a file can't be used.
        ValueError: a name in `by` that is not in `eval.metrics.SLICE_FIELDS`.
    """
    files = read_all(list(paths) or shipped())
    gold = [g for questions in files.values() for g in questions]
    score(gold, {}, {}, by)  # A wrong name to slice by is told now, not after minutes of asking.
    answers: dict[str, dict[str, Any]] = {}
    rankings: dict[str, list[Passage]] = {}
    for done, question in enumerate(gold, start=1):
        answers[question.id], rankings[question.id] = _ask(assistant, question)
        if progress:
            progress(done, len(gold))
    documents = {d.id: d for d in assistant.index.documents}
    texts = texts_by_province(documents.values())

    def scores(questions: Sequence[Gold]) -> tuple[Report, Retrieval]:
        return score(questions, answers, texts, by), measure(questions, rankings, documents)

    report, retrieval = scores(gold)
    verdicts = tuple(_explained(judge(g, answers[g.id]), answers[g.id]) for g in gold)
    return Run(answers, verdicts, report, retrieval, {name: scores(questions) for name, questions in files.items()})


def _ask(assistant: Asked, gold: Gold) -> tuple[dict[str, Any], list[Passage]]:
    head = {"id": gold.id, "question": gold.question}
    try:
        answer = assistant.ask(gold.question, gold.history).to_json()
        hits = assistant.retrieve(gold.question, gold.history) if gold.evidence else []
    except Exception as error:  # whatever it is, the other questions are still worth asking
        return {**head, "status": "error", "refused": False, "answer": "", "error": f"{type(error).__name__}: {error}"}, []
    return {**head, **answer}, [h.passage for h in hits]


def _explained(verdict: Verdict, answer: Mapping[str, Any]) -> Verdict:
    if verdict.right or "error" not in answer:
        return verdict
    return Verdict(verdict.gold, False, answer["error"], verdict.words)


def command(paths: list[Path], assistant: Asked, by: list[str], wrong: int, as_json: bool, answers_out: Path | None) -> int:
    """What `nghiquyet eval` does; returns its exit code (0, or 1 where a file can't be used or a question made it fail).

    Args:
        by: Names out of `eval.metrics.SLICE_FIELDS`; a table for each.
        wrong: How many wrong answers to show with the reason.
        answers_out: Where to write all answers as JSON Lines.
    """
    try:
        run = evaluate(paths, assistant, by, _print_progress)
        if answers_out is not None:
            lines = (json.dumps(a, ensure_ascii=False) + "\n" for a in run.answers.values())
            answers_out.write_text("".join(lines), "utf-8")
    except (GoldError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(run.to_json(), ensure_ascii=False))
    else:
        print("\n".join(_table(run)))
    shown = [v for v in run.verdicts if not v.right][:wrong]
    for verdict in shown:
        # JSON on stdout stays one object.
        print("\n".join(_wrong_lines(verdict, run.answers[verdict.gold.id])), file=sys.stderr if as_json else sys.stdout)
    if run.failures:
        print(f"{run.failures} questions made the assistant fail; see --wrong", file=sys.stderr)
    return 1 if run.failures else 0


def _print_progress(done: int, total: int) -> None:
    if done % _PROGRESS_EVERY == 0 or done == total:
        print(f"asked {done} of {total} questions", file=sys.stderr)


def _table(run: Run) -> Iterator[str]:
    """The report's lines: a column for each file and one for all."""
    columns = dict(run.reports) if len(run.reports) > 1 else {}
    columns[_ALL] = (run.report, run.retrieval)
    yield f"{'':24}" + "".join(f"{name:>12}" for name in columns)
    for name in run.report.to_json():
        if name != "slices":
            yield f"{name:24}" + "".join(f"{_number(getattr(report, name)):>12}" for report, _ in columns.values())
    for k in run.retrieval.recall:
        yield f"{f'span_recall@{k}':24}" + "".join(f"{100 * retrieval.recall[k]:>12.1f}" for _, retrieval in columns.values())
    yield f"{'mrr':24}" + "".join(f"{retrieval.mrr:>12.3f}" for _, retrieval in columns.values())
    for field in run.report.slices:
        yield ""
        yield f"by {field}"
        for value in run.report.slices[field]:
            cells = (_share(report.slices[field].get(value)) for report, _ in columns.values())
            yield f"  {value:22}" + "".join(f"{cell:>12}" for cell in cells)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}" if isinstance(value, int) else f"{value:.1f}"


def _share(part: Slice | None) -> str:
    return f"{part.right}/{part.questions}" if part else "-"


def _wrong_lines(verdict: Verdict, answer: Mapping[str, Any]) -> Iterator[str]:
    gold = verdict.gold
    yield f"- {gold.id} [{gold.type}/{gold.style}] {gold.question}"
    yield f"    why: {verdict.reason}"
    yield f"    got: {answer['answer'][:_SHOWN]!r}"
