"""The LangChain tool: called as agents call it, and bound as they bind it."""

import pytest

from qa.assistant import Assistant
from qa.langchain_tool import answer_tool
from qa.settings import Settings

QUESTION = "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"
QUOTE = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(Settings.load(data=str(tmp_path_factory.mktemp("tool")), environment={}), say=lambda _: None)


def test_an_agent_is_given_the_quotes_and_the_whole_answer(assistant: Assistant) -> None:
    tool = answer_tool(assistant)
    message = tool.invoke({"type": "tool_call", "id": "1", "name": tool.name, "args": {"question": QUESTION}})
    assert message.content.startswith("Kinh tế số chiếm **tối thiểu 20%** GRDP của tỉnh. [1]")
    assert message.content.endswith(f"“{QUOTE}”")
    assert message.artifact["citations"][0]["document_id"] == "gia-lai-04-nq-tu"
    filtered = tool.invoke(
        {"type": "tool_call", "id": "2", "name": tool.name, "args": {"question": "kinh tế số GRDP", "province": "Trà Vinh"}}
    )
    assert {c["province"] for c in filtered.artifact["citations"]} == {"Trà Vinh"}


def test_a_model_is_told_its_arguments(assistant: Assistant) -> None:
    tool = answer_tool(assistant)
    assert list(tool.args) == ["question", "province", "year"]
    assert "trích dẫn" in tool.description
    assert tool.tool_call_schema.model_json_schema()["required"] == ["question"]
