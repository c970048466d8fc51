"""What the words of a claim say: whether its evidence says them too, in the same or in like words, and has the same names."""

import functools
from dataclasses import dataclass

from documents.normalise import canonical, fold
from index.analysis import everyday, stop_phrases
from qa.guard_lexicon import ALIKE, ALONE, BEFORE_NAMES, BODY_HEADS, BODY_LEADS, FRAME
from qa.guard_text import ATOM, Words, read


@functools.cache
def _stop() -> frozenset[str]:
    return frozenset(p[0] for p in stop_phrases() if len(p) == 1) | FRAME


@functools.cache
def _alike() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Phrase (canonical syllables) -> folded phrases that say the same."""
    table: dict[tuple[str, ...], set[str]] = {}
    for line in ALIKE.strip().splitlines():
        row = [tuple(canonical(w) for w in phrase.replace(",", "").replace("/", "").split()) for phrase in line.split("|")]
        for phrase in row:
            table.setdefault(phrase, set()).update(" ".join(fold(w) for w in other) for other in row if other != phrase)
    for said, official in everyday().items():
        table.setdefault(said, set()).update(
            " ".join(fold(w) for w in canonical(o).replace(",", "").replace("-", " ").split()) for o in official
        )
    return {phrase: tuple(sorted(o for o in others if " " in o or o in ALONE)) for phrase, others in table.items()}


@functools.cache
def _alike_starts() -> dict[str, int]:
    starts: dict[str, int] = {}
    for phrase in _alike():
        starts[phrase[0]] = max(starts.get(phrase[0], 0), len(phrase))
    return starts


@dataclass(frozen=True, slots=True)
class Said:
    """The words that may bear a claim out, ready to be looked up."""

    single: frozenset[str]
    """Folded."""
    pairs: frozenset[tuple[str, str]]
    """Folded neighbours."""
    exact_pairs: frozenset[tuple[str, str]]
    """Canonical neighbours."""
    forms: frozenset[str]
    """Canonical; "ít_" beside "ít" where it is more than the first half of "ít nhất"."""
    capitals: frozenset[str]
    """Canonical words that are written with a capital."""
    joined: str
    """All folded words, a space before and after each."""


@functools.lru_cache(maxsize=4096)
def _said(text: str) -> Said:
    words = read(text)
    forms = set(words.forms)
    if any(a == "ít" and b != "nhất" for a, b in zip(words.forms, (*words.forms[1:], ""), strict=True)):
        forms.add("ít_")
    return Said(
        frozenset(words.folded),
        frozenset(zip(words.folded, words.folded[1:], strict=False)),
        frozenset(zip(words.forms, words.forms[1:], strict=False)),
        frozenset(forms),
        frozenset(f for f, r in zip(words.forms, words.raw, strict=True) if r[0].isupper()),
        f" {' '.join(words.folded)} ",
    )


@functools.lru_cache(maxsize=1024)
def said(*texts: str) -> Said:
    """What `texts` say together."""
    each = [_said(text) for text in texts]
    return Said(
        frozenset().union(*(e.single for e in each)),
        frozenset().union(*(e.pairs for e in each)),
        frozenset().union(*(e.exact_pairs for e in each)),
        frozenset().union(*(e.forms for e in each)),
        frozenset().union(*(e.capitals for e in each)),
        "|".join(e.joined for e in each),
    )


def unsupported(words: Words, evidence: Said) -> tuple[float, int]:
    """(how many of the topic words of a claim the evidence leaves unsaid, how many there are).

    A word that is there alone, but never beside a neighbour it has in the claim, counts half: "quyết định" is not said
    by "giải quyết … quy định".
    """
    missing: dict[str, float] = {}
    topics: set[str] = set()
    covered = _by_like_words(words, evidence)
    n = len(words)
    for i in range(n):
        form, folded = words.forms[i], words.folded[i]
        if form in _stop() or words.raw[i][0].isdigit() or form == "%" or len(form) < 2:
            continue
        topics.add(form)
        if i in covered:
            continue
        if folded not in evidence.single:
            missing[form] = 1.0
        elif not (
            (i and (words.folded[i - 1], folded) in evidence.pairs) or (i + 1 < n and (folded, words.folded[i + 1]) in evidence.pairs)
        ):
            missing[form] = max(missing.get(form, 0.0), 0.4)
    return sum(missing.values()), len(topics)


def states_nothing(form: str) -> bool:
    """Whether a canonical word only reports, joins or counts."""
    return form in _stop()


def word_is_said(words: Words, i: int, evidence: Said) -> bool:
    """Whether the word at `i` states nothing of its own, or the evidence has it or a word of like meaning."""
    return words.forms[i] in _stop() or words.folded[i] in evidence.single or i in _by_like_words(words, evidence)


def _by_like_words(words: Words, evidence: Said) -> set[int]:
    """The indices of words for which the evidence has others of like meaning."""
    covered: set[int] = set()
    starts, table = _alike_starts(), _alike()
    for i, form in enumerate(words.forms):
        for length in range(starts.get(form, 0), 0, -1):
            others = table.get(words.forms[i : i + length])
            if others and any(f" {o} " in evidence.joined for o in others):
                covered.update(range(i, i + length))
                break
    return covered


def strange_name(words: Words, evidence: Said) -> str | None:
    """The first word of a name (capital inside the sentence, a body at its start) that the evidence doesn't have in such
    company, or None."""
    n = len(words)
    for i in range(n):
        raw, form = words.raw[i], words.forms[i]
        if raw.startswith(ATOM):
            if words.folded[i] not in evidence.single:
                return raw[1:]
            continue
        if not raw[0].isupper():
            continue
        nxt = words.raw[i + 1] if i + 1 < n and not words.parted[i + 1] else ""
        following = words.forms[i + 1] if nxt else ""
        if i == 0 or words.parted[i] == ";":
            # A sentence's first word has a capital anyhow; it begins a name where the next has one too, or where bodies begin so.
            named = nxt[:1].isupper() and not (form in BEFORE_NAMES or (form in _stop() and form not in BODY_HEADS))
            if (named or (form, following) in BODY_LEADS) and (form, following) not in evidence.exact_pairs:
                return f"{raw} {nxt}"
            continue
        if nxt[:1].isupper():
            if (form, following) in evidence.exact_pairs:
                continue
            # "Tỉnh ủy Trà Vinh", "Ủy ban nhân dân tỉnh Gia Lai": two names that stand side by side.
            apart = form in evidence.capitals and following in evidence.capitals and form not in BODY_HEADS
            if not (apart and (words.forms[i - 1], form) in evidence.exact_pairs):
                return f"{raw} {nxt}"
        elif form not in _stop() or (form, following) in BODY_LEADS:
            pairs = {(words.forms[i - 1], form), (form, following)}
            if not words.parted[i] and (words.forms[i - 1] in BODY_HEADS) and words.raw[i - 1 - (words.forms[i - 1] == "ban")][0].isupper():
                pairs = {(words.forms[i - 1], form)}  # "Ủy ban Kiểm tra" is not said by "kiểm tra"
            if not pairs & evidence.exact_pairs and form not in evidence.capitals:
                return raw
            if (form, following) in BODY_LEADS and (form, following) not in evidence.exact_pairs:
                return f"{raw} {nxt}"
    return None


def begins_body(words: Words, i: int) -> bool:
    """Whether the name of a body begins at `i`."""
    return words.forms[i : i + 2] in BODY_LEADS and not words.parted[i + 1]
