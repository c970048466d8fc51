"""Which quantities are commitments: the kind of section they stand in, tense, and the words official drafting commits with."""

import re
from collections.abc import Sequence

from documents.quantities import Quantity

SITUATION, GOALS, TASKS, VIEWPOINT, RULES, OTHER = "situation", "goals", "tasks", "viewpoint", "rules", "other"

_MARK = re.compile(r"^\W*(?:(?:[IVXL]+|\d+(?:\.\d+)*|[a-zđ])\s*[-–—.)/:]*\s+|(?:[IVXL]+|\d+(?:\.\d+)*|[a-zđ])[-–—.)]+)?", re.IGNORECASE)
_PART = re.compile(r"^\W*(?:phần|chương)\s+(?:thứ\s+)?(?:[IVXL]+|\d+|nhất|một|hai|ba|tư|bốn|năm)\b\s*[-–—.:]*\s*", re.IGNORECASE)
_AHEAD = re.compile(r"(?:quan điểm|mục tiêu|phương hướng|định hướng|nhiệm vụ|giải pháp|tổ chức thực hiện|chỉ tiêu đến)")
_SECTION_WORDS = (
    # Situation only where the heading opens with it: "khắc phục hạn chế" is a task.
    (
        SITUATION,
        r"^(?:về |đánh giá (?:chung )?(?:về )?|khái quát (?:về )?|phân tích |một số |những |các |tổng quan (?:về )?)*"
        r"(?:tình hình|thực trạng|hiện trạng|kết quả(?! (?:dự kiến|cần đạt|phải đạt|mong đợi|đầu ra))|ưu điểm|hạn chế|tồn tại|"
        r"khó khăn|thuận lợi|nguyên nhân|căn cứ|"
        r"sự cần thiết|bối cảnh|cơ sở (?:pháp lý|chính trị|thực tiễn|khoa học)|bài học|thành tựu)",
    ),
    (GOALS, r"mục tiêu|chỉ tiêu|tầm nhìn|kết quả (?:dự kiến|cần đạt|phải đạt|mong đợi|đầu ra)|^(?:định hướng|phương hướng) (?:đến|tới)"),
    (
        RULES,
        r"tiêu chí (?:đánh giá|chấm|xét|xếp|phân loại)|đánh giá, xếp loại|cách thức xếp hạng|chấm điểm|thang điểm|khen thưởng|"
        r"xử phạt|xử lý vi phạm",
    ),
    (
        VIEWPOINT,
        r"quan điểm|nguyên tắc|mục đích|tư tưởng chỉ đạo|^yêu cầu|phạm vi|đối tượng|giải thích từ ngữ",
    ),
    (
        TASKS,
        r"nhiệm vụ|giải pháp|nội dung|tổ chức (?:triển khai )?thực hiện|phân công|trách nhiệm|kinh phí|nguồn lực|lộ trình|"
        r"tiến độ|kế hoạch triển khai|chương trình, dự án|danh mục",
    ),
)
_SECTIONS = [(kind, re.compile(pattern)) for kind, pattern in _SECTION_WORDS]

_PRESENT = re.compile(
    r"(?<!\w)(?:đến nay|cho đến nay|(?<!so với )hiện nay|hiện có|hiện tại|hiện đạt|hiện đang|hiện đã|hiện còn|hiện mới|"
    r"mới (?:chỉ )?(?:đạt|có)|chỉ có|đang có|"
    r"tính đến|thời gian qua|những năm qua|năm qua|trong những năm gần đây|qua rà soát|theo (?:kết quả|đánh giá|báo cáo|thống kê)|"
    r"đã (?:đạt|có|được|hoàn thành|triển khai|cung cấp|xây dựng|ban hành|tổ chức|đào tạo|cấp|kết nối|tích hợp|đưa|số hóa|"
    r"thực hiện|lắp đặt|phủ|tạo))(?!\w)",
    re.IGNORECASE,
)
_PRESENT_AFTER = re.compile(r"^[^,;.]{0,40}?(?:hiện có|hiện nay(?!\s*\))|đã (?:đạt|có) được)", re.IGNORECASE)
_CONDITION = re.compile(
    r"(?<!\w)(?:nếu|trường hợp|công thức|tỷ lệ\s*=|cộng \d+ điểm|trừ \d+ điểm|cộng thêm|điểm tối đa|được cộng|"
    r"bị trừ)(?!\w)",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"(?<!\w)(?:ph[ấầâ]n đ[ấầâ]u|bảo đảm|đảm bảo|mục tiêu|chỉ tiêu|cam kết|quyết tâm|hướng tới|tối thiểu|ít nhất|không dưới)(?!\w)",
    re.IGNORECASE,
)
_STRIVE = re.compile(r"(?<!\w)(?:ph[ấầâ]n đ[ấầâ]u|mục tiêu|chỉ tiêu)(?!\w)", re.IGNORECASE)
_VERB = re.compile(
    r"(?<!\w)(?:có|đạt|xây dựng|thành lập|hình thành|lựa chọn|chọn|triển khai|đầu tư|thu hút|đào tạo|bồi dưỡng|phát triển|"
    r"hỗ trợ|trang bị|cấp|hoàn thành|"
    r"duy trì|ưu tiên|nâng|tăng|giảm|đưa|lắp đặt|phủ|mở|thí điểm|thực hiện|tổ chức|kết nối|cung cấp|số hóa|tạo|tiếp nhận|"
    r"công nhận|bố trí|còn|chiếm|gấp|mở rộng|bổ sung|đăng ký|thương mại hóa|thương mại hoá)(?!\w)",
    re.IGNORECASE,
)
_CITING = re.compile(r"\s*(?:theo|căn cứ|thực hiện)\s[^,;]{0,80}\bsố\s+\d", re.IGNORECASE)
_BREAKDOWN = re.compile(r"\bgồm(?!\s+cả)[^;]*$", re.IGNORECASE)
_SHORTENED = re.compile(r"(?<!\w)(?:giảm|rút ngắn|xuống còn|còn|xuống)(?!\w)", re.IGNORECASE)
_NOT_OWN = re.compile(r"(?:\btheo|\bcủa|\bgiữa|\bmột trong|\btrong số|\btrong tổng số|/|\btổng số)\s*$", re.IGNORECASE)
_SELECTION = ("xa", "huyen", "place")
_COUNTED = ("xa", "huyen", "place", "person", "thing", "money", "measure", "rate", "time")


