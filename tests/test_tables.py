"""Annexes as resolutions have them: a column for each year, money whose unit stands over the table, sums; sentences that share a year."""

from dataclasses import replace
from pathlib import Path

import pytest

from documents.adding import understand
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Passage, Resolution
from index.store import build, open_index
from qa import tables
from qa.assistant import Assistant
from qa.units import units, years_of

RESOLUTION = """TỈNH ỦY CAO BẰNG

ĐẢNG CỘNG SẢN VIỆT NAM

Số 19-NQ/TU

Cao Bằng, ngày 12 tháng 5 năm 2023

# NGHỊ QUYẾT

## CỦA BAN THƯỜNG VỤ TỈNH ỦY

**về xây dựng chính quyền số tỉnh Cao Bằng giai đoạn 2023-2025, định hướng đến năm 2030**

## I. TÌNH HÌNH

1. Năm 2022, Chỉ số cải cách hành chính của tỉnh đạt 81,33 điểm, xếp thứ 55/63 tỉnh, thành phố, giảm bốn bậc so với năm trước đó, còn \
nhiều việc chậm; Chỉ số hài lòng của người dân đạt 79,11%, xếp thứ 50/63, trong đó thời gian chờ đợi ở cấp xã bị chê nhiều nhất.

2. Cán bộ xã ngại dùng phần mềm một phần do máy tính cũ, mạng chập chờn.

## II. NHIỆM VỤ

1. Người nộp hồ sơ qua mạng được giảm 40% lệ phí đến hết năm 2025.

2. Bác sĩ về trạm y tế xã được trợ cấp một lần bằng 25 lần mức lương cơ sở.

3. Cán bộ dôi dư được sắp xếp lại trong 18 tháng; số biên chế còn lại để tuyển kỹ sư dữ liệu.

4. Huyện Hạ Lang lắp 12 trạm phát sóng; các huyện khác lắp 30 trạm phát sóng.

5. Tổ công nghệ số cộng đồng họp mỗi tháng một lần.

6. Mỗi tổ công nghệ số cộng đồng có ít nhất 7 người.

## PHỤ LỤC I. CHỈ TIÊU TỪNG NĂM

| TT | Chỉ tiêu | Đơn vị tính | Năm 2023 | Năm 2024 | Năm 2025 |
|---|---|---|---|---|---|
| 1 | Hồ sơ nộp trực tuyến | % | 51 | 64 | 82 |
| 2 | Camera nối về trung tâm điều hành | Chiếc | 310 | 720 | 1.450 |

## PHỤ LỤC II. DỰ ÁN

*Đơn vị tính: tỷ đồng*

| TT | Tên dự án | Chủ đầu tư | Tổng mức | Ngân sách Trung ương | Ngân sách tỉnh |
|---|---|---|---|---|---|
| 1 | Trung tâm dữ liệu tỉnh | Sở Thông tin và Truyền thông | 54,2 | 20,0 | 34,2 |
| 2 | Cảnh báo lũ quét | Sở Nông nghiệp và Phát triển nông thôn | 47,3 | 30,1 | 17,2 |
| | **Tổng cộng** | | **101,5** | **50,1** | **51,4** |
"""


def document() -> Resolution:
    content = RESOLUTION.encode()
    source = read(content, "nghi-quyet.md")
    return understand(source, Original(content, "nghi-quyet.md", source.format))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place: Path = tmp_path_factory.mktemp("tables")
    documents = [*bundled(), document()]
    build(place, documents, None)
    return Assistant(open_index(place, model=None, corpus=corpus_digest(documents)), None)


