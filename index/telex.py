"""Keystrokes of Vietnamese input methods that were left standing: Telex "ddeesn" or "ddeens" and VNI "d9e61n" -> "đến".

Both methods add marks by keys that may stand anywhere behind the letter they change; each is undone letter by letter.
"""

import functools
import unicodedata
from collections.abc import Iterable

from documents.normalise import fold

_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_HATS = {"\u0302": "^", "\u0306": "w", "\u031b": "w"}
_VNI = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j", "6": "^", "7": "w", "8": "w", "9": "d"}
_VOWELS = "aeiouy"
_Keys = tuple[str, str]


@functools.cache
def _signs(char: str) -> str:
    return "d" if char == "đ" else "".join(_TONES.get(p) or _HATS.get(p, "") for p in unicodedata.normalize("NFD", char))


def marks(syllable: str) -> str:
    """The marks of `syllable` (NFC) as sorted signs: a tone (s f r x j), "^" circumflex, "w" breve or horn, "d" for đ; each once."""
    return "".join(sorted({sign for char in syllable if not char.isascii() for sign in _signs(char)}))


class Keystrokes:
    """Decodes keystrokes against a vocabulary."""

    def __init__(self, syllables: Iterable[str]) -> None:
        self._by_keys: dict[_Keys, list[str]] = {}
        for syllable in syllables:
            if not syllable.isascii():
                self._by_keys.setdefault((fold(syllable), marks(syllable)), []).append(syllable)

    def telex(self, word: str) -> list[str]:
        """The syllables of the vocabulary that `word` (lower case, ASCII) may be the Telex keystrokes of."""
        return self._find(_telex(word))

    def vni(self, word: str) -> list[str]:
        """The syllables that `word` (lower case, ASCII letters and digits) may be the VNI keystrokes of."""
        return self._find(_vni(word))

    def _find(self, keys: _Keys | None) -> list[str]:
        return self._by_keys.get(keys, []) if keys else []


def _telex(word: str) -> _Keys | None:
    base = ""
    signs: set[str] = set()
    for char in word:
        voiced = any(v in base for v in _VOWELS)
        if voiced and char in "sfrxj":
            signs = {s for s in signs if s not in "sfrxj"} | {char}
        elif voiced and char == "w":
            signs.add("w")
        elif char in "aeo" and char in base:
            signs.add("^")
        elif char == "d" and base.startswith("d"):
            signs.add("d")
        else:
            base += char
    return (base, "".join(sorted(signs))) if signs else None


def _vni(word: str) -> _Keys | None:
    signs = [_VNI.get(c, "") for c in word if c.isdigit()]
    base = "".join(c for c in word if not c.isdigit())
    whole = all(signs) and sum(s in "sfrxj" for s in signs) < 2
    return (base, "".join(sorted(set(signs)))) if signs and whole and len(base) > 1 else None
