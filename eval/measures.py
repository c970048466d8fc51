"""Measures of answers beyond `eval.metrics.Report`: SQuAD, figures, completeness, ALCE, refusals, length and latency; rankings.

All scores run from 0 to 1, unrounded; None where no question counts. A question without an answer, or with one that was
wrongly refused, scores 0 and stays in every mean. Length and latency describe the answers there are, and `missing` says
how many there are not. Formulas and sources: docs/EVALUATION.md.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

from documents.resolution import Passage, Resolution
from eval.attribution import Judge, attribution, overlap
from eval.figures import figure_right
from eval.gold import UNANSWERABLE, Gold
from eval.matching import exact_match, holds, token_f1, without_markers, words
from eval.metrics import Answered, quantile
from eval.retrieval import relevance

MEANS = (
    "exact_match",
    "token_f1",
    "squad_exact",
    "squad_f1",
    "figure_accuracy",
    "completeness",
    "alce_recall",
    "alce_precision",
    "verbatim",
)
"""What `per_question` gives for each question: means over questions, higher is better."""
RANKED = ("ndcg@10", "mrr", "recall@1", "recall@5", "recall@10")
_SPACE = re.compile(r"\s+")


def measure(
    gold: Sequence[Gold], answers: Mapping[str, Answered], texts: Mapping[str, str], judge: Judge = overlap
) -> dict[str, float | None]:
    """Every measure of `answers` (question id -> answer) to `gold`, under its name.

    Args:
        texts: Document id or province -> text, to look quotes up in; a quote of neither may stand in any. Without texts
            `verbatim` is None.
        judge: Whether what is cited supports a sentence; by default word overlap, else a model.
    """
    single = per_question(gold, answers, texts, judge)
    means: dict[str, float | None] = {name: fmean(values.values()) if (values := single[name]) else None for name in MEANS}
    given = [answers[g.id] for g in gold if g.id in answers]
    lengths = [float(n) for a in given if not a.get("refused") and (n := len(words(_text(a))))]
    latencies = sorted(float(a["latency_ms"]) for a in given if a.get("latency_ms") is not None)
    return (
        means
        | _refusals(gold, answers)
        | {
            "answer_words_mean": fmean(lengths) if lengths else None,
            "answer_words_median": median(lengths) if lengths else None,
            "latency_ms_p50": quantile(latencies, 0.5),
            "latency_ms_p95": quantile(latencies, 0.95),
            "missing": fmean(float(_is_missing(answers.get(g.id, {}))) for g in gold) if gold else None,
        }
    )


def per_question(
    gold: Sequence[Gold], answers: Mapping[str, Answered], texts: Mapping[str, str], judge: Judge = overlap
) -> dict[str, dict[str, float]]:
    """Measure (of `MEANS`) -> question id -> score, for the questions that the measure is defined on; as `measure`.

    Which questions these are depends on the gold alone, never on the answers.
    """
    sources = {name: _loose(text) for name, text in texts.items()}
    scores: dict[str, dict[str, float]] = {name: {} for name in MEANS}
    for question in gold:
        for name, value in _scores(question, answers.get(question.id, {}), sources, judge).items():
            scores[name][question.id] = value
    return scores


def _scores(gold: Gold, answer: Answered, sources: Mapping[str, str], judge: Judge) -> dict[str, float]:
    if gold.type == UNANSWERABLE:
        refused = float(bool(answer.get("refused")))
        return {"squad_exact": refused, "squad_f1": refused}
    said = "" if answer.get("refused") else without_markers(_text(answer))
    scores = {}
    if len(gold.must_include) == 1:
        scores["exact_match"] = scores["squad_exact"] = max(float(exact_match(said, a)) for a in gold.must_include[0])
        scores["token_f1"] = scores["squad_f1"] = max(token_f1(said, a) for a in gold.must_include[0])
    if gold.type == "figure" and (right := figure_right(gold, said)) is not None:
        scores["figure_accuracy"] = float(right)
    if len(gold.must_include) > 1:
        scores["completeness"] = fmean(any(holds(said, a) for a in group) for group in gold.must_include)
    shown: Answered = {} if not said.strip() else answer
    scores["alce_recall"], scores["alce_precision"] = attribution(shown, judge)
    if sources:
        quotes = [_stands(c, sources) for c in shown.get("citations") or ()]
        scores["verbatim"] = fmean(quotes) if quotes else 0.0
    return scores


def _refusals(gold: Sequence[Gold], answers: Mapping[str, Answered]) -> dict[str, float | None]:
    """Precision, recall and F1 of refusing, the unanswerable questions being what should be refused."""
    refused = [bool(answers.get(g.id, {}).get("refused")) for g in gold]
    due = [g.type == UNANSWERABLE for g in gold]
    hits = sum(r and d for r, d in zip(refused, due, strict=True))
    return {
        "refusal_precision": hits / sum(refused) if any(refused) else None,
        "refusal_recall": hits / sum(due) if any(due) else None,
        "refusal_f1": 2 * hits / (sum(refused) + sum(due)) if any(due) else None,
    }


def measure_rankings(
    gold: Sequence[Gold],
    rankings: Mapping[str, Sequence[Passage]],
    documents: Mapping[str, Resolution],
    pool: Sequence[Passage] | None = None,
) -> dict[str, float | None]:
    """nDCG@10, MRR and Recall@k of `rankings` (question id -> passages, best first), by ir_measures (MacAvaney et al. 2022).

    A passage is relevant that covers some evidence by itself, as in `eval.retrieval.reciprocal_rank`. Questions without
    evidence are left out; one without a ranking, or whose evidence no passage covers by itself, scores 0.

    Args:
        documents: Id -> the document that the passages are pieces of.
        pool: All passages that could have been found; by default those of `documents`.

    Returns:
        A value for each of `RANKED`; all None without questions, or where ir_measures isn't installed.
    """
    judged = relevance(gold, documents, pool, rankings)
    try:
        import ir_measures
    except ImportError:  # it has no wheels for every platform
        judged = {}
    if not judged:
        return dict.fromkeys(RANKED)
    run = {i: {p.id: 1 / rank for rank, p in reversed(list(enumerate(rankings.get(i, ()), 1)))} for i in judged}
    # A question that nothing is relevant to would drop out of the mean.
    qrels = {i: grades or {"(none)": 1} for i, grades in judged.items()}
    named = {"ndcg@10": ir_measures.nDCG @ 10, "mrr": ir_measures.RR}
    named |= {name: ir_measures.R @ int(name.removeprefix("recall@")) for name in RANKED if name.startswith("recall@")}
    values = ir_measures.calc_aggregate(list(named.values()), qrels, run)
    return {name: float(values[m]) for name, m in named.items()}


def _text(answer: Answered) -> str:
    return answer.get("answer") or ""


def _is_missing(answer: Answered) -> bool:
    return not answer.get("refused") and not _text(answer).strip()


def _stands(citation: Mapping[str, Any], sources: Mapping[str, str]) -> bool:
    quote = _loose(citation.get("quote") or "").strip()
    names = (str(citation.get(field)) for field in ("document_id", "province"))
    home = next((sources[name] for name in names if name in sources), None)
    return bool(quote) and any(quote in text for text in ([home] if home is not None else sources.values()))


def _loose(text: str) -> str:
    """Verbatim but for the Unicode form, and for how many and which spaces."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text))
