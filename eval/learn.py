"""Fitting the weights of evidence: `python -m eval.learn`.

For each question, the units of the passages found compete; a unit is right when it covers evidence or evidence covers it.
Minimised is the listwise loss -log(share of the softmax that right units have) plus `_PULL` times the squared distance to
the weights set by hand (Cao et al. 2007, *Learning to rank: from pairwise to listwise approach*; the prior keeps features
that few questions use where knowledge of the domain puts them). Questions that ask for a figure and all others have a set
each. Fitted on the shipped questions that may be tuned on, cross-validated by question and by document; `test.jsonl` is
never read. The result is data, with how it was made: `qa/data/evidence.json`. Which units answer together with the best
one is fitted after it (`eval.choosing`), from the order those weights give: `qa/data/choosing.json`.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.gold import Gold, read_all, shipped
from eval.matching import covers
from qa.assistant import Assistant
from qa.units import Unit
from qa.weighing import FEATURES, weights

TUNED_ON = ("dev.jsonl", "tune.jsonl")
_PULL = 0.1
_SHARPNESS = 8.0  # of the softmax: a difference in score of 0.1 makes a unit some twice as likely
_FOLDS, _SEED = 10, 0

Array = NDArray[np.float64]
Weights = Mapping[bool, Array]


@dataclass(frozen=True)
class Example:
    """A question with the units found for it."""

    home: str
    """The province it names, "" where it names none or several."""
    figure: bool
    features: Array
    """Shape (units, len(FEATURES))."""
    right: NDArray[np.bool_]
    """Shape (units,)."""
    passages: NDArray[np.int64]
    """Shape (units,): which passage each unit is a piece of."""
    covered: NDArray[np.bool_]
    """Shape (units, pieces of evidence)."""


def examples(assistant: Assistant, golds: Iterable[Gold]) -> list[Example]:
    """The questions for which any evidence was found at all."""
    found = []
    for gold in golds:
        if not gold.evidence:
            continue
        _, scored = assistant.find(gold.question, gold.history)
        if not scored:
            continue
        covered = np.array([[held(assistant, gold, s.unit, e.quote) for e in gold.evidence] for s in scored])
        if covered.any():
            ids = {p: i for i, p in enumerate(dict.fromkeys(s.unit.passage.id for s in scored))}
            home = gold.provinces[0] if len(gold.provinces) == 1 else ""
            figure = assistant.understand(gold.question, gold.history).measure is not None
            features = np.array([s.features for s in scored])
            right = np.asarray(covered.any(axis=1), dtype=np.bool_)
            found.append(Example(home, figure, features, right, np.array([ids[s.unit.passage.id] for s in scored]), covered))
    return found


def held(assistant: Assistant, gold: Gold, unit: Unit, quote: str) -> bool:
    """Whether `unit` covers the evidence `quote` of `gold`, or is covered by it."""
    province = assistant.index.document(unit.passage.document_id).province
    return (not gold.provinces or province in gold.provinces) and (covers(unit.text, quote) or covers(quote, unit.text))


def fit(data: Sequence[Example], prior: Array) -> Array:
    """The weights of `FEATURES`, shape (len(FEATURES),), near `prior`, and in all as steep as it."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    def loss(w: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(w)
        for e in data:
            scores = _SHARPNESS * (e.features @ w)
            odds = np.exp(scores - scores.max())
            right = odds[e.right].sum()
            total += np.log(odds.sum()) - np.log(right)
            slope += _SHARPNESS * (odds @ e.features / odds.sum() - odds[e.right] @ e.features[e.right] / right)
        n = max(1, len(data))
        return total / n + _PULL * ((w - prior) ** 2).sum(), slope / n + 2 * _PULL * (w - prior)

    fitted: Array = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    # What composes answers compares scores with each other, by margins set for the prior's scale.
    spread = [np.concatenate([e.features @ w for e in data]).std() for w in (prior, fitted)] if data else [1.0, 1.0]
    return fitted * float(spread[0] / spread[1])


