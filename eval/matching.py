"""When a text holds what is looked for: the comparisons that all metrics share.

Answers come in Markdown, with any dash and either Unicode form; sources have OCR's spaces. `plain` makes all of them
comparable. It is deliberately not the product's own normaliser: a fault there must not hide itself here.
"""

import functools
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Collection

_MARKDOWN = re.compile(r"[*_`#>]+")
_DASH = re.compile(r"[\u2010-\u2015\u2212]")
_RANGE = re.compile(r"(?<=[\d%])\s*-\s*(?=\d)")
_PERCENT = re.compile(r"(?<=\d)\s+%")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"\W+")

_MARKER = re.compile(r"(?<!\\)\[\d+\]")
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]|</?sup>")
_SUPERSCRIPT = {ord(s): f" {d}" for d, s in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
# The tone mark where newer spelling puts it -> where official documents do: "hoá" -> "hóa", "uỷ" -> "ủy"; not in "quý".
_NEW = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_OLD = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_TONES = dict(zip(_NEW.split(), _OLD.split(), strict=True))
_NEW_TONE = re.compile(rf"(?<!q)(?:{'|'.join(_TONES)})(?!\w)")

COVERED = 0.8
"""The share of the evidence's words that have to stand in a quote, in one run."""
_LEAST_FRAGMENT = 6  # words; a shorter quote from inside the evidence proves nothing


@functools.lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """`text` in NFC and lower case, without Markdown marks, one kind of dash and space, "2025 - 2030" as "2025-2030"."""
    text = unicodedata.normalize("NFC", text).lower().replace("\u00a0", " ")
    text = _DASH.sub("-", _MARKDOWN.sub("", text))
    text = _PERCENT.sub("%", _RANGE.sub("-", text))
    return _SPACE.sub(" ", text).strip()


def words(text: str) -> list[str]:
    """The words of `text` as answers' lengths are counted: "11,5" counts two."""
    return _WORD.findall(plain(text))


def bare_words(text: str) -> str:
    """The words of `text`, one space between them: the form in which quotes are looked up in sources."""
    return _NOT_WORD.sub(" ", plain(text))


def holds(text: str, needle: str) -> bool:
    """Whether `needle` stands in `text`; a figure must not be a piece of a longer one (no "5%" in "15%", no "10" in "10,5")."""
    return _pattern(needle).search(plain(text)) is not None


@functools.lru_cache(maxsize=8192)
def _pattern(needle: str) -> re.Pattern[str]:
    wanted = plain(needle)
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?![.,]?\d)" if wanted[-1:].isdigit() else ""
    return re.compile(before + re.escape(wanted) + after)


def contains(text: str, evidence: str) -> bool:
    """Whether at least `COVERED` of the words of `evidence` stand in `text`, in one run."""
    within, tokens = plain(text), plain(evidence).split()
    # Whatever run is long enough holds these; most texts don't.
    middle = tokens[int((1 - COVERED) * len(tokens)) + 1 : int(COVERED * len(tokens))]
    if not within or " ".join(middle) not in within:
        return False
    start = end = 0
    # Every piece of a run that stands in the text stands there too, so the window's end never has to move back.
    while start < len(tokens):
        end = max(end, start)
        while end < len(tokens) and " ".join(tokens[start : end + 1]) in within:
            end += 1
        if end - start >= COVERED * len(tokens):
            return True
        start += 1
    return not tokens


def covers(quote: str, evidence: str) -> bool:
    """Whether `quote` shows `evidence`: it contains it, or is a piece of it that is long enough to be told from others."""
    return contains(quote, evidence) or (len(words(quote)) >= _LEAST_FRAGMENT and plain(quote) in plain(evidence))


def source_words(text: str) -> str:
    """The words of a source or a quote from it, however it was converted: bookmark marks are gone, superscripts are figures apart."""
    return bare_words(_BOOKMARK.sub(" ", unicodedata.normalize("NFC", text)).translate(_SUPERSCRIPT)).strip()


def without_markers(answer: str) -> str:
    """An answer without its citation markers ("[1]")."""
    return _MARKER.sub(" ", answer)


def squad_words(text: str, articles: Collection[str] = ()) -> list[str]:
    """The words that SQuAD's exact match and F1 compare: lower case, punctuation taken out ("11,5" is "115"), NFC, one tone placement.

    Args:
        articles: Words to drop; the English script drops "a", "an", "the". Vietnamese has none ("an toàn" must keep its "an").
    """
    lowered = unicodedata.normalize("NFC", text).lower()
    lowered = _NEW_TONE.sub(lambda m: _TONES[m[0]], lowered)
    kept = "".join(c for c in lowered if c not in string.punctuation and not unicodedata.category(c).startswith("P"))
    return [w for w in kept.split() if w not in articles]


def exact_match(answer: str, reference: str, articles: Collection[str] = ()) -> bool:
    """Whether both have the same `squad_words` in the same order (Rajpurkar et al. 2016, "SQuAD")."""
    return squad_words(answer, articles) == squad_words(reference, articles)


def token_f1(answer: str, reference: str, articles: Collection[str] = ()) -> float:
    """2PR/(P+R) over the bags of `squad_words`; where either has no word, 1 if both have none, else 0 (Rajpurkar et al. 2016, 2018)."""
    given, wanted = squad_words(answer, articles), squad_words(reference, articles)
    if not given or not wanted:
        return float(given == wanted)
    shared = sum((Counter(given) & Counter(wanted)).values())
    # 2PR/(P+R) with P = shared/len(given) and R = shared/len(wanted).
    return 2 * shared / (len(given) + len(wanted))
