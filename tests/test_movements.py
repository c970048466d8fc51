"""A plan whose title is in every line of it: its lines are told apart by whom they charge, what it is based on by its kind."""

from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from index.store import build, open_index
from qa.assistant import Assistant

PLAN = """ỦY BAN NHÂN DÂN
TỈNH LÀO CAI

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 318/KH-UBND
Lào Cai, ngày 04 tháng 3 năm 2026

KẾ HOẠCH
Phát động phong trào thi đua nuôi ong lấy mật trên địa bàn tỉnh Lào Cai

Căn cứ Luật Chăn nuôi ngày 19/11/2018;

Căn cứ Nghị quyết số 19-NQ/TW ngày 16/6/2022 của Ban Chấp hành Trung ương về nông nghiệp, nông dân, nông thôn;

Căn cứ Nghị quyết số 44/NQ-HĐND ngày 10/12/2025 của Hội đồng nhân dân tỉnh về kinh tế vườn rừng;

Nhằm đưa nghề nuôi ong lấy mật thành nghề chính của vùng cao, Ủy ban nhân dân tỉnh ban hành Kế hoạch phát động phong trào thi đua nuôi ong
lấy mật, cụ thể như sau:

I. MỤC ĐÍCH, YÊU CẦU

1. Phong trào thi đua nuôi ong lấy mật phải thiết thực, không phô trương.

II. THỜI GIAN

1. Đợt 1 kéo dài 20 ngày làm việc, từ ngày 01/4/2026 đến ngày 28/4/2026.

III. PHƯƠNG ÁN HUY ĐỘNG TIỀN

1. Lồng ghép vào kế hoạch đầu tư công trung hạn.

IV. TỔ CHỨC THỰC HIỆN

1. Sở Nông nghiệp và Môi trường

Chấm điểm các tổ nuôi ong trước ngày 15/5/2026.

2. Sở Nội vụ

Thẩm định hồ sơ, trình tặng Bằng khen.

3. Hội Nông dân tỉnh

Tích cực tham gia phong trào thi đua nuôi ong lấy mật, vận động các tổ nuôi ong lấy mật trên địa bàn tỉnh ký giao ước thi đua.

Trên đây là Kế hoạch phát động phong trào thi đua nuôi ong lấy mật trên địa bàn tỉnh Lào Cai.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Sùng A Lềnh
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("movement")
    content = PLAN.encode()
    source = read(content, "ke-hoach.txt")
    documents = [*bundled(), understand(source, Original(content, "ke-hoach.txt", source.format))]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None)


@pytest.mark.parametrize(
    ("asked", "said", "unsaid"),
    [
        ("Sở Nội vụ Lào Cai chịu trách nhiệm gì trong phong trào thi đua nuôi ong lấy mật?", "Thẩm định hồ sơ", "Tích cực tham gia"),
        ("Hội Nông dân Lào Cai phải làm gì trong phong trào thi đua nuôi ong?", "ký giao ước", "Thẩm định"),
        ("Đợt 1 của Lào Cai trả tiền cho người nuôi ong kéo dài bao nhiêu ngày làm việc?", "20 ngày", "không tìm thấy"),
        ("Kế hoạch nuôi ong của Lào Cai căn cứ nghị quyết nào của Hội đồng nhân dân?", "44/NQ-HĐND", "19-NQ/TW"),
        # What stands below a heading that is said out need say no other word of the question.
        ("Lào Cai phương án huy động tiền nuôi ong lấy mật", "đầu tư công trung hạn", "Tích cực tham gia"),
        ("Kế hoạch nuôi ong của Lào Cai căn cứ luật nào?", "Luật Chăn nuôi", "Nghị quyết số"),
        ("Phong trào thi đua nuôi ong lấy mật của Lào Cai phải thế nào?", "không phô trương", "cụ thể như sau"),
    ],
)
def test_lines_of_a_plan_are_told_apart(assistant: Assistant, asked: str, said: str, unsaid: str) -> None:
    answer = assistant.ask(asked)
    assert said in answer.text.replace("*", "")
    assert unsaid not in answer.text


def test_the_body_that_issued_a_document_is_part_of_its_name(assistant: Assistant) -> None:
    asked = assistant.understand("Kế hoạch 318 của ủy ban nhân dân tỉnh Lào Cai có yêu cầu gì?")
    assert asked.document_ids == ("lao-cai-318-kh-ubnd",)
    assert {"ủy", "ban", "nhân", "dân"}.isdisjoint(t.word for t in asked.topic)
    other = assistant.understand("Kế hoạch 318 của Bộ Tài chính có yêu cầu gì?")
    assert {"bộ", "tài", "chính"} <= {t.word for t in other.topic}


@pytest.mark.parametrize("city", ["TP.HCM", "TP. HCM", "tp.hcm", "TPHCM", "TP.Hồ Chí Minh"])
def test_a_city_behind_its_abbreviation(assistant: Assistant, city: str) -> None:
    assert assistant.understand(f"{city} làm gì về nuôi ong?").normalised == "thành phố Hồ Chí Minh làm gì về nuôi ong?"
