"""Who leads the carrying out of a document itself: "Cơ quan nào chủ trì thực hiện Kế hoạch này?"."""

import functools
import re

from documents.normalise import fold

_ACTS = "kế hoạch|đề án|nghị quyết|chương trình|chiến lược|quyết định|chỉ thị|văn bản"
_NAMED_ACTS = "|".join(act.capitalize() for act in _ACTS.split("|"))
_LEADS = r"chủ trì|đầu mối|thường trực|đôn đốc|theo dõi|giám sát|điều phối|chịu trách nhiệm chính|phụ trách chính"
_OFFICE = "cơ quan|đơn vị|sở|bộ|ban|ngành|phòng|bên"
_BODY = rf"(?:ai|(?:{_OFFICE}) nào|(?:{_OFFICE}) (?:chủ trì|đầu mối|thường trực|theo dõi|giám sát))"
_ASKED = re.compile(rf"(?<!\w){_BODY}(?!\w)(?=.*(?<!\w)(?:{_ACTS})(?!\w))")
_LEADING = re.compile(rf"(?<!\w)(?:{_LEADS})(?!\w)")
_TOLD = re.compile(
    rf"(?i:(?<!\w)(?:{_LEADS})(?!\w))(?:(?!vốn|kinh phí|ngân sách|tuyên truyền)[^.;]){{0,160}}?"
    r"(?i:thực hiện|triển khai)(?: nội dung)?(?: [^\W\d]+){0,3} "
    rf"(?:(?:{_NAMED_ACTS})(?! (?:số|hành động)(?!\w))|(?:{_ACTS})(?: [^\W\d]+){{0,2}} này)(?!\w)"
)
_SAID = (
    "chủ trì đầu mối thường trực đôn đốc theo dõi kiểm tra giám sát điều phối chịu trách nhiệm chính phụ trách tham mưu giúp việc "
    "kế hoạch đề án nghị quyết chương trình chiến lược quyết định chỉ thị văn bản kèm theo ban hành "
    "triển khai thực hiện tổ chức việc lo làm đứng ra được giao cơ quan đơn vị sở bộ ban ngành phòng bên chung toàn nội dung "
    "trung ương địa phương giống khác nhau lần lượt so sánh cùng"
)
WORDS = frozenset(fold(w) for w in _SAID.split())
"""Folded syllables with which such a question is asked; what else it says is what the document is about, or it asks for something else."""


@functools.lru_cache(maxsize=256)
def asked(question: str) -> bool:
    """Whether `question` (lower case) asks who leads something by the name of an act."""
    return _ASKED.search(question) is not None and _LEADING.search(question) is not None


@functools.lru_cache(maxsize=1 << 13)
def told(text: str) -> bool:
    """Whether `text` charges somebody with leading or supervising the carrying out of its own document."""
    return _TOLD.search(text) is not None
