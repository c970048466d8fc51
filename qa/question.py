"""Reading a question: what is asked, about which place and year, and in which words the documents would say it."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.corrections import CENTRAL
from documents.normalise import canonical, fold, nfc, words
from documents.resolution import Resolution
from index.analysis import Token, spell_out, tokens, weak_words, widen, without_courtesy
from index.language import Restorer, general_counts
from index.rows import Head
from qa import demands, patterns
from qa.demands import Demand, Tense
from qa.fact_patterns import facts as facts_asked
from qa.naming import Named, Names, cited, loosely_cited, without
from qa.patterns import Kind, Measure
from qa.placing import SYLLABLE, Mentioned, Places, Renamed, central_in, districts, with_nation
from qa.small_talk import small_talk

_GENERATION = re.compile(r"\d[a-z]")  # "5G", "3D"

_OF_ANOTHER = frozenset(("issued", "number", "title", "body"))
"""What a document tells of another one that it cites."""
_COMPARING = frozenset(("so", "sánh", "khác", "nhau", "giống", "hơn", "kém", "chênh", "lệch", "chỗ", "giữa", "bên"))
_WHO_WORDS = frozenset(
    ("cơ_quan", "đơn_vị", "chủ_trì", "phụ_trách", "chịu_trách", "trách_nhiệm", "đầu_mối", "đứng_đầu", "phối_hợp", "đảm_nhận")
)


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
    by_successor: Renamed = ()
    """(name since 2025 as asked, province of the document that serves it)."""
    by_merger: Renamed = ()
    """(name until 2025 as asked, province since, whose newer document serves it)."""
    document_ids: tuple[str, ...] = ()
    """Documents that are named by their number, their issuing body or words of their title; empty for all."""
    titled: bool = False
    """Names them by words of a title, which something else may be called by too."""
    beside: tuple[str, ...] = ()
    """Documents that are named by their number beside a place of another document."""
    years: tuple[int, ...] = ()
    measure: Measure | None = None
    facts: tuple[str, ...] = ()
    """For metadata questions, which facts: number | issued | body | signer | recipients."""
    widened: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """Everyday phrases in it (folded words) with official phrases that may say the same."""
    place_terms: frozenset[str] = frozenset()
    mentions: tuple[Mentioned, ...] = ()
    """Where in `normalised` places and central bodies are named."""
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
    completed: str = ""
    """As it was completed from the turns before; "" where it stands alone."""
    greeting: str | None = None
    yes_no: bool = False
    supposed: tuple[str, ...] = ()
    """Figures that a yes/no question only supposes ("… 50% phải không?")."""
    who: bool = False
    """Asks for a body or person, be it beside something else."""
    when: bool = False
    """Asks for a year or a date, be it beside something else."""
    broad: bool = False
    """Asks for all that there is ("những gì", "làm gì", "thế nào")."""
    definition: bool = False
    """Asks what something is."""
    asks_place: bool = False
    """Asks which province does something, or where it is done, and names none."""
    demand: Demand | None = None
    """A sort of thing the answer must hold: a person's name, a phone number."""
    tense: Tense | None = None
    """Whether it asks for what is or for what is aimed at."""
    now: bool = False
    """Asks what is today beside what is aimed at for its years."""
    opinion: bool = False
    """Asks what the assistant itself thinks."""
    cited: tuple[str, ...] = ()
    """Numbers of documents that the library does not hold, folded: where one of its own mentions them is looked up."""
    districts: tuple[str, ...] = ()
    """Districts and cities below the province that the question is about, folded ("huyện Chư Sê có …"); not those where
    somebody merely lives ("nhà tôi ở Pleiku")."""
    homes: tuple[str, ...] = ()
    """Those where somebody lives or works: what is said of one of them is for that person."""

    @property
    def strong(self) -> tuple[Token, ...]:
        """The topic without words that only shape the question; all of it where nothing else is left."""
        said = [t.word for t in self.topic]
        weak = {i for i, w in enumerate(said) if w in weak_words()}
        for i, pair in enumerate(zip(said, said[1:], strict=False)):
            if "_".join(pair) in weak_words() or (self.who and "_".join(pair) in _WHO_WORDS):
                weak |= {i, i + 1}
        return tuple(t for i, t in enumerate(self.topic) if i not in weak) or self.topic

    @property
    def keywords(self) -> tuple[str, ...]:
        """All official phrases for its everyday words."""
        return tuple(dict.fromkeys(o for _, official in self.widened for o in official))


