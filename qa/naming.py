"""Which documents of the library a question names: by number ("Quyết định 2597", "KH 157", "04-NQ/TU"), for central ones by the
body that issued them ("đề án của Thủ tướng"), or by words of its title ("chương trình phổ cập kỹ năng số").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.corrections import CENTRAL
from documents.normalise import fold
from documents.resolution import Resolution
from index.rows import Head

# Folded. A plan or a programme is often called by the number of the decision that approves it.
_ANY_KIND = ("de an", "chuong trinh", "chien luoc", "van ban")
_SHORT = {"nghi quyet": "nq", "quyet dinh": "qd", "ke hoach": "kh", "chi thi": "ct", "nghi dinh": "nd", "thong tu": "tt", "bao cao": "bc"}
_CITED = re.compile(
    r"(?<![\w/.-])\d{1,6}(?:/(?:19|20)\d\d)?\s?[/-]\s?(?:nq|qd|kh|ct|nd|tt|bc|ttr|ctr|tb|cv|hd|kl|da|vbhn|qh)[\w-]*(?:\s?[/-]\s?[a-z]\w*)*"
)
_LOOSE = {**_SHORT, "ket luan": "kl", "thong bao": "tb"}
_LOOSELY = re.compile(rf"(?<!\w)(?P<kind>{'|'.join(_LOOSE)})(?: so)? (?P<digits>\d{{1,4}})(?![\w/%-]|[.,]\d)(?! ?(?:nam|%))")
_A_KIND = re.compile(rf"(?<!\w)(?:{'|'.join((*_SHORT, *_ANY_KIND))})(?!\w)")
_ITS = re.compile(rf"(?<!\w)(?:{'|'.join((*_SHORT, *_ANY_KIND, 'chien luoc', 'quy dinh', 'luat'))})(?: [\w,]+){{0,14}} (?:cua|do) $")
_OFFICE = re.compile(r"^(?:thu tuong|chu tich nuoc|bo chinh tri|ban bi thu|quoc hoi|bo [a-z]+(?: [a-z&,]+)*)")
_BY = re.compile(r"(?:/[\w/-]+)? (?:cua|do) ")
_KINDS = rf"(?<!\w)(?:{'|'.join((*_SHORT, *_ANY_KIND[:2], 'chien luoc', 'chinh sach', *_SHORT.values()))})(?!\w)"
_TITLED = re.compile(rf"{_KINDS}(?: (?:quoc gia|tong the|hanh dong|thuc hien|phe duyet|ban hanh|quy dinh|ve|cua tinh|cua thanh pho))*")
_DISTINCT = 4  # syllables of a title, one after the other, that tell it from all others


@dataclass(frozen=True, slots=True)
class Named:
    """The documents a question names, and where in its text."""

    document_ids: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    by_number: bool = False


class Names:
    """The names of a library's documents."""

    def __init__(self, documents: Sequence[Head | Resolution]) -> None:
        # By a word that any text with the name must hold, so that of many documents only few are looked for.
        self._whole: dict[str, list[tuple[int, str, str]]] = {}
        self._called: dict[int, list[tuple[int, str, str, str, int]]] = {}
        self._offices: dict[str, list[tuple[int, str]]] = {}
        self._titles: dict[tuple[str, ...], set[str]] = {}
        self._bodies = {d.id: re.findall(r"\w+", fold(d.body)) for d in documents}
        for place, d in enumerate(documents):
            if d.number and (first := re.search(r"\w+", fold(d.number))):
                self._whole.setdefault(first[0], []).append((place, d.id, d.number))
            if d.number and (digits := re.match(r"\d+", d.number)):
                entry = (place, d.id, d.kind, d.number, int(digits[0]))
                self._called.setdefault(entry[-1], []).append(entry)
            if d.province == CENTRAL and (office := _OFFICE.match(fold(d.body))):
                self._offices.setdefault(office[0], []).append((place, d.id))
            said = re.findall(r"\w+", fold(d.title))
            for i in range(len(said) - _DISTINCT + 1):
                self._titles.setdefault(tuple(said[i : i + _DISTINCT]), set()).add(d.id)

    def find(self, text: str) -> Named:
        """What `text` (diacritics restored or not) names."""
        folded = fold(text)
        if len(folded) != len(text):
            return Named()  # not composed, so that no span would be true
        said = dict.fromkeys(re.findall(r"\w+", folded))
        whole = sorted(entry for word in said for entry in self._whole.get(word, ()))
        numbers = {int(w) for w in said if w.isdecimal()}
        called = sorted(entry for n in numbers for entry in self._called.get(n, ()))
        by_number = [(i, _whole(number)) for _, i, number in whole]
        by_kind = [(i, _called(kind, number, digits)) for _, i, kind, number, digits in called]
        for patterns in (by_number, by_kind):
            found = [(i, m.span()) for i, pattern in patterns if (m := pattern.search(folded))]
            if found:
                # Of several with that number, those of the body that is named.
                longer = [(i, (a, end)) for i, (a, b) in found if (end := self._with_body(i, folded, b)) > b]
                found = longer or found
                return Named(tuple(i for i, _ in found), tuple(span for _, span in found), True)
        # "thông tư của Bộ Công an" names a document, "Bộ Công an chịu trách nhiệm gì?" a body that any document may charge.
        offices = {
            o: m.span()
            for o in self._offices
            if (m := re.search(rf"(?<!\w){o}(?!\w)", folded)) and (not o.startswith("bo ") or _ITS.search(folded[: m.start()]))
        }
        found = [(i, span) for _, i, span in sorted((place, i, span) for o, span in offices.items() for place, i in self._offices[o])]
        return Named(tuple(i for i, _ in found), tuple(span for _, span in found))

    def _with_body(self, identity: str, folded: str, end: int) -> int:
        """Where the name of a document that ends at `end` ends with the body that issued it ("… của Thủ tướng")."""
        its = _BY.match(folded, end)
        if its is None:
            return end
        body, taken = self._bodies[identity], 0
        said = list(re.finditer(r"\w+", folded[its.end() :]))
        while taken < min(len(body), len(said)) and said[taken][0] == body[taken]:
            taken += 1
        # "của Thủ tướng" is enough, "của Bộ" may be of any.
        short = taken > 1 and body[0] != "bo"
        return its.end() + said[taken - 1].end() if taken and (short or taken == len(body)) else end

    def by_title(self, text: str) -> Named:
        """The document that `text` names by its kind and by words that no other title has in this order."""
        folded = fold(text)
        if len(folded) != len(text):
            return Named()
        for called in _TITLED.finditer(folded):
            said = list(re.finditer(r"\w+", folded[called.end() :]))
            taken = 0
            ids: set[str] = set()
            while len(own := tuple(m[0] for m in said[taken : taken + _DISTINCT])) == _DISTINCT:
                if len(of := self._titles.get(own, set())) != 1 or (ids and of != ids):
                    break
                ids, taken = of, taken + 1
            if ids:
                end = called.end() + said[taken + _DISTINCT - 2].end()
                return Named(tuple(ids), ((called.start(), end),))
        return Named()


