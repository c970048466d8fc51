"""Wording: whether a text says a word of the question, exactly, folded, or in official words.

A lone everyday syllable is ambiguous ("tiền" is money, "tiền đề" is not), so its official wordings count more than itself.
"""

import functools
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.normalise import fold, words
from index.analysis import terms
from qa.patterns import Measure
from qa.question import Question
from qa.units import SLOGAN

_INHERITED_SHARE = 0.6  # of what is asked now, which the turns before count at most, where something is asked now
_FOLDED_SHARE = 0.6  # what a word counts that agrees but for its diacritics
_ADDS_POINTS = re.compile(r"(?<!\w)(?:cộng|trừ|thưởng)(?!\w)")
_SHARES = re.compile(r"\d[\d.,]*\s?(?:%|phần trăm)")
_NUMBER_ITSELF = re.compile(r"(?<!\w)(?:tổng số|số lượng|(?:tất cả|tổng cộng|cả thảy) (?:có )?bao nhiêu)(?!\w)")
"""Asks for the number itself; "bao nhiêu hàng hóa?" may be told as a share."""
_MEASURED = re.compile(r"^(\d[\d.,]*)([^\W\d]{2,})$")  # "100Mbps"
_IN_WORDS = frozenset(("một", "hai", "ba", "bốn", "sáu", "bảy", "tám", "chín", "mười"))
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Official terms for an everyday word. A lone syllable is `ambiguous`: "tiền" is money, "tiền đề" is not."""

    official: frozenset[str]
    ambiguous: bool
    wordings: tuple[frozenset[str], ...] = ()
    """The terms of each official wording; a text says it that holds half of them."""

    def said(self, text: frozenset[str]) -> bool:
        """Whether a text of these terms says one of the wordings."""
        return not self.official.isdisjoint(text) and any(2 * len(w & text) >= len(w) for w in self.wordings)


def asks_points(question: Question) -> bool:
    """Whether the points that a thing is worth are asked for, which stand in a column of their own; those that are added or taken off for
    something are told in words."""
    return question.measure is Measure.COUNT and "diem" in question.counted and not _ADDS_POINTS.search(question.normalised.lower())


def counted_fit(question: Question, text: str, others: dict[str, Alternative]) -> float:
    """How near the words of "bao nhiêu …" stand to a figure: right behind it best, before it less. Their adjacent
    pairs count too, so that "doanh nghiệp" alone is no "doanh nghiệp số"."""
    if question.measure is Measure.COUNT and _NUMBER_ITSELF.search(question.normalised.lower()):
        text = _SHARES.sub(" ", text)
    if question.measure is Measure.COUNT:
        text = SLOGAN.sub(" ", text)
    forms, folded = _forms(text)
    pairs = list(zip(question.counted, question.counted[1:], strict=False))
    best = 0.0
    for i, form in enumerate(forms):
        if not (form[0].isdigit() or form.lower() in _IN_WORDS) or _YEAR.fullmatch(form):
            continue
        around_it = ((folded[i + 1 : i + 6], 1.0), (folded[i + 6 : i + 10], 0.7), (folded[max(0, i - 14) : i], 0.6))
        windows = [(f" {' '.join(window)} ", share) for window, share in around_it]
        found = [_near(w, windows, others.get(w)) for w in question.counted]
        found += [_near(" ".join(p), windows, others.get("_".join(p))) for p in pairs]
        best = max(best, sum(found) / len(found))
    return best


@functools.lru_cache(maxsize=1 << 13)
def _forms(text: str) -> tuple[list[str], list[str]]:
    """The words of `text`, units of measurement apart from their numbers, and the same folded; kept, since the same units are asked."""
    forms = [piece for w in words(text) for piece in (_MEASURED.sub(r"\1 \2", w).split() if w[0].isdigit() else (w,))]
    folded = [fold(w) for w in forms]
    # "Xã" in "xã hội" is none that is counted.
    return forms, ["" if (w, after) == ("xa", "hoi") else w for w, after in zip(folded, [*folded[1:], ""], strict=True)]


def _near(said: str, windows: Sequence[tuple[str, float]], alternative: Alternative | None) -> float:
    """What it counts that one of `windows`, words between spaces, holds the words `said`."""
    for window, share in windows:
        if f" {said} " in window:
            return share
    for window, share in windows if alternative else ():
        # An official wording counts where its first two syllables are there.
        if alternative and any(all(f" {w} " in window for w in fold(o).split("_")) for o in alternative.official):
            return 0.9 * share
    return 0.0


def alternatives(question: Question) -> dict[str, Alternative]:
    """For each term of an everyday phrase in the question (exact and folded), its official wordings' distinctive terms."""
    found: dict[str, Alternative] = {}
    for phrase, official in question.widened:
        said = set(terms(" ".join(phrase)))
        distinctive = frozenset(t for o in official for t in terms(o) if t not in said and ("_" in t or " " not in o))
        wordings = tuple(frozenset(t for t in terms(o) if "_" in t or " " not in o) for o in official)
        alternative = Alternative(distinctive, len(terms(" ".join(phrase))) == 1, wordings)
        for word in (*phrase, *(f"{a}_{b}" for a, b in zip(phrase, phrase[1:], strict=False))):
            for form in {word, fold(word)}:
                before = found.get(form)
                found[form] = (
                    Alternative(distinctive | before.official, alternative.ambiguous and before.ambiguous, wordings + before.wordings)
                    if before
                    else alternative
                )
    return found