class Reader:
    """Reads questions against a library: its provinces, the places they alone name, the language model."""

    def __init__(
        self,
        provinces: Iterable[str],
        places: Mapping[str, str],
        restorer: Restorer,
        documents: Sequence[Head | Resolution] = (),
        said: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._provinces = tuple(dict.fromkeys(provinces))
        # Texts of no province may speak of any place.
        self._placeless = "" in self._provinces
        self._documents = {d.id: d for d in documents}
        self._named = Names(documents)
        self._places = Places(self._provinces, places, documents, said)
        self._restorer = restorer

    def read(self, typed: str, *, normal: bool = False, titled: bool = True) -> Question:
        """`typed` understood on its own, without what was said before; `normal` where it is a piece of a normalised question, `titled`
        where it may name a document by words of its title."""
        normalised = without_courtesy(typed if normal else self.normalise(typed))
        lowered = _lowered(normalised)
        found, place_terms, mentions = self._places.find(normalised)
        initials = bool(place_terms) and all(t.upper() in self._places.initials for t in place_terms)
        provinces, absent, by_successor, by_merger = self._places.resolve(found)
        if self._placeless and not provinces:
            absent, place_terms = (), frozenset()
        named = self._named.find(normalised)
        by_title = self._named.by_title(normalised) if titled and not named.document_ids and not absent and len(provinces) < 2 else Named()
        if any(not provinces or self._documents[i].province in provinces for i in by_title.document_ids):
            named = by_title
        titled = named is by_title and bool(by_title.document_ids)
        beside: tuple[str, ...] = ()
        if named.by_number and initials and not {self._documents[i].province for i in named.document_ids} & set(provinces):
            provinces, place_terms = (), frozenset()  # "Đoàn TN … theo NQ 394": the letters are no place
        if provinces and not named.by_number:
            # "… của Thủ tướng ở Gia Lai" asks about Gia Lai's document.
            named = Named(tuple(i for i in named.document_ids if self._documents[i].province in provinces), named.spans if titled else ())
        elif provinces or not absent:
            provinces = tuple(dict.fromkeys((*provinces, *(self._documents[i].province for i in named.document_ids))))
            if any(p not in {self._documents[i].province for i in named.document_ids} for p in provinces):
                beside = named.document_ids
                named = Named((), named.spans, True)  # one document by its number, another by its place: the places filter
        if not found and not named.document_ids and patterns.ALL_PROVINCES.search(lowered):
            provinces = self._provinces
        if CENTRAL in self._provinces and not absent and not named.document_ids:
            called = [_lowered(normalised[a:b]) for _, a, b in mentions]
            provinces, place_terms = with_nation(lowered, provinces, place_terms, called)
        years = patterns.years(normalised)
        # "quyết định 604 có nhắc tới không?" supposes no figure; "Lâm Đồng vốn đầu tư …" begins with what is asked.
        unnamed = _from_topic(_lowered(without(normalised, named.spans)), place_terms)
        facts, measure, yes_no = facts_asked(lowered), patterns.measure(unnamed, years), patterns.yes_no(lowered)
        now = demands.beside_now(lowered, years)
        numbers = () if named.by_number else cited(normalised)
        if not numbers and not named.document_ids and not beside and _OF_ANOTHER.intersection(facts):
            numbers = loosely_cited(normalised)
        if numbers and facts:
            measure, facts = (Measure.DATE if "issued" in facts else measure), ()
        # "An ninh" is no place, though Nghệ An and Tây Ninh are named beside it.
        named_in_full = {fold(w) for _, a, b in mentions for w in words(normalised[a:b])}
        spans = (*named.spans, *((a, b) for _, a, b in mentions)) if place_terms else named.spans
        elsewhere = place_terms - named_in_full
        topic = tuple(
            t
            for t in tokens(without(normalised, spans))
            if not t.stop and t.folded not in elsewhere and not _is_figure(t, years, supposed=yes_no and measure is not None)
        )
        kind = patterns.kind(_from_topic(lowered, place_terms), facts, len(provinces), measure)
        if kind is Kind.COMPARE:  # "khác nhau chỗ nào" says nothing of what is compared
            topic = tuple(t for t in topic if t.word not in _COMPARING) or topic
        widened = widen(normalised)
        # "app", "bị hack" have official wordings; what is typed in capitals ("LGSP") is called so.
        everyday = {fold(w) for phrase in widened for w in phrase}
        names = tuple(
            n for n in _names(topic) if n not in everyday or _GENERATION.fullmatch(n) or re.search(rf"(?<!\w){n.upper()}(?!\w)", normalised)
        )
        about, homes = districts(normalised, "" if normal else typed)
        return Question(
            typed=typed,
            normalised=normalised,
            kind=kind,
            provinces=provinces,
            absent=absent,
            by_successor=by_successor,
            by_merger=by_merger,
            document_ids=named.document_ids,
            titled=titled,
            beside=beside,
            years=years,
            measure=measure,
            facts=facts,
            widened=tuple(widened.items()),
            place_terms=place_terms,
            mentions=self._mentions(mentions, normalised, provinces, (beside, named.spans)),
            topic=topic,
            names=names,
            acronyms=tuple(n for n in names if re.search(rf"\b{n.upper()}\b", normalised) and not normalised.isupper()),
            counted=_counted(lowered, place_terms) if measure in (Measure.COUNT, Measure.PERCENT) else (),
            greeting=small_talk(lowered),
            yes_no=yes_no,
            supposed=patterns.supposed(unnamed, years) if yes_no and measure else (),
            who=patterns.asks_who(lowered),
            when=patterns.asks_when(lowered),
            broad=patterns.broad(lowered),
            definition=patterns.definition(lowered),
            asks_place=not found and measure is None and patterns.asks_place(lowered),
            demand=demands.demand(unnamed),
            # Who compares years asks of what was as well as of what is aimed at.
            tense=None if now or len(years) > 1 else demands.tense(lowered),
            now=now,
            opinion=patterns.opinion(lowered),
            cited=numbers,
            districts=about,
            homes=homes,
        )

    def _mentions(
        self,
        places: Sequence[Mentioned],
        normalised: str,
        provinces: Sequence[str],
        beside: tuple[Sequence[str], Sequence[tuple[int, int]]],
    ) -> tuple[Mentioned, ...]:
        """Where each of `provinces` is named: by its name, by the number of a document `beside` the places (ids, and where they are
        named), by what central bodies are called."""
        found = list(places)
        ids, spans = beside
        if len(ids) == 1 and spans and (home := self._documents[ids[0]].province) not in {p for p, _, _ in found}:
            found.append((home, *spans[0]))
        if CENTRAL in provinces and CENTRAL not in {p for p, _, _ in found}:
            found += central_in(normalised)
        return tuple(found)

    def untitled(self, question: Question) -> Question:
        """`question` without the document that words of a title named: they are what it is about."""
        read = self.read(question.normalised, normal=True, titled=False)
        return replace(question, titled=False, document_ids=(), provinces=read.provinces, topic=read.topic, names=read.names)

    def normalise(self, typed: str) -> str:
        """`typed` with white space folded, abbreviations written out and diacritics restored."""
        typed = self._places.in_full(nfc(typed))
        return self._restorer.restore(re.sub(r"\s+", " ", spell_out(typed)).strip())


def _lowered(text: str) -> str:
    return " ".join(canonical(w) if w[0].isalnum() else w for w in re.findall(r"[\w/.,]*\w|%|\S", text))


@functools.cache
def _syllable_folds() -> frozenset[str]:
    # The tables count "LGSP" like a word.
    return frozenset(f for f in map(fold, general_counts().syllables) if SYLLABLE.fullmatch(f))


def _from_topic(lowered: str, place_terms: frozenset[str]) -> str:
    """A question in lower case without the name of a place that it begins with."""
    said = lowered.split()
    first = next((i for i, w in enumerate(said) if fold(w) not in place_terms and w not in ("tỉnh", "thành")), 0)
    return " ".join(said[first:])


def _is_figure(token: Token, years: tuple[int, ...], *, supposed: bool) -> bool:
    """Years, figures that a question only supposes ("50% phải không?"), and telephone numbers are no topic."""
    if token.folded.isdecimal() and len(token.folded) > 8:
        return True
    return token.folded.isdecimal() and (int(token.folded) in years or (supposed and len(token.folded) > 1))


def _names(topic: tuple[Token, ...]) -> tuple[str, ...]:
    folds = _syllable_folds()
    foreign = (t.folded for t in topic if t.word.isascii() and t.folded.isalpha() and len(t.folded) > 1 and t.folded not in folds)
    return tuple(dict.fromkeys((*foreign, *(t.folded for t in topic if _GENERATION.fullmatch(t.folded)))))


def _counted(lowered: str, places: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for hit in patterns.COUNTED.finditer(lowered):
        for token in tokens(lowered[hit.end() : hit.end() + 40])[:3]:
            if token.stop or token.folded in places:
                break
            found[token.folded] = None
    if not found and (number := patterns.NUMBER_OF.search(lowered)):
        for token in tokens(lowered[number.end() : number.end() + 40])[:2]:
            if token.stop or token.folded in places or token.folded.isdecimal():
                break
            found[token.folded] = None
    return tuple(found)