@pytest.mark.parametrize(
    ("asked", "said", "unsaid"),
    [
        # The column of the year, its figure with the unit of the row.
        ("Cao Bằng năm 2024 phải có bao nhiêu phần trăm hồ sơ nộp trực tuyến?", "Năm 2024: **64%**", "82"),
        ("Năm 2025 Cao Bằng nối bao nhiêu camera về trung tâm điều hành?", "Năm 2025: **1.450 chiếc**", "720"),
        # The column that is named, else what the project costs in all; with the unit that stands over the table.
        (
            "Dự án cảnh báo lũ quét của Cao Bằng được ngân sách Trung ương cấp bao nhiêu tiền?",
            "Ngân sách Trung ương: **30,1 tỷ đồng**",
            "17,2",
        ),
        (
            "Dự án trung tâm dữ liệu của Cao Bằng hết bao nhiêu tiền?",
            "Tổng mức: **54,2 tỷ đồng**. [1] (Cao Bằng)",
            "20,0",
        ),
        ("Tổng cộng các dự án của Cao Bằng hết bao nhiêu tiền?", "Tổng cộng. Tổng mức: **101,5 tỷ đồng**", "54,2"),
        # A share of a price, and multiples of a wage, are money.
        ("Nộp hồ sơ qua mạng ở Cao Bằng được giảm bao nhiêu tiền lệ phí?", "**40%** lệ phí", "50/63"),
        ("Bác sĩ về trạm y tế xã ở Cao Bằng được trợ cấp bao nhiêu tiền?", "25 lần mức lương cơ sở", "tỷ đồng"),
        # A district by its name before all others; the year of the sentence before; the rest of the sentence.
        ("Huyện Hạ Lang của Cao Bằng lắp mấy trạm phát sóng?", "Huyện Hạ Lang lắp 12 trạm", "Camera"),
        ("Năm 2022 người dân hài lòng thì Cao Bằng xếp thứ mấy?", "**xếp thứ 50/63**", "55/63"),
        ("Cán bộ dôi dư ở Cao Bằng sắp xếp trong bao lâu, biên chế còn lại để làm gì?", "tuyển kỹ sư dữ liệu", "camera"),
        ("Vì sao cán bộ xã ở Cao Bằng ngại dùng phần mềm?", "một phần do máy tính cũ", "camera"),
        # Initials that no table knows, but the documents do.
        ("Mỗi tổ CNSCĐ ở Cao Bằng có ít nhất mấy người?", "ít nhất 7 người", "25 lần"),
    ],
)
def test_what_is_told(assistant: Assistant, asked: str, said: str, unsaid: str) -> None:
    answer = assistant.ask(asked)
    assert not answer.refused
    assert said in answer.text
    assert unsaid not in answer.text
    assert {c.document_id for c in answer.citations} == {document().id}


def test_the_caption_is_cited_beside(assistant: Assistant) -> None:
    answer = assistant.ask("Dự án trung tâm dữ liệu của Cao Bằng hết bao nhiêu tiền?")
    assert ("Đơn vị tính: tỷ đồng", "heading") in [(x.quote, x.of) for c in answer.citations for x in c.context]


@pytest.mark.parametrize(
    ("told", "caption", "said"),
    [
        # The unit of the row, of the head, of the table; the nearest counts.
        ([("Chỉ tiêu", "Xã có mạng"), ("ĐVT", "%"), ("Năm 2027", "60")], "", ["Xã có mạng", "60%"]),
        (
            [("Chỉ tiêu", "Kỹ sư"), ("Đơn vị tính", "Người"), ("Năm 2027", "900"), ("Năm 2030", "3.000")],
            "",
            ["Kỹ sư", "900 người", "3.000 người"],
        ),
        (
            [("Dự án", "Kho dữ liệu"), ("Kinh phí (tỷ đồng)", "418"), ("Thời gian", "2026 - 2028")],
            "",
            ["Kho dữ liệu", "418 tỷ đồng", "2026 - 2028"],
        ),
        ([("Dự án", "Kho"), ("Vốn", "30,1"), ("Số máy (máy)", "5")], "Đơn vị: triệu đồng", ["Kho", "30,1 triệu đồng", "5 triệu đồng"]),
        # A body is no unit, a year no figure, and what numbers the row neither.
        ([("Việc", "Mở lớp"), ("Đơn vị", "Sở Nội vụ"), ("Số lớp", "12")], "", ["Mở lớp", "Sở Nội vụ", "12"]),
        ([("TT", "3"), ("Chỉ tiêu", "Trạm"), ("ĐVT", "trạm"), ("Hoàn thành", "2027"), ("Số", "40")], "", ["3", "Trạm", "2027", "40 trạm"]),
        ([("Chỉ tiêu", "Tỷ lệ hộ"), ("ĐVT", "%"), ("Kinh phí", "20"), ("Năm 2030", "95%")], "", ["Tỷ lệ hộ", "%", "20", "95%"]),
    ],
)
def test_figures_have_their_units(told: list[tuple[str, str]], caption: str, said: list[str]) -> None:
    assert [c for _, c in tables.with_units(told, caption)] == said


