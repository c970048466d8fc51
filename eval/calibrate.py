"""Fitting the refusal model: `python -m eval.calibrate`.

A logistic regression (scikit-learn, which sentence-transformers brings) over `qa.confidence.features`, classes balanced,
on the shipped questions that may be tuned on: `dev.jsonl` and `tune.jsonl`. `test.jsonl` is never read here. The
threshold is the highest at which no more than `FALSE_REFUSALS` of the answerable questions would be refused in
cross-validation, over several rounds of it. The result is data, with how it was made: `qa/data/confidence.json`.
"""

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.gold import UNANSWERABLE, read_all, shipped
from qa.assistant import Assistant
from qa.confidence import FEATURES

TUNED_ON = ("dev.jsonl", "tune.jsonl")
FALSE_REFUSALS = 0.025
_FOLDS, _ROUNDS, _C = 10, 5, 3.0


def examples(assistant: Assistant, paths: list[Path]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features of shape (n, len(FEATURES)) and whether each question has an answer; only questions that are searched for."""
    rows, answerable = [], []
    for gold in (g for golds in read_all(paths).values() for g in golds):
        features = assistant.ask(gold.question, gold.history).trace.get("features")
        if features:
            rows.append([features[name] for name in FEATURES])
            answerable.append(gold.type != UNANSWERABLE)
    return np.array(rows), np.array(answerable)


def fit(x: NDArray[np.float64], y: NDArray[np.bool_]) -> dict[str, Any]:
    """Weights, threshold, and the cross-validated refusal recall and share of false refusals at that threshold."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    model = LogisticRegression(C=_C, class_weight="balanced", max_iter=5000)
    # Several rounds, each with other folds: which few questions share a fold would move the threshold by itself.
    folds = (StratifiedKFold(_FOLDS, shuffle=True, random_state=seed) for seed in range(_ROUNDS))
    p = np.array([cross_val_predict(model, x, y, cv=f, method="predict_proba")[:, 1] for f in folds])
    threshold = max(t for t in np.arange(0.05, 0.6, 0.01) if float((p[:, y] < t).mean()) <= FALSE_REFUSALS)
    model.fit(x, y)
    weights = {"bias": float(model.intercept_[0]), **dict(zip(FEATURES, map(float, model.coef_[0]), strict=True))}
    return {
        "made": f"python -m eval.calibrate on {' and '.join(TUNED_ON)}: {len(y)} questions, {int((~y).sum())} of them unanswerable",
        "cross_validated": {
            "refusal_recall": round(float((p[:, ~y] < threshold).mean()), 3),
            "false_refusals": round(float((p[:, y] < threshold).mean()), 3),
        },
        "threshold": round(float(threshold), 2),
        "weights": {name: round(value, 4) for name, value in weights.items()},
    }


def main() -> int:
    """Fit and write the data file of the checkout; print it."""
    paths = [p for p in shipped() if p.name in TUNED_ON]
    made = fit(*examples(Assistant.open(), paths))
    target = Path(str(resources.files("qa") / "data" / "confidence.json"))
    target.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(json.dumps(made, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
