"""Documents that a text names: their numbers, and what the text does to them (rests on, carries out, replaces, amends, abolishes)."""

import bisect
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.bodies import flatten, is_capitals, kind_pattern, kind_signs, kinds
from documents.normalise import canonical
from documents.resolution import Fact

NUMBER = (
    r"\d{1,6}[a-zA-Z]?(?:\s?/\s?(?:19|20)\d\d(?!\d))?"
    r"(?:\s?[-–/.]\s?[A-ZĐƯ][A-Za-zĐđƯư&]{0,12}\d{0,2}(?![^\W_])){1,6}"
)
"""A document's number with its signs: "157/KH-UBND", "04 -NQ/TU", "43/2024/QH15", "10- CTr/TU"."""
DATE = r"ngay\s*(?P<d>\d{1,2})\s*(?:thang|[/.-])\s*(?P<m>\d{1,2})\s*,?\s*(?:nam|[/.-])\s*(?P<y>(?:19|20)\d\d)(?!\d)"
"""A day, as a flat text has it."""

_NUMBER = re.compile(r"\s?(?:[sS][ốỐoO]\s*:?\s*)?(" + NUMBER + ")")
_DATED = re.compile(r"\s*,?\s*" + DATE)
_LAWS = ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")
_REACH = 240  # characters between a kind and its number ("Luật … số …")
_NAME_ENDS = re.compile(
    r"(?P<hard>[;:.()“”\"])|(?P<comma>,)|(?P<number>\s(?:so\s*:?\s*)?(?=\d{1,6}[a-z]?\s?[-–/]))|(?P<date>\s(?=ngay\s*\d))"
    r"|(?P<year>\s(?=nam\s+\d{4}(?!\s*[-–]\s*\d)))|\s(?P<word>duoc|ve|da|ban\s+hanh|theo|do|tai|voi|quy\s+dinh|nham)(?=\s[^\W\d])"
)
_STOP_WORDS = {"được", "về", "đã", "ban hành", "theo", "do", "tại", "với", "quy định", "nhằm"}
_YEAR = re.compile(r"\s*,?\s*nam\s+\d{4}")
_NO_NAME = re.compile(r"\s*(?:,|(?:nay|cua|neu|tren|so|hien\s+hanh|co\s+lien\s+quan|khac)\b)")
_CASED_SIGNS = {s.upper(): s for s in (*kind_signs(), "TTg", "VPTW")}
_SIGN = re.compile(r"[A-Za-zĐđƯư&]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A document named in a text. The span runs from its kind to its number, or to its date or name where it has no number."""

    kind: str
    number: str | None
    issued: str | None
    value: str
    """ "Quyết định số 06/QĐ-TTg", "Luật Đường sắt ngày 16 tháng 6 năm 2017"."""
    start: int
    end: int
    after: int
    """Where the mention with its date ends."""

    @property
    def fact(self) -> Fact:
        """The mention as a fact."""
        return Fact(self.value, self.start, self.end)


@functools.cache
def _kind_start() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + kind_pattern() + r"(?!\w)")


@functools.cache
def _joint() -> re.Pattern[str]:
    return re.compile(r"(?:[,;]|\sva)\s+(?:cac\s+)?(?=" + kind_pattern() + r"(?!\w))")


@functools.cache
def _this() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + kind_pattern() + r"\s+nay(?!\w)")


def tidy_number(printed: str) -> str:
    """A number as it is registered: no spaces, plain hyphens, signs in their own case ("06/QĐ-TTG" -> "06/QĐ-TTg")."""
    bare = re.sub(r"\s+", "", printed).replace("–", "-")
    return _SIGN.sub(lambda m: _CASED_SIGNS.get(m[0], m[0]), bare)


def number_of(value: str) -> str | None:
    """The number in a fact's value: "Quyết định số 06/QĐ-TTg" -> "06/QĐ-TTg"; None for a law named by its date."""
    found = re.search(r"(?:^|\s)(" + NUMBER + ")$", value)
    return found[1] if found else None


def iso_date(found: re.Match[str]) -> str | None:
    """The ISO form of a match of `DATE`, or None where there is no such day."""
    year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    longest = 28 + (year % 4 == 0) if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= longest else None


