"""Places inside documents of others: what a central document's table or text says of one province.

"Biển số xe của Đà Nẵng?" is answered by the row for Đà Nẵng of a ministry's circular, though the library holds no document of
Đà Nẵng. The place then is a word that the evidence must hold, no filter on whose documents are searched.
"""

import dataclasses
import re
from collections.abc import Collection

from documents.corrections import CENTRAL
from documents.normalise import fold
from index.analysis import tokens
from qa import patterns
from qa.patterns import Kind
from qa.question import Question

_UNIT = re.compile(r"(?i)^(?:tp\.?|thành phố|tỉnh) ")


def within_central(question: Question, library: Collection[str]) -> Question | None:
    """`question`, asked of the central documents of a library (its provinces), the places it names being words they must say;
    None where it names no place or several, or there are no such documents."""
    renamed = {home: name for name, home in (*question.by_successor, *question.by_merger)}
    named = [*question.absent, *(renamed.get(p, p) for p in question.provinces if p != CENTRAL)]
    if len(named) != 1 or CENTRAL not in library:
        return None
    place = _UNIT.sub("", named[0])
    kind = question.kind
    if kind is Kind.COMPARE:
        if patterns.compares(question.normalised.lower()):
            return None
        kind = Kind.FIGURE if question.measure else Kind.TEXT
    said = {t.word for t in question.topic}
    return dataclasses.replace(
        question,
        kind=kind,
        provinces=(CENTRAL,),
        document_ids=question.beside or question.document_ids,
        absent=(),
        by_successor=(),
        by_merger=(),
        topic=(*question.topic, *(t for t in tokens(place) if t.word not in said)),
        place_terms=frozenset(),
        districts=(*question.districts, fold(place)),
    )


def named_with_number(question: Question) -> bool:
    """Whether it names a central document beside the place it asks about."""
    return bool(question.beside) and CENTRAL in question.provinces
