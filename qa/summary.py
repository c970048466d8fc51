"""Summaries of a document, quoted: its general aim, figures of its main fields, and the headings of its tasks."""

import re
from collections.abc import Sequence

from documents.commitments import GOALS, TASKS, section_kind
from documents.normalise import words
from documents.resolution import Resolution, Section
from documents.targets import targets_of
from index.analysis import terms
from index.search import Hit
from index.store import Index
from prompts.loader import text
from qa.citing import Citer, escape
from qa.evidence import Evidence
from qa.patterns import any_of
from qa.question import Question
from qa.quoting import place_of, plain
from qa.scored import Scored
from qa.units import length_of

_SUMMARY = any_of("tóm tắt", "tóm lược", "tóm gọn", "tổng quan", "nội dung chính", "khái quát", "điểm qua")
_GENERAL = re.compile(r"(?i)mục tiêu (?:tổng quát|chung)|mục đích|phạm vi điều chỉnh")
_AIM = 90  # words
_FIGURES = 4
_HEADINGS = 8
_DOCUMENTS = 4
_SHAPE = frozenset(
    words("tóm tắt lược gọn tổng quan nội dung chính điểm ý khái quát qua văn bản nghị quyết kế hoạch quyết định chỉ thị giúp tôi ngắn")
)
"""Words that ask for a summary and name no topic."""


def documents_summed_up(index: Index, question: Question) -> list[Resolution]:
    """The documents that are to be summed up; [] where the question asks for no summary, or for one of a topic within them."""
    if not _SUMMARY.search(question.normalised.lower()):
        return []
    heads = [h for h in index.layout.heads if not question.provinces or h.province in question.provinces]
    heads = [h for h in heads if not question.document_ids or h.id in question.document_ids][:_DOCUMENTS]
    own = {t.word for t in question.strong} - _SHAPE
    named = {t for h in heads for t in terms(f"{h.title} {h.kind} {h.body} {h.locality}")}
    return [index.document(h.id) for h in heads] if own <= named else []


def units_of(evidence: Evidence, question: Question, documents: Sequence[Resolution]) -> list[Scored]:
    """What is quoted of `documents`: their aims, and of a single one figures too."""
    chosen: list[Scored] = []
    for document in documents:
        units = evidence.score(question, [Hit(p, 0.0) for p in document.passages])
        chosen += _aim(units)
        if len(documents) == 1:
            chosen += [u for u in _figures(document, units) if all(u.unit != c.unit for c in chosen)]
    return chosen


def _aim(units: Sequence[Scored]) -> list[Scored]:
    """The sentences of the general aim, in order, up to `_AIM` words."""
    own = [u for u in units if u.unit.passage.path and _GENERAL.search(u.unit.passage.path[-1])]
    found: list[Scored] = []
    length = 0
    for u in sorted(own, key=lambda u: u.unit.start):
        length += length_of(u.unit.text)
        if found and length > _AIM:
            break
        found.append(u)
    return found


def _figures(document: Resolution, units: Sequence[Scored]) -> list[Scored]:
    """The unit of the first target of each field."""
    found: dict[str, Scored] = {}
    for target in targets_of(document):
        at = next((u for u in units if u.unit.start <= target.start < u.unit.end), None)
        if at and target.unit == "%" and section_kind(at.unit.passage.path) == GOALS:
            found.setdefault(target.pillar, at)
    return list(found.values())[:_FIGURES]


def tasks_of(document: Resolution, citer: Citer) -> str:
    """The headings right below the part on tasks, cited, as Markdown; "" where there is no such part."""
    part = next((s for s in document.sections if section_kind(s.path) == TASKS and len(_children(document, s)) > 2), None)
    if part is None:
        return ""
    lines = [text("messages", "areas_lead", place=escape(place_of(document)), section=escape(plain(part.path[-1])))]
    for child in _children(document, part)[:_HEADINGS]:
        lines.append(f"- {escape(plain(child.path[-1]))} {citer.cite_span(document, child.start, child.heading_end, part.path)}")
    return "\n".join(lines)


def _children(document: Resolution, section: Section) -> list[Section]:
    return [s for s in document.sections if s.path[:-1] == section.path and section.start <= s.start < section.end]
