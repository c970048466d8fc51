"""Reading a question: what is asked, about which place and year, and in which words the documents would say it."""

import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from documents.corrections import CENTRAL
from documents.normalise import UPPER, canonical, fold, has_diacritics, nfc, words
from documents.places import folded_key, key, places_in, province_names, since_2025, successors
from documents.resolution import Resolution
from index.analysis import Token, spell_out, tokens, weak_words, widen, without_courtesy
from index.language import Restorer, general_counts
from index.rows import Head
from qa import demands, patterns
from qa.demands import Demand, Tense
from qa.fact_patterns import facts as facts_asked
from qa.naming import Named, Names, cited, without
from qa.patterns import Kind, Measure
from qa.small_talk import small_talk

# A lone name that is spelled like one ("Huế": "hue") may be any word; "pleiku" and "tphcm" can only be the place.
_MERGED = "2025-07-01"
_GENERATION = re.compile(r"\d[a-z]")  # "5G", "3D"
_SYLLABLE = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")


_AT_INITIALS = re.compile(rf"(?<!\w)((?:[ỞởOo]|[Tt]ại|[Tt]ai|[Tt]ỉnh|[Tt]inh|[Bb]ên|[Cc]ủa)\s+)([{UPPER}]{{2,5}})(?![\w-])")
"""A place told by its initials."""
_PAIR_OF_INITIALS = re.compile(rf"(?<![\w/-])([{UPPER}]{{2,4}})(\s+(?:vs\.?|với|và|hay|so với)\s+)([{UPPER}]{{2,4}})(?![\w/-])")
_WANTING = re.compile(
    rf"(?<![\w/-])([{UPPER}]{{2,4}})(?=\s+(?:muốn|muon|phấn đấu|phan dau|đặt|dat|tính|tinh|dự kiến|du kien|hướng|kỳ vọng|mong)(?!\w))"
)
"""A place by its initials that wants something ("LĐ muốn bao nhiêu % …")."""
_COMPARING = frozenset(("so", "sánh", "khác", "nhau", "giống", "hơn", "kém", "chênh", "lệch", "chỗ", "giữa", "bên"))
_JOINS = ("vs", "với", "và", "hay", "hoặc")
_WHO_WORDS = frozenset(
    ("cơ_quan", "đơn_vị", "chủ_trì", "phụ_trách", "chịu_trách", "trách_nhiệm", "đầu_mối", "đứng_đầu", "phối_hợp", "đảm_nhận")
)
_DOTTED = re.compile(rf"(?<!\w)([{UPPER}][hrHR]?)\.\s?([^\W\d_]+)")
_COMMUNE = re.compile(
    r"(?<!\w)(?<![Cc]ác )(?<![Nn]hững )(?<![Cc]ấp )(?<![Mm]ỗi )(?<![Tt]ừng )(?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Đđ]ặc khu|[Tt]hôn|[Bb]ản) "
    rf"(?P<name>[{UPPER}][^\W\d_]+(?: [{UPPER}][^\W\d_]+){{0,3}})(?!\w)"
)
_COUNTRY = re.compile(r"(?<!\w)(?:cả nước|toàn quốc|nước ta|(?:của|ở|tại) việt nam|chương trình quốc gia)(?!\w)")
_NATION = "(?:trung ương|cả nước|toàn quốc|chính phủ|quốc gia)"
_NATION_TERMS = frozenset(("trung", "uong", "ca", "nuoc", "toan", "quoc", "chinh", "phu"))
_LIVES_IN = re.compile(
    r"(?i)(?<!\w)(?:ở|tại|dân|người|bà con|nhân dân|quê|sống|nhà|về|xuống|lên|trên|dưới|trong|ngoài|từ)"
    r"(?: (?:huyện|thị xã|tx|thành phố|tp|quận|khu vực|vùng)\.?)?[\s,]*$"
)

