"""HTML and Markdown of the page: what a person typed, the answer, its sources, the library. No Gradio here.

Everything that comes from a person or a document is escaped on its way through this file. What it does not do: decide
what is answered, or lay out the page (page.css).
"""

import re
import string
from collections.abc import Sequence
from html import escape

from documents.resolution import Resolution
from prompts import loader
from qa.answer import Answer, Citation

AROUND = 200  # characters of the document shown on either side of a quote

_MARKER = re.compile(r" ?\[(\d+)\]")
_ENTITIES = {ord(c): f"&#{ord(c)};" for c in string.punctuation}


def _t(key: str, **values: object) -> str:
    return loader.text("page", key, **values)


def literal(text: str) -> str:
    """Markdown that shows `text` exactly as typed: neither its HTML nor its Markdown comes alive."""
    # Entities are decoded after the structure is read, so an escaped "#" or "<" starts nothing.
    return "  \n".join(line.strip().translate(_ENTITIES) for line in text.strip().splitlines())


def answer_markdown(answer: Answer, turn: int) -> str:
    """The answer with each marker as a link to its source card; HTML is shown literally and images are not fetched."""
    markers = {c.marker for c in answer.citations}

    def link(match: re.Match[str]) -> str:
        n = int(match[1])
        if n not in markers:
            return match[0]
        # Kept on the line of the last word it belongs to.
        space = "&nbsp;" if match[0].startswith(" ") else ""
        return f'{space}<a class="trich" href="#{_card_id(turn, n)}" title="{escape(_t("jump", marker=n))}">[{n}]</a>'

    safe = answer.text.replace("&", "&amp;").replace("<", "&lt;").replace("![", "!\\[")
    return _MARKER.sub(link, safe)


def date(issued: str | None) -> str:
    """An ISO date as people here write it, or the words for an unknown one."""
    if issued is None:
        return _t("unknown_date")
    return "/".join(reversed(issued.split("-")))


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """About `AROUND` characters of `text` before `start` and after `end`, cut between words, "…" where more follows."""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    before, after = text[left:start], text[end:right]
    if left > 0:
        before = "… " + (before if text[left - 1].isspace() else re.sub(r"\A\S*", "", before)).lstrip()
    if right < len(text):
        after = (after if text[right].isspace() else re.sub(r"\S*\Z", "", after)).rstrip() + " …"
    return before, after


def sources(turns: Sequence[tuple[int, str, Answer]], documents: Sequence[Resolution]) -> str:
    """The panel of sources: the newest answer's cards first and open, earlier ones folded under their questions.

    `turns` holds number, question and answer, oldest first.
    """
    by_id = {d.id: d for d in documents}
    heading = f"<h2>{escape(_t('sources'))}</h2>"
    if not turns:
        return f'{heading}<p class="nhat">{escape(_t("no_sources"))}</p>'
    groups = [_group(number, question, answer, by_id, newest=i == 0) for i, (number, question, answer) in enumerate(reversed(turns))]
    return heading + "".join(groups)


def _group(number: int, question: str, answer: Answer, by_id: dict[str, Resolution], *, newest: bool) -> str:
    # Many cards would bury each other: beyond a handful only the first two start open.
    few = len(answer.citations) <= 4
    cards = "".join(_card(number, c, by_id.get(c.document_id), few or i < 2) for i, c in enumerate(answer.citations))
    if newest:
        return cards or f'<p class="nhat">{escape(_t("turn_without_sources"))}</p>'
    if not cards:
        return ""
    summary = escape(_t("turn", number=number, question=_shortened(question, 90)))
    return f'<details class="luot"><summary>{summary}</summary>{cards}</details>'


def _card_id(turn: int, marker: int) -> str:
    return f"nguon-{turn}-{marker}"


def _card(turn: int, c: Citation, document: Resolution | None, unfolded: bool) -> str:
    facts = [_t("number", number=c.number)] if c.number else []
    facts += [_t("issued", date=date(c.issued)) if c.issued else _t("unknown_date"), c.province]
    if c.page is not None:
        facts.append(_t("page", page=c.page))
    described = ", ".join(facts)
    # A document may be gone from the library since it was cited; the quote alone is left then.
    before, after = around(document.text, c.start, c.end) if document else ("", "")
    passage = f"{escape(before)}<mark>{escape(c.quote)}</mark>{escape(after)}"
    seen = c.section.casefold()
    contexts = dict.fromkeys(x.quote.strip() for x in c.context if x.quote.strip().casefold() not in seen)
    further = "".join(f'<p class="can-cu"><b>{escape(_t("context"))}:</b> {escape(x)}</p>' for x in contexts)
    nature = f'<p class="nhat">{escape(document.nature[:1].upper() + document.nature[1:])}</p>' if document else ""
    copied = _t("copied_quote", quote=c.quote, source="; ".join(x for x in (c.title, described, c.section) if x))
    return (
        f'<details class="the" id="{_card_id(turn, c.marker)}"{" open" if unfolded else ""}>'
        f'<summary><span class="so" aria-label="{escape(_t("source", marker=c.marker))}">[{c.marker}]</span>'
        f'<span class="ten">{escape(c.title)}<span class="du-lieu">{escape(described)}</span></span></summary>'
        f'<p class="muc"><b>{escape(_t("section"))}:</b> {escape(c.section.replace(" > ", " › ") or _t("no_section"))}</p>'
        f'<blockquote aria-label="{escape(_t("passage"))}">{passage}</blockquote>{further}{nature}'
        f'<button type="button" class="chep" data-chep="{escape(copied)}">{escape(_t("copy"))}</button>'
        f'<button type="button" class="ve">{escape(_t("back"))}</button>'
        "</details>"
    )


def header(documents: Sequence[Resolution], note: str | None) -> str:
    """What the page is, what it knows, and what it is not."""
    provinces = ", ".join(dict.fromkeys(d.province for d in documents))
    knows = _t("knows", count=len(documents), provinces=provinces) if documents else _t("knows_nothing")
    listed = f'<a href="#thu-vien">{escape(_t("knows_which"))}</a>' if documents else ""
    warning = f'<p class="luu-y" role="note">{escape(note)}</p>' if note else ""
    return (
        f'<h1>{escape(_t("title"))}</h1><p class="gioi-thieu">{escape(_t("tagline"))}. {escape(knows)} {listed}</p>'
        f'<p class="nhat">{escape(_t("disclaimer"))}</p>{warning}'
    )


def library(documents: Sequence[Resolution]) -> str:
    """The documents, folded: title, province, body, number, date, and what each text really is."""
    items = "".join(_entry(d) for d in documents)
    return f'<details class="thu-vien" id="thu-vien"><summary>{escape(_t("library"))}</summary><ul>{items}</ul></details>'


def _entry(d: Resolution) -> str:
    rows = [
        ("library_province", d.province),
        ("library_body", d.body),
        ("library_number", d.number or _t("unknown_number")),
        ("library_issued", date(d.issued)),
        ("library_nature", d.nature),
    ]
    facts = "".join(f"<div><dt>{escape(_t(key))}</dt><dd>{escape(value)}</dd></div>" for key, value in rows)
    return f"<li><h3>{escape(d.title)}</h3><dl>{facts}</dl></li>"


def _shortened(text: str, limit: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + "…"
