"""The foot of a document: who signed, as what, and who receives it."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.bodies import begins_body, body_lead, flatten, is_capitals, kind_pattern, normal_case, places_in, table
from documents.letterhead import Line
from documents.normalise import UPPER
from documents.resolution import Fact

_ROLES = (
    "Chủ tịch Quốc hội|Chủ tịch nước|Chủ tịch|Bí thư|Tổng Bí thư|Thường trực Ban Bí thư|Thủ tướng Chính phủ|Thủ tướng|Bộ trưởng|Thứ trưởng"
    "|Tổng Giám đốc|Giám đốc|Chánh Văn phòng|Chánh Thanh tra|Chánh án|Trưởng ban|Trưởng phòng|Trưởng đoàn|Chủ nhiệm"
    "|Tổng cục trưởng|Cục trưởng|Chi cục trưởng|Vụ trưởng|Viện trưởng|Hiệu trưởng|Thống đốc|Tổng Thanh tra|Tổng Kiểm toán nhà nước"
    "|Tổng Thư ký|Thư ký|Tư lệnh|Chính ủy|Ủy viên Thường trực|Ủy viên|Đội trưởng|Tổ trưởng|Thường trực"
)  # fmt: skip
_PLAIN_ROLES = {re.sub(r"\s+", " ", r).lower(): r for r in _ROLES.split("|")}
_MARK = re.compile(r"(?:t\s?/\s?m|k\s?/\s?t|t\s?/\s?l|tm|kt|tl|tuq|ttk)(?:\s*[./]\s*|\s+)(?=[a-z])|q\s*\.\s*(?=[a-z])")
_NOI_NHAN = re.compile(r"\W*noi\s+nhan\b\s*[:;.]?")
_PASSED = re.compile(r"(?:bo\s+)?(?:luat|nghi\s+quyet|phap\s+lenh)\s+(?:nay|da)\b.{0,200}?\bthong\s+qua\b.{0,80}?\bngay\s+\d")
_ANNEX = re.compile(r"\W*(?:phu\s+luc|bieu\s+mau|mau\s+so|danh\s+muc)\b")
_SIGNED = re.compile(r"\W*(?:da\s+ky|ky\s+ten|dong\s+dau|ky)\W*(?:,?\s*dong\s+dau)?\W*$|\W*\(?da\s+ky\)?\s*[:;.]?")
_BULLET = re.compile(r"\s*[-–—•+*]\s*")
_DONE = re.compile(r"\(?\s*đã\s+ký\s*\)?\s*[/:.]?", re.IGNORECASE)
_RANK = re.compile(r"(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy|uý)|(?:PGS|GS|TSKH|TS|ThS|BS|KS|LS)(?=[.,\s]))[.,]*\s*", re.IGNORECASE)
_OFFICES = "CHỦ TỊCH|GIÁM ĐỐC|BÍ THƯ|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|CHÁNH VĂN PHÒNG"
# Where the second column of a foot begins in a line: "- Như Điều 3; KT. CHỦ TỊCH", "- Lưu: VT, XD. PHÓ CHỦ TỊCH".
_SPLIT = re.compile(
    rf"(?<!\s)\s+(?=(?:T/M|TM|KT|TL|TUQ)\.?\s+[{UPPER}]{{2}})"
    rf"|(?<!KT\.)(?<!TM\.)(?<!TL\.)(?<=[;,.])\s+(?=(?:PHÓ\s+)?(?:{_OFFICES})\b)"
)
# An office and a name run together: "PHÓ CHỦ TỊCH Đoàn Thanh Sơn", "BÍ THƯ (đã ký) Đoàn Thanh Sơn".
_RUN_TOGETHER = re.compile(rf"(?<=[{UPPER}]{{2}})\s+(?=PHÓ\s+(?:{_OFFICES})\b|[{UPPER}][^\W\d_{UPPER}]+\s+[{UPPER}]|\(?[Đđ](?:ã ký|Ã KÝ))")
_IN_ONE_LINE = re.compile(r"(?:^|[;,.])\s*[-–]\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@functools.cache
def _surnames() -> frozenset[str]:
    return frozenset(row[0] for row in table("surnames.tsv"))


@dataclass(slots=True)
class Foot:
    """What the foot of a document says."""

    signer: list[Fact] = field(default_factory=list)
    role: list[Fact] = field(default_factory=list)
    on_behalf: Fact | None = None
    """The body that the signature speaks for ("T/M BAN THƯỜNG VỤ"), as printed."""
    recipients: list[Fact] = field(default_factory=list)
    start: int | None = None


def read_foot(text: str, lines: Sequence[Line], joint: bool = False) -> Foot:
    """Read the first signature (of a joint document, all that follow one another) and the list of recipients.

    What comes after them (annexes, forms) has its own.
    """
    foot = Foot()
    anchor = next((i for i, line in enumerate(lines) if _anchors(line)), None)
    if anchor is None:
        _read_bare(foot, lines)
        return foot
    foot.start = lines[anchor].start
    window = _window(lines, anchor)
    listed = _read_recipients(foot, text, window)
    _read_signature(foot, [line for line in window if line.start not in listed], joint)
    if not foot.signer:
        _read_signature(foot, _taken_apart(lines[max(0, anchor - 10) : anchor]))
    return foot


def _anchors(line: Line) -> bool:
    mark = _MARK.match(line.flat)
    if mark and (line.capitals or is_capitals(line.text[: mark.end()].strip()) or line.text[:1].isupper()) and len(line.text) < 90:
        return True
    return _NOI_NHAN.match(line.flat) is not None or _PASSED.match(line.flat) is not None


def _window(lines: Sequence[Line], anchor: int) -> list[Line]:
    stop = next((i for i in range(anchor + 1, min(anchor + 90, len(lines))) if _is_annex(lines[i])), min(anchor + 90, len(lines)))
    return _taken_apart(lines[anchor:stop])


def _is_annex(line: Line) -> bool:
    return _ANNEX.match(line.flat) is not None and not line.text.startswith("-") or re.fullmatch(kind_pattern(), line.flat) is not None


def _taken_apart(lines: Sequence[Line]) -> list[Line]:
    """Lines in which two columns run together, each column its own."""
    found = []
    for line in lines:
        at = 0
        cuts = [m.span() for m in _SPLIT.finditer(line.text)]
        if len(line.text) < 120:
            cuts += [m.span() for m in _RUN_TOGETHER.finditer(line.text) if not _BULLET.match(line.text)]
        for cut in [*sorted(cuts), (len(line.text), len(line.text))]:
            if cut[0] > at:
                found.append(Line(line.start + at, line.start + cut[0], line.text[at : cut[0]], line.flat[at : cut[0]]))
            at = cut[1]
    return found


def _read_recipients(foot: Foot, text: str, lines: Sequence[Line]) -> set[int]:
    """Fill in the recipients; the starts of the lines they stand in."""
    first = next((i for i, line in enumerate(lines) if _NOI_NHAN.match(line.flat)), None)
    if first is None:
        return set()
    taken = {lines[first].start}
    head = _NOI_NHAN.match(lines[first].flat)
    inline = lines[first].text[head.end() :] if head else ""
    entries: list[tuple[int, int]] = []
    begun = lines[first].end - len(inline)
    parts = [0, *(m.end() for m in _IN_ONE_LINE.finditer(inline))]
    for a, b in zip(parts, [*parts[1:], len(inline)], strict=True):
        if re.search(r"\w\w", inline[a:b]):
            entries.append((begun + a + len(inline[a:b]) - len(inline[a:b].lstrip()), begun + b))
    bulleted = any(_BULLET.match(line.text) for line in lines[first + 1 : first + 4])
    broken = False
    for line in lines[first + 1 :]:
        bullet = _BULLET.match(line.text)
        if not bullet and (_MARK.match(line.flat) or _role(line.text) or _SIGNED.match(line.flat) or _name(line.text, True)):
            broken = True  # the other column comes in between, or the list is over
            continue
        if bullet or (not bulleted and not broken and not line.capitals and len(line.text) < 200):
            entries.append((line.start + (bullet.end() if bullet else 0), line.end))
        elif not broken and entries and bulleted and not _last(entries, lines).endswith((";", ".")):
            entries[-1] = (entries[-1][0], line.end)
        else:
            broken = True
            continue
        taken.add(line.start)
    for start, end in entries:
        while end > start and text[end - 1] in " ;,./|-":
            end -= 1
        if start < end:
            foot.recipients.append(Fact(" ".join(text[start:end].replace("|", " ").split()), start, end))
    return taken


def _last(entries: Sequence[tuple[int, int]], lines: Sequence[Line]) -> str:
    return next((line.text for line in lines if line.end == entries[-1][1]), "")


def _read_signature(foot: Foot, lines: Sequence[Line], joint: bool = False) -> None:
    role: Fact | None = None
    last_role_at = -1
    i = 0
    while i < len(lines):
        line = lines[i]
        mark = _MARK.match(line.flat)
        joined = _joined(lines, i)
        if mark:
            start = line.start + mark.end()
            if re.match(r"t\s?/?\s?m", line.flat):
                end = line.end
                if joined and _follows_name(lines, i):
                    i += 1
                    end = lines[i].end
                if not foot.on_behalf and start < end:
                    foot.on_behalf = Fact(_flow(lines, start, end), start, end)
            last_role_at = i
        elif _role(line.text):
            role = Fact(_role(line.text) or "", line.start, line.end)
            last_role_at = i
        elif joined and _role(joined) and line.capitals and len(line.text.split()) < 3:
            role = Fact(_role(joined) or "", line.start, lines[i + 1].end)
            i += 1
            last_role_at = i
        elif last_role_at >= 0 and i - last_role_at <= 9:
            name = _name(line.text, i - last_role_at <= 6)
            if name:
                offset = line.text.find(name)
                foot.signer.append(Fact(_named(name), line.start + offset, line.start + offset + len(name)))
                if role:
                    foot.role.append(role)
                if not joint:
                    return
                role, last_role_at = None, -1
        i += 1


def _joined(lines: Sequence[Line], i: int) -> str | None:
    return f"{lines[i].text} {lines[i + 1].text}" if i + 1 < len(lines) else None


def _follows_name(lines: Sequence[Line], i: int) -> bool:
    """Whether the next line is the rest of a body's name ("TM. ỦY BAN" / "NHÂN DÂN")."""
    following = lines[i + 1]
    mark = _MARK.match(lines[i].flat)
    so_far = lines[i].text[mark.end() :] if mark else ""
    if not following.capitals or _role(following.text) or _MARK.match(following.flat):
        return False
    return begins_body(f"{so_far} {following.text.split()[0]}") or bool(places_in(following.text))


