"""The three plots of a report as inline SVG, drawn here in a few lines: no script, no font, no image from anywhere.

Colours come from the page's style (classes bar, whisker, guide, dot); every plot carries its numbers as text.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from eval.metrics import Slice

_LABELS, _BARS, _ROW = 190, 330, 22  # pixels
_Z = 1.96
LATENCIES = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0)
"""Upper ends of the histogram's bins in ms; the last bin is open."""


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927, JASA 22:209), from 0 to 1; (0, 1) of nothing."""
    if not n:
        return 0.0, 1.0
    p, square = right / n, _Z * _Z / n
    centre = (p + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(p * (1 - p) / n + square / (4 * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def slice_bars(title: str, slices: Mapping[str, Slice]) -> str:
    """A bar for each value's accuracy, with its 95 % interval and counts."""
    rows = []
    for i, (name, part) in enumerate(slices.items()):
        low, high = wilson(part.right, part.questions)
        share = part.right / part.questions if part.questions else 0.0
        y = i * _ROW + 4
        rows.append(_text(_LABELS - 8, y + 13, _short(name), "end"))
        rows.append(_rect("bar", _LABELS, y + 2, _BARS * share, _ROW - 8))
        rows.append(_line("whisker", _LABELS + _BARS * low, y + 9, _LABELS + _BARS * high, y + 9))
        rows.append(_text(_LABELS + _BARS + 10, y + 13, f"{100 * share:.0f} %  ({part.right}/{part.questions})"))
    return _svg(title, _LABELS + _BARS + 120, len(slices) * _ROW + 8, rows)


def calibration(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean probability, share answerable, how many) for each bin of equal width that holds any of the `pairs`.

    A pair: the probability that a question can be answered, and whether it can.
    """
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for probability, answerable in pairs:
        groups[min(bins - 1, max(0, int(probability * bins)))].append((probability, answerable))
    return [(sum(p for p, _ in g) / len(g), sum(a for _, a in g) / len(g), len(g)) for g in groups if g]


def calibration_plot(title: str, pairs: Sequence[tuple[float, bool]]) -> str:
    """Bins of probability against the share of their questions that can be answered; on the diagonal it keeps its word."""
    side, left, top = 260, 50, 34

    def at(p: float, share: float) -> tuple[float, float]:
        return left + side * p, top + side * (1 - share)

    parts = [_rect("frame", left, top, side, side), _line("guide", *at(0, 0), *at(1, 1))]
    for tick in (0.0, 0.5, 1.0):
        parts.append(_text(left + side * tick, top + side + 16, f"{tick:g}", "middle"))
        parts.append(_text(left - 6, top + side * (1 - tick) + 4, f"{tick:g}", "end"))
    for mean, share, n in calibration(pairs):
        x, y = at(mean, share)
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{_radius(n):.1f}"/>')
        parts.append(_text(x, y - 4 - _radius(n), str(n), "middle"))
    parts.append(_text(left + side / 2, top + side + 34, "probability of being answerable", "middle"))
    return _svg(title, left + side + 40, top + side + 44, parts)


def _radius(n: int) -> float:
    return min(12.0, 3 + math.sqrt(n))


def histogram(values: Iterable[float]) -> list[tuple[str, int]]:
    """(bin, how many) for latencies in ms, over the bins that end at `LATENCIES`; a value on an end is in the next bin."""
    counts = [0] * (len(LATENCIES) + 1)
    for value in values:
        counts[sum(value >= end for end in LATENCIES)] += 1
    return list(zip([*(f"< {end:g}" for end in LATENCIES), f">= {LATENCIES[-1]:g}"], counts, strict=True))


def histogram_plot(title: str, values: Sequence[float]) -> str:
    """How many answers took how many ms."""
    bins = histogram(values)
    most = max([1, *(n for _, n in bins)])
    rows = []
    for i, (name, n) in enumerate(bins):
        y = i * _ROW + 4
        rows.append(_text(_LABELS - 8, y + 13, f"{name} ms", "end"))
        rows.append(_rect("bar", _LABELS, y + 2, _BARS * n / most, _ROW - 8))
        rows.append(_text(_LABELS + _BARS * n / most + 8, y + 13, str(n)))
    return _svg(title, _LABELS + _BARS + 120, len(bins) * _ROW + 8, rows)


def _svg(title: str, width: int, height: int, parts: Iterable[str]) -> str:
    head = f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>"


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(name: str) -> str:
    return (name[:25] + "…" if len(name) > 26 else name) or "(none)"
