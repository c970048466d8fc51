"""Fitting which units answer together with the best one (`qa.choosing`); run by `python -m eval.learn`.

A logistic regression (scikit-learn) over the units of the best one's document, each right when it covers evidence or evidence
covers it; features standardised, L2-penalised, the weights given back for features as they are. Only questions that are
answered by a list, a text or bodies: a figure stands in one unit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.gold import Gold
from eval.learn import held
from qa.assistant import Assistant
from qa.choosing import FEATURES, candidates
from qa.patterns import Kind

THRESHOLD = 0.1  # higher cites less that bears on nothing, and less of the evidence; the best accuracy lay between 0.07 and 0.1
_C = 0.3
_FOLDS, _SEED = 10, 0

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A question's candidates beside its best unit."""

    features: Array
    """Shape (units, len(FEATURES))."""
    right: NDArray[np.bool_]
    """Shape (units,)."""


def examples(assistant: Assistant, golds: Iterable[Gold]) -> list[Example]:
    """The questions that are answered by several units and have any candidates."""
    found = []
    for gold in golds:
        read = assistant.understand(gold.question, gold.history)
        if not gold.evidence or read.facts or read.kind not in (Kind.LIST, Kind.TEXT, Kind.WHO):
            continue
        _, scored = assistant.find(gold.question, gold.history)
        beside = candidates(assistant.index, assistant.evidence, read, scored) if scored else []
        if beside:
            right = [any(held(assistant, gold, c.scored.unit, e.quote) for e in gold.evidence) for c in beside]
            found.append(Example(np.array([c.features for c in beside]), np.array(right)))
    return found


def fit(data: Sequence[Example]) -> dict[str, float]:
    """The weights by name, with `bias`; `data` must hold right units and others."""
    from sklearn.linear_model import LogisticRegression

    x, y = np.concatenate([e.features for e in data]), np.concatenate([e.right for e in data])
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=_C, max_iter=5000).fit((x - mean) / spread, y)
    slopes = model.coef_[0] / spread
    bias = float(model.intercept_[0] - slopes @ mean)
    return {"bias": round(bias, 4), **{n: round(float(v), 4) for n, v in zip(FEATURES, slopes, strict=True)}}


def chances(weights: dict[str, float], features: Array) -> Array:
    """Shape (units,), in [0, 1]."""
    z = weights["bias"] + features @ np.array([weights[n] for n in FEATURES])
    result: Array = 1 / (1 + np.exp(-z))
    return result


def quality(judged: Sequence[tuple[Array, NDArray[np.bool_]]]) -> dict[str, float]:
    """Percent of the right units that are chosen, and of the chosen that are right."""
    chosen = np.concatenate([p >= THRESHOLD for p, _ in judged])
    right = np.concatenate([y for _, y in judged])
    both = int((chosen & right).sum())
    return {"recall": round(100 * both / max(1, int(right.sum())), 1), "precision": round(100 * both / max(1, int(chosen.sum())), 1)}


def learn(data: Sequence[Example]) -> dict[str, Any]:
    """The content of the data file."""
    folds = np.random.default_rng(_SEED).permutation(len(data)) % _FOLDS
    crossed = []
    for k in range(_FOLDS):
        weights = fit([e for e, own in zip(data, folds, strict=True) if own != k])
        crossed += [(chances(weights, e.features), e.right) for e, own in zip(data, folds, strict=True) if own == k]
    fitted = fit(data)
    return {
        "made": f"python -m eval.learn: {len(data)} questions, {sum(len(e.right) for e in data)} units beside their best ones",
        "cross_validated_by_question": quality(crossed),
        "on_the_same_questions": quality([(chances(fitted, e.features), e.right) for e in data]),
        "threshold": THRESHOLD,
        "weights": fitted,
    }
