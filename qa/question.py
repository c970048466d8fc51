"""Reading a question: what is asked, about which place and year, and in which words the documents would say it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from documents.normalise import UPPER, canonical, fold, nfc, words
from documents.places import key, province_names, successors
from index.analysis import Token, spell_out, tokens, weak_words, widen
from index.language import Restorer, general_counts


class Kind(StrEnum):
    """What shape of answer a question wants."""

    FIGURE = "figure"
    LIST = "list"
    WHO = "who"
    METADATA = "metadata"
    COMPARE = "compare"
    TEXT = "text"


class Measure(StrEnum):
    """What sort of figure is asked for."""

    PERCENT = "percent"
    RANK = "rank"
    GROUP = "group"
    MONEY = "money"
    COUNT = "count"
    DATE = "date"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. Province names are those of the library's documents."""

    typed: str
    normalised: str
    """Abbreviations written out, diacritics restored: what the embedder sees."""
    kind: Kind
    provinces: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    """Provinces that are named and of which the library has nothing."""
    by_successor: tuple[tuple[str, str], ...] = ()
    """(name since 2025 as asked, province of the document that serves it)."""
    years: tuple[int, ...] = ()
    measure: Measure | None = None
    facts: tuple[str, ...] = ()
    """For metadata questions, which facts: number | issued | body | signer | recipients."""
    widened: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """Everyday phrases in it (folded words) with official phrases that may say the same."""
    place_terms: frozenset[str] = frozenset()
    topic: tuple[Token, ...] = ()
    """The words that carry what it is about: no stop words, places, years."""
    names: tuple[str, ...] = ()
    """Folded words that are no Vietnamese syllables (ICT, LGSP, FPT): the evidence must hold them."""
    acronyms: tuple[str, ...] = ()
    """Those of the names that were typed in capitals."""
    counted: tuple[str, ...] = ()
    """Folded words right behind "bao nhiêu"/"mấy": what is counted."""
    inherited: frozenset[str] = frozenset()
    """Words of the topic that come from the turns before."""
    greeting: str | None = None
    yes_no: bool = False
    opinion: bool = False
    """Asks what the assistant itself thinks."""

    @property
    def strong(self) -> tuple[Token, ...]:
        """The topic without words that only shape the question; all of it where nothing else is left."""
        said = [t.word for t in self.topic]
        weak = {i for i, w in enumerate(said) if w in weak_words()}
        for i, pair in enumerate(zip(said, said[1:], strict=False)):
            if "_".join(pair) in weak_words():
                weak |= {i, i + 1}
        return tuple(t for i, t in enumerate(self.topic) if i not in weak) or self.topic

    @property
    def keywords(self) -> tuple[str, ...]:
        """All official phrases for its everyday words."""
        return tuple(dict.fromkeys(o for _, official in self.widened for o in official))


