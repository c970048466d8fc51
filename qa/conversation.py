"""Follow-up questions: completed from the turns before, so that they can be understood alone.

"còn năm 2030?" takes topic and place from the question before and brings its own year; "thế Bình Định?" brings its own
place; a question that names its own topic takes over at most the place.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence

from index.analysis import Token
from qa import duty_patterns
from qa.demands import Tense
from qa.patterns import Kind, Measure, over_places, which_more
from qa.question import Question, Reader

_LOOKED_AT = 12  # turns that are read at all
_TURNS = 4  # how far back a chain of follow-ups is traced
_ENOUGH = 4  # topic words that make a question stand alone
_POINTING = re.compile(
    r"^(?:còn|thế|vậy|rồi|thế còn|vậy còn|nói rõ|nói thêm|cụ thể|chi tiết|kể thêm|giải thích)\b"
    r"|\b(?:việc|cái|con số|chỉ tiêu|mục tiêu|phần|điều|chuyện|nội dung|số|lên|ở|tỉnh|nơi|chỗ|lĩnh vực|mảng|mốc) (?:đó|ấy|này|kia|trên)\b"
    r"|^(?:bao giờ|khi nào|ở đâu|ai|bao nhiêu|mấy|vì sao|tại sao|cơ quan nào|đơn vị nào)\b"
)
_INSTEAD = re.compile(r"(?i)(?:(?:thế|vậy) )?còn (?!.*(?<!\w)(?:đó|ấy|này|kia)(?!\w))")
""" "Còn số công bố khoa học thì tăng bao nhiêu?": what is named takes the place of what was asked before."""
_BESIDE = re.compile(r"(?<!\w)so (?:với|sánh)(?!\w)")
_FIELD = re.compile(r"(?<!\w)(?:ngành|mảng|lĩnh vực|(?:rõ|kỹ|sâu|chi tiết|thêm)(?: hơn)?(?: nữa)? (?:về|phần)(?: phần| mảng| ngành)?)\s+\w")
""" "Còn ngành giáo dục thì làm gì?", "nói rõ hơn về phần y tế": a field takes the place of the one asked about before."""
_YEAR_BESIDE = re.compile(
    r"(?i)(?<!\w)năm (?:(?:liền |ngay |kế )?(?:(?P<after>sau)|trước) (?:đó|ấy)|(?:liền|ngay|kế) (?:(?P<next>sau)|trước)"
    r"|(?P<following>kế tiếp|tiếp theo|kế đó|tiếp đó))(?!\w)"
)
"""The year before or after the one that was asked about."""
_MORE = frozenset(("nói", "rõ", "kỹ", "hơn", "thêm", "chi", "tiết", "phần", "giải", "thích", "kể"))
_TIMES = frozenset(("mốc", "lúc", "giai", "đoạn", "thời", "điểm", "đó"))
_FIELDS = frozenset(("ngành", "mảng", "lĩnh", "vực"))
_THAT = re.compile(r"(?<!\w)(?:này|đó|ấy|kia|nào|trên|khác)(?!\w)")
# Words that ask for more without naming a topic.
_EMPTY = frozenset(
    [
        "con",
        "so",
        "rõ",
        "hơn",
        "phần",
        "mốc",
        "lúc",
        "năm",
        "chi",
        "tiết",
        "nói",
        "thêm",
        "giải",
        "thích",
        "số",
        "đó",
        "bên",
        "yêu",
        "cầu",
        "mức",
        "chỗ",
        "đạt",
        "chịu",
        "trách",
        "nhiệm",
        "nhiêu",
        "giai",
        "đoạn",
        "sau",
        "tỉnh",
        "liệt",
        "kê",
        "kể",
        "ra",
        "giúp",
        "kèm",
        "nhắc",
        "nêu",
        "đề",
        "cập",
    ]
)


Alone = Callable[[Question], bool]
"""Whether a question with the place taken over, but no more, finds by itself what it asks about."""


def complete(reader: Reader, question: Question, history: Sequence[Mapping[str, str]], alone: Alone) -> Question:
    """`question` with what it leaves out taken from `history` (turns {"role", "content"}, oldest first)."""
    before = [turn.get("content", "") for turn in history if turn.get("role") == "user"]
    says = question.topic or question.years or question.provinces or _POINTING.search(question.normalised.lower())
    if not before or question.greeting or not says:
        return question
    turns = [reader.read(text) for text in before[-_LOOKED_AT:]]
    # Small talk leaves nothing to go on from.
    turns = [t for t in turns if not t.greeting and (t.topic or t.provinces or t.absent or t.years)][-_TURNS:]
    earlier: Question | None = None
    for read in turns:
        earlier = _merge(earlier, read, alone) if earlier else read
    return _merge(earlier, question, alone) if earlier else question


def going_on(earlier: Question, question: Question, alone: Alone) -> Question:
    """`question` with what it leaves out taken from the one right before it."""
    return _merge(earlier, question, alone)


def _own_topic(question: Question) -> list[Token]:
    return [t for t in question.topic if t.word not in _EMPTY and not t.folded.isdigit()]


def _of_year_beside(earlier: Question, question: Question) -> Question:
    """`question` with "năm sau đó" read as the year after that which was asked about."""
    said = _YEAR_BESIDE.search(question.normalised)
    if not said or question.years or len(earlier.years) != 1:
        return question
    year = earlier.years[0] + (1 if any(said.groupdict().values()) else -1)
    return dataclasses.replace(question, years=(year,), normalised=_YEAR_BESIDE.sub(f"năm {year}", question.normalised, count=1))


def _merge(earlier: Question, question: Question, stands_alone: Alone) -> Question:
    question = _of_year_beside(earlier, question)
    pointing = _POINTING.search(question.normalised.lower()) is not None
    enough = _ENOUGH if not pointing else _ENOUGH + 1 if _INSTEAD.match(question.normalised) else 2 * _ENOUGH
    alone = len(_own_topic(question)) >= enough
    if _INSTEAD.match(question.normalised) and duty_patterns.duties(question.normalised.lower()) and len(_own_topic(question)) > 1:
        alone = True  # "Còn các trường đại học thì tỉnh giao làm gì?" asks for another thing of another body
    places = bool(question.provinces or question.absent)
    field = tuple(t for t in question.topic if t.word not in _MORE)
    lowered = question.normalised.lower()
    if _FIELD.search(lowered) and not _THAT.search(lowered) and question.measure is None and any(t.word not in _FIELDS for t in field):
        alone = True
        question = dataclasses.replace(question, topic=field, broad=True)
    if alone and (places or (question.kind is Kind.COMPARE and over_places(lowered))):
        return question
    inherited: dict[str, object] = {}
    of_district = {w for name in question.districts for w in name.split()}
    if of_district and all(t.folded in of_district for t in _own_topic(question)):
        inherited["districts"] = ()  # "Quy Nhơn thì sao?" only names another place for what was asked before
    if (_BESIDE.search(lowered) or which_more(lowered)) and places and not question.document_ids:
        # "So với Trà Vinh thì bên nào tăng mạnh hơn?" asks of the place before as well.
        inherited["provinces"] = tuple(dict.fromkeys((*earlier.provinces, *question.provinces)))
    if not places:
        inherited.update(
            provinces=earlier.provinces,
            document_ids=earlier.document_ids,
            absent=earlier.absent,
            by_successor=earlier.by_successor,
            by_merger=earlier.by_merger,
            place_terms=question.place_terms | earlier.place_terms,
            years=question.years or (earlier.years if question.measure else ()),
        )
    if not alone and not (len(_own_topic(question)) > 1 and stands_alone(dataclasses.replace(question, **inherited))):  # type: ignore[arg-type]
        said = {t.folded for t in question.topic}
        # "còn mốc 2026 thì sao?" names nothing that the earlier question was not about.
        topic = (*(t for t in earlier.topic if t.folded not in said), *(t for t in question.topic if t.word not in _TIMES))
        topic = tuple(t for t in topic if t.folded not in question.place_terms and t.folded not in earlier.place_terms)
        kind = question.kind if question.kind not in (Kind.TEXT, Kind.LIST) or earlier.kind is Kind.TEXT else earlier.kind
        if kind is Kind.COMPARE and len(question.provinces or earlier.provinces) < 2:
            kind = Kind.FIGURE if earlier.measure else Kind.LIST
        inherited.update(
            topic=topic,
            inherited=frozenset(t.word for t in topic if t.folded not in said),
            years=_years(earlier, question),
            now=question.now or (_BESIDE.search(lowered) is not None and earlier.tense is Tense.PRESENT),
            measure=_measure(earlier, question, kind),
            kind=kind,
            widened=tuple(dict.fromkeys((*question.widened, *earlier.widened))),
            names=tuple(dict.fromkeys((*question.names, *earlier.names))),
            acronyms=tuple(dict.fromkeys((*question.acronyms, *earlier.acronyms))),
            counted=question.counted or earlier.counted,
            normalised=f"{_without(earlier, question)} {question.normalised}".strip(),
        )
    merged = dataclasses.replace(question, **inherited)  # type: ignore[arg-type]
    if len(merged.provinces) > 1:
        merged = dataclasses.replace(merged, kind=Kind.COMPARE)
    elif merged.kind is Kind.COMPARE and merged.provinces:  # "Việc nào xong sớm nhất?" asks of the place that was asked about
        merged = dataclasses.replace(merged, kind=Kind.FIGURE if merged.measure else Kind.LIST)
    return dataclasses.replace(merged, completed=_shown(merged)) if inherited else merged


def _measure(earlier: Question, question: Question, kind: Kind) -> Measure | None:
    """The sort of figure asked for now: a bare "bao nhiêu" asks for the sort that was asked for before."""
    if question.measure is Measure.COUNT and not question.counted and earlier.measure:
        return earlier.measure
    return question.measure or (earlier.measure if kind in (Kind.FIGURE, Kind.COMPARE) else None)


def _years(earlier: Question, question: Question) -> tuple[int, ...]:
    """The years that are asked about now; with those from before, where the two are set side by side ("so với năm 2026 thì sao?")."""
    if not question.years and question.tense is Tense.PRESENT:
        return ()
    if question.years and _BESIDE.search(question.normalised.lower()):
        return tuple(sorted({*earlier.years, *question.years}))
    return question.years or earlier.years


def _shown(question: Question) -> str:
    """The completed question as a person is told it: its text, and the place and year that it takes over."""
    said = question.normalised.rstrip(" ?.!")
    added = [p for p in (*question.provinces, *map(str, question.years)) if p.lower() not in said.lower()]
    return f"{said} ({', '.join(added)})" if added else said


def _without(earlier: Question, question: Question) -> str:
    """The earlier question's text without the place and years that the new one replaces."""
    text = earlier.normalised
    if question.provinces:
        for name in earlier.provinces:
            text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    if question.years:
        text = re.sub(r"(?:năm |mốc )?\b20\d\d\b", "", text)
    return re.sub(r"\s+", " ", text).rstrip(" ?.!")
