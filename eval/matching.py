"""When a text holds what is looked for: the comparisons that all metrics share.

Answers come in Markdown, with any dash and either Unicode form; sources have OCR's spaces. `plain` makes all of them
comparable. It is deliberately not the product's own normaliser: a fault there must not hide itself here.
"""

import functools
import re
import unicodedata

_MARKDOWN = re.compile(r"[*_`#>]+")
_DASH = re.compile(r"[\u2010-\u2015\u2212]")
_RANGE = re.compile(r"(?<=[\d%])\s*-\s*(?=\d)")
_PERCENT = re.compile(r"(?<=\d)\s+%")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"\W+")

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
    if not within:
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
