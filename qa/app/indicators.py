"""Targets grouped by what they measure, so that provinces can be set side by side.

Documents word the same indicator differently ("kinh tế số trong GRDP", "đóng góp của kinh tế số vào GRDP của tỉnh"). Two
targets are taken for the same where unit and level agree and most of the weight of the words of one is in the other; rare
words weigh more. The rows keep their own words, so that whoever compares sees what each document says.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from documents.normalise import fold, words
from documents.targets import Target

_ALIKE = 0.62  # share of the weight of all words of two indicators that both have
_WITHIN = 0.45  # the same share where all words of one are among the other's
_SAID_EVERYWHERE = (
    "và của các trong được là có đạt trên tại cho về từ với đến vào ở theo một những tỉnh tỷ lệ số lượng địa bàn tối thiểu "
    "tất cả khoảng năm hằng hàng để phải đã này đó bởi nhằm mỗi"
)
_EMPTY = frozenset(fold(_SAID_EVERYWHERE).split())
_KEPT = frozenset(["so"])  # "số" tells digital from other things


@dataclass(frozen=True, slots=True)
class Indicator:
    """What several targets measure."""

    name: str
    """As the document words it that says it shortest."""
    unit: str
    level: str | None
    targets: tuple[Target, ...]

    @property
    def provinces(self) -> tuple[str, ...]:
        """Whose documents set it."""
        return tuple(dict.fromkeys(t.province for t in self.targets))

    def of(self, province: str, year: int | None) -> tuple[Target, ...]:
        """What `province` sets for `year`."""
        return tuple(t for t in self.targets if t.province == province and t.year == year)


def grouped(targets: Sequence[Target]) -> tuple[Indicator, ...]:
    """The indicators of `targets`: those of most provinces first, then those with most targets, then by name."""
    keys = [_key(t) for t in targets]
    count = Counter(w for key in keys for w in key)
    weight = {w: math.log(1 + len(targets) / n) for w, n in count.items()}
    groups: list[tuple[frozenset[str], list[Target]]] = []
    by_word: dict[tuple[str, str, str | None], list[int]] = {}
    for target, key in sorted(zip(targets, keys, strict=True), key=lambda pair: (len(pair[1]), pair[0].indicator)):
        if not key:
            continue
        frame = target.unit, target.level
        near = dict.fromkeys(g for w in sorted(key) for g in by_word.get((w, *frame), ()))
        best = max(near, key=lambda g: _likeness(key, groups[g][0], weight), default=None)
        if best is not None and _same(key, groups[best][0], weight):
            groups[best][1].append(target)
            continue
        for w in key:
            by_word.setdefault((w, *frame), []).append(len(groups))
        groups.append((key, [target]))
    found = [_indicator(members) for _, members in groups]
    return tuple(sorted(found, key=lambda i: (-len(i.provinces), -len(i.targets), len(i.name), i.name)))


def _key(target: Target) -> frozenset[str]:
    own = {fold(w) for w in words(target.province)}
    folded = [fold(w) for w in words(target.indicator)]
    return frozenset(w for w in folded if (w not in _EMPTY or w in _KEPT) and w not in own and not w[0].isdigit())


def _same(a: frozenset[str], b: frozenset[str], weight: dict[str, float]) -> bool:
    return _likeness(a, b, weight) >= (_WITHIN if a <= b or b <= a else _ALIKE)


def _likeness(a: frozenset[str], b: frozenset[str], weight: dict[str, float]) -> float:
    return sum(weight[w] for w in a & b) / sum(weight[w] for w in a | b)


def _indicator(members: Sequence[Target]) -> Indicator:
    first = min(members, key=lambda t: (len(t.indicator), t.indicator))
    ordered = sorted(members, key=lambda t: (t.province, t.year or 0, t.document_id, t.start))
    return Indicator(first.indicator, first.unit, first.level, tuple(ordered))