def cited(text: str) -> tuple[str, ...]:
    """The numbers of documents in `text`, folded and without spaces ("46/kh-ubnd")."""
    return tuple(dict.fromkeys(re.sub(r"\s", "", n) for n in _CITED.findall(fold(text))))


def loosely_cited(text: str) -> tuple[str, ...]:
    """Documents that `text` calls by their kind and the figures of their number alone ("chỉ thị 21"), as "21~ct" for `cites`."""
    folded = fold(text)
    found = list(_LOOSELY.finditer(folded))
    if not found or _A_KIND.search(folded, 0, found[0].start()):
        return ()  # "chương trình hành động thực hiện Nghị quyết 57": what is asked is of the programme
    return tuple(dict.fromkeys(f"{int(m['digits'])}~{_LOOSE[m['kind']]}" for m in found))


def cites(flat: str, number: str) -> bool:
    """Whether a text, folded and without white space, cites the document `number` (of `cited` or `loosely_cited`)."""
    if "~" not in number:
        return number in flat
    digits, _, short = number.partition("~")
    return re.search(rf"(?<![\d/.-])0*{digits}(?:/(?:19|20)\d\d)?[/-]{short}(?![a-z])", flat) is not None


def _whole(number: str) -> re.Pattern[str]:
    """A number as it is printed or typed: "157/KH-UBND", "157 / kh - ubnd"."""
    parts = [re.escape(part) for part in re.split(r"\s*[/-]\s*", fold(number)) if part]
    return re.compile(r"(?<![\w/-])(?:so )?" + r"\s*[/-]\s*".join(parts) + r"(?![\w/-])")


def _called(kind: str, number: str, digits: int) -> re.Pattern[str]:
    """A kind with the `digits` that the number begins with: "Kế hoạch số 157"."""
    # The symbol tells the kind even where the file is a speech on the document.
    symbol = set(re.findall(r"[a-z]+", fold(number)))
    kinds = [*_ANY_KIND, fold(kind), *(k for full, short in _SHORT.items() if short in symbol for k in (full, short))]
    said = "|".join(map(re.escape, filter(None, kinds)))
    return re.compile(rf"(?<!\w)(?:{said})(?: so)? 0*{digits}(?![\w/%-]|[.,]\d)(?! ?(?:nam|%))")


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with the stretches that name a document blanked."""
    for a, b in spans:
        text = text[:a] + " " * (b - a) + text[b:]
    return text
