"""Text as the guard compares it: Markdown undone, numbers in one form, words with what parts them.

Every form of a number, date or document's number becomes one token, so that "1.133" meets "1133", "hai mươi phần trăm"
meets "20%", and "ngày 26 tháng 01 năm 2022" meets "26/01/2022".
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from documents.normalise import canonical, fold, nfc
from index.analysis import abbreviations, english, spell_out

_ESCAPE = re.compile(r"\\([\\`*_{}\[\]<>()#+\-.!|~])")
_MARKS = re.compile(r"(?<!\\)(?:\*+|_{1,3}(?=\W|$)|(?<!\w)_{1,3}|`+|~~)")
_LINE_MARK = re.compile(r"^\s*(?:>\s*)*(?:#{1,6}\s+|[-*+•·]\s+|\d{1,3}[.)]\s+(?=\S))?")
MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
"""As `qa.answer` reads markers."""

ATOM = "\u01c2"
"""Stands before a date or a document's number that has become one word."""
_SUPERSCRIPT = re.compile(r"<sup>[^<]{0,20}</sup>|[⁽(]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+[⁾)]?")
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u2000-\u200f\u202a-\u202f\u205f-\u2060\u3000\ufeff\ud800-\udfff]")
_DASH = re.compile(r"[\u2010-\u2015\u2212]")
_NUMBER_OF = re.compile(
    r"(?<![\w/.-])0*(\d{1,6}[A-Za-z]?)(?:\s?/\s?((?:19|20)\d\d))?\s?[-/]\s?([A-ZĐƯ]{2}[A-Za-zĐđƯư&]{0,10}|[A-ZĐƯ][A-Za-zđ]{0,4}(?=[-/]))"
    r"((?:\s?[-/.]\s?[A-ZĐƯ][A-Za-zĐđƯư&]{0,10}){0,4})"
)
_DATE = re.compile(
    r"(?<![\d.,/])0?(\d{1,2})\s?(?:[/.-]|tháng)\s?0?(\d{1,2})\s?(?:[/.-]|,?\s?năm)\s?((?:19|20)\d\d)(?!\d)|((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)"
)
_DIGIT = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mốt": 1, "tư": 4, "lăm": 5}
_D = "một|hai|ba|bốn|năm|sáu|bảy|tám|chín"
_LAST = "một|mốt|hai|ba|bốn|tư|lăm|sáu|bảy|tám|chín"
_TENS = rf"(?:(?:{_D}) mươi(?: (?:{_LAST}))?|mười(?: (?:{_LAST}))?)"
_WORDED = re.compile(
    rf"(?<!\w)(?:(?P<hundred>{_D}) trăm(?: (?:linh|lẻ) (?P<single>{_D})| (?P<rest>{_TENS}))?"
    rf"|(?P<tens>(?:{_D}) mươi(?: (?:{_LAST}))?|mười (?:{_LAST})|mười(?= %| phần| nghìn| triệu| tỷ))"
    rf"|(?P<one>{_D})(?= (?:%|phần trăm|nghìn|ngàn|triệu|tỷ|tỉ)(?!\w)))(?!\w)",
    re.IGNORECASE,
)
_RANK = re.compile(
    r"((?:thứ|hạng|vị trí)(?: thứ)? \d+) (?:trên|trong|trong số)(?: tổng(?: số)?| số)? (\d+)(?= (?:tỉnh|thành|địa|quốc|nước|đơn))",
    re.IGNORECASE,
)
_HALF = re.compile(r"(?<!\w)(?:một nửa|nửa)(?= (?:số|dân|doanh|hồ|người|cán|trong|hoạt))", re.IGNORECASE)
_PIECE = re.compile(rf"{ATOM}\w+|\d+(?:[.,]\d+)*|[^\W\d_]+|%")
_STRONG = frozenset(".;:!?…|\n")
_WEAK = frozenset(",()[]")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order; a figure, a date and a document's number are one word each."""

    raw: tuple[str, ...]
    forms: tuple[str, ...]
    """Canonical; figures by their value."""
    folded: tuple[str, ...]
    parted: tuple[str, ...]
    """What stands before each word: "" | "-" | "/" | "," (weak) | ";" (strong)."""

    def __len__(self) -> int:
        return len(self.forms)


def plain(markdown: str) -> str:
    """Markdown of one line as the text it shows, markers left in place."""
    return _ESCAPE.sub(r"\1", _MARKS.sub("", markdown))


def without_line_mark(line: str) -> int:
    """Where the text of a Markdown line begins: behind its bullet, number, hashes."""
    found = _LINE_MARK.match(line)
    return found.end() if found else 0


def number(figure: str) -> float:
    """The value of a figure: "1.133" is 1133, "11,5" is 11.5, "01" is 1; "3,000,000" and "34.87" are read as well."""
    if _THOUSANDS.fullmatch(figure):
        return float(figure.replace(".", "").replace(",", "."))
    if figure.count(",") > 1 and _ENGLISH_THOUSANDS.fullmatch(figure):
        return float(figure.replace(",", ""))
    head, _, tail = figure.replace(",", ".").partition(".")
    return float(f"{head}.{tail.replace('.', '') or '0'}")


