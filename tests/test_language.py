"""Reading questions as people type them: diacritics, typing errors, abbreviations, everyday words; and the terms of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.library import bundled
from documents.normalise import canonical, fold, words
from documents.places import provinces
from index.analysis import folded_terms, spell_out, stop_phrases, terms, tokens, widen, without_courtesy
from index.language import Counts, Restorer, count
from index.telex import Keystrokes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # Without diacritics; names get their capitals where nothing was typed in capitals.
        ("kinh te so gia lai 2025", "kinh tế số Gia Lai 2025"),
        ("muc tieu cua tra vinh den nam 2030", "mục tiêu của Trà Vinh đến năm 2030"),
        ("thai nguyen co bao nhieu doanh nghiep so", "Thái Nguyên có bao nhiêu doanh nghiệp số"),
        ("quy nhon lam trung tam tri tue nhan tao", "Quy Nhơn làm trung tâm trí tuệ nhân tạo"),
        ("dich vu cong truc tuyen muc do 4", "dịch vụ công trực tuyến mức độ 4"),
        ("ty le dan so co tai khoan thanh toan dien tu", "tỷ lệ dân số có tài khoản thanh toán điện tử"),
        ("ho so thu tuc hanh chinh", "hồ sơ thủ tục hành chính"),
        ("ai chiu trach nhiem", "ai chịu trách nhiệm"),
        ("nghi quyet yeu cau dich vu thiet yeu nao", "nghị quyết yêu cầu dịch vụ thiết yếu nào"),
        ("han che, yeu kem chu yeu", "hạn chế, yếu kém chủ yếu"),
        ("nang suat lao dong tang bao nhieu", "năng suất lao động tăng bao nhiêu"),
        # Half typed.
        ("mục tieu den năm 2025 của gia lai", "mục tiêu đến năm 2025 của Gia Lai"),
        ("kinh tế số của tỉnh nào cao nhat", "kinh tế số của tỉnh nào cao nhất"),
        ("ủy ban nhan dan tỉnh", "ủy ban nhân dân tỉnh"),
        # Typing errors.
        ("các nghành nào ưu tiên chuyển đổi số", "các ngành nào ưu tiên chuyển đổi số"),
        ("nghanh y te", "ngành y tế"),
        ("chuyển đôi sô ở Bình Định", "chuyển đổi số ở Bình Định"),
        ("kihn te so", "kinh tế số"),
        ("chuyen doi sso", "chuyển đổi số"),
        ("kính phí", "kinh phí"),
        ("chuyễn đổi số", "chuyển đổi số"),
        ("dich vu cong truc tuyén", "dịch vụ công trực tuyến"),
        ("bnố tỉnh", "bốn tỉnh"),
        ("Tgái Nguyên có gì", "Thái Nguyên có gì"),
        ("Gis Lai có gì", "Gia Lai có gì"),
        ("kinh tế số Trà Vnh", "kinh tế số Trà Vinh"),
        ("nghij quyeets", "nghị quyết"),
        ("hoos sow", "hồ sơ"),
        ("nghi5 quye61t so61", "nghị quyết số"),
        # The language of questions.
        ("thi tinh nao dat ty le cao hon", "thì tỉnh nào đạt tỷ lệ cao hơn"),
        ("tinh nao dat muc tieu cao nhat", "tỉnh nào đặt mục tiêu cao nhất"),
        ("co dung duoc ca tren dien thoai khong", "có dùng được cả trên điện thoại không"),
        ("may tinh cua xa", "máy tính của xã"),
        ("may huyen duoc chon", "mấy huyện được chọn"),
        ("cho nao chua co song", "chỗ nào chưa có sóng"),
        ("4 tinh", "4 tỉnh"),
    ],
)
def test_restoring(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Kinh tế số Gia Lai đến năm 2025 chiếm bao nhiêu?",
        "Chuyển đổi số là gì?",
        "xã Sảng Mộc ở đâu",
        "giá lại tăng",  # typed with other diacritics, "Gia Lai" is not meant
        "hoá đơn điện tử",  # both placements of the mark are right
        "uỷ ban nhân dân",
        "GRDP 11,5%/năm, 24/63 (5G)",
        "Nghị quyết 04-NQ/TU và Quyết định 749/QĐ-TTg",
        "nghị quyết 04-nq/tu",
        "a) Tài nguyên và môi trường; đ) Đất đai",
        "app Zalo, chatbot và robot",
        "vào Dropbox và GIS",
        "đóng cửa hẳn",  # a syllable that the tables hardly know
        "2025?",
        "!!!",
        "",
        "   ",
    ],
)
def test_what_is_right_stays_as_typed(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text) == text


def test_questions_over_the_corpus_survive_losing_their_diacritics(restorer: Restorer) -> None:
    # The library's own headings, folded: wording that the counts know, so nearly every word must come back.
    headings = sorted({s.path[-1] for d in bundled() for s in d.sections})
    wanted = [canonical(w) for h in headings for w in words(h) if w.isalpha()]
    found = [canonical(w) for h in headings for w in words(restorer.restore(fold(h))) if w.isalpha()]
    right = sum(a == b for a, b in zip(found, wanted, strict=True))
    assert right / len(wanted) > 0.95


@pytest.mark.parametrize("name", [n for p in provinces() for n in (p.name, p.since_2025) if len(words(n)) > 1])
def test_names_are_never_misread(restorer: Restorer, name: str) -> None:
    restored = [canonical(w) for w in words(restorer.restore(f"chuyen doi so o {fold(name)}"))]
    assert restored == [canonical(w) for w in words(f"chuyển đổi số ở {name}")]


def test_the_librarys_own_wording_outweighs_the_general_counts() -> None:
    typed = "dua len cho so cua thon"
    assert Restorer(count([])).restore(typed) == "đưa lên cho số của thôn"
    assert Restorer(count(["Mở chợ số của thôn. Lên chợ số của thôn."] * 20)).restore(typed) == "đưa lên chợ số của thôn"


def test_counts_stop_at_sentence_ends() -> None:
    assert count(["Kinh tế số. Số hóa; số"]) == Counts(
        {"kinh": 1, "tế": 1, "số": 3, "hóa": 1},
        {("<s>", "kinh"): 1, ("kinh", "tế"): 1, ("tế", "số"): 1, ("<s>", "số"): 2, ("số", "hóa"): 1},
    )


@pytest.mark.soak
@given(st.text(max_size=40) | st.text(alphabet="kinh teso đổiữợ,.25%-/&", max_size=40))
def test_restoring_any_text_keeps_what_are_no_letters(restorer: Restorer, text: str) -> None:
    restored = restorer.restore(text)
    assert [c for c in restored if c.isdecimal()] == [c for c in text if c.isdecimal()]
    assert len(restored.split()) == len(text.replace("\u200b", "").split()) or not text.isprintable()


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("CĐS ở Gia Lai", "chuyển đổi số ở Gia Lai"),
        ("cds gia lai", "chuyển đổi số gia lai"),
        ("UBND tỉnh", "ủy ban nhân dân tỉnh"),
        ("DN nhỏ, HTX", "doanh nghiệp nhỏ, hợp tác xã"),
        ("Sở TT&TT", "Sở thông tin và truyền thông"),
        ("CNTT-TT", "công nghệ thông tin và truyền thông"),
        ("AI là gì", "trí tuệ nhân tạo là gì"),
        ("ai là người ký", "ai là người ký"),
        ("AI CHỊU TRÁCH NHIỆM", "AI CHỊU TRÁCH NHIỆM"),  # it shouts: who, not what
        ("GRDP đạt 20%", "GRDP đạt 20%"),
        # What may be read as a syllable is an abbreviation only in capitals.
        ("NQ của TU", "nghị quyết của tỉnh ủy"),
        ("nq cua tu nhan", "nghị quyết cua tu nhan"),
        # The words around tell which is meant.
        ("CT UBND tỉnh", "chủ tịch ủy ban nhân dân tỉnh"),
        ("CT MTQG", "chương trình mục tiêu quốc gia"),
        ("TT Chính phủ", "Thủ tướng Chính phủ"),
        ("TT", "thông tin"),
        ("Cổng TTĐT", "cổng thông tin điện tử"),
        ("HDND", "hội đồng nhân dân"),
        # Numbers of documents, figures with units.
        ("04-NQ/TU, 157/KH-UBND", "04-NQ/TU, 157/KH-UBND"),
        ("5k người", "5k người"),
        # The south, the centre, chat.
        ("tui hổng biết", "tôi không biết"),
        ("Tui muốn hỏi", "Tôi muốn hỏi"),
        ("được nhiêu tiền", "được bao nhiêu tiền"),
        ("được bao nhiêu tiền", "được bao nhiêu tiền"),
        ("nộp ở mô", "nộp ở đâu"),
        ("ở mô hình này", "ở mô hình này"),
        ("ông Đặng Văn A", "ông Đặng Văn A"),
        ("ko bt j", "không bt gì"),
        ("", ""),
    ],
)
def test_abbreviations_are_spelled_out(typed: str, full: str) -> None:
    assert spell_out(typed) == full


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kinh tế số của Gia Lai là bao nhiêu?", ["kinh", "tế", "kinh_tế", "số", "tế_số", "gia", "lai", "gia_lai"]),
        ("Số hoá", ["số", "hóa", "số_hóa"]),
        ("tăng 11,5% GRDP", ["tăng", "11,5", "tăng_11,5", "grdp"]),  # a figure opens no pair
        ("là của và", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
    assert folded_terms(text) == [fold(t) for t in expected]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Dạ cho em hỏi, trong bao lâu?", "trong bao lâu?"),
        ("hồ sơ đất đai xử lý, trong bao lâu ạ?", "hồ sơ đất đai xử lý, trong bao lâu ạ?"),
        ("Cho hỏi, Gia Lai có bao nhiêu trạm, hiện nay?", "Gia Lai có bao nhiêu trạm, hiện nay?"),
        ("Dạ, bây giờ, Gia Lai có bao nhiêu trạm ạ? Em cảm ơn!", "bây giờ, Gia Lai có bao nhiêu trạm ạ?"),
        ("kế hoạch phòng chống bão, ai vậy ạ?", "kế hoạch phòng chống bão, ai vậy ạ?"),
        ("Dạ cho em hỏi, Gia Lai có gì ạ? Em cảm ơn!", "Gia Lai có gì ạ?"),
        ("Dạ, cho em hỏi với ạ!", "Dạ, cho em hỏi với ạ!"),
    ],
)
def test_courtesy_is_left_out_and_what_asks_is_not(text: str, kept: str) -> None:
    assert without_courtesy(text) == kept


def test_stop_words_are_told_before_folding() -> None:
    # "là" (is) is a stop word; "La" in a name and "lá" (leaf), which fold to the same, are none.
    assert ("là",) in stop_phrases()
    assert [t.stop for t in tokens("là La lá")] == [True, False, False]


def test_everyday_words_widen_a_search() -> None:
    assert widen("lấy tiền đâu ra") == {("lấy", "tiền"): ("kinh phí", "ngân sách", "nguồn lực")}
    assert widen("kẹt xe")[("kẹt", "xe")][0] == "giao thông"
    assert widen("chuyển đổi số") == {}


def test_a_syllable_of_another_word_is_no_everyday_word() -> None:
    assert widen("ngân sách nhà nước") == {}
    assert widen("an ninh mạng") == {}
    assert widen("quản lý") == {}
    assert widen("mạng")[("mạng",)][0] == "internet"


def test_longer_everyday_phrases_take_their_words() -> None:
    assert list(widen("làm việc tại nhà")) == [("làm", "việc", "tại", "nhà")]
    assert list(widen("nhà")) == [("nhà",)]


@pytest.mark.parametrize(
    ("typed", "syllables"),
    [
        ("ddeesn", ["đến"]),
        ("ddeens", ["đến"]),
        ("denesd", ["đến"]),  # marks behind the word
        ("nguwowif", ["người"]),
        ("nguoiwf", ["người"]),
        ("soos", ["số"]),
        ("sos", []),  # "só" is not in the vocabulary
        ("so", []),
        ("abc", []),
    ],
)
def test_telex_keystrokes(typed: str, syllables: list[str]) -> None:
    assert Keystrokes(["đến", "người", "số", "so"]).telex(typed) == syllables


@pytest.mark.parametrize(
    ("typed", "syllables"),
    [("d9e61n", ["đến"]), ("d9en61", ["đến"]), ("ngu7o72i", ["người"]), ("so61", ["số"]), ("so", []), ("so0", []), ("5", []), ("b12", [])],
)
def test_vni_keystrokes(typed: str, syllables: list[str]) -> None:
    assert Keystrokes(["đến", "người", "số", "so"]).vni(typed) == syllables


@pytest.mark.parametrize("typed", ["Tôi ở xa không về được, có nộp qua mạng không?", "Nhà tôi ở xa trung tâm thì nộp hồ sơ kiểu gì?"])
def test_a_rare_word_typed_among_marked_ones_stays(restorer: Restorer, typed: str) -> None:
    assert restorer.restore(typed) == typed
