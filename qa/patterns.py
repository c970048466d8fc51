"""How questions are put: the phrases that tell a question's kind, its measure, the facts it asks for.

Patterns run over the question in lower case, diacritics restored, abbreviations written out. They know the language, not
the documents.
"""

import re
from enum import StrEnum


class Kind(StrEnum):
    """What shape of answer a question wants."""

    FIGURE = "figure"
    LIST = "list"
    WHO = "who"
    METADATA = "metadata"
    COMPARE = "compare"
    TEXT = "text"


class Measure(StrEnum):
    """What sort of figure is asked for."""

    PERCENT = "percent"
    RANK = "rank"
    GROUP = "group"
    MONEY = "money"
    COUNT = "count"
    DATE = "date"
    PERIOD = "period"
    GRADE = "grade"


def any_of(*phrases: str) -> re.Pattern[str]:
    """Any of `phrases` (regular expressions) as whole words."""
    return re.compile(r"(?<!\w)(?:" + "|".join(phrases) + r")(?!\w)")


YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_AFTER = re.compile(r"(?<!\w)sau (?:năm |mốc )?20[0-4]\d(?!\d)")
"""A year behind which something lies; what is planned for later is dated otherwise."""
_OF_NUMBER = re.compile(r"(?<!\d)\d{1,5}\s?/\s?20[0-4]\d(?!\d)|(?<!\d)\d{1,2}/\d{1,2}/20[0-4]\d(?!\d)")
"""The year in a document's number ("23/2018/NĐ-CP") or a full date: it dates a document and is no year that is asked about."""
RANGE_START = re.compile(r"(?<!\d)20[0-4]\d\s*(?:-|–|đến|tới)\s*(?=20[0-4]\d)")
"""The first year of a period ("giai đoạn 2021-2025"): the last one is what a target is set for."""

