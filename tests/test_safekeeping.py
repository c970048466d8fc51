"""What a data folder keeps: brought to the disk in order, locked, backed up and restored, mended, and read from every format there was."""

import contextlib
import gc
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEmbedder, small_document

import qa.assistant
import qa.library_commands
from documents import locks, restoring
from documents.database import FILE, Library, LibraryError, Original
from documents.library import bundled, corpus_digest
from documents.resolution import Fact
from index import generations, vector_files
from index.store import IndexError_, build, open_index
from qa.answer import Answer, Status
from qa.app.feedback import FILE as FEEDBACK_FILE
from qa.app.feedback import FeedbackStore
from qa.app.turns import turn_of
from qa.assistant import Assistant
from qa.backup import FEEDBACK, backup, restore
from qa.cli import main
from qa.repairing import findings
from qa.settings import Settings

ROOT = Path(__file__).parent.parent
SMALL = (small_document("a", "Gia Lai", "Kinh tế số chiếm 20% GRDP."), small_document("b", "Trà Vinh", "Kinh tế số trên 10%."))
ID = "dong-nai-45-kh-ubnd"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """An embedder that costs nothing, wherever one is loaded."""
    monkeypatch.setattr(qa.assistant, "load_embedder", FakeEmbedder)
    monkeypatch.setattr(qa.library_commands, "load", FakeEmbedder)


def settings(data: Path) -> Settings:
    return Settings.load(data=str(data), model="fake", environment={})


def put(data: Path, name: str) -> None:
    """Add a small document, without the index."""
    document = small_document(name, "Đồng Nai", f"Văn bản {name} số hóa 75% tài liệu.")
    with Library.open(data).change() as change:
        change.put(document, Original(document.text.encode(), f"{name}.txt", "text"))


