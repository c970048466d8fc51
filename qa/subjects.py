"""Whom a passage is about: the body at its beginning ("4. Sở Y tế chủ trì …") or in its heading ("4. Sở Y tế")."""

import functools
import re
from collections.abc import Sequence

from documents.bodies import table
from documents.normalise import fold, words
from documents.resolution import Passage
from index.analysis import written_out
from qa.duty_patterns import charges, duties
from qa.tables import cells_of
from qa.units import Unit

_MARK = re.compile(
    r"^\W*(?:Điều \d+\w?[.:]?\s*)?(?:(?:\d+(?:\.\d+)*|[a-zđ])\s*[.)]\s*)?"
    r"(?:(?:Trách nhiệm|Nhiệm vụ) của (?:các )?|Giao (?:cho )?|Đề nghị )?"
)
_BODY = re.compile(
    r"(?i)(?:các )?(?:ban|sở|bộ|ủy ban|ubnd|hđnd|hội đồng|đảng đoàn|đảng ủy|tỉnh ủy|thành ủy|huyện ủy|cấp ủy|văn phòng|phòng"
    r"|công an|mặt trận|đoàn|tỉnh đoàn|thành đoàn|huyện đoàn|hội|hiệp hội|liên minh|liên đoàn|cục|chi cục|tổng cục|thanh tra"
    r"|trung tâm|viện|trường|ngân hàng|kho bạc"
    r"|bảo hiểm|tòa án|viện kiểm sát|bộ chỉ huy|đài|báo|tổ|chủ tịch|thủ trưởng|người đứng đầu|doanh nghiệp)(?!\w)"
)
_NAMED_BODY = re.compile(r"(?i)(?<!\w)" + _BODY.pattern.removeprefix("(?i)"))
_NO_BODY = re.compile(
    r"(?i)(?:tổ chức|ban hành|báo (?:cáo|chí|đảm|động|giá|hiểm y tế toàn dân)|hội (?:nghị|thảo|nhập|họp|tụ)|trường hợp|văn phòng phẩm"
    r"|đoàn kết|bộ (?:phận|chỉ số|tiêu chí|tài liệu|máy|mặt)|viện trợ|phòng(?:,| chống| ngừa)|trung tâm dữ liệu|doanh nghiệp)(?!\w)"
)
"""What begins as the name of a body does and is none; "doanh nghiệp" is anybody's."""
_DOERS = re.compile(
    r"(?i)(?<!\w)(?:cấp ủy|người đứng đầu|các (?:sở|cấp|ngành|ban|hội|đoàn thể|tổ chức|địa phương|đơn vị|cơ quan(?! nhà nước))"
    r"|chính quyền (?!số|điện tử)|ủy ban|doanh nghiệp|công ty|tập đoàn|nhà mạng|bưu điện|điện lực|đoàn viên|vnpt|viettel|mobifone"
    r"|cơ quan (?:chủ trì|phối hợp|thường trực|đầu mối|báo chí)|tổ công nghệ)"
)
"""Those who are charged with something without a name of their own."""
_UNITS = (("thanh", "pho"), ("thi", "xa"), ("tinh",), ("huyen",), ("quan",))
_BY_LEVEL = (("cong", "an"), ("thanh", "tra"), ("cuc", "thue"))
"""Bodies that are called by two words and the level they are of: "Công an tỉnh"."""
_COMMITTEE = ("uy", "ban", "nhan", "dan")
_LEVELS = frozenset(("tinh", "huyen", "quan", "xa", "phuong", "tran", "pho"))
"""The words that tell the level of a committee: "thành phố", "thị trấn" by their last one."""
_COMMUNES_ACT = re.compile(
    r"(?:^|(?<=giao )|(?<=giao cho )|(?<=trach nhiem cua )|(?<=nhiem vu cua )|(?<=trach nhiem )|(?<=nhiem vu ))"
    r"(?:(?P<party>dang uy) |ubnd |uy ban nhan dan |uy ban |chinh quyen )?(?:cac )?(?:cap xa|xa phuong|phuong xa|xa|phuong)"
    r"(?: (?:o|cua|tai|trong|tren) (?:\w+ ){1,4})?"
    r"(?: ?(?:thi|se|can|co|duoc|bi))*(?: ?(?:phai|lam|lo|giao|trach nhiem|nhiem vu|hoan thanh|chiu)(?!\w)|$)"
)
"""The folded words of a question about what communes have to do."""
_LEADS = re.compile(r"(?i)chủ trì|phụ trách|đầu mối|(?:cơ quan|đơn vị)(?: \w+)? (?:thực hiện|chịu trách nhiệm)")
_HELPS = re.compile(r"(?i)phối hợp")
_NO_DOER = re.compile(r"(?i)(?<!\w)(?:của|theo|đến|tới|từ|tại|lên|trên)\s+(?:các\s+)?$|(?<!\w)do\s[^;.]*$")
"""What stands before a body that may only be spoken of."""
_RULES = re.compile(r"(?i)^[^;.]*?(?<!\w)(?:quy định|hướng dẫn|ban hành|công bố|phê duyệt)(?!\w)")
"""What a body does behind "do" that is no task of the passage."""
_GENERAL = re.compile(r"(?:ban|ủy ban|hội đồng|thường trực|văn phòng|tổ|đảng|đoàn đại|\w+ (?:ủy|đoàn))(?!\w)")
"""How the names of bodies begin that every document may charge under another one."""
_NAME, _NAMED_BY = 60, 4  # characters that hold the first words of a body's name, and how many of them tell it
_DEPARTMENTS = frozenset(("du lịch", "ngoại vụ", "quy hoạch", "an toàn"))
"""What departments deal with whose ministries are called otherwise."""
_LEAST = 3  # words that a body's name and the question must share, or all of the name


