"""Writing gold questions against the documents: `python -m eval.annotate --out FILE.jsonl`.

Shows the passages the assistant finds for a question, numbered; the person chooses the evidence by number or pastes it,
says what a right answer must hold, and the question is checked and appended. Questions of people that went wrong or
unanswered become candidates with `--from-feedback` and `--from-unanswered` (JSON Lines of {"question", "comment"?}).
"""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.resolution import Passage, Resolution
from eval.check import check
from eval.gold import STYLES, TYPES, UNANSWERABLE, GoldError, decoded, json_lines, parse, read
from eval.spans import Span, locate
from index.store import IndexError_
from qa.assistant import Assistant
from qa.settings import Settings, SettingsError

_WORDS = {UNANSWERABLE: 60, "figure": 60, "metadata": 60, "situation": 100, "viewpoint": 160, "responsibility": 160}
_LONG = 220  # words allowed for lists, tasks and comparisons

Prompt = Callable[[str], str]
"""Asks the person and returns a line; EOFError where there are no more."""
Find = Callable[[str], Sequence[Passage]]
"""The passages for a question, best first."""


class Quit(Exception):  # noqa: N818 - nothing went wrong
    """The person is done."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may become gold."""

    question: str
    comment: str = ""


def candidates(path: Path) -> list[Candidate]:
    """The questions of a feedback or log file, each once, in order.

    Raises:
        GoldError: the file can't be read, a line is no JSON object or has no question.
    """
    found: dict[str, Candidate] = {}
    for number, line in json_lines(path):
        where = f"{path}, line {number}"
        row = decoded(line, where)
        question, comment = row.get("question"), row.get("comment") or ""
        if not isinstance(question, str) or not question.strip():
            raise GoldError(f"{where}: question: a non-empty string is wanted, not {question!r}")
        found.setdefault(question.strip(), Candidate(question.strip(), str(comment)))
    return list(found.values())


def append(path: Path, row: Mapping[str, Any]) -> None:
    """Add a line to `path` in one write, so that a reader or a crash never sees half of one.

    Raises:
        GoldError: the row is no valid question, its id is taken, or the file can't be written.
    """
    question = parse(dict(row), str(path))
    if path.exists() and question.id in {g.id for g in read(path)}:
        raise GoldError(f"{path}: id: {question.id!r} is taken")
    line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
    try:
        with path.open("ab+", buffering=0) as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line  # an editor left the last line open
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
    except OSError as error:
        raise GoldError(f"{path}: can't be written ({error.strerror})") from error


