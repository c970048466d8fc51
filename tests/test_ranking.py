"""Passages in their order as evidence, and what a supposed figure is answered with, over the bundled documents."""

from dataclasses import replace
from pathlib import Path

import pytest

from documents.library import bundled, corpus_digest
from documents.resolution import Fact
from index.store import build, open_index
from qa.assistant import Assistant
from qa.settings import Settings
from tests.conftest import small_document


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    data: Path = tmp_path_factory.mktemp("data")
    return Assistant.open(Settings.load(data=str(data)), say=lambda _: None)


def provinces(assistant: Assistant, question: str, k: int) -> list[str]:
    return [assistant.index.document(h.passage.document_id).province for h in assistant.retrieve(question, k=k)]


def test_a_comparison_gets_its_provinces_by_turns(assistant: Assistant) -> None:
    asked = ["Gia Lai", "Trà Vinh", "Thái Nguyên", "Bình Định"]
    found = provinces(assistant, "So sánh tỷ trọng kinh tế số trong GRDP của Gia Lai, Trà Vinh, Thái Nguyên và Bình Định năm 2025", 8)
    assert sorted(found[:4]) == sorted(asked)
    assert sorted(found[4:]) == sorted(asked)


def test_a_question_about_the_document_gets_the_passages_that_hold_the_facts(assistant: Assistant) -> None:
    first, second = assistant.retrieve("Nghị quyết của Trà Vinh do ai ký, ngày nào?", k=2)
    assert "Kim Ngọc Thái" in first.passage.text
    assert "ngày 26 tháng 01 năm 2022" in second.passage.text
    assert first.parts == {"fact": 1.0}


def test_each_fact_stands_first_once(tmp_path: Path) -> None:
    """A signer is told by name and by role: the date, which is asked for too, comes before the role."""
    lines = ("Số: 12/KH-UBND", "Điện Biên, ngày 05 tháng 3 năm 2024", "CHỦ TỊCH", "Lò Văn Thử", "1. Mua 12 máy bơm.")
    plain = small_document("dien-bien", "Điện Biên", *lines)

    def fact(value: str, line: str) -> tuple[Fact, ...]:
        start = plain.text.index(line)
        return (Fact(value, start, start + len(line)),)

    facts = {
        "number": fact("12/KH-UBND", lines[0]),
        "issued": fact("2024-03-05", lines[1]),
        "signer": fact("Lò Văn Thử", lines[3]),
        "signer_role": fact("Chủ tịch", lines[2]),
    }
    documents = [*bundled(), replace(plain, facts=facts, issued="2024-03-05", number="12/KH-UBND")]
    build(tmp_path, documents, None)
    over = Assistant(open_index(tmp_path, model=None, corpus=corpus_digest(documents)), None)

    def first(question: str, k: int) -> list[str]:
        return [h.passage.text for h in over.retrieve(question, k=k)]

    assert first("Văn bản của Điện Biên do ai ký, ngày nào?", 3) == [lines[3], lines[1], lines[2]]
    assert first("Văn bản của Điện Biên ai ký, số mấy, ngày nào?", 4) == [lines[3], lines[1], lines[0], lines[2]]


def test_which_province_comes_with_the_title_that_names_it(assistant: Assistant) -> None:
    found = assistant.retrieve("Nơi nào thí điểm chính sách mới kiểu sandbox?", k=4)
    assert "sandbox" in found[0].passage.text
    title = found[1]
    assert title.parts == {"title": 1.0}
    assert "tỉnh Bình Định" in title.passage.text


def test_no_passage_comes_twice(assistant: Assistant) -> None:
    for question in ("Nghị quyết của Trà Vinh do ai ký?", "Tỉnh nào có cổng dữ liệu mở?", "kinh tế số bốn tỉnh"):
        ids = [h.passage.id for h in assistant.retrieve(question, k=30)]
        assert len(ids) == len(set(ids)) > 5


@pytest.mark.parametrize(
    ("figure", "opening"), [("50%", "Chưa đúng, văn bản nêu:"), ("25%", "Đúng, văn bản nêu:"), ("25,0 %", "Đúng, văn bản nêu:")]
)
def test_a_supposed_figure_is_confirmed_or_corrected(assistant: Assistant, figure: str, opening: str) -> None:
    answer = assistant.ask(f"Trà Vinh đặt mục tiêu kinh tế số chiếm {figure} GRDP năm 2030 phải không?")
    assert answer.text.startswith(f"{opening}\n\n")
    assert "**trên 25%** GRDP" in answer.text


def test_what_the_items_of_a_list_say_between_them_brings_the_list_forward(tmp_path: Path) -> None:
    sections = {
        "1. Nhiệm vụ": ["Kiểm tra nhật ký nuôi tôm, đường truyền hằng quý."],
        "2. Tuyên truyền": ["Phát nhật ký nuôi tôm mỗi năm."],
        "3. Tổng kết": ["Xem lại nhật ký nuôi tôm sau năm năm."],
        "4. Khó khăn": [
            "- Nhật ký nuôi tôm ít hộ ghi.",
            "- Đường truyền ven biển chập chờn.",
            "- Kỹ năng của bà con còn thấp.",
            "- Cảng cá chưa liên thông.",
        ],
    }
    paths = [(heading,) for heading, lines in sections.items() for _ in lines]
    plain = small_document("ca-mau", "Cà Mau", *(line for lines in sections.values() for line in lines))
    document = replace(plain, passages=tuple(replace(p, path=path) for p, path in zip(plain.passages, paths, strict=True)))
    documents = [*bundled(), document]
    build(tmp_path, documents, None)
    over = Assistant(open_index(tmp_path, model=None, corpus=corpus_digest(documents)), None)
    found = over.retrieve("Ở Cà Mau có những gì về nhật ký nuôi tôm, đường truyền, kỹ năng, cảng cá?", k=2)
    assert [h.passage.path for h in found] == [("1. Nhiệm vụ",), ("4. Khó khăn",)]
    assert found[1].passage.text.endswith("- Cảng cá chưa liên thông.")