def is_body(text: str) -> bool:
    """Whether `text` begins with what a body or office is called by, and not only with a word for one ("Trung tâm dữ liệu")."""
    bare = _bare(text)
    return _BODY.match(bare) is not None and (_NO_BODY.match(bare) is None or bare.lower().startswith("doanh nghiệp"))


def headed_by_body(unit: Unit) -> bool:
    """Whether only the heading above `unit` names the body it is about ("3. Sở Y tế")."""
    path = unit.passage.path
    return bool(path) and is_body(path[-1]) and not is_body(unit.passage.text)


def names_body(unit: Unit) -> bool:
    """Whether `unit`, the heading above it or a column of its row names a body or office."""
    passage = unit.passage
    if headed_by_body(unit) or any(cell.strip() for cell in cells_of(passage, "who")):
        return True
    return any(unit.text[m.start()].isupper() and not _NO_BODY.match(unit.text, m.start()) for m in _NAMED_BODY.finditer(unit.text))


def names_doer(question: str, passage: Passage) -> bool:
    """Whether `passage`, its headings or its row names somebody who may do what it says, other than a body that `question` names itself
    ("Cơ quan nào xây dựng Trung tâm điều hành an ninh mạng?")."""
    if any(cell.strip() for cell in cells_of(passage, "who")) or (passage.path and is_body(passage.path[-1])):
        return True
    asked = {fold(w) for w in words(question)}
    for text in (passage.text, *passage.path):
        if any(_acts(text, m.start()) for m in _DOERS.finditer(text)):
            return True
        for m in _NAMED_BODY.finditer(text):
            name = [fold(w) for w in words(text[m.start() : m.start() + _NAME])][:_NAMED_BY]
            is_named = text[m.start()].isupper() and not _NO_BODY.match(text, m.start())
            if is_named and not asked.issuperset(name) and _acts(text, m.start()):
                return True
    return False


def _acts(text: str, start: int) -> bool:
    """Whether the body at `start` may do what `text` says, and is not only what something is of or at, or who makes rules for it."""
    before = _NO_DOER.search(text[:start])
    return before is None or (before[0].lower().startswith("do") and not _RULES.match(text[start:]))


def sectors(question: str) -> tuple[str, ...]:
    """What the ministries and departments named in `question` (lower case) deal with, as pairs of syllables: "bộ quốc phòng"
    gives ("quốc_phòng",); of other bodies, where one is asked for what it has to do, the first pair of its name: "công_an".
    Where a document never says them, it charges that body with nothing."""
    found = ["_".join(words(m[1])[:2]) for m in _sector().finditer(question)]
    found += ["_".join(words(m[0])[:2]) for m in _other_body().finditer(question) if duties(question) or charges(question)]
    return tuple(dict.fromkeys(found))


