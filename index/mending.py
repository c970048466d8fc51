"""Slips of recognition (OCR) mended in what is searched, never in what is shown: "bỗ sung" is found by "bổ sung".

Only syllables are touched that don't exist in the shipped counts, and only where one that exists looks alike: the same letters with
other marks, or one letter that recognition mistakes for another. Which of several is meant, the words beside it tell.
"""

import functools
import math
import re
from dataclasses import replace

from documents.normalise import canonical, fold
from documents.resolution import Resolution
from index.counts import general_counts

_WORD = re.compile(r"[^\W\d_]+")
# Letters that look alike in print, folded.
_ALIKE = ("ce", "ilt", "nu", "hb", "oc", "vy", "gq", "rt", "ao", "mn", "eo")
_OTHER_LETTER = 4.0  # nats: how much rarer another letter is than another mark
_BESIDE = 1.5  # weight of each neighbour against the syllable's own frequency


@functools.cache
def _by_fold() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for syllable in general_counts().syllables:
        if syllable.isalpha():
            found.setdefault(fold(syllable), []).append(syllable)
    return {key: tuple(syllables) for key, syllables in found.items()}


@functools.cache
def _confused() -> dict[str, str]:
    table: dict[str, set[str]] = {}
    for group in _ALIKE:
        for letter in group:
            table.setdefault(letter, set()).update(set(group) - {letter})
    return {letter: "".join(sorted(others)) for letter, others in table.items()}


@functools.lru_cache(maxsize=16384)
def _candidates(word: str) -> tuple[tuple[str, float], ...]:
    """Syllables that a canonical `word` may be a misreading of, each with what that costs in nats."""
    folded = fold(word)
    found = dict.fromkeys(_by_fold().get(folded, ()), 0.0)
    for i, letter in enumerate(folded):
        for other in _confused().get(letter, ""):
            for s in _by_fold().get(folded[:i] + other + folded[i + 1 :], ()):
                found.setdefault(s, _OTHER_LETTER)
    # Of the same length, so that offsets in the mended text are those of the text.
    return tuple((s, cost) for s, cost in found.items() if len(s) == len(word))


def mended(text: str) -> str:
    """NFC `text` with syllables that don't exist put right; as many characters as before."""
    words = list(_WORD.finditer(text))
    forms = [canonical(w[0]) for w in words]
    known = general_counts().syllables
    pieces, end = [], 0
    for i, (word, form) in enumerate(zip(words, forms, strict=True)):
        # A word of plain letters that is no syllable is a name or foreign.
        if len(form) < 2 or form in known or form.isascii() or len(form) != len(word[0]):
            continue
        candidates = _candidates(form)
        if candidates:
            before, after = forms[i - 1] if i else "", forms[i + 1] if i + 1 < len(forms) else ""
            best = max(candidates, key=lambda c: _weight(c[0], before, after) - c[1])[0]
            pieces += [text[end : word.start()], _in_case(best, word[0])]
            end = word.end()
    return "".join(pieces) + text[end:]


def _weight(syllable: str, before: str, after: str) -> float:
    counts = general_counts()
    beside = math.log1p(_count((before, syllable))) + math.log1p(_count((syllable, after)))
    return math.log1p(counts.syllables[syllable]) + _BESIDE * beside


def _count(pair: tuple[str, str]) -> int:
    return general_counts().pairs.get(pair, 0)


def _in_case(syllable: str, like: str) -> str:
    made = syllable.upper() if like.isupper() else syllable.capitalize() if like[0].isupper() else syllable
    return made if len(made) == len(like) else like


def searched(document: Resolution) -> Resolution:
    """The document as it is searched: its passages and their headings mended where its text was recognised from pictures."""
    if not document.recognised:
        return document
    headings = functools.lru_cache(maxsize=None)(mended)
    passages = (
        replace(p, text=mended(p.text), path=tuple(map(headings, p.path)), columns=tuple(map(headings, p.columns)))
        for p in document.passages
    )
    return replace(document, passages=tuple(passages))
