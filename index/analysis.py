"""The one analysis of Vietnamese text that search, answers and refusals share.

A text becomes *terms*: syllables and pairs of adjacent syllables (most Vietnamese words have two: "kinh_tế"), exact
("tiền" is not "tiên") and folded (so that a misread or misprinted diacritic costs little). Stop words are told by their
written form, before folding, and break the pairs; in compounds ("chỉ đạo", "từ xa") they are none.
"""

import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from documents.normalise import canonical, fold, nfc, words

_VERSION = 1  # of the code that makes terms; count it up when the same text gives other terms
_NUMBER = re.compile(r"^\d[\d.,]*$")


def _data_lines(name: str) -> list[str]:
    text = (resources.files("index") / "data" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@functools.cache
def stop_phrases() -> frozenset[tuple[str, ...]]:
    """Stop words and phrases as tuples of canonical words."""
    return _phrases("stopwords.txt")


@functools.cache
def _by_first() -> dict[str, list[tuple[tuple[str, ...], bool]]]:
    """First word -> (phrase, whether it is a stop phrase), longest first; a compound before a stop phrase as long."""
    by_first: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for stop, phrases in ((False, _phrases("compounds.txt")), (True, stop_phrases())):
        for phrase in phrases:
            by_first.setdefault(phrase[0], []).append((phrase, stop))
    for entries in by_first.values():
        entries.sort(key=lambda e: (-len(e[0]), e[1]))
    return by_first


def _phrases(name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(canonical(w) for w in line.split()) for line in _data_lines(name))


@functools.cache
def question_phrases() -> frozenset[tuple[str, ...]]:
    """Frequent phrases of questions, as tuples of canonical words."""
    return _phrases("question_phrases.txt")


@functools.cache
def weak_words() -> frozenset[str]:
    """Words, and "_"-joined pairs, that shape a question more than they carry its topic."""
    return frozenset("_".join(phrase) for phrase in _phrases("weakwords.txt"))


@functools.cache
def abbreviations() -> dict[str, str]:
    """Abbreviation in lower case -> what it stands for."""
    return {a.lower(): full for a, full in (line.split("\t") for line in _data_lines("abbreviations.tsv"))}


@functools.cache
def everyday() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Everyday phrase as canonical words -> official phrases that may say the same."""
    table = {}
    for line in _data_lines("everyday.tsv"):
        phrase, official = line.split("\t")
        table[tuple(canonical(w) for w in phrase.split())] = tuple(official.split("|"))
    return table


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: canonical form, folded form, whether it carries a topic."""

    word: str
    folded: str
    stop: bool


def tokens(text: str) -> list[Token]:
    """The words of `text` (NFC), stop words marked."""
    forms = [canonical(w) for w in words(nfc(text))]
    stop = [False] * len(forms)
    by_first = _by_first()
    i = 0
    while i < len(forms):
        for phrase, is_stop in by_first.get(forms[i], ()):
            if tuple(forms[i : i + len(phrase)]) == phrase:
                stop[i : i + len(phrase)] = [is_stop] * len(phrase)
                i += len(phrase) - 1
                break
        i += 1
    return [Token(f, fold(f), s) for f, s in zip(forms, stop, strict=True)]


_CLAUSE = re.compile(r"[^,.:;!?\n]+[,.:;!?\n]*\s*")


def without_courtesy(text: str) -> str:
    """`text` without the clauses that hold nothing but stop words ("Dạ cho em hỏi, … ạ? Em cảm ơn nhiều!"); a text that
    is all such clauses stays as it is."""
    clauses = _CLAUSE.findall(text)
    kept = [c for c in clauses if any(not t.stop for t in tokens(c))]
    return "".join(kept).strip() if kept and len(kept) < len(clauses) else text


def fingerprint() -> str:
    """16 hex digits that stand for the analysis: its version and the tables that terms depend on."""
    tables = "".join("\n".join(_data_lines(name)) for name in ("stopwords.txt", "compounds.txt"))
    return hashlib.blake2b(f"{_VERSION}\n{tables}".encode(), digest_size=8).hexdigest()


def _terms(forms: Iterable[tuple[str, bool]]) -> list[str]:
    found: list[str] = []
    before: str | None = None
    for form, stop in forms:
        if stop:
            before = None
            continue
        found.append(form)
        if before is not None:
            found.append(f"{before}_{form}")
        before = form if not _NUMBER.match(form) else None
    return found


def terms(text: str) -> list[str]:
    """The exact terms of `text` in order: canonical syllables, and "_"-joined pairs of adjacent ones."""
    return _terms((t.word, t.stop) for t in tokens(text))


def folded_terms(text: str) -> list[str]:
    """The terms of `text` without diacritics."""
    return _terms((t.folded, t.stop) for t in tokens(text))


def widen(text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The everyday phrases in `text`, as canonical words, with the official phrases that may say the same.

    Longer phrases come first and take their words: in "làm việc tại nhà", "nhà" alone is no household.
    """
    forms = tuple(canonical(w) for w in words(nfc(text)))
    table = everyday()
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    taken = [False] * len(forms)
    for length in range(5, 0, -1):
        for i in range(len(forms) - length + 1):
            official = table.get(forms[i : i + length])
            if official and not any(taken[i : i + length]):
                taken[i : i + length] = [True] * length
                found[forms[i : i + length]] = official
    return found


@functools.cache
def english() -> dict[str, str]:
    """English phrases in lower case -> the Vietnamese term."""
    return dict(line.split("\t") for line in _data_lines("english.tsv"))


@functools.cache
def _english_pattern() -> re.Pattern[str]:
    longest_first = sorted(english(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


def spell_out(text: str) -> str:
    """`text` with abbreviations ("CĐS" -> "chuyển đổi số") and English words written out; the rest stays as typed.

    "AI" is artificial intelligence and "ai" is who: an abbreviation that is a word too counts only in capitals, and not
    where the whole question shouts.
    """
    table = abbreviations()
    shouted = text.isupper()

    def full(word: str) -> str | None:
        if (word.lower(),) in stop_phrases() and (shouted or not word.isupper()):
            return None
        return table.get(word.lower())

    def replace(found: re.Match[str]) -> str:
        return full(found[0]) or re.sub(r"[^\W\d_]+", lambda m: full(m[0]) or m[0], found[0])

    text = _english_pattern().sub(lambda m: english()[m[0].lower()], text)
    return re.sub(r"[^\W\d_]+(?:[&-][^\W\d_]+)*", replace, text)
