"""What a figure is of: the indicator's words, the administrative level, the pillar."""

import functools
import re
from collections.abc import Sequence
from importlib import resources

from documents.deadlines import deadlines
from documents.quantities import Quantity

_LONGEST = 26  # words of an indicator
_LONGEST_HEAD = 14
_BRACKETS = re.compile(r"\s*\([^()]*(?:\)|$)")
_LEVEL = re.compile(
    r"(?<!\w)(?<!trợ )(?<!cung )(?<!trung )cấp\s+(tỉnh|huyện|xã(?! hội))(?!\w)((?:\s*(?:,|và|/|đến|hoặc)\s*(?:cấp\s+)?(?:tỉnh|"
    r"huyện|xã(?! hội))(?!\w))*)",
    re.IGNORECASE,
)
_AT_LEVEL = re.compile(
    r"(?:tại|ở|đối với|của|thuộc)\s+(?:các\s+)?(?=cấp\s)|(?:công việc|hồ sơ|văn bản)\s+tại\s+(?=tỉnh(?!\s+[A-ZĐ]))", re.IGNORECASE
)
_LOCAL = re.compile(r"^\s*(?:các\s+|số\s+|tổng số\s+)*(xã|phường|thị trấn|huyện|quận)(?!\w|\s+hội)", re.IGNORECASE)
_PREDICATE = re.compile(
    r"(?<!\w)(?:được|có|đạt|thực hiện|sử dụng|hoàn thành|triển khai|tham gia|áp dụng|ứng dụng|cung cấp|xử lý|kết nối|hài lòng|"
    r"tiếp cận|đánh giá|biết|trở thành|"
    r"đều|phải|vào|trong|trên|theo|dưới|bằng|thông qua|chuyển đổi|giao dịch)(?!\w)",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"^\s*(?:[,;.:)|]|$|(?:và|trên|so|vào|trong|của|tại|ở|từ|đến|theo|với|để|hoặc|mỗi|trở|hằng|hàng|trước|năm|cho|khi|do|đối|"
    r"nhằm|bằng|là|thì|tổng sản phẩm|grdp|gdp)(?!\w))",
    re.IGNORECASE,
)
_CUES = re.compile(
    r"(?:(?:^|[\s,])(?:ph[ấầâ]n đ[ấầâ]u|bảo đảm|đảm bảo|tiếp tục|tập trung|cơ bản|trong đó|đạt|có|là|từ|lên|xuống|còn|được|"
    r"toàn tỉnh|hoàn thành|duy trì|duy trì mức|mức|ở mức|"
    r"tối thiểu|ít nhất|không dưới|không quá|tối đa|trên|dưới|hơn|khoảng|xấp xỉ|tỷ lệ|chiếm tỷ lệ|đến|và|thuộc|nằm trong|vào))+\s*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:[\s,;:–-]|(?:ph[ấầâ]n đ[ấầâ]u|bảo đảm|đảm bảo|trong đó|đồng thời|và|có|xây dựng|hình thành|thành lập|thu hút|"
    r"góp phần|toàn tỉnh|tạo tiền đề|mới)(?!\w))+",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:(?:tập trung|đầu tư|triển khai|xây dựng|hình thành|phát triển|thực hiện|thu hút|thành lập|cung cấp|hoàn thành|"
    r"tạo lập|trước mắt|việc|nguồn lực)\s*)+$",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\s*(?:tăng|giảm|cắt giảm|nâng|rút ngắn|đưa|phủ)(?!\w)", re.IGNORECASE)
_ASIDE = re.compile(
    r",?\s+(?:gồm|bao gồm|nhằm|góp phần|đồng thời|để)(?!\w).*$|,\s+(?:phục vụ|đáp ứng|trừ|bắt đầu|tạo|"
    r"từng bước)(?!\w).*$",
    re.IGNORECASE,
)
_HEADED = re.compile(r"\s*([^:;.\d]{4,120}):\s")
_QUANTIFIER = re.compile(r"^(?:(?:các|những|tổng số|số lượng|số)\s+)+(?!hóa|hoá)", re.IGNORECASE)
_REACHES = re.compile(r"(?<!\w)(?:đạt|còn|lên|xuống|là|bằng)\s*$", re.IGNORECASE)
_PLACE = re.compile(
    r"\s*\(?(?:ở|tại|đối với|cho|với|cấp)\s[^,;]*?(?:[,;]|\svà(?=\s|$))|\s*(?:trong\s+|của\s+)?(?:GRDP|GDP)[^,;]*?(?:[,;]|"
    r"\svà(?=\s|$))",
    re.IGNORECASE,
)
_LEVEL_ONLY = re.compile(r"^(?:(?:ở|tại|đối với)\s+)?cấp \w+$", re.IGNORECASE)
_SHARE = re.compile(r"^(.+?)\s+(?:chiếm|đạt|đóng góp)(?:\s+tỷ (?:lệ|trọng))?$", re.IGNORECASE)
_OF_PRODUCT = re.compile(r"^\s*(?:trong\s+|của\s+)?((?:tổng sản phẩm|grdp|gdp)[^,;.]*)", re.IGNORECASE)


def counts_what_follows(text: str, quantity: Quantity, end: int) -> bool:
    """Whether the figure is of what stands behind it ("90% hồ sơ …"), not of what stands before ("Tỷ lệ … đạt 90%.")."""
    if quantity.sort in ("percent", "money", "measure", "rate", "time"):
        return not _NO_NOUN.match(text[quantity.end : end])
    return quantity.sort != "bare"


def segment(text: str, found: Sequence[Quantity], i: int, clause: tuple[int, int]) -> tuple[int, int]:
    """The stretch of a clause that belongs to its `i`-th quantity alone: behind the figure, or before it."""
    follows = counts_what_follows(text, found[i], clause[1])
    after = min(found[i + 1].start if i + 1 < len(found) else clause[1], clause[1])
    if follows:
        return found[i].end if found[i].sort in ("percent", "money", "measure", "rate", "time") else found[i].after_number, after
    before = max(found[i - 1].end if i else clause[0], clause[0])
    # "đạt 90% ở cấp tỉnh, 80% ở cấp huyện": what follows the figure before is of that figure.
    place = _PLACE.match(text, before, found[i].start) if i else None
    return (place.end() if place else before), found[i].start


def level_of(text: str, found: Sequence[Quantity], i: int, clause: tuple[int, int]) -> str | None:
    """cấp tỉnh | cấp huyện | cấp xã where what the figure is of is of that one level, else None."""
    quantity = found[i]
    if quantity.sort == "rank":
        return None
    start, end = segment(text, found, i, clause)
    own = _BRACKETS.sub("", text[start:end])
    follows = start >= quantity.figure
    if follows:
        local = {"xa": "cấp xã", "huyen": "cấp huyện"}.get(quantity.sort)
        named = _LOCAL.match(own)
        if named or local:
            return local or ("cấp huyện" if named and named[1].lower() in ("huyện", "quận") else "cấp xã")
        predicate = _PREDICATE.search(own)
        levels = _levels(own[: predicate.start()] if predicate else own)
        if not levels and (at := _AT_LEVEL.search(own)):
            levels = _levels(own[at.start() :] if "cấp" in own[at.start() : at.end() + 4].lower() else "cấp " + own[at.end() :])
    else:
        # "90% ở cấp tỉnh, 80% ở cấp huyện": the level may follow after all.
        rest = text[quantity.end : min(clause[1], found[i + 1].start if i + 1 < len(found) else clause[1])]
        placed = re.match(r"\s*\(?\s*(?:ở|tại|đối với|cho|với)?\s*cấp\s", rest, re.IGNORECASE)
        levels = (_levels(rest) if placed else set()) or _levels(own)
    return next(iter(levels)) if len(levels) == 1 else None


def _levels(text: str) -> set[str]:
    names = set()
    for m in _LEVEL.finditer(text):
        names |= {m[1].lower(), *re.findall(r"tỉnh|huyện|xã", m[2].lower())}
    return {f"cấp {n}" for n in names}


def same_head(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two figures count the same thing, level aside: "hồ sơ công việc cấp tỉnh", "hồ sơ công việc cấp huyện"."""
    first, second = (re.findall(r"\w+", text[a:b].lower()) for a, b in (one, other))
    return len(first) > 1 and first[:2] == second[:2]


def predicate_of(text: str) -> str:
    """The predicate of what follows a figure ("được xử lý trên môi trường mạng"), or ""."""
    found = _PREDICATE.search(_BRACKETS.sub(lambda m: " " * len(m[0]), text))
    return text[found.start() :] if found else ""


def indicator_of(text: str, found: Sequence[Quantity], i: int, clause: tuple[int, int], opening: int, shared: str) -> str:
    """A short phrase of the text's own words for what the figure is of: without number, comparator and year.

    Args:
        text: the sentence.
        found: the quantities of the clause.
        i: which of them.
        clause: the span of the clause, its label ("Phát triển kinh tế số:") left out.
        opening: where the words begin that all the clause's figures share ("Hạ tầng … phủ 100% xã và trên 80% hộ").
        shared: the predicate a later member states for this one too.
    """
    quantity = found[i]
    named = (
        quantity.sort != "percent" and _REACHES.search(text[opening : quantity.start]) and _NO_NOUN.match(text[quantity.end : clause[1]])
    )
    if named and _head(text[opening : quantity.start]):
        return short(_head(text[opening : quantity.start]))  # "Nhân lực … đạt 12 người trên một vạn dân"
    if not counts_what_follows(text, quantity, clause[1]):
        own = segment(text, found, i, clause)
        head = _head(text[max(own[0], opening) : own[1]])
        if _LEVEL_ONLY.match(head) and (label := _HEADED.match(text)):
            return short(f"{_clean_tail(label[1])} {head}")  # "Tỷ lệ hồ sơ xử lý trực tuyến: cấp tỉnh đạt 90%, cấp huyện …"
        after = found[i + 1].start if i + 1 < len(found) else clause[1]
        product = _OF_PRODUCT.match(_clean_tail(text[quantity.end : min(after, clause[1])]))
        if product and head:
            share = _SHARE.match(head)
            return short(f"{share[1] if share else head} trong {_BRACKETS.sub('', product[1])}")
        return short(head)
    start, end = segment(text, found, i, clause)
    first = next(
        (
            j
            for j in range(i, -1, -1)
            if j == 0 or not (_joined(text[found[j - 1].end : found[j].start]) or found[j].sort == found[j - 1].sort == "rank")
        ),
        i,
    )
    head = _head(text[opening : found[first].start], stands_alone=True) if opening < found[first].start else ""
    if _GENERIC.match(head):
        head = ""
    if quantity.sort == "rank":
        group = text[quantity.start : quantity.figure].strip().lower() or "nhóm"
        return short(f"{head} thuộc {group} {_clean_tail(text[start:end])}" if head else f"{group} {_clean_tail(text[start:end])}")
    tail = text[start:end]
    if head and _clean_tail(tail).lower() in head.lower():
        return short(head)  # "nâng số trạm BTS từ 1.133 lên 1.500 trạm"
    return short(" ".join(part for part in (head, _clean_tail(tail), _clean_tail(shared) if not predicate_of(tail) else "") if part))


def _joined(between: str) -> bool:
    """Whether two figures stand in one coordination: only a comma or "và" parts them from the words before."""
    return re.search(r"(?:[,;]|\bvà)\s*$", between) is not None


def _head(text: str, stands_alone: bool = False) -> str:
    """What is said before a figure, cues and years off; "…, phấn đấu 100% bệnh viện" says nothing of the bệnh viện (`stands_alone`)."""
    parts = re.split(r"[,;:]", _without_years(_BRACKETS.sub("", text)))
    while parts and not _CUES.sub("", " " + parts[-1]).strip():
        if stands_alone and parts[-1].strip() and len(parts) > 1:
            return ""
        parts.pop()
    if not parts:
        return ""
    whole = ",".join(parts)
    if (len(whole.split()) > _LONGEST_HEAD and len(parts[-1].split()) > 3) or _CHANGE.match(parts[-1]):
        whole = parts[-1]
    return _OPENING.sub("", _CUES.sub("", whole).strip()).strip(" ,;:-–")


def _clean_tail(text: str) -> str:
    text = _QUANTIFIER.sub("", _BRACKETS.sub("", text).strip())
    aside = _ASIDE.search(text)
    if aside and len(text[: aside.start()].split()) > 1:
        text = text[: aside.start()]
    return re.sub(
        r"(?:\s*[,;]?\s*(?:và|trong đó|đồng thời|có|đến|từ|với|thuộc|nằm trong|vào))*[\s,;.:]*$",
        "",
        _without_years(_BRACKETS.sub("", text)),
    ).strip(" ,;:.")


def _without_years(text: str) -> str:
    for d in reversed(deadlines(text)):
        text = text[: d.start] + text[d.end :]
    return re.sub(r"\s{2,}", " ", text)


def short(text: str) -> str:
    """`text` as an indicator is shown: one line, not longer than a reader takes in, no capital but of names."""
    text = re.sub(r"\s+", " ", text).strip(" ,;:.-–")
    words = text.split(" ")
    if len(words) > _LONGEST:
        cut = " ".join(words[:_LONGEST])
        comma = cut.rfind(", ")
        text = cut[:comma] if comma > len(cut) // 2 else cut
    # "Trà Vinh", "CSDL" keep their capitals; the first word of a sentence loses its own.
    proper = len(words) > 1 and words[1][:1].isupper()
    return text if proper or text[1:2].isupper() else text[:1].lower() + text[1:]


@functools.cache
def _pillars() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    rows = (resources.files("documents") / "data" / "pillars.tsv").read_text("utf-8").splitlines()
    parts = [line.split("\t") for line in rows if line and not line.startswith("#")]
    return tuple((name, sort, re.compile(pattern)) for name, sort, pattern in parts)


def pillar_of(headings: Sequence[str], indicator: str, quote: str) -> str:
    """The pillar by the headings, the deepest that tells first, else by the words of the indicator, else of the quote; else "chung"."""
    for heading in reversed(headings):
        told = _pillar(heading, ("heading", "both"))
        if told:
            return told
    return _pillar(indicator, ("words", "both")) or _pillar(quote, ("words", "both")) or "chung"


def _pillar(text: str, sorts: tuple[str, ...]) -> str | None:
    lowered = text.lower()
    told = [
        (m.start(), order, name)
        for order, (name, sort, pattern) in enumerate(_pillars())
        if sort in sorts and (m := pattern.search(lowered))
    ]
    return min(told)[2] if told else None
