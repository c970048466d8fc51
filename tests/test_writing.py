"""A model that lies, and one that rephrases rightly, at a real endpoint: no lie reaches the person, no answer is lost."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from eval.gold import read as read_gold
from eval.gold import shipped
from qa.answer import Answer, Citation, Status
from qa.assistant import Assistant
from qa.citing import escape
from qa.generating import Generator, Model, load
from qa.guard import check
from qa.guard_parts import Form, parts
from qa.guard_text import MARKER, plain, read
from qa.settings import Settings
from qa.writing import Writer
from tests.conftest import SOAK
from tests.openai_server import Endpoint, serving
from tests.test_guard import CORRUPTIONS, DOCUMENTS, INVENTED, PARAPHRASES, cited

SHARE = 0.3  # of the sentences are corrupted
ANSWERS = 1000


@dataclass
class Planted:
    """What a lying model wrote, and which of it are lies: (kind, the sentence with its marker)."""

    text: str
    lies: list[tuple[str, str]]
    sentences: int


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    """Our own answers, composed from passages."""
    data = tmp_path_factory.mktemp("lies")
    assistant = Assistant.open(Settings.load(data=str(data), environment={}), say=lambda _: None)
    questions = [g for path in shipped() if path.stem in ("dev", "tune") for g in read_gold(path)]
    given = [assistant.ask(g.question, history=g.history) for g in (questions if SOAK else questions[::3])]
    found = [a for a in given if a.status is Status.ANSWERED and "units" in a.trace]
    assert len(found) > len(given) / 2
    return found


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(lambda _: "") as found:
        yield found


@cache
def at(url: str) -> Generator:
    return load(Model("toy", url, timeout=60.0, retries=0))


def written(endpoint: Endpoint, answer: Answer, text: str) -> Answer:
    """`answer` as it is shown where the model writes `text`; what was streamed is what is shown."""
    endpoint.reply = lambda _: text
    pieces = list(Writer(at(endpoint.url), DOCUMENTS).write(answer.understood.normalised, answer))
    whole = pieces[-1]
    assert isinstance(whole, Answer)
    assert "".join(p for p in pieces if isinstance(p, str)) == whole.text
    return whole


def lying(answer: Answer, rng: random.Random, everyone: list[Answer]) -> Planted:
    """`answer` sentence by sentence, some of them corrupted."""
    by_marker = {c.marker: c for c in answer.citations}
    said: list[str] = []
    lies: list[tuple[str, str]] = []
    sentences = 0
    for line in answer.text.split("\n"):
        markers = list(dict.fromkeys(int(m) for m in MARKER.findall(line)))
        if not markers or line.startswith("|"):
            said.append(line)
            continue
        sentences += 1
        if rng.random() >= SHARE:
            said.append(line)
            continue
        own = Answer(Status.ANSWERED, line, tuple(by_marker[m] for m in markers))
        for kind in rng.sample([*CORRUPTIONS], len(CORRUPTIONS)):
            if made := _made(kind, own, rng, everyone, by_marker):
                said.append(made[0])
                lies.append((kind, made[1]))
                break
    return Planted("\n".join(said), lies, sentences)


def _made(kind: str, own: Answer, rng: random.Random, everyone: list[Answer], by_marker: dict[int, Citation]) -> tuple[str, str] | None:
    """(what is written, the sentence of it that is wrong)."""
    if kind == "sentence invented":
        lie = rng.choice(INVENTED) + (f" [{rng.choice(own.citations).marker}]" if rng.random() < 0.8 else "")
        return f"{own.text}\n\n{lie}\n", lie
    if kind == "marker moved":
        quotes = {m: " ".join(read(c.quote).forms) for m, c in by_marker.items()}
        here = own.citations[0].marker
        others = [m for m, q in quotes.items() if m != here and quotes[here] not in q and _apart(quotes[here], q)]
        if not others:
            return None
        moved = own.text.replace(f"[{here}]", f"[{rng.choice(others)}]")
        return moved, _sentence(moved, moved.index("["))
    for _ in range(20):
        corrupted = CORRUPTIONS[kind][0](own, rng, everyone)
        if corrupted:
            return corrupted.answer.text, _sentence(corrupted.answer.text, corrupted.at)
    return None


def _apart(one: str, other: str) -> bool:
    shared = Counter(one.split()) & Counter(other.split())
    return shared.total() <= 0.85 * len(one.split())


def _sentence(text: str, at: int) -> str:
    return next((text[p.start : p.end] for p in parts(text) if p.start <= at < p.end), text)


def _words(markdown: str) -> str:
    """Words and markers, whatever the marks between them."""
    pieces = MARKER.sub(lambda m: f" đoạn{m[1]} ", markdown)
    return f" {' '.join(read(plain(pieces)).forms)} "


def _bare(text: str) -> str:
    return re.sub(r"\([^()]*\)", "", text)


def reached(lie: str, shown: Answer, own: Answer) -> bool:
    """Whether a lie is read in what is shown. It is none where our own answer says the same, or the very quote it cites."""
    held = [_words(text) for text in (own.text, _bare(own.text), *(f"{c.quote} [{c.marker}]" for c in own.citations))]
    markers = {int(m) for m in MARKER.findall(lie)}
    quotes = [f" {' '.join(read(c.quote).forms)} " for c in own.citations if c.marker in markers]
    if any(f" {' '.join(read(plain(MARKER.sub('', lie)).strip(' .;,-')).forms)} " in q for q in quotes):
        return False
    # A note in brackets may be left out, or put in by us: without it, too, nothing wrong may be said.
    return any(f in _words(shown.text) and not any(f in h for h in held) for f in (_words(lie), _words(_bare(lie))))


@pytest.mark.soak
def test_no_lie_reaches_the_person(answers: list[Answer], endpoint: Endpoint, soak: Callable[[int], int]) -> None:
    rng = random.Random(9)
    lies: Counter[str] = Counter()
    through: list[tuple[str, str, str]] = []
    sentences = kept = 0
    for n in range(soak(ANSWERS)):
        own = answers[rng.randrange(len(answers))]
        planted = lying(own, rng, answers)
        shown = written(endpoint, own, planted.text)
        # No answer is lost: what our own says is said, and everything said is borne out.
        assert shown.status is Status.ANSWERED, n
        assert {c.marker for c in shown.citations} >= {int(m) for m in MARKER.findall(re.sub(r"\([^()]*\)", "", own.text))}, n
        assert check(shown, DOCUMENTS).dropped == (), n
        assert shown.written is not None
        assert shown.written.failure is None
        _figures_stand_in_what_is_cited(shown)
        sentences += planted.sentences
        kept += shown.written.kept
        lies.update(kind for kind, _ in planted.lies)
        through += [(kind, lie, shown.text) for kind, lie in planted.lies if reached(lie, shown, own)]
    invented = lies["sentence invented"] + lies["sentence negated"]
    assert [t for t in through if t[0] not in ("sentence invented", "sentence negated")] == []
    assert len(through) <= 0.05 * invented, through
    assert sum(lies.values()) > 0.15 * sentences
    assert len(lies) == len(CORRUPTIONS) or soak(10) < 10
    assert kept > 0.5 * sentences


_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def _figures_stand_in_what_is_cited(shown: Answer) -> None:
    """An independent look: every figure in the text stands in a quote, its contexts, its headings or its document's metadata."""
    said = MARKER.sub("", shown.text)
    held = " ".join(
        " ".join([c.quote, c.section, c.title, c.number or "", c.issued or "", *(x.quote for x in c.context)]) for c in shown.citations
    )
    known = {f.lstrip("0") for f in _FIGURE.findall(held)} | {f.lstrip("0") for f in _FIGURE.findall("01/7/2025")}
    # A heading above gives a year in a form of our own ("đến năm 2030"); it stands in the document's headings.
    headings = " ".join(s.path[-1] for c in shown.citations for s in DOCUMENTS[c.document_id].sections)
    known |= {f.lstrip("0") for f in _FIGURE.findall(headings)}
    values = {f"{_value(f):g}" for f in known if f}
    for figure in _FIGURE.findall(said):
        assert f"{_value(figure):g}" in values or figure.lstrip("0") in known, (figure, shown.text)


