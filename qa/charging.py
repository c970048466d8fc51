"""Who is charged with a task whose body stands elsewhere: "Sở Nội vụ chủ trì khoản 2 mục IV", below "Tổ chức thực hiện"."""

import functools
from collections.abc import Mapping, Sequence

from documents import cross_references
from documents.cross_references import Place
from documents.resolution import Passage, Resolution
from index.store import Index
from qa.evidence import Evidence
from qa.patterns import any_of
from qa.subjects import is_body
from qa.units import Unit

_CHARGES = any_of(
    *("chủ trì", "phối hợp", "chịu trách nhiệm", "phụ trách", "đầu mối", "tham mưu", "lãnh đạo", "chỉ đạo", "tổ chức"),
    *("triển khai", "thực hiện", "ban hành", "xây dựng", "hướng dẫn", "giao"),
)
_MOST = 2  # that charge somebody with the same thing: who leads, and who takes part
_KEPT = 64  # documents


class Charges:
    """Looks up who is charged with what, over one index."""

    def __init__(self, index: Index, evidence: Evidence) -> None:
        self._index = index
        self._evidence = evidence
        self._of = functools.lru_cache(maxsize=_KEPT)(self._references)

    def units(self, passage: Passage) -> list[Unit]:
        """What charges bodies with the task that `passage` is, best first: the clauses of other passages of its document that refer
        to it or to the section it stands in, those that refer to the least besides first."""
        references, passages = self._of(passage.document_id)
        address = cross_references.address(passage)
        found: list[tuple[int, int, Unit]] = []
        for name, places in references.items():
            of = passages[name]
            for place in places:
                depth = _depth(place.labels, address)
                if depth and of.id != passage.id and (is_body(of.text) or _CHARGES.search(of.text)):
                    unit = next((u for u, _ in self._evidence.units(of) if u.start <= place.start < u.end), None)
                    if unit is not None:
                        found.append((-depth, unit.start, unit))
        if not found:
            return []
        nearest = min(found)[0]
        return [unit for depth, _, unit in sorted(found, key=lambda f: f[:2]) if depth == nearest][:_MOST]

    def _references(self, document_id: str) -> tuple[Mapping[str, Sequence[Place]], Mapping[str, Passage]]:
        document: Resolution = self._index.document(document_id)
        found = cross_references.places(document)
        return found, {p.id: p for p in document.passages if p.id in found}


def _depth(labels: Sequence[str], address: Sequence[str]) -> int:
    """How far down `address` the place `labels` reaches; 0 where the address is not there."""
    size = len(labels)
    return next((i + size for i in range(len(address) - size + 1) if tuple(address[i : i + size]) == tuple(labels)), 0)