def test_a_figure_of_no_column_asked_for_is_refused(assistant: Assistant) -> None:
    assert assistant.ask("Cao Bằng năm 2028 phải có bao nhiêu phần trăm hồ sơ nộp trực tuyến?").refused


def small_table(subject: str, cell: str) -> Passage:
    """A row of two cells below "Tên | Khoảng"."""
    text = f"{subject} | {cell}"
    cells = ((0, len(subject)), (len(subject) + 3, len(text)))
    return Passage("d#0", "d", (), 0, len(text), text, cells=cells, columns=("Tên", "Khoảng"))


def test_rows() -> None:
    rows = [p for p in document().passages if p.cells]
    share, cameras, centre, _, total = rows
    assert tables.years_of(share) == {"2023", "2024", "2025"}
    assert years_of(units(share)[0]) == {"2023", "2024", "2025"}
    assert [tables.tells_share(r) for r in rows] == [True, False, False, False, False]
    assert [tables.sums_up(r) for r in rows] == [False, False, False, False, True]
    assert not tables.tells_money(cameras)
    assert tables.tells_money(centre)
    assert tables.tells_money(cameras, "Đơn vị tính: triệu đồng")
    assert not tables.tells_money(cameras, "Đơn vị tính: chiếc")
    # What a table of money tells of years is no sum.
    assert not tables.tells_money(replace(centre, cells=centre.cells[:3], columns=centre.columns[:3]), "Đơn vị tính: đồng")
    of_years = small_table("Mở lớp", "2024-2026")
    assert not tables.tells_money(of_years, "Đơn vị tính: tỷ đồng")
    assert tables.tells_money(small_table("Mở lớp", "2.024"), "Đơn vị tính: tỷ đồng")
    assert tables.said(share, years={"2024"}) == [("", "Hồ sơ nộp trực tuyến"), ("Năm 2024", "64%")]
    assert tables.said(centre, ["money"], asked={"ngan", "sach", "trung", "uong"})[1:] == [("Ngân sách Trung ương", "20,0")]
    assert tables.said(centre, ["money"], asked={"bao", "nhieu"})[1:] == [("Tổng mức", "54,2")]
    assert tables.said(cameras)[1:] == [("Năm 2023", "310 chiếc"), ("Năm 2024", "720 chiếc"), ("Năm 2025", "1.450 chiếc")]
    assert tables.said(total, ["money"])[0] == ("", "Tổng cộng")


def test_phrases_by_their_initials(assistant: Assistant) -> None:
    phrase_of = assistant.index.restorer.phrase_of
    assert phrase_of("CNSCĐ") == phrase_of("cnscd") == "công nghệ số cộng đồng"
    assert phrase_of("UBND") is None  # known, and so no guess
    assert phrase_of("CNSX") is None
    assert "công nghệ số cộng đồng" in assistant.understand("Tổ CNSCĐ họp khi nào?").normalised
    assert "CNSCĐ" in assistant.understand("TỔ CNSCĐ HỌP KHI NÀO?").normalised  # where all is in capitals, they tell nothing
