"""The head of a document: letterhead, number, place and date, kind and title, as two-column layouts and scans leave them.

What others put on the page is told apart from what the issuing body printed: the stamp of who received it ("ĐẾN Số: …"),
the seal of a digital signature, the page headers of the official gazette.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.bodies import begins_body, body_lead, flatten, is_body, is_capitals, kind_pattern, kind_signs, kinds, places_in
from documents.localities import units_in
from documents.mentions import DATE, NUMBER, iso_date, tidy_number
from documents.resolution import Fact

_LONGEST_HEAD = 150  # lines
_LETTERHEAD = 60  # lines within which a kind must stand
_MOTTO = re.compile(
    r"cong\s*hoa\s*xa\s*hoi(?:\s*chu\s*nghia\s*viet\s*nam)?|(?<!\w)chu\s*nghia\s*viet\s*nam"
    r"|doc\s*lap\s*[-–—.]*\s*tu\s*do\s*[-–—.]*\s*hanh\s*phuc|dang\s*cong\s*san\s*viet\s*nam"
)
_OPENER = re.compile(r"(?:dieu\s+1\b|chuong\s+(?:i|1)\b|phan\s+(?:thu\s+nhat|mot|i|1)\b|(?:i|1|a)\s*[-–—.)/]+\s*[^\W\d]|i\s*$)")
_STAMP = re.compile(r"(?:(?:cong\s+van|van\s+ban|cv|vb)\s+)?den\s*(?:(?:so|ngay|gio|luc)\b.*|[:.]|\d.*)?$")
_STAMP_DETAIL = re.compile(
    r"(?:so(?:\s+den)?\s*[:.]|ngay(?:\s+den)?\s*:|gio\s*:|chuy[ee]n\s*:|luu\s+ho\s+so|so\s+va\s+ky\s+hieu\s+hs|so\s*\d+$|ngay\s*\d)"
)
_SEAL = re.compile(
    r"(?:ky\s+boi|nguoi\s+ky|email|co\s+quan\s*:|thoi\s+gian\s+ky|ngay\s+ky\s*:|chuc\s+danh\s*:|digitally|signature)"
    r"|.*\bcong\s+bao\s*[/,]|.*\d\d:\d\d"
)
_DATE = re.compile(DATE)
_DATED = re.compile(r"(?P<place>[^\d,;:|]{2,60})?(?P<comma>,)?\s*(?P<date>" + DATE + r")\W*$")
_ISSUED = re.compile(r"ngay\s+ban\s+hanh\s*:?\s*" + DATE.removeprefix("ngay"))
_NUMBER_WORD = re.compile(r"\W*(?P<of>[^\W\d]+(?:\s+[^\W\d]+){0,2}\s+)?so\s*[:;.,]*\s*")
_NUMBER = re.compile(NUMBER)
_SIGNS = re.compile(r"\W*(?:[^\W\d]+\s+)?s[ốỐoO]\s*[:.]?[\s.…_]*[-/]\s*(?P<signs>[A-ZĐ][\w-]*(?:/[A-ZĐ]\w*)?)", re.IGNORECASE)
_DRAFT = re.compile(r"\W*du\s+thao\b(?:\s+(?:lan|\d|ngay|xin|trinh|v).*)?\W*$")
_ABOUT = re.compile(r"\s(?=(?:ve|v/v)\s)|\s(?=so\s*:?\s*\d)|\s*$")
_ALWAYS_STOPS = re.compile(
    r"(?:kinh\s+gui|can\s+cu\b|dieu\s+\d|chuong\s+i\b|phan\s+(?:thu|i\b)|\(?\s*(?:ban\s+hanh\s+)?kem\s+theo|noi\s+nhan|theo\s+de\s+nghi"
    r"|xet\s+(?:de\s+nghi|to\s+trinh)|muc\s+luc\b|loi\s+noi\s+dau)"
)  # fmt: skip
_PROSE = re.compile(
    r"[-–*\s]*(?:thuc\s+hien|trien\s+khai|thi\s+hanh|tren\s+co\s+so|nham|de|xet|theo|sau\s+khi|trong|thoi\s+gian|ngay|tai|qua)\s"
)
_GOES_ON = (",", " -", " và", " của", " về", " cho", " đến", " tỉnh", " phố", " theo", " tại", " với", " trên", " các")
_AWAITS_NAME = (",", " -", " và", " của")
_AUTHORITY = re.compile(
    r"(?:chu\s+tich|bo\s+truong|giam\s+doc|tong\s+cuc\s+truong|cuc\s+truong|thong\s+doc|chanh\s+an|vien\s+truong|thu\s+truong)\b"
)
_AFTER_AUTHORITY = re.compile(r"\W*(?:can\s+cu|xet|theo|khoa|ky\s+hop|\(khoa|\(ky)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a cell of one; [start, end) in the text, white space and rules at its ends left out."""

    start: int
    end: int
    text: str
    flat: str

    @property
    def capitals(self) -> bool:
        """Whether it is printed in capitals."""
        return is_capitals(self.text)


