"""Questions said otherwise by a model at a real endpoint: only what asks for the same is used, and nothing depends on it."""

from collections.abc import Iterator
from typing import Any

import pytest

from qa.answer import Status
from qa.assistant import Assistant
from qa.generating import Model, load
from qa.settings import Settings
from tests.openai_server import Endpoint, serving

ASKED = "ở Bình Định bà con xài ví trên điện thoại được mấy phần năm 2025"
SAME = "Đến năm 2025, tỷ lệ dân số Bình Định có tài khoản thanh toán điện tử là bao nhiêu phần trăm?"
OTHERS = (
    "Đến năm 2030, tỷ lệ dân số Bình Định có tài khoản thanh toán điện tử là bao nhiêu phần trăm?",
    "Đến năm 2025, tỷ lệ dân số Gia Lai có tài khoản thanh toán điện tử là bao nhiêu phần trăm?",
    "Đến năm 2025, 80% dân số Bình Định có tài khoản thanh toán điện tử phải không?",
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(Settings.load(data=str(tmp_path_factory.mktemp("rewriting")), environment={}), say=lambda _: None)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(lambda _: "") as found:
        yield found


def rewriting(plain: Assistant, endpoint: Endpoint, said: str) -> Assistant:
    """An assistant whose model says questions otherwise as in `said`, and writes nothing of use."""

    def reply(request: dict[str, Any]) -> str:
        return said if "Viết nhiều nhất 3 cách hỏi khác" in request["messages"][0]["content"] else "…"

    endpoint.reply = reply
    return Assistant(plain.index, plain.embedder, None, load(Model("toy", endpoint.url, retries=0, timeout=20)), rewrite=True)


def test_a_question_is_answered_as_it_is_said_otherwise_and_says_so(plain: Assistant, endpoint: Endpoint) -> None:
    assert plain.ask(ASKED).status is Status.NOT_FOUND
    said = "<think>hm</think>\n" + "\n".join([*(f"- {o}" for o in OTHERS), f"4. “{SAME}”"])
    answer = rewriting(plain, endpoint, said).ask(ASKED)
    assert answer.status is Status.ANSWERED
    assert answer.understood.completed == SAME
    assert {c.province for c in answer.citations} == {"Bình Định"}
    assert "50%" in answer.text


def test_what_asks_for_something_else_is_not_used(plain: Assistant, endpoint: Endpoint) -> None:
    assistant = rewriting(plain, endpoint, "\n".join(OTHERS))
    assert assistant.ask(ASKED).text == plain.ask(ASKED).text
    silent = rewriting(plain, endpoint, "Năm 2025 Bình Định phải có bao nhiêu doanh nghiệp công nghệ số?")
    refused = silent.ask("Năm 2027 Bình Định phải có bao nhiêu doanh nghiệp công nghệ số?")
    assert refused.status is Status.NOT_FOUND


def test_the_model_is_asked_once_and_only_where_nothing_is_found(plain: Assistant, endpoint: Endpoint) -> None:
    assistant = rewriting(plain, endpoint, SAME)
    assistant.ask(ASKED)
    first = len(endpoint.seen)
    assert assistant.ask(ASKED).status is Status.ANSWERED
    rewrites = [r for r in endpoint.seen if "3 cách hỏi khác" in r["messages"][0]["content"]]
    assert (len(rewrites), first) == (1, 2)
    for question in (SAME, "xin chào", "Giá vàng hôm nay bao nhiêu?"):
        assistant.ask(question)
    assert len([r for r in endpoint.seen if "3 cách hỏi khác" in r["messages"][0]["content"]]) == 1


def test_a_model_that_is_down_changes_nothing(plain: Assistant, endpoint: Endpoint) -> None:
    assistant = rewriting(plain, endpoint, SAME)
    endpoint.codes = [500]
    assert assistant.ask(ASKED).text == plain.ask(ASKED).text
    assert assistant.ask(ASKED).status is Status.ANSWERED