def bodies_charged(question: str) -> tuple[tuple[str, ...], ...]:
    """For each body that `question` (lower case) asks for its duties, the pairs of syllables of which a document that charges it says one:
    ("sở_thông", "ngành_thông"); a name of an office of the party or of a union is no other's ("Ban Tổ chức" is not "Ban Tuyên giáo")."""
    if not duties(question) and not charges(question):
        return ()
    found: list[tuple[str, ...]] = [(f"đoàn_{word}",) for word in re.findall(r"(?<!\w)đảng đoàn (\w+)", question)]
    for m in _office().finditer(question):
        first = words(m["sector"] or m["ministry"] or m["office"] or m["union"])[0]
        if m["sector"]:
            found.append((f"sở_{first}", f"ngành_{first}"))
        elif m["union"]:
            found.append((f"hiệp_{first}", f"hội_{first}"))
        else:
            found.append((f"{'bộ' if m['ministry'] else 'ban'}_{first}",))
    return tuple(found)


@functools.cache
def _office() -> re.Pattern[str]:
    """What a question may name, by group: departments (sector), ministries, boards of the party (office) and unions."""
    boards = {" ".join(words(row[0].lower())[1:3]) for row in table("bodies.tsv") if row[0].startswith("Ban ")}
    unions = {" ".join(words(row[0].lower())[3:5]) for row in table("bodies.tsv") if row[0].startswith("Hội Liên hiệp ")}
    field, office, union = ("|".join(sorted(names)) for names in (_fields(), boards - {"chỉ đạo"}, unions))
    sector = rf"(?<!cơ )(?<!trụ )sở (?P<sector>{field}|{'|'.join(sorted(_DEPARTMENTS))})"
    named = rf"{sector}|bộ (?P<ministry>{field})|ban (?P<office>{office})|hội (?:liên hiệp )?(?P<union>{union})"
    return re.compile(rf"(?<!\w)(?:{named})(?!\w)")


@functools.cache
def _other_body() -> re.Pattern[str]:
    names = {" ".join(words(row[0].lower())[:2]) for row in table("bodies.tsv") if row[1] == "local" and len(words(row[0])) > 1}
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(n for n in names if not _GENERAL.match(n)))})(?!\w)")


@functools.cache
def _sector() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:bộ|sở) ({'|'.join(sorted(_fields()))})(?!\w)")


def _fields() -> set[str]:
    """The first two syllables of what each ministry deals with."""
    names = (words(row[0].lower()) for row in table("bodies.tsv") if row[0].startswith("Bộ "))
    return {" ".join(name[1:3]) for name in names if len(name) > 2} - {"chính trị"}


def _bare(text: str) -> str:
    """`text` without its number and what stands before a body's name."""
    mark = _MARK.match(text)
    return text[mark.end() :] if mark else text


def subject_fit(asked: Sequence[str], passage: Passage) -> float:
    """1 where the passage begins with a body that the question (its folded words) names, or stands right below a heading
    with that name; else 0."""
    subjects = _subjects(passage.text[:120], passage.path[-1] if passage.path else "")
    if not subjects:
        return 0.0
    communes = _asks_communes(tuple(asked))
    return float(any(_named(asked, subject, whole) or (communes and _of_communes(subject, communes)) for subject, whole in subjects))


def of_another_body(asked: Sequence[str], passage: Passage) -> bool:
    """Whether a passage that is about no body which the question (its folded words) names is about one: it begins with that, stands right
    below a heading that names it, or is a row that says who leads, another one."""
    if _subjects(passage.text[:120], passage.path[-1] if passage.path else ""):
        return True
    heads = zip(passage.columns, passage.cells, strict=False)
    led = any(_LEADS.search(head) and passage.text[a - passage.start : b - passage.start].strip() for head, (a, b) in heads)
    return led and not row_of_body(asked, passage)


