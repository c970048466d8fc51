"""A claim against the proofs of the citations behind it: figures, years, names, levels, yes and no, and the words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from qa.guard_denials import claims_done, denied_otherwise, turned_round
from qa.guard_evidence import Proof, evidence, quoted
from qa.guard_figures import JOINERS, MOST, Figure, figures, fits, level_words, nearest, same_value
from qa.guard_lexicon import BODY_MORE, RESOLVING
from qa.guard_text import Words, read
from qa.guard_words import Said, begins_body, states_nothing, strange_name, unsupported, word_is_said

LONGEST = 400
"""Words of a sentence that is no quotation; a longer one is not read."""
_ALLOWED = 0.24  # share of a statement's topic words that its evidence may leave unsaid
_ALLOWED_IN_LABEL = 0.5
_LEAST_ALLOWED = 1.0
_NAMES_ALONE = 0.5  # share of a statement's words that are a body's name: the body is what it tells ("Cơ quan ban hành: …")
_LEFT_TO_HEADINGS = 0.65  # share of a statement's topic words that may stand in headings and metadata alone
_WALK = 6  # words to either side that two places are compared by


class Reason(StrEnum):
    """Why a sentence is dropped."""

    UNCITED = "uncited"
    UNKNOWN_MARKER = "unknown_marker"
    QUOTE = "quote"
    """The citation's quote is not what stands in its document."""
    FIGURE = "figure"
    COMPARATOR = "comparator"
    LEVEL = "level"
    INDICATOR = "indicator"
    """A figure of the quote, said of what another figure of the quote is said of."""
    YEAR = "year"
    NAME = "name"
    NEGATION = "negation"
    TENSE = "tense"
    CONTENT = "content"
    LABEL = "label"
    """It stands under a lead-in that says another year or place than its citation."""
    ARITHMETIC = "arithmetic"
    PLACE = "place"
    """A fixed sentence on a place that the library has, or has not."""
    TOO_LONG = "too_long"


def wrong(claim: str, proofs: Sequence[Proof], *, label: bool = False) -> Reason | None:
    """What is wrong with `claim` (plain text) by what `proofs` say, or None. A `label` may hold more words of its own."""
    words = read(claim)
    if not words:
        return None
    if not label and any(_verbatim(words, p) or _of_cells(words, p) for p in proofs):
        return None
    if len(words) > LONGEST:
        return Reason.TOO_LONG
    said = evidence(proofs)
    return (
        _wrong_figures(claim, words, proofs, said, label)
        or (Reason.NAME if strange_name(words, said) or (not label and _wrong_body(words, proofs)) else None)
        or _wrong_level(claim, words, proofs, said, label)
        or (
            Reason.NEGATION
            if denied_otherwise(words, [p.quote for p in proofs] + ([read(t) for p in proofs for t in p.around] if label else []))
            else None
        )
        or (Reason.CONTENT if turned_round(words, said) else None)
        or (Reason.TENSE if not label and claims_done(words) and all(p.goal() and "đã" not in p.quote.forms for p in proofs) else None)
        or _wrong_content(words, said, label)
        or (Reason.CONTENT if not label and _beside_the_quote(words, proofs) else None)
    )


def _verbatim(words: Words, proof: Proof) -> bool:
    """Whether a claim is a stretch of the quote that begins and ends where the quote or a clause of it does."""
    theirs = proof.quote
    n, m = len(words), len(theirs)
    if n > m:
        return False
    first = words.forms[0]
    start = -1
    while (start := _index(theirs.forms, first, start + 1)) >= 0 and start + n <= m:
        opens = start == 0 or theirs.parted[start] == ";"
        closes = start + n == m or theirs.parted[start + n] == ";"
        if opens and closes and theirs.forms[start : start + n] == words.forms:
            return True
    return False


def _of_cells(words: Words, proof: Proof) -> bool:
    """Whether a claim is nothing but cells of one row, each behind its head, in whatever number."""
    cells = sorted((read(c).forms for c in proof.cells), key=len, reverse=True)
    at = 0
    while at < len(words):
        cell = next((c for c in cells if c and words.forms[at : at + len(c)] == c), None)
        if cell is None:
            return False
        at += len(cell)
    return bool(cells)


def _index(forms: Sequence[str], form: str, start: int) -> int:
    try:
        return forms.index(form, start)
    except ValueError:
        return -1


def _wrong_content(words: Words, said: Said, label: bool) -> Reason | None:
    missing, total = unsupported(words, said)
    allowed = max(_LEAST_ALLOWED if total > 3 else 0.5, (_ALLOWED_IN_LABEL if label else _ALLOWED) * total)
    return Reason.CONTENT if missing > allowed else None


def _beside_the_quote(words: Words, proofs: Sequence[Proof]) -> bool:
    """Whether a claim says next to nothing of what the quotes say, only what their headings and metadata do."""
    missing, total = unsupported(words, quoted(proofs))
    return total > 0 and missing > _LEFT_TO_HEADINGS * total


# figures


