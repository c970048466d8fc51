"""The guard: nothing leaves without it. Each sentence of an answer must be borne out by what it cites.

It serves quotations and what a language model writes alike: a quotation passes as it stands; a paraphrase passes where
its figures (with unit, comparator, level and what they are said of), years, names, yes or no, and words are the quote's.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from documents.places import province_names, since_2025
from documents.resolution import Resolution
from qa.answer import Answer, Citation, Status
from qa.guard_claims import Reason, wrong
from qa.guard_closing import Known, holds, known
from qa.guard_evidence import Proof, evidence, prove
from qa.guard_figures import figures
from qa.guard_parts import Form, Part, compares, fixed, head, parts, without_opening
from qa.guard_text import MARKER, Words, read
from qa.guard_words import strange_name

__all__ = ["Checked", "Dropped", "Kept", "Reason", "check", "guarded"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence, item or cell that may be shown: `answer.text[start:end]`."""

    start: int
    end: int
    text: str
    form: Form


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence, item or cell that may not be shown, and why."""

    start: int
    end: int
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Checked:
    """What the guard lets through of an answer's text."""

    kept: tuple[Kept, ...]
    dropped: tuple[Dropped, ...]
    text: str
    """The Markdown without what is dropped; a cell that is dropped becomes a dash."""
    markers: frozenset[int]
    """The markers that `text` still holds."""

    @property
    def anything(self) -> bool:
        """Whether a statement is left that cites something."""
        return any(k.form is Form.STATEMENT for k in self.kept)


def check(answer: Answer, documents: Mapping[str, Resolution], places: Collection[str] | None = None) -> Checked:
    """Judges every sentence of `answer`. Never raises on what the text holds; linear in its length.

    Args:
        answer: an answer with its citations.
        documents: the library by document id, all of it: what a fixed sentence says of other places is looked up there.
        places: the provinces of `documents`, where they are known already.
    """
    proofs = {c.marker: _proof(c, documents) for c in answer.citations}
    provinces = {d.province for d in documents.values()} if places is None else set(places)
    verdicts: list[tuple[Part, Reason | None]] = []
    later: list[int] = []
    for part in parts(answer.text):
        reason: Reason | None = None
        if part.form is Form.STATEMENT:
            reason = _statement(part, proofs)
        elif part.form is Form.FIXED:
            reason = _fixed(part.text, provinces)
        elif part.form in (Form.LEAD, Form.CLOSING, Form.OPENING):
            later.append(len(verdicts))
        verdicts.append((part, reason))
    for i in later:
        part = verdicts[i][0]
        verdicts[i] = (part, _afterwards(part, verdicts, proofs, provinces))
    kept = tuple(Kept(p.start, p.end, p.text, p.form) for p, reason in verdicts if reason is None)
    dropped = tuple(Dropped(p.start, p.end, p.text, reason) for p, reason in verdicts if reason is not None)
    left = _without(answer.text, [(p, reason) for p, reason in verdicts if reason is not None]) if dropped else answer.text
    return Checked(kept, dropped, left, frozenset(int(m) for m in MARKER.findall(left)))


def guarded(answer: Answer, documents: Mapping[str, Resolution], places: Collection[str] | None = None) -> Answer | None:
    """`answer` with nothing in it but what passes, its citations with it; None where no statement is left."""
    if answer.status is not Status.ANSWERED:
        return answer
    checked = check(answer, documents, places)
    if not checked.anything:
        return None
    if not checked.dropped:
        return answer
    left = tuple(c for c in answer.citations if c.marker in checked.markers)
    return replace(answer, text=checked.text, citations=left) if left else None


def _proof(citation: Citation, documents: Mapping[str, Resolution]) -> Proof | Reason:
    document = documents.get(citation.document_id)
    return (prove(citation, document) if document is not None else None) or Reason.QUOTE


def _statement(part: Part, proofs: Mapping[int, Proof | Reason]) -> Reason | None:
    if not part.chunks:
        return Reason.UNCITED
    cited: list[Proof] = []
    for _, markers in part.chunks:
        for marker in markers:
            proof = proofs.get(marker)
            if not isinstance(proof, Proof):
                return proof or Reason.UNKNOWN_MARKER
            cited.append(proof)
    everyone = list(dict.fromkeys(cited))
    if part.label and (reason := _under(part, everyone)):
        return reason
    reason = None
    before: list[Proof] = []
    for i, (text, markers) in enumerate(part.chunks):
        own = [p for m in markers if isinstance(p := proofs[m], Proof)]
        if i and text.startswith("("):
            # A note behind a quote may cite the heading it takes its year from; it is said of the quote all the same.
            reason = reason or wrong(text, own, label=True) or wrong(text, before, label=True)
            if not reason and not all(o in before or any(b.dated_by(o) for b in before) for o in own):
                reason = Reason.YEAR
            continue
        reason = reason or _chunk(text if i else without_opening(text), own)
        before = own
    if reason and len(everyone) > 1 and compares(part.text):
        said = [k for p in everyone for k in known(p.citation.province, p.text, p.years())]
        return None if not strange_name(read(part.text), evidence(everyone)) and holds(part.text, said) else reason
    return reason


def _chunk(text: str, proofs: Sequence[Proof]) -> Reason | None:
    """What is wrong with a stretch of a statement; a head ("Trà Vinh: …") and a note in brackets behind are judged by themselves."""
    bare = text.strip(" .;,")
    if bare.startswith("(") and bare.endswith(")"):
        return wrong(bare, proofs, label=True)
    reason = wrong(text, proofs)
    if reason is None:
        return None
    opening, rest = head(text)
    if opening and wrong(opening, proofs, label=True) is None and wrong(rest, proofs) is None and not figures(opening)[:1]:
        return None
    body, note = _noted(rest if opening else text)
    if note and wrong(note, proofs, label=True) is None and wrong(body, proofs) is None:
        return None if not opening else wrong(opening, proofs, label=True)
    return reason


