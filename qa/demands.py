"""What an answer must hold beside the words of the question: a person's name, a phone number, a state that has been reached.

A document on plans says much about any topic and seldom names a person or an address. A question for such a thing is
answered where the thing itself stands, or not at all.
"""

import functools
import re
from collections.abc import Sequence
from enum import StrEnum
from importlib import resources

from documents.commitments import GOALS, SITUATION, TASKS, VIEWPOINT, section_kind
from documents.mentions import NUMBER
from documents.normalise import UPPER, fold
from documents.places import key, places_in, province_names
from documents.resolution import Passage

_SYLLABLE = rf"[{UPPER}][^\W\d_]*"


class Demand(StrEnum):
    """The sort of thing asked for."""

    ADDRESS = "address"
    CONTACT = "contact"
    PERSON = "person"
    LEADER = "leader"
    COMPANY = "company"
    NAME = "name"
    NAMES = "names"
    PLACE = "place"
    DOCUMENT = "document"
    FUNDS = "funds"
    AREA = "area"
    LENGTH = "length"
    AGE = "age"
    SPEED = "speed"
    CLOCK = "clock"
    PAPERS = "papers"


class Tense(StrEnum):
    """Whether a figure is asked of what is, or of what is aimed at."""

    PRESENT = "present"
    GOAL = "goal"


