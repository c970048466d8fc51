"""What every reader gives, and the one error that all of them raise."""

from dataclasses import dataclass

from documents.cleaning import Block


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read."""

    format: str
    """text | markdown | html | rtf | docx"""
    blocks: tuple[Block, ...]
    """In reading order, footnotes last; never empty."""
    encoding: str | None = None
    """Of the bytes, where the format does not settle it."""
    warnings: tuple[str, ...] = ()
    """English sentences on what could not be kept (pictures, text boxes, unreadable characters)."""


class ReadingError(Exception):
    """A file that can't be read. The message is one English sentence: what is wrong, what is accepted, what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        """A word for programs: empty | too_large | binary | encrypted | damaged | unsupported | no_text."""
