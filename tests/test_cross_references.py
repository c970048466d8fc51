"""Places that a document refers to by their numbers, and who is charged with a task that way."""

import pytest
from conftest import small_document

from documents.adding import understand
from documents.cross_references import address, depth, places
from documents.database import Original
from documents.library import bundled, corpus_digest
from documents.reading.dispatch import read
from documents.resolution import Resolution
from index.store import build, open_index
from qa.assistant import Assistant

RESOLUTION = """TỈNH ỦY BẮC KẠN

ĐẢNG CỘNG SẢN VIỆT NAM

Số 21-NQ/TU

Bắc Kạn, ngày 9 tháng 6 năm 2022

# NGHỊ QUYẾT

## CỦA BAN THƯỜNG VỤ TỈNH ỦY

**về chuyển đổi số tỉnh Bắc Kạn đến năm 2025**

## III. NHIỆM VỤ

### 1. Hạ tầng

a) Lắp máy đo mực nước ở hồ Ba Bể, báo động cho dân vùng thấp trước ba giờ.

b) Kéo cáp quang về các thôn vùng cao của huyện Pác Nặm.

### 2. Nhân lực

a) Dạy bảo mật cho kế toán xã.

b) Thưởng cho cán bộ có sáng kiến về phần mềm.

## IV. TỔ CHỨC THỰC HIỆN

1. Sở Nông nghiệp và Phát triển nông thôn chủ trì điểm a khoản 1 mục III.

2. Sở Nội vụ chủ trì khoản 2 mục III, trừ điểm a do Sở Tài chính chủ trì.

3. Văn phòng Tỉnh ủy triển khai điểm b khoản 1; các đơn vị khác thực hiện khoản 5 Điều 7 Luật Viễn thông.

Nơi nhận:
- Như trên.

T/M BAN THƯỜNG VỤ

PHÓ BÍ THƯ

Nguyễn Văn Mẫu
"""


@pytest.fixture(scope="module")
def document() -> Resolution:
    source = read(RESOLUTION.encode(), "nghi-quyet.md")
    return understand(source, Original(RESOLUTION.encode(), "nghi-quyet.md", source.format, source))


def told(*lines: str, path: tuple[str, ...] = ("V. TỔ CHỨC THỰC HIỆN",)) -> list[list[tuple[str, ...]]]:
    """The labels of the places that each of `lines` refers to."""
    document = small_document("thu", "Gia Lai", *lines, path=path)
    found = places(document)
    return [[p.labels for p in found.get(passage.id, ())] for passage in document.passages]


def test_addresses_are_the_labels_of_headings_and_items(document: Resolution) -> None:
    addresses = {p.text.split()[1]: address(p) for p in document.passages if p.kind == "body"}
    assert addresses["Lắp"] == ("III", "1", "a")
    assert addresses["Thưởng"] == ("III", "2", "b")
    assert addresses["Sở"][0] == "IV"
    assert depth(("III", "1"), addresses["Lắp"]) == 2
    assert depth(("III", "2"), addresses["Lắp"]) == 0
    assert depth(("1", "III"), addresses["Lắp"]) == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Sở A chủ trì điểm d khoản 1 và điểm c khoản 5 mục III.", [("III", "1", "d"), ("III", "5", "c")]),
        (
            "Sở A chủ trì điểm a khoản 1, khoản 3 và điểm a, c khoản 4 mục III;",
            [("III", "1", "a"), ("III", "3"), ("III", "4", "a"), ("III", "4", "c")],
        ),
        ("Sở A chủ trì nội dung tại điểm b và điểm c khoản 1 Điều 3.", [("Điều 3", "1", "b"), ("Điều 3", "1", "c")]),
        ("Sở A chủ trì khoản 4 mục D.V.", [("D", "V", "4")]),
        ("Sở A chủ trì mục D.IV, trừ khoản 4 do Sở B chủ trì.", [("D", "IV"), ("D", "IV", "4")]),
        ("Sở A thực hiện điểm 7, mục IV; khoản 2 và khoản 7, Mục III.", [("IV", "7"), ("III", "2"), ("III", "7")]),
        ("Sở A thực hiện điểm 1.5, Mục II của Nghị quyết này.", [("II", "1.5")]),
        ("Thực hiện khoản 2 Điều 5 của Luật Giao dịch điện tử.", []),
        ("Thực hiện Điều 5 Nghị định số 47/2020/NĐ-CP.", []),
        ("Mỗi hộ được một khoản 5 triệu đồng; tăng điểm 3 bậc; mục tiêu 7.", []),
        ("Giữ 5 điểm du lịch ở mục nát.", []),
    ],
)
def test_places_are_read_as_enumerations_tell_them(line: str, expected: list[tuple[str, ...]]) -> None:
    assert told(line) == [expected]


def test_what_leaves_its_article_out_means_that_of_the_items_before() -> None:
    assert told("1. Sở A chủ trì khoản 2 Điều 3.", "2. Sở B chủ trì khoản 7.") == [[("Điều 3", "2")], [("Điều 3", "7")]]
    assert told("1. Sở B chủ trì khoản 7.") == [[]]


def test_a_passage_does_not_refer_to_itself() -> None:
    assert told("1. Như đã nêu tại khoản 1 mục V.", "2. Theo khoản 1 mục V.") == [[], [("V", "1")]]


def test_places_of_a_document_are_found_in_it(document: Resolution) -> None:
    found = {document.text[p.start : p.end]: p.labels for of in places(document).values() for p in of}
    assert found == {
        "điểm a khoản 1 mục III": ("III", "1", "a"),
        "khoản 2 mục III": ("III", "2"),
        "điểm a": ("III", "2", "a"),
        "điểm b khoản 1": ("III", "1", "b"),
    }


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, document: Resolution) -> Assistant:
    data = tmp_path_factory.mktemp("charged")
    documents = [*bundled(), document]
    build(data, documents, None)
    return Assistant(open_index(data, model=None, corpus=corpus_digest(documents)), None)


@pytest.mark.parametrize(
    ("question", "task", "body"),
    [
        ("Ai lo lắp máy đo mực nước hồ Ba Bể ở Bắc Kạn?", "máy đo mực nước", "Sở Nông nghiệp và Phát triển nông thôn chủ trì điểm a"),
        ("Cơ quan nào chủ trì thưởng cán bộ có sáng kiến phần mềm ở Bắc Kạn?", "Thưởng cho cán bộ", "Sở Nội vụ chủ trì khoản 2 mục III"),
        ("Đơn vị nào kéo cáp quang về thôn vùng cao Bắc Kạn?", "Kéo cáp quang", "Văn phòng Tỉnh ủy triển khai điểm b khoản 1"),
    ],
)
def test_who_is_charged_by_number_is_told_with_the_task(assistant: Assistant, question: str, task: str, body: str) -> None:
    answer = assistant.ask(question)
    assert not answer.refused
    assert task in answer.text
    assert body in answer.text
    quotes = [" ".join(c.quote.split()) for c in answer.citations]
    assert any(body in q for q in quotes)
    assert any(task in q for q in quotes)


def test_the_task_itself_charges_nobody_else(assistant: Assistant) -> None:
    answer = assistant.ask("Ai dạy bảo mật cho kế toán xã ở Bắc Kạn?")
    assert "Sở Tài chính chủ trì" in answer.text
    assert "Sở Nông nghiệp" not in answer.text
