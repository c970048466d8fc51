"""How people ask who does something, and what somebody has to do.

Patterns over the question in lower case, diacritics restored, abbreviations written out, as those of `qa.patterns`.
"""

import re

from qa.patterns import TASKS, TO_DO, any_of

_WHICH_BODY = any_of(
    r"(?:sở|cơ quan|đơn vị|ban|ngành|bộ|hội|đoàn thể|tổ chức|phòng)(?: \w+)? nào(?! trước)",
    r"ai (?:chủ trì|lo|phụ trách|làm|đứng|chịu trách nhiệm|được giao)",
    r"giao (?:cho )?ai",
)
_DUTIES = any_of(
    "nhiệm vụ",
    "trách nhiệm",
    "vai trò",
    "phụ trách",
    *TASKS,
    "phải làm",
    r"(?:chủ trì|lo|lãnh đạo|tham mưu)(?: \w+){0,2} gì",
    r"(?:lo|phụ trách|đảm nhận|đảm trách|gánh)(?: những| các)? (?:phần|việc|mảng|khâu|nội dung) (?:nào|gì|chi)",
)
_CHARGES = any_of(
    "chủ trì",
    "phụ trách",
    "phối hợp",
    "đầu mối",
    "được giao",
    "giao",
    "đảm nhận",
    "chịu trách nhiệm",
    "chủ đầu tư",
    "(?:đứng|làm) chính",
    *TASKS,
)
_HELPS = re.compile(r"^(?!.*(?<!\w)chủ trì(?!\w)).*(?<!\w)phối hợp(?!\w)")
_OF_EACH = any_of(
    r"(?:mỗi|từng) (?:bên|bộ|sở|ban|ngành|cơ quan|đơn vị|nơi)",
    "so sánh",
    r"khác (?:nhau|gì)",
    r"(?:bộ|sở|ban|cơ quan|đơn vị)(?: [\w,]+){1,8} và (?:của )?(?:bộ|sở|ban|công an|văn phòng|ủy ban|hội|đoàn)(?: \w+){1,8}"
    r" (?:lo|làm|phụ trách|được giao|chịu trách nhiệm|chủ trì|phải)",
)
"""Asks what each of several bodies has to do."""
_PRODUCT = any_of(
    r"(?:sản phẩm|kết quả|đầu ra)(?! chỉ tiêu)(?: [^\W\d]+){0,24}? (?:là )?(?:những |các )?(?:gì|(?:sản phẩm|hệ thống|văn bản) nào)"
)
_OBLIGES = re.compile(
    r"(?<!\w)(?:bộ|sở|ban|ủy ban|công an|hội|đoàn|cục|văn phòng|trung tâm|xã|huyện)(?: [^\W\d]+){1,9}?"
    r" (?:phải|cần|có trách nhiệm|có nhiệm vụ|được giao)(?!\w)"
)
_TABLE = any_of("phụ lục", "danh mục", "bảng", "biểu", "dự án")


def duties(question: str) -> bool:
    """Whether it asks what a body is charged with (once it is known that it names one)."""
    return _DUTIES.search(question) is not None


def obliges(question: str) -> bool:
    """Whether it asks for a particular of what a body has to do ("Sở Y tế phải hoàn thành việc này trước ngày nào?")."""
    return _OBLIGES.search(question) is not None


def to_do(question: str) -> bool:
    """Whether it asks what is to be done."""
    return TO_DO.search(question) is not None


def charges(question: str) -> bool:
    """Whether it asks what a body is charged with, as tables of tasks tell."""
    return _CHARGES.search(question) is not None


def helps(question: str) -> bool:
    """Whether it asks what a body takes part in, and not what it leads."""
    return _HELPS.search(question) is not None


def of_table(question: str) -> bool:
    """Whether it asks for what stands in a table: an annex, a list of projects."""
    return _TABLE.search(question) is not None


def asks_body(question: str) -> bool:
    """Whether it asks which body does something, or who has to."""
    return _WHICH_BODY.search(question) is not None


def asks_product(question: str) -> bool:
    """Whether it asks for what comes out of a task."""
    return _PRODUCT.search(question) is not None


def of_each(question: str) -> bool:
    """Whether it asks what each of several bodies has to do (once it is known that it names some)."""
    return _OF_EACH.search(question) is not None
