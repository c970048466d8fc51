"""The frozen values that leave this package: a document, its sections, its passages, the facts of its metadata."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the stretch of text below it: [start, end) in code points of the document's text."""

    path: tuple[str, ...]
    """Heading texts from the top down, the section's own last."""
    start: int
    end: int
    heading_end: int
    """Where the heading itself ends; [start, heading_end) is the span a citation's context points to."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A list item, a paragraph, a piece of a long paragraph, a row of a table, or a footnote: the unit that is embedded and searched."""

    id: str
    document_id: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str
    page: int | None = None
    kind: str = "body"
    """body | front (title, date, number) | tail (recipients, signature) | note (footnote)."""
    note_of: str | None = None
    """For a footnote, the id of the passage that refers to it."""
    cells: tuple[tuple[int, int], ...] = ()
    """For a row of a table, the spans of its cells in the document's text, one for each column; an empty cell is an empty span."""
    columns: tuple[str, ...] = ()
    """For a row of a table, the heads of its columns, or () where the table has none."""

    def __hash__(self) -> int:  # what is kept of passages is looked up by the thousand: not all of this needs reading for it
        return hash((self.document_id, self.start, self.end))

    @property
    def labelled(self) -> bool:
        """Whether it is an item with the labelled lines below it ("Chủ trì: Sở Y tế."), which are its `cells`, and the labels its
        `columns`; the item's own head is ""."""
        return bool(self.cells) and "\n" in self.text


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of the metadata with the stretch of text it was read from (None where the operator supplied it)."""

    value: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class TextPage:
    """Where the text of a page begins. A page may have several such stretches: footnotes stand at the end of the text."""

    start: int
    """In code points of the document's text; the stretch ends where the next begins."""
    number: int
    """Of the page, from 1 in the order of the file."""
    confidence: float | None = None
    """0 to 1, how sure the recognition of its text was (OCR); None where the text stood in the file."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """A document as the rest of the house sees it. `text[p.start:p.end] == p.text` for each of its passages."""

    id: str
    title: str
    kind: str
    province: str
    body: str
    """The issuing body."""
    nature: str
    """What the text really is, in Vietnamese: the resolution, or a speech that presents it."""
    text: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    number: str | None = None
    issued: str | None = None
    """ISO date of issue, or None where the text does not tell."""
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    """number | issued | body | locality | signer | signer_role | title -> facts, each with its span."""
    digest: str = ""
    """SHA-256 of the original file's bytes."""
    pages: tuple[TextPage, ...] = ()
    """By `start`; () where the file has no pages."""
    locality: str = ""
    """For an issuer below the province, its unit ("huyện Hải Lăng", "phường Pleiku"); "" for provincial and central bodies."""

    def page_at(self, offset: int) -> TextPage | None:
        """The page on which a character stands, None where the file has no pages."""
        n = bisect_right(self.pages, offset, key=lambda p: p.start)
        return self.pages[n - 1] if n else None

    @property
    def recognised(self) -> bool:
        """Whether some of its text was recognised from pictures (OCR)."""
        return any(p.confidence is not None for p in self.pages)

    @property
    def replaces(self) -> tuple[str, ...]:
        """The documents this one says it replaces ("Quyết định số 06/QĐ-UBND")."""
        return tuple(f.value for f in self.facts.get("replaces", ()))
