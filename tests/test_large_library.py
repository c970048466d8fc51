"""What the assistant knows of a library without reading it: the same as if it had read all, at any size."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEmbedder, small_document

import index.generations
import index.rows
from documents.corrections import CENTRAL
from documents.library import bundled, corpus_digest
from documents.normalise import fold
from documents.resolution import Fact, Passage, Resolution
from eval.scale import made_up
from index import frequencies
from index.analysis import term_set
from index.errors import IndexError_
from index.rows import NOTE
from index.store import Index, build, heading_text, open_index
from qa.assistant import Assistant
from qa.evidence import Evidence
from qa.metadata import documents_asked
from qa.naming import Named, Names

QUESTIONS = (
    "Đến năm 2025 kinh tế số của Gia Lai chiếm bao nhiêu phần trăm GRDP?",
    "so sanh muc tieu tang nang suat lao dong 2025 cua 4 tinh",
    "Ai ký nghị quyết của Thái Nguyên?",
    "Nghị quyết 04-NQ/TU do ai ban hành?",
    "Bình Định giao sở nào chủ trì đào tạo?",
    "có những văn bản nào",
    "Trà Vinh năm 2027 có bao nhiêu doanh nghiệp số?",
    "Dịch vụ công trực tuyến toàn trình là gì?",
)


def opened(data: Path, documents: tuple[Resolution, ...]) -> Index:
    return open_index(data, model=None, corpus=corpus_digest(documents))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    build(folder, bundled(), None)
    return folder


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every library counts as a big one; how often an element of each file was read."""
    monkeypatch.setattr(index.rows, "READ_WHOLE", 0)
    read = index.rows._Lines.read
    seen: Counter[str] = Counter()

    def counted(self: index.rows._Lines, i: int) -> object:
        seen[self._path.name] += 1
        return read(self, i)

    monkeypatch.setattr(index.rows._Lines, "read", counted)
    return seen


# Frequencies


def test_frequencies_are_those_of_all_passages(data: Path) -> None:
    library = opened(data, bundled())
    counted: Counter[str] = Counter()
    for p in library.passages:
        counted.update(term_set(p.text) | term_set(heading_text(p)))
    assert len(library.frequencies.terms) == len(counted)
    assert {t: library.frequencies.of(t) for t in counted} == dict(counted)
    assert library.frequencies.of("chưa_ai_nói") == library.frequencies.of("") == 0
    assert library.theme == frozenset.intersection(*(term_set(d.title) for d in bundled()))
    assert {"chuyển_đổi", "số"} <= library.theme


def test_frequencies_of_nothing_and_of_broken_files(tmp_path: Path) -> None:
    frequencies.Writer().write(tmp_path / "none")
    assert frequencies.load(tmp_path / "none").of("số") == 0
    writer = frequencies.Writer()
    for terms in (("a", "b"), ("b",)):
        writer.add(terms)
    writer.write(tmp_path / "two")
    found = frequencies.load(tmp_path / "two")
    assert [found.of(t) for t in "abc"] == [1, 2, 0]
    np.save(tmp_path / "two" / "counts.npy", np.zeros(3, dtype=np.int32))
    with pytest.raises(ValueError, match="the frequencies in two don't fit each other"):
        frequencies.load(tmp_path / "two")


def test_a_cut_file_of_frequencies_is_named(tmp_path: Path) -> None:
    build(tmp_path, bundled(), None)
    file = next(tmp_path.glob("index/gen-*/frequencies/terms.npy"))
    file.write_bytes(file.read_bytes()[:-8])
    with pytest.raises(IndexError_, match=r"frequencies/terms\.npy is missing or not \d+ bytes long as written; run: nghiquyet index --"):
        opened(tmp_path, bundled())


# Footnotes


def test_notes_and_what_refers_to_them_explain_each_other(tmp_path: Path) -> None:
    lines = ("Tỉnh có 5 khu công nghiệp1, 2.", "Theo báo cáo tháng ba.", "Gồm cả khu chế xuất.", "Không liên quan.")
    plain = small_document("notes", "Gia Lai", *lines)
    parts = list(plain.passages)
    for i in (1, 2):
        parts[i] = replace(parts[i], kind="note", note_of=parts[0].id)
    documents = (replace(plain, passages=tuple(parts)), small_document("other", "Trà Vinh", "Không có chú thích nào."))
    build(tmp_path, documents, FakeEmbedder(), bundled_vectors=False)
    library = open_index(tmp_path, model="fake", corpus=corpus_digest(documents))
    assert [(f & NOTE) != 0 for f in library.layout.flags] == [False, True, True, False, False]
    evidence = Evidence(library)
    first, second, third, fourth, fifth = (term_set(p.text) for p in library.passages)
    around = [evidence._around(p) for p in library.passages]
    # One after the other, as the notes stand: the second hears what the first has told.
    assert around == [first | second | third, first | second, first | second | third, fourth, fifth]


