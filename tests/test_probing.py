"""The threshold of a library: derived whenever its index is made, kept with it, and not used where it does not hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEmbedder, small_document
from page_process import DONG_NAI

from documents.library import bundled, corpus_digest
from index.store import LocalIndex, build, open_index, read_manifest
from prompts import loader
from qa import confidence, probing
from qa.assistant import Assistant
from qa.library_commands import add
from qa.settings import Settings

FITTED = confidence.fitted()["threshold"]
LEVEL = confidence.fitted()["level"]


def made(data: Path, tuned: Mapping[str, Any] | None) -> LocalIndex:
    """An index of one document that is told `tuned` of."""
    documents, embedder = bundled()[:1], FakeEmbedder()
    build(data, documents, embedder, tune=None if tuned is None else lambda _: tuned)
    return open_index(data, model=embedder.name, corpus=corpus_digest(documents))


def test_the_threshold_moves_by_what_both_kinds_of_question_moved_by() -> None:
    assert probing.moved(LEVEL) == pytest.approx(FITTED)
    both_surer = {kind: odds + 0.4 for kind, odds in LEVEL.items()}
    odds = FITTED / (1 - FITTED)
    assert probing.moved(both_surer) == pytest.approx(1 / (1 + 1 / (odds * 2.718281828**0.2)))
    # Farther apart is no reason to ask for more or less.
    assert probing.moved({"unanswerable": LEVEL["unanswerable"] - 1, "answerable": LEVEL["answerable"] + 1}) == pytest.approx(FITTED)


def test_it_moves_only_so_far_and_not_by_one_kind_alone() -> None:
    far = probing.moved({kind: odds + 30 for kind, odds in LEVEL.items()})
    assert far == pytest.approx(probing.moved({kind: odds + 1.0 for kind, odds in LEVEL.items()}))
    assert FITTED < far < 0.5
    assert probing.moved({"unanswerable": 3.0}) == pytest.approx(FITTED)


def test_what_was_kept_with_an_index_is_its_threshold(tmp_path: Path) -> None:
    kept = probing.tuner(FakeEmbedder())
    assert kept is not None
    told = dict(kept(made(tmp_path, None)))
    assert probing.threshold(made(tmp_path, {**told, "threshold": 0.41})) == 0.41


@pytest.mark.parametrize("tuned", [None, {}, {"threshold": 0.41, "fitted": "other weights"}])
def test_without_one_or_of_other_weights_the_fitted_one_holds(tmp_path: Path, tuned: Mapping[str, Any] | None) -> None:
    assert probing.threshold(made(tmp_path, tuned)) == FITTED


def test_a_library_that_has_neither_targets_nor_headings_keeps_the_fitted_one(tmp_path: Path) -> None:
    documents, embedder = [small_document("thu", "Gia Lai", "Một ý.")], FakeEmbedder()
    build(tmp_path, documents, embedder, tune=probing.tuner(embedder), bundled_vectors=False)
    assert probing.answerable(documents) == []
    assert read_manifest(tmp_path)["tuned"]["threshold"] == FITTED


def test_without_a_model_nothing_is_derived() -> None:
    assert probing.tuner(None) is None


def test_questions_name_places_of_the_library_and_none_where_it_has_none() -> None:
    asked = probing.unanswerable(["Gia Lai", "Gia Lai", "Trà Vinh"])
    assert len(asked) == 60
    assert not any("{" in q for q in asked)
    assert sum("Gia Lai" in q for q in asked) >= 5
    assert sum("Trà Vinh" in q for q in asked) >= 5
    without = probing.unanswerable([])
    assert 0 < len(without) < 60
    assert not any("{" in q for q in without)


def test_questions_that_are_answered_are_made_of_targets_and_headings() -> None:
    asked = probing.answerable(bundled())
    assert len(asked) == len(set(asked)) == 20
    for place in ("Gia Lai", "Trà Vinh", "Thái Nguyên", "Bình Định"):
        assert sum(place in q for q in asked) >= 3
    assert sum("là bao nhiêu?" in q for q in asked) == 10


def test_a_document_that_is_added_has_the_threshold_derived_anew(tmp_path: Path) -> None:
    settings = Settings.load(environment={"NGHIQUYET_DATA": str(tmp_path / "data")})
    assistant = Assistant.open(settings, say=lambda _: None)
    if assistant.embedder is None:
        pytest.skip("no embedding model here")
    bundled_alone = read_manifest(settings.data)["tuned"]
    assert bundled_alone["threshold"] == pytest.approx(FITTED, abs=0.005)
    (tmp_path / "nghi-quyet.txt").write_text(DONG_NAI, "utf-8")
    assert add(settings, [tmp_path / "nghi-quyet.txt"], (), replace=False, bundled=False) == 0
    tuned = read_manifest(settings.data)["tuned"]
    assert tuned["fitted"] == bundled_alone["fitted"]
    assert tuned["threshold"] != bundled_alone["threshold"]
    again = Assistant.open(settings, say=lambda _: None, like=assistant)
    assert tuned["threshold"] == pytest.approx(probing.moved(probing.level(again.index, assistant.embedder)), abs=1e-4)
    assert again.ask("Kinh tế số trong GRDP của Đồng Nai năm 2030 là bao nhiêu?").trace["threshold"] == tuned["threshold"]


def test_the_texts_of_the_questions_are_complete() -> None:
    assert loader.text("probes", "figure", indicator="Tỷ lệ X", place="Y", when=loader.text("probes", "in_year", year=2030)) == (
        "Tỷ lệ X của Y năm 2030 là bao nhiêu?"
    )