def _wrong_figures(claim: str, words: Words, proofs: Sequence[Proof], said: Said, label: bool) -> Reason | None:
    own = figures(claim)
    if len(own) > MOST:
        return Reason.TOO_LONG
    theirs = [(p, q) for p in proofs for q in p.figures[:MOST]]
    # A label may repeat its heading ("06 quan điểm").
    stated_above = {v for p in proofs for t in p.around for q in figures(t) for v in q.values} if label else set()
    years = frozenset[str]().union(*(p.years() for p in proofs)) if any(f.sort == "year" for f in own) else frozenset[str]()
    if label and years:
        years |= _years_of_headings(claim, proofs)
    # A value said more often than the quotes have it has taken another's place ("mục 1, 1, 3").
    often = Counter((f.values, f.percent) for f in own if f.sort == "count")
    halved = "nửa" in claim  # "hơn một nửa (trên 50%)"
    if (
        not label
        and not halved
        and any(n > 1 and n > max(1, sum(same_value(f, q) for _, q in theirs)) for f in own if (n := often[f.values, f.percent]))
    ):
        return Reason.INDICATOR
    for f in own:
        if f.sort != "year" and stated_above.issuperset(f.values):
            continue
        reason = _wrong_year(f, words, proofs, theirs, years) if f.sort == "year" else _wrong_figure(f, words, theirs, said)
        if reason:
            return reason
    return None


def _years_of_headings(claim: str, proofs: Sequence[Proof]) -> frozenset[str]:
    """The years in headings that a label quotes (“PHỤ LỤC … GIAI ĐOẠN 2026 - 2030”): what stands below may be of others."""
    quotes = [" ".join(read(q.rstrip("…")).forms) for q in re.findall("“([^“”]+)”", claim)]
    headings = [" ".join(read(h).forms) for p in proofs for h in p.path]
    return frozenset(y for q in quotes if q and any(f" {q} " in f" {h} " for h in headings) for y in re.findall(r"20\d\d", q))


def _wrong_year(
    f: Figure, words: Words, proofs: Sequence[Proof], theirs: Sequence[tuple[Proof, Figure]], years: frozenset[str]
) -> Reason | None:
    year = words.raw[f.at]
    if year not in years:
        if any(q.sort != "year" and not fits(replace(f, sort="count"), q) for _, q in theirs):
            return None  # "2000 chuyên gia"
        before = words.forms[max(0, f.at - 8) : f.at]
        of_document = any(w in before for w in ("hành", "quyết", "bản", "ngày", "ký"))
        return None if of_document and any(p.issued_in() == year for p in proofs) else Reason.YEAR
    rivals = [(p.quote, q) for p, q in theirs if q.sort == "year"]
    return Reason.YEAR if _substituted(words, f, rivals) else None


def _wrong_figure(f: Figure, words: Words, theirs: Sequence[tuple[Proof, Figure]], said: Said) -> Reason | None:
    counted = [(p, q) for p, q in theirs if q.sort != "year" or words.raw[f.at] != p.quote.raw[q.at]]
    fitting = [q for _, q in counted if q.sort != "year" and not fits(f, q)]
    if _denied(words, f):
        return Reason.NEGATION if fitting else None
    if not fitting:
        if f.sort == "worded" and words.forms[f.at] in said.forms:
            return None
        if f.values == (100.0,) and "=" in f.signs and not any(q.percent for _, q in theirs) and _says_all(said):
            return None
        return Reason.COMPARATOR if any(fits(f, q) == "comparator" for _, q in counted) else Reason.FIGURE
    if f.sort == "worded":
        return None
    if not f.percent and not _unit_said(words, f, said):
        return Reason.FIGURE
    others = [q for _, q in counted if not same_value(f, q)]
    told = nearest(f, fitting, others) if others or f.levels or f.year else ""
    if told:
        return Reason(told)
    rivals = [(p.quote, q) for p, q in counted if q.sort not in ("year", "worded")]
    return Reason.INDICATOR if _substituted(words, f, rivals) else None


def _says_all(said: Said) -> bool:
    return bool(said.forms & {"tất", "mọi"} or ("toàn", "bộ") in said.exact_pairs)


def _denied(words: Words, f: Figure) -> bool:
    """Whether the claim says that it is not this figure ("chứ không phải 20%")."""
    before = words.forms[max(0, f.at - 4) : f.at]
    return any(before[i : i + 2] == ("không", "phải") for i in range(len(before)))


def _unit_said(words: Words, f: Figure, said: Said) -> bool:
    """Whether what stands right behind a number, and is counted, stands in the evidence."""
    for i in range(f.end, min(f.end + 2, len(words)) if f.sort == "count" else f.end):
        if words.parted[i] or words.raw[i][0].isdigit() or states_nothing(words.forms[i]):
            break
        if not word_is_said(words, i, said):
            return False
    return True


def _substituted(words: Words, f: Figure, places: Sequence[tuple[Words, Figure]]) -> bool:
    """Whether the claim's figure stands, word by word, where the quote has another one."""
    own = rival = 0
    for theirs, q in places:
        same = same_value(f, q)
        walked = _walk(words, f.at, f.end, theirs, q.at, q.end)
        if same:
            own = max(own, walked)
        else:
            rival = max(rival, walked)
    return rival >= 3 and rival > own + 1


