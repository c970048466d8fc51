"""Any system as the one that is scored: a command (JSON Lines in, JSON Lines out) or an HTTP address.

Both are given {"id", "question", "history"?} and give back the contract's answer: {"id", "answer", "refused", "citations":
[{"province" or "document_id", "quote"}], "latency_ms"?}. "refused" may be told by a "status" instead. What was found may be
told as "retrieved": [{"document_id", "start", "end"}], best first, and is then scored like our own ranking. A missing,
late or broken answer counts as wrong, with the reason.
"""

import contextlib
import ipaddress
import json
import math
import os
import shlex
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from documents.resolution import Passage, Resolution
from eval.gold import Gold
from eval.runs import Progress, Reply, failed
from index.search import Hit
from qa.answer import Status

TIMEOUT = 10.0
"""Seconds for a question."""
_LONGEST_ANSWER = 10_000_000  # bytes
_STATUSES = {str(s) for s in Status}


class SystemError_(Exception):  # noqa: N801, N818 - "SystemError" is taken
    """A system can't be asked at all; the message says what is accepted."""


class _BrokenAnswer(Exception):  # noqa: N818 - never leaves this module
    pass


def ask_system(
    system: str,
    gold: Sequence[Gold],
    documents: Sequence[Resolution],
    timeout: float = TIMEOUT,
    progress: Progress | None = None,
) -> dict[str, Reply]:
    """Question id -> what `system` (a command line, split as a shell would but run without one, or an http(s) address) replies.

    Args:
        timeout: Seconds a question; a command has that for each of its questions, all together.

    Raises:
        SystemError_: an empty command, unbalanced quotes, a program that can't be started.
    """
    by_id = {d.id: d for d in documents}
    if urllib.parse.urlsplit(system).scheme in ("http", "https"):
        replies = {}
        for done, question in enumerate(gold, start=1):
            replies[question.id] = _posted(system, question, by_id, timeout)
            if progress:
                progress(done, len(gold))
        return replies
    return _commanded(system, gold, by_id, timeout * len(gold))


def _request(gold: Gold) -> str:
    history = {"history": [dict(turn) for turn in gold.history]} if gold.history else {}
    return json.dumps({"id": gold.id, "question": gold.question, **history}, ensure_ascii=False)


def _commanded(system: str, gold: Sequence[Gold], documents: Mapping[str, Resolution], timeout: float) -> dict[str, Reply]:
    try:
        command = shlex.split(system)
    except ValueError as error:
        raise SystemError_(f"--system {system!r}: {error}; give a command line or an http(s) address") from error
    if not command:
        raise SystemError_("--system: an empty command; give a command line or an http(s) address")
    # Files, not pipes: neither side waits for the other, and what was written before a timeout is kept.
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as answers:
        questions.write("".join(_request(g) + "\n" for g in gold).encode())
        questions.seek(0)
        try:
            process = subprocess.Popen(command, stdin=questions, stdout=answers, start_new_session=True)
        except OSError as error:
            raise SystemError_(f"--system {system!r}: {command[0]} can't be started ({error.strerror or error})") from error
        late = False
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            _kill(process)
        answers.seek(0)
        lines = answers.read().decode("utf-8", errors="replace").split("\n")
    why = f"no answer within {timeout:.0f} seconds" if late else f"no answer (the command ended with exit code {process.returncode})"
    return _matched(lines, gold, documents, why)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process that was started here, and its children with it."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _matched(lines: Sequence[str], gold: Sequence[Gold], documents: Mapping[str, Resolution], why: str) -> dict[str, Reply]:
    first: dict[str, dict[str, Any]] = {}
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            raw = json.loads(line)
            if isinstance(raw, dict) and isinstance(raw.get("id"), str | int):
                first.setdefault(str(raw["id"]), raw)
    return {g.id: _reply(g, first[g.id], documents) if g.id in first else failed(g, why) for g in gold}


def _posted(url: str, gold: Gold, documents: Mapping[str, Resolution], timeout: float) -> Reply:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(url, _request(gold).encode(), headers, method="POST")
    # A proxy can't reach this machine's own addresses.
    handlers = [urllib.request.ProxyHandler({})] if _is_local(url) else []
    started = time.perf_counter()
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as response:
            body = response.read(_LONGEST_ANSWER + 1)
        raw = json.loads(body) if len(body) <= _LONGEST_ANSWER else None
    except urllib.error.HTTPError as error:
        return failed(gold, f"HTTP status {error.code}")
    except TimeoutError:
        return failed(gold, f"no answer within {timeout:g} seconds")
    except (OSError, ValueError, RecursionError) as error:
        return failed(gold, f"{type(error).__name__}: {error}")
    taken = (time.perf_counter() - started) * 1000
    if not isinstance(raw, dict):
        return failed(gold, "no JSON object")
    return _reply(gold, {"latency_ms": taken, **raw}, documents)


def _is_local(url: str) -> bool:
    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reply(gold: Gold, raw: Mapping[str, Any], documents: Mapping[str, Resolution]) -> Reply:
    """`raw` with the fields that scoring reads, checked; others are left out."""
    try:
        status = raw.get("status")
        if status == "error" or "error" in raw:
            raise _BrokenAnswer(f"error: {raw.get('error') or status}")
        refused = raw.get("refused", status in _STATUSES and Status(status).refused)
        answer, latency = raw.get("answer"), raw.get("latency_ms")
        if not isinstance(answer, str) or not isinstance(refused, bool):
            raise _BrokenAnswer('"answer" must be a string and "refused" true or false')
        timed = isinstance(latency, int | float) and not isinstance(latency, bool) and math.isfinite(latency)
        citations = [_citation(c, documents) for c in _objects(raw, "citations")]
        hits = tuple(_hit(r, rank, documents) for rank, r in enumerate(_objects(raw, "retrieved")))
    except _BrokenAnswer as error:
        return failed(gold, str(error))
    known = status if status in _STATUSES else "not_found" if refused else "answered"
    said = {"id": gold.id, "question": gold.question, "status": known, "refused": refused, "answer": answer, "citations": citations}
    return Reply(said | ({"latency_ms": latency} if timed else {}), hits)


def _objects(raw: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    value = raw.get(field) or []
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise _BrokenAnswer(f'"{field}" must be a list of objects')
    return value


def _citation(raw: dict[str, Any], documents: Mapping[str, Resolution]) -> dict[str, Any]:
    document = documents.get(str(raw.get("document_id")))
    province = raw.get("province") or (document.province if document else None)
    quote = raw.get("quote")
    if not isinstance(quote, str) or not isinstance(province, str | None):
        raise _BrokenAnswer('a citation must have "quote", and "province" or "document_id", as strings')
    return {**raw, "quote": quote, "province": province}


def _hit(raw: Mapping[str, Any], rank: int, documents: Mapping[str, Resolution]) -> Hit:
    document, start, end = documents.get(str(raw.get("document_id"))), raw.get("start"), raw.get("end")
    if document is None or not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(document.text):
        raise _BrokenAnswer('"retrieved" must hold "document_id" of a document here, and "start" < "end" within its text')
    return Hit(Passage(f"{document.id}:{start}-{end}", document.id, (), start, end, document.text[start:end]), -float(rank))
