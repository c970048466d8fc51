"""Plain text as printed pages leave it: letterheads and signatures in two columns of spaces, the numbers of pages between the lines."""

import random
import textwrap
from collections import Counter

import pytest

from documents.adding import understand
from documents.database import Original
from documents.normalise import words
from documents.reading.dispatch import read
from documents.reading.text import read_lines

HEAD = """\
      ỦY BAN NHÂN DÂN                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
       TỈNH SƠN LA                       Độc lập - Tự do - Hạnh phúc

     Số: 214/QĐ-UBND                  Sơn La, ngày 06 tháng 5 năm 2024
"""
SIGNED = """\
Nơi nhận:                                    TM. ỦY BAN NHÂN DÂN
- Như Điều 3;                                   KT. CHỦ TỊCH
- Các sở, ban, ngành;                           PHÓ CHỦ TỊCH
- Lưu: VT, NC.

                                                  (Đã ký)

                                               Đặng Ngọc Hậu
"""
TITLE = "\nQUYẾT ĐỊNH\nBan hành Kế hoạch phát triển kinh tế số tỉnh Sơn La năm 2024\n\n"
BODY = """\
Điều 1. Ban hành kèm theo Quyết định này Kế hoạch phát triển kinh tế số.

Điều 2. Các sở, ban, ngành và Ủy ban nhân dân các huyện, thành phố chịu trách nhiệm thi hành Quyết định này./.

"""


def texts(text: str) -> list[str]:
    return [b.text for b in read_lines(text)]


def test_the_columns_are_read_one_after_the_other() -> None:
    assert texts(HEAD) == [
        *("ỦY BAN NHÂN DÂN", "TỈNH SƠN LA", "Số: 214/QĐ-UBND"),
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Sơn La, ngày 06 tháng 5 năm 2024"),
    ]
    assert texts(BODY + SIGNED + "\nKẾ HOẠCH\nPhát triển kinh tế số\n")[2:] == [
        *("Nơi nhận:", "- Như Điều 3;", "- Các sở, ban, ngành;", "- Lưu: VT, NC."),
        *("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "(Đã ký)", "Đặng Ngọc Hậu"),
        *("KẾ HOẠCH", "Phát triển kinh tế số"),
    ]


def test_who_signed_what_and_when_is_told_from_them() -> None:
    content = (HEAD + TITLE + BODY + SIGNED + "\nKẾ HOẠCH\nPhát triển kinh tế số năm 2024\n\n1. Mở 12 lớp kỹ năng số.\n").encode()
    source = read(content, "quyet-dinh.txt")
    document = understand(source, Original(content, "quyet-dinh.txt", source.format))
    assert (document.province, document.number, document.issued) == ("Sơn La", "214/QĐ-UBND", "2024-05-06")
    assert [f.value for f in document.facts["signer"]] == ["Đặng Ngọc Hậu"]
    assert document.body == "Ủy ban nhân dân tỉnh Sơn La"


@pytest.mark.parametrize(
    "text",
    [
        "Xã Mường Bú   12 tổ\nXã Tạ Khoa   9 tổ",
        "Giao Sở Nội vụ   và các sở khác thực hiện việc này trong năm 2024.",
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        "Nơi nhận:\n- Như trên;\n- Lưu: VT.",
    ],
)
def test_other_gaps_part_nothing(text: str) -> None:
    assert " ".join(texts(text)) == " ".join(text.split())


def numbered(rng: random.Random, pages: int) -> tuple[str, list[str]]:
    """Paragraphs broken over pages at any word, each page with its number, and the paragraphs as they are."""
    paragraphs = [
        " ".join(rng.choices(("tỉnh", "xã", "mở", "lớp", "kỹ", "năng", "số", "cho", "người", "dân"), k=90)) for _ in range(pages * 3)
    ]
    paragraphs = [f"{i}. Việc {p}." for i, p in enumerate(paragraphs, 1)]
    lines = [line for p in paragraphs for line in [*textwrap.wrap(p, 88), ""]]
    size = len(lines) // pages
    found: list[str] = []
    for page in range(pages):
        found += lines[page * size : (page + 1) * size if page < pages - 1 else len(lines)]
        if page < pages - 1:
            found += ["", f"{' ' * rng.choice((0, 40))}{page + 2}", ""]
    return "\n".join(found), paragraphs


def test_the_numbers_of_pages_go_and_what_they_parted_comes_together() -> None:
    rng = random.Random(11)
    for _ in range(10):
        text, paragraphs = numbered(rng, rng.randrange(5, 9))
        assert texts(text) == paragraphs


@pytest.mark.parametrize(
    "figures",
    [
        (2, 3),  # too few to be told from anything else
        (2, 4, 5),  # not one after the other
        (7, 8, 9, 10),  # not from the beginning
    ],
)
def test_figures_that_are_no_numbers_of_pages_stay(figures: tuple[int, ...]) -> None:
    page = "\n\n".join(f"{i}. Mở lớp kỹ năng số ở xã thứ {i}." for i in range(1, 12))
    text = "\n\n".join(f"{page}\n\n{n}" for n in figures)
    assert Counter(texts(text))[str(figures[0])] == 1


def test_no_word_is_lost_between_the_columns() -> None:
    rng = random.Random(12)
    for _ in range(200):
        lines = []
        for _ in range(rng.randrange(2, 30)):
            left = " ".join(rng.choices(("Sở", "lớp", "-", "số", "TM."), k=rng.randrange(4)))
            right = " ".join(rng.choices(("CHỦ", "TỊCH", "KT.", "xã", "ĐẢNG CỘNG SẢN VIỆT NAM"), k=rng.randrange(3)))
            lines.append(f"{' ' * rng.randrange(4)}{left}{' ' * rng.randrange(1, 50)}{right}".rstrip())
        text = "Nơi nhận:      KT. CHỦ TỊCH\n" + "\n".join(lines)
        assert Counter(words(" ".join(texts(text)))) == Counter(words(text))
