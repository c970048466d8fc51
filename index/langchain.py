"""The search as a LangChain retriever: the one seam to LangChain. Its types don't travel further into the house."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.search import Query, search
from index.store import Index


class ResolutionRetriever(BaseRetriever):
    """Passages of the resolutions for a query, best first, each with its exact place.

    `metadata` of a document: document_id, title, province, number, issued, section, page, start, end, score. Its
    `page_content` is the passage as printed: `text[start:end]` of the document.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    embedder: Any = None
    """An `index.embedding.Embedder`, or None to search by words alone."""
    k: int = 10
    provinces: tuple[str, ...] = ()
    """Only passages of these provinces' documents; empty for all."""

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        text = self.index.restorer.restore(query)
        vector = self.embedder.embed([text], "query")[0] if self.embedder is not None else None
        found = []
        for hit in search(self.index, Query(text, provinces=self.provinces), vector, self.k):
            passage, document = hit.passage, self.index.document(hit.passage.document_id)
            found.append(
                Document(
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
            )
        return found
