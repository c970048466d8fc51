"""Several places, documents and years side by side; a whole section; what is asked of the country or of one commune."""

import re
from datetime import date
from pathlib import Path

import pytest

from documents.adding import understand
from documents.corrections import CENTRAL
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Resolution
from index.store import build, open_index
from qa.answer import Answer, Status
from qa.assistant import Assistant
from qa.comparing import beside
from qa.patterns import Kind

DIEN_BIEN = """ỦY BAN NHÂN DÂN
TỈNH ĐIỆN BIÊN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 88/KH-UBND
Điện Biên, ngày 05 tháng 3 năm 2024

KẾ HOẠCH
Phát triển mạng viễn thông tỉnh Điện Biên đến năm 2026, định hướng đến năm 2030

I. TÌNH HÌNH

1. Toàn tỉnh có 40 trạm phát sóng 5G.

2. Mới có 35% hộ dùng cáp quang.

II. MỤC TIÊU

1. Đến năm 2026

a) Có 90 trạm phát sóng 5G.

b) 60% hộ dùng cáp quang.

2. Đến năm 2030

a) Có 150 trạm phát sóng 5G.

b) 95% hộ dùng cáp quang.

III. NHIỆM VỤ

1. Dùng chung hạ tầng viễn thông

a) Treo cáp của mọi nhà mạng trên một hàng cột.

b) Ngầm hóa dây ở trung tâm thị trấn.

c) Cho thuê cống bể với giá thấp.

d) Bàn giao bản đồ tuyến cáp trước mùa mưa.

2. An toàn mạng lưới

a) Trực canh trạm phát sóng ở đèo Pha Đin suốt mùa bão.

b) Khôi phục liên lạc trong vòng 6 giờ khi sạt lở làm đứt cáp.

3. Chống sét cho cột ăng ten

a) Đo điện trở nối đất vào đầu mỗi quý, ghi vào sổ của người gác, gửi bản chụp về phòng kỹ thuật để so với kết quả của những lần trước.

b) Thay kim thu đã gỉ bằng kim mạ đồng, hàn lại mối nối, sơn phủ lớp bảo vệ dày và dán tem ghi rõ tháng thay, người thay, người nghiệm thu.

c) Treo biển cấm đến gần khi trời giông ở mọi lối vào, bằng cả tiếng Thái và tiếng Mông, cỡ chữ đủ lớn để người đi nương nhìn thấy từ xa.

d) Dạy người gác cách sơ cứu người bị điện giật, thực hành trên hình nộm ít nhất hai lần, có bác sĩ của huyện đến chấm và cấp chứng nhận.

đ) Dự trữ cầu chì, cầu dao, thiết bị cắt lọc ở kho của từng cụm xã, kiểm đếm trước tháng tư và bổ sung ngay những thứ đã dùng hết.

e) Mua bảo hiểm cho thiết bị đắt tiền, lưu hóa đơn, chụp ảnh hiện trường khi có thiệt hại và nộp đơn cho công ty bảo hiểm trong tuần đó.

4. Dạy nghề nối cáp

a) Mở 20 lớp nối cáp vào năm 2026, 60 lớp vào năm 2030.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Lò Văn Thử
"""
SON_LA = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 41/KH-UBND
Sơn La, ngày 20 tháng 02 năm 2024

KẾ HOẠCH
Phát triển mạng viễn thông tỉnh Sơn La đến năm 2026, định hướng đến năm 2030

I. MỤC TIÊU

1. Đến năm 2026

a) Có 120 trạm phát sóng 5G.

b) 70% hộ dùng cáp quang.

2. Đến năm 2030

a) Có 210 trạm phát sóng 5G.

b) 90% hộ dùng cáp quang.

II. NHIỆM VỤ

1. Dùng chung hạ tầng viễn thông

a) Dùng chung cột điện để treo cáp.

b) Cấp phép đào đường một lần cho các nhà mạng.

2. Trồng rừng che trạm phát sóng ở Mộc Châu

a) Trồng 300 cây thông quanh mỗi trạm.

3. Chống sét cho cột ăng ten

