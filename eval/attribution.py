"""Whether an answer's sentences are supported by what they cite, in the sense of ALCE.

ALCE (Gao, Yen, Yu, Chen 2023, "Enabling Large Language Models to Generate Text with Citations") asks an entailment model
whether the cited passages support a sentence. Here words are compared instead: no model is needed, the outcome is the
same on every machine, and for answers that quote it is the stricter test. A model may be handed in as a `Judge`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.matching import plain, words
from eval.statements import Statement, statements

Judge = Callable[[str, str], bool]
"""Whether the first text (what is cited) supports the second (a sentence of the answer)."""

SUPPORTED = 0.8
"""The share of a sentence's words that have to stand in what it cites."""
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")


def overlap(premise: str, statement: str) -> bool:
    """Whether `SUPPORTED` of the words of `statement`, and every figure in it, stand in `premise`."""
    wanted = words(statement)
    known = set(words(premise))
    figures = set(_NUMBER.findall(plain(premise)))
    return sum(w in known for w in wanted) >= SUPPORTED * len(wanted) and figures.issuperset(_NUMBER.findall(plain(statement)))


def attribution(answer: Mapping[str, Any], judge: Judge = overlap) -> tuple[float, float]:
    """Citation recall and citation precision of one answer, from 0 to 1; both 0 where it states or cites nothing.

    recall = sentences supported by all their citations together / sentences;
    precision = citations that count / citations, each counted once a sentence. One counts where its sentence is supported,
    and it supports it alone or the others don't support it without this one.
    """
    cited = {c.get("marker"): source(c) for c in answer.get("citations") or ()}
    found = statements(answer.get("answer") or "")
    supported = precise = markers = 0
    for statement in found:
        markers += len(statement.markers)
        texts = [cited.get(m, "") for m in statement.markers]
        if texts and judge(_joined(texts), statement.text):
            supported += 1
            precise += sum(_counts(texts, i, statement, judge) for i in range(len(texts)))
    return supported / len(found) if found else 0.0, precise / markers if markers else 0.0


def _counts(texts: Sequence[str], i: int, statement: Statement, judge: Judge) -> bool:
    others = [*texts[:i], *texts[i + 1 :]]
    return not others or judge(texts[i], statement.text) or not judge(_joined(others), statement.text)


def source(citation: Mapping[str, Any]) -> str:
    """All that a citation shows: the quote, its context, the headings above it, whose document it is."""
    context = [c.get("quote") for c in citation.get("context") or ()]
    issued = citation.get("issued") or ""
    named = [citation.get(field) for field in ("section", "title", "number", "province")]
    # "2022-01-26" is said as "26/01/2022".
    return _joined([str(part) for part in (citation.get("quote"), *context, *named, issued, "/".join(issued.split("-")[::-1])) if part])


def _joined(texts: Sequence[str]) -> str:
    return "\n".join(texts)
