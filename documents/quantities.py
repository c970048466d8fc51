"""Quantities in official Vietnamese prose: figures with their comparator and unit, ranges, ranks, small numbers in words.

Numbers that count nothing (of decrees, dates, articles, levels of service, "4G", "24/7", names in quotation marks) are
blotted out before anything is read; blots keep every offset where it was.
"""

import functools
import re
from dataclasses import dataclass
from importlib import resources

_FIGURE = r"\d{1,3}(?:\.\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?"
_WORDED = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_DASH = r"[-–—÷]"

# What stands before a figure, nearest to it first: ("tối thiểu đạt 50", "không dưới 90", "trên 80").
_LINK = r"(?:\s+(?:đạt|là|có|từ|được|bằng|mức|thêm|ở mức|khoảng))?\s*"
_BEFORE = (
    (">=", r"tối thiểu|ít nhất|không dưới|không ít hơn|không thấp hơn|không nhỏ hơn|≥|>="),
    ("<=", r"tối đa|không quá|không vượt quá|không lớn hơn|không cao hơn|nhiều nhất|≤|<="),
    (">", r"trên|vượt|(?<!cao )(?<!thấp )(?<!nhiều )(?<!ít )(?<!lớn )(?<!nhanh )(?<!tốt )(?<!sớm )hơn|>"),
    ("<", r"dưới|(?:ít|thấp|nhỏ) hơn|<"),
    ("~", r"khoảng|xấp xỉ|gần|ước đạt|ước|chừng|tầm|~"),
)
_COMPARATOR = re.compile(rf"(?<!\w)(?:{'|'.join(f'(?P<c{i}>{words})' for i, (_, words) in enumerate(_BEFORE))}){_LINK}$", re.IGNORECASE)
_AFTER = ((">=", re.compile(r"\s*(?:\([^)]*\)\s*)?trở lên")), ("<=", re.compile(r"\s*trở xuống")))

_PERCENT = re.compile(r"\s*(?:%|phần trăm)")
_PER = re.compile(
    r"\s*(?:/\s*(?:(?:1|01|một)\s+)?(\d[\d.]* (?:dân|người)|vạn dân|[^\W\d_]+)|trên (?:(?:1|01|một)\s+)?(\d[\d.]* (?:dân|"
    r"người)|vạn dân))"
)
_MAGNITUDE = re.compile(r"\s*(nghìn tỷ|ngàn tỷ|triệu tỷ|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\w)", re.IGNORECASE)
_SYLLABLES = re.compile(r"\s*([^\W\d_]+)(?:\s+([^\W\d_]+))?")
_SYLLABLE = re.compile(r"\s*([^\W\d_][\w²³]*)")

