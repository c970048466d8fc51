"""Abbreviations with several readings: what stands beside them tells which is meant, else the usual one is."""

import pytest

from documents.normalise import fold
from index.analysis import spell_out
from index.readings import meant, readings


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        # What goes before.
        ("kho DL", "kho dữ liệu"),
        ("ngành DL", "ngành du lịch"),
        ("giải quyết HS", "giải quyết hồ sơ"),
        ("tổng DS", "tổng dân số"),
        # What comes after.
        ("HS tiểu học", "học sinh tiểu học"),
        ("HS lớp 5", "học sinh lớp 5"),
        ("HS nộp trực tuyến", "hồ sơ nộp trực tuyến"),
        ("HT số", "hạ tầng số"),
        ("ĐT công", "đầu tư công"),
        # Both, and without diacritics.
        ("vốn ĐT công", "vốn đầu tư công"),
        ("nganh DL", "nganh du lịch"),
        ("HS tieu hoc", "học sinh tieu hoc"),
        ("von ĐT cong", "von đầu tư cong"),
        # An abbreviation beside another is read as what it stands for.
        ("Kho DL của UBND", "Kho dữ liệu của ủy ban nhân dân"),
    ],
)
def test_which_is_meant_is_told_by_the_words_beside_it(typed: str, full: str) -> None:
    assert spell_out(typed) == full


@pytest.mark.parametrize(
    ("short", "usual"), [("DL", "du lịch"), ("HS", "học sinh"), ("KH", "kế hoạch"), ("ĐT", "đào tạo"), ("TT", "thông tin")]
)
def test_the_usual_one_where_the_words_beside_it_tell_nothing(short: str, usual: str) -> None:
    assert readings()[short][0] == usual
    for before, after in (("", ""), ("xyz", "qwe"), ("2025", "4.0"), ("", "Facebook")):
        assert meant(short, before, after) == usual


def test_the_same_letters_with_other_neighbours() -> None:
    assert [meant("DL", before, after) for before, after in (("kho", ""), ("ngành", ""), ("kho", "số"))] == [
        "dữ liệu",
        "du lịch",
        "dữ liệu",
    ]
    assert [meant("HS", "", after) for after in ("tiểu", "nộp")] == ["học sinh", "hồ sơ"]


def test_what_has_one_reading_is_none_of_them() -> None:
    assert meant("UBND", "", "") is None
    assert meant("XYZ", "kho", "") is None
    assert meant("dl", "kho", "") is None  # the caller puts it in capitals


def test_every_reading_is_another_and_begins_as_its_letters_do() -> None:
    for short, said in readings().items():
        assert len(said) == len(set(said)) > 1, short
        for reading in said:
            assert "".join(fold(word)[0] for word in reading.split()) == fold(short), reading