def _flow(lines: Sequence[Line], start: int, end: int) -> str:
    return " ".join(line.text[max(0, start - line.start) :] for line in lines if line.end > start and line.start < end)


def _read_bare(foot: Foot, lines: Sequence[Line]) -> None:
    """A signature with neither "TM." nor "Nơi nhận": the last office in capitals with a name below it, before any annex."""
    stop = next((i for i, line in enumerate(lines) if i > 20 and line.capitals and _ANNEX.match(line.flat)), len(lines))
    for i in range(stop - 1, max(-1, stop - 60), -1):
        if lines[i].capitals and _role(lines[i].text):
            trial = Foot()
            _read_signature(trial, lines[i : i + 7])
            if trial.signer:
                foot.signer, foot.role, foot.start = trial.signer, trial.role, lines[i].start
                return


def _role(text: str) -> str | None:
    """The office that a line names and nothing else, in normal case, or None."""
    if len(text) > 120:
        return None
    bare = re.sub(r"\s+", " ", text.strip(" .,:;*()-")).lower().replace("uỷ", "ủy")
    if not bare or len(bare.split()) > 14 or re.search(r"[\d;:]", bare):
        return None
    deputy = bare.startswith("phó ")
    core = bare.removeprefix("phó ").removeprefix("quyền ")
    for plain, name in _PLAIN_ROLES.items():
        if core == plain or core.startswith(plain + " ") or core == plain.replace("trưởng ban", "ban"):
            rest = text.strip(" .,:;*()-")[len(bare) - len(core) + len(plain) :].strip()
            if rest and not (is_capitals(rest) or body_lead(rest)):
                return None
            if rest and not is_capitals(text):
                return None
            tail = f" {_rest(rest)}" if rest else ""
            return ("Phó " if deputy else "") + name + tail
    return None


def _rest(rest: str) -> str:
    low = rest.lower()
    return "Thường trực" if low == "thường trực" else normal_case(rest) if body_lead(rest) else low


def _name(text: str, near: bool) -> str | None:
    """The name of a person that a line holds and nothing else, as printed, or None. `near`: right after an office or a mark."""
    if len(text) > 80:
        return None
    bare = _DONE.sub("", text).strip(" .,:;*()-/")
    while rank := _RANK.match(bare):
        bare = bare[rank.end() :]
    words = bare.split()
    if not 2 <= len(words) <= 6 or not all(_WORD.fullmatch(w) for w in words):
        return None
    if body_lead(bare) is not None or _role(bare) or any(p.end - p.start == len(bare) for p in places_in(bare)):
        return None
    known = flatten(words[0]).split("'")[0] in _surnames()
    if all(w.isupper() for w in words):
        return bare if known and near and len(words) <= 5 else None
    if not all(w[0].isupper() and (len(w) == 1 or not w.isupper()) for w in words):
        return None
    return bare if known or (near and len(words) <= 5) else None


def _named(name: str) -> str:
    return " ".join(w.capitalize() if w.isupper() and len(w) > 1 else w for w in name.split())