_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_RANGE = re.compile(r"(?<!\d)20[0-4]\d\s*(?:-|–|đến|tới)\s*(?=20[0-4]\d)")
_ALL = re.compile(
    r"\b(?:bốn|4|cả bốn|các|mỗi|từng|những|mấy|ba|3|hai|2|cả) (?:tỉnh|địa phương|nơi|nghị quyết|văn bản)\b|\b(?:tỉnh|địa phương|nơi) nào\b"
)
_COMPARE = re.compile(r"\b(?:so sánh|so với|khác nhau|khác gì|giống nhau|hơn ai|ai hơn|cao nhất|thấp nhất|nhiều nhất|ít nhất là tỉnh|sớm nhất|muộn nhất)\b")
_METADATA = {
    "signer": re.compile(r"\b(?:ai|người nào|đồng chí nào|ông nào|bà nào) (?:là người )?(?:đã )?ký\b|\bngười ký\b|\bký (?:nghị quyết|văn bản|ban hành|ngày|tên)\b|\bdo ai ký\b|\b(?:chức danh|chức vụ)\b.*\bký\b|\bký\b.*\b(?:chức danh|chức vụ)\b"),
    "issued": re.compile(r"\bký (?:nghị quyết|văn bản|ban hành)?.*\b(?:ngày|khi|hôm|lúc|năm) nào\b|\b(?:ban hành|ra đời|ra|có hiệu lực|đề) (?:vào )?(?:từ )?(?:ngày|khi|hôm|lúc|năm|tháng) (?:nào|mấy)\b|\bngày (?:tháng )?(?:ban hành|ký|ra)\b|\bbao giờ (?:thì )?ban hành\b|\bban hành bao giờ\b"),
    "number": re.compile(r"\bsố hiệu\b|\bký hiệu\b|\b(?:nghị quyết|văn bản) (?:này |đó )?(?:mang )?số (?:mấy|bao nhiêu|nào|gì|hiệu)\b|\bmang số\b|\bsố (?:của )?(?:nghị quyết|văn bản)\b"),
    "body": re.compile(r"\b(?:ai|cơ quan nào|cấp nào|tổ chức nào|đơn vị nào|ban nào) (?:đã )?(?:là nơi )?(?:ban hành|ra nghị quyết)\b|\bdo (?:ai|cơ quan nào|cấp nào) ban hành\b|\bcơ quan ban hành\b|\bban hành bởi\b"),
    "recipients": re.compile(r"\bnơi nhận\b|\bgửi (?:cho|đến|tới) (?:ai|những ai|cơ quan nào|những cơ quan|những nơi|đâu)\b"),
}
_PERCENT = re.compile(r"%|\bphần trăm\b|\b(?:tỷ|tỉ) (?:lệ|trọng)\b")
_MONEY = re.compile(r"\b(?:tỷ|tỉ|triệu|nghìn|ngàn) ?(?:đồng|vnd|vnđ)\b|\bbao nhiêu (?:tiền|tỷ|tỉ|triệu|đồng)\b|\bmấy (?:tỷ|tỉ|triệu|đồng)\b|\bgiá\b.*\bbao nhiêu\b|\b(?:kinh phí|ngân sách|vốn|tiền|lương) (?:\w+ ){0,6}bao nhiêu\b")
_RANK = re.compile(r"\b(?:xếp|đứng) (?:hạng|thứ|vị trí)?\b.*\b(?:mấy|bao nhiêu)\b|\b(?:hạng|thứ|vị trí) (?:mấy|bao nhiêu)\b|\b(?:xếp |thứ )?hạng(?! mục)\b|\bxếp thứ\b")
_GROUP = re.compile(r"\b(?:nhóm|top|tốp) (?:mấy|bao nhiêu|nào)\b")
_WHEN = re.compile(r"\b(?:bao giờ|khi nào|lúc nào|năm nào|tháng nào|ngày (?:nào|mấy)|hôm nào|thời gian nào|thời hạn|mốc nào|chừng nào|giai đoạn nào)\b")
_YES_NO = re.compile(r"\b(?:phải|đúng|được|chưa|không|chăng)\s*(?:ạ|vậy|nhỉ|thế|hả|a)?\s*\?*$|\bcó\b.*\b(?:không|chưa)\b")
_PREMISE = re.compile(r"(?<![\w/.,-])\d[\d.,]*(?![\w/-])(?! ?(?:g|tỉnh|lớp)\b)")
_OPINION = re.compile(r"\bbạn (?:có )?(?:ủng hộ|nghĩ|thấy|thích|tin|ghét|đánh giá|khuyên|yêu)\b|\btheo (?:ý )?bạn\b|\bý kiến (?:của )?bạn\b|\bquan điểm của bạn\b")
_PERIOD = re.compile(r"\bbao lâu\b|\b(?:mấy|bao nhiêu) (?:tháng|năm|ngày|tuần|quý|giờ)\b|\bthời lượng\b")
_HOW_MANY = re.compile(r"\b(?:bao nhiêu|mấy|chỉ tiêu|mức nào)\b")
_WHO = re.compile(r"\b(?:ai|cơ quan nào|những cơ quan|đơn vị nào|ban nào|sở nào|sở ngành nào|ngành nào chịu|tổ chức nào|người nào|bên nào|cấp nào|trách nhiệm|chịu trách nhiệm|chủ trì)\b")
_LIST = re.compile(r"\b(?:gồm|bao gồm|liệt kê|kể tên|kể ra|nào|gì|những điểm|thế nào|ra sao)\b")
_COUNTED = re.compile(r"\b(?:bao nhiêu|mấy)\b(?: phần trăm| ?%)?")
_GREETINGS = {
    "greeting": re.compile(r"^(?:xin |em |dạ |a |ok )*(?:chào|hello|hi|hey|alo chào)\b.{0,30}$"),
    "thanks": re.compile(r"^(?:ok |dạ |rất |xin )*(?:cảm ơn|cám ơn|thanks?|thank you|tks|cảm tạ)\b.{0,40}$"),
    "abilities": re.compile(r"\b(?:bạn|mày|trợ lý|em|bot|chatbot) (?:có thể )?(?:là ai|làm được (?:những )?gì|giúp được (?:những )?gì|biết (?:những )?gì|trả lời được (?:những )?gì)\b|^(?:hướng dẫn sử dụng|giúp|help)$"),
}


