"""What an operator says about the headings of a document: of another level, or no headings at all. The text stays as it is."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from documents.resolution import Passage, Resolution, Section

PREFIX = "heading:"
"""Begins the field of such a correction; what follows names the heading by its words, so that a new reading finds it again."""
NONE = "none"
DEEPEST = 9


def keyed(sections: Sequence[Section]) -> list[tuple[str, Section]]:
    """The field that a correction of each heading is kept under, with the heading."""
    seen: dict[str, int] = {}
    found = []
    for section in sections:
        name = digest(section.path[-1])
        seen[name] = seen.get(name, 0) + 1
        found.append((f"{PREFIX}{name}{f'.{seen[name]}' if seen[name] > 1 else ''}", section))
    return found


def digest(*parts: object) -> str:
    """Twelve characters that name a heading or target by its words, whatever their spaces."""
    said = "\n".join(" ".join(str(part).split()) for part in parts)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def good(value: str) -> bool:
    """Whether `value` says what a heading is: its level from 1 to `DEEPEST`, or that it is none."""
    return value == NONE or (value.isdecimal() and 1 <= int(value) <= DEEPEST)


def reoutlined(document: Resolution, values: Mapping[str, str]) -> Resolution:
    """`document`, as it was read, with the levels that `values` (as `good`) give some of its headings.

    A heading opens a section until the next of its level or a higher one, as it was read. What is no heading becomes a passage
    of the section it stands in.
    """
    said = {key: values[key] for key, _ in keyed(document.sections) if key in values}
    return rebuilt(document, said) if said else document


def rebuilt(document: Resolution, said: Mapping[str, str]) -> Resolution:
    """The sections and the paths of the passages anew."""
    levels = [(said.get(key, str(len(s.path))), s) for key, s in keyed(document.sections)]
    headings = [(int(level), s) for level, s in levels if level != NONE]
    sections = tuple(_sections(document.text, headings, _closings(document)))
    gone = [s for level, s in levels if level == NONE]
    passages = [replace(p, path=_path(sections, p.start)) if p.kind != "note" else p for p in document.passages]
    stated = {(p.start, p.end) for p in passages}
    count = len(passages)
    for n, s in enumerate(s for s in gone if (s.start, s.heading_end) not in stated):
        page = document.page_at(s.start)
        at = next((i for i, p in enumerate(passages) if p.start > s.start), len(passages))
        text = document.text[s.start : s.heading_end]
        identity = f"{document.id}#{count + n}"
        passages.insert(
            at,
            Passage(identity, document.id, _path(sections, s.start), s.start, s.heading_end, text, page.number if page else None),
        )
    paths = {p.id: p.path for p in passages}
    tied = (replace(p, path=paths[p.note_of]) if p.kind == "note" and p.note_of in paths else p for p in passages)
    return replace(document, sections=sections, passages=tuple(tied))


def _closings(document: Resolution) -> dict[int, int]:
    """Where sections end without a heading that ends them (before signatures, footnotes): place -> the highest level that ends."""
    begun = {_begins(document.text, s) for s in document.sections}
    ends = {s.end for s in document.sections} - begun
    return {end: min(len(s.path) for s in document.sections if s.end == end) for end in ends}


def _sections(text: str, headings: Sequence[tuple[int, Section]], closings: Mapping[int, int]) -> Iterator[Section]:
    path: list[tuple[int, str]] = []
    end = 0
    for n, (level, s) in enumerate(headings):
        path = [(k, label) for k, label in path if k < level]
        for at, highest in closings.items():
            if end <= at <= s.start:
                path = [(k, label) for k, label in path if k < highest]
        end = s.start
        path.append((level, s.path[-1]))
        after = next((t for k, t in headings[n + 1 :] if k <= level), None)
        stops = [len(text) if after is None else _begins(text, after)]
        stops += [at for at, highest in closings.items() if at > s.start and highest <= level]
        yield Section(tuple(label for _, label in path), s.start, min(stops), s.heading_end)


def _begins(text: str, section: Section) -> int:
    """Where a heading's line begins: a mark ("- ") may stand before its words."""
    return text.rfind("\n", 0, section.start) + 1


def _path(sections: Sequence[Section], start: int) -> tuple[str, ...]:
    return next((s.path for s in reversed(sections) if s.start <= start < max(s.end, s.heading_end)), ())
