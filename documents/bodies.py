"""Names of kinds, bodies and places as official documents print them, in capitals and broken over lines, and in normal case.

Everything is compared on a *flat* text: small letters without diacritics, position for position the same length as the
original, so that a slip of the character recognition ("NGHỊ QUYÉT") does no harm and spans need no mapping back.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

from documents.normalise import canonical, fold
from documents.places import province_names, provinces

CENTRAL = "Trung ương"
"""The "province" of a central body."""

_WORD = re.compile(r"[^\W_]+")
_UNITS = ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "thị trấn", "phường", "xã", "đặc khu", "tp")
_LOWER_UNITS = {"huyện", "quận", "xã", "phường", "trấn", "khu"}  # last words of the units below a province
_SHORT = {"UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân"}  # abbreviations that letterheads print
_CITIES = ("Hà Nội", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "TP. Hồ Chí Minh", "Huế")
_OPENS_SENTENCE = re.compile(r"[.:;!?“\"•+]|[-–]\s")
_ITEM = re.compile(r"\s*(?:[a-zđ]|\d{1,2}|[IVX]{1,4})[.)]\s*$")
_ROMAN = re.compile(r"(?:X{0,3})(?:IX|IV|V?I{0,3})")
_FIRST_LETTERS = {chr(c): fold(chr(c)) for c in (*range(0x41, 0x5B), *range(0xC0, 0x180), *range(0x1A0, 0x1B1), *range(0x1EA0, 0x1EFA))}
_FLAT = str.maketrans({char: plain for char, plain in _FIRST_LETTERS.items() if len(plain) == 1})


@dataclass(frozen=True, slots=True)
class Body:
    """A body, or the first words of a class of bodies."""

    name: str
    level: str
    """central | local (a place follows) | field (what it deals with follows)."""
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A province named in a text, with the unit word before it ("" where there is none)."""

    province: str
    start: int
    end: int
    unit: str


def flatten(text: str) -> str:
    """`text` in small letters without diacritics, as many characters long."""
    return text.translate(_FLAT)


