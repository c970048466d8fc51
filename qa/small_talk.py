"""Small talk: what is said to the assistant and asks nothing of the documents. Patterns as those of `qa.patterns`."""

import re

_SMALL_TALK = {
    "library": re.compile(
        r"(?<!\w)(?:thư viện|kho|hệ thống|trợ lý|bạn|ở đây|trang này)(?: này| của bạn)?(?: đang| hiện)? ?(?:có|gồm|chứa|biết|giữ)"
        r" (?:những |các |mấy |bao nhiêu )?(?:văn bản|tài liệu|nghị quyết)(?: nào| gì)?\W*$"
        r"|^(?:có |gồm )?(?:những |các )(?:văn bản|tài liệu|nghị quyết) (?:nào|gì)(?: trong thư viện| ở đây)?\W*$"
    ),
    "greeting": re.compile(r"^(?:xin |em |dạ |a |ok )*(?:chào|hello|hi|hey|alo chào)(?!\w).{0,30}$"),
    "thanks": re.compile(r"^(?:ok |dạ |rất |xin )*(?:cảm ơn|cám ơn|thanks?|thank you|tks|cảm tạ)(?!\w).{0,40}$"),
    "abilities": re.compile(
        r"(?<!\w)(?:bạn|mày|trợ lý|em|bot|chatbot) (?:có thể )?"
        r"(?:là ai|(?:làm được|giúp được|biết|trả lời được) (?:những )?gì)(?!\w)|^(?:hướng dẫn sử dụng|giúp|help)$"
    ),
}


def small_talk(question: str) -> str | None:
    """library | greeting | thanks | abilities, or None."""
    return next((name for name, pattern in _SMALL_TALK.items() if pattern.search(question)), None)
