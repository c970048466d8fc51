"""The source panel: a passage marked in its surroundings, the way to its neighbours, citation and link to copy. No Gradio here."""

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from documents.resolution import Passage, Resolution, TextPage
from qa.app.answers import link
from qa.app.live import Holding
from qa.app.texts import capital, date, e, recognised, t, te

_MOST_PAGES = 3  # whose pictures are offered for one passage
AROUND = 700  # characters of the document shown on either side of a passage
_ADDRESS = re.compile(r"(\d{1,9})-(\d{1,9})")

PageImage = Callable[[Resolution, int, int, int], str | None]
"""(document, page, start, end) -> HTML of the page's image with the span marked, or None where there is none."""


def parsed(asked: Any) -> tuple[str, int, int] | None:
    """(document id, start, end) of {"doc", "p"} as a browser sends it, or None where it isn't one. Without "p": the beginning."""
    if not isinstance(asked, dict) or not isinstance(asked.get("doc"), str) or len(asked["doc"]) > 200:
        return None
    span = asked.get("p")
    if span in (None, ""):
        return asked["doc"], 0, 0
    match = _ADDRESS.fullmatch(span) if isinstance(span, str) else None
    return (asked["doc"], int(match[1]), int(match[2])) if match else None


def empty() -> str:
    """The panel before anything was opened."""
    return ""


def panel(holding: Holding, asked: Any, page_image: PageImage | None = None) -> str:
    """The panel for {"doc", "p"}: the passage, or a sentence where there is none."""
    address = parsed(asked)
    document = holding.document(address[0]) if address else None
    if address is None or document is None:
        return _frame(te("source_gone_title"), f'<p class="nhat">{te("source_gone")}</p>')
    start, end = address[1:]
    if not 0 <= start < end <= len(document.text):
        return _frame(e(document.title), f'<p class="nhat">{te("passage_gone")}</p>{_whole(document, 0, 0)}')
    return _passage(document, start, end, page_image)


def _frame(title: str, body: str) -> str:
    close = f'<button type="button" class="dong" data-viec="dong" aria-label="{te("close")}" title="{te("close")}">✕</button>'
    return f'<section class="nguon" aria-label="{te("sources")}"><header><h2 tabindex="-1">{title}</h2>{close}</header>{body}</section>'


def _passage(document: Resolution, start: int, end: int, page_image: PageImage | None) -> str:
    ordered = sorted(document.passages, key=lambda p: p.start)
    at = max(0, bisect_right([p.start for p in ordered], start) - 1)
    here: Passage | None = ordered[at] if ordered and ordered[at].start <= start < max(ordered[at].end, start + 1) else None
    touched = pages_of(document, start, end)
    page = touched[0].number if touched else here.page if here else None
    section = " › ".join(here.path) if here else ""
    described = _described(document, page)
    before, after = around(document.text, start, end)
    marked = e(document.text[start:end])
    numbers = list(dict.fromkeys(p.number for p in touched)) or ([] if page is None else [page])
    images = [page_image(document, n, start, end) or "" for n in numbers[:_MOST_PAGES]] if page_image else []
    sure = [p.confidence for p in touched if p.confidence is not None]
    by_machine = f'<p class="nhan-dang" role="note">{e(recognised(min(sure)))}</p>' if sure else ""
    copied = t("copied_quote", quote=document.text[start:end], source=", ".join(x for x in (document.title, described, section) if x))
    nature = f'<p class="nhat ban-chat">{e(capital(document.nature))}.</p>' if document.nature else ""
    body = (
        f'<p class="du-lieu">{e(capital(described))}</p>'
        f'<p class="muc"><span class="an">{te("section")}: </span>{e(section or t("no_section"))}</p>'
        f"{by_machine}"
        f'<div class="doan" tabindex="0" role="group" aria-label="{te("passage")}">{e(before)}<mark>{marked}</mark>{e(after)}</div>'
        f"{''.join(images)}"
        f'<nav class="ke" aria-label="{te("neighbours")}">{_step(ordered, at - 1, "previous")}{_step(ordered, at + 1, "next")}</nav>'
        f'<div class="viec"><button type="button" data-viec="chep" data-chep="{e(copied)}">{te("copy")}</button>'
        f'<button type="button" data-viec="lien-ket" data-chep="{e(link(document.id, start, end))}">{te("copy_link")}</button>'
        f"{_whole(document, start, end)}</div>{nature}"
    )
    return _frame(e(document.title), body)


def pages_of(document: Resolution, start: int, end: int) -> list[TextPage]:
    """The stretches of pages on which text[start:end] stands, in order; [] where the file has no pages."""
    first = document.page_at(start)
    return [p for p in (first,) if p is not None] + [p for p in document.pages if start < p.start < end]


def _described(document: Resolution, page: int | None) -> str:
    facts = [t("number", number=document.number)] if document.number else []
    facts += [t("issued", date=date(document.issued)) if document.issued else t("unknown_date"), document.body or document.province]
    if page is not None:
        facts.append(t("page", page=page))
    return ", ".join(x for x in facts if x)


def _step(passages: list[Passage], at: int, which: str) -> str:
    if not 0 <= at < len(passages):
        return f'<span class="het">{te(which)}</span>'
    p = passages[at]
    return f'<a class="{which}" href="{e(link(p.document_id, p.start, p.end))}">{te(which)}</a>'


def _whole(document: Resolution, start: int, end: int) -> str:
    address = link(document.id, start, end) if end else f"?doc={e(document.id)}"
    return f'<a class="nut" data-viec="toan-van" href="{e(address)}">{te("whole_text")}</a>'


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """About `AROUND` characters of `text` before `start` and after `end`: from a line's beginning and to a line's end where
    one is near, else cut between words; "…" where more follows."""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    before, after = text[left:start], text[end:right]
    if left > 0:
        line = before.find("\n")
        whole = 0 <= line < len(before) // 2
        cut = before[line + 1 :] if whole else before if text[left - 1].isspace() else re.sub(r"\A\S*", "", before)
        before = "… " + cut.lstrip()
    if right < len(text):
        line = after.rfind("\n")
        whole = line > len(after) // 2
        cut = after[:line] if whole else after if text[right].isspace() else re.sub(r"\S*\Z", "", after)
        after = cut.rstrip() + " …"
    return before, after
