"""Questions as people might also have typed them: seeded perturbations, and what they cost.

`perturb` depends on nothing but the text, the kind, the question's id and the seed, so that every machine asks the same.
The loss is paired: only questions that a perturbation changes count, each against itself (`eval.compare`).
"""

import functools
import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import resources

from eval.compare import Comparison, compare
from eval.gold import Gold
from eval.metrics import judge
from eval.runs import Asked, collect

Changer = Callable[[str, random.Random], str]
Told = Callable[[str, int, int], None]
"""Called with (perturbation, done, total)."""

_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = re.compile(r"(?<!\d)[.,:](?=\S)|[.,:](?!\d)|[?!;…\"'“”‘’()\[\]]")
_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_HATS = {"\u0306": "w", "\u031b": "w"}  # breve and horn; a circumflex doubles its letter
_CIRCUMFLEX = "\u0302"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BEFORE = ("Dạ cho em hỏi, ", "Anh chị ơi, cho mình hỏi với: ", "Xin chào, vui lòng cho tôi biết ", "Ad ơi giúp mình câu này nhé: ")
_AFTER = (" ạ? Em cảm ơn nhiều!", "? Mong sớm nhận được câu trả lời.", "? Cảm ơn anh chị nhiều nhé.", "? Tôi xin chân thành cảm ơn.")
_ENGLISH = {
    "dịch vụ công trực tuyến": "online public service",
    "an toàn thông tin": "information security",
    "chuyển đổi số": "digital transformation",
    "chính quyền số": "digital government",
    "kinh tế số": "digital economy",
    "xã hội số": "digital society",
    "hạ tầng số": "digital infrastructure",
    "doanh nghiệp": "company",
    "trực tuyến": "online",
    "dữ liệu": "data",
    "mục tiêu": "target",
    "kế hoạch": "plan",
    "đào tạo": "training",
    "nền tảng": "platform",
    "bao nhiêu": "how many",
}
_MOST_ENGLISH = 2  # phrases


def perturb(name: str, text: str, identity: str, seed: int = 0) -> str:
    """`text` changed in the way called `name` (see `PERTURBATIONS`); the same `identity` and `seed` change it alike.

    Raises:
        ValueError: another name.
    """
    if name not in PERTURBATIONS:
        raise ValueError(f"no perturbation is called {name!r}; choose from {', '.join(PERTURBATIONS)}")
    return PERTURBATIONS[name](unicodedata.normalize("NFC", text), random.Random(f"{seed}:{name}:{identity}"))


def robustness(
    assistant: Asked,
    gold: Sequence[Gold],
    names: Sequence[str] = (),
    seed: int = 0,
    before: Mapping[str, bool] | None = None,
    progress: Told | None = None,
) -> dict[str, Comparison]:
    """What each perturbation (default: all) does to the accuracy, in points: paired over the questions it changes.

    Args:
        before: For every question, by id, whether it is answered rightly as it stands; asked here where it is not given.

    Raises:
        ValueError: a name that is no perturbation.
    """
    changed = {name: _changed(name, gold, seed) for name in names or PERTURBATIONS}
    base = before if before is not None else _rights(assistant, gold, "as typed", progress)
    return {
        name: compare({g.id: base[g.id] for g in questions}, _rights(assistant, questions, name, progress), seed)
        for name, questions in changed.items()
    }


def _changed(name: str, gold: Sequence[Gold], seed: int) -> list[Gold]:
    asked = [(g, perturb(name, g.question, g.id, seed)) for g in gold]
    return [replace(g, question=text) for g, text in asked if text != unicodedata.normalize("NFC", g.question)]


def _rights(assistant: Asked, gold: Sequence[Gold], name: str, progress: Told | None) -> dict[str, bool]:
    told = functools.partial(progress, name) if progress else None
    replies = collect(assistant, gold, told, rank=False)
    return {g.id: judge(g, replies[g.id].answer).right for g in gold}


