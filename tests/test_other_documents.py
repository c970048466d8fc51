"""Documents of any field and rank: what a circular, a decree with annexes and a resolution without letterhead are asked for.

Two made documents beside the bundled ones, read, indexed and asked through the real parts; by words alone, without a model.
"""

from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Passage, Resolution
from index.language import Restorer
from index.store import build, open_index
from qa import metadata, patterns
from qa.assistant import Assistant
from qa.patterns import Kind, Measure
from qa.subjects import sectors, subject_fit
from qa.units import has_figure

CIRCULAR = """BỘ TÀI CHÍNH
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 45/2021/TT-BTC
Hà Nội, ngày 08 tháng 01 năm 2021
THÔNG TƯ
QUY ĐỊNH MỨC THU, CHẾ ĐỘ THU, NỘP PHÍ KIỂM TRA THIẾT BỊ LẶN
Căn cứ Luật Phí và lệ phí ngày 25 tháng 11 năm 2015;
Bộ trưởng Bộ Tài chính ban hành Thông tư quy định mức thu, chế độ thu, nộp phí kiểm tra thiết bị lặn.
Điều 1. Người nộp phí
Tổ chức, cá nhân khi nộp hồ sơ đề nghị kiểm tra thiết bị lặn phải nộp phí theo quy định tại Thông tư này.
Điều 2. Mức thu phí
1. Mức thu phí thực hiện theo Biểu phí kiểm tra thiết bị lặn ban hành kèm theo Thông tư này.
2. Tổ chức thu phí được trích lại 90% số tiền phí thu được để trang trải chi phí.
Điều 3. Kê khai, nộp phí
1. Chậm nhất là ngày 05 hàng tháng, tổ chức thu phí gửi số tiền phí đã thu vào tài khoản tại Kho bạc nhà nước.
Điều 4. Tổ chức thực hiện
1. Thông tư này có hiệu lực thi hành kể từ ngày 22 tháng 02 năm 2021 và thay thế Thông tư số 227/2016/TT-BTC ngày 11 tháng 11 năm \
2016 của Bộ trưởng Bộ Tài chính quy định mức thu, chế độ thu, nộp phí kiểm tra thiết bị lặn.
Nơi nhận:
- Các Bộ, cơ quan ngang Bộ;
- Lưu: VT.
KT. BỘ TRƯỞNG
THỨ TRƯỞNG
Vũ Thị Mai
PHỤ LỤC I
BIỂU PHÍ KIỂM TRA THIẾT BỊ LẶN
(Ban hành kèm theo Thông tư số 45/2021/TT-BTC ngày 08 tháng 01 năm 2021 của Bộ trưởng Bộ Tài chính)
| STT | Danh mục thiết bị | Đơn vị | Mức thu (đồng) |
| --- | --- | --- | --- |
| 1 | Bình dưỡng khí | Cái | 45.000 |
| 2 | Mặt nạ lặn | Bộ | 20.000 |
| 3 | Máy nén khí | Cái | 130.000 |
PHỤ LỤC II
KÝ HIỆU TEM KIỂM TRA
| STT | Địa phương | Ký hiệu tem kiểm tra |
| --- | --- | --- |
| 1 | Đà Nẵng | 43, 92 |
| 2 | Lâm Đồng | 48, 49 |
| 3 | Thái Nguyên | 20, 97 |
"""

RESOLUTION = """**NGHỊ QUYẾT**

VỀ PHÁT ĐỘNG PHONG TRÀO TRỒNG RỪNG NGẬP MẶN

**CHÍNH PHỦ**

*Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;*

**QUYẾT NGHỊ:**

**I. MỤC TIÊU**

1. Đến năm 2030, 95% diện tích bãi bồi ven biển được trồng rừng ngập mặn.

**II. NGUYÊN NHÂN**

1. Nhận thức của một số người đứng đầu chưa đầy đủ, coi đây là việc riêng của kiểm lâm.

2. Nhân lực kiểm lâm thiếu; mỗi hạt chỉ có 03 người.

3. Cây giống ở các vườn ươm còn khan hiếm.

**III. CHẾ ĐỘ HỖ TRỢ**

1. Hồ sơ đề nghị hỗ trợ trồng rừng gồm các giấy tờ sau:

a) Đơn của chủ rừng;

b) Bản đồ khoảnh rừng;

c) Biên bản nghiệm thu của hạt kiểm lâm.

2. Tổng mức hỗ trợ năm 2026 dự kiến 7.860 triệu đồng, gồm: ngân sách trung ương cấp 2.500 triệu đồng cho các xã bãi ngang ven biển; ngân \
sách tỉnh bố trí 3.960 triệu đồng cho các xã còn lại trong vùng dự án trồng rừng ngập mặn của cả nước.

3. Trách nhiệm của Công an thành phố

a) Tuần tra các khu rừng mới trồng vào ban đêm.

**IV. TỔ CHỨC THỰC HIỆN**

1. Trước ngày 15 tháng 12 hàng năm, các bộ báo cáo kết quả trồng rừng ngập mặn gửi Bộ Nông nghiệp và Môi trường để tổng hợp.

|
Nơi nhận:
- Ban Bí thư Trung ương Đảng;
- Lưu: VT.
|
**TM. CHÍNH PHỦ**
THỦ TƯỚNG
Phạm Minh Chính
|

**PHỤ LỤC**

DANH MỤC ĐỀ ÁN ƯU TIÊN

*(Kèm theo
Nghị quyết số 894/NQ-CP ngày 03 tháng 12 năm 2025 của Chính phủ)*
"""


