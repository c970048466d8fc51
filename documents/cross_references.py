"""Places of the same document that a text refers to: "chủ trì thực hiện nhiệm vụ tại điểm d khoản 1 và điểm c khoản 5 mục V".

A place is told by the labels of the headings and items it stands below, from the top down; one that leaves its upper part
out ("khoản 6, … và điểm b khoản 5 Điều 3") has that of the next in the same passage that tells it.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from documents.resolution import Passage, Resolution

_LABEL = r"(?:\d{1,2}(?:\.\d{1,2})*|[IVXL]+(?:\.\d{1,2})*|[A-HĐ](?:\.(?:[IVXL]+|\d{1,2}))*|[a-zđ])(?![\w/%])"
_KINDS = {"điểm": 1, "khoản": 2, "tiểu mục": 3, "mục": 4, "điều": 5, "chương": 6, "phần": 6}
_POINT, _CLAUSE, _ARTICLE = (_KINDS[kind] for kind in ("điểm", "khoản", "điều"))
_PART = re.compile(
    rf"(?<!\w)(?P<kind>{'|'.join((*_KINDS, *(k.capitalize() for k in _KINDS)))})\s+"
    rf"(?P<labels>{_LABEL}(?:\s*(?:,|và|hoặc)\s*{_LABEL})*)"
)
_BETWEEN = re.compile(r"\s*(?:,|;|và|hoặc|cùng|,\s*và)\s*")
_JOINED = re.compile(r"\s*,?\s*(?:của\s+|thuộc\s+)?")
_ELSEWHERE = re.compile(
    r"\s*,?\s*(?:của\s+|tại\s+)?(?:Bộ luật|Luật|Pháp lệnh|Hiến pháp|Nghị (?:định|quyết)|Quyết định|Thông tư|Chỉ thị|Kết luận|Công văn|"
    r"Kế hoạch|Chương trình|Đề án)(?!\s+này)(?!\w)"
)
_AMOUNT = re.compile(r"\s*(?:nghìn|triệu|tỷ|đồng|lần|ngày|tháng|năm)(?!\w)")
_MARK = re.compile(rf"^\W{{0,3}}(?:(?P<kind>Điều|ĐIỀU|Chương|CHƯƠNG|Phần|PHẦN|Mục|MỤC)\s+(?:thứ\s+)?)?(?P<label>{_LABEL})\s*[.):–/-]?\s")
_DEEPEST = 6  # labels


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a passage refers to, and where in the document's text it does so: [start, end)."""

    labels: tuple[str, ...]
    """From the top down: ("D", "V", "4"); an article's is "Điều 3"."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Told:
    """A place as far as it is told: its parts from the lowest up, each with its rank."""

    parts: tuple[tuple[int, tuple[str, ...]], ...]
    start: int
    end: int

    @property
    def top(self) -> int:
        return self.parts[-1][0]

    def below(self, other: "_Told") -> "_Told":
        """With those parts of another place that stand above its own."""
        return replace(self, parts=(*self.parts, *(p for p in other.parts if p[0] > self.top)))


def address(passage: Passage) -> tuple[str, ...]:
    """The labels of the headings above a passage, from the top down, and of the passage itself."""
    return tuple(label for text in (*passage.path, passage.text) if (label := _label(text)))


def _label(text: str) -> str | None:
    mark = _MARK.match(text)
    if mark is None or (mark["kind"] is None and not re.match(r"\s*[.):–/-]", text[mark.end("label") :])):
        return None
    return f"Điều {mark['label']}" if (mark["kind"] or "").lower() == "điều" else mark["label"]


def depth(labels: tuple[str, ...], of: tuple[str, ...]) -> int:
    """How many labels of the address `of` lead down to the place `labels`; 0 where a passage with that address is neither there nor
    below it."""
    size = len(labels)
    return next((i + size for i in range(len(of) - size + 1) if of[i : i + size] == labels), 0)


def places(document: Resolution) -> dict[str, tuple[Place, ...]]:
    """By the ids of the passages that refer to any, the places of the same document that they refer to."""
    found: dict[str, tuple[Place, ...]] = {}
    earlier: dict[tuple[str, ...], _Told] = {}  # by headings: the last place told in full below them
    for passage in document.passages:
        if passage.kind != "body" or not (told := _completed(list(_told(passage)), document.text, earlier.get(passage.path))):
            continue
        earlier[passage.path] = told[-1]
        own = address(passage)
        named = (Place(tuple(label for _, labels in reversed(t.parts) for label in labels)[:_DEEPEST], t.start, t.end) for t in told)
        if kept := tuple(p for p in named if not depth(p.labels, own)):
            found[passage.id] = kept
    return found


def _completed(told: list[_Told], text: str, earlier: _Told | None) -> list[_Told]:
    """The places of one passage with the upper parts they leave out; those that nothing tells the upper part of are left out."""
    whole: list[_Told] = []
    for i in reversed(range(len(told))):  # the upper part is told by the last of an enumeration
        place = told[i]
        if i and text.endswith("trừ ", 0, place.start) and told[i - 1].top > _CLAUSE:
            place = place.below(told[i - 1])  # "mục IV, trừ khoản 4"
        elif whole and (place.top > _POINT or whole[-1].start == place.start or _BETWEEN.fullmatch(text[place.end : whole[-1].start])):
            place = place.below(whole[-1])
        elif earlier is not None and place.top == _CLAUSE:
            place = place.below(earlier)
        if place.top > _CLAUSE:
            whole.append(place)
    return whole[::-1]


def _told(passage: Passage) -> Iterator[_Told]:
    """What a passage names, each as far up as it is told there; a place of another document is left out."""
    text = passage.text
    at = 0
    while part := _PART.search(text, at):
        parts = [part]
        at = part.end()
        while (join := _JOINED.match(text, at)) and (higher := _PART.match(text, join.end())) and _rank(higher) > _rank(parts[-1]):
            parts.append(higher)
            at = higher.end()
        if _ELSEWHERE.match(text, at) or _AMOUNT.match(text, at):
            continue
        for labels in itertools.product(*map(_labels, parts)):
            yield _Told(tuple(zip(map(_rank, parts), labels, strict=True)), passage.start + part.start(), passage.start + at)


def _rank(part: re.Match[str]) -> int:
    return _KINDS[part["kind"].lower()]


def _labels(part: re.Match[str]) -> list[tuple[str, ...]]:
    """Each place that one part names, as labels from the top down: "mục D.V" is V below D; "1.5" is a label by itself."""
    named = re.findall(_LABEL, part["labels"])
    if _rank(part) == _ARTICLE:
        return [(f"Điều {label}",) for label in named]
    return [tuple(label.split(".")) if label[0].isupper() else (label,) for label in named]
