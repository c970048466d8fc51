"""How many parts of a sort a document has is told by their headings, numbered."""

from datetime import date

import pytest

from qa.answer import Status
from qa.assistant import Assistant
from qa.settings import Settings


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real one; its folder is shared with the other test files of a run."""
    data = tmp_path_factory.getbasetemp() / "library"
    return Assistant.open(Settings.load(data=str(data), environment={}), say=lambda _: None, today=lambda: date(2022, 6, 1))


@pytest.mark.parametrize(
    ("typed", "section", "first", "last"),
    [
        ("Thái Nguyên nêu bao nhiêu nhóm giải pháp?", "NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU", "Tăng cường sự lãnh đạo", "8. Kinh phí thực hiện"),
        ("nghi quyet tra vinh co may nhom nhiem vu", "NHIỆM VỤ VÀ GIẢI PHÁP", "Nhiệm vụ, giải pháp tạo", "5. Chuyển đổi số trong một số"),
        (
            "Gia Lai ưu tiên chuyển đổi số mấy lĩnh vực?",
            "Một số lĩnh vực cần ưu tiên",
            "Chuyển đổi số trong lĩnh vực nông nghiệp",
            "8. Chuyển đổi số",
        ),
    ],
)
def test_parts_are_counted_by_their_headings(assistant: Assistant, typed: str, section: str, first: str, last: str) -> None:
    answer = assistant.ask(typed)
    lead, *lines = answer.text.splitlines()
    assert section in lead
    assert lines[0].startswith(f"1. {first}")
    assert any(line.startswith(last) for line in lines)
    assert len(answer.citations) == int(last[0])
    for citation in answer.citations:
        assert citation.quote in assistant.index.document(citation.document_id).text


@pytest.mark.parametrize(
    "typed",
    [
        "Bình Định có mấy quan điểm chỉ đạo?",  # told in paragraphs, below a heading on aims too
        "Thái Nguyên có bao nhiêu giai đoạn trồng rừng?",
    ],
)
def test_what_no_headings_are_is_not_counted(assistant: Assistant, typed: str) -> None:
    answer = assistant.ask(typed)
    assert answer.status is Status.NOT_FOUND or "nêu các nội dung sau" not in answer.text
