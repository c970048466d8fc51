"""Which places a question names: in full, by their initials or shortened, of today and of before the mergers, districts among them."""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from documents.corrections import CENTRAL
from documents.normalise import UPPER, canonical, fold, has_diacritics, words
from documents.places import Mention, folded_key, key, known_province, places_in, province_names, since_2025, successors
from documents.resolution import Resolution
from index.language import general_counts
from index.rows import Head

_MERGED = "2025-07-01"
# A lone name that is spelled like one ("Huế": "hue") may be any word; "pleiku" and "tphcm" can only be the place.
SYLLABLE = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_AT_INITIALS = re.compile(rf"(?<!\w)((?:[ỞởOo]|[Tt]ại|[Tt]ai|[Tt]ỉnh|[Tt]inh|[Bb]ên|[Cc]ủa)\s+)([{UPPER}]{{2,5}})(?![\w-])")
"""A place told by its initials."""
_PAIR_OF_INITIALS = re.compile(rf"(?<![\w/-])([{UPPER}]{{2,4}})(\s+(?:vs\.?|với|và|hay|so với)\s+)([{UPPER}]{{2,4}})(?![\w/-])")
_WANTING = re.compile(
    rf"(?<![\w/-])([{UPPER}]{{2,4}})(?=\s+(?:muốn|muon|phấn đấu|phan dau|đặt|dat|tính|tinh|dự kiến|du kien|hướng|kỳ vọng|mong)(?!\w))"
)
"""A place by its initials that wants something ("LĐ muốn bao nhiêu % …")."""
_JOINS = ("vs", "với", "và", "hay", "hoặc")
_DOT = re.compile(r"(?i)(?<!\w)(tp|tx)\s?\.\s?(?=[^\W\d_])")  # "TP.HCM", "TX. Thuận An"
_UNITS = {"tp": "thành phố ", "tx": "thị xã "}
_HCM = re.compile(r"(?i)(?<!\w)(?:thành phố |tp ?)?hcm(?!\w)")
_DOTTED = re.compile(rf"(?<!\w)([{UPPER}][hrHR]?)\.\s?([^\W\d_]+)")
_COMMUNE = re.compile(
    r"(?<!\w)(?<![Cc]ác )(?<![Nn]hững )(?<![Cc]ấp )(?<![Mm]ỗi )(?<![Tt]ừng )(?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Đđ]ặc khu|[Tt]hôn|[Bb]ản) "
    rf"(?P<name>[{UPPER}][^\W\d_]+(?: [{UPPER}][^\W\d_]+){{0,3}})(?!\w)"
)
_COUNTRY = re.compile(r"(?<!\w)(?:cả nước|toàn quốc|nước ta|(?:của|ở|tại) việt nam|chương trình quốc gia)(?!\w)")
_OFFICES = "(?:thủ tướng(?: chính phủ)?|chính phủ|trung ương|cả nước|toàn quốc)"
_NATION = rf"(?:{_OFFICES}|quốc gia)"
_NATION_TERMS = frozenset(("trung", "uong", "ca", "nuoc", "toan", "quoc", "chinh", "phu", "thu", "tuong"))
_ONE_AND_THE_OTHER = r"[^?;]{0,80}?(?:(?<!\w)(?:và|với|hay|còn|bên)(?!\w)|,)[^?;]{0,80}?(?<!\w)"
_SETS_AGAINST = re.compile(
    r"(?<!\w)(?:so (?:sánh|với)|khác nhau|chênh|giữa|hơn|giống|đối chiếu|mỗi (?:bên|nơi|đằng|văn bản)|hai (?:bên|nơi|văn bản)|bên nào"
    r"|(?:mấy|bao nhiêu)(?!\w).*(?<!\w)(?:mấy|bao nhiêu)|ai(?!\w).*,\s*còn .*(?<!\w)ai)(?!\w)"
    rf"|{_OFFICES} (?:và|với|vs) \w|(?<!\w)(?:và|với|vs) (?:của )?{_OFFICES}"
)
"""That the country's programme and a province's plan are set side by side, and not one of them is asked about the other."""
_SHARED_WITH = re.compile(
    rf"(?<!\w)(?:chia sẻ|nối|liên thông|hợp tác|phối hợp|tích hợp|đồng bộ|chung)(?!\w)[^,;?]{{0,40}}? (?:và|với) (?:của )?{_OFFICES}(?!\w)"
)
"""What a province shares with the country: they are not set side by side."""
_THE_LIKE = re.compile(
    r"(?<!\w)(?P<what>mức|mục tiêu|chỉ tiêu|tỷ lệ|kinh phí|kế hoạch|đề án|chương trình|quy định|nhiệm vụ|yêu cầu)(?!\w)[^,;?]*?"
    r"(?<!\w)(?:với|và|còn)(?!\w) [^,;?]{0,40}?(?<!\w)(?P=what)(?!\w)"
)
"""The same said of one and of the other: "mức 100% của A … với mức 100% của Thủ tướng"."""
_LIVES_IN = re.compile(
    r"(?i)(?<!\w)(?:ở|tại|dân|người|bà con|nhân dân|quê|sống|nhà|về|xuống|lên|trên|dưới|trong|ngoài|từ|gần|quanh|miệt|mạn|xứ|mé"
    r"|(?:dân|người|hộ|bà con|nhà) (?:nuôi|trồng|đánh|bắt|bán|buôn|làm|chạy|đan|dệt)(?: [^\W\d_]+){1,2})"
    r"(?: (?:huyện|thị xã|tx|thành phố|tp|quận|khu vực|vùng)\.?)?[\s,]*$"
)
"""What stands before a place in which somebody lives or works: "dân nuôi tôm Vĩnh Châu"."""
_AND = re.compile(r"(?i)^\s*(?:,|và|với|hay|hoặc)\s*$")
"""What stands between two of several such places."""