def document(raw: str, name: str) -> Resolution:
    """The document that a Markdown file is."""
    content = raw.encode()
    source = read(content, name)
    return understand(source, Original(content, name, source.format))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("other")
    documents = [*bundled(), document(CIRCULAR, "thong-tu.md"), document(RESOLUTION, "nghi-quyet.md")]
    build(place, documents, None)
    corpus = corpus_digest(documents)
    return Assistant(open_index(place, model=None, corpus=corpus), None)


def test_a_copy_without_letterhead_is_named_by_its_annex() -> None:
    read_ = document(RESOLUTION, "nghi-quyet.md")
    assert (read_.number, read_.issued) == ("894/NQ-CP", "2025-12-03")
    fact = read_.facts["number"][0]
    assert read_.text[fact.start : fact.end] == "894/NQ-CP"
    other = document(RESOLUTION.replace("Kèm theo\nNghị quyết", "Kèm theo\nQuyết định"), "nghi-quyet.md")
    assert other.number is None  # an annex of another kind of document says nothing of this one's number


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Phí kiểm tra một bình dưỡng khí là bao nhiêu?", "45.000"),
        ("phi kiem tra may nen khi", "130.000"),
        ("Tổ chức thu phí được trích lại bao nhiêu phần trăm?", "90%"),
        ("Thông tư 45/2021/TT-BTC có hiệu lực từ hôm nào?", "22 tháng 02 năm 2021"),
        ("Thông tư 45/2021/TT-BTC thay thế thông tư nào?", "227/2016/TT-BTC"),
        ("Ký hiệu tem kiểm tra của Đà Nẵng là gì?", "43, 92"),
        ("Ký hiệu tem kiểm tra của Thái Nguyên theo Thông tư 45/2021/TT-BTC?", "20, 97"),
        ("ai phải đóng phí kiểm tra thiết bị lặn vậy?", "khi nộp hồ sơ đề nghị"),
        ("Nghị quyết về trồng rừng ngập mặn số bao nhiêu, ban hành ngày nào?", "894/NQ-CP"),
        ("báo cáo kết quả trồng rừng ngập mặn trước ngày nào và gửi cho ai?", "15 tháng 12"),
    ],
)
def test_questions_about_any_document(assistant: Assistant, asked: str, said: str) -> None:
    answer = assistant.ask(asked)
    assert not answer.refused
    assert said in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "Lệ phí cấp giấy phép xây dựng là bao nhiêu?",  # money that no row and no line tells
        "Ký hiệu tem kiểm tra của Hà Nội là gì?",  # a place that no row is of
        "Hà Nội có bao nhiêu xã?",
        "Bộ Quốc phòng phải làm gì trong phong trào trồng rừng ngập mặn?",  # a ministry that the document never names
    ],
)
def test_what_these_documents_do_not_tell_is_refused(assistant: Assistant, asked: str) -> None:
    assert assistant.ask(asked).refused


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Vì sao phong trào trồng rừng ngập mặn còn ì ạch?", ["chưa đầy đủ", "Nhân lực kiểm lâm thiếu", "vườn ươm"]),
        ("Hồ sơ đề nghị hỗ trợ trồng rừng cần những giấy tờ gì?", ["Đơn của chủ rừng", "Bản đồ khoảnh rừng", "Biên bản nghiệm thu"]),
    ],
)
def test_a_section_or_list_that_is_asked_for_comes_whole(assistant: Assistant, asked: str, said: list[str]) -> None:
    answer = assistant.ask(asked).text
    assert [s for s in said if s not in answer] == []


