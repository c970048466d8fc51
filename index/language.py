"""Restoring diacritics and mending typing errors, by a bigram model over syllables (Viterbi).

The counts are in `index/data/` (syllables and pairs of syllables over public official documents and questions); the
library's own documents are mixed in, and the names of provinces and places are known words, so that "gia lai" is never
read as "giá lại".

Each typed word has candidates: what was typed; other syllables with the same folded form (cheap where nothing in the
question bears diacritics, dear where most of it does); and, for what is no syllable at all, syllables one edit away.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources

from documents.normalise import canonical, fold, has_diacritics, nfc
from index.analysis import everyday, question_phrases, stop_phrases
from index.telex import Telex

_TOKEN = re.compile(r"[^\W_]+|[\W_]+")
_LETTERS = "abcdeghiklmnopqrstuvxy"
_OWN_WEIGHT = 6  # a count in the library's documents weighs as many in the general tables
_COMPOUND_COUNT = 15  # times a pair occurs in the general tables
_COMPOUND_SHARE = 0.12  # of the rarer syllable's occurrences
_AGREEMENT = 0.8  # share of a triple's occurrences that must be written alike
_PHRASE_WEIGHT = 40  # a phrase of the word lists ("bắt tay", "phải không") counts as often as this
_EDIT_COST = 5.0  # nats for one typing error
_TELEX_COST = 1.0  # nats for reading keystrokes as the syllable they make
_RETONE_COST = 7.0  # nats for changing a diacritic that was typed
_SURE_COST = 4.0  # nats for adding diacritics to a word of a question that is otherwise typed with them


@dataclass(frozen=True, slots=True)
class Counts:
    """Syllables and pairs with how often they occur; "<s>" opens a sentence."""

    syllables: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    triples: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """Only of the library's documents: their set phrases ("chính quyền số")."""


@functools.cache
def general_counts() -> Counts:
    """The shipped tables."""
    folder = resources.files("index") / "data"
    syllables: dict[str, int] = {}
    for line in (folder / "syllables.tsv").read_text("utf-8").splitlines():
        syllable, count = line.split("\t")
        syllables[canonical(syllable)] = syllables.get(canonical(syllable), 0) + int(count)
    pairs: dict[tuple[str, str], int] = {}
    for line in (folder / "syllable_pairs.tsv").read_text("utf-8").splitlines():
        first, second, count = line.split("\t")
        key = (first if first == "<s>" else canonical(first), canonical(second))
        pairs[key] = pairs.get(key, 0) + int(count)
    return Counts(syllables, pairs)


def is_compound(first: str, second: str) -> bool:
    """Whether two canonical syllables make a word of the language ("diện tích"): often together, and seldom apart."""
    counts = general_counts()
    n = counts.pairs.get((first, second), 0)
    rarer = min(counts.syllables.get(first, 0), counts.syllables.get(second, 0))
    return n >= _COMPOUND_COUNT and n >= _COMPOUND_SHARE * rarer


def count(texts: Iterable[str]) -> Counts:
    """Counts over `texts`, sentence by sentence."""
    syllables: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    triples: Counter[tuple[str, str, str]] = Counter()
    for text in texts:
        for sentence in re.split(r"[.;:!?()\n“”\"]+", nfc(text)):
            found = [canonical(w) for w in re.findall(r"[^\W\d_]+", sentence)]
            syllables.update(found)
            pairs.update(zip(["<s>", *found], found, strict=False))
            triples.update(zip(found, found[1:], found[2:], strict=False))
    return Counts(dict(syllables), dict(pairs), {t: n for t, n in triples.items() if n > 1})


