"""What other programs may ask for, as plain values: one place for HTTP, MCP and LangChain."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from documents.targets import Target, filter_targets, to_json
from prompts.loader import text
from qa.answer import Answer, Status
from qa.assistant import Assistant
from qa.placing import province_meant
from qa.stages import TimeUpError

MOST_HITS = 50
MOST_TARGETS = 1000
LONGEST_PASSAGE = 20_000  # characters


class RequestError(Exception):
    """A request that can't be met; the message says what is accepted. `missing` where what it names doesn't exist."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class Service:
    """Questions and look-ups over one assistant. Thread-safe."""

    def __init__(self, assistant: Assistant, targets: Callable[[], Sequence[Target]]) -> None:
        """`targets` reads the library's targets, once, when they are first asked for."""
        self.assistant = assistant
        self._read_targets = targets

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        return tuple(self._read_targets())

    def ask(
        self, question: str, history: Sequence[Mapping[str, str]] = (), province: str | None = None, year: int | None = None
    ) -> dict[str, Any]:
        """The answer by the contract (`Answer.to_json`)."""
        return self.assistant.ask(question, history, province, year).to_json()

    def stream(
        self, question: str, history: Sequence[Mapping[str, str]] = (), province: str | None = None, year: int | None = None
    ) -> Iterator[str | Answer]:
        """Pieces of the answer's text as they can be shown, and at last the answer. A failure becomes an answer that says so."""
        try:
            yield from self.assistant.stream(question, history, province, year)
        except TimeUpError:
            raise
        except Exception:  # whoever asked is owed a sentence; the traceback is the operator's
            import logging

            logging.getLogger(__name__).exception("a question could not be answered")
            failed = text("messages", "failed")
            yield failed
            yield Answer(Status.ERROR, failed)

    def documents(self) -> list[dict[str, Any]]:
        """The documents: id, title, kind, number, province, body, issued (YYYY-MM-DD)."""
        names = ["id", "title", "kind", "number", "province", "body", "issued"]
        return [{name: getattr(head, name) for name in names} for head in self.assistant.index.layout.heads]

    def search(self, query: str, province: str | None = None, year: int | None = None, k: int = 10) -> list[dict[str, Any]]:
        """The best `k` passages for `query`, each with its exact place and score.

        Raises:
            RequestError: a province that is none of the library's, or `k` out of bounds.
        """
        if not 1 <= k <= MOST_HITS:
            raise RequestError(f"k must be from 1 to {MOST_HITS}")
        hits = [] if not query.strip() else self.assistant.retrieve(query, province=self._province(province), year=year, k=k)
        found = []
        for hit in hits:
            head = self.assistant.index.layout.head(hit.passage.document_id)
            p = hit.passage
            place = {"document_id": head.id, "title": head.title, "province": head.province, "section": " > ".join(p.path), "page": p.page}
            found.append({**place, "start": p.start, "end": p.end, "text": p.text, "score": round(hit.score, 4)})
        return found

    def passage(self, document_id: str, start: int, end: int, around: int = 0) -> dict[str, Any]:
        """The text of a document at [start, end) in code points, with up to `around` characters on either side.

        Raises:
            RequestError: no such document, or a stretch that is empty, too long or not in it.
        """
        index = self.assistant.index
        if document_id not in index.layout.places:
            raise RequestError(f"there is no document {document_id!r}; they are listed at /api/documents", missing=True)
        document = index.document(document_id)
        if not 0 <= start < end <= len(document.text):
            said = f"start and end must be a stretch of the document, within 0 and {len(document.text)}"
            raise RequestError(said, missing=True)
        if end - start > LONGEST_PASSAGE:
            raise RequestError(f"at most {LONGEST_PASSAGE} characters are given at once", missing=True)
        path = next((p.path for p in document.passages if p.start <= start < p.end), ())
        return {
            "document_id": document.id,
            "title": document.title,
            "province": document.province,
            "section": " > ".join(path),
            "start": start,
            "end": end,
            "quote": document.text[start:end],
            "before": document.text[max(0, start - around) : start],
            "after": document.text[end : end + around],
        }

    def targets(
        self,
        province: str | None = None,
        year: int | None = None,
        pillar: str | None = None,
        words: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> dict[str, Any]:
        """Rows of targets by the contract, and how many there are in all.

        Raises:
            RequestError: a province that is none of the library's, or bounds that are none.
        """
        if not 1 <= limit <= MOST_TARGETS or offset < 0:
            raise RequestError(f"limit must be from 1 to {MOST_TARGETS}, and offset 0 or more")
        found = filter_targets(self._targets, province=self._province(province), year=year, pillar=pillar, text=words)
        return {"total": len(found), "targets": [to_json(t) for t in found[offset : offset + limit]]}

    def compare(self, topic: str, provinces: Sequence[str] = (), year: int | None = None) -> dict[str, Any]:
        """The cited answer to a comparison of `topic` between provinces (all of the library's where none are named).

        Raises:
            RequestError: a province that is none of the library's, or fewer than two.
        """
        held = list(dict.fromkeys(self.assistant.index.layout.provinces))
        named = [self._province(p) or p for p in provinces] or held
        if len(set(named)) < 2:
            raise RequestError(f"a comparison is between two provinces or more; there are documents of {', '.join(held)}")
        when = f" {text('messages', 'until_year', year=year)}" if year else ""
        return self.ask(text("messages", "compare_question", topic=topic.strip(), provinces=", ".join(named), when=when))

    def _province(self, given: str | None) -> str | None:
        if given is None or not given.strip():
            return None
        held = list(dict.fromkeys(self.assistant.index.layout.provinces))
        known = province_meant(given)
        if known not in held:
            raise RequestError(f"there is no document of {given[:60]!r}; there are documents of {', '.join(held)}", missing=True)
        return known