Renamed = tuple[tuple[str, str], ...]


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
    """Documents that are named by their number or issuing body; empty for all."""
    beside: tuple[str, ...] = ()
    """Documents that are named by their number beside a place of another document."""
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
        self, provinces: Iterable[str], places: Mapping[str, str], restorer: Restorer, documents: Sequence[Head | Resolution] = ()
    ) -> None:
        self._provinces = tuple(dict.fromkeys(provinces))
        # Texts of no province may speak of any place.
        self._placeless = "" in self._provinces
        self._documents = {d.id: d for d in documents}
        self._named = Names(documents)
        self._of_today = {d.province for d in documents if (d.issued or "") >= _MERGED}
        self._restorer = restorer
        self._names: dict[tuple[str, ...], str] = dict(province_names())
        self._names.update({key(place): home for place, home in places.items() if home})
        initials: dict[str, list[str]] = {}
        for province in self._provinces:
            initials.setdefault("".join(w[0] for w in folded_key(province)).upper(), []).append(province)
        self._initials = {letters: homes[0] for letters, homes in initials.items() if len(homes) == 1 and len(letters) > 1}
        self._dotted = _dotted()
        self._longest = max(len(n) for n in self._names)

    def read(self, typed: str, *, normal: bool = False) -> Question:
        """`typed` understood on its own, without what was said before; `normal` where it is a piece of a normalised question."""
        normalised = without_courtesy(typed if normal else self.normalise(typed))
        lowered = _lowered(normalised)
        found, place_terms = self._places(normalised)
        initials = bool(place_terms) and all(t.upper() in self._initials for t in place_terms)
        provinces, absent, by_successor, by_merger = self._resolve(found)
        if self._placeless and not provinces:
            absent, place_terms = (), frozenset()
        named = self._named.find(normalised)
        beside: tuple[str, ...] = ()
        if named.by_number and initials and not {self._documents[i].province for i in named.document_ids} & set(provinces):
            provinces, place_terms = (), frozenset()  # "Đoàn TN … theo NQ 394": the letters are no place
        if provinces and not named.by_number:
            # "… của Thủ tướng ở Gia Lai" asks about Gia Lai's document.
            named = Named(tuple(i for i in named.document_ids if self._documents[i].province in provinces))
        elif provinces or not absent:
            provinces = tuple(dict.fromkeys((*provinces, *(self._documents[i].province for i in named.document_ids))))
            if any(p not in {self._documents[i].province for i in named.document_ids} for p in provinces):
                beside = named.document_ids
                named = Named((), named.spans, True)  # one document by its number, another by its place: the places filter
        if not found and not named.document_ids and patterns.ALL_PROVINCES.search(lowered):
            provinces = self._provinces
        if CENTRAL in self._provinces and not absent and not named.document_ids:
            provinces, place_terms = _with_nation(lowered, provinces, place_terms)
        years = patterns.years(normalised)
        unnamed = _lowered(without(normalised, named.spans))  # "quyết định 604 có nhắc tới không?" supposes no figure
        facts, measure, yes_no = facts_asked(lowered), patterns.measure(unnamed, years), patterns.yes_no(lowered)
        now = demands.beside_now(lowered, years)
        numbers = () if named.by_number else cited(normalised)
        if numbers and facts:
            measure, facts = (Measure.DATE if "issued" in facts else measure), ()
        topic = tuple(
            t
            for t in tokens(without(normalised, named.spans))
            if not t.stop and t.folded not in place_terms and not _is_figure(t, years, supposed=yes_no and measure is not None)
        )
        kind = patterns.kind(lowered, facts, len(provinces), measure)
        if kind is Kind.COMPARE:  # "khác nhau chỗ nào" says nothing of what is compared
            topic = tuple(t for t in topic if t.word not in _COMPARING) or topic
        widened = widen(normalised)
        # "app", "bị hack" have official wordings; what is typed in capitals ("LGSP") is called so.
        everyday = {fold(w) for phrase in widened for w in phrase}
        names = tuple(
            n for n in _names(topic) if n not in everyday or _GENERATION.fullmatch(n) or re.search(rf"(?<!\w){n.upper()}(?!\w)", normalised)
        )
        return Question(
            typed=typed,
            normalised=normalised,
            kind=kind,
            provinces=provinces,
            absent=absent,
            by_successor=by_successor,
            by_merger=by_merger,
            document_ids=named.document_ids,
            beside=beside,
            years=years,
            measure=measure,
            facts=facts,
            widened=tuple(widened.items()),
            place_terms=place_terms,
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
            demand=demands.demand(lowered),
            # Who compares years asks of what was as well as of what is aimed at.
            tense=None if now or len(years) > 1 else demands.tense(lowered),
            now=now,
            opinion=patterns.opinion(lowered),
            cited=numbers,
            districts=_districts(normalised),
        )

    def normalise(self, typed: str) -> str:
        """`typed` with white space folded, abbreviations written out and diacritics restored."""
        typed = _DOTTED.sub(lambda m: self._dotted.get((fold(m[1]), fold(m[2])), m[0]), nfc(typed))
        if not typed.isupper():
            # "ở LĐ" is Lâm Đồng where the library has it, whatever else the letters stand for.
            typed = _AT_INITIALS.sub(lambda m: m[1] + self._initials.get(fold(m[2]).upper(), m[2]), typed)
            typed = _PAIR_OF_INITIALS.sub(self._pair, typed)
            typed = _WANTING.sub(lambda m: self._initials.get(fold(m[1]).upper(), m[1]), typed)
        return self._restorer.restore(re.sub(r"\s+", " ", spell_out(typed)).strip())

    def _pair(self, said: re.Match[str]) -> str:
        """Two places by their initials side by side ("ĐL vs BN"), whatever else the letters stand for; as typed where one is none."""
        homes = [self._initials.get(fold(said[n]).upper(), "") for n in (1, 3)]
        return f"{homes[0]}{said[2]}{homes[1]}" if all(homes) else said[0]

    def _places(self, text: str) -> tuple[list[str], frozenset[str]]:
        forms = [canonical(w) for w in words(text.replace("-", " "))]
        found: list[str] = []
        used: set[str] = set()
        i = 0
        while i < len(forms):
            for length in range(min(self._longest, len(forms) - i), 0, -1):
                name = tuple(forms[i : i + length])
                if name in self._names and self._is_place(text, forms, i, length):
                    found.append(self._names[name])
                    used.update(fold(w) for w in name)
                    i += length - 1
                    break
            i += 1
        beside = self._beside(text, used) if found else []
        found, used = [*found, *beside], {*used, *(fold(w) for w in words(text) if self._initials.get(fold(w).upper()) in beside)}
        if not found:
            found, used = self._by_initials(text)
        if not found:
            # A district or city is part of what is asked, so its words stay in the topic.
            found = [m.province for m in places_in(text) if m.province and not (m.kind == "tỉnh" and text[m.start].islower())]
        return list(dict.fromkeys(found)), frozenset(used)

    def _is_place(self, text: str, forms: list[str], i: int, length: int) -> bool:
        """Whether `forms[i : i + length]`, a place's name, is meant as one: "công nghệ an toàn" names no Nghệ An."""
        if _capital(text, forms[i]):
            return True
        if length == 1:
            return has_diacritics(forms[i]) or not _SYLLABLE.fullmatch(fold(forms[i]))
        # In lower case it is one where its syllables belong together more than to their neighbours.
        pairs = general_counts().pairs
        before = pairs.get((forms[i - 1], forms[i]), 0) if i else 0
        after = pairs.get((forms[i + length - 1], forms[i + length]), 0) if i + length < len(forms) else 0
        return before <= pairs.get((forms[i], forms[i + 1]), 0) and after <= pairs.get((forms[i + length - 2], forms[i + length - 1]), 0)

    def _beside(self, text: str, places: Collection[str]) -> list[str]:
        """Provinces named by their initials right beside one that is named in full ("TH vs Huế")."""
        said = words(text)
        if text.isupper():
            return []
        found = []
        for i, word in enumerate(said):
            home = self._initials.get(fold(word).upper()) if word.isupper() else None
            around = [said[i - 2 : i] if i > 1 else [], said[i + 1 : i + 3][::-1]]
            if home and any(len(pair) > 1 and pair[1].lower() in _JOINS and fold(pair[0]) in places for pair in around):
                found.append(home)
        return found

    def _by_initials(self, text: str) -> tuple[list[str], set[str]]:
        """Provinces of the library named by their initials in capitals ("TV"), where no other province has the same."""
        said = [w for w in words(text) if not w.islower() and w.isupper() and fold(w).upper() in self._initials]
        if text.isupper():
            return [], set()
        return [self._initials[fold(w).upper()] for w in said], {fold(w) for w in said}

    def _resolve(self, found: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], Renamed, Renamed]:
        """Provinces with documents, those without any, and those answered for by a province of another time."""
        held: list[str] = []
        absent: list[str] = []
        by_successor: list[tuple[str, str]] = []
        by_merger: list[tuple[str, str]] = []
        for name in found:
            if name in self._provinces:
                held.append(name)
                continue
            heirs = [p for p in successors(name) if p in self._provinces]
            by_successor.extend((name, p) for p in heirs)
            if not heirs and (today := since_2025(name)) in self._of_today:
                heirs = [today]
                by_merger.append((name, today))
            held.extend(heirs)
            if not heirs:
                absent.append(name)
        return tuple(dict.fromkeys(held)), tuple(absent), tuple(by_successor), tuple(by_merger)


