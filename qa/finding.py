"""Finding: from a question as understood to the passages and units it may be answered from."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from documents.normalise import fold, words
from documents.resolution import Passage
from index.analysis import tokens
from index.embedding import Embedder, Vectors
from index.reranking import Reranker, reranked
from index.search import Hit, Query, search
from index.store import Index
from qa import alike, duty_patterns, patterns, tables
from qa.comparing import beside
from qa.evidence import Evidence
from qa.patterns import Kind
from qa.question import Question
from qa.ranking import section_of_best
from qa.scored import Scored
from qa.stages import stage
from qa.subjects import row_of_body, subject_fit

_WHOLE_DOCUMENT = 500  # passages of a document that are looked through for the rest of a section
_PASSAGES = 30  # that are taken apart into units, for each province asked
_LOOKED_AT = 4  # documents that are looked through for what they say of a body
_MOST_AIMED = 20  # passages of a section that is asked for
_MOST_PLACES = 20  # that a comparison looks into one by one
_ALIKE = 0.35  # from how like the best one on a unit of another place tells of the same thing
_EXAMPLES = 6  # passages of each other place that say what the best one says
_ALONE = 0.8  # coverage from which on a follow-up needs no topic from the turns before


class Finder:
    """Searches one index."""

    def __init__(self, index: Index, evidence: Evidence, embedder: Embedder | None, reranker: Reranker | None) -> None:
        self._index = index
        self._evidence = evidence
        self._embedder = embedder
        self._reranker = reranker

    def find(self, question: Question, vector: Vectors | None = None) -> tuple[list[Hit], list[Scored]]:
        """The hits, those of the section or list that the best belongs to behind them where all of it is asked for, and all
        their units, best first. `vector`: the question's, shape (d,), where it is known already."""
        vector = self.vector(question) if vector is None else vector
        hits = self.hits(question, vector)
        scored = self._evidence.score(question, hits)
        if not scored:
            return hits, scored
        if question.kind is Kind.COMPARE and (best := alike.example(scored)):
            hits, scored = self._by_example(question, vector, hits, scored, best)
        wanted = {p.id: p for p in section_of_best(self._index, self._evidence, question, scored)}
        if question.measure is None:
            wanted |= {p.id: p for p in (*self._charged(question, scored), *self._aimed_at(question, scored))}
            wanted |= {p.id: p for p in self._rows_of_body(question, scored)}
        elif patterns.whole(question.normalised.lower()):
            wanted |= {p.id: p for p in self._sums(scored)}
        for h in hits:
            wanted.pop(h.passage.id, None)
        if not wanted:
            return hits, scored
        ids = tuple(dict.fromkeys(p.document_id for p in wanted.values()))
        own = replace(question, provinces=(), document_ids=ids)
        more = [h for h in self.search(own, vector, _WHOLE_DOCUMENT) if h.passage.id in wanted]
        found = {h.passage.id for h in more}
        more += [Hit(p, 0.0) for p in wanted.values() if p.id not in found]  # without a model, what shares no word is not found
        if self._reranker is not None:
            more = reranked(self._index, self._reranker, question.normalised, more)
        return [*hits, *more], sorted([*scored, *self._evidence.score(question, more)], key=lambda s: (-s.score, s.unit.start))

    def _by_example(
        self, question: Question, vector: Vectors | None, hits: list[Hit], scored: list[Scored], best: Scored
    ) -> tuple[list[Hit], list[Scored]]:
        """The hits with what other places' documents say in the words of the best unit, where they hold nothing like it yet, and all
        units, those like it moved up."""
        compared = alike.by_example(scored, best)
        told = {self._place(s.unit.passage) for s in compared if s is best or s.like >= _ALIKE}
        places = [p for p in dict.fromkeys(self._place(h.passage) for h in hits) if p not in told]
        if not places:
            return hits, compared
        said = replace(question, topic=tuple(t for t in tokens(best.unit.text) if not t.stop and not t.folded[0].isdigit()))
        held = {h.passage.id for h in hits}
        ids = beside(question, self._index.layout.heads) if question.beside else question.document_ids
        found = [h for p in places for h in self.search(replace(said, provinces=(p,), document_ids=ids), vector, _EXAMPLES)]
        more = [h for h in found if h.passage.id not in held]
        return [*hits, *more], alike.by_example([*scored, *self._evidence.score(question, more)], best)

    def _place(self, passage: Passage) -> str:
        return self._index.layout.head(passage.document_id).province

    def _charged(self, question: Question, scored: Sequence[Scored]) -> list[Passage]:
        """What the documents of the best units say of the body that is asked about, where one is asked for its duties."""
        if not duty_patterns.duties(question.normalised.lower()):
            return []
        asked = [fold(w) for w in words(question.normalised)]
        ids = list(dict.fromkeys(s.unit.passage.document_id for s in scored[:20]))[:_LOOKED_AT]
        return [p for i in ids for p in self._index.document(i).passages if p.kind == "body" and subject_fit(asked, p)]

    def _rows_of_body(self, question: Question, scored: Sequence[Scored]) -> list[Passage]:
        """The rows that charge the body that is asked about, of the documents of the best units: a row need share no other word with
        the question."""
        if not duty_patterns.charges(question.normalised.lower()):
            return []
        asked = [fold(w) for w in words(question.normalised)]
        helps = duty_patterns.helps(question.normalised.lower())
        ids = list(dict.fromkeys(s.unit.passage.document_id for s in scored[:20]))[:_LOOKED_AT]
        return [p for i in ids for p in self._index.document(i).passages if p.columns and row_of_body(asked, p, helps=helps)]

    def _sums(self, scored: Sequence[Scored]) -> list[Passage]:
        """The rows that sum up the tables of the best units, where a sum is asked for."""
        heads = {s.unit.passage.columns for s in scored[:20] if s.unit.passage.cells}
        document = self._index.document(scored[0].unit.passage.document_id)
        return [p for p in document.passages if p.cells and p.columns in heads and tables.sums_up(p)]

    def _aimed_at(self, question: Question, scored: Sequence[Scored]) -> list[Passage]:
        """The very section that is asked for ("nguyên nhân", "kinh phí") of the best unit's document, of each place's where places are
        compared; it need share no other word with the question."""
        best = {self._place(s.unit.passage) if question.kind is Kind.COMPARE else "": s.unit.passage.document_id for s in reversed(scored)}
        ids = dict.fromkeys(i for i in best.values() if self._evidence.aim.has(question, i))
        found = (p for i in ids for p in self._index.document(i).passages if p.kind == "body" and self._evidence.aimed(question, p))
        return list(itertools.islice(found, _MOST_AIMED))

    def hits(self, question: Question, vector: Vectors | None) -> list[Hit]:
        """The best passages; for a comparison those of each province. `vector`: the question's, shape (d,), or None."""
        if question.kind is not Kind.COMPARE:
            found = [self.search(question, vector, _PASSAGES)]
        else:
            # Each province asked brings its own best, or a strong one would crowd the others out.
            asked = question.provinces or tuple(dict.fromkeys(self._index.layout.provinces))
            if len(asked) > _MOST_PLACES:
                asked = self._best_places(question, vector, asked)
            ids = beside(question, self._index.layout.heads) if question.beside else question.document_ids
            found = [self.search(replace(question, provinces=(p,), document_ids=ids), vector, _PASSAGES // 2) for p in asked]
        if self._reranker is None:
            return list(itertools.chain.from_iterable(found))
        by_turns = [h for turn in itertools.zip_longest(*found) for h in turn if h is not None]
        return reranked(self._index, self._reranker, question.normalised, by_turns)

    def _best_places(self, question: Question, vector: Vectors | None, asked: Sequence[str]) -> tuple[str, ...]:
        """Those of the provinces whose passages are best for the question, `_MOST_PLACES` of them: looking into each of many by
        itself takes seconds."""
        best = self.search(replace(question, provinces=tuple(asked)), vector, _WHOLE_DOCUMENT)
        return tuple(dict.fromkeys(self._index.layout.head(h.passage.document_id).province for h in best))[:_MOST_PLACES]

    def vector(self, question: Question) -> Vectors | None:
        """The question's embedding, shape (d,), or None without a model."""
        if self._embedder is None:
            return None
        with stage("embedding"):
            vector: Vectors = self._embedder.embed([question.normalised], "query")[0]
        return vector

    def search(self, question: Question, vector: Vectors | None, k: int) -> list[Hit]:
        """The best `k` passages by the index alone."""
        query = Query(
            text=" ".join(t.word for t in question.strong),
            keywords=question.keywords,
            provinces=question.provinces,
            document_ids=question.document_ids,
            years=question.years,
            figure=question.measure is not None,
        )
        return search(self._index, query, vector, k)

    def stands_alone(self, question: Question) -> bool:
        """Whether `question` finds by itself, with words alone, what it asks about."""
        scored = self._evidence.score(question, self.search(question, None, 10))
        return bool(scored) and scored[0].coverage >= _ALONE and scored[0].figure
