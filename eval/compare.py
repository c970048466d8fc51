"""Whether one run is better than another, beyond chance: the same questions, paired one by one.

- Difference: accuracy after minus accuracy before, in points, over the questions that both runs hold.
- Interval: percentile bootstrap over questions (Efron & Tibshirani 1993, ch. 13), 10 000 resamples, 95 %, seeded.
- p: McNemar's exact test (Dietterich 1998, Neural Computation 10:1895): with w wins and l losses, the two-sided
  probability of a split as uneven as that under Binomial(w + l, 1/2).

`python -m eval.compare BEFORE.jsonl AFTER.jsonl` compares two files as `nghiquyet eval --answers` writes them.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.gold import Gold, GoldError, decoded, json_lines
from eval.metrics import judge

SIGNIFICANT = 0.05
_RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the questions both hold. Rates are percentages, differences points."""

    questions: int
    unpaired: int
    """Questions that only one of the runs holds; they are left out."""
    before: float
    after: float
    difference: float
    low: float
    high: float
    """The 95 % interval of the difference."""
    wins: tuple[str, ...]
    """Ids of the questions that were wrong before and are right now."""
    losses: tuple[str, ...]
    p: float

    @property
    def significant_loss(self) -> bool:
        """Whether it got worse beyond chance (p < 0.05)."""
        return self.p < SIGNIFICANT and len(self.losses) > len(self.wins)

    def to_json(self) -> dict[str, Any]:
        """All numbers under their names."""
        return asdict(self) | {"significant_loss": self.significant_loss}

    def __str__(self) -> str:
        interval = f"[{self.low:+.1f}, {self.high:+.1f}]"
        counts = f"{len(self.wins)} wins, {len(self.losses)} losses, p = {self.p:.3f}"
        return f"{self.before:.1f} -> {self.after:.1f}: {self.difference:+.1f} points {interval} over {self.questions} questions; {counts}"


def compare(before: Mapping[str, bool], after: Mapping[str, bool], seed: int = 0) -> Comparison:
    """`after` against `before` (question id -> whether it was answered rightly)."""
    both = [identity for identity in after if identity in before]
    wins = tuple(i for i in both if after[i] and not before[i])
    losses = tuple(i for i in both if before[i] and not after[i])
    share = 100 / len(both) if both else 0.0
    low, high = interval([int(after[i]) - int(before[i]) for i in both], seed)
    return Comparison(
        questions=len(both),
        unpaired=len(before.keys() ^ after.keys()),
        before=share * sum(before[i] for i in both),
        after=share * sum(after[i] for i in both),
        difference=share * (len(wins) - len(losses)),
        low=100 * low,
        high=100 * high,
        wins=wins,
        losses=losses,
        p=mcnemar(len(wins), len(losses)),
    )


def mcnemar(wins: int, losses: int) -> float:
    """Two-sided exact p of McNemar's test: min(1, 2 * P(X <= min(w, l))), X ~ Binomial(w + l, 1/2); 1 without any of both."""
    n = wins + losses
    tail = sum(math.comb(n, k) for k in range(min(wins, losses) + 1))
    return min(1.0, float(2 * tail / 2**n))


def interval(differences: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean of paired `differences`; (0, 0) of none."""
    if not differences:
        return 0.0, 0.0
    values = np.asarray(differences, dtype=np.float64)
    rows = np.random.default_rng(seed).integers(0, len(values), size=(_RESAMPLES, len(values)), dtype=np.int32)
    low, high = np.percentile(values[rows].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def outcomes(path: Path, gold: Sequence[Gold] = ()) -> dict[str, bool]:
    """Question id -> whether the answer in the JSON Lines file `path` is right.

    An answer to one of the questions in `gold` is judged anew, so that a change of gold or scorer is no difference between
    runs; for others the line's `verdict` counts.

    Raises:
        GoldError: the file can't be read, a line is no JSON object with an id, or can't be judged; or an id comes twice.
    """
    known = {g.id: g for g in gold}
    found: dict[str, bool] = {}
    for number, line in json_lines(path):
        where = f"{path}, line {number}"
        answer = decoded(line, where)
        identity = answer.get("id")
        if not isinstance(identity, str):
            raise GoldError(f"{where}: id: a string is wanted, not {identity!r}")
        if identity in found:
            raise GoldError(f"{where}: id: {identity!r} comes twice")
        if identity in known and isinstance(answer.get("answer"), str):
            found[identity] = judge(known[identity], answer).right
            continue
        verdict = answer.get("verdict")
        if isinstance(verdict, dict) and isinstance(verdict.get("right"), bool):
            found[identity] = verdict["right"]
        elif identity in known or not gold:
            raise GoldError(f'{where}: no "verdict"; a file as `nghiquyet eval --answers` writes it is wanted')
    return found


def lines(comparison: Comparison, questions: Mapping[str, str]) -> Iterator[str]:
    """The comparison for a terminal: the summary, then wins (+) and losses (-) with their `questions` (id -> text)."""
    yield str(comparison)
    if comparison.unpaired:
        yield f"{comparison.unpaired} questions are in one of the runs only and left out"
    for sign, ids in (("+", comparison.wins), ("-", comparison.losses)):
        for identity in ids:
            yield f"  {sign} {identity} {questions.get(identity, '')}".rstrip()
    if comparison.significant_loss:
        yield f"a significant loss (p < {SIGNIFICANT})"


def main(arguments: list[str] | None = None) -> int:
    """Compare two files; the exit code is 1 on a significant loss or an unusable file."""
    parser = argparse.ArgumentParser(prog="python -m eval.compare", description="Compare two files of answers with verdicts.")
    parser.add_argument("before", type=Path, metavar="BEFORE.jsonl")
    parser.add_argument("after", type=Path, metavar="AFTER.jsonl")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        comparison = compare(outcomes(given.before), outcomes(given.after))
    except GoldError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(comparison.to_json()) if given.json else "\n".join(lines(comparison, {})))
    return 1 if comparison.significant_loss else 0


if __name__ == "__main__":
    sys.exit(main())
