"""Vectors in a file: NPZ with `sums` (n,) uint64, `digests` (n, 16) uint8 and `vectors` (n, d) float16.

Each row has a sum of its own, so that of a damaged file all that is sound can still be used: a vector costs a tenth of a
second to embed again. Files without sums (of older programs, and the ones that ship) are taken whole or not at all.
"""

import os
import struct
import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from documents.durable import sync_folder

Digests = NDArray[np.uint8]
Halves = NDArray[np.float16]
_CHUNK = 1 << 16  # rows that are summed at a time
_LOCAL = struct.Struct("<4s22xHH")  # a member's header in a ZIP file: mark, …, length of its name, of its extra field


class DamagedError(Exception):
    """A file isn't as it was written; `digests` and `vectors` are what is sound of it."""

    def __init__(self, digests: Digests, vectors: Halves) -> None:
        super().__init__(f"{len(digests)} vectors are sound")
        self.digests, self.vectors = digests, vectors


def _sums(digests: Digests, vectors: Halves) -> NDArray[np.uint64]:
    """A sum for each row: eight bytes at a time, each times an odd number of its own, so that no single change goes unseen."""
    width = -(-(16 + 2 * vectors.shape[1]) // 8)
    factors = np.random.default_rng(16).integers(0, 1 << 63, width, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    sums = np.empty(len(digests), dtype=np.uint64)
    for start in range(0, len(digests), _CHUNK):
        rows = slice(start, start + _CHUNK)
        joined = np.zeros((len(digests[rows]), 8 * width), dtype=np.uint8)
        joined[:, :16] = digests[rows]
        joined[:, 16 : 16 + 2 * vectors.shape[1]] = np.ascontiguousarray(vectors[rows]).view(np.uint8)
        sums[rows] = joined.view(np.uint64) @ factors
    return sums


def write(target: Path, digests: Digests, vectors: Halves) -> None:
    """Write them to `target`, which holds what it held before or all of this.

    Raises:
        OSError: they can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, sums=_sums(digests, vectors), digests=digests, vectors=vectors)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def read(file: IO[bytes]) -> tuple[Digests, Halves]:
    """Digests and vectors, as many of the one as of the other.

    Raises:
        DamagedError: it isn't as it was written.
    """
    try:
        with np.load(file, allow_pickle=False) as data:
            digests, vectors = data["digests"], data["vectors"].astype(np.float16)
            sums = data["sums"] if "sums" in data.files else None
        if not _fits(digests, vectors) or (sums is not None and not np.array_equal(sums, _sums(digests, vectors))):
            raise ValueError("the arrays don't fit each other")
    except Exception:  # numpy, zipfile and zlib each raise kinds of their own on broken files
        raise DamagedError(*_sound(file)) from None
    return digests, vectors


def _fits(digests: NDArray[Any], vectors: NDArray[Any]) -> bool:
    return vectors.ndim == 2 and digests.shape == (len(vectors), 16) and digests.dtype == np.uint8


def _sound(file: IO[bytes]) -> tuple[Digests, Halves]:
    """The rows of a damaged file whose sums are right."""
    nothing = np.zeros((0, 16), dtype=np.uint8), np.zeros((0, 0), dtype=np.float16)
    try:
        file.seek(0)
        content = file.read()
        sums, digests, vectors = (_array(content, name) for name in ("sums", "digests", "vectors"))
        count = min(len(sums), len(digests), len(vectors))
        sums, digests, vectors = sums[:count], digests[:count], vectors[:count]
        if vectors.dtype != np.float16 or sums.dtype != np.uint64 or not _fits(digests, vectors):
            return nothing
        sound = sums == _sums(digests, vectors)
        return digests[sound], vectors[sound]
    except Exception:  # whatever a damaged header makes of it
        return nothing


def _array(content: bytes, name: str) -> NDArray[Any]:
    """As many rows of a member as there are, without a look at the ZIP file's table and sums."""
    at = content.index(f"{name}.npy".encode()) - 30
    mark, name_length, extra = _LOCAL.unpack_from(content, at)
    if mark != b"PK\3\4":
        raise ValueError(f"{name} does not begin where it should")
    start = at + 30 + name_length + extra
    header = BytesIO(content[start : start + 4096])
    np.lib.format.read_magic(header)
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(header)
    if by_column or dtype.hasobject:
        raise ValueError(f"{name} holds other than rows of numbers")
    start += header.tell()
    width = dtype.itemsize * int(np.prod(shape[1:]))
    rows = min(shape[0], (len(content) - start) // width)
    return np.frombuffer(content, dtype=dtype, count=rows * width // dtype.itemsize, offset=start).reshape(rows, *shape[1:])


def mend(path: Path) -> int | None:
    """Leave in `path` what is sound of it; returns how many vectors that are, None where nothing was damaged.

    Raises:
        OSError: it can't be read or written.
    """
    try:
        with path.open("rb") as file:
            read(file)
    except DamagedError as damaged:
        if len(damaged.digests):
            write(path, damaged.digests, damaged.vectors)
        else:
            path.unlink()
        return len(damaged.digests)
    return None