a) Đo điện trở nối đất mỗi năm một lần.

b) Cắt điện khi có giông.

4. Dạy nghề nối cáp

a) Mở 35 lớp nối cáp vào năm 2026, 80 lớp vào năm 2030.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Hoàng Văn Thử
"""
GUARDED = """ỦY BAN NHÂN DÂN
TỈNH SƠN LA

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 604/QĐ-UBND
Sơn La, ngày 11 tháng 4 năm 2024

QUYẾT ĐỊNH
Ban hành Quy định về bảo vệ trạm phát sóng trên địa bàn tỉnh Sơn La

Điều 1. Khoảng cách

Nhà ở cách trạm phát sóng 5G ít nhất 15 mét.

Điều 2. Trách nhiệm

Chủ trạm phải sửa hàng rào trong vòng 60 ngày kể từ ngày Quyết định này có hiệu lực.

Điều 3. Hiệu lực

Quyết định này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2024.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Hoàng Văn Thử
"""
COUNTRY = """THỦ TƯỚNG CHÍNH PHỦ

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 905/QĐ-TTg
Hà Nội, ngày 15 tháng 01 năm 2024

QUYẾT ĐỊNH
Phê duyệt Chiến lược phát triển mạng viễn thông quốc gia đến năm 2026, định hướng đến năm 2030

I. MỤC TIÊU

1. Đến năm 2026

a) Có 9.000 trạm phát sóng 5G.

b) 80% hộ dùng cáp quang.

II. NHIỆM VỤ

1. Dùng chung hạ tầng viễn thông

a) Nhà mạng dùng chung ít nhất một phần ba số cột.

KT. THỦ TƯỚNG
PHÓ THỦ TƯỚNG
Trần Văn Thử
"""


def document(text: str, name: str) -> Resolution:
    content = text.encode()
    source = read(content, name)
    return understand(source, Original(content, name, source.format))


def library(place: Path, *texts: str) -> Assistant:
    documents = [*bundled(), *(document(t, f"{i}.txt") for i, t in enumerate(texts))]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None, today=lambda: date(2024, 6, 1))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Over the plan of each of two provinces and a central strategy."""
    return library(tmp_path_factory.mktemp("two-plans"), DIEN_BIEN, SON_LA, COUNTRY)