def _value(figure: str) -> float:
    forms = read(figure.strip(".,")).forms
    try:
        return float(forms[0])
    except (IndexError, ValueError):
        return -1.0


def test_right_paraphrases_are_kept(endpoint: Endpoint) -> None:
    kept = replaced = dropped = 0
    for i, paraphrase in enumerate(PARAPHRASES):
        document = DOCUMENTS[paraphrase["document_id"]]
        start = document.text.index(paraphrase["quote"])
        citation = cited(document, start, start + len(paraphrase["quote"]))
        own = Answer(Status.ANSWERED, f"{escape(' '.join(paraphrase['quote'].split()))} [1]", (citation,))
        # One in four forgets its marker: code puts it in.
        marker = "" if i % 4 == 3 else " [1]"
        shown = written(endpoint, own, f"{paraphrase['sentence'].rstrip('.')}{marker}.")
        assert shown.written is not None
        kept += shown.written.kept
        replaced += shown.written.replaced
        dropped += shown.written.dropped
        assert [c.marker for c in shown.citations] == [1]
    assert kept + replaced + dropped >= len(PARAPHRASES)
    assert kept >= 0.9 * (kept + replaced + dropped), (kept, replaced, dropped)


def test_a_marker_is_never_put_in_for_another_document(endpoint: Endpoint) -> None:
    def of(province: str, quote: str, marker: int) -> Citation:
        document = next(d for d in DOCUMENTS.values() if d.province == province and quote in d.text)
        start = document.text.index(quote)
        return cited(document, start, start + len(quote), marker)

    gia_lai = of("Gia Lai", "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh", 1)
    tra_vinh = of("Trà Vinh", "Kinh tế số chiếm trên 10% GRDP của tỉnh", 2)
    own = Answer(Status.ANSWERED, f"- **Gia Lai**: {gia_lai.quote} [1]\n- **Trà Vinh**: {tra_vinh.quote} [2]", (gia_lai, tra_vinh))
    lie = "- Trà Vinh: kinh tế số chiếm tối thiểu 20% GRDP của tỉnh\n- Gia Lai: kinh tế số chiếm tối thiểu 20% GRDP [1]"
    shown = written(endpoint, own, lie)
    assert "Trà Vinh: kinh tế số chiếm tối thiểu 20%" not in shown.text
    assert "trên 10%" in shown.text
    unplaced = written(endpoint, own, "Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh.")
    assert unplaced.written is not None
    assert unplaced.written.kept == 0
    assert unplaced.text.startswith("Trích nguyên văn: “Kinh tế số chiếm tối thiểu 20% GRDP của tỉnh” [1] (Gia Lai")