_OFFICES = "giám đốc|chủ tịch|bí thư|bộ trưởng|trưởng ban|trưởng phòng|cục trưởng|thủ trưởng|tổ trưởng|hiệu trưởng"
_PLACES = "xã|phường|thị trấn|thôn|bản|buôn|làng|quận|huyện|đặc khu"
_BUILT = "trường|bệnh viện|chợ|khu công nghiệp|cụm công nghiệp|trạm y tế|công ty|doanh nghiệp|hợp tác xã|ngân hàng"
_WHO_IS = r"(?:ai|người nào) (?:đang |hiện )?(?:được (?:cử|bầu|giao|phân công|bổ nhiệm|chỉ định) )?(?:làm|là|giữ chức|đứng đầu)"
_DEMANDS = {
    Demand.LEADER: re.compile(rf"(?<!\w){_WHO_IS}(?: \w+)? (?:trưởng|phó|tổ trưởng)(?: ban| tổ)? (?:ban|tổ|chỉ đạo|điều hành)(?!\w)"),
    Demand.ADDRESS: re.compile(
        r"(?<!\w)(?:(?:đường|phố|ngõ|số nhà) (?:nào|mấy|bao nhiêu)|số mấy(?= đường)|địa chỉ(?: của)?(?= (?:các |những )?"
        r"(?:trụ sở|văn phòng|nhà|kho|trung tâm|cơ quan|bệnh viện|trường|chi nhánh|bưu điện|công ty|sở|ủy ban|điểm|nơi|chỗ|bộ phận)))(?!\w)"
    ),
    Demand.CONTACT: re.compile(
        r"(?<!\w)(?:(?:gọi|bấm|nhắn|alo) (?:vào |tới |đến )?số (?:nào|mấy|mô|bao nhiêu)|số (?:nào|mô) (?:để )?(?:gọi|hỏi|báo)"
        r"|số trực(?! tuyến)"
        r"|(?:tổng đài|đường dây|hotline)(?: [^\W\d]+){0,10} (?:là )?số (?:mấy|nào|mô|bao nhiêu)"
        r"|số điện thoại|điện thoại liên hệ|số liên hệ|(?<!gọi )(?<!qua )(?<!vào )(?<!đến )(?:hotline|đường dây nóng)"
        r"|e-?mail|hòm thư|trang web|website|fanpage"
        r"|đường link|link|số tài khoản"
        r"|(?:địa chỉ|tên miền)(?= (?:trang|website|liên hệ|email|của|cổng|ở đâu|là gì|nào)))(?!\w)"
    ),
    Demand.PERSON: re.compile(
        r"(?<!\w)(?:(?:ông(?:(?: ?/ ?| )bà)?|bà|anh|chị|đồng chí|(?<!đơn )vị) nào|tên (?:ông|bà|người)"
        rf"|(?:họ(?: và)? tên|tên tuổi|danh tính)[\w, ]* (?:đồng chí|ông|bà|người|cán bộ|{_OFFICES}|trưởng|phó)"
        rf"|{_WHO_IS}(?: \w+)? (?:trưởng|phó|{_OFFICES})|^tên (?:của )?(?:{_OFFICES})"
        rf"|(?:{_OFFICES})[^?;]{{0,140}}? (?:là ai|tên (?:l[àa] )?gì|là ông nào|là bà nào)"
        r"|(?:chuyên gia|cố vấn|đồng chí|cá nhân)(?: \w+){0,8} (?:là|gồm)(?: những)? ai)(?!\w)"
    ),
    Demand.NAME: re.compile(r"(?<!\w)tên (?:là )?gì(?!\w)"),
    Demand.PLACE: re.compile(
        r"(?:(?<!\w)(?:ở|tại|lấy|chọn) |^)(?:những |các |mấy )?(?:xã|phường|thị trấn|thôn|quận|huyện|thị xã) nào(?!\w)(?! (?:cũng|mà))"
        r"|^(?:các |những )?(?:xã|phường|thị trấn|thôn|quận|huyện|thị xã)(?: đầu tiên)?"
        r" (?:được chọn|thí điểm|làm điểm|đi đầu|dẫn đầu)(?!\w)"
    ),
    Demand.COMPANY: re.compile(
        r"(?<!\w)(?:(?:công ty|tập đoàn|nhà thầu|hãng|nhà mạng|nhà cung cấp|ngân hàng)(?: \w+){0,2} nào"
        r"|(?:doanh nghiệp|nhà đầu tư) nào(?: \w+){0,2} (?:trúng thầu|thi công|xây(?: dựng)?|lắp(?: đặt)?|cung cấp|được (?:\w+ ){0,3}thuê)"
        r"|giao (?:cho )?(?:doanh nghiệp|công ty) nào|(?:đơn vị|bên) nào(?: \w+){0,2} (?:trúng thầu|thi công)"
        r"|^(?:công ty|đơn vị|doanh nghiệp|bên|nhà thầu)(?: \w+)? (?:trúng thầu|thi công)"
        r"|(?:phần mềm|sản phẩm|máy|thiết bị)(?: \w+){0,2} của (?:hãng|bên|công ty|ai) nào|thương hiệu (?:nào|gì))(?!\w)"
    ),
    Demand.NAMES: re.compile(
        rf"(?<!\w)(?:(?:ở|tại) (?:những |các |mấy )?(?:bệnh viện|trường(?: học)?|chợ|khu công nghiệp|trung tâm thương mại) nào"
        rf"|(?:tên|^danh sách) (?:của )?(?:\d+ |những |các |từng |mấy )?(?:{_PLACES}|{_BUILT})"
        rf"|(?:(?:kể|liệt kê|nêu|đọc|ghi)(?: \w+)? tên)"
        rf"[^?]*(?<!\w)(?:{_PLACES}|{_BUILT})|(?:{_PLACES}|{_BUILT})(?: \w+){{0,8}}[, ]+(?:(?:kể|liệt kê|nêu)(?: \w+)? tên))(?!\w)"
    ),
    Demand.CLOCK: re.compile(r"(?<!\w)(?:lúc|bắt đầu|mở cửa|đóng cửa|làm việc|từ|đến|tới|vào) mấy giờ(?!\w)"),
    Demand.PAPERS: re.compile(
        r"(?<!\w)(?:(?:hồ sơ|thủ tục)(?: [^\W\d]+){0,4} (?:gồm|cần|phải có)(?: [^\W\d]+){0,3} (?:gì|nào)"
        r"|(?:mang|nộp|chuẩn bị|cần|gồm)(?: theo| có)?(?: những| các| mấy| loại)? (?:giấy(?: tờ)?|hồ sơ) (?:gì|nào))(?!\w)"
    ),
    Demand.DOCUMENT: re.compile(
        r"(?<!\w)(?:nghị định|nghị quyết|quyết định|thông tư|luật|công văn|kế hoạch|chỉ thị|văn bản|tờ trình)"
        r" (?:có |mang )?số (?:mấy|nào|bao nhiêu)(?!\w)"
    ),
}
_AMOUNT = r"(?: [^\W\d]+){0,12}? (?:là )?(?:bao nhiêu|mấy|cỡ nào)(?!\w)"
_ALONE_ASKED = r"(?!\w)(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao)(?!\w))"  # key words that ask for a quantity by its name
_DEMANDS[Demand.AREA] = re.compile(
    rf"(?<!\w)diện tích{_AMOUNT}|^(?:tổng )?diện tích{_ALONE_ASKED}|(?<!mở )rộng (?:bao nhiêu|mấy|cỡ nào)(?!\w)"
    r"|(?:bao nhiêu|mấy) (?:ha|héc|m2|mét vuông)(?!\w)"
)
_DEMANDS[Demand.LENGTH] = re.compile(
    rf"(?<!\w)chiều dài{_AMOUNT}|^(?:tổng )?chiều dài{_ALONE_ASKED}|(?:bao nhiêu|mấy) (?:km|cây số|ki-lô-mét)(?!\w)"
)
_DEMANDS[Demand.AGE] = re.compile(r"(?<!\w)(?:(?:bao nhiêu|mấy) tuổi|độ tuổi (?:nào|bao nhiêu|mấy))(?!\w)")
_DEMANDS[Demand.SPEED] = re.compile(
    rf"(?<!\w)tốc độ (?:mạng|internet|băng thông|đường truyền|tải|truy cập|kết nối){_AMOUNT}"
    r"|(?:bao nhiêu|mấy) (?:[mgk]bps|mê(?:ga)?|mega(?: ?bit)?|giga(?: ?bit)?|gi-ga|mê-ga)(?!\w)"
)
# Tried last: "kinh phí …" without more asks for a sum, or for where it comes from.
_DEMANDS[Demand.FUNDS] = re.compile(
    r"^(?:kinh phí|chi phí|dự toán|vốn|tổng vốn|nguồn vốn|ngân sách|đơn giá|giá|học phí|lệ phí|mức (?:hỗ trợ|phạt|thưởng|lương|chi))(?!\w)"
)
_HELD = {
    Demand.FUNDS: re.compile(
        r"(?i)(?<!\w)(?:kinh phí|chi phí|ngân sách|vốn|nguồn(?! (?:nhân )?lực| gốc| tin| nước| điện| mở| lao động)|tài trợ"
        r"|xã hội h[óo][áa]?|(?:\d|nghìn|ngàn|triệu|tỷ|tỉ) ?đồng|usd|miễn(?: phí)?|mức(?! độ)|chi trả|phí|lương)(?!\w)"
        r"|(?:giảm|hỗ trợ|bù|trợ giá)[^.;]{0,40}?\d\s?%"
    ),
    Demand.ADDRESS: re.compile(rf"(?i:đường|phố|ngõ|số nhà|đại lộ|quốc lộ)\s+(?:số\s+)?(?:\d|{_SYLLABLE})"),
    Demand.PAPERS: re.compile(
        r"(?i)(?<!\w)(?:hồ sơ(?: [^\W\d]+){0,6} (?:gồm|là|bao gồm)|thành phần hồ sơ|đơn (?:đề nghị|đăng ký|xin)|tờ khai|bản sao|mẫu số"
        r"|hóa đơn|hoá đơn|chứng từ|biên bản|văn bản đề nghị|giấy (?:tờ|chứng nhận|phép)|tài liệu chứng minh)(?!\w)"
    ),
    Demand.CLOCK: re.compile(r"(?<!\d)\d{1,2}\s?(?:giờ(?! làm việc)|h(?:\d\d)?(?!\w)|:\d\d)|24/7"),
    Demand.CONTACT: re.compile(
        r"(?i)(?:tổng đài|đường dây|hotline|đầu số)[^.;\d]{0,40}\d{3,8}(?![\d%]|[.,/]\d)|(?<!\d)0\d{2,3}[\s.-]?\d{3,4}[\s.-]?\d{3,4}(?!\d)|\S@\S|https?://|www\.|\.(?:gov|com|org|edu)\.?\w*|\.vn\b"
    ),
    Demand.DOCUMENT: re.compile(NUMBER),
    Demand.NAME: re.compile(
        r"(?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Hh]uyện|[Qq]uận|[Tt]hị xã|[Tt]hành phố|[Tt]ỉnh|[Kk]hu"
        r"|[Cc]ông ty|[Tt]ập đoàn|[Hh]ãng|[Nn]gân hàng|[Nn]ền tảng|[Qq]uỹ|[Ss]àn|[Cc]hương trình|[Đđ]ề án"
        rf"|[Ứứ]ng dụng|[Hh]ệ thống|[Cc]ổng|[Vv]í|[Tt]rường|[Bb]ệnh viện)\s+{_SYLLABLE}|[“\"][^”\"]{{2,80}}[”\"]"
    ),
}
_HELD[Demand.PLACE] = re.compile(
    rf"(?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Hh]uyện|[Qq]uận|[Tt]hị xã|[Tt]hôn|[Bb]ản|[Ấấ]p|[Đđ]ặc khu):?"
    rf" (?!Sở|Ban|Bộ|UBND|HĐND|Phòng|Công an){_SYLLABLE}"
    rf"|[Tt]hành phố (?!Hồ Chí Minh|Hà Nội|Đà Nẵng|Hải Phòng|Cần Thơ|Huế){_SYLLABLE}"
)
_HELD[Demand.AREA] = re.compile(
    r"(?i)\d[\d.,]*\s?(?:nghìn |ngàn |triệu )?(?:ha|héc[- ]?ta|[km]?m ?[2²]|(?:ki-?lô-?)?mét vuông|mẫu|sào|công đất)(?!\w)"
)
_HELD[Demand.LENGTH] = re.compile(r"(?i)\d[\d.,]*\s?(?:nghìn |ngàn )?(?:km|m|mét|ki-?lô-?mét|cây số|hải lý)(?![\w²])")
_HELD[Demand.AGE] = re.compile(r"(?i)(?<!\w)(?:\d+|đủ|độ) tuổi(?!\w)")
_HELD[Demand.SPEED] = re.compile(r"(?i)\d\s?(?:[mgk]b(?:ps|/s|it)|mega ?bit|giga ?bit)")
_HELD[Demand.COMPANY] = re.compile(
    rf"(?:[Cc]ông ty|[Tt]ập đoàn|[Nn]gân hàng|[Hh]ãng|[Nn]hà mạng|[Nn]hà thầu)(?: [^\W\d{UPPER}]\w*){{0,3}} {_SYLLABLE}"
    r"|(?<!\w)(?:VNPT|Viettel|MobiFone|VinaPhone|FPT|CMC|MISA|Bkav|Vietcombank|Agribank|BIDV|VietinBank)(?!\w)"
)
_HELD[Demand.NAMES] = re.compile(rf"(?i:{_PLACES}|{_BUILT})(?: (?!cấp|ủy)[^\W\d{UPPER}]\w*){{0,3}}:? (?!UBND|HĐND|TTHC|CNTT){_SYLLABLE}")
# "do Bí thư Tỉnh ủy làm Trưởng ban"
_HELD[Demand.LEADER] = re.compile(rf"(?i)(?:{_OFFICES})[^.;]{{0,60}}(?<!\w)(?:làm|là)(?: \w+)? (?:trưởng|phó|tổ trưởng)")
_BELOW = re.compile(r"(?<!\w)(?:dưới|chưa đủ|chưa đến|chưa tới|nhỏ hơn|ngắn hơn) (\d[\d.,]*\s?[^\W\d]+)")
_ABOVE = re.compile(r"(?<!\w)(?:trên|quá|lớn hơn|dài hơn|từ(?: đủ)?(?= \d[\d.,]*\s?[^\W\d]+ trở lên)) (\d[\d.,]*\s?[^\W\d]+)")
_ORDINAL = re.compile(
    r"(?<!\w)(giai đoạn|đợt|dự án|tiểu dự án|hợp phần|mức độ|cấp độ|hạng|bậc) (?:số )?"
    r"(\d{1,2})(?![\w.,/%-]| ?(?:tỷ|triệu|năm|ngày|tháng))(?: (?:và|hoặc|hay|đến) (\d{1,2})(?!\w))?"
)
_RANKED = re.compile(r"(?<!\w)(?:hạng|thứ (?:mấy|bao nhiêu|\d+)|top|tốp|nhóm (?:mấy|nào|\d+|đầu|dẫn đầu|cuối))(?!\w)")
_COUNTRY, _REGION = (
    re.compile(r"(?<!\w)(?:cả nước|toàn quốc|\d+/63|tỉnh, thành)(?!\w)"),
    re.compile(r"(?<!\w)(?:vùng|khu vực|miền) [^\W\d]"),
)
_ALONE = re.compile(r"(?<!\w)riêng (?:ở |cho |của |đối với |các )?(?:cấp (\w+)|((?:vùng|khối|huyện|quận) \w+ \w+))")
_ALONE_YEAR = re.compile(r"(?<!\w)riêng (?:trong |tính )?năm (20\d\d)(?!\d)")
_STRETCH = re.compile(r"20\d\d\s?[-–]\s?20\d\d")
_NO_SURNAMES = frozenset(("Tổ", "Hộ", "Lễ"))  # "Tổ Công tác": none of a Mr Tô
_OF_PLACE = re.compile(rf"(?i)(?<!\w)(?:{_PLACES}|{_BUILT}|đường|phố|tỉnh|thành phố|quảng trường|đại lộ)\s+$")
_PRESENT = re.compile(
    r"(?<!\w)(?<!thực )(?<!thể )(?<!phát )(?<!xuất )(?<!biểu )(?<!hình )hiện(?! (?:đại|trạng|hữu|tượng|thực|diện|vật|hành|hình|thân))(?!\w)"
    r"|(?<!\w)(?:(?:đến|tới|cho đến) (?:nay|giờ|hiện nay)|bây giờ|lúc này|thời điểm này"
    r"|đang có|đã có|đã đạt)(?!\w)"
    r"|(?<!\w)(?<!xuống )còn (?:bao nhiêu|mấy)(?!\w)"
    r"|(?<!\w)(?:mấy|bao nhiêu).*(?<!\w)rồi(?= ?(?:$|[?.!]|(?:vậy|nhỉ|hả|ạ|thế)\W*$))|(?<!\w)đã(?!\w).*(?<!\w)(?:mấy|bao nhiêu)(?!\w)"
)
_SHARE = re.compile(r"%|(?<!\w)(?:phần trăm|(?:tỷ|tỉ) (?:lệ|trọng))(?!\w)")
_BESIDE_SHARES = (Demand.CONTACT, Demand.AREA, Demand.LENGTH, Demand.AGE, Demand.FUNDS)
"""What is only spoken of where a share is asked for ("bao nhiêu phần trăm người dân cung cấp số tài khoản?")."""
_THAN_NOW = re.compile(
    r"(?<!\w)so (?:với |cùng )?(?:mức |lúc |hồi )?(?:hiện (?:nay|tại|giờ)|bây giờ|giờ|nay|lúc này|trước)(?!\w)"
)  # "giảm … so với hiện nay"
_IS_SO = re.compile(r"(?i)(?<!\w)(?:hiện có|hiện nay|hiện tại)(?!\w)")
_AIMED = re.compile(r"(?i)(?<!\w)(?:phấn đấu|mục tiêu|chỉ tiêu|sẽ)(?!\w)")
_GOAL = re.compile(r"(?<!\w)(?:mục tiêu|chỉ tiêu|phấn đấu|đặt ra|dự kiến|sẽ|phải đạt|cần đạt)(?!\w)")


