"""What speaks for a unit as evidence, as numbers, and how much each counts.

The weights are data (`qa/data/evidence.json`), fitted by `python -m eval.learn`: one set for questions that ask for a figure,
one for all others.
"""

import functools
import json
import re
from importlib import resources

from documents.resolution import Passage, Resolution
from index.rows import Head
from index.search import Hit, Weights
from qa import tables
from qa.patterns import Kind
from qa.question import Question
from qa.units import Unit, situation_years

SITUATION = re.compile(r"(?i)tình hình|kết quả|hạn chế|thực trạng|sự cần thiết")
"""Headings below which a document tells how things are."""
_ASKS_SITUATION = re.compile(
    r"(?i)\b(?:hiện|hạn chế|kết quả|nguyên nhân|lý do|đạt được|tình hình|vì sao|tại sao|sao|khó khăn|yếu|đang|đã|chậm|tồn tại"
    r"|thực trạng|xếp|hạng|năm 20(?:1\d|2[0-2]))\b"
)
_W = Weights()
_SEARCHED = tuple((n, getattr(_W, n)) for n in ("vector", "exact", "folded", "heading", "expansion", "year", "figure", "aside"))
_TARGETS = re.compile(r"(?i)mục tiêu|chỉ tiêu")
_DUTIES = re.compile(r"(?i)tổ chức thực hiện")
_BODY_FIRST = re.compile(
    r"(?:\d+\. )?(?:Các )?(?:Ban|Sở|Ủy ban|Đảng đoàn|Đảng ủy|Tỉnh ủy|cấp ủy|Văn phòng|Bộ|Công an|Hội đồng|Mặt trận|Đoàn"
    r"|huyện ủy|Huyện ủy|Cục|Thanh tra)\b"
)
FEATURES = (
    "vector",
    "exact",
    "folded",
    "heading",
    "expansion",
    "dated",
    "digit",
    "aside",
    "coverage",
    "own",
    "year",
    "no_figure",
    "missing",
    "counted",
    "section",
    "leaf",
    "subject",
    "targets",
    "duties",
    "body",
    "situation",
    "says_year",
    "defines",
)
"""
vector … aside: the parts of the passage's search score, before their weights there. coverage: share of the topic said by unit,
passage and headings; own: by the unit itself. year, counted, missing: as in `qa.evidence.Scored`. section: headings of the kind
that answers such questions; leaf: share of the topic in the nearest heading; subject: the passage is about the body named;
targets, duties: below such headings; body: begins with a body, where one is asked for (-0.75: doesn't); situation: tells of the
situation, which is not asked for; says_year: names a year, where one is asked for; defines: says what the topic is.
"""


@functools.cache
def weights(figure: bool) -> tuple[float, ...]:
    """How much each of `FEATURES` counts, for questions that ask for a figure or for others."""
    raw = json.loads((resources.files("qa") / "data" / "evidence.json").read_text("utf-8"))["weights"]["figure" if figure else "other"]
    return tuple(float(raw[name]) for name in FEATURES)


@functools.lru_cache(maxsize=1 << 12)
def _sort_of(path: tuple[str, ...]) -> tuple[bool, bool, bool]:
    """Whether a passage below the headings `path` tells of the situation, of targets, of who does what."""
    said = " / ".join(path)
    return SITUATION.search(said) is not None, _TARGETS.search(said) is not None, _DUTIES.search(said) is not None


def of_passage(question: Question, hit: Hit, section: float, leaf: float, subject: float) -> tuple[float, ...]:
    """The features that all units of a passage share, in the order of `FEATURES`."""
    passage, part = hit.passage, hit.parts.get
    of_situation, of_targets, of_duties = _sort_of(passage.path)
    who = question.kind is Kind.WHO
    body = who and (_BODY_FIRST.match(passage.text) is not None or any(tables.asks(head, "who") for head in passage.columns))
    situation = question.kind is not Kind.FIGURE and of_situation and not _ASKS_SITUATION.search(question.normalised)
    return (
        *[part(name, 0.0) / weight for name, weight in _SEARCHED],
        section,
        leaf,
        subject,
        float(question.measure is not None and of_targets),
        float(who and of_duties),
        (1.0 if body else -0.75) if who else 0.0,
        float(bool(situation)),
    )


def defines(question: Question, unit: Unit) -> bool:
    """Whether the unit opens with what is asked about and says what it is ("Chuyển đổi số là quá trình …")."""
    topic = " ".join(t.word for t in question.strong[-3:])
    return unit.text.lower().startswith(f"{topic} là ")


def leaf_share(question: Question, wanted: dict[str, float], total: float, leaf: frozenset[str]) -> float:
    """For lists and tasks, how much of the topic the passage's own heading names."""
    if question.measure or not leaf:
        return 0.0
    return sum(w for t, w in wanted.items() if t in leaf) / total


def year_fit(question: Question, passage: Passage, of_unit: set[str], head: Head | Resolution) -> int:
    """1 where a unit of the years `of_unit` is of a year asked, 0 where it is undated, -1 where it is of another year; `head`: of its
    document."""
    asked = _written(question.years)
    if of_unit:
        return 1 if of_unit & asked else -1
    situation = _sort_of(passage.path)[0]
    if situation and asked & situation_years(head.issued):
        return 1
    # What is the case today says nothing about the year a target is set for, nor about any later one.
    later = not question.now and bool(head.issued) and min(asked) > str(head.issued)[:4]
    return -1 if situation and (later or all(y in head.title for y in asked)) else 0


@functools.lru_cache(maxsize=64)
def _written(years: tuple[int, ...]) -> frozenset[str]:
    return frozenset(map(str, years))
