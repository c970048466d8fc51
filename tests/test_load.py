"""Fifty clients with distinct questions at once, nothing remembered: nobody sees an error, the model stays the bottleneck, memory flat."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eval.load import CLIENTS, measure, questions
from tests.conftest import SOAK

SECONDS = 300
RATIO = 0.65
"""Of the bare model's own rate in the same minutes."""
GROWTH = 0.05
"""Of the server's memory in the second half."""


def test_no_two_questions_are_equal() -> None:
    drawn = [q for q, _ in zip(questions(), range(5000), strict=False)]
    assert len(set(drawn)) == 5000
    assert drawn[:20] == [q for q, _ in zip(questions(), range(20), strict=False)]


@pytest.mark.soak
def test_fifty_clients_get_answers_as_fast_as_the_model_gives_vectors(tmp_path: Path, soak: Callable[[int], int]) -> None:
    found = measure(tmp_path, soak(SECONDS))
    print(found)
    assert (found["errors"], found["first_error"]) == (0, None)
    assert found["clients"] == CLIENTS == 50
    assert float(found["answered"] or 0) >= CLIENTS
    assert 0 < float(found["p50_seconds"] or 0) <= float(found["p95_seconds"] or 0)
    assert float(found["growth"] or 0) <= GROWTH
    if SOAK:  # a tenth of it, among other tests, is there to find errors
        assert float(found["ratio"] or 0) >= RATIO


@pytest.mark.soak
def test_they_are_answered_while_documents_are_added(tmp_path: Path, soak: Callable[[int], int]) -> None:
    found = measure(tmp_path, soak(SECONDS) / 2, adding=True)
    print(found)
    assert (found["errors"], found["first_error"]) == (0, None)
    assert float(found["answered"] or 0) >= CLIENTS
    assert (found["additions_failed"], float(found["added"] or 0) >= 1) == (0, True)
