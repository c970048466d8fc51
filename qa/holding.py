"""Holds what a language model writes, sentence by sentence, against the passages it was given.

A sentence that the guard bears out is shown as written. One that it doesn't becomes the quote it should have been; one
that is like no passage is left out. What is shown never changes afterwards, so that it can be streamed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from documents.resolution import Resolution
from prompts.loader import text
from qa.answer import Answer, Citation, Status
from qa.citing import escape
from qa.guard import check
from qa.guard_figures import figures
from qa.guard_parts import Form, fixed, parts, without_opening
from qa.guard_text import MARKER, plain, read
from qa.segments import Segment

MOST_SENTENCES = 60
"""Sentences that are read of what a model writes."""
_ALIKE = 0.4  # share of a sentence's words that a passage must say for its quote to stand in the sentence's place
_CITED = 0.15  # what a passage that the sentence cites itself has ahead of the others
_BETTER = 0.12  # what another passage may have ahead of the one cited before the marker is taken for wrong
_ADDRESS = re.compile(r"(?i)https?:|www\.|\w@\w|\w\.(?:com|net|org|vn|io|info|xyz|gov)(?!\w)")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass
class Counts:
    """What became of a model's sentences."""

    kept: int = 0
    replaced: int = 0
    """Shown as the quote they should have been, or left out since that quote stands there already."""
    dropped: int = 0
    """Like nothing in the passages, and left out."""


@dataclass
class Holding:
    """What has been shown of an answer while its model writes."""

    citations: Mapping[int, Citation]
    documents: Mapping[str, Resolution]
    places: frozenset[str] | None = None
    """The provinces of `documents`, where they are known already."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """By marker: the place and year that a quote is of, as it is said behind a figure that names neither."""
    shown: str = ""
    counts: Counts = field(default_factory=Counts)
    _leads: list[str] = field(default_factory=list)
    _quoted: set[int] = field(default_factory=set)
    _read: int = 0

    @property
    def cited(self) -> frozenset[int]:
        """The markers that `shown` holds."""
        return frozenset(int(m) for m in MARKER.findall(self.shown))

    @property
    def full(self) -> bool:
        """Whether no more is read."""
        return self._read >= MOST_SENTENCES

    def hold(self, segment: Segment) -> Iterator[str]:
        """What is shown of `segment`: text to append, or nothing."""
        self._read += 1
        if fixed(plain(segment.text)) is not None:
            return  # that something isn't said, or is of elsewhere, is for us to say
        if segment.lead:
            self._leads = [*self._leads[-1:], segment.text] if segment.opens else self._leads
            return
        if segment.opens and not segment.bullet and not segment.table:
            # A paragraph ends the list that a lead-in stands over.
            self._leads = self._leads if not self.shown.endswith(":") else []
        segment = _without_verdict(segment)
        if not re.search(r"\w", MARKER.sub("", segment.text)):
            return
        said = self._supported(segment)
        if said is None:
            yield from self._instead(segment)
            return
        self.counts.kept += 1
        yield from self._show(said)

    def _supported(self, segment: Segment) -> str | None:
        """`segment` as it may be shown, with the leads it may stand under; None where nothing bears it out."""
        known = [m for m in map(int, MARKER.findall(segment.text)) if m in self.citations]
        if _ADDRESS.search(segment.text) and not any(_ADDRESS.search(c.quote) for c in self.citations.values()):
            return None
        own = MARKER.sub(lambda m: m[0] if int(m[1]) in self.citations else "", segment.text)
        if known and not segment.table and self._said_elsewhere(own, known):
            return None
        variants = [own]
        if not known:
            variants += [f"{own} [{c.marker}]" for c in self._alike(segment.text)[:3] if self._placed(segment, c)]
        for leads in ([*self._leads], []) if self._leads else ([],):
            for variant in variants:
                noted = self._noted(variant, leads if segment.opens else [*leads, self.shown.rsplit("\n", 1)[-1]])
                for candidate in dict.fromkeys((noted, variant)):
                    said = self._joined(candidate, segment, leads)
                    if self._passes(said):
                        self._leads = []
                        return said
        return None

    def _passes(self, said: str) -> bool:
        """Whether the guard keeps all of `said` behind what is shown."""
        whole = self.shown + said
        used = {int(m) for m in MARKER.findall(whole)}
        if not used or not used <= self.citations.keys():
            return False
        answer = Answer(Status.ANSWERED, whole, tuple(self.citations[m] for m in sorted(used)))
        checked = check(answer, self.documents, self.places)
        at = len(self.shown)
        if any(d.end > at for d in checked.dropped):
            return False
        return any(k.start >= at - 1 and k.form in (Form.STATEMENT, Form.CLOSING) for k in checked.kept)

    def _joined(self, said: str, segment: Segment, leads: Sequence[str]) -> str:
        line = f"- {said}" if segment.bullet else said
        if not segment.opens and not leads and self.shown and not self.shown.endswith("\n"):
            return f" {line}"
        tight = segment.bullet and not leads and self._in_list()
        before = "" if not self.shown else "\n" if tight else "\n\n"
        return before + "".join(f"{lead}\n" for lead in leads) + ("\n" if leads and not segment.bullet else "") + line

    def _in_list(self) -> bool:
        return self.shown.rsplit("\n", 1)[-1].startswith("- ")

    def _noted(self, said: str, before: Sequence[str]) -> str:
        """`said` with the place and year of its quote behind it, where it has a figure and neither it nor what stands
        `before` it (leads, the line it goes on in) says these."""
        markers = {int(m) for m in MARKER.findall(said)}
        if len(markers) != 1 or not said.endswith("]"):
            return said
        citation = self.citations[markers.pop()]
        read_with = plain(MARKER.sub("", " ".join([*before, said])))
        placed = not self._several or citation.province in read_with
        note = self._note(citation)
        dated = _YEAR.search(MARKER.sub("", said)) or any(_YEAR.search(lead) for lead in before if lead.endswith(":"))
        if not note or not figures(plain(MARKER.sub("", said))) or (placed and dated):
            return said
        return f"{said} ({note})"

    @property
    def _several(self) -> bool:
        return len({c.document_id for c in self.citations.values()}) > 1

    def _note(self, citation: Citation) -> str | None:
        return self.notes.get(citation.marker) or (citation.province if self._several else None)

    def _placed(self, segment: Segment, citation: Citation) -> bool:
        """Whether a sentence that cites nothing can only be of the citation's document: where there are several, it says so."""
        return not self._several or citation.province in plain(" ".join([*self._leads, segment.text]))

    def _alike(self, said: str) -> list[Citation]:
        """The citations, the one most like `said` first."""
        return sorted(self.citations.values(), key=lambda c: -self._likeness(said, c))

    def _said_elsewhere(self, said: str, markers: Sequence[int]) -> bool:
        """Whether another passage says more of a sentence than those it cites do together."""
        words = set(read(plain(MARKER.sub("", said))).forms)
        held = words & {f for m in markers for f in read(self.citations[m].quote).forms}
        others = [len(words & set(read(c.quote).forms)) for m, c in self.citations.items() if m not in markers]
        return bool(words) and max(others, default=0) - len(held) > _BETTER * len(words)

    def _likeness(self, said: str, citation: Citation) -> float:
        words = set(read(plain(MARKER.sub("", said))).forms)
        held = set(read(citation.quote).forms)
        share = len(words & held) / len(words) if words else 0.0
        return share + (_CITED if f"[{citation.marker}]" in said else 0.0)

    def _instead(self, segment: Segment) -> Iterator[str]:
        """The quote that stands in for a sentence, once."""
        rows = segment.text.split("\n") if segment.table else [segment.text]
        found = [best for row in rows if (best := self._alike(row)[0]) and self._likeness(row, best) >= _ALIKE]
        self.counts.replaced += bool(found)
        self.counts.dropped += not found
        for citation in dict.fromkeys(found):
            if citation.marker in self._quoted:
                continue
            quote = verbatim(citation, self._note(citation))
            said = self._joined(quote, Segment(quote, True, segment.bullet or (not segment.opens and self._in_list())), [])
            if self._passes(said):
                self._quoted.add(citation.marker)
                yield from self._show(said)

    def _show(self, said: str) -> Iterator[str]:
        self.shown += said
        yield said


