"""Which section of a document a question asks for: by the sort of section it is ("Vì sao … còn chậm?" and "NGUYÊN NHÂN"), or by its very
heading ("phương án huy động kinh phí"). What stands below it need share no other word with the question.
"""

import functools
from collections import Counter
from collections.abc import Callable, Mapping

from documents.normalise import fold, words
from documents.resolution import Passage
from index.analysis import term_set
from index.store import Index
from qa import leading, sections
from qa.patterns import Kind
from qa.question import Question
from qa.wording import Alternative

_LEFT = 0.4  # of the question's topic, which may then be said neither by the heading nor by the document as a whole
_BESIDE = 0.2  # of the topic, which a question for who leads the document may say beside what its title does
_KEPT_DOCUMENTS = 64
_OFTEN = 0.1  # of a document's passages, that say what it is about
_SAID_OUT = 3  # words of a heading from which on a question says it out


class Aim:
    """The sections of one index. Thread-safe: caches are only ever filled in."""

    def __init__(self, index: Index, terms_of_heading: Callable[[str], frozenset[str]], known: Callable[[str], bool]) -> None:
        self._index = index
        self._terms_of_heading = terms_of_heading
        self._known = known
        self._headings = functools.lru_cache(maxsize=_KEPT_DOCUMENTS)(self._headings_of)
        self._matter = functools.lru_cache(maxsize=_KEPT_DOCUMENTS)(self._matter_of)

    def hits(self, question: Question, passage: Passage, wanted: Mapping[str, float], others: Mapping[str, Alternative]) -> bool:
        """Whether `passage` stands below the very section that is asked for: its heading is of that sort or is said out, and little else
        of the question, whose terms weigh `wanted` and have the official wordings `others`, is left but what the document is about."""
        if leading.asked(question.normalised.lower()) and leading.told(passage.text) and self._of_document(passage.document_id, wanted):
            return True
        if question.measure or question.yes_no or not passage.path:
            return False
        heading = next((h for h in reversed(passage.path) if self._said_out(question, h)), "")
        if not heading and sections.fit(sections.intents(question.normalised), passage.path) < 1:
            return False
        leaf = self._terms_of_heading(passage.path[-1]) | self._terms_of_heading(heading)
        # Who does a thing is told below many a heading of that sort, and what most lines are about tells which; so it does what to compare.
        matter = (
            self._matter(passage.document_id)
            if heading or question.kind not in (Kind.WHO, Kind.COMPARE)
            else self._title(passage.document_id)
        )
        left = sum(
            w
            for t, w in wanted.items()
            if t not in leaf and t not in matter and self._known(t) and not (t in others and not others[t].official.isdisjoint(leaf))
        )
        return left < _LEFT * (sum(wanted.values()) or 1.0)

    def _of_document(self, document_id: str, wanted: Mapping[str, float]) -> bool:
        """Whether hardly anything is asked beside who leads, but what the document is about."""
        title = self._title(document_id)
        asked = {t: w for t, w in wanted.items() if "_" not in t}
        left = sum(w for t, w in asked.items() if t not in title and fold(t) not in leading.WORDS and not t.isdigit())
        return left <= _BESIDE * sum(asked.values())

    def has(self, question: Question, document_id: str) -> bool:
        """Whether a document may have a section that is asked for."""
        return (
            bool(sections.intents(question.normalised))
            or leading.asked(question.normalised.lower())
            or any(self._said_out(question, h) for h in self._headings(document_id))
        )

    @staticmethod
    def _said_out(question: Question, heading: str) -> bool:
        """Whether the question says a heading out; what is compared has one in each document, under names of their own."""
        bare = _bare(heading)
        return bool(bare) and question.kind is not Kind.COMPARE and bare in _spaced(question.normalised)

    def _headings_of(self, document_id: str) -> tuple[str, ...]:
        rows = self._index.layout.rows(document_id)
        headings = dict.fromkeys(h for p in self._index.passages[rows.start : rows.stop] for h in p.path)
        return tuple(h for h in headings if _bare(h))

    def _matter_of(self, document_id: str) -> frozenset[str]:
        """The terms that tell what a document is about: those of its title, and what it says again and again."""
        rows = self._index.layout.rows(document_id)
        counts: Counter[str] = Counter()
        for p in self._index.passages[rows.start : rows.stop]:
            counts.update(term_set(p.text))
        often = frozenset(t for t, n in counts.items() if n >= max(3, _OFTEN * len(rows)))
        return self._title(document_id) | often

    def _title(self, document_id: str) -> frozenset[str]:
        return self._terms_of_heading(self._index.layout.head(document_id).title)


@functools.lru_cache(maxsize=1 << 13)
def _bare(heading: str) -> str:
    said = words(heading.lower())
    said = said[1:] if said and (len(said[0]) == 1 or said[0].isdigit() or set(said[0]) <= set("ivxlc")) else said
    return f" {' '.join(said)} " if len(said) >= _SAID_OUT else ""


@functools.lru_cache(maxsize=256)
def _spaced(question: str) -> str:
    return f" {' '.join(words(question.lower()))} "
