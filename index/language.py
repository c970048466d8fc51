"""Restoring diacritics and mending typing errors: a beam search over what each typed word may have been meant as.

What people mean is told by three language models: general official prose (`index.counts`), the language of questions (the
phrases in `index/data/`, the names of places) and the library's own documents. What they type is told by costs: diacritics
left out (cheap where much of the question lacks them), keystrokes of Telex or VNI left standing, slips of the fingers. A word that is
a syllable is only doubted where it stands beside its neighbours in none of the models.
"""

import functools
import math
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from documents.gazetteer import RANKS
from documents.normalise import canonical, fold, has_diacritics, nfc
from documents.places import districts, provinces
from index.analysis import abbreviations, english, everyday, loanwords, question_phrases, stop_phrases, vocabulary
from index.counts import FIGURE, SENTENCE_END, START, Counts, Mixture, Model, Table, count, general_counts, general_table, is_compound
from index.spelling import SYLLABLE, Speller, loanword_near, well_formed
from index.telex import Keystrokes, marks

__all__ = ["Counts", "Restorer", "count", "general_counts", "is_compound"]

_LETTERS = re.compile(r"(?<![\w.&-])(?:[A-ZĐ]{4,7}|[b-df-hj-np-tv-xzđ]{4,7})(?![\w.&:-])")
"""What may be a phrase's initials: an abbreviation that no table knows."""
_VOWEL = re.compile("[aeiouy]")
_TOKEN = re.compile(r"\d[\w.,]*(?:[-/]\w[\w&.]*)+|[^\W_]+|[\W_]+")


@dataclass(frozen=True, slots=True)
class Tuning:
    """Weights of the language models, and costs in nats; fitted on text that is not that of the tests."""

    general: float = 0.6
    own: float = 0.15
    questions: float = 0.45
    names: float = 0.05
    discount: float = 0.5
    keys: float = 1.0
    """Keystrokes read as the syllable they make."""
    mark_added: float = 5.0
    """A mark that was not typed on a word that bears others."""
    hook_or_tilde: float = 5.0
    """Hỏi for ngã or the other way round, which sound alike in most of the country."""
    mark_changed: float = 8.0
    mark_taken: float = 8.0
    doubt: float = 4.0
    """A slip in a word that is a syllable, on top of what `index.spelling` asks."""
    unseen: float = 4.0
    """Leaving a word as it is that no text has, where one with hỏi for ngã, or the other way round, is a word."""
    unknown: float = 7.0
    """Leaving a word as it is that is no syllable and no known name."""
    beam: int = 10
    margin: float = 10.0  # how far behind the best a path is given up; none further behind won in 2,412 questions, typos among them


DEFAULT = Tuning()
_RATES, _PRIORS = (0.0005, 0.1, 0.3, 0.6, 0.99), (0.7, 0.05, 0.05, 0.05, 0.15)
"""How large a share of a question's words may have lost their diacritics, and how often that is the case."""


@functools.cache
def _questions() -> Table:
    """Counts of the language of questions: phrases, everyday words and their official wordings, names of places."""
    # "gis" is an everyday name, and no word that makes "Gis Lai" any likelier.
    said = (p for p in everyday() if len(p) > 1 or SYLLABLE.fullmatch(fold(p[0])))
    phrases = [" ".join(p) for p in (*question_phrases(), *stop_phrases(), *said)]
    official = [o for wordings in everyday().values() for o in wordings]
    return Table.of(count([*phrases, *vocabulary(), *official, *abbreviations().values(), *english().values()], least=1))


@functools.cache
def _place_names() -> Table:
    """Which syllables follow one another in the names of provinces and districts."""
    names = [*(n for p in provinces() for n in (p.name, *p.aliases)), *(d.name for d in districts() if not d.also)]
    return Table({}, {k: v for k, v in Table.of(count(names)).pairs.items() if k != START})


@functools.cache
def _known() -> frozenset[str]:
    """Words without diacritics that are right as they stand: abbreviations, English."""
    return frozenset({*abbreviations(), *loanwords(), *(w for phrase in english() for w in re.findall(r"\w+", phrase))})


