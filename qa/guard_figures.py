"""Figures of a claim against figures of a quote: value, unit, comparator, and what each is said of.

A figure is "said of" the words beside it. Where a quote holds several figures, the claim's figure must have the value of
the one whose words are nearest to its own: that is how "90% cấp xã" is told from "60% cấp xã".
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from qa.guard_text import Words, read

MOST = 60
"""Figures of one sentence that are looked at; a longer list is no sentence."""

_SIGNS = {
    ">=": "tối thiểu|ít nhất|không dưới|không kém|không ít hơn|không thấp hơn|không nhỏ hơn|từ mức tối thiểu",
    "<=": "tối đa|nhiều nhất|không quá|không vượt quá|không vượt|không hơn|không lớn hơn|không cao hơn",
    ">": "trên|hơn|vượt|vượt quá|vượt mức|quá|cao hơn|lớn hơn|nhiều hơn",
    "<": "dưới|chưa đến|chưa tới|chưa đầy|ít hơn|thấp hơn|nhỏ hơn|không tới|không đến",
    "~": "khoảng|gần|xấp xỉ|chừng|ước|ước đạt|ngót|tầm",
}
_SIGN_OF = {tuple(phrase.split()): sign for sign, phrases in _SIGNS.items() for phrase in phrases.split("|")}
_LINKS = frozenset(["đạt", "là", "có", "từ", "được", "bằng", "mức", "ở", "thêm", "tỷ", "lệ", "khoảng"])
_SCALES = {"nghìn": 1e3, "ngàn": 1e3, "vạn": 1e4, "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9}
_SOFT = {"hai": 2.0, "ba": 3.0, "bốn": 4.0, "sáu": 6.0, "bảy": 7.0, "tám": 8.0, "chín": 9.0, "mười": 10.0}
_NO_SOFT_AFTER = frozenset(["thứ", "tháng", "ngày", "bên", "chiều", "mặt", "cánh", "tính"])
_TO = ("đến", "tới")
JOINERS = frozenset(("và", "còn", "nhưng", "hoặc", "song", "riêng"))
_PREPOSITIONS = frozenset(
    [
        "ở",
        "tại",
        "đối",
        "với",
        "về",
        "của",
        "trong",
        "cho",
        "vào",
        "trên",
        "theo",
        "được",
        "có",
        "là",
        "do",
        "năm",
        "đến",
        "tới",
        "so",
        "từ",
        "mỗi",
        "trở",
        "hằng",
        "hàng",
        "mới",
        "phải",
        "để",
        "nhằm",
        "thuộc",
        "trước",
    ]
)
_LEADING = frozenset(
    ["ở", "tại", "đối", "riêng", "về", "với", "theo", "trong", "năm", "đến", "tới", "giai", "cấp", "vào", "hết", "từ", "mục"]
)
_PRODUCTS = frozenset(("grdp", "gdp"))
_IDLE = frozenset(
    ["của", "các", "những", "là", "và", "được", "có", "cho", "một", "ở", "tại", "với", "từ", "số", "tổng", "thì", "mà", "đạt", "đó", "này"]
)
_LEVELS = frozenset(("tỉnh", "huyện", "xã", "thôn", "sở"))
_LEVEL_WORDS = frozenset(("cap", "tinh", "huyen", "xa", "thon", "so"))
_YEARS_FROM, _YEARS_TO = 1900, 2100


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, a range (two values) or a rank ("24/63") at words [at, end) of a text."""

    at: int
    end: int
    values: tuple[float, ...]
    sort: str
    """count | ratio | range | year | worded"""
    percent: bool = False
    signs: frozenset[str] = frozenset()
    """What it may be said with: its own comparator, or one that the list it stands in opens with."""
    near: dict[str, float] = field(default_factory=dict)
    """Folded words beside it, by nearness in (0, 1]."""
    levels: frozenset[str] = frozenset()
    year: str = ""
    """The year its own stretch of the sentence names."""