def section_kind(path: Sequence[str]) -> str:
    """Of what kind the section under the headings `path` is: the deepest heading that tells; "other" where none does."""
    kind = OTHER
    for heading in path:
        told = _heading_kind(heading)
        # "2. Nguồn lực" and "Các chỉ tiêu đã hoàn thành" below "Kết quả đạt được" still tell what is.
        if told and (kind != SITUATION or _AHEAD.match(without_mark(heading.lower()))):
            kind = told
    return kind


def _heading_kind(heading: str) -> str | None:
    bare = without_mark(heading.lower())
    told = [(found.start(), order, kind) for order, (kind, pattern) in enumerate(_SECTIONS) if (found := pattern.search(bare))]
    return min(told)[2] if told else None


def without_mark(heading: str) -> str:
    """`heading` without its number, letter or bullet ("PHẦN THỨ NHẤT:", "II.", "2.1.", "a)")."""
    return _MARK.sub("", _PART.sub("", heading, count=1), count=1)


def is_commitment(kind: str, sentence: str, clause: tuple[int, int], quantity: Quantity, dated: bool, alone: bool) -> bool:
    """Whether a quantity is something the body commits to reach.

    Args:
        kind: of the section, as `section_kind` tells it.
        sentence: the sentence it stands in.
        clause: the span of its clause in `sentence`.
        quantity: with offsets in `sentence`.
        dated: whether the sentence or its paragraph names a deadline.
        alone: whether its clause holds no other quantity outside brackets.
    """
    if kind in (SITUATION, RULES):
        return False
    before, after = sentence[: quantity.start], sentence[quantity.end : clause[1]]
    own = sentence[clause[0] : quantity.start]
    promised = _PROMISE.search(own) is not None
    if _PRESENT.search(own) or (_PRESENT.search(before) and not promised) or _PRESENT_AFTER.match(after):
        return False
    if _CONDITION.search(sentence[clause[0] : clause[1]]) or (_CITING.match(sentence) and not promised):
        return False
    if _bracketed(sentence, quantity.figure) and not (quantity.sort == "percent" and alone and kind == GOALS):
        return False
    if quantity.sort == "bare":
        return kind == GOALS and re.search(r"chỉ số|hệ số|điểm số|tỷ số|xếp hạng|^\W*(?:\S+\s+)?(?:tổng )?số\s", own.lower()) is not None
    if quantity.sort == "time" and not _SHORTENED.search(own):
        return False  # "trong 02 ngày" is a procedure
    if quantity.sort != "percent" and (_NOT_OWN.search(before) or ((not alone or "," in before) and _BREAKDOWN.search(before))):
        return False
    if kind in (VIEWPOINT, OTHER):
        if not (_STRIVE.search(sentence) or dated or (kind == OTHER and quantity.sort == "percent" and _PROMISE.search(own))):
            return False
        kind = GOALS if dated else TASKS
    return _counts(kind, sentence, own, quantity)


def _counts(kind: str, sentence: str, own: str, quantity: Quantity) -> bool:
    goals = kind == GOALS
    committed = _PROMISE.search(sentence[: quantity.figure]) is not None
    if quantity.sort in ("percent", "rank"):
        # A ceiling in a task is a limit; one on something that is to fall is a target.
        return (
            goals
            or quantity.comparator not in ("<", "<=")
            or committed
            or re.search(r"giảm|rút ngắn|còn|xuống|hạ", own.lower()) is not None
        )
    acts = _VERB.search(own) is not None
    if quantity.worded:
        floor = quantity.comparator in (">=", ">") and quantity.stated
        if quantity.sort not in _COUNTED or quantity.sort == "rate":
            return False
        if quantity.value == 1:
            return floor or (
                acts and quantity.sort in _SELECTION and quantity.sort != "place" or acts and quantity.unit.startswith("đơn vị")
            )
        return floor or acts or committed
    if quantity.sort == "unknown":
        return quantity.comparator == ">=" or (goals and (acts or quantity.stated or committed)) or committed
    if quantity.sort == "rate":
        return quantity.comparator in (">=", ">", "<", "<=") or (goals and (acts or committed))
    if quantity.comparator == ">=":
        return True
    return goals or acts or committed


def _bracketed(text: str, at: int) -> bool:
    depth = 0
    for char in text[:at]:
        depth = depth + 1 if char == "(" else max(0, depth - 1) if char == ")" else depth
    return depth > 0
