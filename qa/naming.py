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
_OFFICE = re.compile(r"^(?:thu tuong|chu tich nuoc|bo chinh tri|ban bi thu|quoc hoi|bo [a-z]+(?: [a-z&,]+)*)")


@dataclass(frozen=True, slots=True)
class Named:
    """The documents a question names, and the folded words it names them by."""

    document_ids: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    by_number: bool = False


class Names:
    """The names of a library's documents."""

    def __init__(self, documents: Sequence[Resolution]) -> None:
        self._numbers = [(d, *_number(d.number)) for d in documents if d.number]
        self._offices = [(d, office[0]) for d in documents if d.province == CENTRAL and (office := _OFFICE.match(fold(d.body)))]

    def find(self, text: str) -> Named:
        """What `text` (diacritics restored or not) names."""
        folded = fold(text)
        squeezed = re.sub(r"\s*([/-])\s*", r"\1", folded)
        whole = [d for d, number, _ in self._numbers if re.search(rf"(?<![\w/-]){re.escape(number)}(?![\w/-])", squeezed)]
        if whole:
            return Named(tuple(d.id for d in whole), frozenset(w for d in whole for w in re.findall(r"\w+", fold(d.number or ""))), True)
        called: dict[str, str] = {}
        for d, _, digits in self._numbers:
            # The symbol tells the kind even where the file is a speech on the document.
            symbol = set(re.findall(r"[a-z]+", fold(d.number or "")))
            kinds = [*_ANY_KIND, fold(d.kind), *(k for full, short in _SHORT.items() if short in symbol for k in (full, short))]
            said = "|".join(map(re.escape, filter(None, kinds)))
            if re.search(rf"(?<!\w)(?:{said})(?: so)? {digits}(?![\w/.,%-])(?! ?(?:nam|%))", folded):
                called[d.id] = digits
        if called:
            return Named(tuple(called), frozenset(re.sub(r"^0\*", "", n) for n in called.values()), True)
        by_office = [(d, office) for d, office in self._offices if re.search(rf"(?<!\w){office}(?!\w)", folded)]
        return Named(tuple(d.id for d, _ in by_office), frozenset(w for _, office in by_office for w in office.split()))


def _number(number: str) -> tuple[str, str]:
    """A number as it is compared, and its digits without leading noughts."""
    folded = re.sub(r"\s*([/-])\s*", r"\1", fold(number))
    digits = re.match(r"\d+", folded)
    return folded, rf"0*{int(digits[0])}" if digits else re.escape(folded)
