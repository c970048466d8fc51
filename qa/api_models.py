"""The bodies of the HTTP interface, with examples: what its OpenAPI document is made of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from qa.plain import plain

_QUOTE = "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh."
_CITATION = {
    "marker": 1,
    "document_id": "gia-lai-04-nq-tu",
    "title": "Bài trình bày Nghị quyết số 04-NQ/TU về chuyển đổi số tỉnh Gia Lai đến năm 2025, định hướng đến năm 2030",
    "number": "04-NQ/TU",
    "province": "Gia Lai",
    "issued": "2022-01-20",
    "section": "4. Mục tiêu > 4.2. Mục tiêu cụ thể đến 2025",
    "page": None,
    "start": 9100,
    "end": 9145,
    "quote": _QUOTE,
    "context": [],
    "score": 1.02,
}
ANSWER_EXAMPLE: Any = {
    "id": None,
    "question": "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?",
    "status": "answered",
    "refused": False,
    "answer": "Kinh tế số chiếm **tối thiểu 20%** GRDP của tỉnh. [1] (Gia Lai, đến năm 2025)",
    "citations": [_CITATION],
    "understood": {"provinces": ["Gia Lai"], "years": [2025], "kind": "figure", "normalised": "…"},
    "suggestions": [],
    "latency_ms": 48.1,
}


class ErrorBody(BaseModel):
    """What went wrong, in one sentence that says what is accepted."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class Error(BaseModel):
    """Every error has this form."""

    error: ErrorBody


class _Asked(BaseModel):
    """A body as it comes: half characters in it would break the reply that repeats them."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        return plain(given)


def _whole(value: Any) -> Any:
    """`value`, as an int where it is a whole number that is written with a point: JSON has one kind of number, and its schemas hold 2025.0
    for an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Turn(BaseModel):
    """A turn of the conversation so far."""

    model_config = ConfigDict(strict=True)

    role: Literal["user", "assistant"]
    content: str


class Ask(_Asked):
    """A question."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        json_schema_extra={"examples": [{"question": ANSWER_EXAMPLE["question"]}, {"question": "Thế Bình Định?", "year": 2025}]},
    )

    question: str = Field(description="In Vietnamese, with or without diacritics; up to 2,000 characters.")
    id: Annotated[str | int | None, BeforeValidator(_whole)] = Field(default=None, description="Comes back with the answer.")
    history: list[Turn] = Field(default=[], max_length=100, description="The turns before, oldest first.")
    province: str | None = Field(default=None, max_length=100, description="Only documents of this province.")
    year: Annotated[int | None, BeforeValidator(_whole)] = Field(default=None, ge=1900, le=2100, description="The year that is meant.")
    stream: bool = Field(default=False, description='Server-sent events: {"text": piece} …, then {"answer": the whole}.')


class Context(BaseModel):
    """A heading or a line of the metadata that gives a quote its year or place."""

    start: int
    end: int
    quote: str
    of: str


class Citation(BaseModel):
    """An exact piece of a document; offsets count code points of its text."""

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
    context: list[Context]
    score: float


class Written(BaseModel):
    """What became of the sentences a language model wrote."""

    model: str
    kept: int
    replaced: int
    dropped: int
    added: int
    failure: str | None
    ms: float


class AnswerBody(BaseModel):
    """An answer: Markdown with [1] markers and the citations they stand for."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [ANSWER_EXAMPLE]})

    id: str | int | None = None
    question: str
    status: Literal["answered", "not_found", "off_topic", "unclear", "greeting", "error"]
    refused: bool
    answer: str
    citations: list[Citation]
    understood: dict[str, Any]
    suggestions: list[str]
    latency_ms: float
    written: Written | None = None


class DocumentBody(BaseModel):
    """A document of the library."""

    id: str
    title: str
    kind: str
    number: str | None
    province: str
    body: str
    issued: str | None


class Documents(BaseModel):
    """The library."""

    documents: list[DocumentBody]


class HitBody(BaseModel):
    """A passage that was found."""

    document_id: str
    title: str
    province: str
    section: str
    page: int | None
    start: int
    end: int
    text: str
    score: float


class Hits(BaseModel):
    """Passages, best first."""

    hits: list[HitBody]


class PassageBody(BaseModel):
    """A stretch of a document and what stands around it."""

    document_id: str
    title: str
    province: str
    section: str
    start: int
    end: int
    quote: str
    before: str
    after: str


class TargetBody(BaseModel):
    """A quantified commitment, with the exact words it stands in."""

    document_id: str
    province: str
    year: int | None
    pillar: str
    indicator: str
    comparator: str
    value: float
    value_max: float | None
    unit: str
    level: str | None
    quote: str
    section: str
    start: int
    end: int
    corrected: bool = False
    """Whether the operator said otherwise of it than was read."""


class Targets(BaseModel):
    """Rows of targets, and how many there are in all."""

    total: int
    targets: list[TargetBody]


class Ready(BaseModel):
    """Whether questions may be sent here, and what for it isn't so."""

    ready: bool
    index: str
    """The generation of the index."""
    model: bool
    """Whether its model is loaded."""
    stopping: bool


class Health(BaseModel):
    """That questions are answered, and from what."""

    status: Literal["ok"]
    documents: int
    passages: int
    model: str | None
    llm: str | None


class Part(BaseModel):
    """A piece of a message; only text is read."""

    model_config = ConfigDict(strict=True, extra="allow")

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message; only those of user and assistant are read."""

    model_config = ConfigDict(strict=True, extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def said(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(p.text for p in self.content if p.type == "text" and p.text)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream ends with."""

    model_config = ConfigDict(strict=True, extra="allow")

    include_usage: bool = Field(default=False)


class Chat(_Asked):
    """A request for a chat completion, as OpenAI defines it; the last message of the user is the question."""

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        json_schema_extra={"examples": [{"model": "nghiquyet", "messages": [{"role": "user", "content": ANSWER_EXAMPLE["question"]}]}]},
    )

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=200)]
    model: str = "nghiquyet"
    stream: bool = Field(default=False)
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = None


class ModelBody(BaseModel):
    """The one model there is."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    """The models, as OpenAI lists them."""

    object: Literal["list"]
    data: list[ModelBody]


class UrlCitation(BaseModel):
    """Where a marker stands in the content, and what it cites."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation as OpenAI annotates them."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class ChatAnswer(BaseModel):
    """The message that answers."""

    role: Literal["assistant"]
    content: str
    refusal: str | None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one choice there is."""

    index: int
    message: ChatAnswer
    finish_reason: Literal["stop"]
    logprobs: None = None


class Usage(BaseModel):
    """Counted in words, since no tokens are."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A chat completion with `citations` as in /api/ask, and in `nghiquyet` what else is known of the answer."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    citations: list[Citation]
    nghiquyet: dict[str, Any]
