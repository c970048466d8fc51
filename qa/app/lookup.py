"""The table of targets: filters, order, count, files to take along; each row opens its passage."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from documents.target_files import said
from documents.targets import Target, filter_targets
from qa.app.answers import link
from qa.app.chat import HIDDEN
from qa.app.live import Holding, Live
from qa.app.sectors import SECTORS, sectors_of
from qa.app.texts import capital, e, shortened, t, te

_SHOWN = 50  # rows at first, and with each "more"
_LONGEST_TEXT = 200  # characters of the words looked for
ORDERS = ("document", "province", "year", "highest", "lowest", "name")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; None and "" leave it open."""

    text: str = ""
    province: str | None = None
    year: int | None = None
    pillar: str | None = None
    sector: str | None = None
    level: str | None = None
    order: str = "document"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Filters":
        """Filters as a browser sends them; what can't be used is left open."""
        words = {k: v.strip()[:_LONGEST_TEXT] for k, v in given.items() if isinstance(v, str) and v.strip()}
        year = str(given.get("year"))
        number = int(year) if re.fullmatch(r"[12]\d{3}", year) else None
        order = words.get("order", "document")
        return cls(
            words.get("text", ""),
            words.get("province"),
            number,
            words.get("pillar"),
            words.get("sector"),
            words.get("level"),
            order if order in ORDERS else "document",
        )

    def query(self) -> str:
        """As the query of an address."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return urlencode({k: v for k, v in values.items() if v and (k, v) != ("order", "document")})


def found(targets: Sequence[Target], filters: Filters) -> list[Target]:
    """The targets that fit, in the order asked for; case and diacritics of the words don't matter."""
    rows = filter_targets(targets, filters.province, filters.year, filters.pillar, filters.text)
    kept = [
        row
        for row in rows
        if (filters.level is None or row.level == filters.level) and (filters.sector is None or filters.sector in sectors_of(row))
    ]
    keys = {
        "province": lambda r: (r.province, r.year or 9999),
        "year": lambda r: (r.year or 9999, r.province),
        # Figures of different units can't be compared: each unit by itself.
        "highest": lambda r: (r.unit, -(r.value_max or r.value)),
        "lowest": lambda r: (r.unit, r.value),
        "name": lambda r: r.indicator.casefold(),
    }
    return sorted(kept, key=keys[filters.order]) if filters.order in keys else kept


