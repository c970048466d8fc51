"""The one analysis of Vietnamese text that search, answers and refusals share.

A text becomes *terms*: syllables and pairs of adjacent syllables (most Vietnamese words have two: "kinh_tế"), exact
("tiền" is not "tiên") and folded (so that a misread or misprinted diacritic costs little). Stop words are told by their
written form, before folding, and break the pairs; in compounds ("chỉ đạo", "từ xa") they are none.
"""

import functools
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

from documents.normalise import UPPER, canonical, fold, nfc, words
from index.counts import is_compound
from index.readings import meant, readings

_VERSION = 4  # of the code that makes terms; count it up when the same text gives other terms
_SHORT, _KEPT = 500, 4096  # characters of a text whose words are kept, and how many such texts
_NUMBER = re.compile(r"^\d[\d.,]*$")
_WITH_UNIT = re.compile(r"\d[\d.,]*([a-z]{2,})$")  # "50Mbps"


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
def vocabulary() -> tuple[str, ...]:
    """Everyday words and word groups that official documents seldom have."""
    return tuple(w.strip() for line in _data_lines("vocabulary.txt") for w in line.split(","))


@functools.cache
def loanwords() -> frozenset[str]:
    """English words and brands that people use in Vietnamese as they are, in lower case."""
    return frozenset(w for line in _data_lines("loanwords.txt") for w in line.split())


@functools.cache
def weak_words() -> frozenset[str]:
    """Words, and "_"-joined pairs, that shape a question more than they carry its topic."""
    return frozenset("_".join(phrase) for phrase in _phrases("weakwords.txt"))


@functools.cache
def abbreviations() -> dict[str, str]:
    """Abbreviation as it is typed ("CĐS", "ko"), or one with words around it ("CT UBND"), -> what it stands for."""
    return _pairs("abbreviations.tsv")


@functools.cache
def everyday() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Everyday phrase as canonical words -> official phrases that may say the same; none for what is official already."""
    table = {}
    for phrase, official in _pairs("everyday.tsv").items():
        table[tuple(canonical(w) for w in phrase.split())] = tuple(o for o in official.split("|") if o)
    return table


@functools.cache
def _everyday_lengths() -> dict[str, tuple[int, ...]]:
    """Word -> how many words the everyday phrases have that begin with it."""
    lengths: dict[str, set[int]] = {}
    for phrase in everyday():
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return {word: tuple(found) for word, found in lengths.items()}


def _pairs(name: str) -> dict[str, str]:
    """The two columns of a table."""
    return dict(line.split("\t") for line in _data_lines(name))


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: canonical form, folded form, whether it carries a topic."""

    word: str
    folded: str
    stop: bool


