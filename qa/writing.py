"""An answer written anew by a language model from what our own answer cites, held by the guard; our own wherever it fails."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from documents.resolution import Resolution
from prompts.loader import text
from qa.answer import Answer, Citation, Written
from qa.generating import GenerationError, Generator, Message
from qa.guard import check, guarded
from qa.guard_parts import Form, compares, parts
from qa.guard_text import MARKER, plain
from qa.holding import Holding, notes_of
from qa.segments import segments
from qa.stages import staged

_LONGEST_QUOTE = 4000  # characters of a passage that the model is given


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes answers with one model over one library."""

    generator: Generator
    documents: Mapping[str, Resolution]
    places: frozenset[str] | None = None
    """The provinces of `documents`, where they are known already."""

    def write(self, question: str, answer: Answer) -> Iterator[str | Answer]:
        """Pieces of the answer to show, one behind the other, and at last the whole: their sum, with its citations.

        Args:
            question: as it was understood, completed from the conversation.
            answer: our own to it, with citations: what the model may draw on, and what is shown where the model fails.
        """
        started = time.perf_counter()
        holding = Holding({c.marker: c for c in answer.citations}, self.documents, self.places, notes_of(answer))
        failure: str | None = None
        for opening in _openings(answer):
            holding.shown += opening
        opened = holding.shown
        pending = opened  # a verdict is only shown with what it is a verdict on
        try:
            for segment in segments(staged("model", self.generator.generate(prompt(question, answer)))):
                for piece in holding.hold(segment):
                    yield pending + piece
                    pending = ""
                if holding.full:
                    break
        except GenerationError as error:
            failure = str(error)
        except Exception as error:  # a model's fault must not become the person's
            failure = f"{type(error).__name__}"
        said, added = holding.shown, 0
        if said == opened:
            said, added = answer.text, len(answer.citations)
            yield said
        else:
            rest, added = self._rest(answer, said, holding.cited)
            if rest:
                said += f"\n\n{rest}"
                yield f"\n\n{rest}"
        seconds = time.perf_counter() - started
        counts = holding.counts
        written = Written(self.generator.name, counts.kept, counts.replaced, counts.dropped, added, failure, round(seconds * 1000, 1))
        yield self._whole(answer, said, written)

    def _rest(self, answer: Answer, said: str, cited: frozenset[int]) -> tuple[str, int]:
        """What is added behind `said`, and how many lines of quotes it has; our closing line too, where it follows from both."""
        rest, added = _unsaid(answer, cited)
        closing = "\n\n".join(line for line in answer.text.split("\n") if [p.form for p in parts(line)] == [Form.CLOSING])
        if closing and not compares(plain(said)):
            with_closing = "\n\n".join(filter(None, (closing, rest) if not added else (rest, closing)))
            whole = f"{said}\n\n{with_closing}"
            used = {int(m) for m in MARKER.findall(whole)}
            tried = replace(answer, text=whole, citations=tuple(c for c in answer.citations if c.marker in used))
            if not check(tried, self.documents, self.places).dropped:
                return with_closing, added
        return rest, added

    def _whole(self, answer: Answer, said: str, written: Written) -> Answer:
        used = {int(m) for m in MARKER.findall(said)}
        whole = replace(answer, text=said, citations=tuple(c for c in answer.citations if c.marker in used), written=written)
        # Every sentence has passed by itself; the whole passes once more, as all answers do.
        return guarded(whole, self.documents, self.places) or replace(answer, written=written)


def prompt(question: str, answer: Answer) -> list[Message]:
    """What the model is given: the rules, the numbered passages fenced as data, the question."""
    passages = "\n".join(_passage(c) for c in answer.citations)
    asked = text("writing", "user", passages=passages, question=_fenced(question))
    return [{"role": "system", "content": text("writing", "system")}, {"role": "user", "content": asked}]


def _passage(citation: Citation) -> str:
    source = ", ".join(x for x in (citation.province, citation.title, citation.section) if x)
    quote = " ".join(citation.quote.split())[:_LONGEST_QUOTE]
    return text("writing", "passage", marker=citation.marker, source=_fenced(source).replace('"', "'"), quote=_fenced(quote))


def _fenced(data: str) -> str:
    """Text of a document or a person that can't end the fence it stands in, nor be taken for a marker."""
    return data.translate({ord("<"): "‹", ord(">"): "›", ord("["): "(", ord("]"): ")"})


def _openings(answer: Answer) -> list[str]:
    """Our own verdict on what the question supposes, which the model's text comes under."""
    first = answer.text.split("\n", 1)[0]
    verdicts = (text("messages", "as_supposed"), text("messages", "not_as_supposed"))
    return [f"{first}"] if first in verdicts else []


def _unsaid(answer: Answer, cited: frozenset[int]) -> tuple[str, int]:
    """What our own answer says and the model's doesn't: lines none or only some of whose citations are `cited`, under their
    leads, and the fixed sentences; and how many lines of quotes these are."""
    lines: list[str] = []
    lead, added = "", 0
    rows: list[str] = []
    for line in answer.text.split("\n"):
        own = [int(m) for m in MARKER.findall(_without_notes(line))]
        if line.startswith("|"):
            rows.append(line)
            continue
        if own and not set(own) <= cited:
            lines += ["", lead] if lead else []
            lines.append(line)
            lead = ""
            added += 1
        elif not own and line.strip():
            form = next((p.form for p in parts(line)), None)
            if form is Form.FIXED:
                lines.append(line if line.startswith("- ") else f"\n{line}")
            elif plain(line).rstrip().endswith(":") and line not in _openings(answer):
                lead = line
    if rows and not {int(m) for m in MARKER.findall("\n".join(rows))} <= cited:
        lines += ["", *rows]
        added += len(rows) - 2
    return "\n".join(lines).strip("\n"), added


def _without_notes(line: str) -> str:
    """`line` without the notes behind its quotes, whose markers are of headings."""
    pieces, depth = [], 0
    for char in line:
        depth += char == "("
        if depth == 0:
            pieces.append(char)
        depth = max(0, depth - (char == ")"))
    return "".join(pieces)
