"""The order in which passages are shown as evidence: by the best unit each holds, with what the question's shape calls for.

The search brings candidates; a passage is as good as the best of its sentences and clauses (`qa.evidence`). A question
about several provinces gets their passages by turns, one about the document itself the passages that hold those facts,
and one that asks *which* province is answered together with the title that names it.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from documents.resolution import Passage
from index.search import Hit
from index.store import Index
from qa.evidence import Evidence, Scored
from qa.patterns import Kind
from qa.question import Question
from qa.topics import together, topical

_WITH = {"signer": ("signer", "signer_role")}
_WHOLE = 0.55  # what a passage without units (title, recipients, signature) counts of its search score, as `Evidence` counts it


def ranked(index: Index, evidence: Evidence, question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """`hits` in their order as evidence, best first; passages that hold asked facts may be added."""
    best: dict[str, float] = {}
    units = evidence.score(question, hits)
    section = section_hits(index, evidence, question, units)
    for s in units:
        best.setdefault(s.unit.passage.id, s.score)
    scored = [replace(h, score=best.get(h.passage.id, _WHOLE * h.score)) for h in hits]
    scored.sort(key=lambda h: -h.score)
    if question.kind is Kind.COMPARE:
        scored = _by_turns(index, scored)
    front = _facts(index, question) if question.facts else []
    if question.asks_place and scored:
        scored = _with_titles(index, scored)
    if section and scored:
        scored = [*scored[:1], *section, *scored[1:]]
    return _unique([*front, *scored])


def section_hits(index: Index, evidence: Evidence, question: Question, units: Sequence[Scored]) -> list[Hit]:
    """The passages that answer together with the best, where a question asks for a list or section: those of its list or
    below its heading, in order; [] where one passage will do."""
    if not units or question.measure or question.kind not in (Kind.LIST, Kind.TEXT, Kind.WHO):
        return []
    best = units[0]
    lead = best.unit.passage.text.rstrip().endswith(":")
    if not (lead or topical(evidence, question, best)):
        return []
    return [Hit(p, 0.0, {"together": 0.0}) for p in together(index, best.unit.passage)]


def _by_turns(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """The best of each province, then the second best of each, …; provinces in the order of their best."""
    queues: dict[str, list[Hit]] = {}
    for h in hits:
        queues.setdefault(index.document(h.passage.document_id).province, []).append(h)
    return [h for turn in itertools.zip_longest(*queues.values()) for h in turn if h is not None]


def _facts(index: Index, question: Question) -> list[Hit]:
    """The passages that hold the asked facts of the documents that are meant."""
    from qa.metadata import documents_asked

    found = []
    for document in documents_asked(index, question):
        for name in [n for asked in question.facts for n in _WITH.get(asked, (asked,))]:
            for fact in document.facts.get(name, ()):
                holder = next((p for p in document.passages if fact.start is not None and p.start <= fact.start < p.end), None)
                if holder:
                    found.append(Hit(holder, 1.0, {"fact": 1.0}))
    return found


def _with_titles(index: Index, hits: Sequence[Hit], most: int = 2) -> list[Hit]:
    """Behind the first passage of each of the `most` best documents, the passage with its title."""
    told: set[str] = set()
    found: list[Hit] = []
    for h in hits:
        found.append(h)
        document = index.document(h.passage.document_id)
        if document.id not in told and len(told) < most:
            told.add(document.id)
            title = _title(document.passages, [f.start for f in document.facts.get("title", ())])
            found += [Hit(title, h.score, {"title": 1.0})] if title else []
    return found


def _title(passages: Iterable[Passage], starts: Sequence[int | None]) -> Passage | None:
    return next((p for p in passages for start in starts if start is not None and p.start <= start < p.end), None)


def _unique(hits: Iterable[Hit]) -> list[Hit]:
    seen: dict[str, Hit] = {}
    for h in hits:
        seen.setdefault(h.passage.id, h)
    return list(seen.values())