ALL_PROVINCES = any_of(
    r"(?:bốn|4|cả bốn|các|mỗi|từng|những|mấy|ba|3|hai|2|cả) (?:tỉnh|địa phương|nơi|nghị quyết|văn bản)(?! (?:cũ|trước|hợp nhất|sáp nhập))",
    r"(?:tỉnh|địa phương|nơi) nào",
)
_WHICH_PLACE = any_of(r"(?:tỉnh|địa phương|nơi|thành phố) nào", "ở đâu", "nơi đâu", "chỗ nào")
_COMPARE = any_of(
    "so sánh",
    "so với",
    "khác nhau",
    r"khác gì(?= nhau| ?\W*$)",
    r"khác (?:biệt|với|so với)",
    r"khác (?:[\w&,.-]+ ){1,8}(?:thế nào|ra sao|chỗ nào|điểm nào|ở đâu)",
    "giống nhau",
    "hơn ai",
    "ai hơn",
    "cao nhất",
    "thấp nhất",
    "nhiều nhất",
    "sớm nhất",
    "muộn nhất",
)
# Tried in this order: "xếp thứ bao nhiêu" asks for a rank, not for a count.
_MEASURES = {
    Measure.MONEY: any_of(
        r"(?:tỷ|tỉ|triệu|nghìn|ngàn) ?(?:đồng|vnd|vnđ)",
        r"(?:bao nhiêu|mấy) (?:tỷ|tỉ|triệu)"
        r"(?! (?:tài khoản|lượt|tấn|khách|hồ sơ|thuê bao|giao dịch|tài liệu)(?!\w))",
        r"(?:bao nhiêu|mấy) (?:tiền|đồng|kinh phí|ngân sách|vốn|chi phí|học phí|viện phí|lệ phí|lương|trợ cấp|phụ cấp)",
        r"(?:mức|số|khoản) tiền(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao|không|chưa)(?!\w))",
        r"(?<!đánh )(?<!trị )giá(?! trị)(?!\w).*bao nhiêu",
        r"(?:(?:doanh thu|lợi nhuận|thu nhập)(?!.*(?:tăng|chiếm|đóng góp))|kinh phí"
        r"|ngân sách|vốn|tiền|lương|tổng mức đầu tư|mức đầu tư|dự toán|tổng chi|(?<!chi )phí|học phí|viện phí|lệ phí|trợ cấp"
        r"|phụ cấp|mức (?:thu|phạt|hỗ trợ|chi|thưởng|đóng(?! góp))) (?:[\w,–-]+ ){0,14}(?:là )?(?:bao nhiêu|mấy)"
        r"(?! (?:ngày|tháng|năm(?! \d)|giờ|quý|tuần|lần|điểm|người|hộ|đợt|bước|kỳ|xã|phường|huyện|tỉnh|loại|nhóm|hình thức|cách|tiêu chí"
        r"|nguồn|đối tượng|phần trăm|%|phần)(?!\w))",
        r"(?:thưởng|phạt|trả|đóng|nộp) bao nhiêu(?= ?(?:$|[?,]|(?:cho|nếu|khi|một|mỗi)(?!\w)))",
        r"^(?:.{0,40}(?<!\w))?tổng (?:kinh phí|tiền|vốn|ngân sách|dự toán|mức đầu tư|chi)(?!\w)"
        r"(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao|không|chưa|bao giờ)(?!\w)).*",
        r"^(?:kinh phí|chi phí|dự toán|vốn)(?!\w)(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao|không|chưa|bao giờ|thực hiện)(?!\w)).*",
        r"(?:tiền|kinh phí|vốn|ngân sách|chi phí)(?: [\w,]+){0,12} (?:nhiều|ít|cao|thấp|lớn|nhỏ) (?:hơn|nhất)",
        r"tốn(?: tiền| kém)?(?: hơn| nhất)|(?:đắt|rẻ) (?:hơn|nhất)",
        r"^(?:đơn giá|giá(?! trị)|mức (?:phạt|thưởng|lương|chi|đóng|phụ cấp|hỗ trợ (?:hằng|hàng|mỗi|một|cho mỗi)))(?!\w)"
        r"(?!.*(?<!\w)(?:(?:nào|gì|ai|đâu|sao|bao giờ)(?!\w)|(?:không|chưa)\W*$)).*",
        r"^(?:mức )?(?:thu )?(?:phí|lệ phí|học phí|viện phí)(?!\w)(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao|không|chưa|bao giờ)(?!\w)).*",
    ),
    Measure.RANK: any_of(
        r"(?:xếp|đứng) (?:hạng|thứ|vị trí)?.*(?:mấy|bao nhiêu)",
        r"(?:hạng|thứ|vị trí) (?:mấy|bao nhiêu)",
        r"(?:xếp |thứ )?hạng(?! mục)",
        "xếp thứ",
        "xếp loại",
    ),
    Measure.GROUP: any_of(r"(?:nhóm|top|tốp) (?:mấy|bao nhiêu)", r"(?:thuộc|vào|nằm trong|đứng|lọt|trong) (?:nhóm|top|tốp) nào"),
    Measure.PERCENT: re.compile(r"%|(?<!\w)(?:phần trăm|(?:tỷ|tỉ) (?:lệ|trọng)|(?:bao nhiêu|mấy) phần(?! (?:mềm|việc|thi|thưởng)))(?!\w)"),
    Measure.PERIOD: any_of("bao lâu", r"(?:mấy|bao nhiêu) (?:tháng|năm|ngày|tuần|quý|giờ)", "thời lượng"),
    Measure.GRADE: any_of(r"(?:cấp|cấp độ|mức độ|loại|bậc) mấy(?! (?:\w+ )?(?:nào|gì))"),
    Measure.COUNT: any_of(
        "bao nhiêu",
        "(?<!quý )(?<!tháng )(?<!ngày )(?<!hôm )mấy",
        r"(?<!những )(?<!các )chỉ tiêu(?! (?:\w+ ){0,2}(?:nào|gì)(?!\w))",
        "mức nào",
        r"chênh(?: lệch| nhau)?",
        r"(?:tổng số|số lượng)(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao)(?!\w))",
        r"(?:công suất|diện tích|chiều dài|sản lượng)(?=\W*$)",
        r"^(?:số (?!hóa|hoá|liệu|hiệu|nhà|điện|\d)\w+)",
    ),
    Measure.DATE: any_of(
        "bao giờ",
        "khi nào",
        "lúc nào",
        r"(?:năm|quý|tháng|ngày|hôm|thời gian|mốc|giai đoạn) nào",
        "(?:ngày|hôm|tháng|quý) mấy",
        r"hạn (?:hoàn thành|phải xong|làm xong|xong)(?= ?(?:$|[?,]))",
        r"^(?:ngày|quý|năm|thời điểm|hạn|hạn chót) (?:bắt đầu|phát động|khởi công|khai \w+|khánh thành|thành lập|hoàn thành|kết thúc"
        r"|vận hành|nộp|gửi)(?!\w)"
        r"(?!.*(?<!\w)(?:nào|gì|ai|đâu|sao|không|chưa)(?!\w))",
        "thời hạn",
        r"thời gian (?:dự kiến|thực hiện|hoàn thành|triển khai)(?=\W*$)",
        "chừng nào",
    ),
}
_OVER_PLACES = any_of(
    "tỉnh", "thành phố", "địa phương", "nơi", "bên", "văn bản", "nghị quyết", "kế hoạch", "ai", "đâu", "cả (?:ba|bốn|mấy)"
)
_OVER_YEARS = any_of("so (?:với|sánh)", "chênh(?: lệch)?", "tăng", "giảm", "thay đổi", "khác")
_UNTIL = re.compile(
    r"(?<!\w)(?<!thời )(?<!giới )(?<!quá )hạn(?= (?:nào|đến|tới|tháng|năm|hôm|chót|cuối|là|khi|bao|mấy)(?!\w)| ?(?:$|[?,.;]))"
    r"|(?<!\w)tháng (?:mấy|nào)(?!\w)|(?<!\w)(?:đến|tới) (?:khi|lúc|bao giờ|chừng) nào(?!\w)"
)
_MUST_COUNT = re.compile(r"(?<!\w)bao nhiêu(?!\w)|%|(?<!\w)phần trăm(?!\w)")
_REASON = any_of("vì sao", "tại sao", "sao", "lý do", "nguyên nhân", "để làm gì", "mục đích")
_WHICH_MORE = re.compile(
    r"(?<!\w)(?:bên|nơi|tỉnh|địa phương|cái|văn bản|chỗ|đâu|ai|mức|chỉ tiêu|loại|việc) ?(?:nào)?(?: \w+){0,10} (?:hơn|nhất|trước|sau)(?!\w)"
)
_CAUSE = any_of("vì sao", "tại sao", "do đâu", "lý do", "nguyên nhân", "^sao")
_WHEN_ALLOWED = re.compile(
    r"(?<!\w)(?:khi|lúc) nào(?= .*(?<!\w)(?:được (?:quyền|phép|từ chối|miễn|hưởng|giảm|xem xét|cấp)|bị|không (?:được|phải))(?!\w))"
)
_ON_CONDITION = any_of(r"(?:khi|lúc) nào(?: thì)? .*(?:được|bị|phải|không)", r"(?:được|bị|phải) .*(?:khi|lúc) nào")
"""A time that is asked for may be a condition: "khi nào được từ chối …?"."""
_WHICH_TIME = re.compile(r"(?:năm|quý|tháng|ngày|hôm|lúc|khi|thời gian|mốc|giai đoạn) nào")
_POINTS = re.compile(r"(?<!\w)(?:bao nhiêu|mấy) điểm(?! (?:phần trăm|cầu|bán|truy cập|du lịch|phát|đến|dân cư|trường))(?!\w)")
_SHARE = re.compile(r"%|(?<!\w)(?:phần trăm|(?:tỷ|tỉ) (?:lệ|trọng))(?!\w)")
# "mấy" is a number in "có mấy khu?", and a mere plural in "mấy ngành nào", "sao mấy doanh nghiệp nhỏ …", "ai lo mấy vụ …".
_PLURAL = re.compile(
    r"(?<!\w)mấy(?= (?:[^\W\d]+ ){1,5}(?<!năm )(?:nào|gì)(?!\w))|^(?:vì sao|tại sao|sao|ai|làm gì|làm sao)(?!\w).*(?<!\w)mấy(?!\w)"
    r"|(?<!\w)mấy(?=[^,;?]* (?:thế nào|ra sao|(?:khi|lúc|chừng) nào|bao giờ|do ai|ai (?:lo|làm|chịu|phụ trách|đứng))(?!\w))"
    r"|(?<!\w)mấy(?=[^,;?]* (?:những|các) (?:[^\W\d]+ ){0,3}(?:gì|nào)(?!\w))"
    r"|^mấy(?=[^,;?]* (?:phải|được|cần|nên|sẽ|bị) [^,;?]*(?<!\w)(?:gì|nào)(?!\w))"
    r"|(?<!\w)mấy(?= (?:ông|bà|anh|chị|cô|chú|bác|em|cụ|đứa|người ta|vụ|cái vụ|chuyện|kiểu)(?!\w))"
    r"|^mấy(?= [^,;?]*(?<!\w)có(?!\w)[^,;?]*(?<!\w)(?:không|chưa)\W*$)"
)
_BY_WORDS = re.compile(r"^(?:kinh phí|chi phí|dự toán|vốn)(?!\w)(?!.*(?<!\w)(?:mấy|nhiêu)(?!\w))")
"""Mere words that may ask for a sum, or for where it comes from."""
_LATELY = re.compile(r"(?<!\w)mấy (?:năm|tháng|bữa|hôm) (?:nay|qua|gần đây|rồi|trước|liền)(?!\w)")
_YEAR_ASKED = re.compile(
    r"(?<!mỗi )(?<!một )(?<!hằng )(?<!hàng )(?<!các )(?<!\d )năm (?:bao nhiêu|mấy)"
    r"(?= ?(?:$|[?,.;]|(?:đến|tới|và|thì|vậy|thế|ạ|nhỉ|hả|hoàn thành|xong|phải|mới|là)(?!\w)))"
)
"""A year, that sounds like a number of them ("từ năm bao nhiêu đến năm bao nhiêu?")."""
_EACH = re.compile(
    r"(?:[,;]|(?<!\w)và)?\s*(?<!\w)(?:mỗi|từng) [^\W\d]+(?: [^\W\d]+){0,2}?(?: (?:được|là|có|chiếm|tốn|hết|chi|cấp|góp))*"
    r" (?:bao nhiêu|mấy)(?: (?:tiền|tỷ|tỉ|triệu|đồng|vốn|kinh phí|phần trăm))*(?!\w)"
)
"""A figure that is asked for with each of what is to be listed ("từ những nguồn nào, mỗi nguồn bao nhiêu?")."""
_WHICH = re.compile(r"(?<!\w)(?:nào|gì|đâu|gồm)(?!\w)")
_BODY = any_of("ai", r"(?:cơ quan|đơn vị|ban|sở|bộ|phòng|ngành|cấp) nào")
_MERE = re.compile(r"(?:tỷ|tỉ) (?:lệ|trọng)|chỉ tiêu|mức nào|thời hạn|(?:xếp |thứ )?hạng|xếp loại")
"""Words that ask for a figure only where nobody is asked for ("ai thống nhất cách tính tỷ lệ?")."""
_WHO = any_of(
    "ai",
    "những cơ quan",
    r"(?:cơ quan|đơn vị|ban|bộ|sở|cục|phòng|hội|sở ngành|tổ chức|đoàn thể|lực lượng|người|bên|cấp) nào",
    r"ngành nào (?:phải |sẽ |được (?:giao )?)?(?:chịu|chủ trì|đứng ra|lo|phụ trách|làm|đầu mối)",
    "trách nhiệm",
    "chịu trách nhiệm",
    "chủ trì",
    r"^(?:cơ quan|đơn vị) (?:phối hợp|phụ trách|thường trực|đầu mối|công bố|chấm|đánh giá|quản lý|cấp|thẩm định|tiếp nhận|giải quyết"
    r"|theo dõi|kiểm tra|tổng hợp|thực hiện|vận hành|xây dựng|hướng dẫn|lo|làm)",
)
_DUTY = any_of(r"(?:chịu trách nhiệm|trách nhiệm|chủ trì)(?: (?:các|những|phần|mảng|công|việc|nhiệm|vụ|làm|về|mấy)){0,3} (?:gì|nào)")
"""Asks what somebody has to do, though in words that also ask who has to."""
_BENEFITS = any_of(
    r"(?:những )?ai (?:được|thuộc (?:diện|đối tượng|nhóm)|có quyền|đủ điều kiện|hưởng)(?! (?:giao|phân công|cử|chỉ định|mời|bổ nhiệm))",
    r"(?:dành|áp dụng|hỗ trợ|ưu tiên|miễn|giảm|phát|cấp|tặng|chi trả)(?: \w+){0,3}? (?:cho|với|đối với) (?:những )?ai",
)
"""Asks to whom something is given, and not who does it."""
_LIST = any_of("gồm", "bao gồm", "liệt kê", "kể tên", "kể ra", "nào", "gì", "những điểm", "thế nào", "ra sao")
_YES_NO = re.compile(
    r"(?<!\w)(?:phải|đúng|được|chưa|không|chăng)\s*(?:ạ|vậy|nhỉ|thế|hả|a)?\s*\?*$|(?<!\w)có(?!\w).*(?<!\w)(?:không|chưa)(?!\w)"
)
_PLEASE = re.compile(
    r"(?<!\w)((?:kể|nêu|liệt kê|nói|chỉ|giải thích|tóm tắt|tra)(?: (?:ra|tên|rõ|lại|thêm))?)"
    r"(?: (?:giúp|giùm|dùm|hộ|cho|tôi|mình|em|anh|chị|cháu|bác|con|với|biết|xem))+(?: (?:có )?được)?(?: (?:không|với|nhé|nha))?\W*$"
)
_SUPPOSED = re.compile(r"(?<![\w/.,-])\d[\d.,]*(?![\w/-])(?! ?(?:g|tỉnh|lớp)(?!\w))")
_OPINION = any_of(
    r"bạn (?:có )?(?:ủng hộ|nghĩ|thấy|thích|tin|ghét|đánh giá|khuyên|yêu)",
    r"theo (?:ý )?bạn",
    r"ý kiến (?:của )?bạn",
    "quan điểm của bạn",
)
_DEFINITION = any_of(r"là (?:cái |sự )?gì", "nghĩa là", "khái niệm", "hiểu thế nào", r"hiểu .* là", "định nghĩa")
TASKS = (r"làm (?:những |các )?(?:việc )?gì", r"giao(?: \w+){0,2} gì")
_MEASURES_TAKEN = any_of(r"(?:những|các|mấy) (?:giải pháp|biện pháp|nhiệm vụ|cách|chính sách|việc)(?: [^\W\d]+){0,3} (?:nào|gì)")
_NAMED_ALL = any_of("kể ra", "kể tên", "liệt kê", "là những gì", r"là (?:những )?\w+(?: \w+)? nào")
_WHEN = any_of("bao giờ", "khi nào", "lúc nào", "ngày nào", "tháng nào", "thời hạn", "chừng nào")
_BESIDES_WHEN = any_of("ai", "gì", "đâu", "sao", "những", "các", r"(?<!bao )(?<!khi )(?<!lúc )(?<!ngày )(?<!tháng )(?<!chừng )nào")
_MERE_RANK = re.compile(
    r"(?:xếp |thứ )?hạng|xếp thứ|xếp loại|(?:xếp|đứng) (?!.*(?:hạng|thứ|vị trí|xếp|đứng) (?:mấy|bao nhiêu)).+ (?:mấy|bao nhiêu)"
)
_BESIDES_RANK = re.compile(
    r"(?<!\w)(?:(?<!thế )(?<!hạng )(?<!thứ )(?<!loại )(?<!vị trí )(?:nào|gì)"
    r"|(?:mấy|bao nhiêu) (?:điểm|phần trăm|người|ngày|tháng|tiêu chí|tiêu chuẩn|nhóm|bước|tiền|đồng|triệu|viện|trường|tổ chức|doanh nghiệp"
    r"|cơ sở|sản phẩm|đơn vị|xã|huyện|khách sạn)"
    r"|(?:điểm|(?:tỷ|tỉ) lệ|phần trăm|đạt|từ|trên|dưới|cần|phải)(?: là| được)? (?:bao nhiêu|mấy)"
    r"|bao nhiêu %|(?:cách|cách thức|nguyên tắc|quy trình|việc) (?:xếp|chấm|tính|đánh giá)"
    r"|(?:xếp hạng|xếp loại)(?: \w+){0,4} (?:theo|dựa|căn cứ))(?!\w)"
)
_AMOUNT = any_of("số lượng", "tổng số")
_ENUMERATE = any_of("liệt kê", "kể tên", "kể ra")
TO_DO = any_of(*TASKS, r"(?:việc|nhiệm vụ) (?:gì|nào)")
_PARTLY_PAID = any_of("giảm|bớt|miễn|hỗ trợ|trợ giá|bù|tài trợ")
_WHOLE = any_of("tổng", "tất cả", "hết thảy", "cả thảy", "tính hết", "cộng lại", "cộng hết", "gộp lại", "toàn bộ")
_DIFFERS = any_of(r"(?:khác(?: nhau| biệt)?|chênh(?: lệch| nhau)?|so với nhau) (?:như )?(?:thế nào|ra sao)")
_BROAD = any_of(
    "những|các|gồm|bao gồm|thế nào|như thế nào|ra sao|làm gì|gì để|mục đích|giải pháp|nhiệm vụ|biện pháp|liệt kê|kể",
    "kiểu (?:gì|nào)|cách nào",
)
NUMBER_OF = re.compile(
    r"(?<!\w)(?<!chỉ )(?<!con )(?<!chuyển đổi )(?<!kinh tế )(?:tổng số|số lượng|số)(?= (?!lượng|hóa|hoá|liệu|hiệu|nhà|điện|\d)\w)"
)
COUNTED = re.compile(r"(?<!\w)(?:bao nhiêu|mấy)(?!\w)(?: phần trăm| ?%|(?: (?:chục|trăm|ngàn|nghìn|vạn|triệu))+(?!\w))?")
"""What stands behind it is what is counted."""