def test_tables_are_kept_whole_or_quoted(endpoint: Endpoint, answers: list[Answer]) -> None:
    own = next(a for a in answers if len({c.province for c in a.citations}) > 2 and "2025" in a.text)
    rows = [f"| {c.province} | {escape(' '.join(c.quote.split()))} [{c.marker}] |" for c in own.citations]
    right = written(endpoint, own, "\n".join(["| Tỉnh | Nội dung |", "|---|---|", *rows]))
    assert right.written is not None
    assert right.written.kept == 1
    wrong = written(endpoint, own, "\n".join(["| Tỉnh | Nội dung |", "|---|---|", *rows[:-1], "| Hà Nội | 99% hộ dân [1] |"]))
    assert wrong.written is not None
    assert (wrong.written.kept, wrong.written.replaced) == (0, 1)
    assert "Hà Nội" not in wrong.text
    assert {c.marker for c in wrong.citations} >= {c.marker for c in own.citations if c.section}


def test_the_same_text_gives_the_same_answer_however_it_is_cut(answers: list[Answer]) -> None:
    class Cutting:
        name = "cut"

        def __init__(self, text: str, size: int) -> None:
            self._text, self._size = text, size

        def generate(self, _: Any) -> Iterator[str]:
            return iter([self._text[i : i + self._size] for i in range(0, len(self._text), self._size)])

    rng = random.Random(3)
    for own in answers[::12]:
        text = lying(own, rng, answers).text
        shown = []
        for size in (1, 7, 100_000):
            whole = list(Writer(Cutting(text, size), DOCUMENTS).write("?", own))[-1]
            assert isinstance(whole, Answer)
            shown.append(replace(whole, written=None, trace={}).text)
        assert shown[0] == shown[1] == shown[2]
        assert Form.STATEMENT in [k.form for k in check(replace(own, text=shown[0]), DOCUMENTS).kept]
