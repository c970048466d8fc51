"""A run as one HTML page that stands alone: tables, three plots, and each wrong answer with how it came about.

Everything that came from a question, an answer or a document is escaped; the page has no script and asks no host for anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources

from eval.baselines import HEADS
from eval.compare import Comparison
from eval.gold import UNANSWERABLE
from eval.metrics import Verdict
from eval.plots import calibration_plot, histogram_plot, slice_bars
from eval.report import ROBUSTNESS, Findings, columns, figures, more, robustness_cells, slices

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(findings: Findings, title: str = "Evaluation") -> str:
    """The page."""
    css = (resources.files("eval") / "data" / "report.css").read_text("utf-8")
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title><style>{css}</style>'
    )
    body = "\n".join(_sections(findings))
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body><main><h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n'


def _sections(findings: Findings) -> Iterator[str]:
    run, head = findings.run, list(columns(findings.run))
    if findings.broken:
        yield '<h2>Floors broken</h2><ul class="bad">' + "".join(f"<li>{escape(s)}</li>" for s in findings.broken) + "</ul>"
    yield _table(["metric", *head], ([name, *values] for name, values in figures(run).items()))
    if findings.measures:
        table = _table(["measure", *head], ([name, *values] for name, values in more(findings).items()))
        yield f"<details><summary>more measures, 0 to 1</summary>{table}</details>"
    if findings.comparison:
        yield "<h2>Against the baseline</h2>" + _compared(findings.comparison, findings)
    if findings.robustness:
        yield "<h2>Robustness</h2><p>Each perturbation against the same questions as they stand.</p>"
        yield _table(["perturbation", *ROBUSTNESS], ([name, *robustness_cells(c)] for name, c in findings.robustness.items()))
    if findings.systems:
        yield "<h2>Other systems</h2><p>Baselines and ours with parts switched off, over the bundled documents.</p>"
        yield _table(["system", *HEADS], ([name, *cells] for name, cells in findings.systems.items()))
    yield "<h2>Accuracy by slice</h2><p>Lines are 95 % intervals.</p>"
    by_file = slices(run)
    for field, values in run.report.slices.items():
        yield f"<h3>By {escape(field)}</h3>" + slice_bars(f"accuracy by {field}", values)
        if len(head) > 1:
            table = _table([field, *head], ([value or "(none)", *cells] for value, cells in by_file[field].items()))
            yield f"<details><summary>by file</summary>{table}</details>"
    yield from _plots(findings)
    yield f"<h2>Wrong answers ({len(findings.wrong)})</h2>"
    yield from (_wrong(v, findings) for v in findings.wrong)


def _plots(findings: Findings) -> Iterator[str]:
    replies = findings.run.replies
    told = [(p, v.gold.type != UNANSWERABLE) for v in findings.run.verdicts if (p := replies[v.gold.id].probability) is not None]
    if told:
        yield "<h2>Calibration of refusals</h2><p>Share of the questions that can be answered, by the probability they were given.</p>"
        yield calibration_plot("calibration of refusals", told)
    latencies = [a["latency_ms"] for a in findings.run.answers.values() if a.get("latency_ms") is not None]
    if latencies:
        yield "<h2>Latency</h2>" + histogram_plot("answers by latency", latencies)


def _compared(comparison: Comparison, findings: Findings) -> str:
    texts = findings.questions
    lists = []
    for name, ids in (("won", comparison.wins), ("lost", comparison.losses)):
        rows = "".join(f'<li><code>{escape(i)}</code> <span lang="vi">{escape(texts.get(i, ""))}</span></li>' for i in ids)
        lists.append(f"<details><summary>{len(ids)} {name}</summary><ul>{rows}</ul></details>")
    kind = ' class="bad"' if comparison.significant_loss else ""
    return f"<p{kind}>{escape(str(comparison))}</p>" + "".join(lists)


def _wrong(verdict: Verdict, findings: Findings) -> str:
    gold, reply = verdict.gold, findings.run.replies[verdict.gold.id]
    wanted = "; ".join(" / ".join(group) for group in gold.must_include) or "a refusal"
    forbidden = ", ".join(gold.must_not_include)
    quotes = [f"[{c.get('marker', '')}] {c.get('province') or ''}: {c.get('quote') or ''}" for c in reply.answer.get("citations") or ()]
    parts = [
        _field("why", verdict.reason),
        *(_field(f"{turn['role']} before", turn["content"]) for turn in gold.history),
        _field("answer", reply.answer.get("answer") or ""),
        *(_field("cited", quote) for quote in quotes),
        _field("wanted", wanted),
        _field("forbidden", forbidden) if forbidden else "",
        *(_field("evidence", f"{e.province or e.document}: {e.quote}") for e in gold.evidence),
    ]
    trace = f"<details><summary>how it came about</summary><pre>{escape(reply.explanation)}</pre></details>" if reply.explanation else ""
    summary = f'<code>{escape(gold.id)}</code> {escape(gold.type)}/{escape(gold.style)} <span lang="vi">{escape(gold.question)}</span>'
    return f"<details><summary>{summary}</summary><dl>{''.join(parts)}</dl>{trace}</details>"


def _field(name: str, text: str) -> str:
    return f'<dt>{escape(name)}</dt><dd lang="vi">{escape(text)}</dd>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(h)}</th>' for h in head)
    body = "".join(map(_row, rows))
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _row(cells: Sequence[str]) -> str:
    first, *others = map(escape, cells)
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in others) + "</tr>"
