"""An answer for the terminal: as plain text with its sources, and with how it came about (`--explain`)."""

import re

from prompts.loader import text
from qa.answer import Answer

_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|~])")


def plain_text(answer: Answer) -> str:
    """The answer without Markdown marks, followed by its sources."""
    said = _ESCAPED.sub(r"\1", re.sub(r"(?<!\\)\*{1,2}", "", answer.text))
    lines = [said]
    if answer.understood.completed:
        lines.insert(0, text("messages", "understood_as", question=answer.understood.completed) + "\n")
    if answer.citations:
        lines.append("\nNguồn:")
    for c in answer.citations:
        name = ", ".join(x for x in (c.title, c.issued and f"ngày {'/'.join(reversed(c.issued.split('-')))}") if x)
        page = ", " + text("page", "page", page=str(c.page)) if c.page is not None else ""
        lines.append(f"[{c.marker}] {name}{page}{f', {c.section}' if c.section else ''}\n    “{' '.join(c.quote.split())}”")
        if c.ocr is not None:
            lines.append("    " + text("messages", "recognised", percent=f"{100 * c.ocr:.0f}"))
    if answer.suggestions:
        lines.append("\nNội dung gần nhất có trong thư viện:")
        lines += [f"- {s}" for s in answer.suggestions]
    return "\n".join(lines)


def explain(answer: Answer) -> str:
    """Facets, hits with each part of their score, candidates with what speaks for them, and the decision."""
    u, trace = answer.understood, answer.trace
    lines = [
        f"understood: {u.normalised}",
        f"kind: {u.kind or '-'}; provinces: {', '.join(u.provinces) or '-'}; years: {', '.join(map(str, u.years)) or '-'}",
        f"status: {answer.status}",
    ]
    if not trace:
        return "\n".join([*lines, ""])
    question = trace["question"]
    lines.append(f"measure: {question.measure or '-'}; topic: {' '.join(t.word for t in question.topic)}")
    lines.append(
        f"widened by: {', '.join(question.keywords) or '-'}; names that must stand in the evidence: {', '.join(question.names) or '-'}"
    )
    lines.append("hits:")
    for rank, hit in enumerate(trace["hits"][:10], start=1):
        parts = " ".join(f"{k}={v:.2f}" for k, v in hit.parts.items())
        lines.append(f"  {rank:2d}. {hit.score:.3f} [{parts}] {hit.passage.document_id}: {hit.passage.text[:70]!r}")
    lines.append("units:")
    for s in trace["units"]:
        unit = s.unit
        kept = any(c.document_id == unit.passage.document_id and c.start <= unit.start and unit.end <= c.end for c in answer.citations)
        used = "kept    " if kept else "rejected"
        why = [] if s.figure else ["no figure of the sort asked"]
        why += ["another year"] if s.year < 0 else []
        why += [f"lacks {', '.join(s.missing)}"] if s.missing else []
        lines.append(f"  {used} {s.score:.3f} coverage={s.coverage:.2f} {unit.text[:70]!r}{' (' + '; '.join(why) + ')' if why else ''}")
    shown = " ".join(f"{k}={v:.2f}" for k, v in trace["features"].items())
    lines.append(f"answerable: {trace['probability']:.2f} (threshold {trace['threshold']:.2f}) from {shown}")
    return "\n".join([*lines, ""])