Mentioned = tuple[str, int, int]
"""A province, and where in the text its name stands."""
Renamed = tuple[tuple[str, str], ...]
"""(as asked, province of the library that answers for it)."""


class Places:
    """The places that a library's questions may name.

    Args:
        provinces: of the library's documents.
        places: names that the documents alone tell, each with the province it lies in.
        documents: what was made when is told by their dates.
        said: whether a name stands anywhere in the library's documents.
    """

    def __init__(
        self,
        provinces: Iterable[str],
        places: Mapping[str, str],
        documents: Sequence[Head | Resolution] = (),
        said: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._provinces = tuple(dict.fromkeys(provinces))
        self._said = said
        self._of_today = {d.province for d in documents if (d.issued or "") >= _MERGED}
        self._names: dict[tuple[str, ...], str] = dict(province_names())
        self._names.update({key(place): home for place, home in places.items() if home})
        initials: dict[str, list[str]] = {}
        for province in self._provinces:
            initials.setdefault("".join(w[0] for w in folded_key(province)).upper(), []).append(province)
        self.initials = {letters: homes[0] for letters, homes in initials.items() if len(homes) == 1 and len(letters) > 1}
        """Letters in capitals -> the only province of the library that they stand for."""
        self._dotted = _dotted()
        self._longest = max(len(n) for n in self._names)

    def in_full(self, typed: str) -> str:
        """`typed` with places that are shortened written out, where what stands around them says that they are places."""
        typed = _HCM.sub("thành phố Hồ Chí Minh", _DOT.sub(lambda m: _UNITS[m[1].lower()], typed))
        typed = _DOTTED.sub(lambda m: self._dotted.get((fold(m[1]), fold(m[2])), m[0]), typed)
        if not typed.isupper():
            # "ở LĐ" is Lâm Đồng where the library has it, whatever else the letters stand for.
            typed = _PAIR_OF_INITIALS.sub(self._pair, typed)
            typed = _AT_INITIALS.sub(lambda m: m[1] + self.initials.get(fold(m[2]).upper(), m[2]), typed)
            typed = _WANTING.sub(lambda m: self.initials.get(fold(m[1]).upper(), m[1]), typed)
        return typed

    def _pair(self, said: re.Match[str]) -> str:
        """Two places by their initials side by side ("ĐL vs BN"), whatever else the letters stand for; as typed where one is none."""
        homes = [self.initials.get(fold(said[n]).upper(), "") for n in (1, 3)]
        return f"{homes[0]}{said[2]}{homes[1]}" if all(homes) else said[0]

    def find(self, text: str) -> tuple[list[str], frozenset[str], list[Mentioned]]:
        """The provinces that `text` names, be it by a place in them, the folded words of their names, and where those that are called by
        a name of their own are named."""
        typed = words(text.replace("-", " "))
        forms = [canonical(w) for w in typed]
        found: list[str] = []
        used: set[str] = set()
        mentions: list[Mentioned] = []
        end = 0
        i = 0
        while i < len(forms):
            for length in range(min(self._longest, len(forms) - i), 0, -1):
                name = tuple(forms[i : i + length])
                if name in self._names and self._is_place(text, forms, i, length):
                    found.append(self._names[name])
                    used.update(fold(w) for w in name)
                    said = re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, typed[i : i + length])) + r"(?!\w)").search(text, end)
                    if said:
                        end = said.end()
                        mentions.append((found[-1], said.start(), end))
                    i += length - 1
                    break
            i += 1
        beside = self._beside(text, used) if found else []
        found, used = [*found, *beside], {*used, *(fold(w) for w in words(text) if self.initials.get(fold(w).upper()) in beside)}
        if not found:
            found, used = self._by_initials(text)
        if not found:
            # A district or city is part of what is asked, so its words stay in the topic.
            named = [m for m in places_in(text) if m.province and not (m.kind == "tỉnh" and text[m.start].islower())]
            found = [m.province for m in named if m.province and not self._elsewhere(m)]
        return list(dict.fromkeys(found)), frozenset(used), mentions

    def _elsewhere(self, mention: Mention) -> bool:
        """Whether a district is one of a province that the library has nothing of, though its documents speak of what is called so: "Vườn
        quốc gia Cát Tiên" in a plan of Đồng Nai, and the district of Lâm Đồng."""
        if mention.kind == "tỉnh" or mention.province is None or any(self.resolve([mention.province])[0]):
            return False
        return self._said(mention.name)

    def _is_place(self, text: str, forms: list[str], i: int, length: int) -> bool:
        """Whether `forms[i : i + length]`, a place's name, is meant as one: "công nghệ an toàn" names no Nghệ An."""
        if capital(text, forms[i]):
            return True
        if length == 1:
            return has_diacritics(forms[i]) or not SYLLABLE.fullmatch(fold(forms[i]))
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
            home = self.initials.get(fold(word).upper()) if word.isupper() else None
            around = [said[i - 2 : i] if i > 1 else [], said[i + 1 : i + 3][::-1]]
            if home and any(len(pair) > 1 and pair[1].lower() in _JOINS and fold(pair[0]) in places for pair in around):
                found.append(home)
        return found

    def _by_initials(self, text: str) -> tuple[list[str], set[str]]:
        """Provinces of the library named by their initials in capitals ("TV"), where no other province has the same."""
        said = [w for w in words(text) if not w.islower() and w.isupper() and fold(w).upper() in self.initials]
        if text.isupper():
            return [], set()
        return [self.initials[fold(w).upper()] for w in said], {fold(w) for w in said}

    def resolve(self, found: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], Renamed, Renamed]:
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


