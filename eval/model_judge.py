"""A language model as the judge of whether what is cited supports a sentence (`eval.attribution.Judge`), and how far it can be
trusted: its agreement with gold, where the truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.normalise import fold
from eval.attribution import Judge, overlap
from eval.gold import UNANSWERABLE, Gold
from prompts.loader import text
from qa.generating import Generator

_LONGEST = 6000  # characters of what is cited


class JudgeError(Exception):
    """The judge said neither yes nor no, or gave nothing."""


@dataclass
class ModelJudge:
    """Asks a model, once for each pair; where it fails or says something else, word overlap decides, and is counted."""

    generator: Generator
    fallen_back: int = 0
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __call__(self, premise: str, statement: str) -> bool:
        """Whether `premise` supports `statement`."""
        pair = premise, statement
        if pair not in self._known:
            try:
                self._known[pair] = self._asked(premise, statement)
            except Exception:  # an evaluation goes on without its model
                self.fallen_back += 1
                self._known[pair] = overlap(premise, statement)
        return self._known[pair]

    def _asked(self, premise: str, statement: str) -> bool:
        fence = {ord("<"): "‹", ord(">"): "›"}
        user = text("judging", "user", premise=premise[:_LONGEST].translate(fence), statement=statement.translate(fence))
        said = "".join(
            self.generator.generate([{"role": "system", "content": text("judging", "system")}, {"role": "user", "content": user}])
        )
        words = fold(said.split("</think>")[-1]).split()
        first = words[0].strip('.,:;!"“”*') if words else ""
        if first not in ("co", "khong"):
            raise JudgeError(said[:80])
        return first == "co"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a judge decides pairs whose truth is known."""

    pairs: int
    right: int
    kappa: float
    """Cohen's kappa (1960): 1 for always right, 0 for no better than chance."""


def known_pairs(gold: Sequence[Gold]) -> list[tuple[str, str, bool]]:
    """(what is cited, sentence, whether it supports it): each question's own evidence, and the next question's in its place.

    A sentence is a piece of evidence itself; a piece that another holds in full is no pair of either sort.
    """
    quotes = [q for g in gold if g.type != UNANSWERABLE for e in g.evidence if len((q := " ".join(e.quote.split())).split()) > 4]
    quotes = list(dict.fromkeys(quotes))
    pairs = []
    for quote, other in zip(quotes, [*quotes[1:], *quotes[:1]], strict=True):
        pairs.append((quote, quote, True))
        if quote not in other and not overlap(other, quote):
            pairs.append((other, quote, False))
    return pairs


def agreement(judge: Judge, pairs: Sequence[tuple[str, str, bool]]) -> Agreement:
    """How often `judge` decides `pairs` rightly.

    Raises:
        ValueError: there are no pairs.
    """
    if not pairs:
        raise ValueError("agreement needs pairs whose truth is known")
    said = [judge(premise, statement) for premise, statement, _ in pairs]
    truth = [true for *_, true in pairs]
    right = sum(a == b for a, b in zip(said, truth, strict=True))
    n = len(pairs)
    by_chance = (sum(said) * sum(truth) + (n - sum(said)) * (n - sum(truth))) / n**2
    kappa = (right / n - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0
    return Agreement(n, right, kappa)
