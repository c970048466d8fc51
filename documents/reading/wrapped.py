"""Hard-wrapped text: lines that some program broke at a column are put together into paragraphs again.

Whether a text is wrapped, and where, is measured on its sure breaks: a line that ends in the middle of a sentence and is
followed at once by one in lower case. Where such a break happened, the column that the program broke at lies between
the end of the line and where the next word would have ended; a column that most of the breaks agree on is a width of the text (a
web page saved as text has a second, narrower one, since its first lines were measured with their tags). A line that was
*full* for some width may go on in the next line; one that had room for the next word ended there on purpose.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.cleaning import BULLET, DECIMAL, LETTER, ROMAN, is_rule, is_terminal
from documents.normalise import UPPER, fold, words

_MARKS = re.compile(r"^(?:\s*(?:>\s|\*{1,3}(?=\S)|_{1,3}(?=\S)|\[bookmark:[^\]]*\]))*\s*")
_RUN = re.compile(r"\*+")
_CLAUSE = re.compile(
    r"^(?:\(\d{1,2}\)\s|\(?[a-zđ]\)\s|(?:Điều|Khoản)\s+\d+[a-z]?\s*(?:[.:]|$)"
    r"|(?:Chương|Phần|Mục|CHƯƠNG|PHẦN|MỤC)\s+(?:[IVXL]+|\d+|thứ [a-zư]+)\b|(?:PHỤ LỤC|Phụ lục)(?:\s+[IVXL\d]+)?\s*$"
    r"|(?:Căn cứ|Theo đề nghị của|Xét (?:đề nghị|Tờ trình))\s+\w)"
)
_REFERENCE = re.compile(
    r"(?:^|[\s(*_])(?:khoản|điểm|mục|điều|chương|phần|số|ngày|tháng|năm|quý|kỳ|khóa|thứ|cấp|loại|nhóm|bảng|biểu|đợt|giai đoạn"
    r"|từ|đến|trên|dưới|khoảng|đạt|là|và|hoặc|với|của|cho|các|những|tại|theo|về|do|trong|từng|mỗi|bởi|bằng|như"
    r"|thành phố|tỉnh|huyện|quận|xã|phường|bộ|sở|ban)$",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:[,(\[“/&+=]|\s[-–—])$")
_RUN_IN = re.compile(r"^\*{1,3}[^*]+\*{1,3}\s*[^\W\d]")  # "**Điều 3. **Chánh": running text after its bold number
_ENUMERATOR = re.compile(r"(?<!\S)[a-zđ\d]{1,2}\)")  # its bracket closes nothing
_GAP = re.compile(r"\S {4,}\S")
# Lines that stand alone in a letterhead, a title or a signature, as Nghị định 30/2020/NĐ-CP and Hướng dẫn 36-HD/VPTW set them.
_MOTTO = re.compile(r"^(?:CỘNG HÒA XÃ HỘI|ĐẢNG CỘNG SẢN VIỆT NAM\W*$|Độc lập\s*[-–]\s*Tự do)")
_KIND = re.compile(
    r"^(?:NGHỊ QUYẾT|QUYẾT ĐỊNH|KẾ HOẠCH|CHỈ THỊ|THÔNG BÁO|THÔNG TRI|CHƯƠNG TRÌNH(?: HÀNH ĐỘNG)?|ĐỀ ÁN|BÁO CÁO|TỜ TRÌNH|CÔNG VĂN"
    r"|KẾT LUẬN|QUY ĐỊNH|QUY CHẾ|HƯỚNG DẪN|NGHỊ ĐỊNH|THÔNG TƯ|LUẬT|PHỤ LỤC|DANH MỤC|LỜI NÓI ĐẦU|MỤC LỤC)\W*$"
)
_SIGNED = re.compile(
    r"^(?:T/M|TM|KT|TL|TUQ|Q)[.\s]|^(?:PHÓ\s+)?(?:CHỦ TỊCH|BÍ THƯ|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|GIÁM ĐỐC|CHÁNH VĂN PHÒNG)\W*$|^\(?Đã ký"
)
_NUMBERED = re.compile(r"^Số\s*:")
_DATED = re.compile(rf"^[{UPPER}][^.;:]{{1,40}},\s*ngày\b.{{0,24}}\bnăm\s*(?:\d{{4}}|[.…]+)\W*$")
_RECIPIENTS = re.compile(r"^(?:nơi nhận|kính gửi)\b", re.IGNORECASE)
_PHRASES = (
    "cong hoa xa hoi chu nghia viet nam",
    "dang cong san viet nam",
    "uy ban nhan dan",
    "hoi dong nhan dan",
    "ban chap hanh",
    "ban thuong vu",
)
_LOOKAHEAD = 12  # lines within which an opened emphasis has to close
_BRACKET_LOOKAHEAD = 4
_LOOKBACK = 40
_WORD = 7  # characters of a long syllable
_SHORT = 40  # characters; a shorter line may stand alone for its own reasons


@dataclass(frozen=True, slots=True)
class Line:
    """A line of NFC text as the file has it, and its page (None where the file has no page breaks)."""

    text: str
    page: int | None = None
    parts: tuple[str, ...] = field(default=(), kw_only=True)
    """What tabs part it into, where it holds some; they are spaces in `text`."""

    @property
    def indent(self) -> int:
        """How many spaces it begins with."""
        return len(self.text) - len(self.text.lstrip())

    @property
    def end(self) -> int:
        """The column after its last character."""
        return len(self.text.rstrip())

    @property
    def bare(self) -> str:
        """The text without outer spaces and the marks before it."""
        return _MARKS.sub("", self.text.strip()).strip()


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How a text was wrapped."""

    first: tuple[tuple[int, int], ...]
    """Ranges of columns [low, high] at which the first lines of paragraphs were broken."""
    rest: tuple[tuple[int, int], ...]
    """The same for all other lines."""
    spaced: bool
    """Whether paragraphs are parted by blank lines."""
    runs_on: bool
    """Whether a sentence that ends with a full line is rather followed by the next sentence of its paragraph than by a new one."""
    indented: int | None
    """The indent that only first lines exceed, where first lines are set off by one."""

    def full(self, a: Line, b: Line, first: bool) -> bool:
        """Whether the first word of `b` had no room in the line `a`."""
        low, high = a.end, a.end + 1 + len(b.text.split()[0])
        widths = self.first if first else self.rest
        widest = max(up for _, up in widths)
        # A line that is a little too long (its marks were not counted) is full as well.
        return widest <= low <= widest + 20 or any(low <= up and down < high for down, up in widths)


