"""A question said otherwise by a language model, where nothing was found for it as it stands. Bounded, remembered, never required.

Only what asks for the same is used: the same places, years, figures, documents and names, as our own reading finds them.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable

from documents.normalise import nfc
from prompts.loader import text
from qa.generating import GenerationError, Generator
from qa.question import Question

MOST = 3
"""Ways of saying it that are tried."""
_LONGEST = 400  # characters of one
_REMEMBERED = 1000  # questions
_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*")
_THOUGHTS = re.compile(r"(?s)<think>.*?(?:</think>|\Z)")
_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")


class Rewriter:
    """Says questions otherwise with one model. Thread-safe."""

    def __init__(self, generator: Generator, read: Callable[[str], Question]) -> None:
        """`read` reads a question by itself, as the assistant does."""
        self._generator = generator
        self._read = read
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def otherwise(self, question: str) -> tuple[str, ...]:
        """At most `MOST` other ways to ask for the same; none where the model fails. What it said is remembered."""
        with self._lock:
            if question in self._known:
                self._known.move_to_end(question)
                return self._known[question]
        fenced = question.translate({ord("<"): "‹", ord(">"): "›"})
        messages = [
            {"role": "system", "content": text("rewriting", "system")},
            {"role": "user", "content": text("rewriting", "user", question=fenced)},
        ]
        try:
            said = "".join(self._generator.generate(messages))
        except GenerationError:
            return ()
        lines = [nfc(_MARK.sub("", line)).strip().strip('"“”') for line in _THOUGHTS.sub("", said).splitlines()]
        asked = _asked(self._read(question), question)
        good = [line for line in dict.fromkeys(lines) if 0 < len(line) <= _LONGEST and line != question]
        found = tuple(line for line in good[: 2 * MOST] if _asked(self._read(line), line) == asked)[:MOST]
        with self._lock:
            self._known[question] = found
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


def _asked(read: Question, question: str) -> tuple[object, ...]:
    """What must stay as it is."""
    figures = sorted(_FIGURE.findall(question))
    return (set(read.provinces), set(read.years), set(read.absent), set(read.districts), set(read.cited), set(read.document_ids), figures)
