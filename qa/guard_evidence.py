"""What a citation proves: its quote, and what its headings and metadata add: years, place, body."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.commitments import GOALS, TASKS, section_kind
from documents.deadlines import deadlines
from documents.resolution import Passage, Resolution
from qa import tables
from qa.answer import Citation
from qa.guard_figures import Figure, figures
from qa.guard_text import Words, read
from qa.guard_words import Said, said

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATED = re.compile(
    r"ngày\s*\d{1,2}(?:\s*[/.-]\s*\d{1,2}\s*[/.-]\s*|\s*tháng\s*\d{1,2}\s*,?\s*năm\s*)\d{4}|\d{1,2}[/.]\d{1,2}[/.]\d{4}|/\d{4}/"
)
_BACK = 30  # passages that are looked through for the line that governs a list


@dataclass(frozen=True, slots=True)
class Proof:
    """A citation that stands in its document, with what surrounds it there."""

    citation: Citation
    around: tuple[str, ...]
    """Headings, metadata, the label of its paragraph."""
    path: tuple[str, ...]
    lead: str
    """The label of its paragraph, and the line above that introduces its list; for a cell of a table, its row."""
    text: str
    """The quote; a row of a table with the heads of its columns ("Năm 2025: 20%; Năm 2030: 30%")."""
    cells: tuple[str, ...] = ()
    """Of a row what it is about, and each cell behind the head of its column; () for any other quote."""

    @property
    def quote(self) -> Words:
        """The words of `text`."""
        return read(self.text)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The quote's figures."""
        return figures(self.text)

    def years(self) -> frozenset[str]:
        """The years that may be said of the quote: its own; where it sets no date, those of the nearest that does: its
        paragraph, the line above its list, its headings from below, the document."""
        return _years(self.text, self.lead, self.path, f"{self.citation.title} {self.citation.issued or ''}", self._contexts())

    def dated_by(self, other: "Proof") -> bool:
        """Whether `other` cites the line that gives the quote its year: the nearest heading, or line above its list, that names one."""
        for source in (self.lead, *reversed(self.path), *self._contexts()):
            if _YEAR.search(source):
                said_there, cited = f" {' '.join(read(source).folded)} ", f" {' '.join(other.quote.folded)} "
                return cited in said_there or said_there in cited
        return True

    def _contexts(self) -> tuple[str, ...]:
        return tuple(c.quote for c in self.citation.context if c.of == "heading")

    def issued_in(self) -> str:
        """The year of issue, or ""."""
        return (self.citation.issued or "")[:4]

    def goal(self) -> bool:
        """Whether the quote stands among goals or tasks, so that it tells what shall be, not what is."""
        return section_kind(self.path) in (GOALS, TASKS)


def prove(citation: Citation, document: Resolution) -> Proof | None:
    """The proof a citation is, or None where its quote is not what stands there in the document."""
    if not 0 <= citation.start < citation.end <= len(document.text) or document.text[citation.start : citation.end] != citation.quote:
        return None
    passages = document.passages
    at = next((i for i, p in enumerate(passages) if p.start <= citation.start < p.end), None)
    path = passages[at].path if at is not None else ()
    lead = _lead(passages, at, citation) if at is not None else ""
    told = (
        citation.section,
        *path,
        citation.title,
        citation.number or "",
        citation.province,
        _day(citation.issued),
        document.body,
        document.kind,
        *(c.quote for c in citation.context if document.text[c.start : c.end] == c.quote),
        *(passages[at].columns if at is not None else ()),
        lead[-300:],
    )
    over = tables.caption_over(passages, at) if at is not None else None
    row = _row(passages[at], citation, document.text, over.text if over else "") if at is not None and passages[at].cells else []
    shown = "; ".join(f"{h}: {c}" if h else c for h, c in row) or citation.quote
    cells = tuple(tables.subject_first(row)) if row else ()
    return Proof(citation, tuple(dict.fromkeys(t for t in told if t)), path or tuple(citation.section.split(" > ")), lead, shown, cells)


def _row(row: Passage, citation: Citation, text: str, caption: str) -> list[tuple[str, str]]:
    """(head, cell) of the cells of a table's row that are cited, figures with their units."""
    heads = row.columns or ("",) * len(row.cells)
    cells = [(h, text[a:b], a < citation.end and citation.start < b) for h, (a, b) in zip(heads, row.cells, strict=False)]
    return tables.with_units([(h, c) for h, c, cited in cells if cited and c], caption, tables.unit_of_sums(heads))


def _day(issued: str | None) -> str:
    return f"{issued} ngày {issued[8:10]} tháng {issued[5:7]} năm {issued[:4]}" if issued and len(issued) == 10 else issued or ""


def _lead(passages: Sequence[Passage], at: int, citation: Citation) -> str:
    passage = passages[at]
    before = passage.text[: citation.start - passage.start]
    label = before[:120].partition(":")[0] + ":" if ":" in before[:120] else ""
    governor = ""
    for i in range(at - 1, max(-1, at - _BACK), -1):
        if passages[i].path != passage.path:
            break
        if passages[i].text.rstrip().endswith(":"):
            governor = passages[i].text[-200:]
            break
    if passage.cells:
        # A row's first cells say what it is about.
        label = " ".join(passage.text[a - passage.start : b - passage.start] for a, b in passage.cells)[:400]
    return f"{governor} {label}".strip()


@functools.lru_cache(maxsize=2048)
def _years(quote: str, lead: str, path: tuple[str, ...], document: str, contexts: tuple[str, ...]) -> frozenset[str]:
    own = frozenset(_YEAR.findall(quote))
    if own and deadlines(quote):
        return own
    for source in (lead, *reversed(path), *contexts):
        found = frozenset(_YEAR.findall(_DATED.sub(" ", source)))
        if found:
            return own | found
    return own | frozenset(_YEAR.findall(document))


def evidence(proofs: Sequence[Proof]) -> Said:
    """All that `proofs` say together."""
    return said(
        *(p.text for p in proofs),
        *(p.citation.quote for p in proofs if p.text != p.citation.quote),
        *dict.fromkeys(t for p in proofs for t in p.around),
    )


def quoted(proofs: Sequence[Proof]) -> Said:
    """What the quotes of `proofs` say, without what surrounds them."""
    return said(*(p.text for p in proofs))
