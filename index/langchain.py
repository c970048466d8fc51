"""The search as a LangChain retriever: the one seam to LangChain. Its types don't travel further into the house."""

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import ConfigDict, SkipValidation

from documents.normalise import nfc
from documents.place_mentions import places_in
from index.analysis import spell_out, tokens, weak_words, widen, without_courtesy
from index.embedding import Embedder
from index.held import Index
from index.reranking import TOP, Reranker, reranked
from index.search import Hit, Query, search

_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_PERIOD_START = re.compile(r"(?<!\d)20[0-4]\d\s*(?:-|–|đến|tới)\s*(?=20[0-4]\d)")  # a target is set for the end of a period
_FIGURE = re.compile(r"(?i)\b(?:bao nhiêu|mấy|tỷ lệ|tỉ lệ)\b|%")


class ResolutionRetriever(BaseRetriever):
    """Passages of the resolutions for a question, best first, each with its exact place.

    `metadata` of a document: document_id, title, province, number, issued, section, page, start, end, score. Its
    `page_content` is the passage as printed: `text[start:end]` of the document.

    The question is read as far as the search itself can: abbreviations written out, diacritics restored, everyday words
    with their official phrases, the provinces and years it names. `provinces`, `years`, `document_ids` and `k` may be given
    with a call, too: `retriever.invoke(question, provinces=["Gia Lai"])`, `retriever.bind(years=[2030])`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SkipValidation[Index]
    embedder: Any = None
    """An `index.embedding.Embedder`, or None to search by words alone."""
    reranker: Any = None
    """An `index.reranking.Reranker`, or None."""
    k: int = 10
    provinces: tuple[str, ...] = ()
    """Only passages of these provinces' documents; empty for those the question names, or all."""
    years: tuple[int, ...] = ()
    """Passages of these years first; empty for the years the question names."""
    document_ids: tuple[str, ...] = ()
    """Only passages of these documents; empty for all."""

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        provinces: Sequence[str] | None = None,
        years: Sequence[int] | None = None,
        document_ids: Sequence[str] | None = None,
        k: int | None = None,
    ) -> list[Document]:
        text = without_courtesy(self.index.restorer.restore(re.sub(r"\s+", " ", spell_out(nfc(query))).strip()))
        documents = self.document_ids if document_ids is None else tuple(document_ids)
        asked = read(
            text,
            provinces=(self.provinces if provinces is None else tuple(provinces)) or (() if documents else self._named(text)),
            years=self.years if years is None else tuple(years),
            document_ids=documents,
        )
        wanted = self.k if k is None else k
        embedder: Embedder | None = self.embedder
        vector = embedder.embed([text], "query")[0] if embedder is not None else None
        reranker: Reranker | None = self.reranker
        hits = search(self.index, asked, vector, wanted if reranker is None else max(wanted, TOP))
        if reranker is not None:
            hits = reranked(self.index, reranker, text, hits)
        return [self._document(hit) for hit in hits[:wanted]]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **given: Any
    ) -> list[Document]:
        # What LangChain itself would do leaves out what was given with the call.
        return await run_in_executor(None, self._get_relevant_documents, query, run_manager=run_manager.get_sync(), **given)

    def _named(self, text: str) -> tuple[str, ...]:
        """The provinces with documents that `text` names, itself or by a place in them."""
        held = set(self.index.layout.provinces)
        return tuple(dict.fromkeys(p for m in places_in(text) if (p := m.province) in held and p is not None))

    def _document(self, hit: Hit) -> Document:
        passage, document = hit.passage, self.index.document(hit.passage.document_id)
        return Document(
            page_content=passage.text,
            metadata={
                "document_id": document.id,
                "title": document.title,
                "province": document.province,
                "number": document.number,
                "issued": document.issued,
                "section": " > ".join(passage.path),
                "page": passage.page,
                "start": passage.start,
                "end": passage.end,
                "score": hit.score,
            },
        )


def read(text: str, *, provinces: tuple[str, ...] = (), years: tuple[int, ...] = (), document_ids: tuple[str, ...] = ()) -> Query:
    """The search for a question whose diacritics are restored; `years`, where given, in place of those it names."""
    said = tuple(dict.fromkeys(int(y) for y in _YEAR.findall(_PERIOD_START.sub("", text))))
    topic = [t.word for t in tokens(text) if not t.stop and not (t.word.isdecimal() and int(t.word) in said)]
    weak = {i for i, w in enumerate(topic) if w in weak_words()}
    weak |= {i + n for i, pair in enumerate(zip(topic, topic[1:], strict=False)) if "_".join(pair) in weak_words() for n in (0, 1)}
    strong = [w for i, w in enumerate(topic) if i not in weak] or topic
    return Query(
        text=" ".join(strong),
        keywords=tuple(dict.fromkeys(o for official in widen(text).values() for o in official)),
        provinces=provinces,
        document_ids=document_ids,
        years=years or said,
        figure=_FIGURE.search(text) is not None,
    )
