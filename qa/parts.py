"""Questions that ask for several things at once: "lắp bao nhiêu trạm, rồi cách mấy cây số thì nhận được tin?", or one thing of one
place and another of the next: "ai làm trưởng ban ở Gia Lai, còn Bình Định ban chỉ đạo giúp ai?"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from documents.corrections import CENTRAL
from documents.normalise import fold
from index.analysis import Token, tokens
from qa.patterns import Kind, Measure, any_of, compares, of_each, plural, which_more
from qa.question import Question, Reader

_ASKS = any_of("bao nhiêu", "mấy", "nào", "gì", "ai", "đâu", "bao (?:giờ|lâu|xa)", "(?<!thì )sao", "mục đích")
_YES_NO = re.compile(r"(?<!\w)(?:không|chưa)\W*$")
_CLAUSE = re.compile(r"\s*[,;?](?:\s*(?:và|rồi|còn|xong)(?!\w))?\s*|\s+và\s+")
_ASKS_FIRST = re.compile(r"^(?:(?:\w+ )?(?:vì|tại|do) )?(?:sao|ai|đâu)(?!\w)")
_NEXT_PLACE = re.compile(r"\s*[,;?]\s*(?P<on>(?:(?:và|rồi|thế|vậy|thì|còn|con) )+)?")
_MENTIONED = re.compile(r"(?<!\w)có (?:được )?(?:nhắc|nêu|nói|đề cập|đặt ra|quy định)(?!\w)[^,;]*(?<!\w)(?:không|chưa)(?!\w)")
_MENTIONS = frozenset(
    ["còn", "có", "được", "nhắc", "nêu", "nói", "đề", "cập", "đặt", "ra", "quy", "định", "đến", "tới", "gì", "không", "chưa", "việc", "này"]
)
_OBJECT = 2  # words that tell by themselves what is mentioned
_LEAST = 3  # syllables of its own that a part must have to be told by them; a shorter one is about what the whole question is about
_MOST = 3
_AND = re.compile(r"(?<!\w)(?:và|lẫn|cùng)(?!\w)|,")
_BESIDE = re.compile(r"(?<!\w)(?:và|lẫn|cùng|(?:so )?với|hay|hoặc|còn)(?!\w)|,")
_EACH = re.compile(r"(?<!\w)mỗi (?:cái|thứ|bên|loại|món|chỉ tiêu|mục|nhóm) (?:là |đạt |chiếm )?(?:bao nhiêu|mấy)(?!\w)")
_EXTREMES = {"so", "mỗi", "cao", "thấp", "nhiều", "ít", "lớn", "nhỏ", "bên", "cái"}
_TIMES = {"năm", "hằng", "hàng", "hiện", "nay", "mốc", "giữa", "khác", "nhau", "so", "sánh", "hơn", "kém", "chênh", "lệch"}
_JOINED = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:[,;/]|(?:và|với|so với|còn|cùng|hay|hoặc)(?!\w))")
_NAMES, _SHORT = 2, 4  # syllables that name a thing, and that go on with what the thing before begins with


@dataclass(frozen=True, slots=True)
class Part:
    """One of several things that a question asks for, with the places, documents and years of the whole."""

    question: Question
    own: bool
    """Whether it says itself what it is about; else it asks of what the whole question is about ("…, hạn đến bao giờ?")."""


def apart(reader: Reader, question: Question) -> list[Part]:
    """The things that `question` asks for; none where it is one, or where it compares."""
    said = clauses(question.normalised)
    if each := _side_by_side(question):
        return each
    if not 1 < len(said) <= _MOST or question.completed or question.kind in (Kind.COMPARE, Kind.METADATA):
        return []
    found = []
    for i, clause in enumerate(said):
        if i and of_each(clause):
            continue  # told with what is listed
        part = reader.read(clause, normal=True)
        if part.facts or part.greeting or part.kind is Kind.COMPARE:
            return []
        found.append(_within(question, part))
    return found


def things(question: Question, *, beside: bool = False) -> list[tuple[Token, ...]]:
    """The topics of the things that "và" or a comma sets side by side, with `beside` those that "với" or "hay" does too; none where there
    is one."""
    levels = {b.word for a, b in zip(question.topic, question.topic[1:], strict=False) if a.word == "cấp"}
    said = ({t.word for t in question.strong} | levels) - _TIMES - (_EXTREMES if beside else set())
    split = (_BESIDE if beside else _AND).split(question.normalised)
    pieces = (tuple(t for t in tokens(piece) if not t.stop and t.word in said) for piece in split)
    found: list[tuple[Token, ...]] = []
    for topic in pieces:
        if len(topic) < _NAMES:
            continue
        shared = next((i for i, t in enumerate(found[-1]) if i and t.word == topic[0].word), 0) if found else 0
        # "Hồ sơ nộp trực tuyến cấp tỉnh và cấp xã": what stands before "cấp" is said of both.
        found.append((*found[-1][:shared], *topic) if shared and len(topic) <= _SHORT else topic)
    return found if 1 < len(found) <= _MOST else []


def of_each_place(question: Question) -> list[Question]:
    """A question for each place, where something else is asked of each; none where the same is asked of all."""
    each = own_topics(question)
    kind = Kind.FIGURE if question.measure else Kind.WHO if question.who else Kind.LIST
    return [replace(question, kind=kind, provinces=(place,), topic=topic, mentions=()) for place, topic in each.items()]


def own_topics(question: Question) -> dict[str, tuple[Token, ...]]:
    """What is asked of each place, where something else is asked of each ("kinh phí khen thưởng của A và kinh phí đề án của B lấy từ
    đâu?"): what stands before its name, and what is asked of all behind the last; empty where the same is asked of all."""
    places = [p for p, _, _ in question.mentions]
    if len(places) < 2 or sorted(places) != sorted(question.provinces):
        return {}
    strong = {t.word for t in question.strong} - _TIMES
    found: dict[str, tuple[Token, ...]] = {}
    begin = 0
    for place, start, end in sorted(question.mentions, key=lambda m: m[1]):
        before = question.normalised[begin:start]
        if _asks(before) or (begin and not _JOINED.match(before)):
            return {}  # what is asked stands before all of them, or says something of the first
        found[place] = tuple(t for t in tokens(question.normalised[begin:start]) if not t.stop and t.word in strong)
        begin = end
    shared = tuple(t for t in tokens(question.normalised[begin:]) if not t.stop and t.word in strong)
    own = [{t.word for t in topic} for topic in found.values()]
    if any(len(one) < _NAMES or len(one - other) < _NAMES for one in own for other in own if one is not other):
        return {}
    return {place: (*topic, *shared) for place, topic in found.items()}


def _side_by_side(question: Question) -> list[Part]:
    """Each of several things that are compared in one place, in each of the years over which they are ("so sánh A và B giữa năm 2021 và
    năm 2025", "A và B, cái nào cao hơn?")."""
    lowered = question.normalised.lower()
    asked = question.kind in (Kind.FIGURE, Kind.TEXT, Kind.LIST, Kind.WHO) or (
        question.kind is Kind.COMPARE and len(question.provinces) < 2
    )
    if question.completed or not asked or not (compares(lowered) or which_more(lowered) or _EACH.search(lowered)):
        return []
    over_years = len(question.years) > 1
    measure = Measure.COUNT if over_years else question.measure
    kind = Kind.FIGURE if measure else Kind.LIST
    return [
        Part(replace(question, kind=kind, topic=topic, years=years, measure=measure, counted=(), names=(), supposed=()), True)
        for topic in things(question, beside=not over_years)
        for years in ([(year,) for year in question.years] if over_years else [question.years])
    ]


def by_place(reader: Reader, question: Question, going_on: Callable[[Question, Question], Question]) -> list[Question]:
    """The questions of a question that asks one thing of one place or document and then goes on to another; none where it asks one thing
    of all that it names. `going_on` completes the second of two questions by the first."""
    if question.completed or len(question.provinces) + len(question.document_ids) + len(question.beside) < 2:
        return []
    pieces: list[str] = []
    last, goes_on = 0, False
    for bound in (*_NEXT_PLACE.finditer(question.normalised), None):
        end = bound.start() if bound else len(question.normalised)
        piece = question.normalised[last:end].strip()
        if piece:
            if pieces and not _of_another(reader, pieces[-1], piece, goes_on=goes_on):
                pieces[-1] = f"{pieces[-1]}, {piece}"
            else:
                pieces.append(piece)
        if bound:
            last, goes_on = bound.end(), bound["on"] is not None
    if len(pieces) < 2:
        return []
    found: list[Question] = []
    as_read: list[Question] = []
    for piece in pieces:
        read = reader.read(f"còn {piece}" if found else piece, normal=True)  # as one would go on after an answer
        as_read.append(read)
        if found:
            said = replace(going_on(found[-1], read), completed="")
            if _MENTIONED.search(piece.lower()):
                # "… bao nhiêu giờ, Bình Định có nêu việc này không?" asks of the same, and for no figure of it.
                own = [t for t in read.strong if t.word not in _MENTIONS]
                topic = said.topic if len(own) >= _OBJECT else found[-1].topic
                said = replace(said, topic=topic, measure=None, counted=(), kind=Kind.TEXT, yes_no=True)
            found.append(said)
        else:
            found.append(read)
    if question.kind is Kind.COMPARE and all(_as_the_first(as_read[0], q) for q in as_read[1:]):
        return []  # "… Nghệ An mấy lần, Tây Ninh mấy lần?" compares
    told = [_places(q) for q in found]
    apart_ = all(told) and sum(map(len, told)) == len(set().union(*told))
    return found if apart_ and not any(q.facts or q.greeting for q in found) else []


def _of_another(reader: Reader, before: str, piece: str, *, goes_on: bool) -> bool:
    """Whether `piece` asks of another place than what stands before it, and does not only name one more place for the same question."""
    earlier, later = reader.read(before, normal=True), reader.read(piece, normal=True)
    if not _places(later) or _places(later) & _places(earlier) or compares(piece.lower()) or not (_asks(piece) or goes_on):
        return False
    last = before.split()[-1].lower()
    return goes_on or (_asks(before) and fold(last) not in earlier.place_terms)


def _as_the_first(first: Question, later: Question) -> bool:
    """Whether a piece asks for the figure that the first asks for, of another place, and says nothing of its own."""
    said = {t.word for t in first.topic}
    return first.measure is not None and later.measure is first.measure and not any(t.word not in said for t in later.strong)


def _places(question: Question) -> set[str]:
    return {*question.document_ids} or {*question.provinces, *question.absent}


def _asks(clause: str) -> bool:
    lowered = plural(clause.lower(), "   ")
    return _ASKS.search(lowered) is not None or _YES_NO.search(lowered) is not None


def clauses(text: str) -> list[str]:
    """The stretches of a question that ask something. What asks nothing belongs to what is asked next; to what was asked before at the
    end, and where that began with what it asks ("vì sao các cấp, các ngành …, lỗi ở đâu?")."""
    lowered = plural(text.lower(), "   ")  # as long as what it stands for
    bounds = [(m.start(), m.end()) for m in _CLAUSE.finditer(text)]
    starts, ends = [0, *(b for _, b in bounds)], [*(a for a, _ in bounds), len(text)]
    found: list[tuple[int, int]] = []
    pending: int | None = None
    for start, end in zip(starts, ends, strict=True):
        clause = lowered[start:end]
        if not clause.strip():
            continue
        if _ASKS.search(clause) or _YES_NO.search(clause):
            found.append((start if pending is None else pending, end))
            pending = None
        elif found and _ASKS_FIRST.match(lowered[found[-1][0] :]):
            found[-1] = (found[-1][0], end)
        elif pending is None:
            pending = start
    if pending is not None and found:
        found[-1] = (found[-1][0], len(text))
    return [text[start:end] for start, end in found]


def _within(whole: Question, part: Question) -> Part:
    own = len(part.strong) >= _LEAST
    asked = replace(
        part,
        provinces=whole.provinces,
        absent=whole.absent,
        by_successor=whole.by_successor,
        by_merger=whole.by_merger,
        document_ids=whole.document_ids,
        beside=whole.beside,
        place_terms=whole.place_terms,
        years=part.years or whole.years,
        topic=part.topic if own else whole.topic,
        widened=part.widened if own else whole.widened,
        names=part.names if own else whole.names,
        acronyms=part.acronyms if own else whole.acronyms,
        districts=part.districts if own else whole.districts,
        tense=part.tense or whole.tense,
        asks_place=part.asks_place and set(whole.provinces) <= {CENTRAL},
    )
    return Part(asked, own)