class Reader:
    """Reads questions against a library: its provinces, the places they alone name, the language model."""

    def __init__(self, provinces: Iterable[str], places: Mapping[str, str], restorer: Restorer) -> None:
        self._provinces = tuple(dict.fromkeys(provinces))
        self._restorer = restorer
        self._names: dict[tuple[str, ...], str] = dict(province_names())
        self._names.update({key(place): home for place, home in places.items()})
        self._longest = max(len(n) for n in self._names)

    def read(self, typed: str) -> Question:
        """`typed` understood on its own, without what was said before."""
        normalised = self.normalise(typed)
        lowered = " ".join(canonical(w) if w[0].isalnum() else w for w in re.findall(r"[\w/.,]*\w|%|\S", normalised))
        found, place_terms = self._places(normalised)
        provinces, absent, by_successor = self._resolve(found)
        if not found and _ALL.search(lowered):
            provinces = self._provinces
        years = tuple(dict.fromkeys(int(y) for y in _YEAR.findall(_RANGE.sub("", normalised))))
        facts = tuple(name for name, pattern in _METADATA.items() if pattern.search(lowered))
        yes_no = _YES_NO.search(lowered) is not None
        measure = _measure(lowered, yes_no, years)
        topic = tuple(t for t in tokens(normalised) if not t.stop and t.folded not in place_terms and not _is_figure(t, years, yes_no and measure))
        greeting = next((name for name, pattern in _GREETINGS.items() if pattern.search(lowered)), None)
        return Question(
            typed=typed,
            normalised=normalised,
            kind=_kind(lowered, facts, provinces, measure),
            provinces=provinces,
            absent=absent,
            by_successor=by_successor,
            years=years,
            measure=measure,
            facts=facts,
            widened=tuple(widen(normalised).items()),
            place_terms=place_terms,
            topic=topic,
            names=_names(topic),
            acronyms=tuple(n for n in _names(topic) if re.search(rf"\b{n.upper()}\b", normalised) and not normalised.isupper()),
            counted=_counted(lowered) if measure in (Measure.COUNT, Measure.PERCENT) else (),
            greeting=greeting,
            yes_no=yes_no,
            opinion=_OPINION.search(lowered) is not None,
        )

    def normalise(self, typed: str) -> str:
        """`typed` with white space folded, abbreviations written out and diacritics restored."""
        return self._restorer.restore(re.sub(r"\s+", " ", spell_out(nfc(typed))).strip())

    def _places(self, text: str) -> tuple[list[str], frozenset[str]]:
        forms = [canonical(w) for w in words(text.replace("-", " "))]
        found: list[str] = []
        used: set[str] = set()
        i = 0
        while i < len(forms):
            for length in range(min(self._longest, len(forms) - i), 0, -1):
                name = tuple(forms[i : i + length])
                if name in self._names and (length > 1 or _capital(text, forms[i]) or fold(name[0]) not in _syllable_folds()):
                    found.append(self._names[name])
                    used.update(fold(w) for w in name)
                    i += length - 1
                    break
            i += 1
        return list(dict.fromkeys(found)), frozenset(used)

    def _resolve(self, found: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]:
        held: list[str] = []
        absent: list[str] = []
        by_successor: list[tuple[str, str]] = []
        for name in found:
            if name in self._provinces:
                held.append(name)
                continue
            heirs = [p for p in successors(name) if p in self._provinces]
            held.extend(heirs)
            by_successor.extend((name, p) for p in heirs)
            if not heirs:
                absent.append(name)
        return tuple(dict.fromkeys(held)), tuple(absent), tuple(by_successor)


def _capital(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w)(?=[{UPPER}]){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None and word.capitalize() in text


def _syllable_folds() -> frozenset[str]:
    global _FOLDS
    if _FOLDS is None:
        _FOLDS = frozenset(fold(s) for s in general_counts().syllables)
    return _FOLDS


_FOLDS: frozenset[str] | None = None


def _is_figure(token: Token, years: tuple[int, ...], premise: object) -> bool:
    """Years, and figures that a question only supposes ("50% phải không?"), are no topic."""
    return token.folded.isdigit() and (int(token.folded) in years or (bool(premise) and len(token.folded) > 1))


def _kind(lowered: str, facts: tuple[str, ...], provinces: tuple[str, ...], measure: Measure | None) -> Kind:
    if len(provinces) > 1 or (_COMPARE.search(lowered) and not provinces):
        return Kind.COMPARE
    if facts:
        return Kind.METADATA
    if measure:
        return Kind.FIGURE
    if _WHO.search(lowered):
        return Kind.WHO
    return Kind.LIST if _LIST.search(lowered) else Kind.TEXT


def _measure(lowered: str, yes_no: bool, years: tuple[int, ...]) -> Measure | None:
    for measure, pattern in ((Measure.MONEY, _MONEY), (Measure.RANK, _RANK), (Measure.GROUP, _GROUP), (Measure.PERCENT, _PERCENT), (Measure.PERIOD, _PERIOD), (Measure.COUNT, _HOW_MANY), (Measure.DATE, _WHEN)):
        if pattern.search(lowered):
            return measure
    supposed = [n for n in _PREMISE.findall(lowered) if n.strip(".,") not in {str(y) for y in years}]
    return Measure.COUNT if yes_no and any(len(n) > 1 for n in supposed) else None


def _names(topic: tuple[Token, ...]) -> tuple[str, ...]:
    folds = _syllable_folds()
    return tuple(dict.fromkeys(t.folded for t in topic if t.word.isascii() and t.folded.isalpha() and len(t.folded) > 1 and t.folded not in folds))


def _counted(lowered: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for hit in _COUNTED.finditer(lowered):
        behind = [t for t in tokens(lowered[hit.end() : hit.end() + 40])[:3]]
        for token in behind:
            if token.stop:
                break
            found[token.folded] = None
    return tuple(found)
