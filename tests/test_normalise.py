"""The normaliser by exact values."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.normalise import UPPER, canonical, fold, has_diacritics, nfc, words

_VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđbcghklmnpqrstvx"


def test_nfd_is_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Nghị quyết về chuyển đổi số")) == "Nghị quyết về chuyển đổi số"
    assert (len("Nghị quyết"), len(unicodedata.normalize("NFD", "Nghị quyết"))) == (10, 13)


def test_exotic_spaces_become_plain_and_invisible_characters_go() -> None:
    assert nfc("kinh\u00a0tế\u2009số\tGia\u3000Lai") == "kinh tế số Gia Lai"
    assert nfc("\ufeffkinh\u200b tế\u00ad\x00\x07") == "kinh tế"
    assert nfc("hai\ndòng") == "hai\ndòng"


def test_a_mark_after_an_invisible_character_is_still_composed() -> None:
    assert nfc("tê\u200b\u0301") == "tế"
    assert nfc("ti\u0007\u0309nh") == "tỉnh"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hoá", "hóa"),
        ("hóa", "hóa"),
        ("Hoá", "hóa"),
        ("thuỷ", "thủy"),
        ("Uỷ", "ủy"),
        ("khoẻ", "khỏe"),
        ("thoả", "thỏa"),
        ("tuỳ", "tùy"),
        ("nguỵ", "ngụy"),
        # "qu" is a consonant: its u never bears the mark.
        ("quý", "quý"),
        ("QUÝ", "quý"),
        ("quỹ", "quỹ"),
        ("quả", "quả"),
        # More letters follow the pair: the mark has one place only.
        ("toàn", "toàn"),
        ("ngoại", "ngoại"),
        ("hoán", "hoán"),
        ("xoài", "xoài"),
        # The vowel with a sign of its own keeps the mark.
        ("thuế", "thuế"),
        ("thuở", "thuở"),
        ("giá", "giá"),
        # A tone typed on the first of two vowels stands on the second.
        ("phừơng", "phường"),
        ("Phừơng", "phường"),
        ("nghịêp", "nghiệp"),
        ("cúôi", "cuối"),
        ("khuýên", "khuyến"),
        ("thúê", "thuế"),
        (unicodedata.normalize("NFD", "phừơng"), "phường"),
        ("phường", "phường"),
        ("rưỡi", "rưỡi"),
        ("mùa", "mùa"),
        ("tía", "tía"),
        (unicodedata.normalize("NFD", "hoá"), "hóa"),
        ("GRDP", "grdp"),
    ],
)
def test_canonical_puts_the_mark_where_documents_put_it(word: str, expected: str) -> None:
    assert canonical(word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Chuyển đổi số", "chuyen doi so"), ("ĐẮK LẮK", "dak lak"), ("Ủy ban", "uy ban"), ("Uỷ ban", "uy ban"), ("11,5%", "11,5%"), ("", "")],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11,5% 24/63", ["11,5", "24/63"]),
        ("1.133 trạm, 2.000 người.", ["1.133", "trạm", "2.000", "người"]),
        ("Nghị quyết số 04-NQ/TU ngày 20/01/2022", ["Nghị", "quyết", "số", "04", "NQ", "TU", "ngày", "20/01/2022"]),
        ("mạng 4G/5G; “số hóa”", ["mạng", "4G", "5G", "số", "hóa"]),
        ("_a_", ["a"]),
        ("…", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(("word", "expected"), [("đi", True), ("Đ", True), ("việt", True), ("di", False), ("5G", False), ("", False)])
def test_has_diacritics(word: str, expected: bool) -> None:
    assert has_diacritics(word) is expected


def test_upper_holds_capitals_only() -> None:
    assert {c for c in "AĐẮỸÔƯaăđắỹôư×5" if c in UPPER or ("A" <= c <= "Z")} == set("AĐẮỸÔƯ")


@pytest.mark.soak
@given(st.text() | st.text(alphabet="aeoui \n\u0301\u0323\u0302\u031b\u200b\u00a0\u00ad\x07\u2000"))
def test_nfc_twice_is_nfc_once(text: str) -> None:
    once = nfc(text)
    assert nfc(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.soak
@given(st.text(alphabet=_VIETNAMESE + _VIETNAMESE.upper(), max_size=8))
def test_canonical_is_stable_and_does_not_change_the_letters(word: str) -> None:
    assert canonical(canonical(word)) == canonical(word)
    assert canonical(unicodedata.normalize("NFD", word)) == canonical(word)
    assert fold(canonical(word)) == fold(word)
    assert fold(word).isascii()


def slowly(text: str) -> str:
    """`nfc` as it is meant: character by character, then composed."""
    exotic = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
    kept = (" " if c in exotic else c for c in text if c not in "\u200b\u200c\u200d\u2060\ufeff\u00ad")
    return unicodedata.normalize("NFC", "".join(c for c in kept if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")))


ODD = st.sampled_from(["e\u0302\u0301", "ế", *"\u00a0\t\u200b\ufeff\u00ad\0\x7f\x85\ud800\n\ra Đ\u0301"])


@given(st.one_of(st.text(), st.lists(st.one_of(ODD, st.characters()), max_size=12).map("".join)))
def test_the_quick_way_through_changes_nothing(text: str) -> None:
    assert nfc(text) == slowly(text)


def test_every_character_goes_the_same_way() -> None:
    for first in range(0, sys.maxunicode + 1, 4096):
        for c in map(chr, range(first, min(first + 4096, sys.maxunicode + 1))):
            assert nfc(c) == slowly(c), ascii(c)


def test_plain_text_is_handed_back_as_it_is() -> None:
    text = "Đến năm 2025, kinh tế số chiếm 20% GRDP.\nMục tiêu cụ thể"
    assert nfc(text) is text