def test_terms_around_are_those_of_all_read_at_once(data: Path) -> None:
    library = opened(data, bundled())
    whole: dict[str, frozenset[str]] = {p.id: term_set(p.text) for p in library.passages}
    notes = [p for p in library.passages if p.note_of]
    assert notes
    for p in notes:
        assert p.note_of is not None
        home, note = whole[p.note_of], whole[p.id]
        whole[p.id], whole[p.note_of] = note | home, home | note
    evidence = Evidence(library)
    shuffled = random.Random(5).sample(list(library.passages), k=len(library.passages))
    assert {p.id: evidence._around(p) for p in shuffled} == whole


# Reading little


def test_nothing_is_read_before_a_question_and_little_after(tmp_path: Path, big: Counter[str]) -> None:
    documents = tuple(made_up(3_000))
    build(tmp_path, documents, None)
    library = opened(tmp_path, documents)
    assistant = Assistant(library, None)
    assert big == {}
    assistant.ask(QUESTIONS[0], province="Gia Lai")
    assert 0 < big["passages.json"] <= 700  # of 3,000: candidates, and what stands beside the best
    assert big["documents.json"] <= 4
    before = big["passages.json"]
    assistant.ask(QUESTIONS[0], province="Gia Lai")
    assert big["passages.json"] - before <= 700


