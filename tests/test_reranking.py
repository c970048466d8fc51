"""A cross-encoder from loading to the order of the answers: a real one, tiny, made and saved by the tests."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FakeEmbedder, small_document

from documents.library import bundled, corpus_digest
from eval.ablations import ablations
from index.embedding import NoModelError
from index.reranking import TOP, WEIGHT, CrossEncoderReranker, NoRerankerError, Scores, load, reranked
from index.search import Query, search
from index.store import Index, build, embedded_text, open_index
from qa.assistant import Assistant
from qa.patterns import Kind
from qa.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "transformers", "sentence_transformers")
QUESTION = "Đến năm 2025 kinh tế số của Gia Lai chiếm bao nhiêu phần trăm GRDP?"
COMPARE = "So sánh mục tiêu kinh tế số năm 2025 của Gia Lai và Bình Định"


def save(folder: Path, *, headed: bool = True, values: int = 1) -> Path:
    """A Bert of one layer with seeded random weights and a vocabulary of the bundled documents' words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    folder.mkdir()
    words = sorted({w.lower() for d in bundled() for w in d.text.split() if w.isalpha()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=True, strip_accents=False)
    torch.manual_seed(7)
    # Weights ten times as wide as usual, so that scores lie far apart.
    small = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 256}
    config = BertConfig(vocab_size=len(vocabulary), initializer_range=0.2, num_labels=values, **small)
    model = BertForSequenceClassification(config) if headed else BertModel(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("reranker") / "cross-encoder")