def mention_at(text: str, flat: str, start: int, limit: int) -> Mention | None:
    """The mention that begins at `start` with the name of a kind and ends before `limit`, or None."""
    kind = _kind_start().match(flat, start, limit)
    if kind is None:
        return None
    name = kinds()[" ".join(kind[0].split())]
    reach = min(limit, start + _REACH)
    law = name in _LAWS
    amending = law and re.match(r"\s+sua\s+doi", flat[kind.end() : kind.end() + 12]) is not None
    end = reach
    for stop in _NAME_ENDS.finditer(flat, kind.end(), reach):
        end = stop.start()
        if stop["number"]:
            number = _NUMBER.match(text, stop.start(), limit)
            if number and not amending:
                dated = _DATED.match(flat, number.end(), limit)
                value = f"{_plain(text[start : stop.start()], name)} số {tidy_number(number[1])}"
                issued = iso_date(dated) if dated else None
                return Mention(name, tidy_number(number[1]), issued, value, start, number.end(), dated.end() if dated else number.end())
            if number:
                break
        elif (
            stop["date"]
            or stop["year"]
            or stop["hard"]
            or (stop["comma"] and not law)
            or (stop["word"] and _ends_name(text, *stop.span("word")))
        ):
            break
        end = reach
    return _unnumbered(text, flat, name, (start, kind.end(), end), limit)


def _ends_name(text: str, start: int, end: int) -> bool:
    """Whether the word at [start, end) ends the name before it: "đồ" is not "do", and "tại Việt Nam" is of the name."""
    word = " ".join(canonical(text[start:end]).split())
    return word in _STOP_WORDS and text[start].islower() and not (word == "tại" and text[end + 1].isupper())


def _unnumbered(text: str, flat: str, kind: str, span: tuple[int, int, int], limit: int) -> Mention | None:
    start, kind_end, end = span
    if _NO_NAME.match(flat, kind_end, limit):
        return None
    dated = _DATED.match(flat, end, limit)
    year = None if dated or kind not in _LAWS else _YEAR.match(flat, end, limit)
    stop = dated.end() if dated else year.end() if year else end
    while stop > kind_end and not text[stop - 1].isalnum():
        stop -= 1
    if not dated and not year and len(text[kind_end:stop].split()) < (1 if kind in _LAWS else 3):
        return None
    return Mention(kind, None, iso_date(dated) if dated else None, _plain(text[start:stop], kind), start, stop, stop)


def _plain(printed: str, kind: str) -> str:
    said = " ".join(printed.split()).rstrip(" :,")
    return kind if is_capitals(said[:60]) else kind + said[len(kind) :]


def mentions_in(text: str, flat: str, start: int, end: int) -> Iterator[Mention]:
    """The numbered documents named in `text[start:end]`, in order; a plain word such as "kế hoạch" is none."""
    at = start
    while found := _kind_start().search(flat, at, end):
        mention = mention_at(text, flat, found.start(), end)
        at = found.end()
        if mention and mention.number:
            yield mention
            at = mention.after


_LEAD = re.compile(r"(?:\W|(?:cac|vao|toan\s+van|noi\s+dung)\s)*")
_NESTED = re.compile(r"\s(?:ve|duoc|sua\s+doi|bo\s+sung|quy\s+dinh|ban\s+hanh|phe\s+duyet|huong\s+dan|thuc\s+hien|trien\s+khai)\s")


def governed(text: str, flat: str, start: int, end: int) -> list[Fact]:
    """The documents that a verb before `start` governs: the one named there, and those that ";", "," and "và" join to it.

    What only describes one of them ("… về thực hiện Nghị quyết số …", "được sửa đổi tại Luật …") is not of the list; after
    the next ";" the list goes on.
    """
    found: list[Fact] = []
    at = start
    while at < end:
        lead = _LEAD.match(flat, at, end)
        mention = mention_at(text, flat, lead.end() if lead else at, end)
        if mention is None or not text[mention.start].isupper():
            # "các Quyết định của Thủ tướng … về …: Quyết định số …"
            at = _next(flat, ":", at, end) if not found and at == start else end
            continue
        found.append(mention.fact)
        nested = _NESTED.search(flat, mention.after, end)
        joint = _joint().search(flat, mention.after, nested.start() if nested else end)
        at = joint.end() if joint else _next(flat, ";", mention.after, end)
    return found


