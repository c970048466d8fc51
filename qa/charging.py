"""Who is charged with a task whose body stands elsewhere: "Sở Nội vụ chủ trì khoản 2 mục IV", below "Tổ chức thực hiện"."""

import functools
from collections.abc import Collection, Mapping, Sequence

from documents import cross_references
from documents.cross_references import Place
from documents.resolution import Passage, Resolution
from index.analysis import term_set
from index.store import Index
from qa.evidence import Evidence
from qa.subjects import headed_by_body, is_body
from qa.units import Unit

_MOST = 2  # that charge somebody with the same thing: who leads, and who takes part
_KEPT = 64  # documents
_ALIKE = 1.0  # what the pairs of syllables weigh together that tell of the same thing


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

    def alike(self, unit: Unit, asked: Collection[str]) -> list[Unit]:
        """The clauses of other passages of its document that charge a body in the words of `unit`, some of the terms `asked` among
        them; those that share the most first."""
        own = {t for t in term_set(unit.text) if "_" in t and t[0] != "~"}
        found: list[tuple[float, int, Unit]] = []
        for passage in self._index.document(unit.passage.document_id).passages:
            if passage.id == unit.passage.id or passage.kind != "body":
                continue
            for clause, said in self._evidence.units(passage):
                shared = own & said
                if len(shared) > 1 and not shared.isdisjoint(asked) and (is_body(passage.text) or headed_by_body(clause)):
                    found.append((-sum(self._evidence.weight(t) for t in shared), clause.start, clause))
        return [clause for weight, _, clause in sorted(found, key=lambda f: f[:2]) if weight <= -_ALIKE][:_MOST]

    def _references(self, document_id: str) -> tuple[Mapping[str, Sequence[Place]], Mapping[str, Passage]]:
        document: Resolution = self._index.document(document_id)
        found = cross_references.places(document)
        return found, {p.id: p for p in document.passages if p.id in found}
