"""What a DOCX says of how its text looks: bold, hidden, raised, in capitals, a heading, a list; through styles as Word resolves them."""

import re
from dataclasses import dataclass, field
from typing import Any

from documents.reading.numbering import W

_HEADING = re.compile(r"(?:heading|title|subtitle|tiêu đề|đầu đề)(?: ?[1-9])?", re.IGNORECASE)
_CONTENTS = re.compile(r"toc ?[1-9]|table of figures", re.IGNORECASE)


# Fields whose result is no part of the text: contents, and the number of the page they happen to be on.
_DROPPED_FIELDS = ("TOC", "PAGE", "INDEX", "TOA")


def is_heading_name(name: str) -> bool:
    """Whether the name of a style is that of a heading or title."""
    return _HEADING.fullmatch(name) is not None


def is_contents_name(name: str) -> bool:
    """Whether the name of a style is that of the entries of a table of contents."""
    return _CONTENTS.fullmatch(name) is not None


def is_dropped_field(instruction: str) -> bool:
    """Whether what a field shows is no part of the text: a table of contents, the number of the page."""
    return instruction.split()[:1] != [] and instruction.split()[0].upper() in _DROPPED_FIELDS


@dataclass(slots=True)
class Styles:
    """The styles of a document by id; every question is answered along the chain of styles that one is based on."""

    by_id: dict[str, Any] = field(default_factory=dict)
    default: str | None = None
    """The id of the style of paragraphs that name none."""
    document: Any = None
    """w:rPr of the document's defaults, or None."""
    _known: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def chain(self, style: str | None) -> list[Any]:
        """The style and those it is based on, nearest first."""
        found: list[Any] = []
        while style in self.by_id and len(found) < 20:  # a damaged file may go in circles
            element = self.by_id[style]
            found.append(element)
            style = value(element, "basedOn")
        return found

    def run(self, style: str | None, name: str) -> str | None:
        """The value of a run property that a style sets ("" where it stands without one), or None."""
        key = (style or "", name)
        if key not in self._known:
            settings = (setting(e.find(W + "rPr"), name) for e in self.chain(style))
            self._known[key] = next((s for s in settings if s is not None), None)
        return self._known[key]

    def is_heading(self, style: str | None) -> bool:
        """Whether paragraphs of a style are headings: by its name, or by the level it has in Word's outline."""
        for element in self.chain(style):
            outline = value(element.find(W + "pPr"), "outlineLvl")
            if outline is not None:
                return outline != "9"
            if is_heading_name(value(element, "name") or ""):
                return True
        return False

    def is_contents(self, style: str | None) -> bool:
        """Whether paragraphs of a style are entries of a table of contents."""
        return any(is_contents_name(value(e, "name") or "") for e in self.chain(style))

    def list_of(self, style: str | None) -> tuple[str | None, str | None, str | None]:
        """The list a style puts its paragraphs in, as (numId, ilvl, the id of the style that says so)."""
        level = None
        for element in self.chain(style):
            numbers = element.find(f"{W}pPr/{W}numPr")
            if numbers is not None:
                level = level or value(numbers, "ilvl")
                if value(numbers, "numId") is not None:
                    return value(numbers, "numId"), level, element.get(W + "styleId")
        return None, level, None


def read_styles(root: Any) -> Styles:
    """The styles of a styles part (an lxml element or None)."""
    if root is None:
        return Styles()
    every = root.findall(W + "style")
    default = next((s.get(W + "styleId") for s in every if s.get(W + "type") == "paragraph" and on(s.get(W + "default", "0"))), None)
    return Styles({s.get(W + "styleId", ""): s for s in every}, default, root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is printed."""

    bold: bool
    hidden: bool
    raised: bool
    capitals: bool
    font: str


def look(styles: Styles, paragraph_style: str | None, properties: Any) -> Look:
    """The look of a run: its own properties (w:rPr or None) before its style, the paragraph's style and the document's defaults."""

    def find(name: str) -> str | None:
        for found in (setting(properties, name), styles.run(value(properties, "rStyle"), name), styles.run(paragraph_style, name)):
            if found is not None:
                return found
        return setting(styles.document, name)

    def is_on(name: str) -> bool:
        found = find(name)
        return found is not None and on(found)

    return Look(is_on("b"), is_on("vanish"), find("vertAlign") == "superscript", is_on("caps"), find("rFonts") or "")


def value(element: Any, name: str) -> str | None:
    """w:val of the child `name` of an element (which may be None), or None."""
    child = element.find(W + name) if element is not None else None
    found: str | None = child.get(W + "val") if child is not None else None
    return found


def setting(element: Any, name: str) -> str | None:
    """Like `value`, but "" for a child without w:val, which means "on"; for "rFonts" the name of the font."""
    child = element.find(W + name) if element is not None else None
    if child is None:
        return None
    return str(child.get(W + "val") or (child.get(W + "hAnsi") or child.get(W + "ascii") or "" if name == "rFonts" else ""))


def on(text: str) -> bool:
    """Whether the value of an on/off property means "on"."""
    return text not in ("0", "false", "off", "none")