def verbatim(citation: Citation, note: str | None) -> str:
    """A citation's quote, said to be one."""
    quote = escape(" ".join(citation.quote.split()).strip(" ;,"))
    said = text("writing", "verbatim", quote=quote, marker=f"[{citation.marker}]")
    return f"{said} ({note})" if note else said


def notes_of(answer: Answer) -> dict[int, str]:
    """What our own answer says in brackets beside a marker, of the quote's place and year: "Gia Lai, đến năm 2025"."""
    provinces = {c.marker: c.province for c in answer.citations}
    found: dict[int, str] = {}
    for match in re.finditer(r"(?:\(([^()\[\]\n]{1,80})\)\s*)?\[(\d+)\](?:\s*\(([^()\[\]\n]{1,80})\))?", answer.text):
        marker, note = int(match[2]), plain(match[3] or match[1] or "").strip()
        if note and marker in provinces and marker not in found and (_YEAR.search(note) or provinces[marker] in note):
            found[marker] = note if provinces[marker] in note else f"{provinces[marker]}, {note}"
    return found


def _without_verdict(segment: Segment) -> Segment:
    """`segment` without a "Có," or "Không đúng." before it: whether a supposition is right is for our own answer to say."""
    found = parts(segment.text)
    if found and found[0].form is Form.OPENING:
        rest = segment.text[found[0].end :].lstrip() if len(found) > 1 else ""
    else:
        rest = without_opening(segment.text)
    if rest == segment.text:
        return segment
    return Segment(rest[:1].upper() + rest[1:], segment.opens, segment.bullet, segment.table)