def _next(flat: str, mark: str, at: int, end: int) -> int:
    found = flat.find(mark, at, end)
    return end if found < 0 else found + 1


_PARAGRAPH = re.compile(
    r"(?m:^)[ \t*–-]*(?P<verb>can\s+cu|thuc\s+hien|tiep\s+tuc\s+thuc\s+hien|trien\s+khai(?:\s+thuc\s+hien)?|thi\s+hanh)\s"
)
_PARAGRAPH_END = re.compile(
    r"[;.]\s*\n(?!\s*[a-z ]{4,30}so\s*\d)|\n[ \t*–-]*(?:can\s+cu|thuc\s+hien|trien\s+khai|theo\s+de\s+nghi|xet|dieu\s+\d)\b"
)
_CARRIES_OUT = re.compile(r"(?<!\w)(?:thuc\s+hien|trien\s+khai|cu\s+the\s+hoa|thi\s+hanh|quan\s+triet)\s")
_SENTENCE_END = re.compile(r"(?<![A-ZĐ])\.(?=\s|$)|:(?=\s*\n|$)")


def preamble(text: str, flat: str, start: int, end: int) -> tuple[list[Fact], list[Fact]]:
    """What the paragraphs between title and first article rest on ("Căn cứ …") and carry out ("Thực hiện …")."""
    based_on: list[Fact] = []
    implements: list[Fact] = []
    for found in _PARAGRAPH.finditer(flat, start, end):
        last = _PARAGRAPH_END.search(flat, found.end(), end)
        stop = last.start() if last else end
        sentence = _SENTENCE_END.search(text, found.end(), stop)
        (based_on if found["verb"].startswith("can") else implements).extend(
            governed(text, flat, found.end(), sentence.start() if sentence else stop)
        )
    return based_on, implements


def carried_out(text: str, flat: str, start: int, end: int) -> list[Fact]:
    """The documents that a title says it carries out; in a title in capitals only those with numbers are told from plain words."""
    capitals = is_capitals(text[start:end])
    found = [f for verb in _CARRIES_OUT.finditer(flat, start, end) for f in governed(text, flat, verb.end(), end)]
    return [f for f in found if not capitals or number_of(f.value)]


_ACTS = re.compile(
    r"(?i:thay\s+thế|thay\s+cho|bãi\s+bỏ|hủy\s+bỏ|huỷ\s+bỏ|hết\s+hiệu\s+lực|chấm\s+dứt\s+hiệu\s+lực|sửa\s+đổi(?:\s*,\s*bổ\s+sung)?)"
)
_FILLER = re.compile(
    r"(?:,?\s+(?:cho|mot\s+so|mot|dieu|cac|cua|noi\s+dung|toan\s+bo|khoan|diem|muc|phu\s+luc|kem\s+theo|ban\s+hanh|tai|va|ten"
    r"|quy\s+dinh\s+tai|bai\s+bo|bo\s+sung|thay\s+the|\d+|[a-z])(?=[\s,]))*\s+"
)
_PART = re.compile(r"(?:dieu|khoan|diem|muc|noi\s+dung|phu\s+luc)\b")
_HEAD_OF_ITEM = re.compile(r"(?:^|[\n.;:])\s*(?:dieu\s+\d+[a-z]?\s*\.|\d+(?:\.\d+)*\s*[.)]|[a-z]\))?\s*$")
_ARTICLE = re.compile(r"(?m:^)[ \t*]*dieu\s+\d+[a-z]?\s*\.?(?P<about>[^\n]{0,200})")
_CLOSING = re.compile(r"\b(?:hieu\s+luc|thi\s+hanh|sua\s+doi|bai\s+bo|thay\s+the|chuyen\s+tiep)\b")
_LEGAL = (
    "Luật",
    "Bộ luật",
    "Pháp lệnh",
    "Lệnh",
    "Nghị định",
    "Thông tư",
    "Thông tư liên tịch",
    "Quyết định",
    "Nghị quyết",
    "Nghị quyết liên tịch",
)
_OF_ANOTHER = re.compile(r"(?:thi\s+hanh|thuc\s+hien|trien\s+khai|huong\s+dan|luat|nghi\s+dinh|thong\s+tu)\s")
_LOOK_BACK = 300


