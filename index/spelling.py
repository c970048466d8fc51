"""What a mistyped syllable may have been meant as: one slip of the fingers, or two in a long word, away.

Slips are weighed by how people make them: a neighbouring key, two letters swapped, a letter doubled or left out.
"""

import functools
import re
from collections.abc import Iterable, Sequence

from documents.normalise import fold
from index.telex import marks

SYLLABLE = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnpqrstvx])?(?:[aeiouy]{1,2}|[iyuo][aeoy][iuy]|uy[aeu]|oo)(?:ch|ng|nh|[cmnpt])?")
"""What is spelled like a syllable of the language, without its marks."""
_LETTERS = "abcdeghiklmnopqrstuvxy"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SWAP, _NEIGHBOUR, _DOUBLED, _MISSED, _EXTRA, _OTHER = 4.0, 4.0, 3.0, 5.0, 5.0, 6.5  # nats
_FIRST_LETTER = 1.5  # more, where the slip changes the first letter: people seldom miss it
_MARK = 2.0  # more, for each mark that was typed and is not meant, or the other way round
_LONGEST = 9
_FOR_TWO_SLIPS = 5  # letters
_KEPT = 1 << 13  # words, with what is near them
_LONG = 5  # letters, from which on a word of another language is known in spite of a slip


def _neighbours() -> dict[str, str]:
    near: dict[str, set[str]] = {}
    for upper, row in enumerate(_ROWS):
        for i, key in enumerate(row):
            near.setdefault(key, set()).update(row[max(0, i - 1) : i + 2])
            below = _ROWS[upper + 1] if upper + 1 < len(_ROWS) else ""
            for other in below[max(0, i - 1) : i + 1]:
                near[key].add(other)
                near.setdefault(other, set()).add(key)
    return {key: "".join(sorted(others - {key})) for key, others in near.items()}


_NEAR = _neighbours()


def _slips(word: str, letters: str = _LETTERS) -> dict[str, float]:
    """Every string one slip away from folded `word`, with what the slip costs."""
    found: dict[str, float] = {}
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        more = _FIRST_LETTER if i == 0 else 0.0
        changes = [(head + c + tail, _MISSED + more) for c in letters]
        if tail:
            near = _NEAR.get(tail[0], "")
            changes += [(head + c + tail[1:], (_NEIGHBOUR if c in near else _OTHER) + more) for c in letters]
            doubled = tail[1:2] == tail[0] or head[-1:] == tail[0]
            changes.append((head + tail[1:], (_DOUBLED if doubled else _EXTRA) + more))
        if len(tail) > 1:
            changes.append((head + tail[1] + tail[0] + tail[2:], _SWAP + more))
        for changed, cost in changes:
            if cost < found.get(changed, 99.0):
                found[changed] = cost
    found.pop(word, None)
    return found


class Speller:
    """Knows the syllables by their folded form. Thread-safe."""

    def __init__(self, by_fold: dict[str, list[str]]) -> None:
        self._by_fold = by_fold
        self._kept = functools.lru_cache(maxsize=_KEPT)(self._near)

    def near(self, word: str, *, twice: bool = False) -> Sequence[tuple[str, float]]:
        """Syllables one slip (`twice`: also two, in a long word) from `word` (lower case), with what the slips cost in nats."""
        return self._kept(word, twice)

    def _near(self, word: str, twice: bool) -> Sequence[tuple[str, float]]:
        folded = fold(word)
        if not 2 <= len(folded) <= _LONGEST or not folded.isalpha() or not folded.isascii():
            return []
        once = _slips(folded)
        found = self._weighed(once.items(), word)
        if twice and not found and len(folded) >= _FOR_TWO_SLIPS:
            second: dict[str, float] = {}
            for first, cost in once.items():
                for other, more in self._swaps_and_drops(first):
                    if cost + more < second.get(other, 99.0):
                        second[other] = cost + more
            found = self._weighed(second.items(), word)
        return found

    def _swaps_and_drops(self, word: str) -> list[tuple[str, float]]:
        drops = [(word[:i] + word[i + 1 :], _EXTRA) for i in range(1, len(word))]
        return drops + [(word[:i] + word[i + 1] + word[i] + word[i + 2 :], _SWAP) for i in range(1, len(word) - 1)]

    def _weighed(self, slips: Iterable[tuple[str, float]], word: str) -> list[tuple[str, float]]:
        typed = set(marks(word))
        return [
            (s, cost + (_MARK * len(typed ^ set(marks(s))) if typed else 0.0)) for form, cost in slips for s in self._by_fold.get(form, ())
        ]


@functools.lru_cache(maxsize=4096)
def loanword_near(form: str, known: frozenset[str]) -> str | None:
    """The only long word of `known` that lies one slip from `form` ("onlne": online), or None; `form` is no syllable."""
    if len(form) < _LONG or form in known:
        return None
    near = [w for w in known if len(w) >= _LONG and _one_slip(form, w)]
    return near[0] if len(near) == 1 else None


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter was left out, put in or hit wrongly, or two changed places."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    i = next((k for k, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    rest, other = typed[i:], meant[i:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or (rest[1::-1] == other[:2] and rest[2:] == other[2:])


def well_formed(form: str) -> bool:
    """Whether a word with marks may be a syllable that the tables happen to lack ("hẳn")."""
    signs = marks(form)
    tones = sum(s in "sfrxj" for s in signs)
    stopped = form.endswith(("p", "t", "c", "ch"))
    return SYLLABLE.fullmatch(fold(form)) is not None and tones < 2 and not (stopped and set(signs) & set("frx"))