@functools.cache
def _foreign() -> frozenset[str]:
    """Known words that no syllable is spelled like."""
    return frozenset(w for w in _known() if w.isascii() and w.isalpha() and w.islower() and not SYLLABLE.fullmatch(w))


@dataclass(frozen=True, slots=True)
class _Word:
    """A typed word: its canonical form, where it stands, how it was typed."""

    form: str
    piece: int
    capital: bool
    shouted: bool
    opens: bool
    """Whether a sentence begins with it."""


class Restorer:
    """Reads a question as its writer meant it. Thread-safe after construction."""

    def __init__(self, own: Counts, names: Iterable[str] = (), tuning: Tuning = DEFAULT) -> None:
        self._tuning = tuning
        general, questions, mine = general_table(), _questions(), Table.of(own)
        weighed = (
            (tuning.general, general),
            (tuning.own if own.syllables else 0.0, mine),
            (tuning.questions, questions),
            (tuning.names, _place_names()),
        )
        self._tables = (general, questions, mine, _place_names())
        self._mixture = Mixture([(w, Model(t, tuning.discount)) for w, t in weighed])
        self._by_fold: dict[str, list[str]] = {}
        for syllable in {**general.syllables, **questions.syllables, **own.syllables}:
            folded = fold(syllable)
            # "qđ" is an abbreviation that the tables count like a word.
            if syllable != FIGURE and (syllable.isascii() or SYLLABLE.fullmatch(folded)):
                self._by_fold.setdefault(folded, []).append(syllable)
        self._followers: dict[str, Sequence[Mapping[str, int]]] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        # Many a district's bare name is everyday words as well, unless its kind stands before it.
        for name in (*names, *(f"{d.kind} {d.name}" for d in districts() if not d.name.lower().startswith(d.kind))):
            parts = tuple(canonical(w) for w in re.findall(r"[^\W\d_]+", name))
            if len(parts) > 1 or (parts and len(fold(parts[0])) > 4 and fold(parts[0]) not in self._by_fold):
                # "Đắk Lắk" keeps its place from its alias "Dak Lak".
                key = tuple(fold(p) for p in parts)
                if key not in self._names or any(has_diacritics(p) for p in parts):
                    self._names[key] = parts
        self._short = frozenset(s for s in own.syllables if not _VOWEL.search(fold(s)))
        self._longest_name = max((len(n) for n in self._names), default=0)

    @functools.cached_property
    def _keystrokes(self) -> Keystrokes:
        return Keystrokes(s for same in self._by_fold.values() for s in same)

    @functools.cached_property
    def _speller(self) -> Speller:
        # Only what looks like a syllable of the language is ever put in a word's place.
        return Speller({folded: same for folded, same in self._by_fold.items() if SYLLABLE.fullmatch(folded)})

    def restore(self, text: str) -> str:
        """`text` with the library's own phrases written out, diacritics restored and typing errors mended; figures and punctuation
        stay as typed."""
        text = nfc(text)
        if not text.isupper():
            text = _LETTERS.sub(lambda m: self.phrase_of(m[0]) or m[0], text)
        pieces = _TOKEN.findall(text)
        words = _words(pieces)
        typed = [w.form for w in words]
        if len(typed) < 2:
            return text  # A lone word gives no context to mend it by.
        names = self._fixed_names(typed)
        fixed = names | _years(words, pieces, names)
        dropped = self._dropped(typed)
        vni = sum(f != FIGURE and not f.isalpha() for f in typed) > 1
        lattice = [{fixed[k]: 0.0} if k in fixed else self._candidates(w, dropped[k], vni) for k, w in enumerate(words)]
        for k in range(len(words)):
            if k not in fixed:
                self._doubt(lattice, words, k)
        for k, (word, best) in enumerate(zip(words, self._best_path(lattice, words, names), strict=True)):
            piece = pieces[word.piece]
            if (k in names and piece.islower()) or (best != word.form and word.capital and not piece.isupper()):
                pieces[word.piece] = best.capitalize()
            elif best != word.form:
                pieces[word.piece] = best
        return "".join(pieces)

    def phrase_of(self, letters: str) -> str | None:
        """The phrase whose syllables begin with `letters` and which the library's documents hold ("CNSCĐ": công nghệ số cộng đồng): each
        three syllables of it in a row at least twice, and the rarest of them more often than in any other such phrase. None for known
        abbreviations, and where there is no such phrase."""
        wanted = letters.lower()
        if wanted in self._short or any(wanted == s.lower() for s in _known()):
            return None
        table = self._tables[2]
        paths: dict[tuple[str, ...], int] = {
            (*pair, third): n
            for pair, row in table.triples.items()
            if _begins(pair[0], wanted[0]) and _begins(pair[1], wanted[1])
            for third, n in row.items()
            if _begins(third, wanted[2])
        }
        for letter in wanted[3:]:
            paths = {
                (*path, after): min(n, more)
                for path, n in paths.items()
                for after, more in table.triples.get((path[-2], path[-1]), {}).items()
                if _begins(after, letter)
            }
        best = sorted(paths.items(), key=lambda found: -found[1])[:2]
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return None
        return " ".join(best[0][0])

    def _fixed_names(self, typed: list[str]) -> dict[int, str]:
        folded = [fold(w) for w in typed]
        fixed: dict[int, str] = {}
        for length in range(self._longest_name, 0, -1):
            for i in range(len(typed) - length + 1):
                name = self._names.get(tuple(folded[i : i + length]))
                if name is None or any(j in fixed for j in range(i, i + length)):
                    continue
                # What was typed with other diacritics ("giá lại") is not the name.
                if all(w == n or not has_diacritics(w) for w, n in zip(typed[i : i + length], name, strict=True)) and not (
                    length > 1 and self._across(typed, i, name)
                ):
                    kind = next((k for k in _DISTRICT_KINDS if name[: len(k)] == k), ())
                    fixed.update({i + j: n for j, n in enumerate(name) if j >= len(kind)})
        return fixed

    def _across(self, typed: Sequence[str], i: int, name: Sequence[str]) -> bool:
        """Whether the first and the last syllable of what looks like a name belong to their neighbours on both sides rather than
        to each other: "công nghệ an toàn" names no Nghệ An."""
        end = i + len(name)
        if not 0 < i <= end < len(typed):
            return False
        pairs = self._tables[0].pairs

        def most(first: Iterable[str], second: Iterable[str]) -> float:
            return max((pairs.get(a, {}).get(b, 0) for a in first for b in second), default=0)

        before, after = self._readings(typed[i - 1]), self._readings(typed[end])
        inner = max(_CLOSER, _CLOSER * min(most(name[:1], name[1:2]), most(name[-2:-1], name[-1:])))
        return most(before, name[:1]) > inner and most(name[-1:], after) > inner

    def _readings(self, form: str) -> Sequence[str]:
        return (form,) if has_diacritics(form) else self._by_fold.get(form, ())

    def _dropped(self, typed: list[str]) -> list[float]:
        """For each word the probability that it lost its diacritics: expected from the other words that bear some, and from how often
        those without are written so. A word does not speak for itself: "ở xa" is rare, and right."""
        syllables = self._tables[0].syllables
        shares: list[float] = []  # of what a word may have been before it lost its marks, the word itself
        marked = sum(not form.isascii() for form in typed)
        for form in typed:
            same = self._by_fold.get(form, ()) if form.isascii() and form != FIGURE else ()
            shares.append((syllables.get(form, 0) + 0.1) / (sum(syllables.get(s, 0) for s in same) + 1) if same else 1.0)
        weights = [
            prior * (1 - rate) ** marked * math.prod(share + (1 - share) * rate for share in shares)
            for rate, prior in zip(_RATES, _PRIORS, strict=True)
        ]
        found = []
        for share in shares:
            without = [w / (share + (1 - share) * rate) for w, rate in zip(weights, _RATES, strict=True)]
            found.append(sum(w * rate for w, rate in zip(without, _RATES, strict=True)) / sum(without))
        return found

    def _candidates(self, word: _Word, dropped: float, vni: bool) -> dict[str, float]:
        """What `word` may be meant as -> what it costs."""
        form, tuning = word.form, self._tuning
        if form == FIGURE:
            return {form: 0.0}
        if not form.isalpha():
            return {**(dict.fromkeys(self._keystrokes.vni(form), tuning.keys) if vni else {}), form: tuning.unknown}
        same = self._by_fold.get(fold(form), ())
        if form.isascii() and same:
            cost = -math.log(dropped)
            found = {s: 0.0 if s == form else cost for s in same}
            return found if form in found else {**found, form: tuning.unknown}
        if len(form) == 1 and form not in same:
            return {form: 0.0}  # "đ)" is an item of a list
        if same and (form in same or well_formed(form)):
            costs = {s: self._remarked(form, s) for s in same}
            slip = form not in same and not word.capital and tuning.hook_or_tilde in costs.values()
            return {**costs, form: tuning.unseen if slip else 0.0}
        if form in _known() or word.shouted:
            mistyped = self._speller.near(form) if word.capital and not word.shouted else ()
            return {**{s: c + tuning.doubt for s, c in mistyped}, form: 0.0}  # "Gis Lai" is Gia Lai, and "GIS" is GIS
        if same:  # marks in a way that no syllable bears them
            return {**dict(self._speller.near(form)), **dict.fromkeys(same, 1.0), form: tuning.unknown}
        if form.isascii() and not SYLLABLE.fullmatch(form) and (meant := loanword_near(form, _foreign())):
            return {meant: tuning.keys, form: tuning.unknown}
        found = dict(self._speller.near(form, twice=True))
        decoded = self._keystrokes.telex(form) if form.isascii() else []
        for s in decoded:
            # A wrong tone key is a common slip, too: "hoos sow" for "hồ sơ".
            for other in self._by_fold.get(fold(s), ()):
                cost = tuning.keys + (0.0 if other == s else self._remarked(s, other))
                found[other] = min(found.get(other, cost), cost)
        return {**found, form: tuning.unknown + (2.0 if decoded else 0.0)}

    def _remarked(self, typed: str, meant: str) -> float:
        """The cost of changing the diacritics that were typed."""
        if typed == meant:
            return 0.0
        had, has = set(marks(typed)), set(marks(meant))
        tuning = self._tuning
        if had ^ has == {"r", "x"}:
            return tuning.hook_or_tilde
        return tuning.mark_added if had < has else tuning.mark_taken if has < had else tuning.mark_changed

    def _doubt(self, lattice: list[dict[str, float]], words: Sequence[_Word], k: int) -> None:
        """Adds what a word may be a slip for, where none of its readings was ever seen beside one of a neighbour's."""
        word = words[k]
        if word.form == FIGURE or word.shouted or len(word.form) < 2 or fold(word.form) not in self._by_fold:
            return
        known = word.form in _known()
        if known and not word.capital:
            return
        before = lattice[k - 1] if k and not word.opens else {START: 0.0}
        after = lattice[k + 1] if k + 1 < len(words) and not words[k + 1].opens else {}
        likely = [s for s, c in lattice[k].items() if c < self._tuning.mark_added]
        if not known:
            as_typed = (word.form,)
            if (
                not word.form.isascii()
                and len(lattice[k]) > 1
                and self._seen(before, as_typed)
                and (not after or self._seen(as_typed, after))
            ):
                lattice[k] = {word.form: 0.0}  # it bears its marks, and both neighbours bear it out
                return
            if self._seen(before, likely) or self._seen(likely, after):
                return
        for s, cost in self._speller.near(word.form):
            lattice[k].setdefault(s, cost + self._tuning.doubt)

    def _seen(self, first: Iterable[str], second: Iterable[str]) -> bool:
        after = tuple(second)
        return any(not row.keys().isdisjoint(after) for before in first for row in self._rows(before))

    def _rows(self, syllable: str) -> Sequence[Mapping[str, int]]:
        """What follows `syllable` in each of the tables that has it; kept, since the same syllables are typed again and again."""
        rows = self._followers.get(syllable)
        if rows is None:
            rows = self._followers[syllable] = tuple(r for t in self._tables if (r := t.pairs.get(syllable)))
        return rows

    def _best_path(self, lattice: Sequence[dict[str, float]], words: Sequence[_Word], names: dict[int, str]) -> list[str]:
        beam: dict[tuple[str, str], tuple[float, _Link]] = {("", START): (0.0, None)}
        for k, candidates in enumerate(lattice):
            syllables, costs = tuple(candidates), list(candidates.values())
            # What follows a name says nothing of its last syllable: "Trà Vinh năm", not "vinh nằm".
            history = ("", START) if words[k].opens else ("", "") if k - 1 in names and k not in names else None
            if len(beam) == len(syllables) == 1:
                # Nothing to choose between; whatever it costs, it costs every path.
                ((own, (score, link)),) = beam.items()
                beam = {((history or own)[1], syllables[0]): (score, (syllables[0], link))}
                continue
            reached: list[tuple[float, str, str, _Link]] = []
            for own, (score, link) in beam.items():
                seen = history or own
                logs = self._mixture.logs(seen, syllables)
                reached += [(score + log - cost, seen[1], s, link) for s, cost, log in zip(syllables, costs, logs, strict=True)]
            reached.sort(key=_value, reverse=True)
            least = reached[0][0] - self._tuning.margin
            beam = {}
            for value, before, syllable, link in reached:
                if len(beam) == self._tuning.beam or value < least:
                    break
                beam.setdefault((before, syllable), (value, (syllable, link)))
        link = max(beam.values(), key=lambda found: found[0])[1]
        path: list[str] = []
        while link is not None:
            path.append(link[0])
            link = link[1]
        return path[::-1]