def test_a_body_is_meant_however_its_unit_is_called() -> None:
    heading = Passage("d#0", "d", ("3. Trách nhiệm của Công an thành phố",), 0, 9, "Tuần tra.")
    assert subject_fit(["trach", "nhiem", "cong", "an", "can", "tho"], heading) == 1
    assert subject_fit(["trach", "nhiem", "hai", "quan", "can", "tho"], heading) == 0
    assert subject_fit(["so", "y", "te"], Passage("d#1", "d", ("Điều 14. Trách nhiệm của Sở Y tế",), 0, 9, "Tuần tra.")) == 1
    assert sectors("bộ quốc phòng và sở y tế làm gì, theo bộ chỉ số nào?") == ("quốc_phòng", "y_tế")


def test_what_is_named_instead_takes_the_place_of_what_was_asked(assistant: Assistant) -> None:
    history = [{"role": "user", "content": "Đến năm 2030 bao nhiêu diện tích bãi bồi được trồng rừng ngập mặn?"}]
    read_ = assistant.understand("Còn phần tiền phí kiểm tra thiết bị lặn được trích lại bao nhiêu?", history)
    assert "rừng" not in [t.word for t in read_.topic]
    assert "rừng" in [t.word for t in assistant.understand("còn việc đó ai làm?", history).topic]


def test_what_comes_into_force_is_quoted_without_what_it_replaces(assistant: Assistant) -> None:
    answer = assistant.ask("Thông tư 45/2021/TT-BTC có hiệu lực khi nào?")
    assert [c.quote for c in answer.citations] == ["1. Thông tư này có hiệu lực thi hành kể từ ngày 22 tháng 02 năm 2021"]


def test_a_body_names_its_own_document_only_where_a_document_is_meant(assistant: Assistant) -> None:
    assert assistant.understand("Thông tư của Bộ Tài chính quy định phí gì?").document_ids == ("45-2021-tt-btc",)
    assert assistant.understand("Bộ Tài chính chịu trách nhiệm gì trong chuyển đổi số?").document_ids == ()


def test_what_only_sounds_like_a_question_about_a_document(assistant: Assistant) -> None:
    index = assistant.index
    for asked, content in (
        ("Thông tư 45/2021/TT-BTC ai ký, ngày nào?", False),
        ("Theo Thông tư 45/2021/TT-BTC ai ký phiếu nghiệm thu bình dưỡng khí và máy nén khí?", True),
    ):
        read_ = assistant.understand(asked)
        assert read_.facts
        assert metadata.asks_content(metadata.documents_asked(index, read_), read_) is content


def test_a_province_is_not_read_out_of_small_letters(assistant: Assistant) -> None:
    read_ = assistant.understand("Kế hoạch nào nói về công nghệ an toàn sinh học?")
    assert (read_.provinces, read_.absent) == ((), ())


def test_numbers_of_documents_are_neither_years_nor_figures() -> None:
    assert patterns.years("theo nghị định 23/2018/nđ-cp thì năm 2025 thế nào") == (2025,)
    assert patterns.years("thông tư 51/2025/tt-bca quy định gì") == ()
    cited = "2. Theo Nghị định số 23/2018/NĐ-CP ngày 23 tháng 02 năm 2018, Điều 2 và một số điều khác"
    assert not has_figure(cited, Measure.COUNT)
    assert not has_figure(cited, Measure.DATE)
    assert has_figure(cited, Measure.DATE, cited=True)
    assert has_figure("2. Có 15 điều khác", Measure.COUNT)
    assert has_figure("Chậm nhất là 30 ngày, kể từ ngày kết thúc quý", Measure.DATE)


def test_a_time_may_be_a_condition() -> None:
    assert patterns.measure("khi nào doanh nghiệp được quyền từ chối bán bảo hiểm?", ()) is None
    assert patterns.measure("khi nào phải hoàn thành đề án?", ()) is Measure.DATE
    assert patterns.kind("chữ ký số khác gì chữ ký điện tử?", (), 0, None) is Kind.LIST


def test_words_around_a_name_decide_whether_it_is_one(restorer: Restorer) -> None:
    assert restorer.restore("diện tích áp dụng công nghệ an toàn sinh học") == "diện tích áp dụng công nghệ an toàn sinh học"
    assert restorer.restore("thai nguyen va binh dinh moi cai") == "Thái Nguyên và Bình Định mới cái"
    assert "Nghệ An" in restorer.restore("tinh nghe an co gi")
