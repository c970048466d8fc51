"""Chat completions as OpenAI defines them, with citations as annotations and as a field."""

import json
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlencode

from qa.answer import Answer
from qa.api_models import Chat
from qa.guard_text import MARKER

MODEL = "nghiquyet"


def asked(chat: Chat) -> tuple[str, list[dict[str, str]]]:
    """(question, history): the last message of the user, and the turns before it. ("", []) where the user says nothing."""
    turns = [{"role": m.role, "content": m.said} for m in chat.messages if m.role in ("user", "assistant") and m.said.strip()]
    while turns and turns[-1]["role"] != "user":
        turns.pop()
    return (turns[-1]["content"], turns[:-1]) if turns else ("", [])


def completion(answer: Answer, question: str, base: str) -> dict[str, Any]:
    """The whole answer; `base` is this server's address, for links to what is cited."""
    message = {"role": "assistant", "content": answer.text, "refusal": None, "annotations": annotations(answer, base)}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": usage(question, answer),
        **more(answer),
    }


async def chunks(pieces: AsyncIterator[str | Answer], question: str, base: str, include_usage: bool) -> AsyncIterator[str]:
    """Server-sent events: the text as it comes, then annotations and citations, then [DONE]."""
    head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL}

    def event(delta: Mapping[str, Any], finish: str | None = None, **further: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _data({**head, "choices": [choice], **further})

    yield event({"role": "assistant", "content": ""})
    async for piece in pieces:
        if isinstance(piece, str):
            yield event({"content": piece})
            continue
        yield event({"annotations": annotations(piece, base)}, "stop", **more(piece))
        if include_usage:
            yield _data({**head, "choices": [], "usage": usage(question, piece)})
    yield "data: [DONE]\n\n"


def annotations(answer: Answer, base: str) -> list[dict[str, Any]]:
    """A citation for each marker in the text, at its place, with a link to the passage."""
    cited = {c.marker: c for c in answer.citations}
    found = []
    for marker in MARKER.finditer(answer.text):
        if citation := cited.get(int(marker[1])):
            place = urlencode({"document_id": citation.document_id, "start": citation.start, "end": citation.end})
            title = ", ".join(x for x in (citation.title, citation.section) if x)
            url = {"start_index": marker.start(), "end_index": marker.end(), "title": title, "url": f"{base}api/passage?{place}"}
            found.append({"type": "url_citation", "url_citation": url})
    return found


def more(answer: Answer) -> dict[str, Any]:
    """The fields beside OpenAI's."""
    whole = answer.to_json()
    return {"citations": whole.pop("citations"), "nghiquyet": {k: v for k, v in whole.items() if k != "answer"}}


def usage(question: str, answer: Answer) -> dict[str, int]:
    """Words of question and answer."""
    prompt, said = len(question.split()), len(answer.text.split())
    return {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said}


async def sent(pieces: AsyncIterator[str | Answer], given: Mapping[str, Any]) -> AsyncIterator[str]:
    """The events of /api/ask: {"text": piece} …, {"answer": …}."""
    async for piece in pieces:
        yield _data({"text": piece} if isinstance(piece, str) else {"answer": {**given, **piece.to_json()}})


def _data(value: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