def years(question: str) -> tuple[int, ...]:
    """The years asked about: of a period its last, which a target is set for."""
    return tuple(dict.fromkeys(int(y) for y in YEAR.findall(RANGE_START.sub("", _AFTER.sub(" ", _OF_NUMBER.sub(" ", question.lower()))))))


def yes_no(question: str) -> bool:
    """Whether it can be answered by yes or no; "kể ra giúp em được không" only asks politely."""
    return _YES_NO.search(_PLEASE.sub(r"\1", question)) is not None


def opinion(question: str) -> bool:
    """Whether it asks what the assistant itself thinks."""
    return _OPINION.search(question) is not None


def measure(question: str, years: tuple[int, ...]) -> Measure | None:
    """The sort of figure asked for; a figure that is only supposed ("chỉ 100 doanh nghiệp phải không?") asks for the true one."""
    asked = _YEAR_ASKED.sub("năm nào", _WHEN_ALLOWED.sub(" ", _LATELY.sub(" ", plural(question))))
    if (listed := _EACH.sub(" ", asked)) != asked and _WHICH.search(listed):
        asked = listed
    if _POINTS.search(asked):
        return Measure.COUNT  # "tiêu chí tỷ lệ … được bao nhiêu điểm?"
    for sort, pattern in _MEASURES.items():
        found = [m[0] for m in pattern.finditer(asked)]
        if sort is Measure.MONEY and _SHARE.search(asked):
            continue
        if sort is Measure.COUNT and _NAMED_ALL.search(asked):
            continue  # "gồm mấy nhóm, kể ra": who reads them counts them
        if sort is Measure.DATE and len(years) > 1 and not _WHEN.search(asked):
            continue  # "năm nào nhiều hơn, 2025 hay 2026?" asks for what is more
        if sort is Measure.RANK and (
            _AMOUNT.search(asked) or (_BESIDES_RANK.search(asked) and all(_MERE_RANK.fullmatch(f) for f in found))
        ):
            continue
        if sort is Measure.DATE and TO_DO.search(asked):
            continue  # what a body has to do is told with its deadlines
        if found and not (_BODY.search(asked) and all(_MERE.fullmatch(f) for f in found)):
            return sort
    if len(years) > 1 and _OVER_YEARS.search(asked) and not _WHO.search(asked) and not _LIST.search(asked):
        return Measure.COUNT  # "kinh tế số 2025 so với 2030": how it changes is told by figures
    return Measure.COUNT if yes_no(question) and any(len(n) > 1 for n in supposed(question, years)) else None


