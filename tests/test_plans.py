"""A committee's plan as they are mostly written: abbreviations in capitals, tasks with who and when below them, a section for each body."""

from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Resolution
from documents.targets import targets_of
from index.analysis import terms, written_out
from index.store import build, open_index
from qa import patterns
from qa.assistant import Assistant
from qa.patterns import Kind, Measure
from qa.subjects import subject_fit

PLAN = """ỦY BAN NHÂN DÂN
TỈNH HÀ GIANG

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 88/KH-UBND
Hà Giang, ngày 05 tháng 3 năm 2024

KẾ HOẠCH
Nâng cao chất lượng giải quyết thủ tục hành chính tỉnh Hà Giang năm 2024

Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ;

I. MỤC TIÊU

1. Mục tiêu chung

Lấy sự hài lòng của người dân làm thước đo.

2. Mục tiêu cụ thể

2.1. 90% hồ sơ được tiếp nhận trực tuyến.

2.2. Thời gian chờ tại Bộ phận Một cửa giảm còn 12 phút.

II. NHIỆM VỤ

a) Làm sạch 95% thửa đất trong CSDL đất đai.

- Chủ trì: Sở Tài nguyên và Môi trường.
- Phối hợp: Cục Thuế tỉnh.
- Thời gian hoàn thành: Tháng 11 năm 2024.

b) Lắp 40 máy tra cứu tại các chợ phiên.

- Chủ trì: Sở Công Thương.
- Thời gian hoàn thành: Quý II năm 2024.

III. TỔ CHỨC THỰC HIỆN

1. Văn phòng UBND tỉnh

a) Theo dõi, đôn đốc việc giải quyết TTHC; báo cáo trước ngày 20 hằng tháng.

2. Sở Tài chính

a) Bố trí kinh phí từ ngân sách địa phương.

b) Hướng dẫn thanh toán, quyết toán.

3. UBND cấp huyện

a) Cử công chức trực tại Bộ phận Một cửa vào sáng thứ Bảy.

Nơi nhận:
- Văn phòng Chính phủ;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Vàng Thị Thử
"""


def document() -> Resolution:
    content = PLAN.encode()
    source = read(content, "ke-hoach.txt")
    return understand(source, Original(content, "ke-hoach.txt", source.format))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("plan")
    documents = [*bundled(), document()]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None)


@pytest.mark.parametrize(
    ("asked", "said", "unsaid"),
    [
        ("Sở nào ở Hà Giang chủ trì làm sạch dữ liệu thửa đất?", "Chủ trì: **Sở Tài nguyên và Môi trường**", "Tháng 11"),
        ("Hà Giang lắp máy tra cứu ở chợ phiên bao giờ xong?", "Thời gian hoàn thành: **Quý II năm 2024**", "Sở Công Thương"),
        ("Sở Tài chính Hà Giang được giao nhiệm vụ gì trong kế hoạch giải quyết thủ tục hành chính?", "quyết toán", "chợ phiên"),
        ("ủy ban nhân dân huyện ở Hà Giang phải làm gì, hạn ngày nào?", "sáng thứ Bảy", "hằng tháng"),
        ("Ai đôn đốc giải quyết thủ tục hành chính ở Hà Giang?", "Văn phòng UBND tỉnh", "Sở Tài chính"),
        ("Hà Giang phấn đấu bao nhiêu phần trăm hồ sơ tiếp nhận trực tuyến?", "**90%**", "95%"),
    ],
)
def test_who_when_and_what_of_a_plan(assistant: Assistant, asked: str, said: str, unsaid: str) -> None:
    answer = assistant.ask(asked)
    assert not answer.refused
    assert said in answer.text
    assert unsaid not in answer.text
    assert all(c.document_id == document().id for c in answer.citations)


def test_figures_of_an_item_are_targets_whatever_stands_below_it() -> None:
    assert [(t.value, t.quote) for t in targets_of(document()) if t.unit == "%"] == [
        (90, "90% hồ sơ được tiếp nhận trực tuyến"),
        (95, "Làm sạch 95% thửa đất trong CSDL đất đai"),
    ]


def test_abbreviations_in_capitals_are_written_out() -> None:
    text = "UBND cấp huyện giải quyết TTHC theo Kế hoạch số 88/KH-UBND"
    assert written_out(text) == "ủy ban nhân dân cấp huyện giải quyết thủ tục hành chính theo Kế hoạch số 88/KH-UBND"
    assert {"hành_chính", "thủ_tục"} <= set(terms(text))
    assert written_out("Trung tâm CA của tỉnh, LGSP và AI") == "Trung tâm công an của tỉnh, LGSP và trí tuệ nhân tạo"
    assert written_out("GIẢI QUYẾT TTHC") == "GIẢI QUYẾT thủ tục hành chính"
    assert written_out("AI LÀM VIỆC ĐÓ") == "AI LÀM VIỆC ĐÓ"


def test_committees_of_other_levels_are_other_bodies() -> None:
    of_district = next(p for p in document().passages if "thứ Bảy" in p.text)
    assert subject_fit(["uy", "ban", "nhan", "dan", "huyen", "lam", "gi"], of_district) == 1.0
    assert subject_fit(["uy", "ban", "nhan", "dan", "tinh", "lam", "gi"], of_district) == 0.0


@pytest.mark.parametrize(
    ("asked", "measure", "kind"),
    [
        ("sở y tế phải làm gì, khi nào xong?", None, Kind.LIST),
        ("dự án do ai chủ trì, khi nào xong?", Measure.DATE, Kind.FIGURE),
        ("gồm mấy nhóm dữ liệu, kể ra giúp em được không?", None, Kind.LIST),
        ("có mấy nhóm dữ liệu?", Measure.COUNT, Kind.FIGURE),
        ("phải đạt những chỉ tiêu nào?", None, Kind.LIST),
        ("chỉ tiêu hồ sơ trực tuyến là bao nhiêu?", Measure.COUNT, Kind.FIGURE),
        ("tỉnh dành bao nhiêu kinh phí để phủ sóng?", Measure.MONEY, Kind.FIGURE),
    ],
)
def test_what_is_asked_for(asked: str, measure: Measure | None, kind: Kind) -> None:
    assert patterns.measure(asked, ()) is measure
    assert patterns.kind(asked, (), 1, measure) is kind


def test_asking_politely_is_no_question_for_yes_or_no() -> None:
    assert not patterns.yes_no("kể ra giúp em được không?")
    assert not patterns.yes_no("nêu tên các sở cho mình với")
    assert patterns.yes_no("nộp hồ sơ tại nhà được không?")
    assert patterns.yes_no("tôi nộp hộ được không?")
    assert patterns.yes_no("tổ công nghệ số có đến giúp được không?")


def test_a_district_is_known_without_diacritics(assistant: Assistant) -> None:
    question = assistant.understand("huyen Luc Yen co bao nhieu doanh nghiep so?")
    assert question.normalised == "huyện Lục Yên có bao nhiêu doanh nghiệp số?"
    assert question.absent == ("Yên Bái",)
    assert assistant.understand("co quan quan ly viec chi tra").normalised == "cơ quan quản lý việc chi trả"
    assert assistant.understand("việc chi trả trợ cấp").normalised == "việc chi trả trợ cấp"