def fit_both(data: Sequence[Example], prior: Array) -> dict[bool, Array]:
    """Weights for questions that ask for a figure (True) and for others."""
    return {figure: fit([e for e in data if e.figure is figure], prior) for figure in (True, False)}


def quality(data: Sequence[Example], given: Callable[[Example], Weights]) -> dict[str, float]:
    """Percent of `data` whose best unit is right, and all of whose evidence that was found is within the best five passages."""
    first, within = 0, 0
    for e in data:
        order = np.argsort(-(e.features @ given(e)[e.figure]), kind="stable")
        best = list(dict.fromkeys(e.passages[order].tolist()))[:5]
        first += bool(e.right[order[0]])
        within += bool((e.covered[np.isin(e.passages, best)].any(axis=0) == e.covered.any(axis=0)).all())
    return {"first": round(100 * first / len(data), 1), "top5": round(100 * within / len(data), 1)}


def crossed(data: Sequence[Example], groups: Sequence[Any], prior: Array) -> dict[str, float]:
    """`quality` where each example is judged by weights fitted without its group."""
    without = {g: fit_both([e for e, own in zip(data, groups, strict=True) if own != g], prior) for g in dict.fromkeys(groups)}
    of = {id(e): without[g] for e, g in zip(data, groups, strict=True)}
    return quality(data, lambda e: of[id(e)])


def learn(data: Sequence[Example], prior: Mapping[str, float]) -> dict[str, Any]:
    """The content of the data file."""
    before = np.array([prior[name] for name in FEATURES])
    fitted = fit_both(data, before)
    folds = np.random.default_rng(_SEED).permutation(len(data)) % _FOLDS
    return {
        "made": f"python -m eval.learn on {' and '.join(TUNED_ON)}: {len(data)} questions, {sum(e.figure for e in data)} for a figure",
        "percent_of_questions": {
            "first": "whose best unit is right",
            "top5": "all of whose evidence that was found at all is within the best five passages",
            "by_hand": quality(data, lambda _: {True: before, False: before}),
            "cross_validated_by_question": crossed(data, folds.tolist(), before),
            "cross_validated_by_document": crossed(data, [e.home for e in data], before),
            "on_the_same_questions": quality(data, lambda _: fitted),
        },
        "by_hand": dict(prior),
        "weights": {
            name: {f: round(float(v), 4) for f, v in zip(FEATURES, fitted[figure], strict=True)}
            for name, figure in (("figure", True), ("other", False))
        },
    }


def tuned_on() -> list[Gold]:
    """The shipped questions that weights may be fitted on."""
    return [g for of_file in read_all([p for p in shipped() if p.name in TUNED_ON]).values() for g in of_file]


def digest(golds: Iterable[Gold]) -> str:
    """Of the questions weights are fitted on and their evidence: whether a data file is fitted on these can be told from it."""
    told = [[g.id, g.question, [h["content"] for h in g.history], [[e.document, e.quote] for e in g.evidence]] for g in golds]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def main() -> int:
    """Fit and write the data files of the checkout; print them."""
    from eval import choosing

    argparse.ArgumentParser(prog="python -m eval.learn", description=__doc__.partition("\n\n")[2] if __doc__ else None).parse_args()
    data, golds = Path(str(resources.files("qa") / "data")), tuned_on()
    prior = json.loads((data / "evidence.json").read_text("utf-8"))["by_hand"]
    assistant = Assistant.open()
    of = {"questions": digest(golds)}
    _write(data / "evidence.json", {**of, **learn(examples(assistant, golds), prior)})
    weights.cache_clear()  # which units come first, and so which stand beside them, follows from the weights just fitted
    _write(data / "choosing.json", {**of, **choosing.learn(choosing.examples(assistant, golds))})
    return 0


def _write(path: Path, made: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(made, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