@dataclass(slots=True)
class Head:
    """What the head of a document says; None or empty where it does not."""

    kind: Fact | None = None
    number: Fact | None = None
    signs: str = ""
    """The signs of a number whose figure is left blank ("Số:      /KH-UBND" -> "KH-UBND")."""
    issued: Fact | None = None
    bodies: list[Fact] = field(default_factory=list)
    """The letterhead as printed, the issuing body last."""
    above: list[Line] = field(default_factory=list)
    """The lines above the kind that the issuing body printed, the motto left out."""
    of: Fact | None = None
    """The body named with the kind ("NGHỊ QUYẾT CỦA BAN THƯỜNG VỤ TỈNH ỦY"), as printed."""
    place: Fact | None = None
    """Of the date line, as printed."""
    title: Fact | None = None
    """As printed."""
    draft: bool = False
    kind_at: int = 0
    end: int = 0
    """Where the preamble ends."""


def lines_of(text: str, flat: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The lines of `text[start:end]`, rows of tables taken apart into their cells, empty ones left out."""
    found = []
    for m in re.compile(r"[^\n|]+").finditer(text, start, len(text) if end is None else end):
        line = _line(text, flat, m.start(), m.end())
        if line:
            found.append(line)
    return found


def _line(text: str, flat: str, start: int, end: int) -> Line | None:
    while start < end and text[start] in " \t_*-–—" and not (text[start] in "-–*" and text[start + 1 : start + 2] == " "):
        start += 1
    while end > start and text[end - 1] in " \t_*—":
        end -= 1
    return Line(start, end, text[start:end], flat[start:end]) if start < end else None


def read_head(text: str, flat: str) -> Head:
    """Read the head of the document that `text` (with its `flat` form) begins with."""
    lines = lines_of(text, flat, 0, 40_000)[:_LONGEST_HEAD]
    kind_at = _find_kind(lines)
    opener = next((i for i, line in enumerate(lines) if i > (kind_at or 0) and _OPENER.match(line.flat)), len(lines))
    lines = lines[:opener]
    head = Head(end=lines[-1].end if lines else 0)
    above = lines[:kind_at] if kind_at is not None else lines[: _letterhead_end(lines)]
    foreign = _foreign(above)
    own = [line for i, line in enumerate(above) if i not in foreign]
    head.draft = any(_DRAFT.match(line.flat) for line in own)
    pieces = _without_motto(text, flat, own)
    head.above = pieces
    _read_numbers(head, text, flat, pieces)
    head.bodies = _names([p for p in pieces if not _taken(head, p) and not _DRAFT.match(p.flat) and not p.text.lower().startswith("số")])
    if kind_at is not None:
        head.kind_at = lines[kind_at].start
        _read_kind(head, text, flat, lines[kind_at:])
    else:
        _read_subject(head, text, lines)
    return head


def _find_kind(lines: Sequence[Line]) -> int | None:
    """The line with the kind: one that says nothing else, or one that begins with it in capitals or goes on with "của", "số", "về"."""
    first_prose = next(
        (i for i, line in enumerate(lines[:_LETTERHEAD]) if line.flat.startswith(("can cu", "- can cu", "theo de nghi"))), _LETTERHEAD
    )
    zone = lines[:first_prose]
    for i, line in enumerate(zone):
        bare = re.sub(r"[\s:*.]", "", line.flat)
        joined = bare + re.sub(r"[\s:*.]", "", zone[i + 1].flat) if i + 1 < len(zone) else ""
        whole = {k.replace(" ", "") for k in kinds()}
        if (
            bare.removeprefix("ban") in whole
            and (line.capitals or line.text[:1].isupper() or line.text.islower())
            and not line.text.endswith(":")
        ):
            return i
        if joined in whole and line.capitals and joined != bare and len(line.flat.split()) == 1:
            return i
    for i, line in enumerate(zone):
        found = re.match(kind_pattern() + r"(?!\w)(?P<rest>.*)", line.flat, re.DOTALL)
        if not found or re.match(r"\s+va\s", found["rest"]):
            continue
        said = line.text[: found.start("rest")]
        if is_capitals(said) or (said[:1].isupper() and re.match(r"\s*(?:so\s|cua\s|ve\s|\d)", found["rest"])):
            return i
    return None


def _letterhead_end(lines: Sequence[Line]) -> int:
    return next((i for i, line in enumerate(lines) if re.match(r"kinh\s+(?:gui|thua)|can\s+cu", line.flat)), min(len(lines), 25))


def _foreign(lines: Sequence[Line]) -> set[int]:
    """The lines that somebody else put on the page."""
    found = {i for i, line in enumerate(lines) if _SEAL.match(line.flat)}
    for i, line in enumerate(lines):
        if not (_STAMP.match(line.flat) and line.text[:1].isupper()):
            continue
        found.add(i)
        for k in range(i + 1, min(i + 7, len(lines))):
            if _STAMP_DETAIL.match(lines[k].flat) and not _NUMBER.search(lines[k].text):
                found.add(k)
        # The name above "ĐẾN" is the receiver's.
        for k in range(i - 1, max(i - 4, -1), -1):
            if not lines[k].capitals or re.search(r"\d", lines[k].text) or _MOTTO.search(lines[k].flat):
                break
            found.add(k)
            if body_lead(lines[k].text):
                break
    return found


def _without_motto(text: str, flat: str, lines: Sequence[Line]) -> list[Line]:
    if not lines:
        return []
    cuts = []
    for m in _MOTTO.finditer(flat, lines[0].start, lines[-1].end):
        line_start, line_end = text.rfind("\n", 0, m.start()) + 1, text.find("\n", m.end())
        alone = not text[line_start : m.start()].strip(" |") and not text[m.end() : line_end if line_end >= 0 else None].strip(" |-_*")
        if alone or is_capitals(m[0] and text[m.start() : m.end()]) or m[0].startswith("doc"):
            cuts.append(m.span())
    pieces = []
    for line in lines:
        at = line.start
        for a, b in [*cuts, (line.end, line.end)]:
            if b <= at or a > line.end:
                continue
            piece = _line(text, flat, at, max(at, a))
            if piece and re.search(r"\w", piece.text):
                pieces.append(piece)
            at = max(at, min(b, line.end))
    return pieces


def _read_numbers(head: Head, text: str, flat: str, lines: Sequence[Line]) -> None:
    """The number and the date of the lines above the kind."""
    waiting = False
    for line in lines:
        number = _own_number(line, waiting)
        waiting = re.fullmatch(r"\W*(?:luat\s+)?so\s*[:.]?", line.flat) is not None
        blank = _SIGNS.match(line.text)
        if number and not head.number:
            head.number = number
        elif blank and not head.signs:
            head.signs = blank["signs"]
        cut = number.end if number else line.start + blank.end() if blank else None
        rest = line if cut is None else _line(text, flat, cut, line.end)
        if rest and not head.issued:
            _read_date(head, rest)


def _own_number(line: Line, waiting: bool) -> Fact | None:
    word = _NUMBER_WORD.match(line.flat)
    at = word.end() if word else 0
    if word and word["of"] and " ".join(word["of"].split()) not in kinds():
        return None
    if not word and not waiting:
        return None
    number = _NUMBER.match(line.text, at)
    return Fact(tidy_number(number[0]), line.start + number.start(), line.start + number.end()) if number else None


def _read_date(head: Head, line: Line) -> None:
    found = _DATED.match(line.flat) or _ISSUED.match(line.flat)
    if not found:
        return
    day = iso_date(found)
    place = found.groupdict().get("place")
    if place is not None and (len(place.split()) > 8 or not line.text[:1].isupper() or (not found["comma"] and len(place.split()) > 4)):
        return
    if place:
        printed = line.text[: found.end("place")].strip()
        head.place = Fact(printed, line.start, line.start + len(printed))
    if day:
        head.issued = Fact(day, line.start, line.start + found.end("y"))


def _taken(head: Head, line: Line) -> bool:
    return any(f is not None and f.start is not None and line.start <= f.start < line.end for f in (head.number, head.issued, head.place))


def _names(lines: Sequence[Line]) -> list[Fact]:
    """The names of bodies in a letterhead, each of one line or several; the value is what is printed, without what stands between."""
    found: list[Fact] = []
    open_ = False
    for line in lines:
        words = line.flat.split()
        place = next(iter(places_in(line.text)), None)
        named = line.capitals or body_lead(line.text) is not None or (place is not None and place.unit in ("tỉnh", "thành phố"))
        named = named or (open_ and any(u.start == 0 for u in units_in(line.text)))
        if not named or not line.text[0].isalpha() or len(words) > 14 or re.search(r"\d{3}", line.text):
            open_ = open_ and len(line.text) < 3
            continue
        if open_:
            so_far = found[-1]
            unfinished = begins_body(f"{so_far.value} {words[0]}") and not is_body(so_far.value)
            if unfinished or body_lead(line.text) is None or (begins_body(so_far.value) and not is_body(line.text)):
                found[-1] = Fact(f"{so_far.value} {line.text}", so_far.start, line.end)
                continue
        if body_lead(line.text) or begins_body(line.text):
            found.append(Fact(line.text, line.start, line.end))
            open_ = True
    return found


def _read_kind(head: Head, text: str, flat: str, lines: Sequence[Line]) -> None:
    """The kind, what its line and the next say besides ("của …", "số …", "ngày …"), and the title."""
    first = lines[0]
    spaced = re.sub(r"[\s:*.]", "", first.flat).removeprefix("ban")
    whole = {k.replace(" ", ""): name for k, name in kinds().items()}
    rest = list(lines[1:])
    if spaced in whole:
        head.kind = Fact(whole[spaced], first.start, first.end)
    elif rest and spaced + re.sub(r"[\s:*.]", "", rest[0].flat) in whole:
        head.kind = Fact(whole[spaced + re.sub(r"[\s:*.]", "", rest[0].flat)], first.start, rest[0].end)
        rest = rest[1:]
    else:
        found = re.match(kind_pattern(), first.flat)
        if found is None:
            return
        head.kind = Fact(kinds()[" ".join(found[0].split())], first.start, first.start + found.end())
        after = _line(text, flat, first.start + found.end(), first.end)
        if head.kind.value == "Phụ lục" and after and re.fullmatch(r"[\dIVX]+", after.text):
            after = None
        rest = [after, *rest] if after else rest
    title: list[Line] = []
    for i, line in enumerate(rest[:14]):
        left = line if title else _besides(head, text, flat, line)
        if left is None:
            continue
        following = rest[i + 1] if i + 1 < len(rest) else None
        if _ends_title(head, title, left, following):
            break
        title.append(left)
    if title:
        start, end = title[0].start, title[-1].end
        while end > start and text[end - 1] in " .*;:":
            end -= 1
        if end > start:
            head.title = Fact(text[start:end], start, end)


def _besides(head: Head, text: str, flat: str, line: Line) -> Line | None:
    """Take "của …", "số …" and "ngày …" off the beginning of a line; what is left of it, or None."""
    at = line.start
    while at < line.end:
        rest = flat[at : line.end]
        number = _NUMBER_WORD.match(rest)
        printed = _NUMBER.match(text, at + number.end(), line.end) if number and not number["of"] and not rest.startswith("so ve") else None
        dated = re.compile(r"[\s,(]*(?:[^\W\d]+(?:\s[^\W\d]+){0,3},\s*)?(" + DATE + ")").match(flat, at, line.end)
        of = re.compile(r"\W*cua\s+").match(flat, at, line.end)
        if printed:
            head.number = head.number or Fact(tidy_number(printed[0]), printed.start(), printed.end())
            at = printed.end()
        elif dated and (head.number or text[at : line.end].strip()[:1].isupper() or at > line.start):
            day = iso_date(dated)
            head.issued = head.issued or (Fact(day, dated.start(1), dated.end(1)) if day else None)
            at = dated.end()
        elif of and head.of is None:
            stop = _ABOUT.search(flat, of.end(), line.end)
            end = stop.start() if stop else line.end
            head.of = Fact(text[of.end() : end].strip(" ,"), of.end(), max(of.end() + 1, of.end() + len(text[of.end() : end].rstrip(" ,"))))
            at = stop.end() if stop else line.end
        else:
            break
    return _line(text, flat, at, line.end)


def _ends_title(head: Head, title: Sequence[Line], line: Line, following: Line | None) -> bool:
    if (
        _ALWAYS_STOPS.match(line.flat)
        or re.fullmatch(kind_pattern() + r"\s*:?", line.flat)
        or _OPENER.match(line.flat)
        or not re.search(r"\w", line.text)
    ):
        return True
    last = title[-1].text.lower() if title else ""
    goes_on = last.endswith(_GOES_ON) or (last.endswith((" số", " năm")) and line.text[0].isdigit())
    lead = body_lead(line.text)
    known = any(line.flat == " ".join(flatten(b.value).split()) for b in head.bodies)
    authority = known or (lead is not None and lead.level != "field" and is_body(line.text)) or _AUTHORITY.match(line.flat)
    if authority and not last.endswith(_AWAITS_NAME) and (following is None or _AFTER_AUTHORITY.match(following.flat) or not line.capitals):
        return True
    if not title:
        return line.text.endswith((";", ".", ":")) and not line.capitals or len(line.flat.split()) > 90
    if sum(len(t.text) for t in title) + len(line.text) > 900:
        return True
    if is_capitals(" ".join(t.text for t in title)):
        return not (line.capitals or not any(c.isalpha() for c in line.text) or re.match(r"\(?(?:giai\s+doan|den\s+nam|nam)\b", line.flat))
    if _PROSE.match(line.flat) or line.text.endswith((";", ".", ":")) or title[-1].text.endswith((".", ":")):
        return True
    return not (goes_on or line.text[0].islower() or re.match(r"\(?giai\s+doan\b", line.flat))


def _read_subject(head: Head, text: str, lines: Sequence[Line]) -> None:
    """An official letter has no kind: its subject stands after "V/v", its addressee after "Kính gửi"."""
    for i, line in enumerate(lines[:30]):
        found = re.match(r"\W*(?:v/v|ve\s+viec)\s*:?\s*", line.flat)
        if not found:
            continue
        end = line.end
        for more in lines[i + 1 : i + 5]:
            if re.match(r"kinh\s+gui|cong\s+hoa|doc\s+lap|.*\bngay\s", more.flat) or more.capitals:
                break
            end = more.end
        start = line.start + found.end()
        if start < end and any(re.match(r"\W*kinh\s+gui", later.flat) for later in lines):
            head.title = Fact(text[start:end], start, end)
            head.kind = Fact("Công văn", line.start, line.end)
        return


def kind_of_signs(number: str) -> str | None:
    """The kind that a number's signs stand for: "157/KH-UBND" -> "Kế hoạch"; None where they name none."""
    for sign in re.findall(r"[A-Za-zĐđ]+", number):
        if sign in kind_signs():
            return kind_signs()[sign]
    return "Luật" if re.search(r"/QH\d", number) else None
