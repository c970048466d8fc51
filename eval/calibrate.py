"""Fitting the refusal model: `python -m eval.calibrate`.

A logistic regression (scikit-learn, which sentence-transformers brings) over `qa.confidence.features`, classes balanced,
on the shipped questions that may be tuned on: `dev.jsonl` and `tune.jsonl`. `test.jsonl` is never read here. Beside them
it asks what people try out and no resolution answers, written from general knowledge (`qa/data/unanswerable.txt`). The
threshold is the highest at which no more than `FALSE_REFUSALS` of the answerable questions would be refused in
cross-validation, over several rounds of it. How sure the bundled documents are of questions of known kind is kept beside
them, for other libraries to be compared with (`qa.probing`); `--level` tells it anew for the weights that are there. The result is data,
with how it was made: `qa/data/confidence.json`.
"""

import json
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.gold import UNANSWERABLE, read_all, shipped
from qa import confidence, probing
from qa.assistant import Assistant
from qa.confidence import FEATURES

TUNED_ON = ("dev.jsonl", "tune.jsonl")
FALSE_REFUSALS = 0.02
_FOLDS, _ROUNDS, _C = 10, 5, 3.0
_PROBE = 0.2  # what a question from general knowledge counts beside one that was written from the documents


def examples(assistant: Assistant, paths: list[Path]) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Features of shape (n, len(FEATURES)) and whether each question has an answer, and how much it counts; only
    questions that are searched for."""
    rows, answerable = [], []
    for gold in (g for golds in read_all(paths).values() for g in golds):
        features = assistant.ask(gold.question, gold.history).trace.get("features")
        if features:
            rows.append([features[name] for name in FEATURES])
            answerable.append(gold.type != UNANSWERABLE)
    weights = [1.0] * len(rows)
    for question in probing.unanswerable(assistant.index.layout.provinces):
        if features := assistant.ask(question).trace.get("features"):
            rows.append([features[name] for name in FEATURES])
            answerable.append(False)
            weights.append(_PROBE)
    return np.array(rows), np.array(answerable), np.array(weights)


def fit(x: NDArray[np.float64], y: NDArray[np.bool_], counts: NDArray[np.float64]) -> dict[str, Any]:
    """Weights, threshold, and the cross-validated refusal recall and share of false refusals at that threshold."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    model = LogisticRegression(C=_C, class_weight="balanced", max_iter=5000)
    # Several rounds, each with other folds: which few questions share a fold would move the threshold by itself.
    folds = (StratifiedKFold(_FOLDS, shuffle=True, random_state=seed) for seed in range(_ROUNDS))
    p = np.array([cross_val_predict(model, x, y, cv=f, method="predict_proba", params={"sample_weight": counts})[:, 1] for f in folds])
    threshold = max(t for t in np.arange(0.05, 0.6, 0.01) if float((p[:, y] < t).mean()) <= FALSE_REFUSALS)
    model.fit(x, y, counts)
    weights = {"bias": float(model.intercept_[0]), **dict(zip(FEATURES, map(float, model.coef_[0]), strict=True))}
    return {
        "made": f"python -m eval.calibrate on {', '.join(TUNED_ON)} and qa/data/unanswerable.txt: "
        f"{len(y)} questions, {int((~y).sum())} of them unanswerable",
        "cross_validated": {
            "refusal_recall": round(float((p[:, ~y] < threshold).mean()), 3),
            "false_refusals": round(float((p[:, y] < threshold).mean()), 3),
        },
        "threshold": round(float(threshold), 2),
        "weights": {name: round(value, 4) for name, value in weights.items()},
    }


def main(arguments: Sequence[str] = ()) -> int:
    """Fit and write the data file of the checkout; print it. With --level the weights stay, and only how sure they are of questions of
    known kind is told anew, as after a change of what is found."""
    paths = [p for p in shipped() if p.name in TUNED_ON]
    assistant = Assistant.open()
    if assistant.embedder is None:
        print("fitting takes the embedding model, which can't be loaded here", file=sys.stderr)
        return 2
    target = Path(str(resources.files("qa") / "data" / "confidence.json"))

    def write(made: dict[str, Any]) -> None:
        target.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n", "utf-8")
        confidence.fitted.cache_clear()

    made = dict(confidence.fitted()) if "--level" in arguments else fit(*examples(assistant, paths))
    write(made)  # the level is told with these weights
    made["level"] = {kind: round(odds, 3) for kind, odds in probing.level(assistant.index, assistant.embedder).items()}
    write(made)
    print(json.dumps(made, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