@functools.cache
def _dotted() -> dict[tuple[str, str], str]:
    """(initials, last syllable), folded -> the only province that is shortened so: "Q.Ngãi", "TP.HCM" is none of them."""
    found: dict[tuple[str, str], set[str]] = {}
    for name in province_names().values():
        first, *others = folded_key(name)
        for initials in {first[0], first[:2]} if others else ():
            found.setdefault((initials, others[-1]), set()).add(name)
    return {short: next(iter(names)) for short, names in found.items() if len(names) == 1}


def _with_nation(lowered: str, provinces: tuple[str, ...], terms: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """`provinces`, with the central bodies' documents where the whole country is asked about, alone or beside a province."""
    if not provinces:
        said = _COUNTRY.search(lowered)
        return ((CENTRAL,), terms | {fold(w) for w in words(said[0])}) if said else (provinces, terms)
    names = "|".join(re.escape(p.lower()) for p in provinces)
    together = r"(?:và|với|so với|so cùng|cùng|hay|hoặc) (?:(?:của|tỉnh|thành phố|mức|mục tiêu|mặt bằng|chung) )*"
    beside = re.search(rf"(?<!\w)(?:{_NATION} {together}(?:{names})|(?:{names}) {together}{_NATION})(?!\w)", lowered)
    return ((*provinces, CENTRAL), terms | _NATION_TERMS) if beside and CENTRAL not in provinces else (provinces, terms)


def _lowered(text: str) -> str:
    return " ".join(canonical(w) if w[0].isalnum() else w for w in re.findall(r"[\w/.,]*\w|%|\S", text))


def _districts(text: str) -> tuple[str, ...]:
    mentions = [m for m in places_in(text) if m.kind != "tỉnh" and key(m.name) not in province_names()]
    named = [(m.start, m.name) for m in mentions] + [
        (m.start(), m["name"]) for m in _COMMUNE.finditer(text) if key(m["name"]) not in province_names()
    ]
    return tuple(dict.fromkeys(fold(name) for start, name in named if not _LIVES_IN.search(text[:start])))


def _capital(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w)(?=[{UPPER}])(?i:{re.escape(word)})(?!\w)", text) is not None


@functools.cache
def _syllable_folds() -> frozenset[str]:
    # The tables count "LGSP" like a word.
    return frozenset(f for f in map(fold, general_counts().syllables) if _SYLLABLE.fullmatch(f))


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
    return tuple(found)
