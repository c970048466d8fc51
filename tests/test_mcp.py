"""The tools, asked by an MCP client: in this process, over stdin and stdout of the command, and over HTTP behind a key."""

import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2 as httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from documents.library import bundled
from documents.targets import targets_of
from qa.assistant import Assistant
from qa.mcp_server import application, build
from qa.service import Service
from qa.settings import Settings
from tests.http_serving import served

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"
QUOTE = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."
KEY = "a-key-of-some-length"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    settings = Settings.load(data=str(tmp_path_factory.mktemp("mcp")), environment={})
    return Service(Assistant.open(settings, say=lambda _: None), lambda: [t for d in bundled() for t in targets_of(d)])


def asked(server: Any, what: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client that speaks to `server` gets."""

    async def run() -> Any:
        async with Client(server) as client:
            return await what(client)

    return anyio.run(run)


def called(server: Any, tool: str, **given: Any) -> Any:
    """The object a tool gives, or the sentence it fails with."""
    result = asked(server, lambda client: client.call_tool(tool, given))
    if result.is_error:
        return result.content[0].text
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def test_six_tools_are_described(service: Service) -> None:
    tools = asked(build(service), lambda client: client.list_tools()).tools
    assert [t.name for t in tools] == ["ask", "search", "get_passage", "list_documents", "targets", "compare"]
    assert all(t.description and t.annotations.read_only_hint for t in tools)
    assert tools[0].input_schema["required"] == ["question"]
    assert set(tools[4].input_schema["properties"]) == {"province", "year", "pillar", "words", "limit", "offset"}


def test_each_tool_gives_what_the_library_holds(service: Service) -> None:
    server = build(service)
    answer = called(server, "ask", question=QUESTION)
    assert (answer["status"], [c["quote"] for c in answer["citations"]]) == ("answered", [QUOTE])
    turns = [{"role": "user", "content": QUESTION}]
    assert {c["province"] for c in called(server, "ask", question="Thế Bình Định?", history=turns)["citations"]} == {"Bình Định"}
    hits = called(server, "search", query="kinh te so GRDP", province="Gia Lai", k=3)["hits"]
    assert [h["province"] for h in hits] == ["Gia Lai"] * 3
    citation = answer["citations"][0]
    passage = called(server, "get_passage", document_id=citation["document_id"], start=citation["start"], end=citation["end"], around=10)
    assert (passage["quote"], len(passage["before"]), len(passage["after"])) == (QUOTE, 10, 10)
    assert [d["id"] for d in called(server, "list_documents")["documents"]] == [d.id for d in bundled()]
    rows = called(server, "targets", province="gia lai", year=2025, words="GRDP")
    assert (rows["targets"][0]["value"], rows["targets"][0]["unit"]) == (20, "%")
    compared = called(server, "compare", topic="mục tiêu tăng năng suất lao động", year=2025)
    assert {c["province"] for c in compared["citations"]} == {"Gia Lai", "Trà Vinh", "Thái Nguyên", "Bình Định"}
    two = called(server, "compare", topic="mục tiêu tăng năng suất lao động", provinces=["Gia Lai", "tra vinh"], year=2025)
    assert {c["province"] for c in two["citations"]} == {"Gia Lai", "Trà Vinh"}


def test_what_can_not_be_met_is_said(service: Service) -> None:
    server = build(service)
    assert "there is no document 'x'" in called(server, "get_passage", document_id="x", start=0, end=1)
    assert "there are documents of Gia Lai" in called(server, "targets", province="Paris")
    assert "k must be from 1 to 50" in called(server, "search", query="x", k=51)
    assert "between two provinces" in called(server, "compare", topic="x", provinces=["Gia Lai"])
    assert "question" in called(server, "ask")


def test_the_command_speaks_over_stdin_and_stdout(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NGHIQUYET_")} | {"PYTHONPATH": str(ROOT)}
    command = StdioServerParameters(command=sys.executable, args=["-m", "qa.cli", "mcp", "--data", str(tmp_path)], env=environment)

    async def run() -> Any:
        async with Client(stdio_client(command)) as client:
            return await client.call_tool("ask", {"question": QUESTION})

    assert anyio.run(run).structured_content["citations"][0]["quote"] == QUOTE


def test_over_http_a_key_is_wanted_where_one_is_set(service: Service, tmp_path: Path) -> None:
    settings = Settings.load(environment={"NGHIQUYET_DATA": str(tmp_path), "NGHIQUYET_API_KEY": KEY})

    async def run(url: str) -> Any:
        keyed = httpx.AsyncClient(headers={"authorization": f"Bearer {KEY}"})
        async with keyed as http, Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client:
            return await client.call_tool("ask", {"question": QUESTION})

    with served(application(service, settings)) as url:
        assert anyio.run(run, url).structured_content["citations"][0]["quote"] == QUOTE
        refused = httpx.post(f"{url}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert (refused.status_code, refused.json()["error"]["message"]) == (401, "a key is wanted; send it as: Authorization: Bearer KEY")