@functools.lru_cache(maxsize=64)
def _asks_communes(asked: tuple[str, ...]) -> str:
    """What the communes' bodies are called in a question that asks what these have to do ("phường xã bị giao việc gì?"): the committee
    unless it says "đảng ủy"; "" where none does."""
    found = _COMMUNES_ACT.search(" ".join(asked))
    return (found["party"] or "uy ban nhan dan") if found else ""


def _of_communes(subject: Sequence[str], called: str) -> bool:
    """Whether a body's folded name is that of the communes' committees, party ones or not."""
    return re.match(rf"{called} (?:nhan dan )?(?:cac )?(?:cap xa|xa|phuong|dac khu)(?!\w)", " ".join(subject)) is not None


@functools.lru_cache(maxsize=8192)
def _subjects(beginning: str, heading: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """(folded words, whether they are all of the name) of the bodies a passage is about."""
    found = []
    for text, whole in ((beginning, False), (heading, True)):
        bare = _bare(written_out(text))
        if is_body(bare):
            name = tuple(fold(w) for w in words(bare)[:8])
            found.append((name, whole))
            if whole and (short := _without_place(name)) != name:
                found.append((short, whole))
    return tuple(found)


def row_of_body(asked: Sequence[str], passage: Passage, *, helps: bool = False) -> bool:
    """Whether a row of a table says in its column of who leads ("Cơ quan chủ trì"), or of who `helps`, a body that the question (its
    folded words) names."""
    column = _HELPS if helps else _LEADS
    for head, (a, b) in zip(passage.columns, passage.cells, strict=False):
        if column.search(head) and any(_named(asked, name, True) for name in _in_cell(passage.text[a - passage.start : b - passage.start])):
            return True
    return False


@functools.lru_cache(maxsize=8192)
def _in_cell(cell: str) -> tuple[tuple[str, ...], ...]:
    """The folded names of the bodies in a cell, without the place they are of."""
    names = []
    for part in re.split(r"[;,\n]|\s-\s", written_out(cell)):
        bare = _bare(part.strip())
        if _BODY.match(bare):
            name = tuple(fold(w) for w in words(bare)[:8])
            names += [name, _without_place(name)]
    return tuple(dict.fromkeys(n for n in names if len(n) > 1))


def _without_place(name: tuple[str, ...]) -> tuple[str, ...]:
    """A body's name without the unit it is of, as people say "Công an Cần Thơ" for "Công an thành phố"; of a unit's committee, the
    units: "xã phường Đồng Tháp" for "Ủy ban nhân dân xã, phường"."""
    if name[:4] == _COMMITTEE and len(name) > len(_COMMITTEE) + 1:
        return name[4:]
    return next((name[: -len(u)] for u in _UNITS if len(name) > len(u) + 1 and name[-len(u) :] == u), name)


def _named(asked: Sequence[str], subject: Sequence[str], whole: bool) -> bool:
    if subject[:1] == ("so",) and "nganh" in asked:
        asked = ["so" if w == "nganh" else w for w in asked]  # people say "ngành y tế" for Sở Y tế
    for i in range(len(asked)):
        shared = 0
        while shared < len(subject) and i + shared < len(asked) and asked[i + shared] == subject[shared]:
            shared += 1
        if shared >= _LEAST and _other_level(asked[i : i + 8], subject):
            continue
        if shared >= _LEAST or (whole and 1 < shared == len(subject)):
            return True
        if (
            shared > 1
            and tuple(subject[:2]) in _BY_LEVEL
            and subject[2:3] in (("tinh",), ("thanh",))
            and not _LEVELS.intersection(asked[i + 2 : i + 4])
        ):
            return True
    return False


def _other_level(asked: Sequence[str], subject: Sequence[str]) -> bool:
    """Whether both are committees, of different levels: "UBND tỉnh" and "UBND cấp huyện"."""
    size = len(_COMMITTEE)
    if tuple(asked[:size]) != _COMMITTEE or tuple(subject[:size]) != _COMMITTEE:
        return False
    of, its = (_LEVELS.intersection(words_[size : size + 4]) for words_ in (asked, subject))
    return bool(of and its) and of.isdisjoint(its)
