"""The library: a card for each document, and its full text with its outline as a table of contents."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import gradio as gr

from documents.normalise import fold
from documents.resolution import Resolution
from qa.app.chat import HIDDEN
from qa.app.live import Holding, Live
from qa.app.passages import parsed
from qa.app.texts import capital, date, e, shortened, t, te

_SHOWN = 30  # cards at once; the field above finds the others
_PART = 40_000  # characters of a document shown at once
_DEEPEST = 3  # levels of headings in the table of contents


def cards(holding: Holding, text: str = "") -> str:
    """The documents whose title, number, place or body holds the words of `text`; diacritics don't matter."""
    wanted = fold(text).split()
    targets = Counter(x.document_id for x in holding.targets)
    fits = [d for d in holding.documents if all(w in _described(d) for w in wanted)] if wanted else list(holding.documents)
    if not fits:
        return f'<p class="trong">{te("library_nothing" if len(holding.documents) else "knows_nothing")}</p>'
    items = "".join(_card(d, targets[d.id]) for d in fits[:_SHOWN])
    more = f'<p class="nhat">{te("library_more", count=len(fits) - _SHOWN)}</p>' if len(fits) > _SHOWN else ""
    return f'<p class="tom-tat" role="status"><b>{te("library_count", count=len(fits))}</b></p><ul class="the-van-ban">{items}</ul>{more}'


def _described(d: Resolution) -> str:
    return fold(" ".join(filter(None, (d.title, d.number, d.province, d.body, d.kind, (d.issued or "")[:4]))))


def _card(d: Resolution, targets: int) -> str:
    rows = [
        ("library_number", d.number or t("unknown_number")),
        ("library_issued", capital(date(d.issued))),
        ("library_body", d.body or d.province or t("unknown_place")),
        ("library_holds", t("library_sizes", passages=len(d.passages), targets=targets)),
    ]
    facts = "".join(f"<div><dt>{te(key)}</dt><dd>{e(value)}</dd></div>" for key, value in rows)
    nature = f'<p class="nhat">{e(capital(d.nature))}.</p>' if d.nature else ""
    badges = "".join(f'<span class="nhan">{e(x)}</span>' for x in (d.kind, d.province) if x)
    return (
        f'<li><div class="nhan-hang">{badges}</div><h3>{e(d.title)}</h3><dl>{facts}</dl>{nature}'
        f'<a class="nut" data-viec="toan-van" href="?doc={e(quote(d.id, safe=""))}">{te("read_document")}</a></li>'
    )


def reader(holding: Holding, asked: Any) -> str:
    """The text of {"doc", "p"}, from the part on in which p stands, with its outline; p itself is marked."""
    address = parsed(asked)
    document = holding.document(address[0]) if address else None
    if address is None or document is None:
        return f'<p class="trong">{te("source_gone")}</p>'
    start, end = address[1:]
    if not 0 <= start < end <= len(document.text):
        start = end = min(start, max(0, len(document.text) - 1))
    parts = _parts(document.text)
    at = bisect_right([a for a, _ in parts], start) - 1
    contents = _contents(document, parts, at)
    body = _part(document, *parts[at], start, end)
    steps = _steps(document, parts, at)
    facts = [t("number", number=document.number) if document.number else "", capital(date(document.issued)), document.body]
    said = e(", ".join(f for f in facts if f))
    return (
        f'<article class="doc"><header><h2 tabindex="-1">{e(document.title)}</h2><p class="du-lieu">{said}</p>'
        f'<button type="button" class="nut" data-viec="ve-danh-sach">{te("back_to_library")}</button></header>'
        f'{contents}<div class="toan-van">{steps}{body}{steps}</div></article>'
    )


def _parts(text: str) -> list[tuple[int, int]]:
    """The text cut at line ends into parts that a phone can show."""
    parts, start = [], 0
    while len(text) - start > _PART * 3 // 2:
        cut = text.rfind("\n", start + _PART // 2, start + _PART) + 1 or start + _PART
        parts.append((start, cut))
        start = cut
    return [*parts, (start, len(text))]


def _contents(document: Resolution, parts: Sequence[tuple[int, int]], at: int) -> str:
    if not document.sections:
        return ""
    items = []
    for s in document.sections:
        if len(s.path) > _DEEPEST:
            continue
        inside = parts[at][0] <= s.start < parts[at][1]
        address = f"#de-muc-{s.start}" if inside else f"?doc={e(quote(document.id, safe=''))}&amp;p={s.start}-{s.heading_end}"
        work = "" if inside else ' data-viec="toan-van"'
        items.append(f'<li class="cap-{len(s.path)}"><a href="{address}"{work}>{e(shortened(s.path[-1], 120))}</a></li>')
    listed = f'<nav aria-label="{te("contents")}"><ul>{"".join(items)}</ul></nav>'
    return f'<details class="muc-luc" open><summary>{te("contents")}</summary>{listed}</details>'


def _steps(document: Resolution, parts: Sequence[tuple[int, int]], at: int) -> str:
    if len(parts) == 1:
        return ""

    def step(n: int, key: str) -> str:
        if not 0 <= n < len(parts):
            return ""
        a = parts[n][0]
        return f'<a class="nut" data-viec="toan-van" href="?doc={e(quote(document.id, safe=""))}&amp;p={a}-{a + 1}">{te(key)}</a>'

    return (
        f'<p class="phan">{step(at - 1, "part_before")}<span>{te("part", n=at + 1, of=len(parts))}</span>{step(at + 1, "part_after")}</p>'
    )


def _part(document: Resolution, begin: int, finish: int, start: int, end: int) -> str:
    """The part as paragraphs, headings as headings, [start, end) marked. Runs of the text never change, only tags come between."""
    text = document.text
    headings = {s.start: s for s in document.sections}
    out, position = [], begin
    for line in text[begin:finish].splitlines(keepends=True):
        a, b = position, position + len(line)
        position = b
        if not line.strip():
            continue
        section = next((headings[x] for x in range(a, min(b, a + 12)) if x in headings), None)
        content = _marked(text, a, b, start, end)
        if section:
            level = min(len(section.path) + 2, 6)
            out.append(f'<h{level} id="de-muc-{section.start}">{content}</h{level}>')
        else:
            out.append(f"<p>{content}</p>")
    return "".join(out)


def _marked(text: str, a: int, b: int, start: int, end: int) -> str:
    x, y = max(a, start), min(b, end)
    if x >= y or end - start <= 1:
        return e(text[a:b].strip())
    return f"{e(text[a:x].lstrip())}<mark>{e(text[x:y].rstrip())}</mark>{e(text[y:b].rstrip())}"


def shelf_tab(live: Live) -> tuple[list[Any], Any]:
    """The tab; returns the components that change with the library, and a function that gives what they are set to."""

    def read(asked: Any) -> str:
        return reader(live.current, asked)

    with gr.Column(elem_id="danh-sach"):
        gr.HTML(f"<h2>{te('library_title')}</h2><p>{te('library_intro')}</p>", apply_default_css=False, elem_classes="dau-muc")
        text = gr.Textbox(label=t("library_text"), placeholder=t("library_placeholder"), max_length=200, elem_id="tim-van-ban")
        listed = gr.HTML(cards(live.current), apply_default_css=False, elem_id="cac-van-ban")
    gr.HTML("", apply_default_css=False, elem_id="doc", server_functions=[read], js_on_load="nghiquyet.reader(props, server)")
    text.change(lambda given: cards(live.current, given or ""), text, listed, queue=False, trigger_mode="always_last", **HIDDEN)
    return [listed], lambda holding: [cards(holding)]