@functools.lru_cache(maxsize=2048)
def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a plain text in order, at most `MOST` and one more."""
    words = read(text)
    return _described(words, list(_found(words))[: MOST + 1])


def _is_number(words: Words, i: int) -> bool:
    return i < len(words) and words.raw[i][0].isdigit()


def _year(words: Words, i: int) -> bool:
    return len(words.raw[i]) == 4 and words.raw[i].isdecimal() and _YEARS_FROM <= int(words.raw[i]) < _YEARS_TO


def _found(words: Words) -> Iterable[Figure]:
    i, n = 0, len(words)
    before: Figure | None = None
    while i < n:
        if not _is_number(words, i):
            value = _SOFT.get(words.forms[i])
            if value and i + 1 < n and (not i or words.forms[i - 1] not in _NO_SOFT_AFTER):
                yield Figure(i, i + 1, (value,), "worded", signs=_signs(words, i, i + 1))
            i += 1
            continue
        at, value = i, float(words.forms[i]) if len(words.raw[i]) < 16 else 0.0
        percent = i + 1 < n and words.forms[i + 1] == "%"
        j = i + 2 if percent else i + 1
        if _year(words, i) and not percent:
            yield Figure(i, j, (value,), "year", signs=_signs(words, at, j))
            i = j
            continue
        sort, values = "count", [value]
        if j < n and _is_number(words, j) and not _year(words, j) and words.parted[j] in ("/", "-"):
            other = float(words.forms[j]) if len(words.raw[j]) < 16 else 0.0
            if words.parted[j] == "/":
                sort = "ratio"
            elif other > value:
                sort = "range"
            if sort != "count":
                values.append(other)
                j += 1
        elif j + 1 < n and words.forms[j] in _TO and _is_number(words, j + 1) and not _year(words, j + 1):
            other = float(words.forms[j + 1]) if len(words.raw[j + 1]) < 16 else 0.0
            same = (j + 2 < n and words.forms[j + 2] == "%") == percent or not percent
            if other > value and same:
                sort, j = "range", j + 2
                values.append(other)
        if j < n and words.forms[j] == "%" and not percent:
            percent, j = True, j + 1
        scale = 1.0
        while j < n and words.forms[j] in _SCALES and not words.parted[j]:
            scale, j = scale * _SCALES[words.forms[j]], j + 1
        signs = _signs(words, at, j)
        shared = before is not None and "=" in signs and percent == before.percent and not any(v >= 100 for v in values)
        figure = Figure(
            at, j, tuple(v * scale for v in values), sort, percent, signs | before.signs if shared and before and percent else signs
        )
        before = figure
        yield figure
        i = j


def _signs(words: Words, at: int, end: int) -> frozenset[str]:
    """The comparator of the figure at [at, end); "=" where it has none."""
    i = at
    while i > 0 and at - i < 3 and words.forms[i - 1] in _LINKS and words.parted[i] in ("", "-"):
        i -= 1
    for start in {at, i}:
        for length in (3, 2, 1):
            if start - length >= 0 and not any(words.parted[k] for k in range(start - length + 1, start + 1)):
                sign = _SIGN_OF.get(words.forms[start - length : start])
                if sign:
                    return frozenset((sign,))
    for j in range(end, min(end + 4, len(words) - 1)):
        if words.parted[j]:
            break
        if words.forms[j] == "trở" and words.forms[j + 1] in ("lên", "xuống"):
            return frozenset((">=" if words.forms[j + 1] == "lên" else "<=",))
    return frozenset(("=",))


def _described(words: Words, found: list[Figure]) -> tuple[Figure, ...]:
    """`found` with what each is said of."""
    counted = [f for f in found if f.sort not in ("year", "worded")]
    parts = _parts(words)
    owner: dict[int, list[tuple[int, int]]] = {}
    inside: list[list[Figure]] = [[] for _ in parts]
    k = 0
    for f in counted:
        while k < len(parts) and parts[k][1] <= f.at:
            k += 1
        if k < len(parts):
            inside[k].append(f)
    waiting: list[tuple[int, int]] = []
    last: Figure | None = None
    for part, own in zip(parts, inside, strict=True):
        if own:
            owner.setdefault(own[0].at, []).extend(waiting)
            waiting = []
            last = own[-1]
        elif last is None or words.forms[part[0]] in _LEADING:
            waiting = [*waiting, part][-3:]
        else:
            owner.setdefault(last.at, []).append(part)
    if last is not None and waiting:
        owner.setdefault(last.at, []).extend(waiting)
    told: dict[int, Figure] = {}
    year = ""
    for part, own in zip(parts, inside, strict=True):
        named = [i for i in range(*part) if words.raw[i][0].isdigit() and _year(words, i) and not _compared(words, i)]
        for position, f in enumerate(own):
            low = own[position - 1].end if position else part[0]
            high = own[position + 1].at if position + 1 < len(own) else part[1]
            mine = [words.raw[i] for i in named if low <= i < high] or ([words.raw[i] for i in named[:1]] if position == 0 else [])
            year = (mine[0] if mine else "") or year
            told[f.at] = _placed(words, f, low, high, owner.get(f.at, []), year, alone=len(own) == 1)
        if named and not own:
            year = words.raw[named[-1]]
    return tuple(told.get(f.at, f) for f in found)


def _compared(words: Words, i: int) -> bool:
    """Whether the year at `i` is what something is compared with ("so với năm 2020")."""
    before = words.forms[max(0, i - 3) : i]
    return "với" in before or "kỳ" in before


def _parts(words: Words) -> list[tuple[int, int]]:
    """The stretches that punctuation and "và", "còn", "nhưng" part."""
    cuts = [0]
    for i in range(1, len(words)):
        if (
            words.parted[i] in (",", ";")
            or words.forms[i] in JOINERS
            or (words.forms[i] == "trong" and words.forms[i + 1 : i + 2] in (("đó",), ("khi",)))
        ):
            cuts.append(i)
    cuts.append(len(words))
    return [(a, b) for a, b in pairwise(cuts) if a < b]


def _placed(words: Words, f: Figure, low: int, high: int, more: Sequence[tuple[int, int]], year: str, *, alone: bool) -> Figure:
    near: dict[str, float] = {}

    def add(indices: Iterable[int], weight: float) -> None:
        distance = 1.0
        for i in indices:
            if words.forms[i] in _IDLE or words.raw[i][0].isdigit() or words.forms[i] == "%":
                continue
            near[words.folded[i]] = max(near.get(words.folded[i], 0.0), weight / distance**0.75)
            distance += 1

    behind = range(f.end, high)
    follows = bool(behind) and words.forms[f.end] not in _PREPOSITIONS and words.forms[f.end] not in _PRODUCTS and f.sort != "ratio"
    add(behind, 1.0)
    add(range(f.at - 1, low - 1, -1), 0.2 if follows else 1.0)
    for a, b in more:
        add(range(a, b) if a >= f.end else range(b - 1, a - 1, -1), 0.6)
    # "mỗi huyện … 20% đơn vị cấp xã": the level behind a figure is the figure's own, then the one before it.
    for spans in ([(f.end, high)], [(low, f.at)] if alone or not follows else [], more):
        levels = {level for a, b in spans for level in levels_in(words, a, b)}
        if levels:
            break
    return Figure(f.at, f.end, f.values, f.sort, f.percent, f.signs, near, frozenset(levels), year)


def levels_in(words: Words, start: int, end: int) -> list[str]:
    """The administrative levels named in words [start, end)."""
    return [words.forms[i] for i in level_words(words, start, end)]


def level_words(words: Words, start: int = 0, end: int | None = None) -> list[int]:
    """The indices of the levels named in words [start, end): after "cấp", and in a list that goes on from there."""
    end = len(words) if end is None else end
    found: list[int] = []
    i = start
    while i < end:
        form = words.forms[i]
        if form == "cấp" and (not i or words.forms[i - 1] not in ("cung", "trung", "trợ", "sơ", "nâng")):
            i += 1
            while i < end and (_is_level(words, i) or words.forms[i] in ("và", "hoặc", "cấp", "đến")):
                if _is_level(words, i) and (words.forms[i - 1] not in _LEVELS or words.parted[i] in (",", "/", "-")):
                    found.append(i)
                elif _is_level(words, i):
                    break
                i += 1
            continue
        if form == "tỉnh" and i and words.forms[i - 1] == "tại" and (i + 1 == len(words) or not words.raw[i + 1][0].isupper()):
            found.append(i)
        i += 1
    return found


def _is_level(words: Words, i: int) -> bool:
    social = words.forms[i] == "xã" and words.forms[i + 1 : i + 2] == ("hội",) and not words.parted[i + 1]
    return words.forms[i] in _LEVELS and not social


def same_value(claim: Figure, quote: Figure) -> bool:
    """Whether the value a claim states is the quote's; one end of a range is not the range."""
    if claim.sort in ("ratio", "range"):
        return claim.values == quote.values
    if quote.sort == "range":
        return False
    return claim.values[0] in quote.values


