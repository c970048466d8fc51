"""The order in which passages are shown as evidence: by the best unit each holds, with what the question's shape calls for.

The search brings candidates; a passage is as good as the best of its sentences and clauses (`qa.evidence`). A question
about several provinces gets their passages by turns, one about the document itself the passages that hold those facts,
and one that asks *which* province is answered together with the title that names it.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from documents.resolution import Passage
from index.search import Hit
from index.store import Index
from qa.evidence import Evidence
from qa.patterns import Kind
from qa.question import Question
from qa.scored import Scored
from qa.topics import together, topical

_GROUP = 1800  # characters of a list or section that is shown as one
_TOGETHER = 0.3  # what it counts for a short list that its items say all of the topic between them, and none of them any of it
_SHORT = 4  # items; those of a longer list say more of anything by chance
_SMALL = 4  # passages below one heading, which are looked at together
_WHOLE = 0.55  # what a passage without units (title, recipients, signature) counts of its search score, as `Evidence` counts it


def ranked(index: Index, evidence: Evidence, question: Question, hits: Sequence[Hit], scored: Sequence[Scored]) -> list[Hit]:
    """`hits`, whose units are `scored`, in their order as evidence, best first; passages that hold asked facts may be added."""
    best: dict[str, float] = {}
    for s in scored:
        best.setdefault(s.unit.passage.id, s.score)
    order = [replace(h, score=best.get(h.passage.id, _WHOLE * h.score)) for h in hits]
    order.sort(key=lambda h: -h.score)
    several = question.measure is None and question.kind in (Kind.LIST, Kind.TEXT, Kind.WHO, Kind.COMPARE)
    if question.kind is Kind.COMPARE:
        # Where no figure is compared, the lists are: each place brings its own as a whole.
        order = _by_turns(index, _grouped(index, unique(order)) if several else order)
    elif several and order:
        order = [order[0], *_said_together(index, evidence, question, order[1:])]
    front = _facts(index, question) if question.facts else []
    if question.asks_place and order:
        order = _with_titles(index, order)
    of_section = {p.id: i for i, p in enumerate(section_of_best(index, evidence, question, scored))}
    if of_section:
        section = sorted((h for h in order[1:] if h.passage.id in of_section), key=lambda h: of_section[h.passage.id])
        order = [*order[:1], *section, *(h for h in order[1:] if h.passage.id not in of_section)]
    if several and question.kind is not Kind.COMPARE:
        return [*unique(front), *_grouped(index, unique(order))]
    return unique([*front, *order])


def _said_together(index: Index, evidence: Evidence, question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """`hits` best first, the items of a list or short section moved up by what of the topic they say between them and none of them by
    itself: "ghi chép, đường mạng, kỹ năng" are told in an item each, and half the words of each item is no sign of it."""
    wanted = evidence.wanted(question)
    total = sum(wanted.values()) or 1.0
    gains: dict[str, float] = {}
    for h in hits:
        if h.passage.id in gains or h.passage.cells:
            continue
        group = together(index, h.passage)
        if len(group) < 2 or group[-1].end - group[0].start > _GROUP:
            continue
        heading = evidence.said_by(question, evidence.path_terms(h.passage))
        said = [heading.union(*(evidence.said_by(question, own) for _, own in evidence.units(p))) for p in group]
        # `fsum`: a set's order is another in each process, and so would a sum's last digit be.
        best = max(math.fsum(wanted[t] for t in item) for item in said)
        gain = (math.fsum(wanted[t] for t in frozenset().union(*said)) - best) / total
        gains |= dict.fromkeys([p.id for p in group], _TOGETHER * gain * min(1.0, _SHORT / len(group)))
    return sorted((replace(h, score=h.score + gains.get(h.passage.id, 0.0)) for h in hits), key=lambda h: -h.score)


def _grouped(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """`hits`, the items of one list or short section as one hit in the place of its best: for a question that asks for several
    things, half a list is no evidence."""
    found: list[Hit] = []
    taken: set[str] = set()
    for h in hits:
        if h.passage.id in taken:
            continue
        group = together(index, h.passage)
        first, last = group[0], group[-1]
        document = index.document(h.passage.document_id)
        if len(group) > 1 and last.end - first.start <= _GROUP and not taken & {p.id for p in group}:
            taken |= {p.id for p in group}
            joined = Passage(
                f"{first.id}..{last.id}", document.id, first.path, first.start, last.end, document.text[first.start : last.end], first.page
            )
            found.append(replace(h, passage=joined))
        else:
            taken.add(h.passage.id)
            found.append(h)
    return found


def section_of_best(index: Index, evidence: Evidence, question: Question, scored: Sequence[Scored]) -> Sequence[Passage]:
    """The passages that answer together with the best, where a question asks for a list or a section: those of its list or
    below its heading, in order; () where one passage will do."""
    if not scored or question.measure or question.kind not in (Kind.LIST, Kind.TEXT, Kind.WHO):
        return ()
    group = together(index, scored[0].unit.passage)
    opens = scored[0].unit.passage.text.rstrip().endswith(":")
    return group if opens or len(group) <= _SMALL or topical(evidence, question, scored[0]) else ()


def _by_turns(index: Index, hits: Sequence[Hit]) -> list[Hit]:
    """The best of each province, then the second best of each, …; provinces in the order of their best."""
    queues: dict[str, list[Hit]] = {}
    for h in hits:
        queues.setdefault(index.document(h.passage.document_id).province, []).append(h)
    return [h for turn in itertools.zip_longest(*queues.values()) for h in turn if h is not None]


def _facts(index: Index, question: Question) -> list[Hit]:
    """The passages that hold the asked facts of the documents that are meant: the first of each document, then the others."""
    from qa.metadata import documents_asked, spans

    found = []
    for document in documents_asked(index, question):
        # Of each fact that is asked for one place before a second of any: a signer is told by name and by role.
        told = [span for turn in itertools.zip_longest(*(spans(document, name) for name in question.facts)) for span in turn if span]
        holders = [next((p for p in document.passages if p.start < b and a < p.end), None) for a, b in told]
        found.append([Hit(p, 1.0, {"fact": 1.0}) for p in holders if p])
    return [h for turn in itertools.zip_longest(*(unique(f) for f in found)) for h in turn if h is not None]


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


def unique(hits: Iterable[Hit]) -> list[Hit]:
    """`hits`, each passage at its first place."""
    seen: dict[str, Hit] = {}
    for h in hits:
        seen.setdefault(h.passage.id, h)
    return list(seen.values())