@pytest.fixture(scope="module")
def reranker(folder: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(folder))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index without a model, which answers from words alone."""
    data = tmp_path_factory.mktemp("reranking")
    build(data, bundled(), None)
    return data


@pytest.fixture(scope="module")
def index(data: Path) -> Index:
    return open_index(data, model=None, corpus=corpus_digest(bundled()))


class Calls:
    """A reranker that remembers its calls: 1 for texts that hold `wanted`, 0 for others."""

    name = "calls"

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.calls: list[tuple[str, list[str]]] = []

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """See `index.reranking.Reranker.score`."""
        self.calls.append((question, list(texts)))
        return np.array([float(self.wanted in t) for t in texts])


# The model


def test_scores_are_the_models_own_squashed(folder: Path, reranker: CrossEncoderReranker) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    texts = ["Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh.", "Ban Thường vụ Tỉnh ủy", "số"]
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSequenceClassification.from_pretrained(folder).eval()
    wanted = []
    for text in texts:
        with torch.inference_mode():
            wanted.append(float(torch.sigmoid(model(**tokenizer(QUESTION, text, return_tensors="pt")).logits)[0, 0]))
    scores = reranker.score(QUESTION, texts)
    assert scores == pytest.approx(wanted, abs=1e-5)
    assert (scores.dtype, scores.shape) == (np.float64, (3,))
    assert len(set(np.round(scores, 3))) == 3
    assert ((scores > 0) & (scores < 1)).all()


def test_order_and_company_of_texts_don_t_matter(reranker: CrossEncoderReranker) -> None:
    texts = [p.text for p in bundled()[0].passages[:70]]  # more than a batch
    scores = reranker.score(QUESTION, texts)
    assert reranker.score(QUESTION, texts[::-1])[::-1] == pytest.approx(scores, abs=1e-5)
    assert reranker.score(QUESTION, texts[3:4])[0] == pytest.approx(scores[3], abs=1e-5)
    assert (reranker.score(QUESTION, texts) == scores).all()
    assert reranker.score(QUESTION, []).shape == (0,)


def test_all_texts_go_through_the_model_together(reranker: CrossEncoderReranker) -> None:
    seen: list[int] = []
    hook = reranker._model.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0]["input_ids"])))
    try:
        reranker.score(QUESTION, ["kinh tế số"] * TOP)
    finally:
        hook.remove()
    assert seen == [TOP]


def test_long_texts_and_odd_ones(reranker: CrossEncoderReranker) -> None:
    scores = reranker.score(QUESTION, ["chuyển đổi số " * 2000, "", "\0", "😀"])
    assert np.isfinite(scores).all()


# Clear errors


def test_what_cannot_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (tmp_path / "empty").mkdir()
    for name in ("nobody/no-such-reranker", str(tmp_path / "empty")):
        with pytest.raises(NoRerankerError) as caught:
            load(name)
        assert str(caught.value).startswith(f"the reranker {name!r} can't be loaded (")
        assert str(caught.value).endswith("); give a folder that holds a cross-encoder, or connect once so that it can be downloaded")
        assert "\n" not in str(caught.value)
    missing = str(tmp_path / "missing")
    with pytest.raises(NoRerankerError) as caught:
        load(missing)
    assert str(caught.value) == (
        f"the reranker {missing!r} can't be loaded (there is no such folder); give a folder that holds a cross-encoder, or connect once "
        "so that it can be downloaded"
    )


@pytest.mark.parametrize(
    ("how", "reason"),
    [({"headed": False}, "it is a BertModel without a head for scores"), ({"values": 3}, "it gives 3 values for a pair instead of one")],
)
def test_what_is_no_cross_encoder_is_refused(tmp_path: Path, how: dict[str, Any], reason: str) -> None:
    folder = str(save(tmp_path / "other", **how))
    with pytest.raises(NoModelError) as caught:
        load(folder)
    said = f"the reranker {folder!r} is no cross-encoder that scores ({reason}); give one, as a folder or a sentence-transformers name"
    assert str(caught.value) == said


# Fusion


def test_hits_are_ordered_by_both_scores(index: Index, reranker: CrossEncoderReranker) -> None:
    hits = search(index, Query("kinh tế số GRDP"), None, TOP)
    texts = [embedded_text(index.document(h.passage.document_id), h.passage) for h in hits]
    wanted = dict(zip((h.passage.id for h in hits), WEIGHT * reranker.score(QUESTION, texts), strict=True))
    found = reranked(index, reranker, QUESTION, hits)
    assert {h.passage.id for h in found} == set(wanted)
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    assert [h.passage.id for h in found] != [h.passage.id for h in hits]
    for before in hits:
        after = next(h for h in found if h.passage.id == before.passage.id)
        assert after.score == pytest.approx(before.score + wanted[before.passage.id], abs=1e-6)
        assert after.parts == before.parts | {"reranker": pytest.approx(after.score - before.score)}
    assert reranked(index, reranker, QUESTION, hits) == found


def test_only_the_best_are_read_and_the_rest_follow(tmp_path: Path) -> None:
    lines = [f"kinh tế số {'số ' * i}mục {i}" for i in range(40)]
    document = small_document("one", "Gia Lai", *lines, path=("I. Mục tiêu", "1. Kinh tế"))
    build(tmp_path, [document], FakeEmbedder())
    index = open_index(tmp_path, model="fake", corpus=corpus_digest([document]))
    hits = search(index, Query("kinh tế số"), None, 40)
    reader = Calls(hits[29].passage.text)
    found = reranked(index, reader, "kinh tế số?", hits)
    [(question, texts)] = reader.calls
    assert (question, len(texts)) == ("kinh tế số?", TOP)
    assert texts == [f"Gia Lai. I. Mục tiêu. 1. Kinh tế. {h.passage.text}" for h in hits[:30]]
    assert found[0].passage == hits[29].passage
    assert [h.passage for h in found[1:]] == [h.passage for h in [*hits[:29], *hits[30:]]]
    assert [h.score for h in found[30:]] == [h.score for h in hits[30:]]
    assert reranked(index, reader, "?", []) == []


# The assistant


def test_the_assistant_answers_from_what_the_reranker_prefers(index: Index) -> None:
    plain = Assistant(index, None)
    preferred = plain.retrieve(QUESTION)[4].passage
    reader = Calls(preferred.text)
    assistant = Assistant(index, None, reader)
    found = assistant.retrieve(QUESTION)
    before = next(h.score for h in plain.retrieve(QUESTION) if h.passage == preferred)
    after = next(h.score for h in found if h.passage == preferred)
    assert after == pytest.approx(before + 0.55 * WEIGHT)  # what `qa.evidence` takes of the search's score
    assert [h.passage for h in found].index(preferred) < 4
    [(question, texts)] = reader.calls
    assert question == QUESTION
    assert len(texts) == TOP
    assert len({h.passage.id for h in found} & {h.passage.id for h in plain.retrieve(QUESTION)}) == TOP


def test_a_comparison_is_read_in_one_call_by_turns(index: Index) -> None:
    reader = Calls("không có ở đâu")
    assistant = Assistant(index, None, reader)
    assert assistant.understand(COMPARE).kind is Kind.COMPARE
    assert assistant.ask(COMPARE).text == Assistant(index, None).ask(COMPARE).text  # the same for all changes nothing
    [(_, texts)] = reader.calls
    assert [t.partition(".")[0] for t in texts] == ["Gia Lai", "Bình Định"] * (TOP // 2)


def test_another_reranker_is_measured_beside_none(index: Index) -> None:
    reader = Calls("x")
    made = {name: make() for name, make in ablations(index, None, reader).items()}
    assert {name for name, system in made.items() if system.reranker is None} == {"ours without reranker"}
    assert "ours without reranker" not in ablations(index, None)


# Settings and the command line


def test_settings_name_it_by_flag_or_environment() -> None:
    def chosen(flag: str | None, **environment: str) -> str | None:
        return Settings.load(data="x", reranker=flag, environment=environment).reranker

    assert chosen(None) is None
    assert chosen(None, NGHIQUYET_RERANKER="") is None
    assert chosen(None, NGHIQUYET_RERANKER="a") == "a"
    assert chosen("b", NGHIQUYET_RERANKER="a") == "b"
    assert chosen("", NGHIQUYET_RERANKER="a") is None


def nghiquyet(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command, then say on stderr which heavy libraries it loaded; without network."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NGHIQUYET_", "XDG_"))}
    code = f"""import sys
