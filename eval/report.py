"""What a run came to, as lines for a terminal, as Markdown and as JSON (`eval.page` makes the HTML page)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.attribution import Judge, overlap
from eval.baselines import HEADS, rows
from eval.compare import Comparison
from eval.floors import numbers
from eval.measures import MEANS, measure, measure_rankings
from eval.metrics import Report, Slice, Verdict
from eval.retrieval import Retrieval
from eval.runs import Run

ALL = "all"
_SHOWN = 300  # characters of a wrong answer
_RANKED = ("span_recall@", "mrr")
_MORE = (*MEANS, "refusal_precision", "refusal_f1", "missing")
_NDCG = "ndcg@10"


@dataclass(frozen=True, slots=True)
class Findings:
    """A run with what it was held against."""

    run: Run
    comparison: Comparison | None = None
    """With the baseline."""
    robustness: Mapping[str, Comparison] = field(default_factory=dict)
    """Perturbation -> the perturbed questions against the same as they stand."""
    broken: tuple[str, ...] = ()
    """A sentence for each floor that is broken."""
    measures: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    """Column -> the measures of `eval.measures`, as `measures` makes them."""
    systems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Baseline or ablation -> its row of the table of `eval.baselines`."""

    @property
    def questions(self) -> dict[str, str]:
        """Question id -> its text."""
        return {v.gold.id: v.gold.question for v in self.run.verdicts}

    @property
    def wrong(self) -> list[Verdict]:
        """The wrong answers."""
        return [v for v in self.run.verdicts if not v.right]


def columns(run: Run) -> dict[str, tuple[Report, Retrieval]]:
    """The numbers of each file (where there are several) and of all questions."""
    return {**(run.reports if len(run.reports) > 1 else {}), ALL: (run.report, run.retrieval)}


def figures(run: Run) -> dict[str, list[str]]:
    """Metric -> its value in each of the columns; figures of retrieval only where the system told what it had found."""
    by_column = [numbers(report, retrieval) for report, retrieval in columns(run).values()]
    shown = [name for name in by_column[-1] if run.ranked or not name.startswith(_RANKED)]
    return {name: [_number(name, values[name]) for values in by_column] for name in shown}


def measures(run: Run, judge: Judge = overlap) -> dict[str, dict[str, float | None]]:
    """Column -> the measures of `eval.measures` (0 to 1) that the report has not under another name; takes some seconds.

    `judge` says whether what is cited supports a sentence, as `eval.attribution` asks it.
    """
    texts = {d.id: d.text for d in run.documents.values()}
    found = {}
    for name in columns(run):
        gold = [v.gold for v in run.verdicts if name in (ALL, run.files[v.gold.id])]
        values = measure(gold, run.answers, texts, judge)
        found[name] = {key: values[key] for key in _MORE}
        if run.ranked:
            rankings = {g.id: [h.passage for h in run.replies[g.id].hits] for g in gold}
            found[name][_NDCG] = measure_rankings(gold, rankings, run.documents)[_NDCG]
    return found


def more(findings: Findings) -> dict[str, list[str]]:
    """Measure -> its value in each of the columns, with three decimals."""
    by_column = list(findings.measures.values())
    names = by_column[0] if by_column else {}
    return {name: ["-" if (value := values[name]) is None else f"{value:.3f}" for values in by_column] for name in names}


def slices(run: Run) -> dict[str, dict[str, list[str]]]:
    """Field -> value -> "right/questions" in each of the columns."""
    reports = [report for report, _ in columns(run).values()]
    return {
        field_: {value: [_share(r.slices[field_].get(value)) for r in reports] for value in values}
        for field_, values in run.report.slices.items()
    }


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if name == "mrr" else f"{value:g}" if isinstance(value, int) else f"{value:.1f}"


def _share(part: Slice | None) -> str:
    return f"{part.right}/{part.questions}" if part else "-"


def terminal(findings: Findings) -> Iterator[str]:
    """Numbers, slices, comparison, robustness and broken floors, line by line."""
    yield f"{'':24}" + "".join(f"{name:>12}" for name in columns(findings.run))
    for name, values in figures(findings.run).items():
        yield f"{name:24}" + "".join(f"{v:>12}" for v in values)
    if findings.measures:
        yield from ("", "more, 0 to 1")
    for name, shown in more(findings).items():
        yield f"  {name:22}" + "".join(f"{v:>12}" for v in shown)
    for field_, parts in slices(findings.run).items():
        yield from ("", f"by {field_}")
        for value, cells in parts.items():
            yield f"  {_value(value):22}" + "".join(f"{cell:>12}" for cell in cells)
    if findings.robustness:
        head = f"{'changed':>8}{'before':>8}{'after':>8}{'points':>8}  {'95 %':16}{'wins':>5}{'losses':>7}{'p':>7}"
        yield from ("", f"{'robustness':18}{head}")
        for name, c in findings.robustness.items():
            points = f"{c.difference:+8.1f}  {f'[{c.low:+.1f}, {c.high:+.1f}]':16}"
            yield f"{name:18}{c.questions:8}{c.before:8.1f}{c.after:8.1f}{points}{len(c.wins):5}{len(c.losses):7}{c.p:7.3f}"
    if findings.systems:
        yield from ("", *rows(findings.systems, markdown=False))


