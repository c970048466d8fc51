"""The sectors a target speaks of, by words of its indicator, its quote and its headings."""

import re
from functools import lru_cache

from documents.normalise import fold
from documents.targets import Target

SECTORS = {
    "hành chính công": "dich vu cong|thu tuc hanh chinh|ho so cong viec|mot cua|che do bao cao|van ban dien tu|van ban trao doi",
    "y tế": "y te|benh vien|kham chua benh|kham benh|ho so suc khoe|tram y te",
    "giáo dục": "giao duc|truong hoc|hoc sinh|sinh vien|dao tao|day hoc",
    "nông nghiệp": "nong nghiep|nong thon|nong dan|nong san|trong trot|chan nuoi|thuy san",
    "công nghiệp, thương mại": "cong nghiep|thuong mai dien tu|san thuong mai|san xuat|xuat khau|logistics",
    "du lịch, văn hóa": "du lich|van hoa|di san|bao tang|the thao",
    "giao thông, đô thị": "giao thong|do thi thong minh|do thi|van tai|quy hoach",
    "tài nguyên, môi trường": "tai nguyen|dat dai|rac thai|chat thai|nuoc sach|khi hau|rung",
    "tài chính, ngân hàng": "thanh toan|ngan hang|tai chinh|tai khoan|thue|ngan sach",
    "lao động, xã hội": "lao dong|viec lam|an sinh|bao hiem|nguoi ngheo|ho ngheo|tre em",
    "hạ tầng số": "bang rong|cap quang|5g|4g|internet|trung tam du lieu|ha tang so|dien thoai thong minh|may tinh",
    "an toàn thông tin": "an toan thong tin|an ninh mang|an toan, an ninh",
    "doanh nghiệp": "doanh nghiep|hop tac xa|khoi nghiep",
}
"""Sector -> words that name it, folded."""
_PATTERNS = {name: re.compile(rf"\b(?:{words})\b") for name, words in SECTORS.items()}


@lru_cache(maxsize=50_000)
def sectors_of(target: Target) -> tuple[str, ...]:
    """The sectors of `target`, in the order of `SECTORS`; () where none is named."""
    heading = target.section.split(" > ")[-1]
    said = fold(f"{target.indicator} . {target.quote} . {heading}")
    return tuple(name for name, pattern in _PATTERNS.items() if pattern.search(said))
