"""Scoring answers against gold questions. Plain functions of data: nothing here asks anything.

An answerable question is right when it is not refused, the answer holds one alternative of each group and nothing that
is forbidden, and runs to at most twice the words allowed. An unanswerable one is right when refused. A question without
an answer is wrong and stays in every denominator.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from documents.resolution import Resolution
from eval.gold import UNANSWERABLE, Evidence, Gold
from eval.matching import bare_words, covers, holds, plain, words

SLICE_FIELDS = ("type", "style", "persona", "provinces", "prefix", "max_words")
"""What `score` can slice by; "prefix" is the id up to its first hyphen."""

Number = TypeVar("Number", int, float)

Answered = Mapping[str, Any]
"""An answer as the contract's JSON: `answer`, `refused`, `citations`, `latency_ms` (all may be missing)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is right, and if not, why."""

    gold: Gold
    right: bool
    reason: str
    """Empty where right."""
    words: int

    @property
    def concise(self) -> bool:
        """Right within the words allowed, not twice as many."""
        return self.right and self.words <= self.gold.max_words


@dataclass(frozen=True, slots=True)
class Slice:
    """Right answers among the questions that share a value."""

    right: int
    questions: int


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a run. Rates are percentages with one decimal, None where nothing could be counted."""

    questions: int
    accuracy: float | None
    accuracy_concise: float | None
    figure_words_median: int | None
    """Words of the answers to questions for a figure, refusals left out."""
    answerable_accuracy: float | None
    refusal_recall: float | None
    """Unanswerable questions that were refused."""
    false_refusals: float | None
    """Answerable questions that were refused."""
    citation_recall: float | None
    """Answerable questions all of whose evidence is covered by quotes cited from the same province."""
    citation_precision: float | None
    """Quotes cited for answerable questions that cover some evidence or hold a wanted alternative."""
    citations_verbatim: float | None
    """Quotes cited that stand in the text of their province's documents; None without texts."""
    latency_ms_p50: float | None
    latency_ms_p95: float | None
    slices: dict[str, dict[str, Slice]] = field(default_factory=dict)
    """Field -> value -> right answers."""

    def to_json(self) -> dict[str, Any]:
        """All numbers under their names."""
        return asdict(self)


def judge(gold: Gold, answer: Answered) -> Verdict:
    """Whether `answer` (empty where there is none) is right."""
    text = plain(answer.get("answer") or "")
    length = len(words(text))
    reason = _fault(gold, text, length, refused=bool(answer.get("refused")))
    return Verdict(gold, not reason, reason, length)


def _fault(gold: Gold, text: str, length: int, *, refused: bool) -> str:
    if gold.type == UNANSWERABLE:
        return "" if refused else "answered"
    if refused:
        return "refused"
    if not text:
        return "empty"
    missing = [group[0] for group in gold.must_include if not any(holds(text, alternative) for alternative in group)]
    if missing:
        return "missing " + " & ".join(missing)
    forbidden = [needle for needle in gold.must_not_include if holds(text, needle)]
    if forbidden:
        return "holds " + forbidden[0]
    return f"too long: {length} words" if length > 2 * gold.max_words else ""


def texts_by_province(documents: Iterable[Resolution]) -> dict[str, str]:
    """Province -> the texts of its documents, one after the other."""
    texts: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        texts[document.province].append(document.text)
    return {province: "\n".join(parts) for province, parts in texts.items()}


def score(gold: Sequence[Gold], answers: Mapping[str, Answered], texts: Mapping[str, str], by: Sequence[str] = ()) -> Report:
    """The report on `answers` (question id -> answer) to `gold`.

    Args:
        texts: Province -> source text, to look quotes up in; a quote of a province that is not there may stand in any.
        by: Names out of `SLICE_FIELDS`.

    Raises:
        ValueError: another name to slice by.
    """
    verdicts = [judge(g, answers.get(g.id, {})) for g in gold]
    answerable = [v for v in verdicts if v.gold.type != UNANSWERABLE]
    unanswerable = [v for v in verdicts if v.gold.type == UNANSWERABLE]
    figure_words = sorted(v.words for v in answerable if v.gold.type == "figure" and not _answer(answers, v).get("refused"))
    latencies = sorted(a["latency_ms"] for v in verdicts if (a := _answer(answers, v)).get("latency_ms") is not None)
    relevant = [_relevant(v.gold, c) for v in answerable for c in _citations(_answer(answers, v))]
    return Report(
        questions=len(verdicts),
        accuracy=_percent(v.right for v in verdicts),
        accuracy_concise=_percent(v.concise for v in verdicts),
        figure_words_median=quantile(figure_words, 0.5),
        answerable_accuracy=_percent(v.right for v in answerable),
        refusal_recall=_percent(v.right for v in unanswerable),
        false_refusals=_percent(v.reason == "refused" for v in answerable),
        citation_recall=_percent(_evidence_cited(v.gold, _answer(answers, v)) for v in answerable),
        citation_precision=_percent(relevant),
        citations_verbatim=_percent(_verbatim([c for v in verdicts for c in _citations(_answer(answers, v))], texts)) if texts else None,
        latency_ms_p50=quantile(latencies, 0.5),
        latency_ms_p95=quantile(latencies, 0.95),
        slices={name: _slices(verdicts, name) for name in by},
    )


def quantile(ordered: Sequence[Number], share: float) -> Number | None:
    """The value that `share` of the sorted values stand before; the upper one of two, never a mean; None of nothing."""
    return ordered[int(len(ordered) * share)] if ordered else None


def _answer(answers: Mapping[str, Answered], verdict: Verdict) -> Answered:
    return answers.get(verdict.gold.id, {})


def _citations(answer: Answered) -> Sequence[Mapping[str, Any]]:
    return answer.get("citations") or ()


def _percent(outcomes: Iterable[bool]) -> float | None:
    counted = list(outcomes)
    return round(100 * sum(counted) / len(counted), 1) if counted else None


def _evidence_cited(gold: Gold, answer: Answered) -> bool:
    def cited(evidence: Evidence) -> bool:
        return any(
            evidence.province in (None, citation.get("province")) and covers(citation.get("quote") or "", evidence.quote)
            for citation in _citations(answer)
        )

    return not answer.get("refused", True) and all(cited(e) for e in gold.evidence)


def _relevant(gold: Gold, citation: Mapping[str, Any]) -> bool:
    quote = citation.get("quote") or ""
    wanted = (alternative for group in gold.must_include for alternative in group)
    return any(covers(quote, e.quote) for e in gold.evidence) or any(holds(quote, alternative) for alternative in wanted)


def _verbatim(citations: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> list[bool]:
    sources = {province: bare_words(text) for province, text in texts.items()}
    anywhere = " ".join(sources.values())
    return [bare_words(c.get("quote") or "").strip() in sources.get(c.get("province", ""), anywhere) for c in citations]


def _slices(verdicts: Iterable[Verdict], name: str) -> dict[str, Slice]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for verdict in verdicts:
        groups[_value(verdict.gold, name)].append(verdict.right)
    return {value: Slice(sum(rights), len(rights)) for value, rights in sorted(groups.items())}


def _value(gold: Gold, name: str) -> str:
    if name == "prefix":
        return gold.id.split("-")[0]
    if name == "provinces":
        return ", ".join(gold.provinces)
    if name not in SLICE_FIELDS:
        raise ValueError(f"can't slice by {name!r}; choose from {', '.join(SLICE_FIELDS)}")
    return str(getattr(gold, name))