def table(name: str) -> list[list[str]]:
    """The rows of `documents/data/<name>`, comments left out."""
    lines = (resources.files("documents") / "data" / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@functools.cache
def kinds() -> dict[str, str]:
    """Flat name -> name of every kind of document, longer names first."""
    names = [row[0] for row in table("kinds.tsv")]
    return {flatten(n): n for n in sorted(names, key=len, reverse=True)}


@functools.cache
def kind_signs() -> dict[str, str]:
    """Sign in a number ("QĐ") -> kind."""
    return {sign: row[0] for row in table("kinds.tsv") for sign in row[1].split("|") if sign}


@functools.cache
def bodies() -> tuple[Body, ...]:
    """The table of bodies."""
    return tuple(Body(row[0], row[1], tuple(s for s in row[2].split("|") if s)) for row in table("bodies.tsv"))


@functools.cache
def kind_pattern() -> str:
    """A regular expression for the flat name of any kind; its spaces stand for any white space."""
    return "(?:" + "|".join(k.replace(" ", r"\s+") for k in kinds()) + ")"


def is_capitals(text: str) -> bool:
    """Whether `text` is printed in capitals; a slip or two ("CHuNG") is forgiven."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 1 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


@functools.cache
def _leads() -> dict[tuple[str, ...], Body]:
    return {tuple(_flat_words(b.name)): b for b in bodies()} | {(flatten(s),): b for b in bodies() for s in b.signs if s in _SHORT}


@functools.cache
def _lead_beginnings() -> frozenset[tuple[str, ...]]:
    return frozenset(lead[:n] for lead in _leads() for n in range(1, len(lead) + 1))


def body_lead(text: str) -> Body | None:
    """The longest known name that `text` begins with, in whatever case, or None."""
    said = _flat_words(text[:120])
    for n in range(min(len(said), 10), 0, -1):
        body = _leads().get(tuple(said[:n]))
        # A name of one word is too short to forgive a slip: "Số" is not "Sở".
        if body and (n > 1 or canonical(_WORD.findall(text)[0]) in (canonical(body.name), *(canonical(s) for s in body.signs))):
            return body
    return None


def is_body(text: str) -> bool:
    """Whether `text` is, as a whole, a name in the table, or such a name and a place or a field of work after it."""
    lead = body_lead(text)
    return lead is not None and (lead.level != "central" or len(_flat_words(text)) <= len(_flat_words(lead.name)) + 4)


def begins_body(text: str) -> bool:
    """Whether `text`, unfinished as it may be ("ỦY", "ỦY BAN NHÂN"), is how a known name begins."""
    return tuple(_flat_words(text)) in _lead_beginnings()


def _flat_words(text: str) -> list[str]:
    return _WORD.findall(flatten(text))


def body_of_sign(sign: str) -> Body | None:
    """The body whose sign stands in a number's last part: "TTg" -> Thủ tướng Chính phủ, "QH15" -> Quốc hội."""
    bare = re.sub(r"\d+$", "", sign).upper()
    return next((b for b in bodies() if bare in (s.upper() for s in b.signs)), None)


def places_in(text: str) -> list[Place]:
    """The provinces that `text` names, in any case; communes and districts of the same name are left out."""
    found: list[Place] = []
    words = list(_WORD.finditer(text))
    low = [canonical(w[0]) for w in words]
    i = 0
    while i < len(words):
        for n in range(min(6, len(words) - i), 0, -1):
            province = province_names().get(tuple(low[i : i + n]))
            if province is None and n > 1 and i and low[i - 1] in ("tỉnh", "phố", "ủy") and words[i][0].isupper():
                province = _folded_provinces().get(tuple(fold(w) for w in low[i : i + n]))  # "THÀNH PHỐ CÂN THƠ"
            unit = " ".join(low[max(0, i - 2) : i]) if i > 1 and low[i - 1] in ("phố", "ủy", "xã", "trấn") else low[i - 1] if i else ""
            if province and (i == 0 or low[i - 1] not in _LOWER_UNITS) and unit != "thị xã":
                begins_with_unit = low[i] == "tp" or low[i : i + 2] == ["thành", "phố"]
                found.append(Place(province, words[i].start(), words[i + n - 1].end(), "thành phố" if begins_with_unit else unit))
                i += n
                break
        else:
            i += 1
    return found


@functools.cache
def _folded_provinces() -> dict[tuple[str, ...], str]:
    return {tuple(fold(w) for w in key): name for key, name in province_names().items()}


def unit_of(province: str) -> str:
    """ "thành phố" or "tỉnh"."""
    return "thành phố" if province in _CITIES else "tỉnh"


@functools.cache
def _phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Canonical words -> the same words in their normal case, for bodies, provinces and units."""
    names = [b.name for b in bodies()]
    names += [n for p in provinces() for n in (p.name, p.since_2025) if not n.startswith("TP.")] + ["Hồ Chí Minh"]
    cased = [*names, *_UNITS, *(n.replace("Trung ương Đảng", "Trung ương") for n in names)]
    return {tuple(canonical(w) for w in _WORD.findall(n)): tuple(_WORD.findall(n)) for n in cased}


def _phrase_at(low: Sequence[str], i: int) -> tuple[str, ...] | None:
    shortest = 1 if i == 0 or low[i] in _UNITS or low[i] == "huế" else 2  # "CÁN BỘ", "XÃ HỘI" hold no Bộ, no Hội
    return next((p for n in range(min(12, len(low) - i), shortest - 1, -1) if (p := _phrases().get(tuple(low[i : i + n])))), None)


def normal_case(text: str) -> str:
    """The name of a body or an office in normal case: "ỦY BAN NHÂN DÂN TỈNH AN GIANG" -> "Ủy ban nhân dân tỉnh An Giang"."""
    text = re.sub(r"^(?:UBND|HĐND)\b", lambda m: _SHORT[m[0]].upper(), " ".join(text.split()))
    if not is_capitals(text) and not text[:1].islower() and any(c.isupper() for c in text[1:]):
        return text[:1].upper() + text[1:]
    words = list(_WORD.finditer(text))
    low = [canonical(w[0]) for w in words]
    out: list[str] = []
    state, named = "", -1  # `named`: the word after the last name of the tables
    while len(out) < len(words):
        i = len(out)
        phrase = _phrase_at(low, i)
        if phrase and not (phrase == ("xã",) and low[i : i + 2] == ["xã", "hội"]):
            out += phrase
            named = len(out)
            name = " ".join(phrase)
            lead = _leads().get(tuple(_flat_words(name)))
            state = "place" if name in _UNITS else "field" if lead and lead.level == "field" else ""
            continue
        word, before = low[i], text[words[i - 1].end() : words[i].start()] if i else ""
        fresh = state == "field" and (out[-1] == "và" or before.strip() in (",", "-", "–") or i == named)
        if word in ("và", "khóa", "nhiệm", "kỳ", "của", "về"):
            out.append(word)
        elif _is_sign(words[i][0]) or state == "place" or fresh:
            out.append(words[i][0] if _is_sign(words[i][0]) else word.capitalize())
        else:
            out.append(word)
    pieces, at = [], 0
    for match, word in zip(words, out, strict=True):
        pieces += [text[at : match.start()], word]
        at = match.end()
    joined = "".join(pieces) + text[at:]
    return joined[:1].upper() + joined[1:]


def _is_sign(word: str) -> bool:
    """Whether a word in capitals is an abbreviation or a Roman figure, which stays as it is."""
    if not word.isupper():
        return False
    if _ROMAN.fullmatch(word) and word not in ("I", "V", "X"):
        return True
    return len(word) > 1 and not re.search(r"[aeiouy]", flatten(word)) or word in ("UBND", "CNTT", "ICT", "TTHC", "AI", "IOT")


def recase(title: str, lines: Iterable[str]) -> str:
    """A title in capitals as the running text of its document would write it.

    Each word takes the case that `lines` (paragraphs in normal case) give it between the same neighbours, else the case that
    the tables of bodies and provinces give it, else small letters.
    """
    title = " ".join(title.split())
    words = list(_WORD.finditer(title))
    low = [canonical(w[0]) for w in words]
    around: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    wanted = set(low)
    pairs = set(zip(low, low[1:], strict=False))
    for line in lines:
        spans = list(_WORD.finditer(line))
        run = [m[0] for m in spans]
        small = [canonical(w) for w in run]
        for i in range(1, len(run)):
            # The first word of a sentence is capital anyhow.
            first = _OPENS_SENTENCE.search(line, spans[i - 1].end(), spans[i].start()) or _ITEM.match(line[: spans[i].start()])
            if small[i] not in wanted or (run[i][0].isupper() and first):
                continue
            after = small[i + 1] if i + 1 < len(run) else ""
            if (small[i - 1], small[i]) in pairs:
                around[small[i - 1], small[i], ""][run[i]] += 1
                if (small[i], after) in pairs:
                    around[small[i - 1], small[i], after][run[i]] += 1
            if (small[i], after) in pairs:
                around["", small[i], after][run[i]] += 1
    out: list[str] = []
    tables = _table_case(low)
    for i, word in enumerate(low):
        before, after = low[i - 1] if i else "", low[i + 1] if i + 1 < len(low) else ""
        votes = around[before, word, after] if before and after else Counter[str]()
        votes = votes or (around[before, word, ""] if before else Counter()) + (around["", word, after] if after else Counter())
        printed = words[i][0]
        best = votes.most_common(1)[0][0] if votes else tables.get(i) or (printed if _is_sign(printed) else word)
        out.append(best if not best.isupper() or len(best) < 2 or _is_sign(printed) else word)
    pieces, at = [], 0
    for match, word in zip(words, out, strict=True):
        pieces += [title[at : match.start()], word]
        at = match.end()
    done = "".join(pieces) + title[at:]
    named = re.compile(r"(?<!\w)" + kind_pattern() + r"(?=\s+so\s*:?\s*\d)").finditer(flatten(done))
    for found in named:
        done = done[: found.start()] + done[found.start()].upper() + done[found.start() + 1 :]
    return done


def _table_case(low: Sequence[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    i = 0
    while i < len(low):
        phrase = _phrase_at(low, i)
        if phrase and len(phrase) > 1:
            found.update({i + k: w for k, w in enumerate(phrase)})
        i += len(phrase) if phrase else 1
    return found