def demand(question: str) -> Demand | None:
    """The sort of thing `question` (lower case, restored) asks for, or None."""
    found = next((d for d, pattern in _DEMANDS.items() if pattern.search(question)), None)
    return None if found in _BESIDE_SHARES and _SHARE.search(question) else found


def tense(question: str) -> Tense | None:
    """Whether `question` is about what is or about what is aimed at; None where it doesn't say."""
    question = _THAN_NOW.sub(" ", question)
    if _GOAL.search(question):
        return Tense.GOAL
    return Tense.PRESENT if _PRESENT.search(question) else None


def beside_now(question: str, years: Sequence[int]) -> bool:
    """Whether `question` asks what is today beside what is aimed at for `years`."""
    return bool(years) and (_THAN_NOW.search(question) or _PRESENT.search(question)) is not None


def holds(wanted: Demand | None, text: str) -> bool:
    """Whether `text` holds such a thing (true where none is wanted)."""
    if wanted is None:
        return True
    if wanted in (Demand.PERSON, Demand.LEADER) and _person(text):
        return True
    return wanted is not Demand.PERSON and _HELD[wanted].search(text) is not None


def _person(text: str) -> bool:
    """Whether `text` names a person: a known surname and more names in capitals behind a title, or by themselves."""
    places = [m.start for m in places_in(text)]
    for found in re.finditer(rf"(?<!\w){_SYLLABLE}(?: {_SYLLABLE}){{1,4}}(?!\w)", text):
        first, *others = found[0].split()
        if any(o.isupper() for o in others) and not found[0].isupper():
            continue  # "sự Đảng UBND"
        if found.start() in places or _OF_PLACE.search(text[: found.start()]):
            continue  # "Phú Quốc", "phường Tô Hiệu"
        if (
            "Việt Nam" not in found[0]
            and fold(first) in _surnames()
            and first not in _NO_SURNAMES
            and others
            and not any(key(found[0])[: n + 1] in province_names() for n in range(4))
        ):
            return True
    return False


