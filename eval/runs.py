"""Running the gold questions through an assistant and scoring what came back; for notebooks:

    run = evaluate([Path("gold.jsonl")], Assistant.open())
    run.frame().groupby("style").right.mean()

A question that makes the assistant fail counts as wrong and never stops the run.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from documents.resolution import Passage, Resolution
from eval.gold import Gold, read_all, shipped
from eval.matching import words
from eval.memo import memo_of, remembering
from eval.metrics import SLICE_FIELDS, Report, Slice, Verdict, judge, score, texts_by_province
from eval.retrieval import Retrieval, found, measure, reciprocal_rank
from index.search import Hit
from qa.answer import Answer
from qa.explain import explain

LENGTH = "length"
FIELDS = tuple(dict.fromkeys((*SLICE_FIELDS, LENGTH)))
"""What a run can be sliced by: the fields of `eval.metrics`, and the question's length in words."""
USUAL_FIELDS = ("type", "style", "provinces", LENGTH)
_LENGTHS = ((10, "1-9 words"), (15, "10-14 words"), (20, "15-19 words"))
_LONGEST = "20+ words"

Progress = Callable[[int, int], None]
"""Called with (done, total) questions."""


class Library(Protocol):
    """What an evaluation needs of an index."""

    @property
    def documents(self) -> Sequence[Resolution]:
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
class Reply:
    """What came back for one question."""

    answer: dict[str, Any]
    """The contract's JSON with `id` and `question`; of a failure `status` is "error", and `error` says why."""
    hits: tuple[Hit, ...] = ()
    """Passages, best first; none where the system does not tell or the question has no evidence to look for."""
    probability: float | None = None
    """How likely the question could be answered, as the assistant saw it before it answered or refused."""
    explanation: str = ""
    """How a wrong answer came about (`qa.explain`)."""