def of_each(clause: str) -> bool:
    """Whether a clause asks for a figure of each of what another one asks to be listed ("…, mỗi nguồn bao nhiêu?")."""
    return _EACH.match(clause.lower().strip()) is not None


def plural(question: str, word: str = "những") -> str:
    """The question with `word` for each "mấy" that asks for no number."""
    return _PLURAL.sub(word, question)


def without_measure(question: str, read_as: Kind) -> Kind | None:
    """What a question that was read as asking for a figure asks for besides: WHO | LIST | TEXT; None where only the figure."""
    lowered = question.lower()
    if read_as is not Kind.FIGURE:
        return None
    if _WHO.search(lowered):
        return Kind.WHO
    if _MUST_COUNT.search(lowered):
        return None
    if _ON_CONDITION.search(lowered):
        return Kind.LIST
    if _WHEN.search(lowered) and not _BESIDES_WHEN.search(lowered):
        return None  # what tells no time is no answer to "bao giờ?"
    if _REASON.search(lowered):
        return Kind.TEXT
    if _LIST.search(_WHICH_TIME.sub(" ", lowered)):
        return Kind.LIST
    return Kind.TEXT if _BY_WORDS.search(lowered) else None


def supposed(question: str, years: tuple[int, ...]) -> tuple[str, ...]:
    """The figures a question names that are no years."""
    found = (n.strip(".,") for n in _SUPPOSED.findall(question))
    return tuple(n for n in found if n not in {str(y) for y in years})


