"""Answers as a LangChain tool, for agents: the text with its markers to the model, the whole answer as the artifact."""

from typing import Any

from langchain_core.tools import BaseTool, StructuredTool

from prompts.loader import text
from qa.assistant import Assistant


def answer_tool(assistant: Assistant) -> BaseTool:
    """A tool "hoi_nghi_quyet" that takes `question`, and `province` and `year` as filters.

    Its content is the answer followed by the quotes it cites; its artifact the answer by the contract (`Answer.to_json`).
    """

    def ask(question: str, province: str | None = None, year: int | None = None) -> tuple[str, dict[str, Any]]:
        answer = assistant.ask(question, province=province, year=year).to_json()
        quotes = [f"[{c['marker']}] {c['title']}, {c['section']}: “{c['quote']}”" for c in answer["citations"]]
        return "\n".join([answer["answer"], *([""] if quotes else []), *quotes]), answer

    return StructuredTool.from_function(
        ask, name="hoi_nghi_quyet", description=text("tools", "ask"), response_format="content_and_artifact", parse_docstring=False
    )
