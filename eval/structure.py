"""Scoring what was understood of a document: its headings and its targets.

    python -m eval.structure outline GOLD.jsonl [DOC=PREDICTED.jsonl…]     PREDICTED: `nghiquyet outline ID --json`
    python -m eval.structure targets GOLD.jsonl PREDICTED.jsonl            PREDICTED: `nghiquyet targets --format json`

DOC is the name of the document in the gold file. Without predictions, the outlines of the bundled documents are scored.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.library import bundled
from eval.gold import DOCUMENTS, GoldError, decoded, json_lines

HeadingPath = tuple[str, ...]
Row = Mapping[str, Any]
"""A target: `doc` (gold) or `province` (predicted), `year`, `value`, `unit`, `level`, `quote`."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class OutlineScore:
    """Heading paths, each once a document, compared after folding case, spaces and punctuation."""

    hits: int
    predicted: int
    gold: int
    missed: tuple[tuple[str, HeadingPath], ...] = ()
    """(document, folded path) in the gold alone."""
    extra: tuple[tuple[str, HeadingPath], ...] = ()

    @property
    def precision(self) -> float:
        """hits / predicted; 0 of none."""
        return self.hits / max(1, self.predicted)

    @property
    def recall(self) -> float:
        """hits / gold; 0 of none."""
        return self.hits / max(1, self.gold)

    @property
    def f1(self) -> float:
        """2PR / (P + R); 0 where both are."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


@dataclass(frozen=True, slots=True)
class TargetScore:
    """Targets matched one to one."""

    hits: int
    predicted: int
    gold: int
    attributes: int
    """Hits whose level is right too, and the first letter of the unit."""
    missed: tuple[Row, ...] = ()
    extra: tuple[Row, ...] = ()

    @property
    def precision(self) -> float:
        """hits / predicted rows of the provinces that have gold; 0 of none."""
        return self.hits / max(1, self.predicted)

    @property
    def recall(self) -> float:
        """hits / gold; 0 of none."""
        return self.hits / max(1, self.gold)

    @property
    def level_and_unit(self) -> float:
        """attributes / hits; 0 of none."""
        return self.attributes / max(1, self.hits)


def score_outline(gold: Mapping[str, Iterable[Sequence[str]]], predicted: Mapping[str, Iterable[Sequence[str]]]) -> OutlineScore:
    """Precision, recall and F1 over the documents of `predicted` (document -> heading paths); others' gold does not count."""
    wanted = {doc: {_fold(p) for p in gold.get(doc, ())} for doc in predicted}
    found = {doc: {_fold(p) for p in paths} for doc, paths in predicted.items()}
    return OutlineScore(
        hits=sum(len(found[doc] & wanted[doc]) for doc in found),
        predicted=sum(map(len, found.values())),
        gold=sum(map(len, wanted.values())),
        missed=tuple((doc, p) for doc in found for p in sorted(wanted[doc] - found[doc])),
        extra=tuple((doc, p) for doc in found for p in sorted(found[doc] - wanted[doc])),
    )


def score_targets(gold: Sequence[Row], predicted: Iterable[Row]) -> TargetScore:
    """Match predicted rows to gold rows: of the same province, with equal year and value, and at least half of the words of
    the shorter quote in the other. Among several the row of the right level is taken, then the one that shares most words.
    Rows of provinces without gold are passed over."""
    provinces = {_province(g) for g in gold}
    rows = [p for p in predicted if p["province"] in provinces]
    used: set[int] = set()
    attributes, missed = 0, []
    for g in gold:
        free = [i for i, p in enumerate(rows) if i not in used and _matches(g, p)]
        if not free:
            missed.append(g)
            continue
        best = min(free, key=lambda i, g=g: (rows[i].get("level") != g["level"], -_shared(g, rows[i])))  # type: ignore[misc]
        used.add(best)
        attributes += rows[best].get("level") == g["level"] and str(rows[best].get("unit"))[:1] == str(g["unit"])[:1]
    extra = tuple(p for i, p in enumerate(rows) if i not in used)
    return TargetScore(len(used), len(rows), len(gold), attributes, tuple(missed), extra)


def _fold(path: Sequence[str]) -> HeadingPath:
    return tuple(" ".join(_words(heading)) for heading in path)


