"""Language models behind one method. Nothing heavy is imported here: LangChain, torch and HTTP clients come with the model chosen.

A model is optional everywhere: whoever uses one catches `GenerationError` and goes on without it.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Message = Mapping[str, str]
"""{"role": "system" | "user" | "assistant", "content": text}"""

LONGEST_TEXT = 20_000
"""Characters that are read of what a model writes; one that goes on and on is cut off."""


class GenerationError(Exception):
    """The model gave nothing (more); the message says why, in English, without keys."""


class NoGeneratorError(Exception):
    """The model that was asked for can't be used here; the message says which and what to do."""


class Generator(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """The model's name, for metadata."""

    def generate(self, messages: Sequence[Message]) -> Iterator[str]:
        """What the model writes after `messages`, in pieces as they come.

        Raises:
            GenerationError: while iterating, where the model is down, too slow, cut off, or says something unreadable.
        """


@dataclass(frozen=True, slots=True)
class Model:
    """Which model to use, and within what limits."""

    name: str
    url: str | None = None
    """Base address of an OpenAI-compatible endpoint (".../v1"); None for a local transformers model."""
    key: str | None = None
    timeout: float = 60.0
    """Seconds for all that the model writes."""
    retries: int = 2
    """Times a request is sent again that the endpoint refused for the moment (connection, 408, 409, 429, 5xx)."""
    tokens: int = 1024
    """Longest text, in tokens."""


def load(model: Model) -> Generator:
    """The language model described by `model`, through LangChain.

    Raises:
        NoGeneratorError: a local model that can't be loaded, or an address that is none. An endpoint that doesn't answer is
            no error here: it may come up later.
    """
    from qa.chat_models import ChatGenerator, endpoint, local

    chat = endpoint(model) if model.url else local(model)
    return ChatGenerator(chat, model.name, model.timeout)


def within(seconds: float, pieces: Callable[[threading.Event], Iterator[str]]) -> Iterator[str]:
    """What `pieces` gives, for at most `seconds` in all. It runs in a thread of its own, since what it waits for may hang, and
    is told by an event that nobody listens any more.

    Raises:
        GenerationError: the time is over, or `pieces` raised; its message is the first line of that error's.
    """
    given: queue.Queue[str | BaseException | None] = queue.Queue()
    stopped = threading.Event()

    def run() -> None:
        try:
            for piece in pieces(stopped):
                if stopped.is_set():
                    return
                given.put(piece)
            given.put(None)
        except BaseException as error:  # whatever it is, it is the listener's to know
            given.put(error)

    threading.Thread(target=run, daemon=True, name="generation").start()
    end, length = time.monotonic() + seconds, 0
    try:
        while True:
            try:
                piece = given.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise GenerationError(f"the model took longer than {seconds:g} s") from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise GenerationError(reason(piece)) from piece
            length += len(piece)
            yield piece
            if length > LONGEST_TEXT:
                raise GenerationError(f"the model wrote more than {LONGEST_TEXT} characters")
            if time.monotonic() > end:
                raise GenerationError(f"the model took longer than {seconds:g} s")
    finally:
        stopped.set()


def reason(error: BaseException) -> str:
    """The kind of an error and the first line of its message, short."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
