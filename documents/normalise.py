"""The one text normaliser: documents, questions and gold data all go through these functions.

"Nghị quyết" is 10 code points in NFC and 13 in NFD, "hoá" and "hóa" are both right, and people leave diacritics out:
`nfc` settles the first, `canonical` the second, `fold` the third. None of them changes what is *quoted*; they make
forms to compare and to search with.
"""

import functools
import re
import unicodedata

# Vowel + tone mark in the "new" placement (hoá, thuỷ) and the "old" one (hóa, thủy), which official documents use.
_TONES = "\u0301\u0300\u0309\u0303\u0323"
_NEW_STYLE = re.compile(r"(?<![qQ])([oOuU])([aAeEyY])([" + _TONES + r"])(?!\w)")
_TONE_AHEAD = re.compile(r"([ưuiy])([" + _TONES + r"])([ơôê])")
"""A tone that was typed on the first letter of "ươ", "uô", "iê", "yê", where no syllable bears it."""
UPPER = "A-ZĐ" + "".join(
    c
    for c in map(chr, range(0xC0, 0x1EFA))
    if c.isupper() and unicodedata.decomposition(c)[:4] in {f"{ord(b):04X}" for b in "AEIOUYÂÊÔĂƠƯ"}
)
"""Vietnamese capitals, for character classes: a range such as À-Ỹ holds small letters too."""
_KEPT = 1 << 14  # texts: all words that are at work at a time, and not every question that was ever asked
_WORD = re.compile(r"\d+(?:[.,/]\d+)*[^\W\d_]*|[^\W_]+")
_SPACES = dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " ")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_TRANSLATE = str.maketrans(_SPACES) | _INVISIBLE
_CONTROLS = "\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff"  # the categories Cc (but for the line break) and Cs
_CONTROL = re.compile(f"[{_CONTROLS}]")
_CHANGED = re.compile(f"[{_CONTROLS}{''.join(map(chr, _TRANSLATE))}]")
"""What `nfc` replaces or removes; most texts hold none of it."""


def nfc(text: str) -> str:
    """`text` composed (NFC), with exotic spaces as plain ones and zero-width and control characters removed."""
    if _CHANGED.search(text):
        text = _CONTROL.sub("", text.translate(_TRANSLATE))
    # Composed last: what is removed may stand between a letter and its mark. Nearly all text is composed already.
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


@functools.lru_cache(maxsize=_KEPT)
def canonical(word: str) -> str:
    """`word` in lower case with the tone mark where official documents put it ("hoá" -> "hóa", "uỷ" -> "ủy", "phừơng" -> "phường")."""
    decomposed = unicodedata.normalize("NFC", word.lower())
    if not decomposed.isascii():
        # Only the tone is split off: the circumflex, breve and horn belong to the letter.
        split = "".join(_split_tone(c) for c in decomposed)
        placed = _TONE_AHEAD.sub(r"\1\3\2", _NEW_STYLE.sub(r"\1\3\2", split))
        decomposed = unicodedata.normalize("NFC", placed)
    return decomposed


def _split_tone(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    tone = "".join(c for c in parts if c in _TONES)
    if not tone:
        return char
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES)) + tone


@functools.lru_cache(maxsize=_KEPT)
def fold(text: str) -> str:
    """`text` in lower case without diacritics: "Chuyển đổi số" -> "chuyen doi so"."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered.replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words (Vietnamese syllables, figures as "11,5" and "24/63", names) of `text`, as written."""
    return _WORD.findall(text)


def has_diacritics(word: str) -> bool:
    """Whether `word` bears any Vietnamese diacritic or the letter đ."""
    return not word.isascii() and fold(word) != word.lower()