def table(rows: Sequence[Target], shown: int) -> str:
    """The first `shown` of `rows` as an HTML table, on a phone as cards; each opens its passage."""
    if not rows:
        return f'<p class="trong">{te("lookup_nothing")}</p>'
    heads = "".join(f'<th scope="col">{te(f"column_{name}")}</th>' for name in ("indicator", "figure", "year", "province", "pillar"))
    body = "".join(_row(r) for r in rows[:shown])
    return (
        f'<div class="cuon" tabindex="0" role="region" aria-label="{te("lookup_table")}">'
        f'<table class="chi-tieu"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(r: Target) -> str:
    name = e(shortened(capital(r.indicator), 160))
    opening = f'<a href="{e(link(r.document_id, r.start, r.end))}">{name}</a>'
    level = f' <span class="nhan">{e(r.level)}</span>' if r.level else ""
    level += f' <span class="nhan">{te("corrected")}</span>' if r.corrected else ""
    cells = [
        f'<th scope="row">{opening}{level}</th>',
        f'<td class="so-lieu" data-cot="{te("column_figure")}">{e(capital(said(r)))}</td>',
        f'<td data-cot="{te("column_year")}">{e(str(r.year)) if r.year else te("no_year")}</td>',
        f'<td data-cot="{te("column_province")}">{e(r.province)}</td>',
        f'<td data-cot="{te("column_pillar")}">{e(capital(r.pillar))}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def summary(rows: Sequence[Target], filters: Filters) -> str:
    """How many there are, and where to get them as files."""
    query = filters.query()
    files = "".join(
        f'<a class="nut" href="chi-tieu.{kind}{"?" + e(query) if query else ""}" download>{te(f"download_{kind}")}</a>'
        for kind in ("xlsx", "csv")
    )
    counted = te("lookup_count", count=len(rows))
    return f'<div class="tom-tat" role="status"><b>{counted}</b>{files if rows else ""}</div>'


def _choices(holding: Holding) -> dict[str, list[tuple[str, str]]]:
    def every(values: Sequence[str], key: str) -> list[tuple[str, str]]:
        return [(t(key), ""), *((capital(v), v) for v in values)]

    pillars = sorted({r.pillar for r in holding.targets if r.pillar})
    levels = sorted({r.level for r in holding.targets if r.level})
    there = {s for r in holding.targets for s in sectors_of(r)}
    return {
        "province": every(sorted(holding.provinces), "any_province"),
        "year": every([str(y) for y in holding.years], "any_year"),
        "pillar": every(pillars, "any_pillar"),
        "sector": every([s for s in SECTORS if s in there], "any_sector"),
        "level": every(levels, "any_level"),
    }


def lookup_tab(live: Live) -> tuple[list[Any], Any]:
    """The tab; returns the components that change with the library, and a function that gives what they are set to."""
    names = ("province", "year", "pillar", "sector", "level")
    choices = _choices(live.current)
    gr.HTML(f"<h2>{te('lookup_title')}</h2><p>{te('lookup_intro')}</p>", apply_default_css=False, elem_classes="dau-muc")
    with gr.Row(elem_classes="loc"):
        text = gr.Textbox(label=t("lookup_text"), placeholder=t("lookup_placeholder"), max_length=_LONGEST_TEXT, min_width=220, scale=3)
        fields = [
            gr.Dropdown(choices[n], value="", label=t(f"filter_{n}"), min_width=140, scale=1, elem_id=f"loc-{n}", filterable=n != "level")
            for n in names
        ]
        order = gr.Dropdown([(t(f"order_{o}"), o) for o in ORDERS], value="document", label=t("order"), min_width=170, scale=1)
    rows, filters = found(live.current.targets, Filters()), Filters()
    count = gr.HTML(summary(rows, filters), apply_default_css=False)
    listed = gr.HTML(table(rows, _SHOWN), apply_default_css=False, elem_id="bang-chi-tieu")
    shown = gr.State(_SHOWN)
    more = gr.Button(t("more"), visible=len(rows) > _SHOWN, size="sm", elem_id="xem-them")
    inputs = [text, *fields, order]
    outputs = [count, listed, shown, more]

    def look(*given: Any) -> tuple[Any, ...]:
        asked = Filters.of(dict(zip(("text", *names, "order"), given, strict=False)))
        hits = found(live.current.targets, asked)
        return summary(hits, asked), table(hits, _SHOWN), _SHOWN, gr.Button(visible=len(hits) > _SHOWN)

    def further(*given: Any) -> tuple[Any, ...]:
        *values, n = given
        asked = Filters.of(dict(zip(("text", *names, "order"), values, strict=False)))
        hits = found(live.current.targets, asked)
        wanted = min(int(n or 0), len(hits)) + _SHOWN
        return gr.skip(), table(hits, wanted), wanted, gr.Button(visible=len(hits) > wanted)

    # One event for all of them, whose last call waits for the one before: an answer that is late covers no later one. Not `input`,
    # which Gradio leaves out where words are pasted and sends twice where something is chosen.
    gr.on([part.change for part in inputs], look, inputs, outputs, queue=False, trigger_mode="always_last", **HIDDEN)
    more.click(further, [*inputs, shown], outputs, queue=False, **HIDDEN)

    def refreshed(holding: Holding) -> list[Any]:
        fresh, hits = _choices(holding), found(holding.targets, Filters())
        return [
            *(gr.Dropdown(choices=fresh[n]) for n in names),
            *(summary(hits, Filters()), table(hits, _SHOWN), gr.Button(visible=len(hits) > _SHOWN)),
        ]

    return [*fields, count, listed, more], refreshed