def held(
    term: str, own: frozenset[str], around: frozenset[str], leaf: frozenset[str], path: frozenset[str], others: dict[str, Alternative]
) -> float:
    """How surely a term of the question is said: in the unit, its heading, its passage, or the headings above."""
    other = others.get(term)
    direct = _direct(term, own, around, leaf, path)
    if not other:
        return direct
    official = 0.9 if other.said(own) else 0.75 if other.said(leaf) else 0.45 if other.said(around) or other.said(path) else 0.0
    return max(official, direct * (0.45 if other.ambiguous else 1.0))


def _direct(term: str, own: frozenset[str], around: frozenset[str], leaf: frozenset[str], path: frozenset[str]) -> float:
    for form, share in ((term, 1.0), ("~" + fold(term), _FOLDED_SHARE)):
        if form in own:
            return share
        if form in leaf:
            return 0.8 * share
        if form in around:
            return 0.5 * share
        if form in path:
            return 0.6 * share
    return 0.0


@dataclass(frozen=True, slots=True)
class Sought:
    """The wanted terms of a question, made ready for many passages to be compared with."""

    entries: tuple[tuple[str, str, float, Alternative | None, float], ...]
    """For each term: it and its folded form, its weight, its official terms, and what its own form counts beside those."""
    of_token: Mapping[str, tuple[int, ...]]
    """Token of a text -> the entries that it says."""
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Around:
    """What a passage and its headings say of the entries of a `Sought`, before its units are looked at one by one."""

    said: Mapping[int, tuple[float, float, float]]
    """By entry, what it counts where they say it exactly, else but for its diacritics, or in official words; if they say any of it."""
    shares: Mapping[int, float]
    """By entry, what it adds to a unit that does not say it."""
    total: float


_UNSAID = (0.0, 0.0, 0.0)
_SILENT = Around({}, {}, 0.0)


def sought(wanted: Mapping[str, float], others: Mapping[str, Alternative]) -> Sought:
    """The terms `wanted` with their weights and their official wordings."""
    entries = []
    of_token: dict[str, tuple[int, ...]] = {}
    for i, (said, weight) in enumerate(wanted.items()):
        other = others.get(said)
        official = frozenset(map(sys.intern, other.official)) if other else frozenset()
        term, folded = sys.intern(said), sys.intern("~" + fold(said))  # as in the sets that they are looked up in
        entries.append((term, folded, weight, other if official else None, 0.45 if other and other.ambiguous else 1.0))
        for token in {term, folded, *official}:
            of_token[token] = (*of_token.get(token, ()), i)
    return Sought(tuple(entries), of_token, frozenset(of_token))


def around(what: Sought, beside: frozenset[str], leaf: frozenset[str], path: frozenset[str], every: frozenset[str]) -> Around:
    """What a passage with the terms `beside`, its nearest heading and all its headings say; `every`: the terms of all three."""
    both = what.tokens & every
    if not both:
        return _SILENT
    said: dict[int, tuple[float, float, float]] = {}
    adds: dict[int, float] = {}
    for i, (term, folded, weight, official, share) in enumerate(what.entries):
        if term not in both and folded not in both and (not official or official.official.isdisjoint(both)):
            continue
        exact = 0.8 if term in leaf else 0.5 if term in beside else 0.6 if term in path else 0.0
        near = 0.0 if exact else _FOLDED_SHARE * (0.8 if folded in leaf else 0.5 if folded in beside else 0.6 if folded in path else 0.0)
        in_words = 0.0
        if official:
            in_words = 0.75 if official.said(leaf) else 0.45 if official.said(beside) or official.said(path) else 0.0
        said[i] = exact, near, in_words
        adds[i] = weight * max(in_words, (exact or near) * share)
    return Around(said, adds, sum(adds.values()))


def shares(what: Sought, known: Around, own: frozenset[str]) -> tuple[float, float]:
    """The weight of the wanted terms that a unit with the terms `own` says together with what stands around it, and by itself.

    The same as `held` summed over the terms.
    """
    together, alone = known.total, 0.0
    both = what.tokens & own
    if not both:
        return together, alone
    adds = known.shares
    for i, (term, folded, weight, official, share) in enumerate(what.entries):
        if not official:
            if term in both:  # most of all
                together += weight * share - adds.get(i, 0.0)
                alone += weight * share
                continue
            if folded not in both:
                continue
        elif term not in both and folded not in both and official.official.isdisjoint(both):
            continue
        exact, near, said = known.said.get(i, _UNSAID)
        if term in own:
            direct = itself = share
        else:
            itself = _FOLDED_SHARE * share if folded in own else 0.0
            direct = exact * share if exact else (itself or near * share)
        in_words = 0.9 if official and official.said(own) else 0.0
        together += weight * max(in_words or said, direct) - adds.get(i, 0.0)
        alone += weight * max(in_words, itself)
    return together, alone


def lighten(wanted: dict[str, float], question: Question) -> None:
    """Lessens in `wanted` what comes from the turns before, so that it does not outweigh what is asked now."""
    before = {t for t in wanted if all(w in question.inherited for w in t.split("_"))}
    own = {t.word for t in question.strong if t.word not in question.inherited}
    now = sum(w for t, w in wanted.items() if t not in before and any(s in own for s in t.split("_")))
    then = sum(wanted[t] for t in before)
    if now and then > _INHERITED_SHARE * now:
        for t in before:
            wanted[t] *= _INHERITED_SHARE * now / then
