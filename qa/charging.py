"""Who is charged with a task whose body stands elsewhere: "Sở Nội vụ chủ trì khoản 2 mục IV", below "Tổ chức thực hiện"."""

import functools
from collections.abc import Mapping, Sequence

from documents import cross_references
from documents.cross_references import Place
from documents.resolution import Passage, Resolution
from index.store import Index
from qa.evidence import Evidence
from qa.subjects import headed_by_body, is_body
from qa.units import Unit

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
                depth = cross_references.depth(place.labels, address)
                if depth and of.id != passage.id:
                    unit = next((u for u, _ in self._evidence.units(of) if u.start <= place.start < u.end), None)
                    if unit is not None and (is_body(of.text) or headed_by_body(unit)):
                        found.append((-depth, unit.start, unit))
        if not found:
            return []
        nearest = min(found)[0]
        return [unit for depth, _, unit in sorted(found, key=lambda f: f[:2]) if depth == nearest][:_MOST]

    def _references(self, document_id: str) -> tuple[Mapping[str, Sequence[Place]], Mapping[str, Passage]]:
        document: Resolution = self._index.document(document_id)
        found = cross_references.places(document)
        return found, {p.id: p for p in document.passages if p.id in found}
