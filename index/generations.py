"""The generations of an index: made aside, checked by their sums, switched to by one rename, kept while somebody reads them.

`CURRENT` names the one in use. Everything of a generation, and the folder's own names, are on the disk before `CURRENT`
is exchanged, so that neither a killed process nor a power cut leaves half of one in use.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from documents import durable, locks
from index.errors import IndexError_, MissingIndexError

CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_LOCK = ".lock"
_WAIT = 5.0  # seconds for another writer to finish
_READ_WHOLE = 4 << 20  # bytes up to which a file's sum is checked whenever the index is opened
_REBUILD = "run: nghiquyet index --rebuild"
_NO_GENERATION = f"{{}} names {{!r}}, which is no generation there; {_REBUILD}"
T = TypeVar("T")


@contextlib.contextmanager
def writing(root: Path, wait: float | None = None) -> Iterator[None]:
    """Be the one who writes to the index folder `root` for the block.

    Raises:
        IndexError_: another process is, and goes on for longer than `wait` seconds; or nothing can be written there.
    """
    lock = contextlib.ExitStack()
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock.enter_context(locks.exclusive(root / _LOCK, _WAIT if wait is None else wait))
    except locks.HeldError as error:
        said = f"another process{error.holder} is writing this index; wait until it has finished and try again"
        raise IndexError_(said, "busy") from error
    except OSError as error:
        raise unwritable(root.parent, error) from error
    with lock:
        yield


def unwritable(data: Path, error: OSError) -> IndexError_:
    """That nothing can be written to the data folder."""
    said = f"the data folder {data} can't be written ({error.strerror or error}); choose another with --data DIR"
    return IndexError_(said, durable.reason_of(error))


@contextlib.contextmanager
def staging(root: Path) -> Iterator[Path]:
    """A folder to make a generation in; what is left of it afterwards is removed.

    Raises:
        IndexError_: it can't be made.
    """
    try:
        folder = Path(tempfile.mkdtemp(dir=root, prefix="tmp-"))
    except OSError as error:
        raise unwritable(root.parent, error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def seal(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write `manifest` with the sizes and sums of all files, have everything on the disk; returns the generation's name.

    Raises:
        OSError: it can't be written.
    """
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    whole = {**manifest, "files": {name: [path.stat().st_size, _sum(path, sync=True)] for name, path in files.items()}}
    durable.write(folder / _MANIFEST, json.dumps(whole, ensure_ascii=False).encode())
    for inner in {folder, *(p.parent for p in files.values())}:
        durable.sync_folder(inner)
    return _name_of(whole)


def _name_of(manifest: Mapping[str, Any]) -> str:
    return "gen-" + hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]


def _sum(path: Path, *, sync: bool = False) -> str:
    with path.open("rb") as file:
        if sync:
            os.fsync(file.fileno())
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def switch(root: Path, made: Path, name: str) -> None:
    """Let the sealed generation in `made` be the one in use.

    Raises:
        OSError: it can't be; the one before still is.
    """
    # A rebuild of the same documents must not touch the generation in use before the switch.
    while (root / name).exists():
        name += "0"
    os.rename(made, root / name)
    durable.sync_folder(root)
    durable.write(root / CURRENT, name.encode())


def leftovers(root: Path) -> list[Path]:
    """What nobody uses: unfinished generations, and old ones that no process reads. For who is `writing`."""
    try:
        keep = current(root.parent)
    except IndexError_:
        keep = None
    found = [*root.glob("tmp-*"), *root.glob("*.tmp")]
    for old in root.glob("gen-*"):
        if old.name == keep:
            continue  # whoever opens it just now would find it locked
        with locks.unused(old / _MANIFEST) as free:
            if free:
                found.append(old)
    return sorted(found)


def clean(root: Path) -> None:
    """Remove `leftovers`. For who is `writing`."""
    for old in leftovers(root):
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                old.unlink()


def keep(reader: object, folder: Path, handle: int | None) -> None:
    """Keep the generation `folder`, `held` by `handle`, for as long as `reader` lives."""
    if handle is not None:
        weakref.finalize(reader, _leave, folder, handle)


def _leave(folder: Path, handle: int) -> None:
    os.close(handle)
    root = folder.parent
    with contextlib.suppress(IndexError_, OSError):
        # The last reader of an old generation takes it away; whoever writes now does so itself.
        if current(root.parent) != folder.name and folder.exists():
            with writing(root, 0):
                clean(root)


def held(folder: Path) -> int | None:
    """A handle that keeps the generation `folder` from being removed, until it is closed.

    Raises:
        IndexError_: it is gone, or has no manifest.
    """
    try:
        return locks.shared(folder / _MANIFEST)
    except BlockingIOError as error:
        raise IndexError_(f"the generation {folder} is being removed; {_REBUILD}") from error
    except OSError as error:
        raise IndexError_(f"{folder / _MANIFEST} is missing or broken ({error}); {_REBUILD}") from error


def read_current(data: Path, read: Callable[[Path], T]) -> T:
    """`read` of the generation in use; again, where a writer switched and cleared that generation meanwhile."""
    while True:
        name = current(data)
        try:
            if not (data / "index" / name).is_dir():
                raise IndexError_(_NO_GENERATION.format(data / "index" / CURRENT, name))
            return read(data / "index" / name)
        except IndexError_:
            if current(data) == name:
                raise


def current(data: Path) -> str:
    """The name of the generation in use.

    Raises:
        MissingIndexError: there is none yet.
        IndexError_: `CURRENT` can't be read, or names none.
    """
    root = data / "index"
    try:
        name = (root / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError:
        raise MissingIndexError(f"there is no index in {root} yet; run: nghiquyet index") from None
    except NotADirectoryError:
        raise IndexError_(f"the data folder {data} is not a folder (part of its path is a file); choose another with --data DIR") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexError_(f"{root / CURRENT} can't be read ({error}); {_REBUILD}") from error
    if not name.startswith("gen-") or "/" in name or "\\" in name:
        raise IndexError_(_NO_GENERATION.format(root / CURRENT, name[:60]))
    return name


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of the generation in `folder`.

    Raises:
        IndexError_: it is missing or broken.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if not isinstance(manifest, dict) or "format" not in manifest:
            raise ValueError("no manifest")
    except (OSError, ValueError) as error:
        raise IndexError_(f"{folder / _MANIFEST} is missing or broken ({error}); {_REBUILD}") from error
    return manifest


def check(folder: Path, manifest: Mapping[str, Any], *, whole: bool = False) -> None:
    """Compare the files of a generation with its manifest: sizes of all, sums of the small ones, or of all with `whole`.

    Raises:
        IndexError_: one is missing or was changed; or the manifest itself was.
    """
    files = manifest.get("files")
    sound = isinstance(files, dict) and all(isinstance(v, list) and len(v) == 2 for v in files.values())
    if not isinstance(files, dict) or not sound or not folder.name.startswith(_name_of(manifest)):
        raise IndexError_(f"{folder / _MANIFEST} is missing or broken (not as it was written); {_REBUILD}")
    for name, (size, digest) in files.items():
        path = folder / name
        if _size(path) != size:
            raise IndexError_(f"{path} is missing or not {size} bytes long as written; {_REBUILD}")
        if (whole or size <= _READ_WHOLE) and _sum_or_none(path) != digest:
            raise IndexError_(f"{path} is damaged: it holds other than was written; {_REBUILD}")


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _sum_or_none(path: Path) -> str | None:
    try:
        return _sum(path)
    except OSError:
        return None
