"""Where a text or a question names provinces and districts."""

import functools
import re
from dataclasses import dataclass, replace

from documents.gazetteer import RANKS, SHORT_KINDS, Reading, folded_lexicon, homes, lexicon, of_kind, since_2025
from documents.normalise import canonical, fold, words


@dataclass(frozen=True, slots=True)
class Mention:
    """A province or district that a text names: `text[start:end]` is the name, without a kind word before it."""

    start: int
    end: int
    name: str
    """As listed: "Bình Định", "Quy Nhơn", "Quận 1"."""
    kind: str
    """"tỉnh" for what was a province (cities too), else the district's kind, or "" where districts of several kinds are meant."""
    provinces: tuple[str, ...]
    """The provinces (before 2025) it can lie in or be: one where that is sure."""

    @property
    def province(self) -> str | None:
        """The province, where it can be only one."""
        return self.provinces[0] if len(self.provinces) == 1 else None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    form: str
    folded: str

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


@dataclass(frozen=True, slots=True)
class _Hit:
    """The words [first, end) that bear a name, with the kind word before them."""

    first: int
    end: int
    lead: int
    kind: str
    readings: tuple[Reading, ...]
    sure: bool


_WORDS = re.compile(r"\d+|[^\W\d_]+")
_INSIDE = re.compile(r"[^\S\n]*\n?[^\S\n]*(?:[-–][^\S\n]*)?|['’ʼ][^\S\n]*")
_LISTED = re.compile(r"\s*(?:[,;/–-]|và\b|va\b|hoặc\b)\s*(?:(?:và|các)\s+)*", re.I)
_ABOVE = re.compile(r"[\s,(–-]*(?:(?:của|thuộc)\s+)?(?:các\s+)?", re.I)
_KINDS = {k: k for k in ("thành phố", "thị xã", "huyện", "quận", "tỉnh")} | SHORT_KINDS
_FOLDED_KINDS = {fold(k): v for k, v in _KINDS.items()}
_COMMUNE = "xã"
_OTHERS = dict.fromkeys(("thị trấn", "xã", "phường", "phuong", "thôn", "ấp"), _COMMUNE)
_OTHERS |= dict.fromkeys(("phố", "đường", "ngõ", "hẻm", "sông", "suối", "rạch", "kênh", "núi", "ông", "bà", "cụ", "đồng chí"), "-")
_OTHERS |= dict.fromkeys(("chiến thắng", "chiến dịch"), "-")
"""Words that make the name after them that of a commune, a street, a river, a person, a battle."""
_LEAD_ENDS = frozenset(fold(k).split()[-1] for k in (*_KINDS, *_OTHERS))
_EVERY = frozenset(("cấp", "các", "từng", "mỗi", "những", "toàn"))
_HONOURED = frozenset(
    ("tịch", "tưởng", "sản", "gương", "cách", "đức", "bác", "lăng", "tàng", "gia", "viện", "mòn", "thưởng", "chương", "trường", "tên")
)
"""The last words of what stands before a person's name that is a place's too ("Chủ tịch Hồ Chí Minh", "tư tưởng …")."""
_SURNAMES = frozenset(words("nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đào hà tạ cao trương"))
_CENTRAL = frozenset({"Hà Nội", "TP. Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"})
_PLAIN = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_STRICTEST = ("name", "word", "bare", "")


def places_in(text: str, *, folded: bool = False) -> list[Mention]:
    """The provinces and districts that `text` (NFC) names, in order, longest names first, none overlapping.

    Names need their capitals, or a kind word before them ("huyện vân canh"). In a text typed without capitals, and in lines all in
    capitals, a name counts on its own unless it is everyday words too ("thống nhất", "hòa bình"; `District.also`). Names that are
    a person's or a word's even in capitals ("Hồ Chí Minh", "Duyên Hải") need a kind word or a place beside them. What follows
    "xã", "phường", "đường", "sông", "ông" or a surname is no mention. A province right behind a name that several provinces have
    tells which is meant ("Châu Thành, tỉnh Trà Vinh").

    Args:
        folded: names also count in words without diacritics ("quy nhon"); a word with diacritics must have the right ones.
    """
    return _Scan(text, folded).mentions()


