"""What every document says and no question is about, unless it asks for it."""

import pytest

from qa import formalities

PREAMBLE = (
    "Thực hiện Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị về đột phá phát triển khoa học, công nghệ; căn cứ Nghị quyết Đại "
    "hội đại biểu Đảng bộ tỉnh; xét đề nghị của Đảng ủy UBND tỉnh tại Tờ trình số 112-TTr/ĐU, Ban Thường vụ Tỉnh ủy ban hành Chương trình "
    "hành động với những nội dung sau:"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PREAMBLE, True),
        (PREAMBLE.replace("với những nội dung sau:", "cụ thể như sau:"), True),
        (f"Để {PREAMBLE[0].lower()}{PREAMBLE[1:]}", True),
        # It has to say so at its end, and to be more than the lead-in of a list.
        (PREAMBLE.replace("với những nội dung sau:", "này."), False),
        ("Thực hiện các nhiệm vụ sau:", False),
        (f"Ban Thường vụ giao: {PREAMBLE}", False),
    ],
)
def test_what_a_document_is_made_on_account_of(text: str, told: bool) -> None:
    assert formalities.opening(text) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nghị quyết này có hiệu lực thi hành từ ngày ký.", True),
        ("2. Thay thế Quyết định số 12/QĐ-UBND ngày 01/02/2020.", True),
        ("Kinh phí có hiệu quả từ năm 2025.", False),
        ("trong 12 tháng kể từ ngày Nghị quyết này có hiệu lực", False),
    ],
)
def test_what_is_in_force(text: str, told: bool) -> None:
    assert formalities.of_validity(text) is told


def test_annexes_and_bases() -> None:
    assert formalities.attached("PHỤ LỤC I (Ban hành kèm theo Quyết định số 5/QĐ-UBND ngày 01/3/2024 của UBND tỉnh)")
    assert not formalities.attached("Đề án kèm theo danh mục dự án.")
    assert formalities.formal("Căn cứ Luật Tổ chức chính quyền địa phương;")
    assert not formalities.formal("Kinh tế số chiếm 20% GRDP.")
    assert formalities.asks_validity("Nghị quyết áp dụng từ ngày nào?")
    assert formalities.asks_validity("Kế hoạch thực hiện nghị quyết nào?")
    assert not formalities.asks_validity("Kinh tế số đến năm 2025?")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Trên đây là Kế hoạch phát động phong trào thi đua trên địa bàn tỉnh.", True),
        ("Nhằm thúc đẩy chi trả không tiền mặt, Ủy ban nhân dân tỉnh ban hành Kế hoạch thi đua, cụ thể như sau:", True),
        ("Ủy ban nhân dân tỉnh ban hành Kế hoạch số 12 về việc này như sau:", False),
        ("Trên đây là ba nguyên nhân chính.", False),
        ("Trên đây là Kế hoạch thi đua, nếu vướng mắc thì báo cáo về Sở Y tế.", False),
    ],
)
def test_what_a_document_says_of_itself(text: str, told: bool) -> None:
    assert formalities.of_itself(text) is told
