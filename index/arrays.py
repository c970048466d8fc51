"""Arrays on disk: one `.npy` file each, mapped into memory where it is big. Never pickled."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAPPED = 4 << 20  # bytes from which on a file is mapped: opening then costs nothing, and only what is used is ever read


def save(path: Path, array: NDArray[Any]) -> None:
    """Write `array` to `path`.

    Raises:
        OSError: it can't be written, or not in full.
    """
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)


def load(path: Path, kind: type[np.generic], dimensions: int = 1) -> NDArray[Any]:
    """The array in `path`, read-only where it is mapped.

    Raises:
        ValueError: the file holds no array, or one of another type or shape.
        OSError: it can't be read.
    """
    mapped = path.stat().st_size >= _MAPPED
    found = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    if not isinstance(found, np.ndarray) or found.dtype != kind or found.ndim != dimensions:
        raise ValueError(f"{path.name} holds other than {kind.__name__} numbers in {dimensions} dimensions")
    return np.asarray(found)  # slices of a plain view cost a tenth of a memmap's
