"""An answer as it grows while a language model writes it: what is written so far, or the quotes where one would wait. No Gradio here."""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from qa.answer import Answer

log = logging.getLogger(__name__)

PATIENCE = 4.0
"""Seconds without a new sentence after which the quotes are shown; what is written comes in their place once it is whole."""
_TICK = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be shown from now on: `whole` at the end, before it the text so far."""

    text: str
    whole: Answer | None = None
    waiting: bool = False
    """Whether `text` is that of the quotes, while the model still writes."""


def growing(quoted: Answer, pieces: Iterator[str | Answer], patience: float = PATIENCE) -> Iterator[Step]:
    """The steps in which an answer comes: each as long as the one before or longer, at last the whole. There is one every half
    second at least, since Gradio can only end what gives something.

    Args:
        quoted: our own answer, shown where the model is slow, and kept where it fails.
        pieces: what `qa.assistant.Assistant.written` gives for it. They are read in a thread of their own, which ends with
            the model's time limit also where the visitor has left.
    """
    arrived: queue.Queue[str | Answer | None] = queue.Queue()
    left = threading.Event()

    def read() -> None:
        try:
            for piece in pieces:
                arrived.put(piece)
                if left.is_set():
                    break
        except Exception:  # the quotes are there; the traceback is the operator's
            log.exception("an answer could not be written")
        arrived.put(None)

    threading.Thread(target=read, name="writing", daemon=True).start()
    said, waiting, last = "", False, time.monotonic()
    try:
        while True:
            try:
                piece = arrived.get(timeout=min(_TICK, patience))
            except queue.Empty:
                waiting = waiting or time.monotonic() - last >= patience
                yield Step(quoted.text if waiting else said, waiting=waiting)
                continue
            if isinstance(piece, str):
                said, last = said + piece, time.monotonic()
                if not waiting:
                    yield Step(said)
                continue
            whole = piece or quoted
            yield Step(whole.text, whole)
            return
    finally:
        left.set()
