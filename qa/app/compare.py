"""Provinces side by side: one indicator as a table and a chart, "không nêu" where a document is silent."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from documents.target_files import said
from documents.targets import Target
from qa.app.answers import link
from qa.app.chat import HIDDEN
from qa.app.indicators import Indicator
from qa.app.live import Holding, Live
from qa.app.texts import capital, e, shortened, t, te

_MOST_PROVINCES = 12  # in one chart
_OFFERED = 500  # indicators in the list; more are found in the look-up
_COLOURS = 5  # of bars in page.css


def _label(i: Indicator) -> str:
    level = f" ({i.level})" if i.level and i.level not in i.name else ""
    counted = t("indicator_provinces", count=len(i.provinces)) if len(i.provinces) > 1 else i.provinces[0]
    return f"{shortened(capital(i.name), 110)}{level}, {i.unit or t('no_unit')} · {counted}"


def _choices(holding: Holding) -> list[tuple[str, str]]:
    """Label -> a value that outlives a change of the library: where its first target stands."""
    return [(_label(i), _id(i)) for i in holding.indicators[:_OFFERED]]


def _id(i: Indicator) -> str:
    first = i.targets[0]
    return f"{first.document_id}:{first.start}-{first.end}:{first.unit}:{first.level or ''}"


def _chosen(holding: Holding, given: Any) -> Indicator | None:
    return next((i for i in holding.indicators if _id(i) == given), None)


def _years(indicator: Indicator, provinces: Sequence[str]) -> list[int | None]:
    """The years of the chosen provinces' targets, those without a year last; 2025 and 2030 belong side by side."""
    own = {x.year for x in indicator.targets if x.province in provinces}
    return sorted(own, key=lambda y: y or 9999)


def comparison(indicator: Indicator | None, provinces: Sequence[str]) -> str:
    """The table: a row for each province, a column for each year; each figure opens its passage."""
    if indicator is None or not provinces:
        return f'<p class="trong">{te("compare_nothing")}</p>'
    years = _years(indicator, provinces)
    heads = "".join(f'<th scope="col">{te("by_year", year=y) if y else te("no_year")}</th>' for y in years)
    rows = "".join(
        f'<tr><th scope="row">{e(p)}</th>{"".join(_cell(indicator.of(p, y), y) for y in years) or _silent(None)}</tr>' for p in provinces
    )
    caption = e(shortened(capital(indicator.name), 200)) + (f" ({e(indicator.level)})" if indicator.level else "")
    return (
        f'<div class="cuon" tabindex="0" role="region" aria-label="{te("compare_table")}"><table class="so-sanh">'
        f'<caption>{caption}</caption><thead><tr><th scope="col">{te("column_province")}</th>{heads}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="nhat">{te("compare_note")}</p>'
    )


def _cell(targets: Sequence[Target], year: int | None) -> str:
    if not targets:
        return _silent(year)
    # The same figure may stand in two places of a document; once is enough.
    first = {said(x): x for x in reversed(targets)}
    links = "<br>".join(
        f'<a href="{e(link(x.document_id, x.start, x.end))}">{e(capital(words))}</a>' for words, x in reversed(first.items())
    )
    return f'<td data-cot="{_year(year)}">{links}</td>'


def _silent(year: int | None) -> str:
    return f'<td class="im-lang" data-cot="{_year(year)}">{te("silent")}</td>'


def _year(year: int | None) -> str:
    return te("by_year", year=year) if year else te("no_year")


def chart(indicator: Indicator | None, provinces: Sequence[str]) -> str:
    """The figures as bars, those of one province together; ranges by their upper end. The table says the same in words."""
    if indicator is None or not provinces:
        return ""
    figures = {
        (p, y): max(own, key=lambda x: x.value_max or x.value)
        for p in provinces
        for y in _years(indicator, provinces)
        if (own := indicator.of(p, y))
    }
    if not figures:
        return ""
    most = max(x.value_max or x.value for x in figures.values()) or 1.0
    scale = max(most, 100.0) if indicator.unit == "%" else most
    years = _years(indicator, provinces)
    key = "".join(f'<span class="mau-{i % _COLOURS}">{_year(y)}</span>' for i, y in enumerate(years))
    groups = "".join(f"<dt>{e(p)}</dt>{''.join(_bar(figures.get((p, y)), i, y, scale) for i, y in enumerate(years))}" for p in provinces)
    caption = f'<figcaption>{te("compare_chart")}<span class="chu-giai">{key}</span></figcaption>'
    return f'<figure class="bieu-do">{caption}<dl>{groups}</dl></figure>'


def _bar(target: Target | None, i: int, year: int | None, scale: float) -> str:
    if target is None:
        return f'<dd><span class="an">{_year(year)}: </span><i>{te("silent")}</i></dd>'
    width = 100 * (target.value_max or target.value) / scale
    bar = f'<span class="cot mau-{i % _COLOURS}" style="width:{width:.1f}%"></span>'
    return f'<dd>{bar}<span class="an">{_year(year)}: </span>{e(said(target))}</dd>'


def compare_tab(live: Live) -> tuple[list[Any], Any]:
    """The tab; returns the components that change with the library, and a function that gives what they are set to."""
    holding = live.current
    first = holding.indicators[0] if holding.indicators else None
    own = list(first.provinces)[:_MOST_PROVINCES] if first else []
    gr.HTML(f"<h2>{te('compare_title')}</h2><p>{te('compare_intro')}</p>", apply_default_css=False, elem_classes="dau-muc")
    with gr.Row(elem_classes="loc"):
        which = gr.Dropdown(
            _choices(holding),
            value=_id(first) if first else None,
            label=t("compare_indicator"),
            info=t("compare_indicator_hint"),
            min_width=280,
            scale=3,
            elem_id="chon-chi-tieu",
        )
        places = gr.Dropdown(
            sorted(holding.provinces),
            value=own,
            multiselect=True,
            max_choices=_MOST_PROVINCES,
            label=t("compare_provinces"),
            info=t("compare_provinces_hint"),
            min_width=240,
            scale=2,
            elem_id="chon-tinh",
        )
    listed = gr.HTML(comparison(first, own), apply_default_css=False, elem_id="bang-so-sanh")
    bars = gr.HTML(chart(first, own), apply_default_css=False, elem_id="bieu-do")

    def show(given: Any, provinces: Any) -> tuple[str, str]:
        now = live.current
        chosen = [p for p in provinces or [] if p in now.provinces]
        indicator = _chosen(now, given)
        return comparison(indicator, chosen), chart(indicator, chosen)

    # One event, so that what is chosen last is shown last.
    gr.on([which.change, places.change], show, [which, places], [listed, bars], queue=False, trigger_mode="always_last", **HIDDEN)

    def refreshed(now: Holding) -> list[Any]:
        start = now.indicators[0] if now.indicators else None
        chosen = list(start.provinces)[:_MOST_PROVINCES] if start else []
        return [
            gr.Dropdown(choices=_choices(now), value=_id(start) if start else None),
            gr.Dropdown(choices=sorted(now.provinces), value=chosen),
            comparison(start, chosen),
            chart(start, chosen),
        ]

    return [which, places, listed, bars], refreshed