@functools.cache
def _surnames() -> frozenset[str]:
    lines = (resources.files("documents") / "data" / "surnames.tsv").read_text("utf-8").splitlines()
    return frozenset(line.split("\t")[0] for line in lines if line and not line.startswith("#"))


def fits(wanted: Tense | None, passage: Passage, text: str) -> bool:
    """Whether `text` of `passage` is of the tense asked for: a target tells nothing of what is, nor the other way round."""
    if wanted is None:
        return True
    kind = section_kind(passage.path)
    if wanted is Tense.GOAL:
        return kind != SITUATION
    return _IS_SO.search(text) is not None or (kind not in (GOALS, TASKS, VIEWPOINT) and not _AIMED.search(text))


@functools.lru_cache(maxsize=1 << 8)
def bounded(question: str) -> bool:
    """Whether `question` (lower case) names a bound, one of what is numbered, one year alone or the country that a rank is asked in:
    `told_otherwise` is false of others."""
    return _of_country(question) or any(pattern.search(question) is not None for pattern in (_BELOW, _ABOVE, _ORDINAL, _ALONE_YEAR))


def _of_country(question: str) -> bool:
    """Whether a rank among all provinces is asked for."""
    return _RANKED.search(question) is not None and _COUNTRY.search(question) is not None


def told_otherwise(question: str, text: str) -> bool:
    """Whether `text` tells of the other side of a bound that `question` (lower case) names ("tàu dưới 12 mét": "từ 12 mét trở lên"), or of
    another one of what is numbered ("giai đoạn 2": "giai đoạn 1"), of a stretch of years where one alone is asked for, or of a rank in a
    region where one in the country is."""
    lowered = text.lower()
    if (of_year := _ALONE_YEAR.search(question)) and of_year[1] in lowered and of_year[1] not in _STRETCH.sub(" ", lowered):
        return True
    if _of_country(question) and _RANKED.search(lowered) and _REGION.search(lowered) and not _COUNTRY.search(lowered):
        return True
    for name, other in ((_BELOW, _ABOVE), (_ABOVE, _BELOW)):
        asked, said = set(name.findall(question)), set(name.findall(lowered))
        if asked & set(other.findall(lowered)) - said:
            return True
    asked_of, said_of = _numbered(question), _numbered(lowered)
    labels = {label for label, _ in asked_of} & {label for label, _ in said_of}
    return any(not any(label == of for label, _ in asked_of & said_of) for of in labels)


def _numbered(text: str) -> set[tuple[str, str]]:
    """What `text` (lower case) calls by a label and a number: both of "mức độ 3 và 4"."""
    return {(m[1], number.lstrip("0")) for m in _ORDINAL.finditer(text) for number in (m[2], m[3]) if number}


def alone(question: str) -> str:
    """The level or area of which alone `question` (lower case) asks: "xã" of "riêng cấp xã"; "" where of none."""
    said = _ALONE.search(question)
    return (said[1] or said[2]) if said else ""
