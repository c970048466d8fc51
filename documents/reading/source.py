"""What every reader gives and is given, and the one error that all of them raise."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from documents.cleaning import Block


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page of a file that has pages."""

    number: int
    """From 1, in the order of the file."""
    width: float
    """Points, as the page is shown."""
    height: float
    confidence: float | None = None
    """0 to 1, how sure the recognition of its text was (OCR); None where the text stood in the file."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read."""

    format: str
    """text | markdown | html | rtf | docx | doc | pdf | image"""
    blocks: tuple[Block, ...]
    """In reading order, footnotes last; never empty."""
    encoding: str | None = None
    """Of the bytes, where the format does not settle it."""
    warnings: tuple[str, ...] = ()
    """English sentences on what could not be kept (pictures, text boxes, unreadable characters)."""
    pages: tuple[SourcePage, ...] = ()
    """Of a PDF or a picture, in order."""


PATIENCE = 5
"""How many times as long as of the processor a page may take by the clock, where others use the processor too."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a file may take to be read."""

    seconds: float = 120.0
    """For the whole file; pages that have to be recognised add to it."""
    page_seconds: float = 60.0
    """For the recognition of one page, of the processor's time; by the clock `PATIENCE` times as many."""
    memory: int = 1024
    """Megabytes of address space of the reading process, and of each recognition that it runs."""
    pages: int = 1000
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    """Pages that are recognised at the same time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is given beside the bytes."""

    bounds: Bounds = Bounds()
    progress: Callable[[int, int], None] = lambda done, total: None
    """Told of the pages recognised so far, and of how many have to be; first with 0."""


class ReadingError(Exception):
    """A file that can't be read. The message is one English sentence: what is wrong, what is accepted, what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        """A word for programs: empty | too_large | binary | encrypted | damaged | unsupported | no_text | too_many_pages | no_program
        | too_slow | too_much_memory | stopped."""
