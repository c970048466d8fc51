"""The turns of a conversation as the visitor's browser keeps them. The server keeps none.

What comes back from a browser may be anything: `from_json` takes what has the right shape and drops the rest. A shared
link carries questions alone, so that nobody can put words into the assistant's mouth; they are asked again when it opens.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.answer import Answer, Status
from qa.app.texts import date, t
from qa.settings import LONGEST_QUESTION

KEPT = 20
"""Turns of a conversation; what is older is neither shown nor sent along."""
_LONGEST_ANSWER = 60_000  # characters that are taken back from a browser
_MOST_CITATIONS = 200


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a marker leads, with what names the place in a line."""

    marker: int
    document_id: str
    start: int
    end: int
    title: str
    province: str
    section: str
    issued: str | None = None
    number: str | None = None
    page: int | None = None
    quote: str = ""
    ocr: float | None = None
    """0 to 1: the text of its page was recognised from a picture, this surely; None where it was not."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer. `provinces` and `years` are what the visitor chose in place of what was understood."""

    question: str
    text: str
    status: str
    cited: tuple[Cited, ...] = ()
    suggestions: tuple[str, ...] = ()
    understood_provinces: tuple[str, ...] = ()
    understood_years: tuple[int, ...] = ()
    normalised: str = ""
    """The question as it was understood: completed from the turns before, diacritics restored."""
    provinces: tuple[str, ...] | None = None
    years: tuple[int, ...] | None = None


def turn_of(question: str, answer: Answer, provinces: Sequence[str] | None = None, years: Sequence[int] | None = None) -> Turn:
    """`answer` as it is kept."""
    cited = tuple(
        Cited(c.marker, c.document_id, c.start, c.end, c.title, c.province, c.section, c.issued, c.number, c.page, c.quote, c.ocr)
        for c in answer.citations
    )
    return Turn(
        question,
        answer.text,
        str(answer.status),
        cited,
        answer.suggestions,
        answer.understood.provinces,
        tuple(int(y) for y in answer.understood.years),
        answer.understood.completed or answer.understood.normalised,
        None if provinces is None else tuple(provinces),
        None if years is None else tuple(years),
    )


def to_json(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """`turns` for the browser."""
    return [asdict(turn) for turn in turns]


def from_json(value: Any) -> list[Turn]:
    """The turns a browser sent back; what isn't one is left out."""
    if not isinstance(value, list):
        return []
    read = (_turn(item) for item in value[-KEPT:])
    return [turn for turn in read if turn is not None]


def questions_from_json(value: Any) -> list[tuple[str, tuple[str, ...] | None, tuple[int, ...] | None]]:
    """The questions of a shared link, each with the visitor's choices; what isn't one is left out."""
    if not isinstance(value, list):
        return []
    found = []
    for item in value[:KEPT]:
        if isinstance(item, dict) and _is_text(item.get("q"), LONGEST_QUESTION) and item["q"].strip():
            found.append((item["q"], _texts(item.get("p")), _numbers(item.get("y"))))
    return found


def _turn(item: Any) -> Turn | None:
    if (
        not isinstance(item, dict)
        or not _is_text(item.get("question"), LONGEST_QUESTION)
        or not _is_text(item.get("text"), _LONGEST_ANSWER)
    ):
        return None
    if item.get("status") not in {str(s) for s in Status}:
        return None
    given = item.get("cited")
    cited = [_cited(c) for c in given[:_MOST_CITATIONS]] if isinstance(given, list) else []
    return Turn(
        item["question"],
        item["text"],
        item["status"],
        tuple(c for c in cited if c is not None),
        (_texts(item.get("suggestions")) or ())[:4],
        _texts(item.get("understood_provinces")) or (),
        _numbers(item.get("understood_years")) or (),
        item["normalised"] if _is_text(item.get("normalised"), 3 * LONGEST_QUESTION) else "",
        _texts(item.get("provinces")),
        _numbers(item.get("years")),
    )


def _cited(item: Any) -> Cited | None:
    if not isinstance(item, dict):
        return None
    numbers = {k: _number(item.get(k)) for k in ("marker", "start", "end")}
    if None in numbers.values() or not _is_text(item.get("document_id"), 200):
        return None
    words: dict[str, Any] = {k: item[k] if _is_text(item.get(k), 20_000) else "" for k in ("title", "province", "section", "quote")}
    words |= {k: item[k] if _is_text(item.get(k), 200) else None for k in ("issued", "number")}
    ocr = item.get("ocr")
    sure = float(ocr) if isinstance(ocr, int | float) and not isinstance(ocr, bool) and 0 <= ocr <= 1 else None
    return Cited(document_id=item["document_id"], page=_number(item.get("page")), ocr=sure, **numbers, **words)


def _is_text(value: Any, limit: int) -> bool:
    return isinstance(value, str) and len(value) <= limit


def _number(value: Any) -> Any:
    """`value` where it is a whole number that can count something, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _texts(value: Any) -> tuple[str, ...] | None:
    return tuple(v for v in value[:100] if _is_text(v, 300)) if isinstance(value, list | tuple) else None


def _numbers(value: Any) -> tuple[int, ...] | None:
    return tuple(v for v in value[:100] if _number(v) is not None) if isinstance(value, list | tuple) else None


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The turns as `Assistant.ask` takes them."""
    pairs = [[{"role": "user", "content": turn.question}, {"role": "assistant", "content": turn.text}] for turn in turns]
    return [message for pair in pairs for message in pair]


def source_line(c: Cited) -> str:
    """Document, number, date, section and page of a citation, on one line."""
    facts = [c.title, t("number", number=c.number) if c.number else "", t("issued", date=date(c.issued)) if c.issued else ""]
    facts += [c.section.replace(" > ", " › "), t("page", page=c.page) if c.page is not None else ""]
    return ", ".join(x for x in facts if x)


def recognised_note(cited: Sequence[Cited]) -> str:
    """The sentence on the sources whose text was recognised from pictures, with what is least sure of it; "" where there is none."""
    found = [(c.marker, c.ocr) for c in cited if c.ocr is not None]
    if not found:
        return ""
    markers = ", ".join(f"[{marker}]" for marker, _ in found)
    return t("recognised_sources", markers=markers, percent=f"{100 * min(sure for _, sure in found):.0f}")


def to_markdown(turns: Sequence[Turn], today: datetime.date) -> str:
    """The conversation as a Markdown file that stands by itself: each answer with its sources spelled out."""
    parts = [f"# {t('title')}", t("export_note", date=date(today.isoformat()))]
    for turn in turns:
        parts += [f"## {' '.join(turn.question.split())}", turn.text]
        parts += [f"[{c.marker}] “{' '.join(c.quote.split())}” ({source_line(c)})" for c in turn.cited]
        parts += [note for note in (recognised_note(turn.cited),) if note]
    return "\n\n".join(parts) + "\n"


def shared(turns: Sequence[Turn]) -> str:
    """What a shared link carries, as JSON: the questions and the visitor's choices."""
    items = [
        {"q": turn.question}
        | ({} if turn.provinces is None else {"p": list(turn.provinces)})
        | ({} if turn.years is None else {"y": list(turn.years)})
        for turn in turns
    ]
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))


def as_row(turn: Turn) -> Mapping[str, str]:
    """What feedback on a turn is kept with."""
    places = [f"{c.document_id}:{c.start}-{c.end}" for c in turn.cited]
    return {"question": turn.question, "answer": turn.text, "status": turn.status, "citations": " ".join(places)}
