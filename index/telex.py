"""Telex keystrokes that were left standing: "ddeesn" or "ddeens" -> "đến". The tone's key may come anywhere behind its vowel."""

import unicodedata
from collections.abc import Iterable

_TONE_KEYS = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_KEYS = {"đ": "dd", "â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw"}


def _typed(syllable: str) -> tuple[str, str]:
    """Keys of the letters, and the key of the tone ("" for none)."""
    tone = ""
    letters = []
    for char in unicodedata.normalize("NFC", syllable):
        parts = unicodedata.normalize("NFD", char)
        found = [_TONE_KEYS[p] for p in parts if p in _TONE_KEYS]
        tone = found[0] if found else tone
        plain = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONE_KEYS))
        letters.append(_KEYS.get(plain, plain))
    return "".join(letters), tone


class Telex:
    """Decodes keystrokes against a vocabulary."""

    def __init__(self, syllables: Iterable[str]) -> None:
        self._by_keys: dict[tuple[str, str], list[str]] = {}
        for syllable in syllables:
            if not syllable.isascii():
                letters, tone = _typed(syllable)
                # "ươ" is mostly typed with one w.
                for keys in {letters, letters.replace("uwow", "uow")}:
                    self._by_keys.setdefault((keys, tone), []).append(syllable)

    def decode(self, word: str) -> list[str]:
        """The syllables of the vocabulary that `word` (lower case, ASCII) may be the keystrokes of."""
        found = list(self._by_keys.get((word, ""), ()))
        for i in range(1, len(word)):
            if word[i] in "sfrxj":
                found += self._by_keys.get((word[:i] + word[i + 1 :], word[i]), ())
        return list(dict.fromkeys(found))