class Session:
    """Asks one question after the other and appends what was written to `out`."""

    def __init__(
        self, out: Path, documents: Sequence[Resolution], find: Find, ask: Prompt, say: Callable[[str], None], prefix: str
    ) -> None:
        self._out, self._documents, self._find, self._ask, self._say, self._prefix = out, documents, find, ask, say, prefix
        self._texts = {d.id: d.text for d in documents}

    def run(self, given: Sequence[Candidate] = ()) -> int:
        """Go through the candidates (without any: ask for questions until an empty line); how many were written."""
        written = 0
        try:
            for candidate in given or self._typed():
                if given:
                    self._say(f"\n{candidate.question}" + (f"\n  ({candidate.comment})" if candidate.comment else ""))
                    changed = self._line("Enter to keep, another wording, or - to skip: ")
                    if changed == "-":
                        continue
                    candidate = Candidate(changed or candidate.question, candidate.comment)
                written += self._write(candidate.question)
        except Quit:
            pass
        return written

    def _typed(self) -> Iterator[Candidate]:
        while question := self._line("\nQuestion (empty to end): "):
            yield Candidate(question)

    def _write(self, question: str) -> bool:
        kind = self._choice("Type", TYPES)
        row: dict[str, Any] = {"id": self._next_id(), "question": question, "type": kind, "style": self._choice("Style", STYLES)}
        spans = [] if kind == UNANSWERABLE else self._evidence(question)
        row["provinces"] = list(dict.fromkeys(s.document.province for s in spans if s.document.province))
        row["must_include"] = [] if kind == UNANSWERABLE else self._groups()
        row["must_not_include"] = _parts(self._line("Must not include (parted by |): "), "|")
        row["evidence"] = [{"doc": s.document.id, "quote": s.quote, "province": s.document.province} for s in spans]
        row["max_words"] = _WORDS.get(kind, _LONG)
        earlier = read(self._out) if self._out.exists() else []
        mine = parse(row, "this question")
        problems = [p for p in check([*earlier, mine], self._texts) if p.where == mine.where]
        for problem in problems:
            self._say(f"! {problem}")
        if self._line(f"Write it{' all the same' if problems else ''}? [y/n] ").lower() not in ("y", "yes"):
            self._say("not written")
            return False
        append(self._out, row)
        self._say(f"written: {row['id']}")
        return True

    def _evidence(self, question: str) -> list[Span]:
        """At least one span, chosen by passage number or pasted."""
        passages = self._find(question)
        home = {d.id: d for d in self._documents}
        for number, p in enumerate(passages, start=1):
            self._say(f"[{number}] {home[p.document_id].province} | {' > '.join(p.path)}\n    {p.text}")
        spans: list[Span] = []
        while (entry := self._line("Evidence (number or pasted text, empty to end): ")) or not spans:
            if entry.isdecimal() and 1 <= int(entry) <= len(passages):
                p = passages[int(entry) - 1]
                spans.append(Span(home[p.document_id], p.start, p.end))
            elif places := locate(entry, self._documents):
                spans.append(self._place(places))
            else:
                self._say(
                    "that stands in no document; paste it as printed, or give the number of a passage" if entry else "a piece is needed"
                )
                continue
            self._say(f"  {spans[-1].document.id} {spans[-1].start}-{spans[-1].end}: {spans[-1].quote}")
        return spans

    def _place(self, places: Sequence[Span]) -> Span:
        if len(places) == 1:
            return places[0]
        for number, s in enumerate(places, start=1):
            self._say(f"({number}) {s.document.id} {s.start}: …{s.document.text[max(0, s.start - 60) : s.end + 40]}…")
        chosen = self._choice("It stands in several places; which", [str(n) for n in range(1, len(places) + 1)])
        return places[int(chosen) - 1]

    def _groups(self) -> list[list[str]]:
        while True:
            groups = [g for part in _parts(self._line("Must include (; parts groups, | alternatives): "), ";") if (g := _parts(part, "|"))]
            if groups:
                return groups
            self._say("at least one group is needed, or any answer would be right")

    def _choice(self, what: str, among: Sequence[str]) -> str:
        while True:
            entry = self._line(f"{what} ({', '.join(among)}): ")
            fitting = [a for a in among if a == entry] or [a for a in among if entry and a.startswith(entry)]
            if len(fitting) == 1:
                return fitting[0]
            self._say(f"{entry!r} is none of them" if not fitting else f"{entry!r} may be {' or '.join(fitting)}")

    def _next_id(self) -> str:
        taken = {g.id for g in read(self._out)} if self._out.exists() else set()
        return next(i for n in range(1, len(taken) + 2) if (i := f"{self._prefix}-{n:03}") not in taken)

    def _line(self, prompt: str) -> str:
        try:
            return self._ask(prompt).strip()
        except EOFError as error:
            raise Quit from error


def _parts(entry: str, separator: str) -> list[str]:
    return [p.strip() for p in entry.split(separator) if p.strip()]


def main(arguments: Sequence[str] | None = None, find: Find | None = None, documents: Sequence[Resolution] | None = None) -> int:
    """Annotate at the terminal, or from lines on stdin; the exit code is 0, 1 (failed) or 2 (usage).

    `find` and `documents` stand in for the assistant's, which are opened where they aren't given.
    """
    parser = argparse.ArgumentParser(prog="python -m eval.annotate", description="Write gold questions against the documents.")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl", help="the file to append to")
    parser.add_argument("--prefix", default="a", help="what the new ids begin with (default: a)")
    parser.add_argument("--passages", type=int, default=10, metavar="N", help="how many passages to show (default: 10)")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: NGHIQUYET_DATA or the user's own)")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--from-feedback", type=Path, metavar="FILE.jsonl", help="go through the questions that were reported as wrong")
    source.add_argument("--from-unanswered", type=Path, metavar="FILE.jsonl", help="go through the questions that were not answered")
    given = parser.parse_args(arguments)
    try:
        read_from = given.from_feedback or given.from_unanswered
        waiting = candidates(read_from) if read_from else []
        done = {g.question for g in read(given.out)} if given.out.exists() else set()
        waiting = [c for c in waiting if c.question not in done]
        if read_from and not waiting:
            print(f"{read_from}: no question that isn't in {given.out} already", file=sys.stderr)
            return 0
        if find is None or documents is None:
            assistant = Assistant.open(Settings.load(data=given.data))
            documents = assistant.index.documents

            def find(question: str) -> list[Passage]:
                return [h.passage for h in assistant.retrieve(question, k=given.passages)]

        written = Session(given.out, documents, find, input, print, given.prefix).run(waiting)
    except (GoldError, SettingsError, IndexError_) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{written} questions written to {given.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