def bare(text: str) -> str:
    """`text` without Vietnamese diacritics, in its own case: "Đến Huế" -> "Den Hue"."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def keystrokes(word: str) -> str:
    """What is typed for `word` in Telex, each mark right behind its letter: "đến" -> "ddeesn"."""
    typed = []
    for letter in unicodedata.normalize("NFC", word):
        base, *marks = list(unicodedata.normalize("NFD", letter))
        keys = "d" if base in "đĐ" else ""
        keys += "".join(base.lower() if m == _CIRCUMFLEX else _HATS.get(m, "") for m in marks)
        keys += "".join(_TONES.get(m, "") for m in marks)
        typed.append({"đ": "d", "Đ": "D"}.get(base, base) + keys)
    return "".join(typed)


def _half(text: str, rng: random.Random) -> str:
    return _WORD.sub(lambda m: bare(m[0]) if rng.random() < 0.5 else m[0], text)


def _typo(text: str, rng: random.Random) -> str:
    long_enough = [m for m in _WORD.finditer(text) if len(m[0]) >= 3]
    if not long_enough:
        return text
    word = rng.choice(long_enough)
    edits = [_slip(word[0], i, kind) for i in range(1, len(word[0])) for kind in ("swap", "drop", "double")]
    edits += [word[0][:i] + key + word[0][i + 1 :] for i in range(1, len(word[0])) for key in _neighbours(word[0][i])]
    return text[: word.start()] + rng.choice([e for e in edits if e != word[0]]) + text[word.end() :]


def _slip(word: str, i: int, kind: str) -> str:
    """One slip at letter `i` > 0; people seldom miss the first letter."""
    if kind == "swap":
        return word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
    return word[:i] + (word[i] * 2 if kind == "double" else "") + word[i + 1 :]


def _neighbours(letter: str) -> str:
    base = bare(letter).lower()
    for row in _ROWS:
        if base in row:
            at = row.index(base)
            return row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return ""


def _telex(text: str, rng: random.Random) -> str:
    marked = [m for m in _WORD.finditer(text) if keystrokes(m[0]) != m[0]]
    if not marked:
        return text
    word = rng.choice(marked)
    return text[: word.start()] + keystrokes(word[0]) + text[word.end() :]


def _polite(text: str, rng: random.Random) -> str:
    before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
    if text == bare(text):  # who types without diacritics says thanks without them
        before, after = bare(before), bare(after)
    return before + text.rstrip("?!. ") + after


def _replaced(text: str, table: Mapping[str, Sequence[str]], rng: random.Random, most: int | None = None) -> str:
    phrases = sorted(table, key=lambda p: (-len(p), p))
    pattern = re.compile(rf"(?i)(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)")
    return pattern.sub(lambda m: rng.choice(table[m[0].lower()]), text, count=most or 0)


@functools.cache
def _shorter() -> dict[str, list[str]]:
    """Full wording in lower case -> its abbreviations as people write them."""
    table: dict[str, list[str]] = {}
    for line in (resources.files("index") / "data" / "abbreviations.tsv").read_text("utf-8").splitlines():
        if "\t" in line and not line.startswith("#"):
            abbreviation, full = unicodedata.normalize("NFC", line).split("\t")
            table.setdefault(full.lower(), []).append(abbreviation)
    return table


PERTURBATIONS: dict[str, Changer] = {
    "no_diacritics": lambda text, rng: bare(text),
    "half_diacritics": _half,
    "typo": _typo,
    "telex": _telex,
    "abbreviations": lambda text, rng: _replaced(text, _shorter(), rng),
    "upper": lambda text, rng: text.upper(),
    "no_punctuation": lambda text, rng: re.sub(r"\s+", " ", _PUNCTUATION.sub(" ", text)).strip() or text,
    "polite": _polite,
    "english": lambda text, rng: _replaced(text, {vi: [en] for vi, en in _ENGLISH.items()}, rng, _MOST_ENGLISH),
}
"""Name -> how it changes a text. half_diacritics: each word loses them with probability 1/2; typo and telex: one word."""
