"""The straight lines in a picture of a page, as tables are drawn with: long runs of dark dots, level or upright."""

from typing import Any

from documents.reading.page import Box

_LEVEL = 0.36  # inches; shorter runs of dark dots are parts of letters
_UPRIGHT = 0.3
_THICK = 0.06  # inches; what is thicker is a bar or a shadow of the scanner
_MOST_RUNS = 60_000  # a page dark with noise has more, and no lines worth finding


def rules_of(image: Any, dpi: float, scale: float) -> list[Box]:
    """The rules of a grey PIL image; `scale` makes points of its dots."""
    import numpy as np

    dark = np.asarray(image) < 128
    found = _runs(dark, round(_LEVEL * dpi), _THICK * dpi)
    turned = _runs(dark.T, round(_UPRIGHT * dpi), _THICK * dpi)
    boxes = [*found, *((b, a, d, c) for a, b, c, d in turned)]
    return [Box(left * scale, top * scale, right * scale, bottom * scale) for left, top, right, bottom in boxes]


def _runs(dark: Any, shortest: int, thick: float) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) of what is dark along the rows for at least `shortest` dots."""
    import numpy as np

    high, wide = dark.shape
    if wide <= shortest:
        return []
    sums = np.zeros((high, wide + 1), dtype=np.int32)
    np.cumsum(dark, axis=1, out=sums[:, 1:])
    # A dot is missing here and there in a line that was scanned.
    full = (sums[:, shortest:] - sums[:, :-shortest]) >= shortest - 2
    edges = np.diff(np.pad(full, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    if len(starts) > _MOST_RUNS:
        return []
    open_: list[list[int]] = []
    done: list[list[int]] = []
    row = -1
    for (y, a), (_, b) in zip(starts.tolist(), ends.tolist(), strict=True):
        if y != row:
            done += [box for box in open_ if box[3] < y]
            open_ = [box for box in open_ if box[3] >= y]
            row = y
        right = b + shortest - 1
        box = next((o for o in open_ if o[0] <= right and a <= o[2]), None)
        if box is None:
            open_.append([a, y, right, y + 1])
        else:
            box[0], box[2], box[3] = min(box[0], a), max(box[2], right), y + 1
    return [(a, b, c, d) for a, b, c, d in done + open_ if d - b <= thick]
