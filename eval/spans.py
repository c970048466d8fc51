"""Finding a piece of text where it stands in the documents, exactly."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from documents.resolution import Resolution

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: `document.text[start:end]`."""

    document: Resolution
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact text."""
        return self.document.text[self.start : self.end]


def locate(pasted: str, documents: Sequence[Resolution]) -> list[Span]:
    """Every place where the words of `pasted` stand in a row, whatever the spaces, punctuation and capitals between them."""
    words = _WORD.findall(unicodedata.normalize("NFC", pasted))
    if not words:
        return []
    wanted = re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
    spans = [Span(d, *m.span()) for d in documents for m in wanted.finditer(d.text)]
    return [Span(s.document, s.start, _with_stop(s, pasted)) for s in spans]


def _with_stop(span: Span, pasted: str) -> int:
    """The end, with the punctuation that ends what was pasted ("20%") where the document has it too."""
    last = re.search(r"\W*\Z", pasted.rstrip())
    tail = last[0] if last else ""
    return span.end + len(tail) if tail and span.document.text.startswith(tail, span.end) else span.end
