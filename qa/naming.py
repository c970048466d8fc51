"""Which documents of the library a question names: by number ("Quyết định 2597", "KH 157", "04-NQ/TU") or, for central
ones, by the body that issued them ("đề án của Thủ tướng").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.corrections import CENTRAL
from documents.normalise import fold
from documents.resolution import Resolution

# Folded. A plan or a programme is often called by the number of the decision that approves it.
_ANY_KIND = ("de an", "chuong trinh", "van ban")
_SHORT = {"nghi quyet": "nq", "quyet dinh": "qd", "ke hoach": "kh", "chi thi": "ct", "nghi dinh": "nd", "thong tu": "tt", "bao cao": "bc"}
_CITED = re.compile(
    r"(?<![\w/.-])\d{1,6}(?:/(?:19|20)\d\d)?\s?[/-]\s?(?:nq|qd|kh|ct|nd|tt|bc|ttr|ctr|tb|cv|hd|kl|da|vbhn|qh)[\w-]*(?:\s?[/-]\s?[a-z]\w*)*"
)
_OFFICE = re.compile(r"^(?:thu tuong|chu tich nuoc|bo chinh tri|ban bi thu|quoc hoi|bo [a-z]+(?: [a-z&,]+)*)")


@dataclass(frozen=True, slots=True)
class Named:
    """The documents a question names, and where in its text."""

    document_ids: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    by_number: bool = False


class Names:
    """The names of a library's documents."""

    def __init__(self, documents: Sequence[Resolution]) -> None:
        self._whole = [(d, _whole(d.number)) for d in documents if d.number]
        self._called = [(d, called) for d in documents if d.number and (called := _called(d.kind, d.number))]
        self._offices = [
            (d, re.compile(rf"(?<!\w){office[0]}(?!\w)"))
            for d in documents
            if d.province == CENTRAL and (office := _OFFICE.match(fold(d.body)))
        ]

    def find(self, text: str) -> Named:
        """What `text` (diacritics restored or not) names."""
        folded = fold(text)
        if len(folded) != len(text):
            return Named()  # not composed, so that no span would be true
        for patterns in (self._whole, self._called):
            found = [(d.id, m.span()) for d, pattern in patterns if (m := pattern.search(folded))]
            if found:
                return Named(tuple(i for i, _ in found), tuple(span for _, span in found), True)
        found = [(d.id, m.span()) for d, pattern in self._offices if (m := pattern.search(folded))]
        return Named(tuple(i for i, _ in found), tuple(span for _, span in found))


def cited(text: str) -> tuple[str, ...]:
    """The numbers of documents in `text`, folded and without spaces ("46/kh-ubnd")."""
    return tuple(dict.fromkeys(re.sub(r"\s", "", n) for n in _CITED.findall(fold(text))))


def _whole(number: str) -> re.Pattern[str]:
    """A number as it is printed or typed: "157/KH-UBND", "157 / kh - ubnd"."""
    parts = [re.escape(part) for part in re.split(r"\s*[/-]\s*", fold(number)) if part]
    return re.compile(r"(?<![\w/-])(?:so )?" + r"\s*[/-]\s*".join(parts) + r"(?![\w/-])")


def _called(kind: str, number: str) -> re.Pattern[str] | None:
    """A kind with the digits of the number: "Kế hoạch số 157"."""
    digits = re.match(r"\d+", number)
    if not digits:
        return None
    # The symbol tells the kind even where the file is a speech on the document.
    symbol = set(re.findall(r"[a-z]+", fold(number)))
    kinds = [*_ANY_KIND, fold(kind), *(k for full, short in _SHORT.items() if short in symbol for k in (full, short))]
    said = "|".join(map(re.escape, filter(None, kinds)))
    return re.compile(rf"(?<!\w)(?:{said})(?: so)? 0*{int(digits[0])}(?![\w/.,%-])(?! ?(?:nam|%))")


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with the stretches that name a document blanked."""
    for a, b in spans:
        text = text[:a] + " " * (b - a) + text[b:]
    return text