_DOCUMENTS = (
    "nghị quyết|quyết định|chỉ thị|kế hoạch|thông tư|nghị định|luật|công văn|chương trình|kết luận|thông báo|quy định|"
    "hướng dẫn|tờ trình|báo cáo|đề án"
)
_NO_QUANTITY = re.compile(
    "|".join(
        (
            r"^\s*\(?\d+(?:\.\d+)*[.)]\s",
            r"\(\d{1,2}\)",
            r"[“\"][^”\"]*[”\"]",
            rf"(?:{_DOCUMENTS})\s+(?:số\s*:?\s*)?\d[\w./-]*",
            r"\d+[-/]\d*[-/]?[A-ZĐƯ]{2}[\w/-]*",
            r"(?<!tổng )\bsố\s*:?\s*\d+[-/]\S+",
            r"(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d",
            r"\bnăm\s+(?:19|20)\d\d(?!\d)",
            r"(?:ngày|tháng|quý)\s+\d{1,2}(?:\s*[/-]\s*\d{1,4})*(?![\d%]|[.,]\d|\s*%|\s*[-–]\s*\d+\s*%)",
            r"(?<![\d.,])(?:19|20)\d\d\s*[-–—]\s*(?:19|20)\d\d(?!\d)",
            r"(?:điều|khoản|điểm|mục|chương|phụ lục|biểu|bảng|trang|hình|tập)\s+(?:số\s+)?\d+(?:\.\d+)*(?!\d*[.,]?\d*\s*%)",
            r"(?:mức độ|cấp độ|phiên bản|iso|tcvn|qcvn|thế hệ|khóa|khoá|đợt|hạng|loại|lần thứ|"
            r"tiêu chí)\s+(?:số\s+)?\d+(?:[.:,-]\d+)*(?!\d*\s*%)",
            r"(?<![\d.,])\d+(?:\.\d+)?[gd](?:/\d[gd])*\b",  # 4G/5G, 3D
            r"\b24\s*/\s*7\b|\b24\s*/\s*24(?=\s*(?:giờ|h\b|[,.;)]|$))",
            r"\b[1-5]\.0\b(?!\s*%)",
            r"[⁽(]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+[⁾)]?",
        )
    ),
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?<![\w/])(?<![\w%][.,])(?P<low>{_FIGURE})(?:\s*(?:%|phần trăm))?(?:\s*{_DASH}\s*|\s+(?:đến|"
    rf"tới)\s+(?=\d[\d.,]*\s*[^\W\d_%]|\d[\d.,]*\s*%))(?P<high>{_FIGURE})(?![\w/]*\d)"
    rf"|(?P<base>(?:từ|mức)\s+(?:{_FIGURE})\s*%?\s+(?:lên|xuống|còn)\s+(?:(?:đạt|còn|tới|đến|trên|khoảng|tối thiểu|ít nhất|"
    rf"dưới)\s+)*)(?P<to>{_FIGURE})"
    rf"|(?<![\w/-])(?<![\w%][.,])(?P<one>{_FIGURE})(?:/(?P<of>\d+))?(?!/?\d)"
    rf"|(?<!\w)(?P<word>{'|'.join(_WORDED)})(?=\s+[^\W\d_])",
    re.IGNORECASE,
)
_GROUP = re.compile(
    rf"(?:nhóm|top|tốp)\s+(?:các\s+)?(?:{_DASH}\s*)?(?P<n>\d+)(?![\d.,]*\s*%)(?P<unit>\s+(?:tỉnh|thành phố|địa phương|"
    rf"quốc gia|nước|bộ|đơn vị|doanh nghiệp|trường)(?!\w))?"
    rf"|(?P<m>\d+)(?P<unit2>\s+(?:tỉnh|thành phố|địa phương|quốc gia|nước))(?:(?:,|/| và| hoặc)?\s*(?:tỉnh|thành phố|thành|"
    rf"tp))?(?:\s+\w+){{0,5}}?\s+(?:đứng đầu|dẫn đầu|hàng đầu|tốp đầu|top đầu)"
    rf"|(?:xếp|đứng|vị trí|thứ hạng|hạng)\s+(?:hạng\s+|vị trí\s+)?(?:thứ\s+)?(?:từ\s+)?(?:thứ\s+)?(?:(?:1|01|"
    rf"nhất)\s*(?:{_DASH}|đến)\s*)?(?P<r>\d+)(?:/(?P<all>\d+))?(?P<unit3>)(?![\d.,]*\s*%)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity at [start, end) of a text; `start` includes its comparator, [figure, end) figure and unit."""

    start: int
    figure: int
    end: int
    value: float
    value_max: float | None
    comparator: str
    """>= | > | <= | < | = | ~ | range"""
    unit: str
    sort: str
    """Of the unit: percent | rank | xa | huyen | place | person | thing | money | measure | rate | time | bare (no unit) | unknown."""
    stated: bool
    """Whether the text itself compares ("tối thiểu", "trên")."""
    worded: bool
    """Whether the number is a word ("ba đô thị")."""
    after_number: int
    """Where the figure itself ends; what it counts begins there, the unit included."""


@functools.cache
def _units() -> dict[str, tuple[str, str]]:
    """Unit as written in lower case -> its sort and the name it is shown by."""
    rows = (resources.files("documents") / "data" / "units.tsv").read_text("utf-8").splitlines()
    parts = [[*line.split("\t"), ""] for line in rows if line and not line.startswith("#")]
    return {unit: (sort, shown or unit) for unit, sort, shown, *_ in parts}


def parse_number(figure: str) -> float:
    """The value of a figure as Vietnamese writes it: "1.133" is 1133, "11,5" is 11.5; "11.5" is read as 11.5 too."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", figure):
        return float(figure.replace(".", "").replace(",", "."))
    return float(figure.replace(",", "."))


def blotted(text: str) -> str:
    """`text` with the numbers that count nothing replaced by "#", every offset kept."""
    return _NO_QUANTITY.sub(lambda m: re.sub(r"\d", "#", m[0]) if m[0][0] not in '“"' else "#" * len(m[0]), text)


def quantities(text: str) -> list[Quantity]:
    """The quantities of `text` in order, those with units that count nothing for a target left out."""
    ranks = [_rank(text, m) for m in _GROUP.finditer(text)]
    searched = blotted(text)
    found = [q for q in ranks if "#" not in searched[q.figure : q.after_number] or text[q.start : q.figure].strip()]
    taken = [(q.start, q.end) for q in found]
    for match in _NUMBER.finditer(searched):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        quantity = _read(text, match)
        if quantity is not None:
            found.append(quantity)
            taken.append((quantity.start, quantity.end))
    return sorted(found, key=lambda q: q.figure)


def cell_quantity(text: str, unit: str = "") -> Quantity | None:
    """The quantity a table's cell holds and is nothing else but ("≥ 90%", "Trên 50", "20-25"), or None. `unit` is that of the row."""
    match = re.fullmatch(
        rf"\s*(?P<said>[^\d]{{0,16}}?)\s*(?P<low>{_FIGURE})(?:\s*%?\s*(?:{_DASH}|đến)\s*(?P<high>{_FIGURE}))?\s*(?P<unit>%|"
        rf"[^\d|]{{0,20}})\s*",
        text,
        re.IGNORECASE,
    )
    if not match:
        return None
    said = match["said"].strip().lower()
    comparator = _comparator(said + " ") if said else "="
    # Words before the figure that compare nothing make it a sentence, not a value.
    if said and comparator == "=" and said not in ("đạt", "=", "phấn đấu", "phấn đấu đạt", "từ", "đạt từ"):
        return None
    tail = match["unit"].strip(" .;")
    if tail.lower().startswith("trở lên"):
        comparator, tail = ">=", ""
    own = "%" if tail.startswith(("%", "phần trăm")) else tail
    if own and own != "%" and _sort_of(own)[1] in ("none", "unknown") and own.lower() != unit.lower():
        return None
    high = parse_number(match["high"]) if match["high"] else None
    used = own or unit
    known, shown = _units().get(used.lower(), ("", used))
    used = used if known in ("measure", "money") else shown
    sort = "percent" if used.startswith("%") else _sort_of(used)[1]
    end = match.end("unit") if tail else (match.end("high") if match["high"] else match.end("low"))
    start = match.start("said") if said else match.start("low")
    return Quantity(
        start,
        match.start("low"),
        end,
        parse_number(match["low"]),
        high,
        "range" if high is not None else comparator,
        used,
        sort,
        bool(said),
        False,
        match.end("low"),
    )


def _comparator(before: str) -> str:
    match = _COMPARATOR.search(before)
    if not match:
        return "="
    return next(sign for i, (sign, _) in enumerate(_BEFORE) if match[f"c{i}"])


def _rank(text: str, match: re.Match[str]) -> Quantity:
    name = next(n for n in ("n", "m", "r") if match[n])
    unit = {"n": match["unit"], "m": match["unit2"], "r": None}[name]
    around = text[match.start() : match.end() + 60].lower()
    # "top 10 cả nước" ranks provinces without saying so.
    fallback = "tỉnh" if name != "r" and re.search(r"cả nước|toàn quốc|vùng|khu vực|tỉnh|thành phố", around) else "hạng"
    figure, after = match.start(name), match.end("all") if name == "r" and match["all"] else match.end(name)
    end = max(match.end("unit"), after) if name == "n" and match["unit"] else match.end()
    better = next((sign for sign, pattern in _AFTER if pattern.match(text, match.end())), None)
    # "xếp thứ 20 trở lên" means 20 or better, the way a group of 20 does.
    return Quantity(
        match.start(),
        figure,
        end,
        float(match[name]),
        None,
        "=",
        (unit or fallback).strip().lower(),
        "rank",
        better is not None,
        False,
        after,
    )


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    name = next(n for n in ("low", "to", "one", "word") if match[n] is not None)
    figure = match.start(name)
    after = match.end("high") if name == "low" else match.end()
    value = float(_WORDED[match["word"].lower()]) if name == "word" else parse_number(match[name])
    high = parse_number(match["high"]) if name == "low" else None
    if high is not None and high <= value:
        return None
    unit, sort, end = _unit(text, after, text[match.start("one") : after] if name == "one" else "")
    if sort == "none":
        return None
    if name == "one" and sort not in ("percent", "rate", "money", "measure") and re.fullmatch(r"\d{1,3}(?:,\d{3})+", match["one"]):
        value = float(match["one"].replace(",", ""))  # "3,000 doanh nghiệp": nothing is counted in thousandths
    before = text[max(0, match.start() - 40) : match.start()]
    compared = _COMPARATOR.search(before) if name != "to" else _COMPARATOR.search(text[match.start() : figure])
    comparator = _comparator(compared[0]) if compared else "="
    start = match.start() if name == "to" or not compared else match.start() - (len(before) - compared.start())
    stated = compared is not None
    for sign, pattern in _AFTER:
        said = pattern.match(text, end)
        if said:
            comparator, stated, end = sign, True, said.end()
    # "một cửa", "một lần", "ba bên": words count only what is known to be counted; "năm" is mostly a year.
    if name == "word" and not stated and (sort in ("unknown", "bare", "rate") or match["word"].lower() == "năm"):
        return None
    return Quantity(start, figure, end, value, high, "range" if high is not None else comparator, unit, sort, stated, name == "word", after)


def _unit(text: str, after: int, figure: str) -> tuple[str, str, int]:
    """Unit, its sort, and where it ends."""
    percent = _PERCENT.match(text, after)
    if percent:
        per = _PER.match(text, percent.end())
        if per and per[1] == "năm":
            return "%/năm", "percent", per.end()
        return "%", "percent", percent.end()
    magnitude = _MAGNITUDE.match(text, after)
    start = magnitude.end() if magnitude else after
    unit, sort, end = _noun(text, start)
    if magnitude:
        big = magnitude[1].lower()
        kept = sort not in ("none", "unknown", "bare")
        unit, end = _with_per(text, unit, end) if kept else (unit, end)
        return (f"{big} {unit}" if kept else big), (sort if kept else "money"), (end if kept else magnitude.end())
    if sort in ("unknown", "bare") and re.fullmatch(r"(?:19|20)\d\d", figure):
        return "", "none", after  # a year
    if sort not in ("none", "unknown", "bare"):
        unit, end = _with_per(text, unit, end)
    return unit, sort, end


def _with_per(text: str, unit: str, end: int) -> tuple[str, int]:
    """`unit` with what it is per: "triệu đồng/người/năm", "thuê bao/100 dân"."""
    while per := _PER.match(text, end):
        unit, end = f"{unit}/{per[1] or per[2]}", per.end()
    return unit, end


def _noun(text: str, start: int) -> tuple[str, str, int]:
    ends: list[int] = []
    syllables: list[str] = []
    position = start
    while len(syllables) < 5 and (m := _SYLLABLE.match(text, position)):
        syllables.append(m[1].lower())
        position = m.end()
        ends.append(position)
    for n in range(len(syllables), 0, -1):
        unit = " ".join(syllables[:n])
        if unit in _units():
            sort, shown = _units()[unit]
            return text[ends[n - 1] - len(unit) : ends[n - 1]] if sort == "measure" else shown, sort, ends[n - 1]
    # "chỉ số … đạt 0,7": a figure of an index has no unit.
    if not syllables or syllables[0] == "trở":
        return "", "bare", start
    return " ".join(syllables[:2]), "unknown", ends[min(1, len(ends) - 1)]


def _sort_of(unit: str) -> tuple[str, str]:
    name, sort, _ = _noun(unit, 0)
    return name, sort