def measure(lines: Sequence[Line]) -> Wrapping | None:
    """How `lines` were wrapped, or None where each line is a paragraph of its own."""
    filled = [x for x in lines if not is_rule(x.text)]
    sure: list[tuple[bool, Line, Line]] = []
    starts: list[tuple[bool, Line]] = []  # after a blank line?
    inside = at_end = 0
    listing = False  # recipients stand close together in any text
    for i, line in enumerate(lines):
        if is_rule(line.text):
            listing = False
            continue
        listing = listing or _RECIPIENTS.match(line.bare) is not None
        blank_before = i == 0 or is_rule(lines[i - 1].text)
        first = blank_before or _opens(line.bare)
        if i > 0 and not listing and _opens(line.bare) and (blank_before or is_terminal(_tail(lines[i - 1]))):
            starts.append((blank_before, line))
        inside += len(re.findall(rf"[^\W\d]\. [{UPPER}]", line.text))
        if i + 1 < len(lines) and not is_rule(lines[i + 1].text):
            below = lines[i + 1]
            if below.bare[:1].islower() and not _opens(below.bare) and not is_terminal(_tail(line)):
                sure.append((first, line, below))
    widths = _widths([(a, b) for _, a, b in sure])
    if len(sure) < 2 or not widths:
        return None
    widest = max(high for _, high in widths)
    over = sum(x.end > widest + 2 for x in filled)
    if over > 0.05 * len(filled) + 1 or any(x.end > 2 * widest + 40 for x in filled) and len(filled) < 20:
        return None
    explained = sum(any(a.end <= high and low < a.end + 1 + len(b.text.split()[0]) for low, high in widths) for _, a, b in sure)
    if explained < 0.7 * len(sure) or len(sure) < 0.08 * len(filled):
        return None
    rest = _widths([(a, b) for first, a, b in sure if not first]) or widths
    spaced = bool(starts) and sum(blank for blank, _ in starts) >= 0.8 * len(starts)
    if not starts:
        spaced = any(is_rule(x.text) for x in lines[1:-1])
    draft = Wrapping(widths, rest, spaced, False, _first_indent([b for _, _, b in sure], [s for _, s in starts]))
    for a, b in zip(lines, lines[1:], strict=False):
        if not is_rule(a.text) and not is_rule(b.text) and _tail(a).endswith(".") and not _opens(b.bare):
            at_end += not draft.full(a, b, False)
    return Wrapping(widths, rest, spaced, inside > at_end, draft.indented)