def fits(claim: Figure, quote: Figure) -> str:
    """ "" where a quote's figure bears the claim's out as far as the figure itself goes, else what is wrong with it."""
    if not same_value(claim, quote):
        return "figure"
    if claim.percent != quote.percent:
        return "figure"
    if claim.signs & quote.signs or (">=" in claim.signs and ">" in quote.signs) or ("<=" in claim.signs and "<" in quote.signs):
        return ""
    return "comparator"


def _shared(claim: Figure, quote: Figure) -> float:
    """How many words two figures have beside them in common, levels aside."""
    return sum(w * quote.near[word] for word, w in claim.near.items() if word in quote.near and word not in _LEVEL_WORDS)


def nearest(claim: Figure, fitting: Sequence[Figure], others: Sequence[Figure]) -> str:
    """ "" where a claim's figure is said of what one of the `fitting` figures is said of, rather than of what the `others` are.

    Returns:
        "level", "year" or "indicator" else.
    """
    kept = [q for q in fitting if not (claim.levels and q.levels and not claim.levels & q.levels)]
    if claim.levels and kept and not any(q.levels for q in kept) and any(q.levels == claim.levels for q in others):
        kept = []
    if claim.levels and kept and len(kept) < len(fitting):
        # Two figures of one value: the level must be that of the one with the words.
        agreeing, other = max(_shared(claim, q) for q in kept), max(_shared(claim, q) for q in fitting if q not in kept)
        kept = [] if other > 1.5 * agreeing + 0.3 else kept
    if not kept:
        return "level"
    kept = [q for q in kept if not (claim.year and q.year and claim.year != q.year)]
    if not kept:
        return "year"
    if len(claim.levels) == 1 and any(q.levels == claim.levels for q in kept):
        return ""
    others = [q for q in others if not (claim.year and q.year and claim.year != q.year and any(k.year == claim.year for k in kept))]
    rivals = [q for q in others if q.percent == claim.percent and q.sort not in ("year", "worded")]
    if not rivals:
        return ""
    everything = [*kept, *rivals]
    held = {w: sum(w in q.near for q in everything) for w in claim.near}

    def score(q: Figure) -> float:
        return sum(
            weight * q.near[word] * log((len(everything) + 0.5) / held[word]) for word, weight in claim.near.items() if word in q.near
        )

    best, rival = max(map(score, kept)), max(map(score, rivals))
    return "indicator" if rival > 1.25 * best + 0.05 else ""