def _walk(words: Words, at: int, end: int, theirs: Words, their_at: int, their_end: int, *, left_only: bool = False) -> int:
    """How many words to the left and to the right of two places agree, up to punctuation or the "và" of the next item."""
    steps = 0
    i, j = at, their_at
    while i > 0 and j > 0 and at - i < _WALK and not words.parted[i] and not theirs.parted[j]:
        if words.folded[i - 1] != theirs.folded[j - 1] or words.forms[i - 1] in JOINERS:
            break
        i, j, steps = i - 1, j - 1, steps + 1
    if left_only:
        return steps
    i, j = end, their_end
    while i < len(words) and j < len(theirs) and i - end < _WALK and words.parted[i] in ("", "/") and theirs.parted[j] in ("", "/"):
        if words.folded[i] != theirs.folded[j] or words.forms[i] in JOINERS:
            break
        i, j, steps = i + 1, j + 1, steps + 1
    return steps


# levels and bodies


def _wrong_level(claim: str, words: Words, proofs: Sequence[Proof], said: Said, label: bool) -> Reason | None:
    own = level_words(words)[:MOST]
    if not own:
        return None
    held = {p.quote.forms[i] for p in proofs for i in level_words(p.quote)}
    for i, before in zip(own, [-9, *own], strict=False):
        level = words.forms[i]
        # "mỗi huyện", "các xã" may stand for "cấp huyện", "cấp xã" where the quote names no level.
        known = ("cấp", level) in said.exact_pairs if label else not held and level in said.forms
        if (level not in held and not known) or (0 < i - before < 4 and words.forms[before] == level):
            return Reason.LEVEL
    lists = {
        (k, i): {p.quote.forms[j] for j in level_words(p.quote) if abs(j - i) < 4}
        for k, p in enumerate(proofs)
        for i in level_words(p.quote)
    }
    # What follows the levels of figures is often said of them all ("… được xử lý qua mạng").
    figured = {level for f in figures(claim) for level in f.levels} & {level for p in proofs for q in p.figures for level in q.levels}
    steps = {
        (i, place): _walk(words, i, i + 1, proofs[place[0]].quote, place[1], place[1] + 1, left_only=words.forms[i] in figured)
        for i in own
        for place in lists
    }
    for i in own:
        mine = rival = 0
        for place, beside in lists.items():
            said_there = proofs[place[0]].quote.forms[place[1]]
            walked = steps[i, place]
            if said_there == words.forms[i]:
                mine = max(mine, walked)
            # "cấp huyện, cấp tỉnh" may be said the other way round; and what has its own word in the claim has not lost its place.
            elif words.forms[i] not in beside and not any(words.forms[k] == said_there and steps[k, place] >= walked for k in own):
                rival = max(rival, walked)
        if rival >= 2 and rival > mine + 1:
            return Reason.LEVEL
    return None


def _wrong_body(words: Words, proofs: Sequence[Proof]) -> bool:
    """Whether a body stands, word by word, where the quote has another one."""
    own = _bodies(words)
    if not own:
        return False
    places = [(p.quote, span) for p in proofs for span in _bodies(p.quote)]
    for a, b in own:
        name = words.folded[a:b]
        if b - a >= _NAMES_ALONE * len(words) and _contains_none(proofs, name):
            return True
        mine = rival = 0
        held = False
        for theirs, (c, d) in places:
            walked = _walk(words, a, b, theirs, c, d)
            other = theirs.folded[c:d]
            if name[: len(other)] == other[: len(name)]:
                mine = max(mine, walked)
                held = True
            else:
                rival = max(rival, walked)
        if rival >= 2 and rival >= mine + 2:
            return True
        # The body that issued the document stands in its metadata: it may resolve, but not act in a quote that doesn't name it.
        if places and not held and not _resolves(words, a, b) and _contains_none(proofs, name):
            return True
    return False


def _resolves(words: Words, start: int, end: int) -> bool:
    """Whether the body at [start, end) is said to have resolved something, or something is said to be its own."""
    before = words.forms[start - 1] if start else ""
    return before in ("của", "theo", "do", "bởi", "cho", "là", "hành") or bool(RESOLVING & set(words.forms[end : end + 3]))


def _contains_none(proofs: Sequence[Proof], name: Sequence[str]) -> bool:
    return not any(f" {' '.join(name[:3])} " in f" {' '.join(p.quote.folded)} " for p in proofs)


def _bodies(words: Words) -> list[tuple[int, int]]:
    """Spans of names of bodies: a word that bodies begin with, and the words with capitals and the small ones that go on with it."""
    found: list[tuple[int, int]] = []
    i, n = 0, len(words)
    while i < n and len(found) < MOST:
        if not words.raw[i][0].isupper() or not begins_body(words, i):
            i += 1
            continue
        j = i + 2
        while j < n and not words.parted[j] and (words.raw[j][0].isupper() or words.forms[j] in BODY_MORE or begins_body(words, j - 1)):
            j += 1
        found.append((i, j))
        i = j
    return found
