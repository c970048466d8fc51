"""The assistant: wires reading, search, evidence, composing and refusing. One method answers: `ask`."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any, TypeVar

from documents.database import Library
from index.embedding import Embedder, NoModelError, Vectors
from index.embedding import load as load_embedder
from index.reranking import Reranker
from index.reranking import load as load_reranker
from index.search import Hit
from index.store import Index, MissingIndexError, OutdatedIndexError, build, open_index
from prompts.loader import text
from qa import metadata, patterns, probing
from qa.answer import Answer, Status, Understood
from qa.citing import Citer, escape
from qa.comparing import from_trusted
from qa.compose import Composer
from qa.confidence import features, probability_of
from qa.conversation import complete, going_on
from qa.deciding import Judge
from qa.elsewhere import named_with_number, within_central
from qa.evidence import Evidence
from qa.finding import Finder
from qa.generating import Generator
from qa.generating import load as load_generator
from qa.guard import guarded
from qa.notes import library, notes, of_places
from qa.parts import apart, by_place, of_each_place
from qa.patterns import Kind
from qa.placing import province_meant
from qa.question import Question, Reader
from qa.ranking import ranked, unique
from qa.rewriting import Rewriter
from qa.scored import Scored
from qa.settings import LONGEST_QUESTION, Settings
from qa.sources import index_in_store
from qa.stages import noted, stage
from qa.writing import Writer

_SAID = 0.6  # of what is asked, which passages must say to answer a question that sounds like one about the document itself
_SURELY, _AS_SURELY = 0.8, 0.6
"""Of what is asked of a next place, or of what the place before tells of it: for it to be said to tell of it at all."""
History = Sequence[Mapping[str, str]]
Found = tuple[list[Hit], list[Scored]]
T = TypeVar("T", str, int)
Places = str | Sequence[str] | None
"""A province, or exactly these; () for any, whatever the question names; None leaves it to the question."""
Years = int | Sequence[int] | None
"""As `Places`."""


class Assistant:
    """Answers questions over one index. Thread-safe; deterministic."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder | None,
        reranker: Reranker | None = None,
        generator: Generator | None = None,
        *,
        rewrite: bool = False,
        finder: type[Finder] = Finder,
        judge: type[Judge] = Judge,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.index = index
        self.embedder = embedder
        self.reranker = reranker
        self.generator = generator
        self._today = today
        self.note = None if embedder else text("messages", "no_model")
        self._provinces = tuple(dict.fromkeys(index.layout.provinces))
        self.evidence = Evidence(index)
        self._reader = Reader(self._provinces, index.places, index.restorer, index.layout.heads, self.evidence.says)
        self._composer = Composer(index, self.evidence)
        self._finder = finder
        self._judge = judge(index, self.evidence)
        self._documents = index.by_id
        self._rewriter = Rewriter(generator, self._reader.read) if generator and rewrite else None
        self._writer = Writer(generator, self._documents, frozenset(self._provinces)) if generator else None

    @property
    def finder(self) -> Finder:
        """What searches, with the models that the assistant has now."""
        return self._finder(self.index, self.evidence, self.embedder, self.reranker)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        say: Callable[[str], None] | None = None,
        today: Callable[[], date] = date.today,
        like: "Assistant | None" = None,
    ) -> "Assistant":
        """The assistant over the documents of the library; their index is built if there is none yet, or only an
        outdated one (made by another version of the program, or of other documents).

        `say` is told in English what takes long (default: stderr). The models are those of `like`, where it is given: an
        assistant over another state of the same library needs no second copy of them.

        Raises:
            LibraryError: the library is broken, or can't be written.
            IndexError_: the index is broken or was made otherwise, or the data folder can't be written, or the store not reached.
            NoRerankerError: a reranker is named that can't be used.
            NoGeneratorError: a language model is named that can't be used.
        """
        settings = settings or Settings.load()
        say = say or (lambda line: print(line, file=sys.stderr))
        reranker, generator, embedder = (like.reranker, like.generator, like.embedder) if like else (None, None, None)
        if like is None:
            reranker = load_reranker(settings.reranker) if settings.reranker else None
            generator = load_generator(settings.language_model) if settings.language_model else None
            try:
                embedder = load_embedder(settings.model)
            except NoModelError as error:
                say(f"warning: {error}; answering from BM25 alone")
        model = embedder.name if embedder else None
        if settings.store:
            index: Index = index_in_store(settings, model)
            return cls(index, embedder, reranker, generator, rewrite=settings.rewrite, today=today)
        library = Library.open(settings.data)
        corpus = library.digest()
        try:
            index = open_index(settings.data, model=model, corpus=corpus)
        except (MissingIndexError, OutdatedIndexError) as error:
            if isinstance(error, OutdatedIndexError):
                say(str(error).removesuffix("; run: nghiquyet index --rebuild"))
            documents = library.documents()
            say(f"building the index of {len(documents)} documents in {settings.data} …")
            tune = probing.tuner(embedder)
            build(settings.data, documents, embedder, tune=tune, progress=lambda done, total: say(f"  {done}/{total} passages embedded"))
            index = open_index(settings.data, model=model, corpus=corpus)
        return cls(index, embedder, reranker, generator, rewrite=settings.rewrite, today=today)

    def understand(self, question: str, history: History = (), province: Places = None, year: Years = None) -> Question:
        """`question` as it is read, completed from `history`; `province` and `year` are filters a caller sets."""
        read = complete(self._reader, self._reader.read(question), history, self.finder.stands_alone)
        places, years = _given(province), _given(year)
        if places is not None:
            named = tuple(province_meant(p) or p for p in places)
            read = replace(read, provinces=named, document_ids=(), absent=(), by_successor=(), by_merger=())
            if len(named) > 1:
                read = replace(read, kind=Kind.COMPARE)
            elif named and read.kind is Kind.COMPARE:
                read = replace(read, kind=Kind.FIGURE if read.measure else Kind.LIST)
        return read if years is None else replace(read, years=years)

    def retrieve(self, question: str, history: History = (), province: Places = None, year: Years = None, k: int = 30) -> list[Hit]:
        """The best `k` passages for `question`, in their order as evidence (`qa.ranking`)."""
        with stage("understanding"):
            read = self.understand(question, history, province, year)
        with stage("search"):
            asked = self._by_place(read) or of_each_place(read) or [read]
            each = [ranked(self.index, self.evidence, q, *self.finder.find(q)) for q in asked]
            return unique(h for turn in zip_longest(*each) for h in turn if h is not None)[:k]

    def find(self, question: str, history: History = ()) -> tuple[list[Hit], list[Scored]]:
        """The hits for `question` and all their units, best first: what answers are composed of."""
        return self.finder.find(self.understand(question, history))

    def ask(self, question: str, history: History = (), province: Places = None, year: Years = None) -> Answer:
        """The answer to `question`: cited, or a refusal that says what is missing. Never raises on what people type."""
        return next(p for p in self.stream(question, history, province, year) if isinstance(p, Answer))

    def stream(self, question: str, history: History = (), province: Places = None, year: Years = None) -> Iterator[str | Answer]:
        """The answer as `ask` gives it, last, and before it the pieces of its text as they can be shown."""
        yield from self.written(self.quoted(question, history, province, year))

    def quoted(self, question: str, history: History = (), province: Places = None, year: Years = None) -> Answer:
        """The answer as the documents say it: what `written` has a language model write anew."""
        started = time.perf_counter()
        answer = self._ask(question, history, province, year)
        if self._rewriter and answer.status in (Status.NOT_FOUND, Status.UNCLEAR) and question.strip():
            answer = self._said_otherwise(self._rewriter, question, answer, province, year)
        return replace(answer, latency_ms=_since(started))

    def writes(self, answer: Answer) -> bool:
        """Whether a language model writes `answer` anew: there is one, and the answer is quoted from passages."""
        return self._writer is not None and answer.status is Status.ANSWERED and "units" in answer.trace

    def written(self, answer: Answer) -> Iterator[str | Answer]:
        """Pieces of the text that `answer`, as `quoted` gives it, is shown with, and at last the whole answer."""
        started, before = time.perf_counter(), answer.latency_ms
        pieces: Iterable[str | Answer] = (answer.text, answer)
        if self._writer and self.writes(answer):
            pieces = self._writer.write(answer.understood.normalised, answer)
        for piece in pieces:
            yield piece if isinstance(piece, str) else replace(piece, latency_ms=before + _since(started))

    def _said_otherwise(self, rewriter: Rewriter, question: str, refusal: Answer, province: Places, year: Years) -> Answer:
        """The answer to the first other way of asking that has one, which it says it was understood as; else the refusal."""
        for other in rewriter.otherwise(refusal.understood.completed or question):
            answer = self._ask(other, (), province, year)
            if answer.status is Status.ANSWERED:
                return replace(answer, understood=replace(answer.understood, completed=other))
        return refusal

    def _ask(self, question: str, history: History, province: Places, year: Years) -> Answer:
        available = ", ".join(self._provinces)
        if len(question) > LONGEST_QUESTION:
            return Answer(Status.UNCLEAR, text("messages", "too_long", length=len(question), limit=LONGEST_QUESTION))
        if not question.strip():
            return Answer(Status.UNCLEAR, text("messages", "empty"))
        unknown = [p for p in _given(province) or () if province_meant(p) not in self._provinces]
        if unknown:
            return Answer(Status.ERROR, text("messages", "unknown_filter_province", given=unknown[0][:60], available=available))
        with stage("understanding"):
            read = self.understand(question, history, province, year)
        understood = Understood(read.provinces, read.years, str(read.kind), read.normalised, read.completed)
        if read.greeting == "library":
            return Answer(Status.GREETING, library(self.index.layout.heads), understood=understood)
        if read.greeting and len(read.topic) <= 6:
            return Answer(Status.GREETING, _greeting(read.greeting, available), understood=understood)
        known = any(self.evidence.known(t.word) for t in read.topic)
        if not read.facts and not read.absent and not known and (not read.topic or (len(read.topic) < 3 and not read.provinces)):
            return Answer(Status.UNCLEAR, text("messages", "unclear", place=self._provinces[0]), understood=understood)
        if read.opinion:
            return Answer(Status.OFF_TOPIC, text("messages", "opinion"), understood=understood)
        if read.absent and not read.provinces:
            if (other := within_central(read, self._provinces)) and (found := self._answered(other)):
                return self._written(other, *found, understood, available)
            message = text("messages", "absent_province", absent=", ".join(read.absent), available=available)
            return Answer(Status.NOT_FOUND, message, understood=understood)
        if read.facts == ("bases",) and not metadata.has_bases(metadata.documents_asked(self.index, read)):
            read = replace(read, facts=(), kind=Kind.LIST)  # some say it in their text
        if read.facts:
            if metadata.asks_content(metadata.documents_asked(self.index, read), read):
                kind = patterns.kind(read.normalised.lower(), (), len(read.provinces), read.measure)
                content = replace(read, facts=(), kind=kind)
                if (found := self._answered(content)) and found[1][0].coverage >= _SAID:
                    return self._written(content, *found, understood, available)
            return self._metadata(read, understood)
        citer = Citer(self.index)
        with stage("composition"):
            said = self._composer.of_whole(read, citer)
        if said:
            below = notes(citer.citations, read, self.index.layout.heads, self._today())
            whole = Answer(Status.ANSWERED, "\n\n".join([said, *below]), citer.citations, understood) if citer.citations else None
            if whole and (kept := self._guarded(whole)):
                return kept
        return self._from_passages(read, understood, available)

    def _metadata(self, question: Question, understood: Understood) -> Answer:
        citer = Citer(self.index)
        with stage("composition"):
            said, missing = metadata.compose(metadata.documents_asked(self.index, question), question, citer)
        if said is None:
            return Answer(Status.NOT_FOUND, missing, understood=understood)
        answer = Answer(Status.ANSWERED, "\n\n".join([said, *of_places(question)]), citer.citations, understood)
        if text("messages", "fact_by_operator") in said:
            return answer  # what the operator set stands in no document, and says so
        return self._guarded(answer) or Answer(Status.NOT_FOUND, missing, understood=understood)

    def _by_place(self, question: Question) -> list[Question]:
        """The questions of one that goes on from one place to the next; see `qa.parts`."""
        return by_place(self._reader, question, lambda before, after: going_on(before, after, self.finder.stands_alone))

    def _place_by_place(self, questions: Sequence[Question], understood: Understood) -> Answer | None:
        """The answer to each, one below the other; None where nothing tells any."""
        citer = Citer(self.index)
        found: list[tuple[Question, Found | None]] = []
        wanted = _SURELY
        for question in questions:
            told = self._answered(question, by_place=True)
            if told and (not question.yes_no or told[1][0].coverage >= wanted):
                wanted = min(_SURELY, _AS_SURELY * told[1][0].coverage)
            else:
                told = None
            found.append((question, told))
        with stage("composition"):
            said = [self._composer.of_place(q, told and told[1], citer, partial(self._judge.trusted, q)) for q, told in found]
        if not citer.citations:
            return None
        below = notes(citer.citations, questions[0], self.index.layout.heads, self._today())
        return self._guarded(Answer(Status.ANSWERED, "\n\n".join([*said, *below]), citer.citations, understood))

    def _from_passages(self, question: Question, understood: Understood, available: str) -> Answer:
        if (each := self._by_place(question)) and (told := self._place_by_place(each, understood)):
            return told
        other = within_central(question, self._provinces)
        if other and named_with_number(question) and (found := self._answered(other)):
            return self._written(other, *found, understood, available)
        with stage("search"):
            vector = self.finder.vector(question)
            hits, scored = self.finder.find(question, vector)
        if not scored or not self._judge.trusted(question, scored[0]):
            if otherwise := patterns.without_measure(question.normalised, question.kind):
                # It may have been misread as asking for a figure ("ai lo mấy việc này trong năm nào?").
                again = replace(question, measure=None, counted=(), supposed=(), tense=None, kind=otherwise)
                if found := self._answered(again, vector):
                    return self._written(again, *found, understood, available)
            if other and (found := self._answered(other)):
                return self._written(other, *found, understood, available)
            if question.titled and (found := self._answered(untitled := self._reader.untitled(question), vector)):
                return self._written(untitled, *found, replace(understood, provinces=untitled.provinces), available)
        return self._written(question, hits, scored, understood, available)

    def _answered(self, question: Question, vector: Vectors | None = None, *, by_place: bool = False) -> Found | None:
        """What is found, where the best of it answers the question surely enough; of one of several places, what is about as good does."""
        with stage("search"):
            hits, scored = self.finder.find(question, vector)
        if by_place:
            scored = list(from_trusted(scored, partial(self._judge.trusted, question)))
        return (hits, scored) if scored and self._judge.trusted(question, scored[0]) else None

    def _written(self, question: Question, hits: list[Hit], scored: list[Scored], understood: Understood, available: str) -> Answer:
        """The answer composed of `scored`, or the refusal."""
        trace = self._trace(question, hits, scored)
        citer = Citer(self.index)
        with stage("composition"):
            trusted = partial(self._judge.trusted, question)
            if scored and trusted(scored[0]):
                said = self._composer.compose(question, scored, citer, trusted)
                said = "\n\n".join([said, *self._besides(question, hits, citer)])
            else:
                said = "\n\n".join(dict.fromkeys(self._each(question, hits, citer)))
        if not citer.citations:
            return self._judge.refusal(question, scored, understood, available, trace)
        below = notes(citer.citations, question, self.index.layout.heads, self._today())
        if question.absent:
            below.append(text("messages", "absent_province", absent=", ".join(question.absent), available=available))
        answer = Answer(Status.ANSWERED, "\n\n".join([said, *below]), citer.citations, understood, trace=trace)
        # Nothing leaves without the guard; what is left empty is refused.
        return self._guarded(answer) or self._judge.refusal(question, scored, understood, available, trace)

    def _besides(self, question: Question, hits: Sequence[Hit], citer: Citer) -> Iterator[str]:
        """What answers those of several things asked for that nothing cited so far tells."""
        for part in apart(self._reader, question):
            asked = part.question
            if part.own:
                best = self._best_of(asked, hits)
            elif asked.measure is None:
                continue  # "…, tỉnh tính sao?"
            else:
                scored = self.evidence.score(asked, hits)
                near = (s for s in scored if s.figure and citer.cites_from(s.unit.passage) and self._judge.trusted(asked, s))
                best = next(near, None)
            if best is not None and not citer.cites(best):
                yield self._composer.beside(asked, best, citer)

    def _each(self, question: Question, hits: Sequence[Hit], citer: Citer) -> Iterator[str]:
        """Where no unit answers all of several things asked for: what answers each by itself, and which of them nothing does; nothing
        where the first of them is not told."""
        for i, part in enumerate(p for p in apart(self._reader, question) if p.own):
            best = self._best_of(part.question, hits)
            if best is not None and (i == 0 or citer.citations):
                yield self._composer.beside(part.question, best, citer)
            elif citer.citations:
                yield text("messages", "part_not_told", part=escape(part.question.normalised.strip(" ?.!")))

    def _best_of(self, part: Question, hits: Sequence[Hit]) -> Scored | None:
        """The unit that answers a part of a question, surely and saying most of what it asks."""
        best = next(iter(self.evidence.score(part, hits)), None)
        return best if best is not None and best.coverage >= _SAID and self._judge.trusted(part, best) else None

    def _guarded(self, answer: Answer) -> Answer | None:
        with stage("guard"):
            kept = guarded(answer, self._documents, self._provinces)
        noted("guard", "refused" if kept is None else "kept" if kept.text == answer.text else "trimmed")
        return kept

    def _trace(self, question: Question, hits: Sequence[Hit], scored: Sequence[Scored]) -> dict[str, Any]:
        told = features(self.evidence, question, scored[0]) if scored else {}
        return {
            "question": question,
            "hits": hits,
            "units": scored[:12],
            "features": told,
            "probability": probability_of(told) if told else 0.0,
            "threshold": self._judge.threshold,
        }


def _since(started: float) -> float:
    """Milliseconds since `started` of `time.perf_counter`."""
    return (time.perf_counter() - started) * 1000


def _given(value: T | Sequence[T] | None) -> tuple[T, ...] | None:
    """A filter as a tuple; "" and 0 are none."""
    if isinstance(value, str | int):
        return (value,) if value else None
    return None if value is None else tuple(value)


def _greeting(kind: str, available: str) -> str:
    return text("messages", kind) if kind == "thanks" else text("messages", kind, available=available)