def _widths(pairs: Sequence[tuple[Line, Line]]) -> tuple[tuple[int, int], ...]:
    """The columns that explain the breaks between `pairs`, those that explain most first."""
    spans = [(a.end, a.end + 1 + len(b.text.split()[0])) for a, b in pairs]
    need = max(1 if len(spans) < 12 else 2, round(0.04 * len(spans)))
    found: list[tuple[int, int]] = []
    while spans:
        votes = Counter(w for low, high in spans for w in range(low, min(high, low + 30)))
        most = max(votes.values())
        if most < need:
            break
        # Of several columns as good, all that adjoin the first.
        low = high = min(w for w, n in votes.items() if n == most)
        while votes[high + 1] == most:
            high += 1
        found.append((low, high))
        spans = [(a, b) for a, b in spans if not (a <= high and low < b)]
    return tuple(found)


def _first_indent(rest: Sequence[Line], starts: Sequence[Line]) -> int | None:
    if len(starts) < 3 or not rest:
        return None
    usual = Counter(x.indent for x in rest).most_common(1)[0][0]
    return usual if sum(x.indent > usual for x in starts) >= 0.8 * len(starts) else None


def runs(lines: Sequence[Line], wrapping: Wrapping | None) -> list[list[Line]]:
    """The lines of each paragraph; blank lines and rules are left out.

    Without a `wrapping` the lines are those of a cell of a letterhead or signature: only what can't stand alone is joined.
    """
    found: list[list[Line]] = []
    open_ = False
    for i, line in enumerate(lines):
        if is_rule(line.text):
            open_ = False
        elif open_ and _goes_on(found[-1], lines[i : i + _LOOKAHEAD], wrapping):
            found[-1].append(line)
        else:
            found.append([line])
            open_ = True
    return found


def rejoin(lines: Sequence[Line], wrapping: Wrapping) -> list[Line]:
    """The paragraphs of `lines`, one on each line; blank lines and rules are left out."""
    return [_joined(run) for run in runs(lines, wrapping)]


def rejoin_cell(lines: Sequence[Line]) -> list[Line]:
    """The lines of a cell of a letterhead or signature: only what can't stand alone is joined."""
    return [_joined(run) for run in runs(lines, None)]


def _joined(run: Sequence[Line]) -> Line:
    return Line(" ".join(x.text.strip() for x in run), run[0].page)


def _goes_on(run: Sequence[Line], ahead: Sequence[Line], wrapping: Wrapping | None) -> bool:
    """Whether the paragraph `run` goes on in `ahead[0]`; `wrapping` is None in the cells of a letterhead."""
    a, b = run[-1], ahead[0]
    before, text = _tail(a), b.bare
    if is_rule(b.text) or is_rule(a.text) or _stands_alone(run, ahead):
        return False
    spaced = wrapping is not None and wrapping.spaced
    full = wrapping is not None and wrapping.full(a, b, len(run) == 1)
    ended = is_terminal(before)
    if _opens(text):
        if not ended and full and spaced and text[0] in "-–—" and text[1:2] == " ":
            return True  # where paragraphs stand apart, so would the item
        if not ended and BULLET.match(text) and _closes_bracket(run[-1:], ahead[:1]):
            return True  # "(Chi cục Dân số | - Xã hội)"
        return not ended and (full or spaced) and _only_looks_like_item(before, text)
    if wrapping is None and _completes_phrase(before, text):
        return True
    if _closes_emphasis(run, ahead) or _closes_bracket(run, ahead) or text[0] in ")]”%,;:.…" or (_CUT.search(before) and text):
        return True
    if text[0].islower():
        return not ended or full or (spaced and not before.endswith("."))
    if _NUMBERED.fullmatch(before):
        return text[0].isdigit()
    if wrapping is None:
        return bool(BULLET.match(run[0].bare)) and not ended
    if wrapping.indented is not None and b.indent > wrapping.indented:
        return False
    if ended:
        return full and (spaced or (before[-1] not in ";:" and (wrapping.indented is not None or wrapping.runs_on)))
    if _REFERENCE.search(before) and (full or spaced or text[0].isdigit() or len(run) > 1):
        return True
    if spaced and ((_capitals(before) and _capitals(text)) or (len(run) == 1 and _RUN_IN.match(a.text.strip()))):
        return True
    small = sum(w.islower() for w in words(before))
    prose = a.end - a.indent >= _SHORT and small >= 5
    if len(run) == 1 and not _opens(a.bare):
        prose = prose or (small >= 4 and a.end >= min(low for low, _ in wrapping.first) - _WORD)
    return full or (spaced and (prose or text[0].isdigit()))


def _tail(line: Line) -> str:
    """The line as it ends without marks of emphasis."""
    return line.text.rstrip().rstrip("*_").rstrip()


