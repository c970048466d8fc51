"""HTML pages, also those that Word saves: what a reader of the page would see of the document, without the site around it."""

import re
from dataclasses import dataclass
from typing import Any

from documents.cleaning import BULLET, Block
from documents.reading.grid import Table, flat, place
from documents.reading.numbering import formatted
from documents.reading.runs import Run, blocks_of, in_order, note_block, superscript
from documents.reading.source import ReadingError, Source

_BLOCKS = frozenset(
    (
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
    )
    + ("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section")
    + ("summary", "ul", "tr", "td", "th", "tbody")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD = frozenset(("b", "strong", "th", *_HEADINGS))
_SILENT = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "nav",
        "footer",
        "aside",
        "button",
        "select",
        "option",
        "textarea",
        "input",
    )
    + ("iframe", "object", "embed", "svg", "canvas", "audio", "video", "del", "dialog", "datalist", "menu", "rp", "rt")
)
_LISTINGS = frozenset(("div", "ul", "ol", "section", "header", "table", "form"))
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|mso-element\s*:\s*(?:header|footer|comment)\b", re.IGNORECASE
)
_CHROME = re.compile(
    r"(?:^|[-_ ])(?:nav(?:bar|igation)?|menu|sidebar|breadcrumbs?|footer|msofooter|msoheader|msotoc\d|cookie|share|sharing|social|comments?"
    r"|related|advert(?:isement)?|banner|skip-link|sr-only|pagination|toc)(?:$|[-_ ])",
    re.IGNORECASE,
)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_LIGHT_STYLE = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_UPPER_STYLE = re.compile(r"text-transform\s*:\s*uppercase", re.IGNORECASE)
_UNMARKED = re.compile(r"list-style[^;]*none", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\s*[\[(]?(\d{1,3})[\])]?\s*")
_NOTE_LINK = re.compile(r"#.*(?:ftn|fn|note|cite|edn|endn)", re.IGNORECASE)
_NOTE_BOX = re.compile(r"mso-element\s*:\s*(?:foot|end)note(?!-)", re.IGNORECASE)
_DEEPEST = 120  # elements; what is nested deeper is read as plain text
_LONGEST_NOTE = 3000  # characters


def read_html(data: bytes) -> Source:
    """The text of an HTML page.

    Raises:
        ReadingError: no_text where nothing but the frame of a site is left; what `documents.reading.text.decode` raises.
    """
    markup, encoding = _decoded(data)
    return read_markup(markup, encoding)


def read_markup(markup: str, encoding: str | None = None) -> Source:
    """The text of a page that is decoded already; `encoding` is only handed on."""
    from bs4 import BeautifulSoup

    # lxml refuses an encoding that is declared in a string by an XML declaration.
    soup = BeautifulSoup(re.sub(r"\A\s*<\?xml[^>]*\?>", "", markup), "lxml")
    page = _Page(soup)
    blocks = page.blocks()
    if not blocks:
        raise ReadingError(
            "no_text", "The HTML page holds no text; save the document itself (text, Markdown, HTML, RTF or DOCX) and add it."
        )
    return Source("html", blocks, encoding, tuple(page.warnings))


def _decoded(data: bytes) -> tuple[str, str]:
    """The page's characters and their encoding: the one it declares where that can be true, else as any text."""
    from documents.reading.text import decode

    declared = re.search(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", data[:4096], re.IGNORECASE)
    marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    name = declared[1].decode("ascii", "replace").lower() if declared and not marked else ""
    # A page of the old Vietnamese fonts says "windows-1252" too; only with entities can Vietnamese be written in it.
    western = name in ("windows-1252", "iso-8859-1") and re.search(rb"&#7[89]\d\d;", data) is not None
    if western or name == "windows-1258":
        try:
            data.decode("utf-8")  # pages that were converted often keep their old declaration
        except UnicodeDecodeError:
            return data.decode({"windows-1258": "cp1258"}.get(name, "cp1252"), "replace"), name
    return decode(data)


class _Page:
    """One page: which of its elements are notes, and how many pictures were met."""

    def __init__(self, soup: Any) -> None:
        self._root = soup.body or soup
        _prune(self._root)
        self._references: dict[int, int] = {}  # id of the link's element -> number of the note
        self._back: set[int] = set()  # links in notes that lead back
        self._note_boxes: dict[int, int] = {}  # id of the element that holds a note -> its number
        self._find_notes()
        self._labels: dict[int, str] = {}  # id of a list item -> its mark
        for parent in self._root.find_all(("ol", "ul")):
            self._labels.update(_item_labels(parent))
        self._pictures = 0

    @property
    def warnings(self) -> list[str]:
        """English sentences on what was left out."""
        return [f"{self._pictures} pictures were left out; text in them was not read."] if self._pictures else []

    def blocks(self) -> tuple[Block, ...]:
        """The page's text, footnotes last."""
        return in_order(flat(self._flow(_main(self._root), 0)))

    def _find_notes(self) -> None:
        targets: dict[str, Any] = {}
        places: dict[int, int] = {}
        for place_, element in enumerate(self._root.find_all(True)):
            places[id(element)] = place_
            for name in (element.get("id"), element.get("name") if element.name == "a" else None):
                if isinstance(name, str):
                    targets.setdefault(name, element)
        for link in self._root.find_all("a", href=re.compile("#.")):
            text = link.get_text()
            target = targets.get(link["href"].partition("#")[2])
            mark = _NOTE_MARK.fullmatch(text)
            if target is None:
                continue
            back = places[id(target)] < places[id(link)]
            if back and (mark or not any(c.isalnum() for c in text)):
                self._back.add(id(link))
            elif mark and not back and (link.find_parent("sup") or link.find("sup") or _NOTE_LINK.search(link["href"])):
                box = _note_box(target)
                if box is not None and id(box) not in self._note_boxes:
                    self._note_boxes[id(box)] = int(mark[1])
                if box is not None:
                    self._references[id(link)] = int(mark[1])
        # Links back are only dropped within notes: elsewhere a figure that is a link is text.
        self._back = {
            id(link)
            for link in self._root.find_all("a")
            if id(link) in self._back and any(id(p) in self._note_boxes for p in (link, *link.parents))
        }

    def _flow(self, parent: Any, depth: int, in_cell: bool = False) -> list[Block | Table]:
        """What an element holds: its paragraphs and tables; text between blocks is a paragraph of its own."""
        found: list[Block | Table] = []
        runs: list[Run] = []

        def end_line() -> None:
            found.extend(blocks_of(runs, marked=parent.name in _HEADINGS, in_cell=in_cell))
            runs.clear()

        def read(node: Any, bold: bool, raised: bool, depth: int) -> None:
            from bs4.element import NavigableString, PreformattedString

            for child in node.children:
                if isinstance(child, NavigableString):
                    if not isinstance(child, PreformattedString):  # comments, declarations
                        text = str(child) if node.name == "pre" else re.sub(r"[ \t\r\n\f]+", " ", str(child))
                        runs.append(Run(text.upper() if _UPPER_STYLE.search(_style(node)) else text, bold, raised))
                elif child.name in _SILENT or id(child) in self._back:
                    continue
                elif id(child) in self._note_boxes:
                    end_line()
                    block = note_block(self._note_boxes[id(child)], flat(self._flow(child, depth + 1)))
                    found.extend([block] if block else [])
                elif id(child) in self._references:
                    runs.append(Run(superscript(self._references[id(child)]), bold))
                elif child.name == "br":
                    runs.append(Run("\n"))
                elif child.name == "img":
                    self._pictures += 1
                elif depth > _DEEPEST:
                    runs.append(Run(child.get_text(" "), bold, raised))
                elif child.name == "table":
                    end_line()
                    found.append(self._table(child, depth))
                elif child.name in _BLOCKS:
                    end_line()
                    found.extend(self._inside(child, depth, in_cell))
                elif "mso-list:ignore" in _style(child).replace(" ", "").lower():
                    runs.append(Run(_list_mark(child.get_text()), bold))
                else:
                    style = _style(child)
                    still_bold = bold and not _LIGHT_STYLE.search(style)
                    raises = child.name == "sup" or bool(_RAISED_STYLE.search(style))
                    read(child, still_bold or child.name in _BOLD or bool(_BOLD_STYLE.search(style)), raised or raises, depth + 1)

        read(parent, _is_bold(parent), False, depth)
        end_line()
        return found

    def _inside(self, element: Any, depth: int, in_cell: bool) -> list[Block | Table]:
        """The content of a block element, the mark of a list item before its first line."""
        found = self._flow(element, depth + 1, in_cell)
        label = self._labels.get(id(element), "")
        if label:
            for i, item in enumerate(found):
                if isinstance(item, Block) and item.note is None:
                    if not BULLET.match(item.text):
                        found[i] = Block(label + item.text, item.marked)
                    break
        return found

    def _table(self, table: Any, depth: int) -> Table:
        before: list[Block | Table] = []
        rows = []
        for row in table.find_all("tr"):
            if row.find_parent("table") is not table:
                continue
            cells = row.find_all(("td", "th"), recursive=False)
            placed = [(self._flow(c, depth + 2, in_cell=True), _span(c, "colspan", 1), _span(c, "rowspan", 1)) for c in cells]
            heads = bool(cells) and (row.parent.name == "thead" or (len(cells) > 1 and all(c.name == "th" for c in cells)))
            rows.append((placed, heads))
        caption = table.find("caption", recursive=False)
        if caption is not None:
            before = self._flow(caption, depth + 1)
        made = place([([(before, 100, 1)], False)] * bool(before) + rows)
        made.layout = table.get("role") == "presentation"
        return made


def _prune(root: Any) -> None:
    """Take out what the page hides and the frame of its site: menus, footers, lists of links."""
    weights = _weights(root)
    whole = weights[id(root)].text
    gone: set[int] = set()
    tops = []
    for element in root.find_all(True):
        if id(element.parent) in gone:
            gone.add(id(element))
            continue
        named = " ".join([*(element.get("class") or []), str(element.get("id") or "")])
        hidden = element.has_attr("hidden") or element.get("aria-hidden") == "true" or _HIDDEN.search(_style(element))
        role = element.get("role") in ("navigation", "banner", "contentinfo", "search", "complementary", "menu")
        block = element.name in _BLOCKS or element.name in ("table", "span")
        chrome = block and element.name not in ("main", "article") and bool(_CHROME.search(named))
        weight = weights[id(element)]
        # Whatever its name, an element that holds most of the text is no frame.
        frame = (role or chrome) and 2 * weight.text <= whole
        listing = element.name in _LISTINGS and weight.links >= 3 and 10 * weight.linked > 8 * weight.text
        if element.name in _SILENT or hidden or frame or listing:
            gone.add(id(element))
            tops.append(element)
    for element in tops:
        element.extract()


@dataclass(slots=True)
class _Weight:
    """How much stands in an element: characters, those of them that are links to other pages, and how many links."""

    text: int = 0
    linked: int = 0
    links: int = 0


def _weights(root: Any) -> dict[int, _Weight]:
    from bs4.element import NavigableString, PreformattedString

    found = {id(root): _Weight()}
    every = list(root.descendants)
    found.update((id(node), _Weight()) for node in every if not isinstance(node, NavigableString))
    # Backwards a node comes after everything that it holds.
    for node in reversed(every):
        above = found[id(node.parent)]
        if isinstance(node, NavigableString):
            above.text += 0 if isinstance(node, PreformattedString) else len(node.strip())
            continue
        own = found[id(node)]
        if node.name == "a" and not str(node.get("href") or "#").startswith("#"):
            own.linked, own.links = own.text, 1
        above.text += own.text if node.name not in _SILENT else 0
        above.linked += own.linked
        above.links += own.links
    return found


def _main(root: Any) -> Any:
    """The element that clearly holds the document, or the whole body."""
    whole = len(root.get_text(strip=True))
    for chosen in (root.find_all("article"), root.find_all("main"), root.find_all(attrs={"role": "main"})):
        every = {id(e) for e in chosen}
        outer = [e for e in chosen if not any(id(p) in every for p in e.parents)]
        if len(outer) == 1 and 2 * len(outer[0].get_text(strip=True)) > whole:
            return outer[0]
    return root


def _note_box(target: Any) -> Any:
    """The element that holds the note a link points to: Word's box for it, else the nearest block; None where that is no note."""
    around = [target, *target.parents]
    box = next((e for e in around if _NOTE_BOX.search(_style(e))), None) or next(
        (e for e in around if e.name in ("p", "li", "dd", "div", "aside", "td")), None
    )
    if box is None or box.name == "td" or len(box.get_text()) > _LONGEST_NOTE or box.find(("table", *_HEADINGS)):
        return None
    return box


def _list_mark(text: str) -> str:
    mark = text.strip()
    # Bullets of Word's symbol fonts come out as "·", "o", "§" and the like.
    if len(mark) == 1 and not mark.isdigit() and mark not in "-+*":
        mark = "+" if mark == "o" else "-"
    return f"{mark} " if mark else ""


def _item_labels(parent: Any) -> dict[int, str]:
    """The marks of a list's items by the id of their elements; none where the page shows none."""
    items = [li for li in parent.find_all("li", recursive=False) if not _UNMARKED.search(_style(li))]
    if _UNMARKED.search(_style(parent)):
        return {}
    if parent.name != "ol":
        return {id(li): "- " for li in items}
    form = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}.get(str(parent.get("type") or ""), "decimal")
    backwards = parent.has_attr("reversed")
    number = _span(parent, "start", len(items) if backwards else 1)
    labels = {}
    for li in items:
        number = _span(li, "value", number)
        labels[id(li)] = f"{formatted(number, form)}{')' if form == 'lowerLetter' else '.'} "
        number += -1 if backwards else 1
    return labels


def _span(element: Any, name: str, otherwise: int) -> int:
    given = str(element.get(name) or "").strip()
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else otherwise


def _style(element: Any) -> str:
    return str(element.get("style") or "")


def _is_bold(element: Any) -> bool:
    """Whether text right inside an element is bold, by itself or by what is around it."""
    for e in (element, *element.parents):
        style = _style(e)
        if _LIGHT_STYLE.search(style):
            return False
        if e.name in _BOLD or _BOLD_STYLE.search(style):
            return True
    return False


def read_mhtml(data: bytes) -> Source:
    """The text of a web archive (Word's "single file web page"): a page packed like an e-mail with its pictures.

    Raises:
        ReadingError: no_text where no page is packed in it; all that `read_html` raises.
    """
    import email

    for part in email.message_from_bytes(data).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            return read_html(content)
    raise ReadingError("no_text", "The web archive holds no page; save the document as DOCX and add that file.")