def test_a_library_that_is_not_read_answers_the_same(data: Path, big: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lazily = Assistant(opened(data, bundled()), None)
    with monkeypatch.context() as patch:
        patch.setattr(index.rows, "READ_WHOLE", 20_000)
        whole = Assistant(opened(data, bundled()), None)
    for question in QUESTIONS:
        a, b = lazily.ask(question), whole.ask(question)
        assert (a.status, a.text, a.citations, a.suggestions) == (b.status, b.text, b.citations, b.suggestions)
    assert big["passages.json"] > 0


def test_caches_are_bounded(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.evidence._KEPT_PASSAGES", 8)
    library = opened(data, bundled())
    evidence = Evidence(library)
    for p in library.passages:
        evidence.units(p)
        evidence.path_terms(p)
        assert evidence._around(p) >= term_set(p.text)
    kept = [c.cache_info() for c in (evidence._own, evidence._units, evidence._heading_terms)]
    assert [(i.maxsize, i.currsize) for i in kept] == [(8, 8)] * 3


# Names of documents


def test_documents_by_their_facts(data: Path) -> None:
    library = opened(data, bundled())
    for text in ("van ban do kim ngoc thai ky", "nghi quyet 04-nq/tu", "khong ai ca", "tinh uy"):
        read = [d.id for d in bundled() if any(fold(f.value) in text for fs in d.facts.values() for f in fs)]
        assert library.layout.named_by_facts(text) == read
    assistant = Assistant(library, None)
    asked = assistant.understand("Ông Kim Ngọc Thái ký văn bản ngày nào?")
    assert [d.id for d in documents_asked(library, asked)] == ["tra-vinh-2022"]
    assert dict(library.by_id) == {d.id: d for d in bundled()}
    for d in bundled():
        head = library.layout.head(d.id)
        assert all(
            getattr(head, name) == getattr(d, name) for name in ("id", "province", "title", "kind", "number", "issued", "body", "locality")
        )
    with pytest.raises(KeyError):
        library.layout.head("none")


def issuer(body: str, behind: str) -> int:
    """How much of what stands behind a document's number names its `body`, all of which a ministry's name takes."""
    parts = body.split()
    shortest = len(parts) if parts[0] == "bo" else 2
    names = (" cua " + " ".join(parts[:n]) for n in range(len(parts), shortest - 1, -1))
    return next((len(name) for name in names if re.match(rf"{name}(?!\w)", behind)), 0)


def one_by_one(documents: list[Resolution], text: str) -> Named:
    """`Names.find` as it is meant: each document's patterns tried in turn."""
    from qa.naming import _ITS, _OFFICE, _called, _whole

    folded = fold(text)
    whole = [(d, _whole(d.number)) for d in documents if d.number]
    called = [(d, _called(d.kind, d.number, int(m[0]))) for d in documents if d.number and (m := re.match(r"\d+", d.number))]
    for patterns in (whole, called):
        found = [(d.id, m.span()) for d, p in patterns if (m := p.search(folded))]
        if found:
            bodies = {d.id: fold(d.body) for d in documents}
            issued = [(i, (a, b + behind)) for i, (a, b) in found if (behind := issuer(bodies[i], folded[b:]))]
            return Named(tuple(i for i, _ in issued or found), tuple(s for _, s in issued or found), True)
    offices = [(d, o[0]) for d in documents if d.province == CENTRAL and (o := _OFFICE.match(fold(d.body)))]
    at = [(d, o, m) for d, o in offices if (m := re.search(rf"(?<!\w){o}(?!\w)", folded))]
    found = [(d.id, m.span()) for d, o, m in at if not o.startswith("bo ") or _ITS.search(folded[: m.start()])]
    return Named(tuple(i for i, _ in found), tuple(s for _, s in found))


def test_names_are_found_as_if_each_were_tried() -> None:
    chosen = random.Random(11)
    kinds = ("Kế hoạch", "Quyết định", "Nghị quyết", "Chỉ thị")
    signs = ("KH-UBND", "QĐ-TTg", "NQ/TU", "CT-BYT", "NQ-CP")
    bodies = ("Thủ tướng Chính phủ", "Bộ Y tế", "Bộ Công an", "Ủy ban nhân dân tỉnh")
    documents = []
    for n in range(300):
        number = f"{chosen.choice(['', '0'])}{chosen.randrange(1, 60)}/{chosen.choice(signs)}" if chosen.random() < 0.9 else None
        made = small_document(f"d{n}", chosen.choice([CENTRAL, "Gia Lai"]), "x")
        documents.append(replace(made, kind=chosen.choice(kinds), number=number, body=chosen.choice(bodies)))
    names = Names(documents)
    found = 0
    for _ in range(400):
        typed = chosen.choice([f"{chosen.randrange(0, 60)}", f"0{chosen.randrange(1, 9)}", f"{chosen.randrange(60)}a", "2030"])
        form = chosen.choice(["{k} số {n}", "{k} {n}/{s}", "số {n} / {s}", "{n}-{s}", "{k} {n}", "đề án {n} của {b}", "{b} nói gì", "{n}%"])
        text = "theo " + form.format(k=chosen.choice(kinds), n=typed, s=chosen.choice(signs), b=chosen.choice(bodies)) + ", năm 2025?"
        assert names.find(text) == one_by_one(documents, text), text
        found += bool(names.find(text).document_ids)
    assert found > 80


def test_broken_facts_are_told_when_they_are_read(tmp_path: Path, big: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, bundled(), None)
    monkeypatch.setattr(index.generations, "_READ_WHOLE", 0)  # a file of a big library's size
    file = next(tmp_path.glob("index/gen-*/facts.json"))
    for content in (b"\xff" * file.stat().st_size, b"[[]]".ljust(file.stat().st_size)):
        file.write_bytes(content)
        library = opened(tmp_path, bundled())  # a big library's are not read when it is opened
        with pytest.raises(IndexError_, match=r"^facts\.json of the index can't be read \(.*\); run: nghiquyet index --rebuild$"):
            library.layout.named_by_facts("x")
        with monkeypatch.context() as patch:
            patch.setattr(index.rows, "READ_WHOLE", 20_000)
            with pytest.raises(IndexError_, match=r"facts\.json"):
                opened(tmp_path, bundled())


def test_the_tables_hold_what_documents_do(tmp_path: Path) -> None:
    odd = replace(small_document("odd", "Gia Lai", "một"), facts={"signer": (Fact("Nguyễn Văn A", 0, 3), Fact("Đỗ B"))}, number="1/KH")
    build(tmp_path, [odd], None)
    library = opened(tmp_path, (odd,))
    assert library.layout.named_by_facts("do do b ky") == ["odd"]
    assert library.layout.rows("odd") == range(0, 1)
    assert isinstance(library.passages[0], Passage)
    heads = json.loads(next(tmp_path.glob("index/gen-*/heads.json")).read_text("utf-8"))
    assert heads == [["odd", "Gia Lai", odd.title, odd.kind, "1/KH", None, odd.body, "", []]]