def _value(value: str) -> str:
    return (value[:20] + "…" if len(value) > 21 else value) or "(none)"


def wrong_lines(findings: Findings, most: int) -> Iterator[str]:
    """The first `most` wrong answers: id, type, style, question, why, answer."""
    for v in findings.wrong[:most]:
        yield f"- {v.gold.id} [{v.gold.type}/{v.gold.style}] {v.gold.question}"
        yield f"    why: {v.reason}"
        yield f"    got: {(findings.run.answers[v.gold.id].get('answer') or '')[:_SHOWN]!r}"


def to_json(findings: Findings) -> dict[str, Any]:
    """The run's numbers, with "measures", "comparison", "robustness" and "broken_floors" where there are any."""
    said = findings.run.to_json()
    if findings.measures:
        said["measures"] = {name: dict(values) for name, values in findings.measures.items()}
    if findings.comparison:
        said["comparison"] = findings.comparison.to_json()
    if findings.robustness:
        said["robustness"] = {name: c.to_json() for name, c in findings.robustness.items()}
    if findings.systems:
        said["systems"] = {name: dict(zip(HEADS, cells, strict=True)) for name, cells in findings.systems.items()}
    if findings.broken:
        said["broken_floors"] = list(findings.broken)
    return said


def to_markdown(findings: Findings) -> str:
    """The same tables in Markdown, and the wrong answers as a list."""
    run, head = findings.run, list(columns(findings.run))
    lines = ["# Evaluation", "", *_table(["metric", *head], [[name, *values] for name, values in figures(run).items()])]
    if findings.measures:
        lines += ["", "## More, 0 to 1", "", *_table(["measure", *head], [[name, *values] for name, values in more(findings).items()])]
    if findings.comparison:
        lines += ["", "## Against the baseline", "", str(findings.comparison), ""]
        texts = findings.questions
        for sign, ids in (("won", findings.comparison.wins), ("lost", findings.comparison.losses)):
            lines += [f"- {sign}: {_cell(i)} {_cell(texts.get(i, ''))}" for i in ids]
    if findings.broken:
        lines += ["", "## Floors broken", "", *(f"- {sentence}" for sentence in findings.broken)]
    if findings.robustness:
        costs = [[name, *robustness_cells(c)] for name, c in findings.robustness.items()]
        lines += ["", "## Robustness", "", *_table(["perturbation", *ROBUSTNESS], costs)]
    if findings.systems:
        lines += ["", "## Other systems", "", *rows(findings.systems, markdown=True)]
    for field_, values in slices(run).items():
        lines += ["", f"## By {field_}", "", *_table([field_, *head], [[value or "(none)", *cells] for value, cells in values.items()])]
    lines += ["", f"## Wrong answers ({len(findings.wrong)})", ""]
    for v in findings.wrong:
        lines.append(f"- **{_cell(v.gold.id)}** ({v.gold.type}, {_cell(v.gold.style)}) {_cell(v.gold.question)}: {_cell(v.reason)}")
    return "\n".join(lines) + "\n"


ROBUSTNESS = ("questions changed", "before", "after", "points", "95 % interval", "wins", "losses", "p")
"""Heads of the robustness table."""


def robustness_cells(c: Comparison) -> list[str]:
    """A row of the robustness table, without its name."""
    rates = [str(c.questions), f"{c.before:.1f}", f"{c.after:.1f}", f"{c.difference:+.1f}", f"[{c.low:+.1f}, {c.high:+.1f}]"]
    return [*rates, str(len(c.wins)), str(len(c.losses)), f"{c.p:.3f}"]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    ruler = "|---|" + "---:|" * (len(head) - 1)
    return ["| " + " | ".join(map(_cell, head)) + " |", ruler, *("| " + " | ".join(map(_cell, row)) + " |" for row in rows)]


def _cell(text: str) -> str:
    """`text` on one line, shown literally by Markdown."""
    shown = " ".join(text.split())
    for mark in "\\`*_[]<>#|~":
        shown = shown.replace(mark, f"\\{mark}")
    return shown