def broad(question: str) -> bool:
    """Whether it asks for all that there is."""
    return _BROAD.search(_DIFFERS.sub(" khác ", question)) is not None


def measures_taken(question: str) -> bool:
    """Whether it asks which measures there are, of which one is seldom all."""
    return _MEASURES_TAKEN.search(question) is not None


def partly_paid(question: str) -> bool:
    """Whether money is asked for of which a share may be told ("giảm 50%", "hỗ trợ 70% chi phí")."""
    return _PARTLY_PAID.search(question) is not None


def whole(question: str) -> bool:
    """Whether a figure is asked for that sums up others."""
    return _WHOLE.search(question) is not None


def definition(question: str) -> bool:
    """Whether it asks what something is."""
    return _DEFINITION.search(question) is not None


def asks_who(question: str) -> bool:
    """Whether a body or a person is (also) asked for; "bên nào cao hơn?" asks for none."""
    return _who(_WHICH_MORE.sub(" ", question))


def _who(question: str) -> bool:
    return _WHO.search(_BENEFITS.sub(" những đối tượng nào ", _DUTY.sub(" gì ", question))) is not None


def which_more(question: str) -> bool:
    """Whether it asks which of several is more, less, sooner or later."""
    return _WHICH_MORE.search(question) is not None


def over_places(question: str) -> bool:
    """Whether what it compares is places or documents, and not things of one of them."""
    return _OVER_PLACES.search(question) is not None


def asks_why(question: str) -> bool:
    """Whether a cause is asked for."""
    return _CAUSE.search(question) is not None


def asks_place(question: str) -> bool:
    """Whether it asks which province, or where."""
    return _WHICH_PLACE.search(question) is not None


def asks_when(question: str) -> bool:
    """Whether a year or a date is (also) asked for."""
    return _MEASURES[Measure.DATE].search(question) is not None or _UNTIL.search(question) is not None


def compares(question: str) -> bool:
    """Whether it asks to set one thing against another."""
    return _COMPARE.search(question) is not None


def kind(question: str, asked: tuple[str, ...], provinces: int, sort: Measure | None) -> Kind:
    """The kind of a question that asks for the facts `asked`, names so many provinces and asks for that measure."""
    if provinces > 1 or (_COMPARE.search(question) and not provinces):
        return Kind.COMPARE
    if asked:
        return Kind.METADATA
    if sort:
        return Kind.FIGURE
    if _who(question) and not _ENUMERATE.search(question):
        return Kind.WHO
    return Kind.LIST if _LIST.search(question) or _BENEFITS.search(question) else Kind.TEXT