def _set_phrases(triples: Mapping[tuple[str, str, str], int]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Folded triples of syllables -> how the documents write them, where they (all but misprints) agree."""
    written: dict[tuple[str, ...], Counter[tuple[str, ...]]] = {}
    for triple, n in triples.items():
        written.setdefault(tuple(fold(w) for w in triple), Counter())[triple] += n
    found = {}
    for folded, forms in written.items():
        best, n = forms.most_common(1)[0]
        if n >= _AGREEMENT * sum(forms.values()):
            found[folded] = best
    return found


class Restorer:
    """Reads a question as its writer meant it. Thread-safe after construction."""

    def __init__(self, own: Counts, names: Iterable[str] = ()) -> None:
        general = general_counts()
        syllables = Counter(general.syllables)
        pairs = Counter(general.pairs)
        for key, n in own.syllables.items():
            syllables[key] += _OWN_WEIGHT * n
        for pair, n in own.pairs.items():
            pairs[pair] += _OWN_WEIGHT * n
        for phrase in (*stop_phrases(), *everyday(), *question_phrases()):
            syllables.update(dict.fromkeys(phrase, _PHRASE_WEIGHT))
            pairs.update(dict.fromkeys(zip(phrase, phrase[1:], strict=False), _PHRASE_WEIGHT))
        self._syllables = syllables
        self._pairs = pairs
        self._total = sum(syllables.values())
        self._by_fold: dict[str, list[str]] = {}
        for syllable in syllables:
            self._by_fold.setdefault(fold(syllable), []).append(syllable)
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name in names:
            parts = tuple(canonical(w) for w in re.findall(r"[^\W\d_]+", name))
            if len(parts) > 1 or (parts and len(fold(parts[0])) > 4 and fold(parts[0]) not in self._by_fold):
                # "Đắk Lắk" keeps its place from its alias "Dak Lak".
                folded = tuple(fold(p) for p in parts)
                if folded not in self._names or any(has_diacritics(p) for p in parts):
                    self._names[folded] = parts
        self._telex = Telex(syllables)
        self._longest_name = max((len(n) for n in self._names), default=0)
        self._phrases = _set_phrases(own.triples)

    def restore(self, text: str) -> str:
        """`text` with diacritics restored and single typing errors mended; digits and punctuation stay as typed."""
        pieces = _TOKEN.findall(nfc(text))
        places = [i for i, p in enumerate(pieces) if p[0].isalpha()]
        typed = [canonical(pieces[i]) for i in places]
        if not typed:
            return text
        bare = [w for w in typed if w.isascii()]
        share = 1 - len(bare) / len(typed)
        if len(typed) == 1:
            return text  # A lone word gives no context to mend it by.
        names = self._fixed_names(typed)
        fixed = self._fixed_phrases(typed) | names
        for k, i in enumerate(places):
            # "nam 2025" is a year, never "nằm" or the south.
            if typed[k] == "nam" and k not in names and re.match(r"\s*20\d\d\b", "".join(pieces[i + 1 : i + 3])):
                fixed[k] = "năm"
        lattice = [
            [(fixed[k], 0.0)] if k in fixed else self._candidates(word, share, pieces[places[k]].isupper()) for k, word in enumerate(typed)
        ]
        for k, (i, word, best) in enumerate(zip(places, typed, self._best_path(lattice, names), strict=True)):
            if (k in names and pieces[i].islower()) or (best != word and pieces[i][0].isupper() and not pieces[i].isupper()):
                pieces[i] = best.capitalize()
            elif best != word:
                pieces[i] = best
        return "".join(pieces)

    def _fixed_names(self, typed: list[str]) -> dict[int, str]:
        folded = [fold(w) for w in typed]
        fixed: dict[int, str] = {}
        for length in range(self._longest_name, 0, -1):
            for i in range(len(typed) - length + 1):
                name = self._names.get(tuple(folded[i : i + length]))
                if name is None or any(j in fixed for j in range(i, i + length)):
                    continue
                # What was typed with other diacritics ("giá lại") is not the name.
                if all(w == n or not has_diacritics(w) for w, n in zip(typed[i : i + length], name, strict=True)):
                    fixed.update({i + j: n for j, n in enumerate(name)})
        return fixed

    def _fixed_phrases(self, typed: list[str]) -> dict[int, str]:
        fixed: dict[int, str] = {}
        for i in range(len(typed) - 2):
            if all(w.isascii() for w in typed[i : i + 3]):
                phrase = self._phrases.get(tuple(typed[i : i + 3]))
                if phrase:
                    fixed.update({i + j: w for j, w in enumerate(phrase)})
        return fixed

    def _candidates(self, word: str, share: float, shouted: bool) -> list[tuple[str, float]]:
        folded = fold(word)
        same = self._by_fold.get(folded, [])
        if word.isascii():
            if not same:
                return [(word, 0.0), *((s, _TELEX_COST) for s in self._telex.decode(word)), *(self._edited(folded) if not shouted else [])]
            cost = _SURE_COST * min(1.0, share * 1.6)
            found = [(s, 0.0 if s == word else cost) for s in same]
            return found if word in same else [(word, 6.0), *found]
        if word in self._syllables:
            return [(word, 0.0), *((s, _RETONE_COST) for s in same if s != word)]
        found = [(s, 1.0) for s in same] or self._edited(folded)
        return [*found, (word, 8.0)]

    def _edited(self, folded: str) -> list[tuple[str, float]]:
        if not 3 <= len(folded) <= 9 or not folded.isalpha():
            return []
        splits = [(folded[:i], folded[i:]) for i in range(len(folded) + 1)]
        edits = {a + b[1:] for a, b in splits if b}
        edits |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
        edits |= {a + c + b[1:] for a, b in splits if b for c in _LETTERS}
        edits |= {a + c + b for a, b in splits for c in _LETTERS}
        return [(s, _EDIT_COST) for e in edits for s in self._by_fold.get(e, ())]

    def _best_path(self, lattice: list[list[tuple[str, float]]], names: Container[int]) -> list[str]:
        scores: dict[str, float] = {"<s>": 0.0}
        back: list[dict[str, str]] = []
        for k, candidates in enumerate(lattice):
            # What follows a name says nothing of its last syllable: "Trà Vinh năm", not "vinh nằm".
            after_name = k > 0 and k - 1 in names and k not in names
            new: dict[str, float] = {}
            pointers: dict[str, str] = {}
            for syllable, cost in candidates:
                best, origin = -math.inf, ""
                for before, score in scores.items():
                    value = score + self._log_probability("<s>" if after_name else before, syllable)
                    if value > best:
                        best, origin = value, before
                if syllable not in new or best - cost > new[syllable]:
                    new[syllable], pointers[syllable] = best - cost, origin
            back.append(pointers)
            scores = new
        last = max(scores, key=lambda s: scores[s])
        path = [last]
        for pointers in reversed(back[1:]):
            path.append(pointers[path[-1]])
        return path[::-1]

    def _log_probability(self, before: str, syllable: str) -> float:
        single = (self._syllables.get(syllable, 0) + 0.1) / self._total
        history = self._syllables.get(before, 0) if before != "<s>" else self._total // 20
        pair = self._pairs.get((before, syllable), 0) / history if history else 0.0
        return math.log(0.8 * min(1.0, pair) + 0.2 * single)
