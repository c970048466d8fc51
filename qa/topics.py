"""Whether a question asks for a whole section, and which passages that section or list holds."""

from collections.abc import Sequence

from documents.normalise import fold
from documents.resolution import Passage
from index.store import Index
from qa.evidence import Evidence
from qa.patterns import Kind, measures_taken
from qa.question import Question
from qa.quoting import plain
from qa.scored import Scored

_NAMED = 0.8  # of a heading's words, which a question says that asks for what stands below
_TOLD = 0.25  # of the topic, which a heading says that names what is asked
_MOST = 14  # passages of one section


def names_section(evidence: Evidence, question: Question, passage: Passage) -> bool:
    """Whether the question says all that the passage's own heading does, so that it asks for what stands below it
    ("Hiệp hội Doanh nghiệp có nhiệm vụ gì?")."""
    if not passage.path or question.yes_no:
        return False
    own = {t for t in evidence.terms_of_heading(plain(passage.path[-1])) if not t.startswith("~") and "_" not in t}
    said = {t for t in evidence.wanted(question) if "_" not in t} | question.place_terms
    return len(own) > 1 and sum(t in said or fold(t) in said for t in own) >= _NAMED * len(own)


def topical(evidence: Evidence, question: Question, best: Scored) -> bool:
    """Whether the heading of the best unit names what is asked, so that all that stands below it answers: it does, and
    the unit does not answer by itself what the heading leaves open."""
    path = best.unit.passage.path
    if names_section(evidence, question, best.unit.passage):
        return True
    if not path or question.yes_no or question.kind is Kind.WHO:
        return False
    if evidence.aimed(question, best.unit.passage):
        return True
    wanted = evidence.wanted(question)
    total = sum(wanted.values()) or 1.0
    heading, said = evidence.terms_of_heading(path[-1]), evidence.said(question, best.unit)
    if measures_taken(question.normalised.lower()):
        heading = evidence.said_by(question, heading)
        return sum(wanted[t] for t in heading) >= _TOLD * total
    named = sum(w for t, w in wanted.items() if t in heading)
    rest = {t: w for t, w in wanted.items() if t not in heading}
    left = sum(rest.values())
    return named >= _TOLD * total and (left < 0.3 * total or sum(w for t, w in rest.items() if t in said) < 0.6 * left)


def together(index: Index, passage: Passage) -> Sequence[Passage]:
    """The passages that belong with `passage`, in order and with it: the list its lead-in opens or it is an item of, else
    what stands below the same heading, where that is not too much."""
    document = index.document(passage.document_id)
    own = [p for p in document.passages if p.path == passage.path and p.kind == "body"]
    at = next((i for i, p in enumerate(own) if p.id == passage.id), None)
    if at is None:
        return [passage]
    leads = [i for i, p in enumerate(own) if p.text.rstrip().endswith(":")]
    first = max((i for i in leads if i <= at), default=None)
    if first is not None:
        last = min((i for i in leads if i > first), default=len(own))
        return own[first : min(last, first + _MOST)]
    return own if len(own) <= _MOST else own[max(0, at - 2) : at + 3]
