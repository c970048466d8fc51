"""Batches: JSON Lines of questions in, JSON Lines of answers out, one line for each, in order."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from prompts.loader import text
from qa.answer import Answer, Status, json_line
from qa.assistant import Assistant
from qa.settings import LONGEST_QUESTION

_LONGEST_HISTORY = 50


class LineError(Exception):
    """A line that can't be answered; the message says what is accepted."""


def answer_lines(assistant: Assistant, lines: Iterable[str]) -> Iterator[str]:
    """An answer line for each question line; a broken one gives an error line in its place, the others go on."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = parse(line)
        except LineError as error:
            yield json_line({"id": None, "line": number, "status": "error", "error": str(error)})
            continue
        try:
            answer = assistant.ask(record["question"], record["history"], record["province"], record["year"])
        except Exception:  # one question must not end the batch
            answer = Answer(Status.ERROR, text("messages", "failed"))
        yield json_line({"id": record["id"], "question": record["question"], **answer.to_json()})


def parse(line: str) -> dict[str, Any]:
    """A question line as {"id", "question", "history", "province", "year"}.

    Raises:
        LineError: no JSON object, or a field of the wrong sort.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError('not JSON; a line is wanted like {"id": "1", "question": "…"}') from error
    if not isinstance(record, dict) or not isinstance(record.get("question"), str):
        raise LineError('no text in "question"; a line is wanted like {"id": "1", "question": "…"}')
    if not isinstance(record.get("id"), str | int | None):
        raise LineError('"id" must be a string or a number')
    history = record.get("history") or []
    if not isinstance(history, list) or not all(
        isinstance(t, dict) and t.get("role") in ("user", "assistant") and isinstance(t.get("content"), str) for t in history
    ):
        raise LineError('"history" must be a list of {"role": "user" or "assistant", "content": text}')
    province, year = record.get("province"), record.get("year")
    if province is not None and not isinstance(province, str):
        raise LineError('"province" must be a name or null')
    if year is not None and (not isinstance(year, int) or isinstance(year, bool) or not 1900 <= year <= 2100):
        raise LineError('"year" must be a whole number from 1900 to 2100, or null')
    trimmed = [{"role": t["role"], "content": t["content"][:LONGEST_QUESTION]} for t in history[-_LONGEST_HISTORY:]]
    return {"id": record.get("id"), "question": record["question"], "history": trimmed, "province": province, "year": year}
