"""Baselines and ablations over two tiny documents, and the table made of them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from documents.resolution import Passage
from eval.ablations import AsTyped, FusedByRanks, WithoutEverydayWords, WithoutPlaceFilter, WithoutRefusals, ablations, by_ranks
from eval.baselines import COLUMNS, FUSIONS, _run, bm25_lines, cells_of, dense_only, langchain_textbook, lines_of, rows, searches, systems
from eval.gold import Evidence, Gold
from eval.memo import Memo
from eval.runs import collect, judged
from index.embedding import Kind, Vectors
from index.search import Hit
from index.store import Index, build, open_index
from qa.answer import Status
from qa.assistant import Assistant
from qa.deciding import Judge
from qa.finding import Finder
from tests.conftest import FakeEmbedder, small_document

GIA_LAI = (
    "Kinh tế số chiếm tối thiểu 20% GRDP vào năm 2025.",
    "Tỷ lệ hộ gia đình có internet băng rộng cáp quang đạt 80%.",
    "Đào tạo cán bộ chuyển đổi số cho các xã [1].",
)
TRA_VINH = ("Kinh tế số chiếm 30% GRDP vào năm 2030.", "Sở Thông tin và Truyền thông chủ trì thực hiện.")
DOCUMENTS = (small_document("gl", "Gia Lai", *GIA_LAI), small_document("tv", "Trà Vinh", *TRA_VINH))


class Topics(FakeEmbedder):
    """Texts about one of three topics (the last that is named counts) lie on an axis; the others anywhere. Knows no provinces."""

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        vectors = super().embed(texts, kind)
        for i, text in enumerate(texts):
            for axis, topic in enumerate(("kinh tế", "internet", "đào tạo")):
                if topic in text.lower():
                    vectors[i] = 0
                    vectors[i, axis] = 1
        return vectors


@pytest.fixture(scope="module")
def memo() -> Memo:
    return Memo(Topics("topics"))


@pytest.fixture(scope="module")
def index(memo: Memo, tmp_path_factory: pytest.TempPathFactory) -> Index:
    data = tmp_path_factory.mktemp("data")
    build(data, DOCUMENTS, memo)
    from documents.library import corpus_digest

    return open_index(data, model="topics", corpus=corpus_digest(DOCUMENTS))


def test_the_lines_of_a_document_keep_their_places() -> None:
    document = small_document("x", "Gia Lai", "  Một. ", "", "Hai.")
    lines = list(lines_of(document, 0, len(document.text)))
    assert [(p.start, p.text) for p in lines] == [(2, "Một."), (9, "Hai.")]
    assert all(document.text[p.start : p.end] == p.text for p in lines)


def test_bm25_answers_with_the_line_that_shares_the_rarest_words(index: Index) -> None:
    system = bm25_lines(index)
    answer = system.ask("hộ gia đình có internet")
    assert answer.text == f"{GIA_LAI[1]} [1]"
    assert [(c.document_id, c.province, c.quote) for c in answer.citations] == [("gl", "Gia Lai", GIA_LAI[1])]
    assert [h.passage.text for h in system.retrieve("kinh tế số năm 2030")][:2] == [TRA_VINH[0], GIA_LAI[0]]
    refused = system.ask("weather?")
    assert (refused.status, refused.citations) == (Status.NOT_FOUND, ())


def test_a_bracketed_number_of_the_text_is_no_marker(index: Index) -> None:
    answer = bm25_lines(index).ask("đào tạo cán bộ")
    assert answer.text == GIA_LAI[2].replace("[", r"\[") + " [1]"
    assert answer.citations[0].quote == GIA_LAI[2]


def test_dense_ranks_by_cosine_alone(index: Index, memo: Memo) -> None:
    system = dense_only(index, memo)
    assert system.ask("internet của Trà Vinh").citations[0].quote == GIA_LAI[1], "it neither reads places nor refuses"
    assert {h.passage.text for h in system.retrieve("kinh tế")[:2]} == {GIA_LAI[0], TRA_VINH[0]}


def test_the_textbook_cites_chunks_and_keeps_their_vectors(index: Index, memo: Memo, tmp_path: Path) -> None:
    pytest.importorskip("langchain_text_splitters")
    whole = langchain_textbook(index, memo, tmp_path, line=False)
    answer = whole.ask("đào tạo")
    assert answer.citations[0].quote == "\n".join(GIA_LAI), "the document is shorter than one chunk"
    line = langchain_textbook(index, memo, tmp_path, line=True)
    assert line.ask("internet cáp quang hay đào tạo").citations[0].quote == GIA_LAI[1]
    assert {h.passage.document_id for h in line.retrieve("internet")} == {"gl", "tv"}
    seen = len(memo._inner.seen)  # type: ignore[attr-defined]
    langchain_textbook(index, Memo(memo._inner), tmp_path, line=True)
    assert len(memo._inner.seen) == seen, "the folder keeps the vectors"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ablation", "step", "of"),
    [
        (WithoutEverydayWords, "understand", Assistant),
        (WithoutPlaceFilter, "search", Finder),
        (FusedByRanks, "search", Finder),
        (WithoutRefusals, "trusted", Judge),
    ],
)
def test_an_ablation_overrides_a_step_that_exists(ablation: type, step: str, of: type) -> None:
    assert ablation is not of
    assert step in vars(ablation)
    assert step in vars(of), "renamed there, the ablation would switch off nothing"


def test_each_ablation_lacks_its_part(index: Index, memo: Memo) -> None:
    made = {name.removeprefix("ours").removeprefix(" "): make() for name, make in ablations(index, memo).items()}
    ours = made.pop("")
    assert made["without vectors"].embedder is None
    assert ours.understand("kinh te so cua gia lai").normalised == "kinh tế số của Gia Lai"
    assert made["without diacritics restored"].understand("kinh te so cua gia lai").normalised == "kinh te so cua gia lai"
    assert AsTyped().restore("gia lai") == "gia lai"
    assert ours.understand("lấy tiền ở đâu").widened
    assert made["without everyday words"].understand("lấy tiền ở đâu").widened == ()
    placed = "kinh tế số của Trà Vinh"
    assert {h.passage.document_id for h in ours.retrieve(placed)} == {"tv"}
    assert {h.passage.document_id for h in made["without place filter"].retrieve(placed)} == {"gl", "tv"}
    nonsense = "Trà Vinh có bao nhiêu bệnh viện thú y và sân bay vũ trụ?"
    assert ours.ask(nonsense).refused
    assert made["without refusals"].ask(nonsense).status is Status.ANSWERED


def test_ranks_are_fused_by_hand() -> None:
    def hit(name: str, score: float, **parts: float) -> Hit:
        return Hit(Passage(name, "d", (), 0, 1, "x"), score, parts)

    hits = [
        hit("a", 0.9, vector=0.5, exact=0.4),
        hit("b", 0.6, vector=0.5, exact=0.1, aside=-0.12),
        hit("c", 0.4, vector=0.1, exact=0.3),
        hit("d", 0.1, vector=0.0),
    ]
    fused = {
        "a": 1 / 61 + 1 / 61 + 1 / 61,  # first of the vectors beside b, first of the words, beside all others no title
        "b": 1 / 61 + 1 / 63,
        "c": 1 / 63 + 1 / 62 + 1 / 61,
        "d": 1 / 61,  # a feature that is 0 gives nothing
    }
    found = by_ranks(hits)
    assert [h.passage.id for h in found] == ["a", "c", "b", "d"] == sorted(fused, key=lambda n: -fused[n])
    share = {n: (f - fused["d"]) / (fused["a"] - fused["d"]) for n, f in fused.items()}
    assert {h.passage.id: h.score for h in found} == pytest.approx({n: 0.1 + 0.8 * s for n, s in share.items()})
    assert found[1].parts == hits[2].parts | {"fusion": pytest.approx(found[1].score - hits[2].score)}
    assert by_ranks([]) == []
    assert [h.score for h in by_ranks([hits[0], hits[0]])] == [0.9, 0.9]


def test_both_fusions_weigh_the_same_candidates(index: Index, memo: Memo) -> None:
    made = {name: make() for name, make in searches(index, memo).items()}
    by_scores, ranks = (made[f"search alone, {how}"] for how in FUSIONS)
    asked = "kinh tế số năm 2030 là bao nhiêu"
    assert {h.passage.id for h in by_scores.retrieve(asked)} == {h.passage.id for h in ranks.retrieve(asked)}
    assert by_scores.retrieve(asked)[0].passage.text == TRA_VINH[0]
    assert [h.score for h in ranks.retrieve(asked)] == sorted((h.score for h in ranks.retrieve(asked)), reverse=True)
    assert by_scores.ask(asked).citations[0].quote == TRA_VINH[0]
    ours = ablations(index, memo)["ours with fusion of ranks (RRF, k=60)"]()
    assert isinstance(ours.finder, FusedByRanks)
    assert [h.passage.id for h in ours.retrieve(asked)]


GOLD = [
    Gold("a", "internet cáp quang đạt bao nhiêu", "figure", (("80%",),), (), (Evidence("gl", GIA_LAI[1], "Gia Lai"),), 60),
    Gold("b", "thời tiết", "unanswerable", (), (), (), 60),
]


def test_the_table_has_a_row_for_each_system(index: Index, memo: Memo, tmp_path: Path) -> None:
    makers = systems(index, memo, tmp_path)
    assert list(makers)[:5] == [
        "always refuses",
        "BM25 lines",
        "dense only",
        "LangChain textbook, best chunk",
        "LangChain textbook, best line of it",
    ]
    assert list(makers)[5:7] == ["search alone, fusion of scores", "search alone, fusion of ranks (RRF, k=60)"]
    assert len(makers) == 14
    runs = {name: judged({"x": GOLD}, collect(makers[name](), GOLD), DOCUMENTS) for name in ("always refuses", "BM25 lines")}
    plain = [" ".join(row.split()) for row in rows({n: cells_of(r) for n, r in runs.items()}, markdown=False)]
    assert plain[0] == "accuracy refusal recall false refusals citation recall citation precision span recall@5 ms/question"
    assert plain[1].startswith("always refuses 50.0 100.0 100.0 0.0 - 0.0 ")
    assert plain[2].startswith("BM25 lines 100.0 100.0 0.0 100.0 100.0 100.0 ")
    marked = list(rows({n: cells_of(r) for n, r in runs.items()}, markdown=True))
    assert marked[1] == "|---|" + "---:|" * len(COLUMNS)
    assert marked[2].startswith("| always refuses | 50.0 | 100.0 | 100.0 | 0.0 | - | 0.0 | ")


def test_a_system_whose_library_is_missing_is_left_out(
    index: Index, memo: Memo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_text_splitters", None)
    makers = systems(index, memo, tmp_path)
    assert _run("textbook", makers["LangChain textbook, best chunk"], {"x": GOLD}) is None
    assert capsys.readouterr().err == "textbook: left out, langchain_text_splitters is not installed\n"
    assert _run("lines", makers["BM25 lines"], {"x": GOLD}) is not None


PLAIN = {"style": "formal", "persona": "x", "provinces": [], "must_not_include": [], "evidence": [], "max_words": 60}
TINY = [
    {
        **PLAIN,
        "id": "f",
        "question": "Thái Nguyên đặt mục tiêu kinh tế số bao nhiêu phần trăm GRDP đến năm 2025?",
        "type": "figure",
        "must_include": [["20%"]],
        "evidence": [{"doc": "003", "quote": "Phấn đấu kinh tế số chiếm trên 20% GRDP"}],
    },
    {**PLAIN, "id": "u", "question": "Giá vé máy bay đi Pleiku hôm nay bao nhiêu?", "type": "unanswerable", "must_include": []},
]


def test_the_evaluation_prints_the_whole_table(tmp_path: Path) -> None:
    gold = tmp_path / "tiny.jsonl"
    gold.write_text("".join(json.dumps(q, ensure_ascii=False) + "\n" for q in TINY), "utf-8")
    command = [sys.executable, "-m", "qa.cli", "eval", "--baselines", "--json", "--markdown", str(tmp_path / "r.md"), str(gold)]
    done = subprocess.run([*command, "--data", str(tmp_path / "data")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert list(said["systems"]) == [
        "always refuses",
        "BM25 lines",
        "dense only",
        "LangChain textbook, best chunk",
        "LangChain textbook, best line of it",
        "search alone, fusion of scores",
        "search alone, fusion of ranks (RRF, k=60)",
        "ours",
        "ours without everyday words",
        "ours without place filter",
        "ours with fusion of ranks (RRF, k=60)",
        "ours without refusals",
        "ours without vectors",
        "ours without diacritics restored",
    ]
    assert said["systems"]["always refuses"]["accuracy"] == "50.0"
    assert said["systems"]["ours"]["accuracy"] == f"{said['accuracy']:.1f}" == "100.0"
    assert "| ours without refusals |" in (tmp_path / "r.md").read_text("utf-8")


def test_the_table_is_of_our_own_systems_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from eval.__main__ import main

    assert main(["--baselines", "--system", "cat"]) == 1
    assert "can't be combined with --system" in capsys.readouterr().err