def with_nation(
    lowered: str, provinces: tuple[str, ...], terms: frozenset[str], called: Iterable[str] = ()
) -> tuple[tuple[str, ...], frozenset[str]]:
    """`provinces`, with the central bodies' documents where the whole country is asked about, alone or beside one of `provinces`, which
    may be `called` otherwise in `lowered`."""
    if not provinces:
        said = _COUNTRY.search(lowered)
        return ((CENTRAL,), terms | {fold(w) for w in words(said[0])}) if said else (provinces, terms)
    names = "|".join(map(re.escape, dict.fromkeys((*(p.lower() for p in provinces), *called))))
    together = r"(?:và|với|so với|so cùng|cùng|hay|hoặc) (?:(?:của|tỉnh|thành phố|mức|mục tiêu|mặt bằng|chung) )*"
    beside = re.search(rf"(?<!\w)(?:{_NATION} {together}(?:{names})|(?:{names}) {together}{_NATION})(?!\w)", lowered)
    against = _SHARED_WITH.sub(" ", lowered)
    if not beside and (_SETS_AGAINST.search(against) or _THE_LIKE.search(against)):
        beside = re.search(
            rf"(?<!\w)(?:{_OFFICES}{_ONE_AND_THE_OTHER}(?:{names})|(?:{names}){_ONE_AND_THE_OTHER}{_OFFICES})(?!\w)", lowered
        )
    return ((*provinces, CENTRAL), terms | _NATION_TERMS) if beside and CENTRAL not in provinces else (provinces, terms)


def central_in(text: str) -> list[Mentioned]:
    """Where `text` names the central bodies, whose documents are of no province."""
    return [(CENTRAL, m.start(), m.end()) for m in re.finditer(rf"(?i)(?<!\w){_OFFICES}(?!\w)", text)][:1]


def districts(text: str, typed: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The districts, cities and communes that `text` is about, and those where somebody merely lives or works, folded. `typed`: the same
    before its diacritics were restored, where those without capitals count too."""
    if typed and typed == typed.lower():
        for m in places_in(typed, folded=True):
            if m.kind != "tỉnh":
                text = re.sub(rf"(?i)(?<!\w){re.escape(m.name)}(?!\w)", m.name, text)
    mentions = [m for m in places_in(text) if m.kind != "tỉnh" and key(m.name) not in province_names()]
    named = [(m.start, m.name) for m in mentions] + [
        (m.start(), m["name"]) for m in _COMMUNE.finditer(text) if key(m["name"]) not in province_names()
    ]
    about: list[str] = []
    homes: list[str] = []
    home = -1  # where the last place ends that somebody lives in
    for start, name in sorted(named):
        if _LIVES_IN.search(text[:start]) or (home >= 0 and _AND.match(text[home:start])):
            home = start + len(name)
            homes.append(fold(name))
        else:
            about.append(fold(name))
    return tuple(dict.fromkeys(about)), tuple(dict.fromkeys(homes))


def province_meant(given: str) -> str | None:
    """The province that a caller's filter means; central bodies' documents have one of their own."""
    return CENTRAL if fold(given) == fold(CENTRAL) else known_province(given)


def capital(text: str, word: str) -> bool:
    """Whether `word` stands in `text` with a capital."""
    return re.search(rf"(?<!\w)(?=[{UPPER}])(?i:{re.escape(word)})(?!\w)", text) is not None