def _opens(text: str) -> bool:
    """Whether a line looks like the beginning of a heading, an item or a clause."""
    decimal = DECIMAL.match(text)
    if decimal and not decimal["stop"] and "." not in decimal["mark"]:
        return False  # "02 tháng 01 năm 2025"
    return bool(decimal or BULLET.match(text) or ROMAN.match(text) or LETTER.match(text) or _CLAUSE.match(text) or text.startswith("#"))


def _only_looks_like_item(before: str, text: str) -> bool:
    """Whether "- xã hội", "2. của", "IV/2025" in the middle of a sentence only look like the beginning of an item."""
    if text.startswith("#"):
        return False
    bullet = BULLET.match(text)
    if bullet:
        return text[bullet.end()].islower() or (text[bullet.end()].isdigit() and bool(re.search(r"\d$", before)))
    decimal = DECIMAL.match(text)
    if decimal and text[decimal.end()].islower():
        return True
    return bool(_REFERENCE.search(before) or _CUT.search(before))


def _stands_alone(run: Sequence[Line], ahead: Sequence[Line]) -> bool:
    """Whether a line break belongs between `run` and `ahead[0]` however full the line is."""
    a, b = run[-1], ahead[0]
    before, text = _tail(a) if len(run) > 1 else a.bare.rstrip("*_ "), b.bare
    if _GAP.search(a.text.strip()) or _GAP.search(b.text.strip()):
        return True
    if a.text.lstrip().startswith("#") and not text[:1].islower():
        return True
    if any(p.match(text) for p in (_MOTTO, _KIND, _SIGNED, _RECIPIENTS, _NUMBERED)):
        return True
    if _DATED.match(text) and not _CUT.search(before) and not before[-1:].islower():
        return True
    if len(run) > 1:
        return len(run) < 4 and bool(_DATED.match(" ".join(x.bare for x in run)))
    if _MOTTO.match(before) or _SIGNED.match(before):
        return not (_completes_phrase(before, text) or _closes_emphasis(run, ahead[:1]))
    return bool(_KIND.match(before) or _DATED.match(before) or (_RECIPIENTS.match(before) and before.endswith(":")))


def _completes_phrase(before: str, text: str) -> bool:
    """Whether a name of the letterhead ("CỘNG HÒA XÃ HỘI | CHỦ NGHĨA VIỆT NAM") runs across the break."""
    left, right = fold(before), fold(text)
    return any(
        left.endswith(phrase[:i]) and right.startswith(phrase[i + 1 :])
        for phrase in _PHRASES
        for i in range(len(phrase))
        if phrase[i] == " "
    )


def _follow_emphasis(text: str, open_: list[int]) -> None:
    """Keep in `open_` the sizes of the marks of emphasis that `text` leaves open."""
    for found in _RUN.finditer(text):
        size, at, end = len(found[0]), found.start(), found.end()
        spaced = (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace())
        if size > 3 or (spaced and size == 1):
            continue
        if size in open_:
            while open_.pop() != size:
                pass
            continue
        while size and open_:
            taken = min(size, open_[-1])
            size -= taken
            open_[-1] -= taken
            if not open_[-1]:
                open_.pop()
        if size and (at == 0 or not text[at - 1].isalnum()):
            open_.append(size)


def _closes_emphasis(run: Sequence[Line], ahead: Sequence[Line]) -> bool:
    """Whether an emphasis opened in `run` closes before the next blank line or item."""
    open_: list[int] = []
    for line in run[-_LOOKBACK:]:
        _follow_emphasis(line.text.strip(), open_)
    if not open_:
        return False
    for i, line in enumerate(ahead):
        if is_rule(line.text) or (i and _opens(line.bare)):
            return False
        _follow_emphasis(line.text.strip(), open_)
        if not open_:
            return True
    return False


def _closes_bracket(run: Sequence[Line], ahead: Sequence[Line]) -> bool:
    """Whether a bracket or quotation mark opened in `run` closes within the next lines."""
    text = _ENUMERATOR.sub("", " ".join(x.text.strip() for x in run[-_LOOKBACK:]))
    for opening, closing in ("()", "“”"):
        missing = text.count(opening) - text.count(closing)
        if missing <= 0:
            continue
        for i, line in enumerate(ahead[:_BRACKET_LOOKAHEAD]):
            if is_rule(line.text) or (i and _opens(line.bare)):
                break
            missing -= line.text.count(closing) - line.text.count(opening)
            if missing <= 0:
                return True
    return False


def _capitals(text: str) -> bool:
    return text.upper() == text and any(c.isalpha() for c in text)
