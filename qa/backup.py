"""One file that holds all of a data folder that can't be made again, and its way back.

A ZIP file: `library.sqlite` (documents, files, pages, corrections), `feedback.sqlite` (feedback, unanswered questions),
`vectors/*.npz` (so that nothing is embedded again), and `manifest.json` with the size and SHA-256 of each. The index is
made anew from them; settings and passwords stay out of it.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from documents.database import FILE, Library, check_version
from documents.durable import reason_of, sync_folder
from documents.restoring import READY, STAGING, put_in_place
from documents.sqlite_files import LibraryError, full, opened, told, unwritable, writing
from index.store_address import shown
from qa.library_commands import index_of
from qa.settings import Settings

VERSION = 1
FEEDBACK = "feedback.sqlite"
_MANIFEST = "manifest.json"
_VECTORS = re.compile(r"vectors/[a-z0-9][a-z0-9.-]*\.npz")
_LARGEST_MANIFEST = 1 << 20  # bytes
_MOST_FILES = 1000
_MOST_PACKED = 200  # times that a file may be as big as it is packed: deflate could hide a thousand times
_CHUNK = 1 << 20
_WAIT = 5.0  # seconds for another writer to finish


def backup(settings: Settings, target: Path) -> int:
    """Write the data folder's backup to `target`, of one moment, while others ask, write feedback and add documents.

    Raises:
        LibraryError: there is no library, it is damaged, or `target` can't be written; what was there stays.
    """
    data = settings.data
    if not (data / FILE).exists() and settings.store:
        raise LibraryError(f"the documents lie in the store {shown(settings.store)}; back that up by its own means")
    if not (data / FILE).exists():
        raise LibraryError(f"there is no library in {data}; name its folder with --data DIR")
    if target.exists() and not _is_backup(target):
        raise LibraryError(f"{target} is there and is no backup of this program; give another name")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".nghiquyet-backup-") as folder:
            made = Path(folder) / "backup.zip"
            said = _write(made, Path(folder), data)
            size = made.stat().st_size
            os.replace(made, target)
            sync_folder(target.absolute().parent)
    except OSError as error:
        more = "; free some space and try again" if reason_of(error) == "full" else ", or give another file"
        raise LibraryError(f"the backup can't be written to {target} ({error.strerror}); nothing was changed{more}") from error
    print(f"written: {target} ({said}, {size / 1e6:.1f} MB)", file=sys.stderr)
    return 0


def _write(made: Path, folder: Path, data: Path) -> str:
    counts = []
    with zipfile.ZipFile(os.fdopen(os.open(made, os.O_RDWR | os.O_CREAT, 0o600), "w+b"), "w", zipfile.ZIP_DEFLATED) as archive:
        files: dict[str, dict[str, Any]] = {}
        for name, table, what in ((FILE, "documents", "documents"), (FEEDBACK, "feedback", "pieces of feedback")):
            if (data / name).exists():
                counts.append(f"{_copy(data / name, folder / name, table)} {what}")
                with (folder / name).open("rb") as file:
                    files[name] = _pack(archive, name, file, zipfile.ZIP_DEFLATED)
                (folder / name).unlink()
        for path, kept in _vectors(data):
            with kept:
                files[f"vectors/{path.name}"] = _pack(archive, f"vectors/{path.name}", kept, zipfile.ZIP_STORED)
        about = {"nghiquyet_backup": VERSION, "made": datetime.now(UTC).isoformat(timespec="seconds"), "files": files}
        archive.writestr(_MANIFEST, json.dumps(about, indent=1))
        stream = archive.fp
    if stream is not None:
        stream.close()
    with made.open("rb") as written:
        os.fsync(written.fileno())
    return ", ".join(counts)


def _copy(source: Path, target: Path, table: str) -> int:
    """Copy a database as it is at one moment, without what it has forgotten; returns the rows of `table`."""
    with told(source), opened(source, _WAIT) as db, contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (sound,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if sound != "ok":
            raise LibraryError(f"{source} is damaged ({sound}), so there is no backup of it; see: nghiquyet doctor", "damaged")
        copy.execute("VACUUM")
        return int(copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _vectors(data: Path) -> list[tuple[Path, IO[bytes]]]:
    """The files of kept vectors, all open: who adds a document writes new ones and takes old ones away."""
    while True:
        taken: list[tuple[Path, IO[bytes]]] = []
        try:
            for path in sorted((data / "vectors").glob("*.npz")):
                if _VECTORS.fullmatch(f"vectors/{path.name}"):
                    taken.append((path, path.open("rb")))
            return taken
        except FileNotFoundError:
            for _, file in taken:
                file.close()


def _pack(archive: zipfile.ZipFile, name: str, file: IO[bytes], method: int) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    with archive.open(info, "w", force_zip64=True) as packed:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            packed.write(chunk)
    return {"size": size, "sha256": digest.hexdigest()}


def _is_backup(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "nghiquyet_backup" in json.loads(_small(archive, _MANIFEST))
    except Exception:  # whatever another file makes of it
        return False


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(_LARGEST_MANIFEST + 1)
    if len(content) > _LARGEST_MANIFEST:
        raise ValueError(f"{name} is too big")
    return content


class _RefusedError(Exception):
    """What is wrong with a backup."""


def restore(settings: Settings, source: Path) -> int:
    """Let the data folder hold what the backup `source` does, and make its index. What is there stays until all of it is
    unpacked and checked.

    Raises:
        LibraryError: it is damaged, hostile, of a newer version or no backup at all, or there is no room; nothing was changed.
    """
    data = settings.data
    if settings.store:
        raise LibraryError(f"the documents lie in the store {shown(settings.store)}; restore to a folder, without --store")
    fresh = not data.exists()
    try:
        data.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=data, prefix=STAGING))
    except OSError as error:
        said = f"the data folder {data} can't be written ({error.strerror}); choose another with --data DIR"
        raise LibraryError(said, reason_of(error)) from error
    try:
        with writing(data / FILE, _WAIT):
            put_in_place(data)  # what a killed process had ready
            _unpack(source, staging)
            for folder in (staging, *(p for p in staging.iterdir() if p.is_dir())):
                sync_folder(folder)
            os.rename(staging, data / READY)
            sync_folder(data)
            put_in_place(data)
    except _RefusedError as error:
        raise LibraryError(f"{source} can't be restored: {error}; nothing was changed") from error
    except OSError as error:
        raise (full(data / FILE) if reason_of(error) == "full" else unwritable(data / FILE)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if fresh and not (data / FILE).exists():
            shutil.rmtree(data, ignore_errors=True)
    library = Library.open(data)
    index_of(settings, documents := library.documents())
    print(f"restored: {len(documents)} documents in {data}", file=sys.stderr)
    return 0


def _unpack(source: Path, staging: Path) -> None:
    """Unpack and check the backup `source`.

    Raises:
        _RefusedError: it isn't sound.
        OSError: it can't be written.
    """
    try:
        opened_file = source.open("rb")
    except OSError as error:
        raise _RefusedError(f"it can't be read ({error.strerror})") from error
    with opened_file, _damaged():
        archive = zipfile.ZipFile(opened_file)
        files = _listed(archive, _manifest(archive))
        room = shutil.disk_usage(staging).free
        # Once unpacked, and once more while SQLite takes it over.
        if (need := 2 * sum(size for size, _ in files.values())) > room:
            raise _RefusedError(f"it takes {need / 1e6:.0f} MB of room, and {room / 1e6:.0f} MB are free; free some space")
        for name, (size, digest) in files.items():
            target = staging / name
            target.parent.mkdir(exist_ok=True)
            with archive.open(name) as packed, target.open("xb") as file:
                _written(packed, file, name, size, digest)
    for path in staging.glob("*.sqlite"):
        _check_database(path)
    for path in staging.rglob("*.npz"):
        _check_vectors(path)


@contextlib.contextmanager
def _damaged() -> Iterator[None]:
    try:
        yield
    except (_RefusedError, OSError):
        raise
    except Exception as error:  # zipfile, zlib and json each raise kinds of their own on what is broken or made to hurt
        raise _RefusedError(f"it is no backup of this program, or damaged ({str(error)[:100] or type(error).__name__})") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    about = json.loads(_small(archive, _MANIFEST))
    version = about["nghiquyet_backup"]
    if not isinstance(version, int) or not isinstance(about["files"], dict):
        raise ValueError("its list of files is none")
    if version > VERSION:
        raise _RefusedError("it was made by a newer version of this program; install that version")
    return dict(about["files"])


def _listed(archive: zipfile.ZipFile, said: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """The size and sum of each file, which is what the archive holds and nothing else."""
    infos = archive.infolist()
    names = [i.filename for i in infos]
    if len(infos) > _MOST_FILES or sorted(names) != sorted([*said, _MANIFEST]) or FILE not in said:
        raise _RefusedError("it holds other files than it lists")
    files = {}
    for info in infos:
        name = info.filename
        if name == _MANIFEST:
            continue
        if name not in (FILE, FEEDBACK) and not _VECTORS.fullmatch(name):
            raise _RefusedError(f"it holds a file that is none of a backup ({name[:60]!r})")
        size, digest = said[name]["size"], said[name]["sha256"]
        if not isinstance(size, int) or size != info.file_size or not isinstance(digest, str):
            raise _RefusedError(f"{name} isn't as big as it says")
        if size > _MOST_PACKED * info.compress_size + _CHUNK:
            raise _RefusedError(f"{name} would be {size / 1e6:.0f} MB out of {info.compress_size / 1e6:.1f} MB, which no backup is")
        files[name] = (size, digest)
    return files


def _written(packed: IO[bytes], file: IO[bytes], name: str, size: int, digest: str) -> None:
    seen, left = hashlib.sha256(), size
    while chunk := packed.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            break
        seen.update(chunk)
        file.write(chunk)
    if left or seen.hexdigest() != digest:
        raise _RefusedError(f"{name} is damaged: it isn't what was backed up")
    file.flush()
    os.fsync(file.fileno())


def _check_database(path: Path) -> None:
    with _damaged(), contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as db:
        db.execute("PRAGMA trusted_schema = OFF")
        (sound,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if sound != "ok":
            raise _RefusedError(f"{path.name} is damaged ({sound})")
        for kind, statement in db.execute("SELECT type, coalesce(sql, '') FROM sqlite_master"):
            if kind not in ("table", "index") or statement.upper().startswith("CREATE VIRTUAL"):
                raise _RefusedError(f"{path.name} holds more than tables")
        if path.name == FILE:
            try:
                if check_version(db, path) is None:
                    raise _RefusedError(f"{path.name} holds no library")
            except LibraryError as error:
                raise _RefusedError("it was made by a newer version of this program; install that version") from error


def _check_vectors(path: Path) -> None:
    """Vectors are stored, never packed: nothing in them can grow while it is read."""
    with _damaged(), zipfile.ZipFile(path) as inner:
        if any(i.compress_type != zipfile.ZIP_STORED or i.file_size > path.stat().st_size for i in inner.infolist()):
            raise _RefusedError(f"vectors/{path.name} holds other than vectors")