def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text` (NFC), stop words marked."""
    return _tokens(text) if len(text) > _SHORT else _kept_tokens(text)


def _tokens(text: str) -> tuple[Token, ...]:
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
    return tuple([Token(f, fold(f), s) for f, s in zip(forms, stop, strict=True)])


_kept_tokens = functools.lru_cache(maxsize=_KEPT)(_tokens)
"""Questions, their parts and official wordings are read dozens of times for one answer."""


_ASKS = re.compile(
    r"(?i)(?<!\w)(?:bao nhiêu|mấy|bao (?:giờ|lâu|xa)|khi nào|vì sao|tại sao|ở đâu|ai|(?:bên|nơi|chỗ|cái|tỉnh) nào)(?!\w)"
)  # "…, bao nhiêu?" asks, though of stop words
_NOW = re.compile(r"(?i)(?<!\w)(?:hiện (?:nay|tại|giờ)|bây giờ|lúc này)(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE = re.compile(r"[^,.:;!?\n]+[,.:;!?\n]*\s*")


def without_courtesy(text: str) -> str:
    """`text` without the clauses that hold nothing but stop words ("Dạ cho em hỏi, … ạ? Em cảm ơn nhiều!"); a text that
    is all such clauses stays as it is."""
    clauses = _CLAUSE.findall(text)
    kept = [c for c in clauses if any(not t.stop for t in tokens(c)) or _ASKS.search(c) or _NOW.search(c)]
    return "".join(kept).strip() if kept and len(kept) < len(clauses) else text


def fingerprint() -> str:
    """16 hex digits that stand for the analysis: its version and the tables that terms depend on."""
    tables = "".join("\n".join(_data_lines(name)) for name in ("stopwords.txt", "compounds.txt", "abbreviations.tsv"))
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
    """The exact terms of `text` in order: canonical syllables, and "_"-joined pairs of adjacent ones; of abbreviations in capitals
    ("TTHC"), those of what they stand for."""
    return _terms((t.word, t.stop) for t in tokens(written_out(text)))


def folded_terms(text: str) -> list[str]:
    """The terms of `text` without diacritics."""
    return _terms((t.folded, t.stop) for t in tokens(written_out(text)))


def term_set(text: str) -> frozenset[str]:
    """Exact terms of `text`, and its folded ones behind a "~"."""
    return joined_terms(terms(text), folded_terms(text))


def joined_terms(exact: Iterable[str], folded: Sequence[str]) -> frozenset[str]:
    """`term_set` of a text whose terms are known: with the unit that is written together with a figure ("50Mbps") by itself."""
    units = {f"~{m[1]}" for t in folded if (m := _WITH_UNIT.match(t))}
    # The same term is the same object in all sets: what is looked up is then found without being read.
    return frozenset(map(sys.intern, {*exact, *(f"~{t}" for t in folded), *units}))


def widen(text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The everyday phrases in `text`, as canonical words, with the official phrases that may say the same.

    Longer phrases come first and take their words: in "làm việc tại nhà", "nhà" alone is no household, nor is it in "nhà
    nước", which is a word of its own.
    """
    forms = tuple(canonical(w) for w in words(nfc(text)))
    table, lengths = everyday(), _everyday_lengths()
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    taken = [False] * len(forms)
    begins = ((length, i) for i, form in enumerate(forms) for length in lengths.get(form, ()) if i + length <= len(forms))
    for length, i in sorted(begins, key=lambda b: (-b[0], b[1])):
        official = table.get(forms[i : i + length])
        if official is None or any(taken[i : i + length]) or (length == 1 and _in_compound(forms, i)):
            continue
        taken[i : i + length] = [True] * length
        if official:
            found[forms[i : i + length]] = official
    return found


def _in_compound(forms: tuple[str, ...], i: int) -> bool:
    return (i > 0 and is_compound(forms[i - 1], forms[i])) or (i + 1 < len(forms) and is_compound(forms[i], forms[i + 1]))


@functools.cache
def english() -> dict[str, str]:
    """English phrases in lower case -> the Vietnamese term."""
    return _pairs("english.tsv")


@functools.cache
def regional() -> dict[str, str]:
    """How the south, the centre and chat say it -> the common wording."""
    return _pairs("regional.tsv")


@functools.cache
def _any_of(table: Callable[[], dict[str, str]], flags: int = 0) -> re.Pattern[str]:
    """Any of the phrases of `table` as whole words, the longest that fits."""
    longest_first = sorted(table(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", flags)


@functools.cache
def _first_words(table: Callable[[], dict[str, str]]) -> frozenset[str]:
    return frozenset(_WORD.findall(phrase.lower())[0] for phrase in table())


def _put(table: Callable[[], dict[str, str]], text: str, flags: int = 0) -> str:
    """`text` with the phrases of `table` replaced; most texts hold no word that one begins with, which is seen far more quickly."""
    if _first_words(table).isdisjoint(_WORD.findall(text.lower())):
        return text
    phrases = table()
    return _any_of(table, flags).sub(lambda m: phrases[m[0].lower() if flags else m[0]], text)


@functools.cache
def _in_context() -> dict[str, str]:
    return {short.lower(): full for short, full in abbreviations().items() if " " in short}


@functools.cache
def _by_lower_case() -> dict[str, str]:
    """Also without diacritics ("HDND") where enough letters are left to know it by."""
    table = {short.lower(): full for short, full in abbreviations().items()}
    return {**{fold(short): full for short, full in table.items() if len(short) > 2 or short == "qđ"}, **table}


_DOCUMENT_NUMBER = re.compile(r"\d[\w.,]*(?:[-/]\w[\w&.]*)+")
_STAGE = re.compile(r"(?i)(?<!\w)g[đd](?=\.?\s*(?:(?:19|20)\d\d|[12])(?!\d))")
"""Before years; anywhere else "GĐ" is a director."""
_ABBREVIATION = re.compile(r"(?<!\w)[^\W\d_]+(?:[&-][^\W\d_]+)*(?!\w)")
_CAPITALS = re.compile(rf"(?<![\w.&-])[{UPPER}]{{2,}}(?:[&-][{UPPER}]+)*(?![\w&-])")
_SYLLABLE = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|c(?=[aou])|k(?=[eiy])|[bdghlmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")


def written_out(text: str) -> str:
    """Official prose with its abbreviations in capitals written out, as a question's are: "Bộ phận tiếp nhận TTHC" is found by
    "thủ tục hành chính". Document numbers stay as printed."""
    if not _CAPITALS.search(text):
        return text
    shouted = text.isupper()
    return _beside_numbers(text, lambda part, _: _CAPITALS.sub(lambda m: _full(m[0], shouted) or m[0], part))


def _beside_numbers(text: str, change: Callable[[str, bool], str]) -> str:
    """`text` with `change` made to all but the numbers of documents; it is told whether a part is the first."""
    kept: list[str] = []
    done = 0
    for number in _DOCUMENT_NUMBER.finditer(text):
        kept += [change(text[done : number.start()], not done), number[0]]
        done = number.end()
    return "".join([*kept, change(text[done:], not done)])


def _full(word: str, shouted: bool) -> str | None:
    """What an abbreviation stands for; None where a word is none."""
    if _SYLLABLE.fullmatch(fold(word)) and (shouted or not word.isupper()):
        return None
    return abbreviations().get(word) or _by_lower_case().get(word.lower())


def spell_out(text: str) -> str:
    """`text` with abbreviations ("CĐS" -> "chuyển đổi số"), regional and English words written out; the rest, document
    numbers ("04-NQ/TU") above all, stays as typed.

    "AI" is artificial intelligence and "ai" is who: an abbreviation that may be read as a syllable counts only in capitals,
    and not where the whole question shouts.
    """
    shouted = text.isupper()
    text = _STAGE.sub("giai đoạn", text)
    return _beside_numbers(text, lambda part, first: _spell_out(part, first=first, shouted=shouted))


def _by_neighbours(found: re.Match[str], shouted: bool) -> str | None:
    """What an abbreviation with several readings stands for where it was found; None where a word is none."""
    short = found[0].upper()
    if short not in readings() or (_SYLLABLE.fullmatch(fold(short)) and (shouted or not found[0].isupper())):
        return None
    before, after = words(found.string[: found.start()])[-1:], words(found.string[found.end() :])[:1]
    beside = [(_full(w[0], shouted) or w[0]).split() if w else [""] for w in (before, after)]
    return meant(short, beside[0][-1], beside[1][0])


def _spell_out(text: str, *, first: bool, shouted: bool) -> str:
    def replace(found: re.Match[str]) -> str:
        if (chosen := _by_neighbours(found, shouted)) is not None:
            return chosen
        return _full(found[0], shouted) or re.sub(r"[^\W\d_]+", lambda m: _full(m[0], shouted) or m[0], found[0])

    if first and text[:1].isupper() and not text[:2].isupper():
        opened = _any_of(regional).match(text[0].lower() + text[1:])
        if opened and opened[0] != regional()[opened[0]]:
            said = regional()[opened[0]]
            text = said[0].upper() + said[1:] + text[opened.end() :]
    text = _put(_in_context, _put(english, _put(regional, text), re.IGNORECASE), re.IGNORECASE)
    return _ABBREVIATION.sub(replace, text)
