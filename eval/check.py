"""Whether gold questions can be trusted: `python -m eval.check [FILE…]` (without files: those that ship).

Looks for quotes that no longer stand in their document, wanted words that no evidence holds, duplicates, missing fields.
Each problem is printed with file, line and field; the exit code is 1 where there are any. What makes a line unreadable is
told too, and the other lines are still checked.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from documents.cleaning import clean
from documents.library import bundled
from documents.normalise import fold
from documents.passages import assemble
from eval.formats import contexts, read_any, recognised
from eval.gold import OTHER, STYLES, TYPES, UNANSWERABLE, Gold, GoldError, decoded, json_lines, parse, shipped
from eval.matching import holds, plain, source_words

NEAR = 0.85
"""Two questions are near-duplicates that share this part of their words (Jaccard, diacritics folded)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a question."""

    where: str
    """File and line, or the question's id where it was read from no file."""
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.field}: {self.message}"


def check(gold: Sequence[Gold], texts: Mapping[str, str]) -> list[Problem]:
    """The problems of `gold`, in its order.

    Args:
        texts: Document id -> text.
    """
    sources = {name: f" {source_words(text)} " for name, text in texts.items()}
    styled = any(g.style for g in gold)
    twins = _twins(gold)
    problems = []
    for i, question in enumerate(gold):
        found = [*_fields(question, styled), *_evidence(question, sources), *_wanted(question)]
        if i in twins:
            other, alike = twins[i]
            found.append(("question", f"{alike} of {gold[other].id!r} ({gold[other].where or 'above'})"))
        problems += [Problem(question.where or question.id, field, message) for field, message in found]
    return problems


def _fields(gold: Gold, styled: bool) -> Iterator[tuple[str, str]]:
    if gold.type not in (*TYPES, OTHER):
        yield "type", f"{gold.type!r} is none of {', '.join((*TYPES, OTHER))}"
    if gold.style and gold.style not in STYLES:
        yield "style", f"{gold.style!r} is none of {', '.join(STYLES)}"
    if styled and not gold.style:
        yield "style", "missing, though other questions have one"
    if gold.type == UNANSWERABLE:
        if gold.must_include or gold.evidence:
            yield "must_include" if gold.must_include else "evidence", "given, though the question is unanswerable"
        return
    if not gold.must_include and gold.type != OTHER:
        yield "must_include", "missing: any answer would be right"
    if not gold.evidence:
        yield "evidence", "missing: nothing tells where the answer stands"


def _evidence(gold: Gold, sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for i, evidence in enumerate(gold.evidence):
        text = sources.get(evidence.document)
        quote = source_words(evidence.quote)
        if not quote:
            yield f"evidence[{i}]", "the quote holds no words"
        elif text is None:
            yield f"evidence[{i}]", f"there is no document {evidence.document!r}; there are: {', '.join(sources) or 'none'}"
        elif f" {quote} " not in text:
            # Words are compared whole, as in "7%" not standing in "17%".
            yield f"evidence[{i}]", f"the quote no longer stands in {evidence.document!r}: {evidence.quote[:80]!r}"


def _wanted(gold: Gold) -> Iterator[tuple[str, str]]:
    # Whose document it is, the citation tells; lines of a hard-wrapped document are one sentence.
    quotes = [*(f"{e.quote} {e.province or ''}" for e in gold.evidence), " ".join(e.quote for e in gold.evidence)]
    quotes = quotes if gold.evidence else []
    for i, group in enumerate(gold.must_include):
        if quotes and not any(holds(quote, alternative) for quote in quotes for alternative in group):
            yield f"must_include[{i}]", f"no evidence holds {' or '.join(map(repr, group[:3]))}"
        if all(any(holds(alternative, forbidden) for forbidden in gold.must_not_include) for alternative in group):
            yield f"must_include[{i}]", "every alternative holds something of must_not_include: no answer can be right"


def _twins(gold: Sequence[Gold]) -> dict[int, tuple[int, str]]:
    """Question -> an earlier one that asks the same, and how alike they are; a follow-up is compared with its history."""
    bags = [frozenset(fold(_asked(g)).split()) for g in gold]
    exact: dict[str, int] = {}
    rare = Counter(word for bag in bags for word in bag)
    by_word: dict[str, list[int]] = defaultdict(list)
    found: dict[int, tuple[int, str]] = {}
    for i, bag in enumerate(bags):
        first = exact.setdefault(_asked(gold[i]), i)
        # Sets that share the part `NEAR` share at least one of this many of their rarest words (prefix filter).
        prefix = sorted(bag, key=lambda w: (rare[w], w))[: len(bag) - int(NEAR * len(bag) + 0.999) + 1]
        close = {j for word in prefix for j in by_word[word] if len(bag & bags[j]) >= NEAR * len(bag | bags[j])}
        if first != i:
            found[i] = (first, "a duplicate")
        elif close:
            found[i] = (min(close), "nearly a duplicate")
        for word in prefix:
            by_word[word].append(i)
    return found


def _asked(gold: Gold) -> str:
    asked = plain(" ".join([*(turn["content"] for turn in gold.history), gold.question]))
    return source_words(asked) or asked  # "???" has no words


def readable(path: Path) -> tuple[list[Gold], list[Problem]]:
    """The questions of a file that can be read, and what is wrong with the other lines.

    In formats other than our JSON Lines the first fault ends the reading.
    """
    try:
        if recognised(path) != "jsonl":
            return read_any(path), []
        lines = [(f"{path}, line {number}", line) for number, line in json_lines(path)]
    except GoldError as error:
        return [], [_told(error)]
    questions, problems = [], []
    for where, line in lines:
        try:
            questions.append(parse(decoded(line, where), where))
        except GoldError as error:
            problems.append(_told(error))
    return questions, problems


def _told(error: GoldError) -> Problem:
    where, _, rest = str(error).partition(": ")
    field, _, message = rest.partition(": ")
    known = field.split("[")[0] in Gold.__slots__
    return Problem(where, field, message) if known else Problem(where, "line", rest)


def main(arguments: list[str] | None = None) -> int:
    """Check files; the exit code is 0, or 1 where a problem was found."""
    parser = argparse.ArgumentParser(prog="python -m eval.check", description="Check gold questions against the documents.")
    parser.add_argument("gold", nargs="*", type=Path, metavar="FILE", help="question files or BEIR folders (default: the shipped files)")
    parser.add_argument(
        "--document", action="append", default=[], type=Path, metavar="FILE", help="a further document, as text; its id is the file's name"
    )
    given = parser.parse_args(arguments)
    texts = {d.id: d.text for d in bundled()}
    questions: list[Gold] = []
    problems: list[Problem] = []
    try:
        texts |= {path.stem: assemble(clean(path.read_text("utf-8-sig")))[0] for path in given.document}
    except (OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 1
    for path in given.gold or shipped():
        read, faults = readable(path)
        questions += read
        problems += faults
        if not faults and recognised(path) in ("squad", "beir"):
            texts |= {d.id: d.text for d in contexts(path)}
    ids = Counter(q.id for q in questions)
    problems += [Problem(q.where, "id", f"{q.id!r} comes {ids[q.id]} times") for q in questions if ids[q.id] > 1]
    problems += check(questions, texts)
    for problem in problems:
        print(problem)
    print(f"{len(questions)} questions checked, {len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
