"""Yes and no: what a claim denies that its quote states, states that its quote denies, or turns round."""

from collections.abc import Sequence, Set

from documents.normalise import fold
from qa.guard_lexicon import (
    ALL,
    FALLS_SHORT,
    LACKS,
    LIGHT,
    MAY_BE_DONE,
    NO,
    NO_DENIAL_AFTER,
    NO_DENIAL_BEFORE,
    NO_OPPOSITE,
    OPPOSITES,
    STOPS,
    WITH_CHI,
)
from qa.guard_text import Words
from qa.guard_words import Said

_WORDS_AROUND = 6


def denials(words: Words) -> list[tuple[int, frozenset[str]]]:
    """(index, folded words denied) of each word that denies or excepts something."""
    found = []
    for i, form in enumerate(words.forms):
        if form in NO or form in STOPS:
            after = words.forms[i + 1] if i + 1 < len(words) else ""
            second = words.forms[i + 2] if i + 2 < len(words) else ""
            if (after in NO_DENIAL_AFTER and not (after == "chỉ" and second in WITH_CHI)) or (
                i and words.forms[max(0, i - 2) : i] in NO_DENIAL_BEFORE and not words.parted[i]
            ):
                continue
        elif form != "trừ":
            continue
        found.append((i, frozenset(_scope(words, i))))
    return found


def _scope(words: Words, i: int) -> list[str]:
    scope: list[str] = []
    for j in range(i + 1, min(len(words), i + 1 + _WORDS_AROUND + 2)):
        if words.parted[j] == ";" or (words.parted[j] == "," and scope):
            break
        if words.forms[j] in NO or words.forms[j] in LIGHT:
            continue
        scope.append(words.folded[j])
        if len(scope) == _WORDS_AROUND:
            break
    return scope


def denied_otherwise(claim: Words, quotes: Sequence[Words]) -> bool:
    """Whether the claim denies what no quote denies, or states what a quote denies."""
    theirs = [(words, denials(words)) for words in quotes]
    own = denials(claim)
    for i, scope in own:
        if _inserted(claim, i, quotes):
            return True
        first = scope
        if not any(len(first & other) >= min(2, len(first)) for _, found in theirs for _, other in found) and not _lacking(first, quotes):
            return True
    denied_here = [scope for _, scope in own]
    for words, found in theirs:
        for i, scope in found:
            order = [w for w in _scope(words, i) if w][:3]
            if not order or words.forms[i] == "trừ":
                continue
            if any(len(scope & mine) >= min(2, len(scope)) for mine in denied_here):
                continue
            if _runs(claim, order[: 3 if len(order) > 2 else 2]) and not _runs_outside(words, order, i) and not _lacking_near(claim, order):
                return True
    return False


def _inserted(claim: Words, i: int, quotes: Sequence[Words]) -> bool:
    """Whether the words right behind the denial at `i` stand in the quotes, and nowhere with a denial before them."""
    start = i + 1
    while start < len(claim) and claim.forms[start] in ("phải", "hề", "những"):
        start += 1
    end = start
    while end < min(len(claim), start + 3) and (end == start or not claim.parted[end]):
        end += 1
    wanted = claim.forms[start:end]
    if len(wanted) < 2:
        return False
    found = False
    for words in quotes:
        for j in range(len(words) - len(wanted) + 1):
            if words.forms[j : j + len(wanted)] == wanted:
                if (NO | LACKS | FALLS_SHORT | {"trừ"}) & set(words.forms[max(0, j - 4) : j]):
                    return False
                found = True
    return found


def _lacking(scope: Set[str], quotes: Sequence[Words]) -> bool:
    """Whether a quote says that the denied things are lacking in other words ("thiếu …", "… còn ít")."""
    least = min(2, len(scope))
    for words in quotes:
        for i, form in enumerate(words.forms):
            after = words.forms[i + 1 : i + 2]
            if form in FALLS_SHORT and after != ("nhất",):
                near = words.folded[max(0, i - _WORDS_AROUND) : i + _WORDS_AROUND]
            elif form in LACKS and not (after and after[0] in NO_DENIAL_AFTER):
                near = words.folded[i + 1 : i + 1 + _WORDS_AROUND]
            else:
                continue
            if len(scope & set(near)) >= least:
                return True
    return False


def _lacking_near(claim: Words, order: Sequence[str]) -> bool:
    """Whether the claim says in other words, right before them, that the things of `order` are lacking."""
    lacks = LACKS | FALLS_SHORT
    return any(folded == order[0] and lacks & set(claim.forms[max(0, i - 3) : i]) for i, folded in enumerate(claim.folded))


def _runs(words: Words, order: Sequence[str]) -> bool:
    joined = f" {' '.join(words.folded)} "
    return f" {' '.join(order)} " in joined


def _runs_outside(words: Words, order: Sequence[str], denial: int) -> bool:
    """Whether the same words stand in the quote undenied as well."""
    length = len(order)
    wanted = tuple(order)
    for i in range(len(words) - length + 1):
        if words.folded[i : i + length] == wanted and not denial < i <= denial + _WORDS_AROUND + 2:
            return True
    return False


def turned_round(claim: Words, evidence: Said) -> bool:
    """Whether the claim has one of two opposites where the evidence has only the other, or speaks of all where it limits itself."""
    pairs = set(zip(claim.forms, claim.forms[1:], strict=False))
    idle = {w for pair in NO_OPPOSITE if pair in pairs for w in pair}
    for one, other in OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            if _has(mine, claim.forms, pairs) and mine not in idle and not _has(mine, evidence.forms, evidence.exact_pairs):
                lone = theirs != "ít" or "ít_" in evidence.forms
                denied = any(fold(mine.split()[0]) in scope for _, scope in denials(claim))
                if lone and not denied and _has(theirs, evidence.forms, evidence.exact_pairs):
                    return True
    exact = f" {' '.join(claim.forms)} "
    if any(f" {' '.join(a)} " in exact for a in ALL):
        return not any(f" {u} " in evidence.joined for u in ("tat ca", "moi", "toan", "100", "deu", "tung", "ca", "cac", "het"))
    return False


def _has(phrase: str, forms: Sequence[str] | Set[str], pairs: Set[tuple[str, str]]) -> bool:
    first, _, second = phrase.partition(" ")
    return (first, second) in pairs if second else first in forms


def claims_done(claim: Words) -> bool:
    """Whether the claim says that something has been reached ("đã đạt 90%")."""
    return any(form == "đã" and i + 1 < len(claim) and claim.forms[i + 1] not in MAY_BE_DONE for i, form in enumerate(claim.forms))