_DISTRICT_KINDS = tuple(tuple(kind.split()) for kind in RANKS)
_CLOSER = 5  # times as often as with each other, syllables of a name must be seen with their neighbours to belong to those
_Link = tuple[str, "_Link"] | None
_value = operator.itemgetter(0)


def _begins(syllable: str, letter: str) -> bool:
    """Whether a syllable may be shortened to `letter`, as those that tell something are; "d" is typed for "đ" too."""
    return (syllable[0] == letter or (letter == "d" and syllable[0] == "đ")) and (syllable,) not in stop_phrases()


def _words(pieces: Sequence[str]) -> list[_Word]:
    found: list[_Word] = []
    opens = True
    for i, piece in enumerate(pieces):
        if piece[0].isalpha():
            found.append(_Word(canonical(piece), i, piece[0].isupper(), len(piece) > 1 and piece.isupper(), opens))
        elif piece[0].isdigit():
            if not found or found[-1].form != FIGURE or opens:
                found.append(_Word(FIGURE, i, False, False, opens))
        else:
            opens = opens and not found or SENTENCE_END.search(piece + " ") is not None and not _inside_figure(pieces, i)
            continue
        opens = False
    return found


def _inside_figure(pieces: Sequence[str], i: int) -> bool:
    return pieces[i] == "." and 0 < i < len(pieces) - 1 and pieces[i - 1][-1].isdigit() and pieces[i + 1][0].isdigit()


def _years(words: Sequence[_Word], pieces: Sequence[str], names: dict[int, str]) -> dict[int, str]:
    """ "nam 2025" is a year, never "nằm" or the south, but behind "Việt"."""
    dated = (k for k, w in enumerate(words) if w.form == "nam" and re.match(r"\s*20\d\d\b", "".join(pieces[w.piece + 1 : w.piece + 3])))
    return {k: "năm" for k in dated if k not in names and (k == 0 or fold(words[k - 1].form) != "viet")}