def _noted(text: str) -> tuple[str, str]:
    """(text, note) of "… 10% GRDP (Trà Vinh, đến năm 2025)"; the note is "" where it ends with none."""
    bare = text.rstrip(" .;,")
    if not bare.endswith(")"):
        return text, ""
    at = bare.rfind("(")
    return (bare[:at], bare[at + 1 : -1]) if at > 0 else (text, "")


def _under(part: Part, proofs: Sequence[Proof]) -> Reason | None:
    """Whether the label a statement stands under fits what it cites: of its years and places one must be the citation's."""
    words = read(part.label)
    years = {words.raw[f.at] for f in figures(part.label) if f.sort == "year"}
    allowed = {y for p in proofs for y in p.years()}
    headings = " ".join(t for p in proofs for t in p.path)
    if years and not years & allowed and not any(y in headings for y in years):
        return Reason.LABEL
    named = {p for i in range(len(words)) for n in (1, 2, 3, 4) if (p := _province(words, i, n))}
    if named and not named & {t for p in proofs for t in (p.citation.province, since_2025(p.citation.province))}:
        return Reason.LABEL
    if part.cell:
        return wrong(part.label, proofs, label=True)
    return None


def _province(words: Words, i: int, length: int) -> str | None:
    """The province that words [i, i + length) name, in capitals, or None."""
    if not words.raw[i][0].isupper():
        return None
    return province_names().get(words.forms[i : i + length])


def _fixed(text: str, provinces: Set[str]) -> Reason | None:
    """A fixed sentence may name only places that it is true of; `provinces` are those the library has documents of."""
    opening, rest = head(text)
    values = fixed(text)
    if values is None:
        values = fixed(rest)
        if opening not in provinces:
            return Reason.PLACE
    if values is None:
        return Reason.UNCITED
    for name in ("place", "heir", "available"):
        if not all(p in provinces for value in values.get(name, []) for p in value.split(", ")):
            return Reason.PLACE
    if any(p in provinces for value in values.get("absent", []) for p in value.split(", ")):
        return Reason.PLACE
    if any(len(set(values.get(name, []))) > 1 for name in ("heir", "asked", "place")):
        return Reason.PLACE
    if "asked" in values:
        asked, heir = values["asked"][0], values["heir"][0]
        if since_2025(heir) != asked and since_2025(asked) != heir:
            return Reason.PLACE
    return None


def _afterwards(
    part: Part, verdicts: Sequence[tuple[Part, Reason | None]], proofs: Mapping[int, Proof | Reason], provinces: Set[str]
) -> Reason | None:
    """What is wrong with a lead-in, an opening or a closing line, the statements being judged."""
    stated = [p for p, reason in verdicts if p.form is Form.STATEMENT and reason is None]
    if part.form is Form.CLOSING:
        said = [k for p in stated for k in _known(p, proofs)]
        places = list(dict.fromkeys(p for p in proofs.values() if isinstance(p, Proof)))
        names = strange_name(read(part.text), evidence(places)) if places else ""
        return None if names is None and holds(part.text, said) else Reason.ARITHMETIC
    if part.form is Form.OPENING:
        return None if stated else Reason.UNCITED
    if part.cell and (not part.text or part.text in provinces):
        return None
    # What heads a row or column stays though a cell of it is dropped.
    under = [p for p, reason in verdicts if p.form is Form.STATEMENT and p.group == part.group and (part.cell or reason is None)]
    fixed_under = any(p.form is Form.FIXED and p.group == part.group and reason is None for p, reason in verdicts)
    if not under:
        # A heading above other lead-ins ("So sánh hai tỉnh:") introduces what they introduce.
        under = stated if not fixed_under and not any(p.group == part.group and p.form is Form.STATEMENT for p, _ in verdicts) else []
    markers = dict.fromkeys(m for p in under for _, ms in p.chunks for m in ms)
    cited = [p for m in markers if isinstance(p := proofs.get(m), Proof)]
    if not cited:
        return None if fixed_under else Reason.UNCITED
    return wrong(without_opening(part.text), cited, label=True)


def _known(part: Part, proofs: Mapping[int, Proof | Reason]) -> list[Known]:
    """The figures that a kept statement cites."""
    found: list[Known] = []
    for text, markers in part.chunks:
        cited = next((p for m in markers if isinstance(p := proofs.get(m), Proof)), None)
        if cited:
            found += known(cited.citation.province, text, cited.years())
    return found


def _without(text: str, dropped: Sequence[tuple[Part, Reason]]) -> str:
    """`text` without the spans of `dropped`; lines that are left empty go too."""
    pieces, last = [], 0
    for part, _ in dropped:
        pieces.append(text[last : part.start])
        pieces.append(" – " if part.cell else "\x00")
        last = part.end
    pieces.append(text[last:])
    lines = []
    for line in "".join(pieces).split("\n"):
        kept = line.replace("\x00", "").rstrip()
        if "\x00" in line and not any(c.isalnum() for c in kept):
            continue
        lines.append(kept if "\x00" in line else line)
    joined = "\n".join(lines)
    while "\n\n\n" in joined:
        joined = joined.replace("\n\n\n", "\n\n")
    return joined.strip("\n")
