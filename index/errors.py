"""What can be wrong with an index; `index.store` hands these on."""

from documents.durable import Reason


class IndexError_(Exception):  # noqa: N801, N818 - "IndexError" is taken
    """An index that is missing, broken or made otherwise; the message says what was found and what to do."""

    def __init__(self, message: str, reason: Reason = "") -> None:
        super().__init__(message)
        self.reason = reason


class MissingIndexError(IndexError_):
    """There is no index in the data folder yet."""


class OutdatedIndexError(IndexError_):
    """The index was made by another version of the program, or of other documents: it can be made anew without asking."""