def _words(text: object) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", str(text)).lower())


def _province(gold: Row) -> str:
    document = str(gold["doc"])
    by_id = dict(DOCUMENTS.values())
    return str(gold.get("province") or DOCUMENTS.get(document, (document, by_id.get(document, document)))[1])


def _shared(a: Row, b: Row) -> int:
    return len(set(_words(a["quote"])) & set(_words(b["quote"])))


def _matches(gold: Row, row: Row) -> bool:
    if (
        row["province"] != _province(gold)
        or row["year"] != gold["year"]
        or row["value"] is None
        or abs(row["value"] - gold["value"]) > 1e-6
    ):
        return False
    return _shared(gold, row) >= 0.5 * min(len(set(_words(gold["quote"]))), len(set(_words(row["quote"]))))


def rows(path: Path, *fields: str) -> list[dict[str, Any]]:
    """The JSON objects of a file of JSON Lines, which all have `fields`.

    Raises:
        GoldError: the file can't be read, a line is no JSON object or lacks a field.
    """
    found = []
    for number, line in json_lines(path):
        row = decoded(line, f"{path}, line {number}")
        missing = [f for f in fields if f not in row]
        if missing:
            raise GoldError(f"{path}, line {number}: {missing[0]}: missing; wanted are {', '.join(fields)}")
        found.append(row)
    return found


def outlines(path: Path) -> dict[str, list[HeadingPath]]:
    """Document -> heading paths of a gold file.

    Raises:
        GoldError: as `rows`.
    """
    found: dict[str, list[HeadingPath]] = defaultdict(list)
    for row in rows(path, "doc", "path"):
        found[row["doc"]].append(tuple(row["path"]))
    return dict(found)


def _outline(given: argparse.Namespace) -> OutlineScore:
    gold = outlines(given.gold)
    predicted: dict[str, list[HeadingPath]] = {}
    for pair in given.predicted:
        doc, equals, file = pair.partition("=")
        if not equals:
            raise GoldError(f"{pair}: DOC=FILE is wanted, with DOC out of {', '.join(gold)}")
        predicted[doc] = [tuple(row["path"]) for row in rows(Path(file), "path")]
    if not predicted:
        own = {d.id: [s.path for s in d.sections] for d in bundled()}
        predicted = {doc: own[identity] for doc in gold if (identity := DOCUMENTS.get(doc, (doc, ""))[0]) in own}
    return score_outline(gold, predicted)


def _targets(given: argparse.Namespace) -> TargetScore:
    gold = rows(given.gold, "doc", "year", "value", "unit", "level", "quote")
    return score_targets(gold, rows(given.predicted, "province", "year", "value", "quote"))


def main(arguments: list[str] | None = None) -> int:
    """Print the scores; the exit code is 0, 1 (a file can't be used) or 2 (usage)."""
    parser = argparse.ArgumentParser(prog="python -m eval.structure", description="Score outlines and targets.")
    commands = parser.add_subparsers(dest="command", required=True)
    outline = commands.add_parser("outline", help="precision, recall and F1 of heading paths")
    outline.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    outline.add_argument("predicted", nargs="*", metavar="DOC=PRED.jsonl", help="default: the bundled documents' outlines")
    targets = commands.add_parser("targets", help="precision and recall of targets")
    targets.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    targets.add_argument("predicted", type=Path, metavar="PRED.jsonl")
    for command in (outline, targets):
        command.add_argument("--missed", action="store_true", help="also what was missed, and what is not in the gold")
    given = parser.parse_args(arguments)
    try:
        score = _outline(given) if given.command == "outline" else _targets(given)
    except GoldError as error:
        print(error, file=sys.stderr)
        return 1
    third = f"F1 {score.f1:.3f}" if isinstance(score, OutlineScore) else f"level+unit {score.level_and_unit:.3f}"
    counted = f"({score.predicted} predicted, {score.gold} gold)"
    print(f"{given.command} precision {score.precision:.3f} recall {score.recall:.3f} {third} {counted}")
    if given.missed:
        for name, items in (("missed", score.missed), ("extra", score.extra)):
            for item in items:
                print(name, " ".join([item[0], " > ".join(item[1])]) if isinstance(item, tuple) else json.dumps(item, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
