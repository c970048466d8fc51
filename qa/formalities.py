"""What every document says and what tells nothing of its matter: legal bases, titles of annexes, what it comes into force by."""

import functools
import re

_KEPT_TEXTS = 1 << 14
_FORMAL = re.compile(
    r"(?i)\(?(?:ban hành )?kèm theo|căn cứ|(?:theo|xét) đề nghị|(?:luật )?số:"
    r"|[^\n.,;]{5,60} ban hành (?:bộ luật|luật|pháp lệnh|nghị quyết|nghị định|quyết định|thông tư|chỉ thị)\b(?! số)"  # who enacts what
)
_ATTACHED = re.compile(r"\((?:được )?(?:[Bb]an hành )?[Kk]èm theo [^()]{5,300}\)\W*$")
_PREAMBLE = re.compile(
    r"(?is)\W*(?:để )?(?:thực hiện|căn cứ|triển khai|quán triệt|tiếp tục|nhằm)(?!\w).{60,2500}(?:như sau|(?:nội dung|nhiệm vụ|vấn đề) sau"
    r"|sau đây|cụ thể)(?: đây)?\s*:\s*$"
)
_OF_ITSELF = re.compile(
    r"(?is)(?:\W*trên đây là (?:toàn văn |nội dung |toàn bộ )?(?:bộ luật|luật|nghị quyết|nghị định|quyết định|thông tư|kế hoạch"
    r"|chương trình|đề án|hướng dẫn|phương án|báo cáo)(?!\w)(?!.*(?<!\w)(?:yêu cầu|đề nghị|giao|báo cáo về)(?!\w))"
    r"|.{20,1200}(?<!\w)ban hành (?:nghị quyết|quyết định|kế hoạch|chương trình|đề án|hướng dẫn|phương án"
    r"|chỉ thị)(?! số)(?!\w).{0,600}(?:như sau|sau đây|sau)\s*:\s*$)"
)
_VALIDITY = re.compile(
    r"(?<!ngày Quyết định )(?<!ngày Nghị quyết )(?<!ngày Kế hoạch )(?<!ngày Quy định )"  # a date to count from
    r"(?:này|quy định|quy chế) (?:có hiệu lực|thay thế|bãi bỏ)"
    r"|(?i:hiệu lực (?:thi hành )?(?:kể )?từ ngày)"
    r"|(?i:^\W*(?:\d+\.|[a-zđ]\))? ?(?:thay thế|bãi bỏ) (?:nghị quyết|quyết định|nghị định|thông tư|kế hoạch|chỉ thị) số)"
)
"""Clauses on what is in force repeat the titles of documents, and tell nothing of what those are about."""
_ASKS_VALIDITY = re.compile(
    r"(?i)hiệu lực|thay thế|bãi bỏ|hủy bỏ|huỷ bỏ|áp dụng từ|thi hành"
    r"|(?:văn bản|nghị quyết|quyết định|chỉ thị|thông báo|kết luận|luật|kế hoạch|chương trình|đề án)(?: \w+)? (?:nào|gì|số mấy)(?!\w)"
)


_SCOPE = re.compile(
    r"\W*(?:\d+\.\s*)?(?:Nghị quyết|Quyết định|Quy định|Quy chế|Nghị định|Thông tư|Kế hoạch|Đề án|Chương trình|Văn bản) này"
    r" (?:quy định|hướng dẫn|không áp dụng)(?!\w)"
)
_ASKS_SCOPE = re.compile(
    r"(?i)phạm vi|điều chỉnh|(?:quy định|hướng dẫn|nói|viết) (?:về )?(?:những |các )?(?:gì|nội dung|việc|điều)|áp dụng|về (?:việc )?gì"
)


def asks_scope(question: str) -> bool:
    """Whether it is asked what a document lays down at all."""
    return _ASKS_SCOPE.search(question) is not None


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def of_scope(text: str) -> bool:
    """Whether a passage only tells what its document lays down ("Nghị quyết này quy định đối tượng, điều kiện, …")."""
    return _SCOPE.match(text) is not None


def asks_validity(question: str) -> bool:
    """Whether what is in force is asked about, or which document."""
    return _ASKS_VALIDITY.search(question) is not None


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def of_validity(text: str) -> bool:
    """Whether a clause tells what is in force."""
    return _VALIDITY.search(text) is not None


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def of_itself(text: str) -> bool:
    """Whether a sentence only tells that there is the document it stands in ("… ban hành Kế hoạch …, cụ thể như sau:", "Trên đây là Kế
    hoạch …")."""
    return _OF_ITSELF.match(text) is not None


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def formal(text: str) -> bool:
    """Whether a passage before the first heading is a title, a legal basis or who enacts what."""
    return "\n" in text or _FORMAL.match(text) is not None


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def opening(text: str) -> bool:
    """Whether a paragraph above all headings only tells on account of what the document is made ("Thực hiện Nghị quyết số …, Ban Thường
    vụ ban hành Chương trình với những nội dung sau:")."""
    return _PREAMBLE.match(text) is not None


@functools.lru_cache(maxsize=_KEPT_TEXTS)
def attached(text: str) -> bool:
    """Whether a passage is the title of an annex."""
    return _ATTACHED.search(text) is not None
