"""Learning weights: known ones come back, twice the same; the shipped data files are fitted on the shipped questions."""

import json
from importlib import resources
from typing import Any

import numpy as np
import pytest
from conftest import SOAK

from documents.library import bundled
from eval import choosing, learn
from eval.gold import read_all, shipped
from eval.learn import Example
from qa.assistant import Assistant
from qa.choosing import FEATURES as BESIDE
from qa.settings import Settings
from qa.weighing import FEATURES

COVERAGE, VECTOR = FEATURES.index("coverage"), FEATURES.index("vector")


def data_file(name: str) -> dict[str, Any]:
    """A shipped data file."""
    raw: dict[str, Any] = json.loads((resources.files("qa") / "data" / name).read_text("utf-8"))
    return raw


def made(count: int, seed: int, by: dict[int, float]) -> list[Example]:
    """Questions with eight units each, the right one being the best by the weights `by` alone."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        features = rng.uniform(size=(8, len(FEATURES)))
        right = np.zeros(8, dtype=np.bool_)
        right[np.argmax(sum(weight * features[:, at] for at, weight in by.items()))] = True
        found.append(Example(f"place {i % 4}", i % 2 == 0, features, right, np.arange(8), right[:, None]))
    return found


def beside(count: int, seed: int) -> list[choosing.Example]:
    """Questions with twenty candidates each, right where the score's ratio is over 0.8 and the unit is short."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        features = rng.uniform(size=(20, len(BESIDE)))
        right = (features[:, BESIDE.index("ratio")] > 0.8) & (features[:, BESIDE.index("size")] < 0.5)
        found.append(choosing.Example(features, right))
    return found


# The weights of evidence


def test_known_weights_come_back() -> None:
    truth = {COVERAGE: 1.0, VECTOR: 0.5}
    prior = np.full(len(FEATURES), 0.1)
    fitted = learn.fit(made(200, 0, truth), prior)
    others = np.delete(fitted, [COVERAGE, VECTOR])
    assert fitted[COVERAGE] > fitted[VECTOR] > 5 * np.abs(others).max()
    assert fitted[COVERAGE] / fitted[VECTOR] == pytest.approx(2, abs=0.4)
    new = made(200, 1, truth)
    before, after = (learn.quality(new, lambda _, w=w: {True: w, False: w})["first"] for w in (prior, fitted))
    assert before < 50 < 80 < after


def test_the_scale_stays_that_of_the_weights_set_by_hand() -> None:
    data = made(100, 2, {COVERAGE: 1.0})
    prior = np.linspace(0.01, 0.3, len(FEATURES))
    fitted = learn.fit(data, prior)
    spread = [np.concatenate([e.features @ w for e in data]).std() for w in (prior, fitted)]
    assert spread[0] == pytest.approx(spread[1])


def test_without_data_the_weights_set_by_hand_stay() -> None:
    prior = np.linspace(0.01, 0.3, len(FEATURES))
    assert learn.fit([], prior) == pytest.approx(prior, abs=1e-6)


def test_figures_and_others_are_fitted_apart() -> None:
    figures = [e for e in made(200, 3, {COVERAGE: 1.0}) if e.figure]
    others = [e for e in made(200, 4, {VECTOR: 1.0}) if not e.figure]
    fitted = learn.fit_both([*figures, *others], np.full(len(FEATURES), 0.1))
    assert int(np.argmax(fitted[True])) == COVERAGE
    assert int(np.argmax(fitted[False])) == VECTOR


def test_twice_the_same() -> None:
    prior = np.full(len(FEATURES), 0.1)
    first, second = (learn.fit_both(made(30, 5, {COVERAGE: 1.0}), prior) for _ in range(2))
    assert all((first[figure] == second[figure]).all() for figure in (True, False))
    assert choosing.learn(beside(20, 6)) == choosing.learn(beside(20, 6))


def test_crossed_judges_by_weights_that_have_not_seen_the_group() -> None:
    # In each place another feature tells: what is learned elsewhere is of no use, what is learned here is.
    data = [e for i in range(4) for e in made(100, 10 + i, {i: 1.0}) if e.home == f"place {i}"]
    prior = np.zeros(len(FEATURES))
    prior[-1] = 0.1
    held_out = learn.crossed(data, [e.home for e in data], prior)["first"]
    by_question = learn.crossed(data, [i % 4 for i in range(len(data))], prior)["first"]
    assert held_out + 10 < by_question


# Which units answer together


def test_what_belongs_is_told_from_what_does_not() -> None:
    fitted = choosing.fit(beside(150, 7))
    others = [abs(v) for name, v in fitted.items() if name not in ("bias", "ratio", "size")]
    assert fitted["ratio"] > 3 * max(others)
    assert fitted["size"] < -3 * max(others)
    judged = [(choosing.chances(fitted, e.features), e.right) for e in beside(50, 8)]
    assert choosing.quality(judged)["recall"] > 85


def test_chances_are_those_the_answers_are_made_with() -> None:
    from qa.choosing import Candidate

    features = np.random.default_rng(9).uniform(size=(5, len(BESIDE)))
    learned = choosing.chances(data_file("choosing.json")["weights"], features)
    used = [Candidate(None, tuple(row)).chance for row in features.tolist()]  # type: ignore[arg-type]
    assert used == pytest.approx(learned)


# The shipped files


@pytest.mark.parametrize("name", ["evidence.json", "choosing.json"])
def test_shipped_weights_are_fitted_on_the_shipped_questions(name: str) -> None:
    golds = learn.tuned_on()
    assert data_file(name)["questions"] == learn.digest(golds), "the questions changed: run python -m eval.learn"
    assert learn.digest(golds[1:]) != learn.digest(golds)


def test_the_test_questions_are_never_fitted_on() -> None:
    held_out = {g.id for p, of_file in read_all(shipped()).items() if "test" in str(p) for g in of_file}
    assert held_out
    assert held_out.isdisjoint(g.id for g in learn.tuned_on())


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="two minutes: all questions are asked and all weights fitted anew")
def test_the_command_gives_the_shipped_weights(tmp_path: Any) -> None:
    assistant = Assistant.open(Settings.load(data=str(tmp_path), environment={}), say=lambda _: None)
    assert len(assistant.index.documents) == len(bundled())
    shipped_, golds = data_file("evidence.json"), learn.tuned_on()
    again = learn.learn(learn.examples(assistant, golds), shipped_["by_hand"])
    for group, weights in shipped_["weights"].items():
        assert again["weights"][group] == pytest.approx(weights, abs=0.02)
    anew = choosing.learn(choosing.examples(assistant, golds))["weights"]
    assert anew == pytest.approx(data_file("choosing.json")["weights"], abs=0.2)
