"""What an answer is: a status, text with markers, and the citations the markers stand for.

An answered `Answer` without a citation, or a refusal with one, can't be made.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")


class Status(StrEnum):
    """Outcomes; pages and evaluation branch on these, never on wording."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"
    GREETING = "greeting"
    ERROR = "error"

    @property
    def refused(self) -> bool:
        """Whether the person was told that there is no answer."""
        return self in (Status.NOT_FOUND, Status.OFF_TOPIC, Status.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Context:
    """A stretch of the document that gives a quote its year, place or body: a heading, or a line of the metadata."""

    start: int
    end: int
    quote: str
    of: str
    """heading | metadata"""


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact piece of a document. Offsets count code points of the document's text (`nghiquyet text ID`)."""

    marker: int
    document_id: str
    title: str
    number: str | None
    province: str
    issued: str | None
    section: str
    page: int | None
    start: int
    end: int
    quote: str
    context: tuple[Context, ...] = ()
    score: float = 0.0
    ocr: float | None = None
    """0 to 1: the text of its page was recognised from a picture, this surely; None where it was not."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How the question was read, as the contracts report it."""

    provinces: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    kind: str = ""
    normalised: str = ""
    completed: str = ""
    """A follow-up question as it was completed from the turns before, to be shown ("Đang hiểu là: …"); "" for others."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the sentences a language model wrote for an answer."""

    model: str
    kept: int = 0
    replaced: int = 0
    """Not borne out by what they cite; shown as the quote they should have been."""
    dropped: int = 0
    """Like nothing in the passages, and left out."""
    added: int = 0
    """Lines of quotes that the model left unsaid."""
    failure: str | None = None
    """Why the model gave nothing, or no more; None where it wrote to its end."""
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Markdown `text` with [1] markers (no list of sources), its citations, and what a page may offer next."""

    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    understood: Understood = Understood()
    suggestions: tuple[str, ...] = ()
    """After a refusal: questions on the nearest topics that can be answered."""
    latency_ms: float = 0.0
    trace: dict[str, Any] = field(default_factory=dict)
    """What `--explain` prints: facets, hits with each score part, candidates kept and rejected with reasons."""
    written: Written | None = None
    """Where a language model was asked to write: what became of it."""

    def __post_init__(self) -> None:
        markers = {int(m) for m in _MARKER.findall(self.text)}
        cited = [c.marker for c in self.citations]
        if self.status is Status.ANSWERED and not cited:
            raise ValueError("an answered question needs a citation")
        if self.status is not Status.ANSWERED and cited:
            raise ValueError(f"status {self.status} can't carry citations")
        if self.status is Status.ANSWERED and (markers != set(cited) or len(set(cited)) != len(cited)):
            raise ValueError(f"markers {sorted(markers)} and citations {cited} don't agree")

    @property
    def refused(self) -> bool:
        """See `Status.refused`."""
        return self.status.refused

    def to_json(self) -> dict[str, Any]:
        """The fields of the contract, without `id` and `question`."""
        return {
            "status": str(self.status),
            "refused": self.refused,
            "answer": self.text,
            "citations": [asdict(c) for c in self.citations],
            "understood": {
                "provinces": list(self.understood.provinces),
                "years": list(self.understood.years),
                "kind": self.understood.kind,
                "normalised": self.understood.normalised,
                "completed": self.understood.completed,
            },
            "suggestions": list(self.suggestions),
            "latency_ms": round(self.latency_ms, 2),
            **({"written": asdict(self.written)} if self.written else {}),
        }


def json_line(value: Mapping[str, Any]) -> str:
    """`value` as a line of JSON Lines, which stays one line for readers that part lines at every sign Unicode has for it."""
    line = json.dumps(value, ensure_ascii=False)
    return line.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