def feedback(data: Path, *comments: str) -> list[str]:
    """Give feedback; all there is then, the oldest first."""
    store = FeedbackStore(data)
    for comment in comments:
        store.add(turn_of("Hỏi?", Answer(Status.NOT_FOUND, "Đáp.")), "wrong", comment)
    return [f.comment for f in store.feedback()[::-1]]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a document of its own, a correction, feedback, a list of unanswered questions, index and vectors."""
    data = tmp_path_factory.mktemp("stock") / "data"
    put(data, "mot")
    with Library.open(data).change() as change:
        change.correct("mot", {"signer": "Lê Văn A"})
    assert feedback(data, "một", "hai") == ["một", "hai"]
    FeedbackStore(data).set_retention(10)
    FeedbackStore(data).note_unanswered("Không ai trả lời?", "not_found")
    qa.library_commands.index_of(settings(data), Library.open(data).documents(), FakeEmbedder())
    return data


@pytest.fixture
def full(stock: Path, tmp_path: Path) -> Path:
    """A copy of `stock` to work on."""
    return Path(shutil.copytree(stock, tmp_path / "data"))


# On the disk


def test_everything_is_on_the_disk_before_it_is_switched_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[str] = set()
    seen: list[tuple[str, str]] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def note(handle: int) -> None:
        synced.add(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    def missing(folder: Path) -> list[str]:
        return [str(p) for p in [folder, *folder.rglob("*")] if str(p) not in synced]

    def renamed(source: Path, target: Path) -> None:
        seen.append((Path(source).name[:4], Path(target).name[:4]))
        assert missing(Path(source)) == []
        rename(source, target)

    def replaced(source: Path, target: Path) -> None:
        seen.append((Path(source).name, Path(target).name))
        assert str(source) in synced
        if Path(target).name == "CURRENT":
            assert str(Path(target).parent) in synced, "the generation's name, too"
        synced.discard(str(Path(target).parent))
        synced.add(str(target))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(os, "replace", replaced)
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc to see what is synced")
    build(tmp_path, SMALL, FakeEmbedder(), bundled_vectors=False)
    assert seen[-2:] == [("tmp-", "gen-"), ("CURRENT.tmp", "CURRENT")]
    assert seen[0][1] == "fake.npz"
    assert {str(tmp_path / "index"), str(tmp_path / "vectors")} <= synced


def test_sqlite_writes_ahead_and_to_the_disk(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    with library._connection() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    feedback(tmp_path, "một")
    with contextlib.closing(sqlite3.connect(tmp_path / FEEDBACK)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert FEEDBACK == FEEDBACK_FILE
    assert restoring.LIBRARY == FILE


def test_readers_go_on_while_much_is_written(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    with library.change() as change:
        big = small_document("to", "Đồng Nai", *[f"Dòng {n} của một văn bản rất dài." for n in range(3000)])
        change.put(big, Original(b"x" * 20_000_000, "to.txt", "text"))  # more than SQLite keeps in memory
        started = time.monotonic()
        assert library.documents() == bundled()
        assert time.monotonic() - started < 4
    assert len(library.documents()) == 5


def test_a_lock_dies_with_its_process_and_names_it(tmp_path: Path) -> None:
    code = "import sys, time; from documents import locks; from pathlib import Path\n"
    code += "with locks.exclusive(Path(sys.argv[1]), 0): print('held', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, str(tmp_path / "x.lock")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(locks.HeldError) as caught, locks.exclusive(tmp_path / "x.lock", 0):
            raise AssertionError("two holders")
        assert caught.value.holder.startswith(f" (nghiquyet, process {holder.pid}, since ")
        holder.kill()
        holder.wait()
    with locks.exclusive(tmp_path / "x.lock", 0):
        assert f"process {os.getpid()}," in (tmp_path / "x.lock").read_text("utf-8")
    assert (tmp_path / "x.lock").read_text("utf-8") == ""


# Generations


def test_a_generation_stays_while_somebody_reads_it(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    build(tmp_path, SMALL, None)
    old = open_index(tmp_path, model=None, corpus=corpus_digest(SMALL))
    [before] = tmp_path.glob("index/gen-*")
    build(tmp_path, SMALL[:1], None)
    build(tmp_path, SMALL[:1], None)
    assert before.is_dir()
    assert len(list(tmp_path.glob("index/gen-*"))) == 2, "what nobody reads is gone at once"
    assert [d.id for d in old.documents] == ["a", "b"]
    del old
    gc.collect()
    assert not before.exists(), "and this one with its last reader"
    assert [d.id for d in open_index(tmp_path, model=None, corpus=corpus_digest(SMALL[:1])).documents] == ["a"]


def test_any_changed_byte_of_a_generation_is_noticed(tmp_path: Path) -> None:
    build(tmp_path, SMALL, FakeEmbedder(), bundled_vectors=False)
    [folder] = tmp_path.glob("index/gen-*")
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size):
        good = path.read_bytes()
        changed = bytearray(good)
        changed[len(good) // 2] ^= 1
        path.write_bytes(bytes(changed))
        with pytest.raises(IndexError_, match="nghiquyet index --rebuild"):
            open_index(tmp_path, model="fake", corpus=corpus_digest(SMALL))
        path.write_bytes(good)
    open_index(tmp_path, model="fake", corpus=corpus_digest(SMALL))


def test_of_big_files_the_sums_are_checked_by_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "_READ_WHOLE", 0)
    build(tmp_path, SMALL, None)
    [folder] = tmp_path.glob("index/gen-*")
    scores = folder / "bm25-exact" / "scores.npy"
    scores.write_bytes(scores.read_bytes()[:-1] + b"\x00")
    open_index(tmp_path, model=None, corpus=corpus_digest(SMALL))
    with pytest.raises(IndexError_, match=r"scores\.npy is damaged: it holds other than was written"):
        generations.check(folder, generations.manifest_of(folder), whole=True)


# Kept vectors


def kept(folder: Path, count: int) -> tuple[Path, np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(3)
    digests = drawn.integers(0, 256, (count, 16), dtype=np.uint8)
    vectors = drawn.normal(size=(count, 8)).astype(np.float16)
    vector_files.write(folder / "fake.npz", digests, vectors)
    return folder / "fake.npz", digests, vectors


@pytest.mark.parametrize("harm", ["flip", "cut", "table"])
def test_of_damaged_vectors_only_what_is_damaged_is_lost(tmp_path: Path, harm: str) -> None:
    path, digests, vectors = kept(tmp_path, 100)
    content = bytearray(path.read_bytes())
    lost = {"flip": {40}, "cut": set(range(70, 100)), "table": set()}[harm]
    if harm == "flip":
        content[content.index(vectors.tobytes()) + 40 * 16 + 3] ^= 8
    elif harm == "cut":
        del content[content.index(vectors.tobytes()) + 70 * 16 + 5 :]
    else:
        content[-20:] = b"\0" * 20
    path.write_bytes(bytes(content))
    with path.open("rb") as file, pytest.raises(vector_files.DamagedError) as caught:
        vector_files.read(file)
    sound = [n for n in range(100) if n not in lost]
    np.testing.assert_array_equal(caught.value.digests, digests[sound])
    np.testing.assert_array_equal(caught.value.vectors, vectors[sound])
    assert vector_files.mend(path) == len(sound)
    assert vector_files.mend(path) is None
    with path.open("rb") as file:
        assert len(vector_files.read(file)[0]) == len(sound)


def test_what_an_older_program_kept_is_used(tmp_path: Path) -> None:
    embedder, texts = FakeEmbedder(), ["một", "hai"]
    from index.vectors import VectorCache, digest

    digests = np.frombuffer(b"".join(map(digest, texts)), np.uint8).reshape(2, 16)
    np.savez(tmp_path / "fake.npz", digests=digests, vectors=embedder.embed(texts, "passage").astype(np.float16))
    again = FakeEmbedder()
    VectorCache("fake", 16, tmp_path, bundled=False).embed(again, texts)
    assert again.seen == []


# Backup and restore


def test_a_backup_brings_everything_back(full: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", str(tmp_path / "b.zip"), "--data", str(full)]) == 0
    assert "written: " in (said := capsys.readouterr().err)
    assert "(5 documents, 2 pieces of feedback, " in said
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0, "people's feedback is in it"
    new = tmp_path / "new"
    seen = FakeEmbedder()
    qa.library_commands.load = lambda _: seen
    assert main(["restore", str(tmp_path / "b.zip"), "--data", str(new), "--model", "fake"]) == 0
    assert capsys.readouterr().err == f"restored: 5 documents in {new}\n"
    assert seen.passages == [], "nothing is embedded again"
    assert Library.open(new).documents() == Library.open(full).documents()
    assert Library.open(new).documents()[-1].facts["signer"] == (Fact("Lê Văn A"),)
    assert Library.open(new).original("mot") == Library.open(full).original("mot")
    assert Library.open(new).entries() == Library.open(full).entries()
    assert FeedbackStore(new).feedback() == FeedbackStore(full).feedback()
    assert FeedbackStore(new).unanswered() == FeedbackStore(full).unanswered()
    assert sorted(p.name for p in new.iterdir()) == ["feedback.sqlite", "index", "library.lock", "library.sqlite", "vectors"]
    answer = Assistant(Assistant.open(settings(new)).index, None).ask("Đồng Nai số hóa bao nhiêu phần trăm tài liệu?")
    assert [c.document_id for c in answer.citations] == ["mot"]


def test_restoring_takes_the_place_of_what_there_is(full: Path, tmp_path: Path) -> None:
    backup(settings(full), tmp_path / "b.zip")
    put(full, "hai")
    assert feedback(full, "ba") == ["một", "hai", "ba"]
    reader = Library.open(full)
    restore(settings(full), tmp_path / "b.zip")
    assert [d.id for d in reader.documents()][4:] == ["mot"]
    assert feedback(full) == ["một", "hai"]
    backup(settings(full), tmp_path / "b.zip")  # over the backup before
    (tmp_path / "other.zip").write_bytes(b"PK")
    with pytest.raises(LibraryError, match=r"other\.zip is there and is no backup of this program; give another name"):
        backup(settings(full), tmp_path / "other.zip")


def test_a_backup_is_of_one_moment_while_others_write(full: Path, tmp_path: Path) -> None:
    stop, errors = threading.Event(), list[BaseException]()

    def write() -> None:
        n = 0
        try:
            while not stop.is_set():
                n += 1
                put(full, f"them-{n}")
                feedback(full, f"thêm {n}")
                time.sleep(0.05)
        except BaseException as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            time.sleep(0.2)
            backup(settings(full), tmp_path / f"{n}.zip")
    finally:
        stop.set()
        writer.join()
    assert errors == []
    sizes = []
    for n in range(3):
        restore(settings(tmp_path / f"d{n}"), tmp_path / f"{n}.zip")
        ids = [d.id for d in Library.open(tmp_path / f"d{n}").documents()][5:]
        assert ids == [f"them-{i}" for i in range(1, len(ids) + 1)]
        comments = feedback(tmp_path / f"d{n}")[2:]
        assert comments == [f"thêm {i}" for i in range(1, len(comments) + 1)]
        sizes.append(len(ids))
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0


def forged(path: Path, files: dict[str, bytes], listed: dict[str, object] | None = None, **about: object) -> None:
    """A backup whose list fits its files, unless another is given."""
    if listed is None:
        listed = {name: {"size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for name, c in files.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps({"nghiquyet_backup": 1, "files": listed, **about}))


def with_trigger(library: Path) -> bytes:
    """The library with a trigger that would run when something is added."""
    with contextlib.closing(sqlite3.connect(library)) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON documents BEGIN DELETE FROM documents; END")
        db.commit()
        db.execute("PRAGMA journal_mode = DELETE")
    return library.read_bytes()


def newer(library: Path) -> bytes:
    with contextlib.closing(sqlite3.connect(library)) as db:
        db.execute("UPDATE meta SET value = '999 1 x'")
        db.commit()
        db.execute("PRAGMA journal_mode = DELETE")
    return library.read_bytes()


def plain(library: Path) -> bytes:
    with contextlib.closing(sqlite3.connect(library)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    return library.read_bytes()


def bomb(_: Path) -> bytes:
    return b"\0" * 100_000_000


HOSTILE: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "no zip": (lambda p, _: p.write_bytes(b"x" * 1000) and None, "no backup of this program, or damaged"),
    "empty": (lambda p, _: p.write_bytes(b"") and None, "no backup of this program, or damaged"),
    "newer archive": (lambda p, lib: forged(p, {FILE: plain(lib)}, nghiquyet_backup=99), "made by a newer version of this program"),
    "newer library": (lambda p, lib: forged(p, {FILE: newer(lib)}), "made by a newer version of this program"),
    "a way out": (lambda p, lib: forged(p, {FILE: plain(lib), "../out.npz": b"x"}), "none of a backup ('../out.npz')"),
    "another way out": (lambda p, lib: forged(p, {FILE: plain(lib), "vectors/../../x.npz": b"x"}), "none of a backup"),
    "absolute": (lambda p, lib: forged(p, {FILE: plain(lib), "/tmp/x.npz": b"x"}), "none of a backup"),
    "settings": (lambda p, lib: forged(p, {FILE: plain(lib), "nghiquyet.toml": b"x"}), "none of a backup ('nghiquyet.toml')"),
    "no library": (lambda p, _: forged(p, {"vectors/x.npz": b"x"}), "holds other files than it lists"),
    "unlisted": (lambda p, lib: forged(p, {FILE: plain(lib), "x": b"y"}, {}), "holds other files than it lists"),
    "a bomb": (lambda p, lib: forged(p, {FILE: bomb(lib)}), "would be 100 MB out of 0.1 MB, which no backup is"),
    "no database": (lambda p, _: forged(p, {FILE: b"x" * 5000}), "no backup of this program, or damaged (file is not a database)"),
    "an empty database": (lambda p, _: forged(p, {FILE: b""}), "library.sqlite holds no library"),
    "a trigger": (lambda p, lib: forged(p, {FILE: with_trigger(lib)}), "library.sqlite holds more than tables"),
    "packed vectors": (lambda p, lib: forged(p, {FILE: plain(lib), "vectors/x.npz": packed()}), "vectors/x.npz holds other than vectors"),
}


def packed() -> bytes:
    import io

    file = io.BytesIO()
    np.savez_compressed(file, digests=np.zeros((10_000_000,), np.uint8))
    return file.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_backup_is_refused_in_one_sentence(stock: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    make, sentence = HOSTILE[name]
    make(tmp_path / "b.zip", shutil.copytree(stock, tmp_path / "made") / FILE)
    there = Path(shutil.copytree(stock, tmp_path / "there"))
    before = sorted(p.name for p in there.iterdir())
    for data in (tmp_path / "fresh", there):
        assert main(["restore", str(tmp_path / "b.zip"), "--data", str(data)]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"nghiquyet: {tmp_path / 'b.zip'} can't be restored: ")
        assert sentence in said
        assert said.endswith("; nothing was changed\n")
        assert said.count("\n") == 1
    assert not (tmp_path / "fresh").exists()
    assert sorted(p.name for p in there.iterdir()) == before
    assert Library.open(there).documents()[-1].id == "mot"
    assert not (tmp_path / "out.npz").exists()


@pytest.mark.soak
def test_any_changed_byte_of_a_backup_is_refused(full: Path, tmp_path: Path, soak: Callable[[int], int]) -> None:
    backup(settings(full), tmp_path / "b.zip")
    good = (tmp_path / "b.zip").read_bytes()
    drawn = np.random.default_rng(5)
    for n in range(soak(300)):
        changed = bytearray(good)
        if n % 3:
            changed[drawn.integers(len(good))] ^= 1 << drawn.integers(8)
        else:
            del changed[drawn.integers(len(good)) :]
        (tmp_path / "x.zip").write_bytes(bytes(changed))
        data = tmp_path / "x"
        try:
            restore(settings(data), tmp_path / "x.zip")
        except LibraryError as refused:
            said = str(refused)
            assert said.endswith("; nothing was changed"), said
            assert not data.exists()
        else:  # a date or another value that nothing depends on
            assert Library.open(data).documents() == Library.open(full).documents()
            assert feedback(data) == ["một", "hai"]
            shutil.rmtree(data)


def test_a_restore_that_was_killed_is_finished(full: Path, tmp_path: Path) -> None:
    backup(settings(full), tmp_path / "b.zip")
    new = tmp_path / "new"
    put(new, "khac")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(new / restoring.READY)
    assert [d.id for d in Library.open(new).documents()][4:] == ["mot"]
    assert not (new / restoring.READY).exists()
    assert feedback(new) == ["một", "hai"]
    # One that was killed before all was there is nobody's business.
    (new / "restore-half").mkdir()
    (new / "restore-half" / FILE).write_bytes(b"half")
    assert [d.id for d in Library.open(new).documents()][4:] == ["mot"]


def test_a_damaged_library_is_put_aside_by_restoring(full: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup(settings(full), tmp_path / "b.zip")
    (full / FILE).write_bytes(b"broken" * 1000)
    with pytest.raises(LibraryError, match="restore it from a backup: nghiquyet restore FILE"):
        Library.open(full)
    with pytest.raises(LibraryError, match="nghiquyet restore FILE"):
        backup(settings(full), tmp_path / "b.zip")
    assert main(["restore", str(tmp_path / "b.zip"), "--data", str(full), "--model", "fake"]) == 0
    assert [d.id for d in Library.open(full).documents()][4:] == ["mot"]
    [aside] = full.glob(f"{FILE}.damaged-*")
    assert aside.read_bytes() == b"broken" * 1000


# Doctor


def lines(data: Path, *, repair: bool) -> list[str]:
    found = list(findings(settings(data), "fake", repair=repair))
    assert all(well or line.startswith("!!") for line, well in found)
    return [line for line, _ in found]


def test_doctor_mends_what_can_be_mended(full: Path) -> None:
    assert {line[:2] for line in lines(full, repair=False)} == {"ok"}
    current = full / "index" / (full / "index" / "CURRENT").read_text("utf-8")
    (full / "index" / "tmp-killed").mkdir()
    (full / "vectors" / "x.tmp").write_bytes(b"half")
    (full / "restore-half").mkdir()
    counts = current / "counts.json"
    counts.write_bytes(counts.read_bytes()[:-1] + b" ")
    path = full / "vectors" / "fake.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    said = lines(full, repair=False)
    assert [line for line in said if line[:2] == "--"] == [
        f"--  half-written or no longer used: {full / place}" for place in ("restore-half", "vectors/x.tmp", "index/tmp-killed")
    ]
    assert [line for line in said if line[:2] == "!!"] == [
        f"!!  vectors: {path} is damaged, 416 of its vectors can be used; run: nghiquyet doctor --repair",
        f"!!  {counts} is damaged: it holds other than was written; run: nghiquyet index --rebuild",
    ]
    embedder = FakeEmbedder()
    qa.library_commands.load = lambda _: embedder
    said = lines(full, repair=True)
    assert [line for line in said if line[:2] == "++"] == [
        *(f"++  removed what was left half-written: {full / place}" for place in ("restore-half", "vectors/x.tmp", "index/tmp-killed")),
        f"++  vectors: {path} was damaged; 416 are kept, the others are embedded again",
        f"++  index: made anew ({counts} is damaged: it holds other than was written)",
    ]
    assert [line for line in said if line[:2] == "!!"] == []
    assert len(embedder.passages) == 1, "of 417 vectors, one"
    assert {line[:2] for line in lines(full, repair=False)} == {"ok"}


def test_doctor_makes_a_missing_index_and_tells_of_a_damaged_library(full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(full / "index")
    assert any(line.startswith("!!  there is no index in ") for line in lines(full, repair=False))
    assert any(line.startswith("++  index: made anew (there is no index in ") for line in lines(full, repair=True))
    content = bytearray((full / FILE).read_bytes())
    content[8192:-8192] = os.urandom(len(content) - 16384)
    (full / FILE).write_bytes(bytes(content))
    for repair in ([], ["--repair"]):
        assert main(["doctor", "--data", str(full), *repair]) == 1
        [said] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("!!")]
        assert said.startswith(f"!!  library: {full / FILE} is damaged (")
        assert said.endswith("); bring it back from a backup: nghiquyet restore FILE")


# Formats there were


@pytest.mark.parametrize("name", ["library-schema-1-reading-1", "library-schema-1-reading-3"])
def test_a_library_of_each_older_program_opens_with_all_it_holds(tmp_path: Path, name: str) -> None:
    script = (ROOT / "tests" / "data" / f"{name}.sql").read_text("utf-8")
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.executescript(script)
        [(content,)] = db.execute("SELECT content FROM originals").fetchall()
    library = Library.open(tmp_path)
    [document] = library.documents()
    assert (document.id, document.number, document.issued) == (ID, "45/KH-UBND", "2024-03-12")
    assert document.facts["signer"] == (Fact("Lê Văn A"),), "the operator's correction"
    assert library.original(ID) == content
    assert [t.value for t in library.targets()] == [75]
    assert library.page_lines(ID, 1) == ()
    assert [e.file_name for e in library.entries()] == ["ke-hoach.txt"]
    assistant = Assistant(Assistant.open(settings(tmp_path), say=lambda _: None).index, None)
    answer = assistant.ask("Đồng Nai số hóa tối thiểu bao nhiêu phần trăm tài liệu quý hiếm?")
    assert "75%" in answer.text
    assert [c.document_id for c in answer.citations] == [ID]
    with library.change() as change:  # the bundled documents that the operator removed stayed away until now
        assert len(change.restore_bundled()) == 4


def test_feedback_of_an_older_program_is_read_and_added_to(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / FEEDBACK)) as db:
        db.executescript("""
            CREATE TABLE feedback (id INTEGER PRIMARY KEY, at TEXT, verdict TEXT, comment TEXT, question TEXT, answer TEXT,
                                   status TEXT, citations TEXT);
            CREATE TABLE unanswered (id INTEGER PRIMARY KEY, at TEXT, question TEXT, status TEXT);
            CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT);
            INSERT INTO feedback VALUES (1, '2026-01-01T00:00:00+00:00', 'good', 'cũ', 'Hỏi?', 'Đáp.', 'answered', 'a:0-1');
            INSERT INTO unanswered VALUES (1, strftime('%Y-%m-%dT%H:%M:%S+00:00'), 'Cũ?', 'not_found');
            INSERT INTO settings VALUES ('retention', '30');""")
    assert feedback(tmp_path) == ["cũ"]
    assert feedback(tmp_path, "mới") == ["cũ", "mới"]
    assert [u.question for u in FeedbackStore(tmp_path).unanswered()] == ["Cũ?"]
    assert FeedbackStore(tmp_path).retention() == 30


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_an_index_of_each_older_program_is_made_anew(tmp_path: Path, version: int) -> None:
    manifest = {"format": version, "model": "fake", "dimension": 16, "passages": 416, "places": {}, "files": {"documents.json": 5}}
    folder = tmp_path / "index" / "gen-0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / "documents.json").write_text("[\n{}]", "utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (tmp_path / "index" / "CURRENT").write_text(folder.name, "utf-8")
    said: list[str] = []
    opened = Assistant.open(settings(tmp_path), say=said.append)
    assert said[0] == f"the index in {tmp_path / 'index'} was made with format = {version}, but 6 is asked for"
    assert len(opened.index.documents) == 4
    assert not folder.exists()