def acts(
    text: str, flat: str, kind: str | None, title: tuple[int, int], quoted: Sequence[tuple[int, int]], start: int, end: int
) -> dict[str, list[Fact]]:
    """What a document of some kind replaces, amends and abolishes, from its title and its articles.

    Only what it says of itself counts: "Quyết định này … thay thế …", or "Bãi bỏ …" in an article on its coming into force.
    A task of a plan ("- Sửa đổi, bổ sung Quyết định số …") is work still to be done, and what stands in quotation marks is the
    new wording of another document. Where only articles of a document fall away, it is amended.
    """
    articles = [(m.start(), _CLOSING.search(m["about"]) is not None) for m in _ARTICLE.finditer(flat, start, end)] if kind in _LEGAL else []
    found: dict[str, dict[str, Fact]] = {"replaces": {}, "amends": {}, "abolishes": {}}
    inside = iter(quoted)
    quote = next(inside, None)
    for verb in _ACTS.finditer(text, start, end):
        while quote and quote[1] <= verb.start():
            quote = next(inside, None)
        if quote and quote[0] < verb.start():
            continue
        act = flatten(verb[0]).split()[0]
        if act in ("het", "cham"):
            for fact in _lapsing(text, flat, start, verb, end):
                found["abolishes"].setdefault(fact.value, fact)
            continue
        in_title = title[0] <= verb.start() < title[1]
        if in_title and _OF_ANOTHER.search(flat, title[0], verb.start()):
            continue
        article = bisect.bisect(articles, (verb.start(), True)) - 1
        ordered = article >= 0 and articles[article][1]
        if not in_title and not _of_itself(flat[max(start, verb.start() - _LOOK_BACK) : verb.start()], act, ordered):
            continue
        filler = _FILLER.match(flat, verb.end(), end)
        if not filler:
            continue
        does = "replaces" if act == "thay" else "amends" if act == "sua" or _PART.search(filler[0]) else "abolishes"
        for fact in governed(text, flat, filler.end(), title[1] if in_title else _sentence_end(text, filler.end(), end)):
            if number_of(fact.value) or fact.value.startswith(_LAWS):
                found[does].setdefault(fact.value, fact)
    return {does: list(facts.values()) for does, facts in found.items()}


def _of_itself(before: str, act: str, ordered: bool) -> bool:
    if ordered and _HEAD_OF_ITEM.search(before if len(before) < 40 else "x" + before[-40:]):
        return True
    clause = before[max(before.rfind(mark) + 1 for mark in ".\n") :]
    return act != "sua" and _this().search(clause) is not None


_BELOW = re.compile(r"\bsau(?:\s+day)?\s*$")


def _sentence_end(text: str, at: int, end: int) -> int:
    stop = _SENTENCE_END.search(text, at, min(end, at + 900))
    return stop.start() if stop else min(end, at + 900)


def _lapsing(text: str, flat: str, start: int, verb: re.Match[str], end: int) -> list[Fact]:
    """ "Quyết định số … hết hiệu lực kể từ ngày Quyết định này có hiệu lực": the documents before the verb."""
    near = max(start, verb.start() - 600)
    opens = max(text.rfind(mark, near, verb.start()) + 1 for mark in (". ", "\n", ";"))
    if not _this().search(flat, max(near, opens), _sentence_end(text, verb.end(), end)):
        return []
    before = [m.fact for m in mentions_in(text, flat, max(near, opens), verb.start())]
    if before or not _BELOW.search(flat, max(near, opens), verb.start()):
        return before
    return [m.fact for m in mentions_in(text, flat, verb.end(), _sentence_end(text, verb.end(), end)) if text[m.start - 2] in ":;,"]