class _Scan:
    """One text on its way to its mentions."""

    def __init__(self, text: str, folded: bool) -> None:
        self.text, self.folded = text, folded
        self.words = [_Word(w[0], w.start(), w.end(), canonical(w[0]), fold(w[0])) for w in _WORDS.finditer(text)]
        self.careful = any(w.capital and w.text[1:].islower() for w in self.words[1:])

    def mentions(self) -> list[Mention]:
        hits = self._promoted(self._hits())
        found: list[Mention] = []
        for i, hit in enumerate(hits):
            follows = i > 0 and _LISTED.fullmatch(self._between(hits[i - 1].end, hit.lead))
            found.append(self._mention(hit, found[-1].kind if follows else ""))
        for i in range(len(found) - 2, -1, -1):
            above = found[i + 1]
            if len(found[i].provinces) > 1 and _ABOVE.fullmatch(self._between(hits[i].end, hits[i + 1].lead)):
                inside = [p for p in found[i].provinces if p in above.provinces]
                inside = inside or [p for p in found[i].provinces if above.kind == "tỉnh" and since_2025(p) in above.provinces]
                found[i] = replace(found[i], provinces=tuple(inside) or found[i].provinces)
        return found

    def _between(self, end: int, first: int) -> str:
        return self.text[self.words[end - 1].end : self.words[first].start]

    def _hits(self) -> list[_Hit]:
        hits: list[_Hit] = []
        first_words = _first_words()
        i = run = 0
        while i < len(self.words):
            if i and not (self.words[i - 1].capital and self._between(i, i).isspace()):
                run = i
            if self.words[i].folded not in first_words and not (i and self.words[i - 1].folded in _LEAD_ENDS):
                i += 1  # as most words: no name begins here, and nothing says that one does
                continue
            kind, lead = self._lead(i)
            length, readings = self._longest(i)
            if kind in ("-", _COMMUNE):
                i = self._skip(i, length, listed=kind == _COMMUNE and self._plural(lead))
            elif length and not kind and run < i and self.words[run].form in _SURNAMES and not self.words[i].shouted:
                i = self._skip(i, length)
            else:
                if kind == "quận" and self.words[i].text.isdecimal():
                    length, readings = 1, lexicon().get((kind, str(int(self.words[i].text))), ())
                sure = self._sure(i, length, readings, kind, lead) if readings else None
                if sure is not None:
                    hits.append(_Hit(i, i + length, lead, kind, readings, sure))
                    run = i + length
                hidden = bool(readings) and not readings[0].units and not readings[0].province
                i += length if sure is not None or hidden else 1
        return hits

    def _lead(self, i: int) -> tuple[str, int]:
        """The kind word right before word `i` ("" for none, "-" or "xã" for what is no district), and the word it begins at."""
        if not i or self.words[i - 1].folded not in _LEAD_ENDS:
            return "", i
        for n in (2, 1):
            if i < n or not re.fullmatch(r"\s*|\.\s*|:\s*", self._between(i, i)) or (n == 2 and not self._between(i - 1, i - 1).isspace()):
                continue
            said = " ".join(w.form for w in self.words[i - n : i])
            kind = _KINDS.get(said) or _OTHERS.get(said) or (_FOLDED_KINDS.get(said) if self.folded else None)
            if kind and (said not in ("q", "h") or "." in self._between(i, i)):
                return kind, i - n
        return "", i

    def _plural(self, lead: int) -> bool:
        return lead > 0 and (self.words[lead - 1].form == "các" or self.words[lead - 1].text.isdigit())

    def _skip(self, i: int, length: int, *, listed: bool = False) -> int:
        """Past the name that begins at `i`, and past those in a list with it."""
        end = i + max(length, 1)
        if self.words[i].capital and not self.words[i].shouted:
            while end < len(self.words) and self._names(end) and self._between(end, end) == " ":
                end += 1
        if listed and end < len(self.words):
            after = end + (self.words[end].form == "và")
            separated = after > end or self._between(end, end).strip() in (",", ";")
            if separated and after < len(self.words) and self._names(after):
                length, readings = self._longest(after)
                if not any(r.province for r in readings):
                    return self._skip(after, length, listed=True)
        return end

    def _names(self, i: int) -> bool:
        return self.words[i].capital and self.words[i].form not in _KINDS

    def _longest(self, i: int) -> tuple[int, tuple[Reading, ...]]:
        if self.words[i].folded not in _first_words():
            return 0, ()
        exact = lexicon()
        for end in range(min(i + _longest_name(), len(self.words)), i, -1):
            said = self.words[i:end]
            found = exact.get(tuple(w.form for w in said), ())
            if self.folded and all(w.folded == w.text.lower() for w in said):
                found = folded_lexicon().get(tuple(w.folded for w in said), ())
            if found and all(_INSIDE.fullmatch(self._between(j, j)) for j in range(i + 1, end)):
                return end - i, found
        return 0, ()

    def _sure(self, i: int, length: int, readings: tuple[Reading, ...], kind: str, lead: int) -> bool | None:
        """True: a place; False: one if a place stands beside it; None: none."""
        said, end = self.words[i : i + length], i + length
        if not any(r.province or r.units for r in readings):
            return None
        if said[-1].text.isdigit():
            return None if re.match(r"[./,]?\d|/", self.text[said[-1].end :]) else True
        also = min((r.also for r in readings if r.province or not readings[0].province), key=_STRICTEST.index)
        beside = self.words[max(i - 1, 0) : i] + self.words[end : end + 1]
        shouted = all(w.shouted for w in said) and (length > 1 or self.folded) and any(w.shouted for w in beside)
        if not shouted and all(w.capital or self.text[w.start - 1] in "'’ʼ" for w in said):
            return also != "name" or bool(kind)
        if kind:
            everyday = also in ("name", "word") and (self.careful or (lead > 0 and self.words[lead - 1].form in _EVERY))
            return True if shouted or not everyday else None
        if also in ("name", "word") or (also == "bare" and all(w.text.isascii() for w in said)):
            return None
        if length == 1 and _PLAIN.fullmatch(said[0].folded):
            return None
        return shouted or not self.careful

    def _promoted(self, hits: list[_Hit]) -> list[_Hit]:
        """The sure hits, and those that a sure one stands beside in a list or right behind."""
        sure = [h.sure for h in hits]
        for i in [*range(len(hits)), *range(len(hits) - 1, -1, -1)]:
            hit = hits[i]
            if sure[i] or (hit.first and self.words[hit.first - 1].form in _HONOURED):
                continue
            before = i > 0 and sure[i - 1] and _LISTED.fullmatch(self._between(hits[i - 1].end, hit.lead))
            after = hits[i + 1] if i + 1 < len(hits) and sure[i + 1] else None
            gap = self._between(hit.end, after.lead) if after else ""
            inside = after and {d.province for r in hit.readings for d in r.units} & {r.province for r in after.readings}
            sure[i] = bool(before or (after and _LISTED.fullmatch(gap)) or (inside and _ABOVE.fullmatch(gap)))
        return [h for h, s in zip(hits, sure, strict=True) if s]

    def _mention(self, hit: _Hit, hint: str) -> Mention:
        start, end = self.words[hit.first].start, self.words[hit.end - 1].end
        if self.words[hit.first].text.isdigit():
            start = self.words[hit.lead].start
        units = tuple(d for r in hit.readings for d in r.units)
        province = next((r.province for r in hit.readings if r.province), None)
        fit = of_kind(units, hit.kind) if hit.kind in RANKS and not (hit.kind == "thành phố" and province in _CENTRAL) else ()
        if province and not fit:
            return Mention(start, end, province, "tỉnh", (province,))
        fit = fit or (of_kind(units, hint) if hint in RANKS else ()) or units
        kinds = {d.kind for d in fit}
        return Mention(start, end, fit[0].name, kinds.pop() if len(kinds) == 1 else "", homes(fit))


@functools.cache
def _first_words() -> frozenset[str]:
    return frozenset(fold(k[0]) for k in lexicon())


@functools.cache
def _longest_name() -> int:
    return max(len(k) for k in lexicon())