@pytest.fixture(scope="module")
def with_decision(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The same, and a second document of one of the provinces."""
    return library(tmp_path_factory.mktemp("and-a-decision"), DIEN_BIEN, SON_LA, COUNTRY, GUARDED)


def turns(*typed: str) -> list[dict[str, str]]:
    return [t for q in typed for t in ({"role": "user", "content": q}, {"role": "assistant", "content": "Gia Lai năm 2099 [1]"})]


def ask(assistant: Assistant, *typed: str) -> Answer:
    return assistant.ask(typed[-1], turns(*typed[:-1]))


def quotes(answer: Answer) -> list[tuple[str, str]]:
    return [(c.province, c.quote) for c in answer.citations]


# One document: a whole section, several years, today beside them


LIGHTNING = re.findall(r"^(?:[a-d]|đ|e)\) .*", DIEN_BIEN[DIEN_BIEN.index("3. Chống sét") : DIEN_BIEN.index("4. Dạy nghề")], re.MULTILINE)


def test_all_that_stands_below_the_heading_asked_for_is_told(assistant: Assistant) -> None:
    answer = assistant.ask("Điện Biên có những nhiệm vụ nào về chống sét cho cột ăng ten?")
    assert len(LIGHTNING) == 6
    assert quotes(answer) == [("Điện Biên", item) for item in LIGHTNING]
    assert answer.text.splitlines()[0] == "**Điện Biên, mục “Chống sét cho cột ăng ten”:**"


@pytest.mark.parametrize(
    "typed",
    [
        ("Năm 2026 và năm 2030 Điện Biên có những việc gì về chống sét cho cột ăng ten?",),
        ("Chống sét cho cột ăng ten ở Sơn La gồm những việc gì?", "Còn Điện Biên?"),
    ],
)
def test_a_section_is_not_told_whole_for_several_years_or_in_a_follow_up(assistant: Assistant, typed: tuple[str, ...]) -> None:
    told = quotes(ask(assistant, *typed))
    assert 0 < len(told) < len(LIGHTNING)
    assert set(told) < {("Điện Biên", item) for item in LIGHTNING}


STATIONS = {
    "now": ("Điện Biên", "1. Toàn tỉnh có 40 trạm phát sóng 5G."),
    2026: ("Điện Biên", "a) Có 90 trạm phát sóng 5G."),
    2030: ("Điện Biên", "a) Có 150 trạm phát sóng 5G."),
}


@pytest.mark.parametrize(
    ("typed", "years", "told"),
    [
        (("Điện Biên có bao nhiêu trạm phát sóng 5G năm 2026 và năm 2030?",), (2026, 2030), (2026, 2030)),
        (("Điện Biên trạm phát sóng 5G năm nào nhiều hơn, 2026 hay 2030?",), (2026, 2030), (2026, 2030)),
        (("Điện Biên hiện có bao nhiêu trạm phát sóng 5G, đến năm 2030 có bao nhiêu?",), (2030,), ("now", 2030)),
        (("Năm 2030 Điện Biên có bao nhiêu trạm phát sóng 5G so với hiện nay?",), (2030,), ("now", 2030)),
        # Follow-ups.
        (("Điện Biên có bao nhiêu trạm phát sóng 5G năm 2030?", "so với năm 2026 thì sao?"), (2026, 2030), (2026, 2030)),
        (("Điện Biên hiện có bao nhiêu trạm phát sóng 5G?", "so với năm 2026 thì sao?"), (2026,), ("now", 2026)),
        (("Điện Biên có bao nhiêu trạm phát sóng 5G năm 2030?", "thế hiện giờ đang có mấy cái?"), (), ("now",)),
    ],
)
def test_several_years_and_today_are_each_told(
    assistant: Assistant, typed: tuple[str, ...], years: tuple[int, ...], told: tuple[int | str, ...]
) -> None:
    answer = ask(assistant, *typed)
    assert answer.understood.years == years
    assert quotes(answer) == [STATIONS[t] for t in told]


def test_another_place_is_set_beside_the_one_before(assistant: Assistant) -> None:
    answer = ask(assistant, "Điện Biên có bao nhiêu phần trăm hộ dùng cáp quang năm 2030?", "so với Sơn La thì bên nào cao hơn?")
    assert (answer.understood.provinces, answer.understood.years) == (("Điện Biên", "Sơn La"), (2030,))
    assert answer.text.splitlines() == [
        "| Nơi | Văn bản nêu |",
        "| --- | --- |",
        "| **Điện Biên** | b) **95%** hộ dùng cáp quang. (đến năm 2030) [1] |",
        "| **Sơn La** | b) **90%** hộ dùng cáp quang. (đến năm 2030) [2] |",
        "",
        "Cao nhất là Điện Biên với 95%.",
    ]


# Places side by side


def test_the_items_of_each_list_stand_below_its_place(assistant: Assistant) -> None:
    answer = assistant.ask("Điện Biên và Sơn La có những nhiệm vụ nào về dùng chung hạ tầng viễn thông?")
    assert answer.text.splitlines() == [
        "- **Điện Biên**:",
        "  - a) Treo cáp của mọi nhà mạng trên một hàng cột. [1]",
        "  - b) Ngầm hóa dây ở trung tâm thị trấn. [2]",
        "  - c) Cho thuê cống bể với giá thấp. [3]",
        "  - d) Bàn giao bản đồ tuyến cáp trước mùa mưa. [4]",
        "- **Sơn La**:",
        "  - a) Dùng chung cột điện để treo cáp. [5]",
        "  - b) Cấp phép đào đường một lần cho các nhà mạng. [6]",
    ]


def test_a_list_is_one_hit_where_no_figure_is_compared(assistant: Assistant) -> None:
    first, second = assistant.retrieve("Điện Biên và Sơn La có những nhiệm vụ nào về dùng chung hạ tầng viễn thông?", k=2)
    assert {h.passage.text for h in (first, second)} == {
        "a) Dùng chung cột điện để treo cáp.\nb) Cấp phép đào đường một lần cho các nhà mạng.",
        "a) Treo cáp của mọi nhà mạng trên một hàng cột.\nb) Ngầm hóa dây ở trung tâm thị trấn.\nc) Cho thuê cống bể với giá thấp.\n"
        "d) Bàn giao bản đồ tuyến cáp trước mùa mưa.",
    }
    figures = assistant.retrieve("Điện Biên và Sơn La có bao nhiêu trạm phát sóng 5G năm 2026?", k=2)
    assert {h.passage.text for h in figures} == {"a) Có 90 trạm phát sóng 5G.", "a) Có 120 trạm phát sóng 5G."}


def test_several_things_are_told_of_each_place(assistant: Assistant) -> None:
    answer = ask(assistant, "So sánh hộ dùng cáp quang và trạm phát sóng 5G năm 2030 giữa Điện Biên và Sơn La")
    assert answer.text.splitlines() == [
        "- **Điện Biên**:",
        "  - b) **95%** hộ dùng cáp quang. (đến năm 2030) [1]",
        "  - a) Có 150 trạm phát sóng 5G. (đến năm 2030) [2]",
        "- **Sơn La**:",
        "  - b) **90%** hộ dùng cáp quang. (đến năm 2030) [3]",
        "  - a) Có 210 trạm phát sóng 5G. (đến năm 2030) [4]",
    ]


def test_years_are_columns_where_a_sentence_tells_one_of_them(assistant: Assistant) -> None:
    assert assistant.ask("Điện Biên và Sơn La có bao nhiêu trạm phát sóng 5G?").text.splitlines() == [
        "| Nơi | Đến năm 2026 | Đến năm 2030 |",
        "| --- | --- | --- |",
        "| **Điện Biên** | a) Có 90 trạm phát sóng 5G. [1] | a) Có 150 trạm phát sóng 5G. [2] |",
        "| **Sơn La** | a) Có 120 trạm phát sóng 5G. [3] | a) Có 210 trạm phát sóng 5G. [4] |",
    ]


def test_a_sentence_that_tells_of_both_years_is_told_once(assistant: Assistant) -> None:
    assert assistant.ask("Điện Biên và Sơn La mở bao nhiêu lớp nối cáp?").text.splitlines() == [
        "| Nơi | Văn bản nêu |",
        "| --- | --- |",
        "| **Điện Biên** | a) Mở 20 lớp nối cáp vào năm 2026, 60 lớp vào năm 2030. [1] |",
        "| **Sơn La** | a) Mở 35 lớp nối cáp vào năm 2026, 80 lớp vào năm 2030. [2] |",
    ]


def test_one_thing_is_asked_of_one_place_and_another_of_the_next(assistant: Assistant) -> None:
    asked = "Điện Biên có bao nhiêu trạm phát sóng năm 2026, còn Sơn La trồng cây gì quanh trạm?"
    assert assistant.ask(asked).text.split("\n\n") == [
        "a) Có 90 trạm phát sóng 5G. [1] (Điện Biên, đến năm 2026)",
        "**Sơn La, mục “Trồng rừng che trạm phát sóng ở Mộc Châu”:**\n- a) Trồng 300 cây thông quanh mỗi trạm. [2]",
    ]
    found = [h.passage.text for h in assistant.retrieve(asked, k=2)]
    assert found == ["a) Có 90 trạm phát sóng 5G.", "a) Trồng 300 cây thông quanh mỗi trạm."]


def test_a_place_whose_document_tells_nothing_is_said_to_be_silent(assistant: Assistant) -> None:
    answer = assistant.ask("Ai làm trưởng ban chỉ đạo ở Gia Lai, còn Bình Định ban chỉ đạo giúp ai?")
    first, second = answer.text.split("\n\n", 1)
    assert first == "- **Gia Lai**: văn bản không nêu nội dung này."
    assert "giúp Ban Thường vụ Tỉnh ủy theo dõi" in second
    assert {c.province for c in answer.citations} == {"Bình Định"}


def test_a_document_named_by_its_number_stands_alone_for_its_place(with_decision: Assistant) -> None:
    asked = "Quyết định 604 và kế hoạch của Điện Biên nói gì về trạm phát sóng?"
    question = with_decision.understand(asked)
    assert (question.kind, question.provinces, question.beside) == (Kind.COMPARE, ("Điện Biên", "Sơn La"), ("son-la-604-qd-ubnd",))
    heads = [h for h in with_decision.index.layout.heads if h.province in question.provinces]
    assert [h.id for h in heads] == ["dien-bien-88-kh-ubnd", "son-la-41-kh-ubnd", "son-la-604-qd-ubnd"]
    assert beside(question, heads) == ("dien-bien-88-kh-ubnd", "son-la-604-qd-ubnd")
    assert beside(with_decision.understand("Điện Biên và Sơn La nói gì về trạm phát sóng?"), heads) == ()
    found = {h.passage.document_id for h in with_decision.retrieve(asked, k=20)}
    assert found == {"dien-bien-88-kh-ubnd", "son-la-604-qd-ubnd"}
    assert "41/KH-UBND" not in with_decision.ask(asked).text


def test_a_place_of_several_documents_is_silent_where_none_of_them_tells(with_decision: Assistant) -> None:
    lines = with_decision.ask("Điện Biên và Sơn La có bao nhiêu phần trăm hộ dùng cáp quang năm 2026?").text.splitlines()
    assert lines[2:] == [
        "| **Điện Biên** | b) **60%** hộ dùng cáp quang. (đến năm 2026) [1] |",
        "| **Sơn La, Kế hoạch, 41/KH-UBND, 20/02/2024** | b) **70%** hộ dùng cáp quang. (đến năm 2026) [2] |",
    ]


# What a document is called, and what it says of its own time


def test_the_number_of_a_document_is_no_figure_that_is_supposed(with_decision: Assistant) -> None:
    question = with_decision.understand("quyết định 604 có nhắc tới hàng rào không?")
    assert (question.kind, question.measure, question.supposed) == (Kind.TEXT, None, ())
    assert quotes(with_decision.ask("quyết định 604 có nhắc tới hàng rào không?")) == [
        ("Sơn La", "Chủ trạm phải sửa hàng rào trong vòng 60 ngày kể từ ngày Quyết định này có hiệu lực.")
    ]
    # A figure beside it still is one.
    assert with_decision.understand("quyết định 604 có nêu khoảng cách 15 mét không?").supposed == ("15",)


def test_a_date_to_count_from_is_no_clause_of_validity(with_decision: Assistant) -> None:
    assert with_decision.ask("Chủ trạm ở Sơn La phải sửa hàng rào trong bao lâu?").text == (
        "Chủ trạm phải sửa hàng rào trong vòng 60 ngày kể từ ngày Quyết định này có hiệu lực. [1] (Sơn La)"
    )
    assert with_decision.ask("Quyết định 604 có hiệu lực khi nào?").text == (
        "Quyết định này có hiệu lực thi hành kể từ ngày 01 tháng 5 năm 2024 [1]."
    )


@pytest.mark.parametrize("typed", ["Quyết định 604 của Sơn La số mấy, ngày nào?", "Quyết định 604: số hiệu và ngày ban hành?"])
def test_number_and_date_are_both_told(with_decision: Assistant, typed: str) -> None:
    assert with_decision.ask(typed).text == "Ngày ban hành: **11/04/2024** [1]; Số, ký hiệu: **604/QĐ-UBND** [2]."


# The whole country, provinces as people shorten them, communes


def test_the_whole_country_is_asked_about(assistant: Assistant) -> None:
    answer = assistant.ask("Cả nước có bao nhiêu trạm phát sóng 5G năm 2026?")
    assert answer.text == "a) Có 9.000 trạm phát sóng 5G. [1] (Trung ương, đến năm 2026)"
    answer = assistant.ask("Sơn La so với cả nước năm 2026 có bao nhiêu trạm phát sóng 5G?")
    assert answer.understood.provinces == ("Sơn La", CENTRAL)
    assert answer.text.splitlines()[2:] == [
        "| **Sơn La** | a) Có 120 trạm phát sóng 5G. (đến năm 2026) [1] |",
        "| **Trung ương** | a) Có 9.000 trạm phát sóng 5G. (đến năm 2026) [2] |",
    ]


@pytest.mark.parametrize(
    ("typed", "provinces"),
    [
        ("toàn quốc có bao nhiêu trạm phát sóng 5G", (CENTRAL,)),
        ("nước ta phủ cáp quang tới đâu", (CENTRAL,)),
        ("Trung ương và Điện Biên dùng chung hạ tầng thế nào?", ("Điện Biên", CENTRAL)),
        ("Điện Biên với cả nước, nơi nào dùng cáp quang nhiều hơn?", ("Điện Biên", CENTRAL)),
        ("Số trạm trong kế hoạch của Điện Biên và trong chiến lược của Thủ tướng, mỗi bên là bao nhiêu?", ("Điện Biên", CENTRAL)),
        ("Mức phủ cáp quang của tỉnh Đ. Biên với mức phủ cáp quang của Thủ tướng ra sao?", ("Điện Biên", CENTRAL)),
        ("Điện Biên giao ai dùng chung cột, còn chiến lược của Thủ tướng giao ai?", ("Điện Biên", CENTRAL)),
        # The country is only spoken of.
        ("Điện Biên chia sẻ bản đồ tuyến cáp với cả nước khi nào?", ("Điện Biên",)),
        ("Điện Biên góp bao nhiêu trạm phát sóng cho cả nước?", ("Điện Biên",)),
        ("Đ.Biên có bao nhiêu trạm phát sóng", ("Điện Biên",)),
        ("Đ. Biên có bao nhiêu trạm phát sóng", ("Điện Biên",)),
    ],
)
def test_places_of_a_question(assistant: Assistant, typed: str, provinces: tuple[str, ...]) -> None:
    assert assistant.understand(typed).provinces == provinces


def test_what_is_asked_of_one_commune_must_be_said_of_it(assistant: Assistant) -> None:
    assert assistant.ask("Xã Ba Tơ có bao nhiêu trạm phát sóng 5G?").refused
    of_province = assistant.ask("Xã Ba Tơ của Điện Biên có bao nhiêu trạm phát sóng 5G?")
    assert (of_province.status, of_province.text) == (
        Status.NOT_FOUND,
        "Văn bản của Điện Biên trong thư viện không nhắc đến “Ba Tơ”, nên tôi không trả lời được câu này.",
    )
    assert quotes(assistant.ask("các xã Điện Biên có bao nhiêu trạm phát sóng 5G năm 2026?")) == [STATIONS[2026]]


CHARGED = """
IV. TỔ CHỨC THỰC HIỆN

1. {body}

a) Là cơ quan thường trực, theo dõi, đôn đốc việc thực hiện Kế hoạch.

b) Họp giao ban vào thứ năm hằng tuần.
"""


def test_the_body_that_only_a_heading_names_is_told_of_each_place(tmp_path: Path) -> None:
    bodies = (DIEN_BIEN, "Sở Xây dựng"), (SON_LA, "Sở Khoa học và Công nghệ")
    plans = (plan.replace("TM. ỦY BAN", f"{CHARGED.format(body=body)}\nTM. ỦY BAN") for plan, body in bodies)
    answer = library(tmp_path, *plans).ask("Cơ quan thường trực theo dõi, đôn đốc kế hoạch của Điện Biên và của Sơn La là cơ quan nào?")
    first, second = (line for line in answer.text.splitlines() if line.startswith("- "))
    assert first.startswith("- **Điện Biên**: Sở Xây dựng [1]: a) Là cơ quan thường trực")
    assert second.startswith("- **Sơn La**: Sở Khoa học và Công nghệ [3]: a) Là cơ quan thường trực")
    assert [c.quote for c in answer.citations][::2] == ["1. Sở Xây dựng", "1. Sở Khoa học và Công nghệ"]