@dataclass(frozen=True, slots=True)
class Run:
    """All replies to some questions and their scores."""

    replies: dict[str, Reply]
    """Question id -> reply."""
    verdicts: tuple[Verdict, ...]
    """In the order of the questions."""
    report: Report
    retrieval: Retrieval
    reports: dict[str, tuple[Report, Retrieval]]
    """The same for each file of questions by itself."""
    files: dict[str, str]
    """Question id -> file."""
    documents: dict[str, Resolution]
    """Id -> document."""

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Question id -> answer."""
        return {identity: reply.answer for identity, reply in self.replies.items()}

    @property
    def ranked(self) -> bool:
        """Whether the system told what it had found; else the figures of retrieval mean nothing."""
        return any(reply.hits for reply in self.replies.values())

    @property
    def failures(self) -> int:
        """Questions that got no usable answer."""
        return sum(a["status"] == "error" for a in self.answers.values())

    def to_json(self) -> dict[str, Any]:
        """The numbers over all questions, with `retrieval`, and the same by file under `files`."""
        files = {name: report.to_json() | {"retrieval": retrieval.to_json()} for name, (report, retrieval) in self.reports.items()}
        return self.report.to_json() | {"retrieval": self.retrieval.to_json(), "files": files}

    def lines(self) -> Iterator[str]:
        """JSON Lines of the answers, each with its `verdict`: {"right", "reason", "words"}."""
        for v in self.verdicts:
            verdict = {"right": v.right, "reason": v.reason, "words": v.words}
            yield json.dumps({**self.replies[v.gold.id].answer, "verdict": verdict}, ensure_ascii=False)

    def frame(self) -> Any:
        """A pandas DataFrame with a row for each question.

        Columns: id, file, question, type, style, persona, provinces, length (in words), right, concise, reason, words (of the
        answer), status, refused, answer, citations (how many), probability, evidence_within_5 and reciprocal_rank (None
        without evidence), latency_ms.

        Raises:
            ImportError: pandas is not installed (it comes with Gradio).
        """
        import pandas  # type: ignore[import-untyped]

        return pandas.DataFrame([self._row(v) for v in self.verdicts]).set_index("id", drop=False)

    def _row(self, verdict: Verdict) -> dict[str, Any]:
        gold, reply = verdict.gold, self.replies[verdict.gold.id]
        passages, answer = [h.passage for h in reply.hits], reply.answer
        return {
            "id": gold.id,
            "file": self.files[gold.id],
            **{name: getattr(gold, name) for name in ("question", "type", "style", "persona")},
            "provinces": ", ".join(gold.provinces),
            "length": len(words(gold.question)),
            **{name: getattr(verdict, name) for name in ("right", "concise", "reason", "words")},
            "status": answer.get("status"),
            "refused": bool(answer.get("refused")),
            "answer": answer.get("answer") or "",
            "citations": len(answer.get("citations") or ()),
            "probability": reply.probability,
            "evidence_within_5": found(gold, passages[:5], self.documents) if gold.evidence else None,
            "reciprocal_rank": reciprocal_rank(gold, passages, self.documents) if gold.evidence else None,
            "latency_ms": answer.get("latency_ms"),
        }


def evaluate(paths: Sequence[Path], assistant: Asked, by: Sequence[str] = (), progress: Progress | None = None) -> Run:
    """Ask every question of `paths` (without any: of the shipped files) and score answers and rankings.

    Args:
        by: Names out of `FIELDS` to slice by.

    Raises:
        GoldError: a file can't be used.
        ValueError: a name in `by` that is not in `FIELDS`.
    """
    files = read_all(list(paths) or shipped())
    check_fields(by)  # A wrong name to slice by is told now, not after minutes of asking.
    replies = collect(assistant, [g for questions in files.values() for g in questions], progress)
    return judged(files, replies, assistant.index.documents, by)


def collect(assistant: Asked, gold: Sequence[Gold], progress: Progress | None = None, *, rank: bool = True) -> dict[str, Reply]:
    """Question id -> what `assistant` replies. No text is embedded twice, but latencies count every embedding.

    Args:
        rank: Whether to ask for the passages too.
    """
    assistant = remembering(assistant)
    replies = {}
    for done, question in enumerate(gold, start=1):
        replies[question.id] = _ask(assistant, question, rank=rank)
        if progress:
            progress(done, len(gold))
    return replies


def _ask(assistant: Asked, gold: Gold, *, rank: bool) -> Reply:
    head = {"id": gold.id, "question": gold.question}
    memo = memo_of(assistant)
    saved = memo.saved if memo else 0.0
    try:
        answer = assistant.ask(gold.question, gold.history)
        if memo:
            answer = replace(answer, latency_ms=answer.latency_ms + 1000 * (memo.saved - saved))
        hits = assistant.retrieve(gold.question, gold.history) if rank and gold.evidence else []
        said = {**head, **answer.to_json()}
        return Reply(said, tuple(hits), answer.trace.get("probability"), "" if judge(gold, said).right else explain(answer))
    except Exception as error:  # whatever it is, the other questions are still worth asking
        return failed(gold, f"{type(error).__name__}: {error}")


def failed(gold: Gold, reason: str) -> Reply:
    """The reply where there is none."""
    return Reply({"id": gold.id, "question": gold.question, "status": "error", "answer": "", "error": reason})


def judged(
    files: Mapping[str, Sequence[Gold]], replies: Mapping[str, Reply], documents: Sequence[Resolution], by: Sequence[str] = ()
) -> Run:
    """The run made of `replies` (question id -> reply) to the questions of `files`; one that is missing is a failure.

    Raises:
        ValueError: a name in `by` that is not in `FIELDS`.
    """
    check_fields(by)
    gold = [g for questions in files.values() for g in questions]
    given = {g.id: replies.get(g.id) or failed(g, "no answer") for g in gold}
    answers = {identity: reply.answer for identity, reply in given.items()}
    rankings: dict[str, list[Passage]] = {identity: [h.passage for h in reply.hits] for identity, reply in given.items()}
    by_id, texts = {d.id: d for d in documents}, texts_by_province(documents)

    def scores(questions: Sequence[Gold]) -> tuple[Report, Retrieval]:
        report = score(questions, answers, texts, [f for f in by if f in SLICE_FIELDS])
        slices = {f: report.slices.get(f) or _by_length([judge(g, answers[g.id]) for g in questions]) for f in by}
        return replace(report, slices=slices), measure(questions, rankings, by_id)

    report, retrieval = scores(gold)
    verdicts = tuple(_explained(judge(g, answers[g.id]), answers[g.id]) for g in gold)
    reports = {name: scores(questions) for name, questions in files.items()}
    homes = {g.id: name for name, questions in files.items() for g in questions}
    return Run(given, verdicts, report, retrieval, reports, homes, by_id)


def check_fields(by: Sequence[str]) -> None:
    """Raise a ValueError that names the choices where a name in `by` is no field to slice by."""
    for name in by:
        if name not in FIELDS:
            raise ValueError(f"can't slice by {name!r}; choose from {', '.join(FIELDS)}")


def _explained(verdict: Verdict, answer: Mapping[str, Any]) -> Verdict:
    if verdict.right or "error" not in answer:
        return verdict
    return Verdict(verdict.gold, False, answer["error"], verdict.words)


def _by_length(verdicts: Sequence[Verdict]) -> dict[str, Slice]:
    groups: dict[str, list[bool]] = {name: [] for name in (*(name for _, name in _LENGTHS), _LONGEST)}
    for v in verdicts:
        length = len(words(v.gold.question))
        groups[next((name for limit, name in _LENGTHS if length < limit), _LONGEST)].append(v.right)
    return {name: Slice(sum(rights), len(rights)) for name, rights in groups.items() if rights}