from qa.cli import main
code = main({list(arguments)!r})
print("loaded", sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
sys.exit(code)"""
    env = kept | {"HF_HUB_OFFLINE": "1"} | environment
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)


def test_ask_without_one_loads_nothing_and_with_one_weighs_by_it(folder: Path, tmp_path: Path) -> None:
    plain = nghiquyet("ask", QUESTION, "--explain", "--data", str(tmp_path))
    assert (plain.returncode, plain.stderr.splitlines()[-1]) == (0, "loaded []")
    assert "reranker=" not in plain.stdout
    said = nghiquyet("ask", QUESTION, "--explain", "--data", str(tmp_path), "--reranker", str(folder))
    assert (said.returncode, said.stderr.splitlines()[-1]) == (0, f"loaded {sorted(HEAVY)}")
    assert said.stdout.count(" reranker=0.") == 10


def test_answer_takes_it_from_the_environment(folder: Path, data: Path, tmp_path: Path) -> None:
    asked, answered = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    asked.write_text(json.dumps({"id": "1", "question": QUESTION}) + "\n", "utf-8")
    run = nghiquyet("answer", "--in", str(asked), "--out", str(answered), "--data", str(tmp_path), NGHIQUYET_RERANKER=str(folder))
    assert (run.returncode, run.stderr.splitlines()[-1]) == (0, f"loaded {sorted(HEAVY)}")
    assert json.loads(answered.read_text("utf-8"))["status"] in ("answered", "not_found")


def test_what_cannot_be_loaded_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    run = nghiquyet("ask", QUESTION, "--data", str(tmp_path / "data"), "--reranker", "nobody/no-such-reranker")
    assert (run.returncode, run.stdout) == (1, "")
    last = run.stderr.splitlines()[-2]
    assert last.startswith("nghiquyet: the reranker 'nobody/no-such-reranker' can't be loaded (")
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "data").exists()  # told before an index is built


def test_doctor_tells_whether_it_can_be_used(folder: Path, tmp_path: Path) -> None:
    nghiquyet("index", "--data", str(tmp_path))
    good = nghiquyet("doctor", "--data", str(tmp_path), NGHIQUYET_RERANKER=str(folder))
    assert (good.returncode, f"ok  reranker: {folder}" in good.stdout.splitlines()) == (0, True)
    bad = nghiquyet("doctor", "--data", str(tmp_path), NGHIQUYET_RERANKER="nobody/no-such-reranker")
    assert bad.returncode == 1
    assert any(line.startswith("!!  the reranker 'nobody/no-such-reranker' can't be loaded") for line in bad.stdout.splitlines())
    without = nghiquyet("doctor", "--data", str(tmp_path)).stdout.splitlines()
    assert [line for line in without if "reranker" in line] == ["ok  setting reranker = none  (default)"]