def _worded(found: re.Match[str]) -> str:
    def tens(said: str) -> int:
        parts = said.lower().split()
        if parts[0] == "mười":
            return 10 + (_DIGIT[parts[1]] if len(parts) > 1 else 0)
        return _DIGIT[parts[0]] * 10 + (_DIGIT[parts[2]] if len(parts) > 2 else 0)

    if found["hundred"]:
        value = _DIGIT[found["hundred"].lower()] * 100
        value += _DIGIT[found["single"].lower()] if found["single"] else tens(found["rest"]) if found["rest"] else 0
        return str(value)
    return str(tens(found["tens"])) if found["tens"] else str(_DIGIT[found["one"].lower()])


def _date(found: re.Match[str]) -> str:
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    return f" {ATOM}{year}{int(month):02}{int(day):02} "


def _number_of(found: re.Match[str]) -> str:
    signs = re.sub(r"\W", "", (found[2] or "") + found[3] + found[4])
    return f" {ATOM}{found[1]}{signs.lower()} "


def _prepared(text: str) -> str:
    if _ODD.search(text) or not unicodedata.is_normalized("NFC", text):
        text = nfc(text)
    text = _DASH.sub("-", _SUPERSCRIPT.sub(" ", text.replace(ATOM, " ")))
    text = _NUMBER_OF.sub(_number_of, text)
    text = _DATE.sub(_date, text)
    text = text.replace("phần trăm", "%")
    text = _WORDED.sub(_worded, text)
    text = _HALF.sub("50%", _RANK.sub(r"\1/\2", text))
    return spell_out(text) if _abbreviates(text) else text


@functools.cache
def _english_words() -> frozenset[str]:
    return frozenset(phrase.split()[0].split("-")[0] for phrase in english())


@functools.cache
def _abbreviations() -> frozenset[str]:
    return frozenset(short.lower() for short in abbreviations())


def _abbreviates(text: str) -> bool:
    """Whether `text` holds an abbreviation or an English word: spelling out is slow, and most texts need none."""
    table, foreign = _abbreviations(), _english_words()
    for found in re.finditer(r"[^\W\d_]+", text):
        word = found[0]
        if (len(word) > 1 and word.isupper() and word.lower() in table) or (word.isascii() and word.lower() in foreign):
            return not text.isupper()
    return False


@functools.lru_cache(maxsize=4096)
def read(text: str) -> Words:
    """`text` (plain, of any length) as words."""
    prepared = _prepared(text)
    raw, forms, folded, parted = [], [], [], []
    last = 0
    for found in _PIECE.finditer(prepared):
        word = found[0]
        between = prepared[last : found.start()].strip()
        last = found.end()
        raw.append(word)
        form = f"{number(word):g}" if word[0].isdecimal() and len(word) < 16 else canonical(word)
        forms.append(form)
        folded.append(fold(form))
        parted.append(_parting(between) if raw[:-1] else "")
    return Words(tuple(raw), tuple(forms), tuple(folded), tuple(parted))


def _parting(between: str) -> str:
    if not between:
        return ""
    held = set(between)
    return ";" if held & _STRONG else "," if held & _WEAK else "/" if "/" in held else "-" if "-" in held else ""


_SOME_MARKERS = r"(?:\s*(?<!\\)\[\d+\])+"
_ENDS = re.compile(
    rf"(?:\.{{3}}|…|[.!?])[\"”’)*_]*(?:{_SOME_MARKERS}(?:\s*\([^()]{{1,120}}\))?|\s*\([^()]{{1,120}}\)[.;,]?{_SOME_MARKERS})?"
    r"(?=\s+[*_]*[\"“‘(\[]?[^\W_a-z]|\s*$)"
)
_ABBREVIATED = re.compile(r"(?:^|[\s(*])(?:TP|Tp|tp|TX|tx|TT|Tt|P|Q|GS|PGS|TS|ThS|BS|đ/c|v\.v|[A-ZĐ])\.$")
_NUMBERED = re.compile(r"\W*(?:\d{1,2}(?:\.\d{1,2})*|[IVXL]{1,5}|[a-zđ])\.$")
_ASIDE = re.compile(r"\s*(?:\([^()]{0,200}\)\W*)?(?:\s*\[\d+\])*\W*")


def sentences(line: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a line of Markdown; markers and what stands in brackets behind a sentence belong to it."""
    cuts = [0]
    for found in _ENDS.finditer(line):
        stop = found.start()
        following = line[found.end() : found.end() + 2].strip()
        before = line[max(cuts[-1], stop - 12) : stop + 1]
        if following[:1].islower() or (line[stop] == "." and (_ABBREVIATED.search(before) or _opens(line, cuts[-1], stop))):
            continue
        cuts.append(found.end())
    if cuts[-1] < len(line):
        cuts.append(len(line))
    spans: list[tuple[int, int]] = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        if spans and ((b - a < 400 and _ASIDE.fullmatch(line, a, b)) or not re.search(r"\w", MARKER.sub("", line[a:b]))):
            spans[-1] = (spans[-1][0], b)
        elif line[a:b].strip():
            spans.append((a, b))
    yield from spans


def _opens(line: str, start: int, stop: int) -> bool:
    """Whether the full stop at `stop` ends the number a sentence opens with ("3. Ban Tuyên giáo …")."""
    return stop - start < 16 and _NUMBERED.fullmatch(line[start : stop + 1]) is not None
