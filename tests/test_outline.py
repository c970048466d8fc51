"""Outline and passages of laws, decisions with attachments, annexes and tables; and what holds whatever the blocks are."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.cleaning import Block
from documents.library import bundled
from documents.passages import LONGEST_ROW, cut
from documents.resolution import Passage, Section

Cut = tuple[str, tuple[Section, ...], tuple[Passage, ...]]
_BETWEEN = re.compile(r"[\s\-–—+·•*]*\Z")


def row(*cells: str, columns: tuple[str, ...] = (), page: int | None = None) -> Block:
    """A row as a reader gives it: empty cells are empty spans."""
    text, spans = "", []
    for cell in cells:
        if cell and text:
            text += " | "
        spans.append((len(text), len(text) + len(cell)))
        text += cell
    return Block(text, cells=tuple(spans), columns=columns, page=page)


def blocks_of(*lines: str | Block) -> list[Block]:
    """Paragraphs; a line between asterisks is bold."""
    return [b if isinstance(b, Block) else Block(b.strip("*"), marked=b.startswith("*")) for b in lines]


def outline(*lines: str | Block) -> list[str]:
    """The headings, two spaces for each level."""
    return ["  " * (len(s.path) - 1) + s.path[-1] for s in cut("x", blocks_of(*lines))[1]]


def passage(result: Cut, beginning: str) -> Passage:
    """The one passage whose text begins so."""
    [found] = [p for p in result[2] if p.text.startswith(beginning)]
    return found


LAW = (
    "QUỐC HỘI",
    "LUẬT",
    "DỮ LIỆU",
    "Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;",
    "Quốc hội ban hành Luật Dữ liệu.",
    "Chương I",
    "NHỮNG QUY ĐỊNH CHUNG",
    "Điều 1. Phạm vi điều chỉnh",
    "Luật này quy định về dữ liệu số.",
    "Điều 2. Giải thích từ ngữ",
    "Trong Luật này, các từ ngữ dưới đây được hiểu như sau:",
    "1. Dữ liệu số là dữ liệu về sự vật.",
    "2. Dữ liệu mở là dữ liệu mà mọi người đều được dùng.",
    "Chương II",
    "Xây dựng và phát triển dữ liệu",
    "Mục 1",
    "QUY ĐỊNH CHUNG",
    "Điều 3. Quản lý nhà nước về dữ liệu",
    "1. Nội dung quản lý nhà nước về dữ liệu bao gồm:",
    "a) Xây dựng chiến lược;",
    "b) Thanh tra, kiểm tra.",
    "2. Trách nhiệm được quy định như sau:",
    "a) Chính phủ thống nhất quản lý;",
    "b) Bộ Công an là cơ quan đầu mối.",
    "3. Chính phủ quy định chi tiết Điều này.",
    "Mục 2. LƯU TRỮ",
    "Tiểu mục 1. Lưu trữ chung",
    "Điều 4. Lưu trữ dữ liệu",
    "Cơ quan nhà nước chịu trách nhiệm tổ chức lưu trữ.",
    "Luật này được Quốc hội khóa XV, kỳ họp thứ 8 thông qua ngày 30 tháng 11 năm 2024.",
    "CHỦ TỊCH QUỐC HỘI",
    "Trần Thanh Mẫn",
)


def test_a_law() -> None:
    assert outline(*LAW) == [
        "Chương I NHỮNG QUY ĐỊNH CHUNG",
        "  Điều 1. Phạm vi điều chỉnh",
        "  Điều 2. Giải thích từ ngữ",
        "Chương II Xây dựng và phát triển dữ liệu",
        "  Mục 1 QUY ĐỊNH CHUNG",
        "    Điều 3. Quản lý nhà nước về dữ liệu",
        "      1. Nội dung quản lý nhà nước về dữ liệu bao gồm:",
        "      2. Trách nhiệm được quy định như sau:",
        "  Mục 2. LƯU TRỮ",
        "    Tiểu mục 1. Lưu trữ chung",
        "      Điều 4. Lưu trữ dữ liệu",
    ]


def test_points_tell_their_article_and_clause() -> None:
    result = cut("x", blocks_of(*LAW))
    point = passage(result, "b) Bộ Công an")
    assert point.path[-2:] == ("Điều 3. Quản lý nhà nước về dữ liệu", "2. Trách nhiệm được quy định như sau:")
    # "3. …." is a clause like "2. …:" and none of its points.
    assert passage(result, "3. Chính phủ").path[-1] == "Điều 3. Quản lý nhà nước về dữ liệu"
    assert passage(result, "Luật này được Quốc hội").path == ()
    assert [(p.kind, p.text) for p in result[2] if p.kind in ("front", "tail")] == [
        ("front", "QUỐC HỘI\nLUẬT\nDỮ LIỆU"),
        ("front", "Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;\nQuốc hội ban hành Luật Dữ liệu."),
        ("tail", "CHỦ TỊCH QUỐC HỘI\nTrần Thanh Mẫn"),
    ]


def test_the_span_of_a_heading_on_two_lines_holds_both() -> None:
    text, sections, _ = cut("x", blocks_of(*LAW))
    assert [text[s.start : s.heading_end] for s in sections[:2]] == ["Chương I\nNHỮNG QUY ĐỊNH CHUNG", "Điều 1. Phạm vi điều chỉnh"]


def test_what_an_amending_law_quotes_is_no_article_of_its_own() -> None:
    lines = (
        "*Điều 1. Sửa đổi, bổ sung một số điều của Luật Đất đai",
        "1. Bổ sung Điều 5a vào sau Điều 5 như sau:",
        "“Điều 5a. Nguyên tắc",
        "1. Nhà nước bảo đảm:",
        "a) Công khai “hồ sơ”;",
        "Điều 5b. Trách nhiệm",
        "Cơ quan nhà nước chịu trách nhiệm.”.",
        "2. Bãi bỏ khoản 8 Điều 3.",
        "*Điều 2. Hiệu lực thi hành",
        "Luật này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2025.",
    )
    assert outline(*lines) == [
        "Điều 1. Sửa đổi, bổ sung một số điều của Luật Đất đai",
        "  1. Bổ sung Điều 5a vào sau Điều 5 như sau:",
        "Điều 2. Hiệu lực thi hành",
    ]
    result = cut("x", blocks_of(*lines))
    assert passage(result, "Điều 5b").path[-1] == "1. Bổ sung Điều 5a vào sau Điều 5 như sau:"
    assert passage(result, "2. Bãi bỏ").path == ("Điều 1. Sửa đổi, bổ sung một số điều của Luật Đất đai",)


def test_a_quotation_without_an_end_hides_nothing() -> None:
    assert outline("Điều 1. Sửa đổi", "1. Sửa như sau:", "“1. Nhà nước bảo đảm.", "Điều 2. Hiệu lực", "Có hiệu lực.") == [
        "Điều 1. Sửa đổi",
        "  1. Sửa như sau:",
        "Điều 2. Hiệu lực",
    ]


DECISION = (
    "ỦY BAN NHÂN DÂN",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 20/QĐ-UBND",
    "*QUYẾT ĐỊNH*",
    "Ban hành Kế hoạch chuyển đổi số",
    "Căn cứ Luật Tổ chức chính quyền địa phương;",
    "Căn cứ Luật Dữ liệu;",
    "Theo đề nghị của Giám đốc Sở Tài chính.",
    "*QUYẾT ĐỊNH:*",
    "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.",
    "Điều 2. Chánh Văn phòng Ủy ban nhân dân tỉnh chịu trách nhiệm thi hành./.",
    "*TM. ỦY BAN NHÂN DÂN*",
    "*CHỦ TỊCH*",
    "*Nguyễn Văn An*",
    "Nơi nhận:",
    "- Như Điều 2;",
    "- Lưu: VT.",
    "*KẾ HOẠCH*",
    "CHUYỂN ĐỔI SỐ GIAI ĐOẠN 2026 - 2030",
    "(Ban hành kèm theo Quyết định số 20/QĐ-UBND)",
    "I. MỤC TIÊU",
    "1. Đến năm 2030",
    "- 100% thủ tục hành chính được số hóa.",
    "II. TỔ CHỨC THỰC HIỆN",
    "1. Sở Tài chính chủ trì.",
    "Trên đây là Kế hoạch chuyển đổi số./.",
    "ỦY BAN NHÂN DÂN TỈNH",
    "*PHỤ LỤC I*",
    "DANH MỤC NHIỆM VỤ",
    "(Kèm theo Kế hoạch chuyển đổi số)",
    row("I", "THỂ CHẾ", "", columns=("TT", "Nhiệm vụ", "Cơ quan chủ trì")),
    row("1", "Rà soát quy định", "Sở Tư pháp", columns=("TT", "Nhiệm vụ", "Cơ quan chủ trì"), page=7),
    row("II", "HẠ TẦNG", "", columns=("TT", "Nhiệm vụ", "Cơ quan chủ trì")),
    row("1", "Đầu tư trung tâm dữ liệu", "", columns=("TT", "Nhiệm vụ", "Cơ quan chủ trì")),
    "Ghi chú chung cho cả danh mục.",
    "PHỤ LỤC II",
    "Nội dung khác.",
)


def test_a_decision_with_a_plan_and_annexes() -> None:
    assert outline(*DECISION) == [
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.",
        "Điều 2. Chánh Văn phòng Ủy ban nhân dân tỉnh chịu trách nhiệm thi hành./.",
        "KẾ HOẠCH CHUYỂN ĐỔI SỐ GIAI ĐOẠN 2026 - 2030",
        "  I. MỤC TIÊU",
        "    1. Đến năm 2030",
        "  II. TỔ CHỨC THỰC HIỆN",
        "PHỤ LỤC I DANH MỤC NHIỆM VỤ",
        "  I THỂ CHẾ",
        "  II HẠ TẦNG",
        "PHỤ LỤC II",
    ]


def test_front_and_tail_of_a_decision_and_of_what_follows_it() -> None:
    result = cut("x", blocks_of(*DECISION))
    plan = "KẾ HOẠCH CHUYỂN ĐỔI SỐ GIAI ĐOẠN 2026 - 2030"
    assert [(p.kind, p.path, p.text) for p in result[2] if p.kind != "body"] == [
        (
            "front",
            (),
            "ỦY BAN NHÂN DÂN\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 20/QĐ-UBND\nQUYẾT ĐỊNH\nBan hành Kế hoạch chuyển đổi số",
        ),
        (
            "front",
            (),
            "Căn cứ Luật Tổ chức chính quyền địa phương;\nCăn cứ Luật Dữ liệu;\nTheo đề nghị của Giám đốc Sở Tài chính.",
        ),
        ("front", (), "QUYẾT ĐỊNH:"),
        ("tail", (), "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn An\nNơi nhận:\n- Như Điều 2;\n- Lưu: VT."),
        ("front", (plan,), "(Ban hành kèm theo Quyết định số 20/QĐ-UBND)"),
        ("tail", (plan,), "ỦY BAN NHÂN DÂN TỈNH"),
        ("front", ("PHỤ LỤC I DANH MỤC NHIỆM VỤ",), "(Kèm theo Kế hoạch chuyển đổi số)"),
    ]
    assert passage(result, "Trên đây là").path == (plan, "II. TỔ CHỨC THỰC HIỆN")
    # A sentence that is a heading can be cited though something may hang on it.
    assert passage(result, "Điều 1. Ban hành").path == ("Điều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.",)


def test_rows_of_a_table() -> None:
    text, sections, passages = result = cut("x", blocks_of(*DECISION))
    task = passage(result, "1 | Rà soát")
    assert (task.text, task.page, task.columns) == ("1 | Rà soát quy định | Sở Tư pháp", 7, ("TT", "Nhiệm vụ", "Cơ quan chủ trì"))
    assert [text[a:b] for a, b in task.cells] == ["1", "Rà soát quy định", "Sở Tư pháp"]
    assert task.path == ("PHỤ LỤC I DANH MỤC NHIỆM VỤ", "I THỂ CHẾ")
    other = passage(result, "1 | Đầu tư")
    assert [text[a:b] for a, b in other.cells] == ["1", "Đầu tư trung tâm dữ liệu", ""]
    assert other.path[-1] == "II HẠ TẦNG"
    assert passage(result, "Ghi chú chung").path == ("PHỤ LỤC I DANH MỤC NHIỆM VỤ",)
    [group] = [s for s in sections if s.path[-1] == "II HẠ TẦNG"]
    assert text[group.start : group.heading_end] == "II | HẠ TẦNG"
    assert not [p for p in passages if p.cells and p.kind != "body"]


def test_groups_of_rows_nest_by_their_number() -> None:
    assert outline(
        "I. NHIỆM VỤ",
        row("A", "CHÍNH QUYỀN SỐ", "", ""),
        row("I", "Hạ tầng", "", ""),
        row("1", "Mạng", "", ""),
        row("1.1", "Cáp quang", "km", "20"),
        row("2", "Máy chủ", "chiếc", "4"),
        row("II", "Dữ liệu", "", ""),
        row("1", "Kho dữ liệu", "kho", "1"),
        row("B", "KINH TẾ SỐ", "15", ""),
        row("1", "Doanh nghiệp", "10", "5"),
    ) == [
        "I. NHIỆM VỤ",
        "  A CHÍNH QUYỀN SỐ",
        "    I Hạ tầng",
        "      1 Mạng",
        "    II Dữ liệu",
        "  B KINH TẾ SỐ",
    ]
    result = cut(
        "x", [row("I", "Hạ tầng", "", ""), row("1", "Mạng", "", ""), row("1.1", "Cáp", "km", "2"), row("2", "Máy chủ", "cái", "4")]
    )
    assert passage(result, "2 | Máy chủ").path == ("I Hạ tầng",)
    # Next to the title of this group stands a sum, so it can be cited too.
    result = cut("x", [row("B", "KINH TẾ SỐ", "15", ""), row("1", "Doanh nghiệp", "10", "5")])
    assert passage(result, "B | KINH TẾ SỐ").text == "B | KINH TẾ SỐ | 15"


def test_a_group_of_rows_without_a_number() -> None:
    rows = [
        row("Lĩnh vực y tế", "", ""),
        row("1", "Bệnh án điện tử", "100%"),
        row("Lĩnh vực giáo dục", "", ""),
        row("2", "Học bạ số", "90%"),
    ]
    assert outline(*rows) == ["Lĩnh vực y tế", "Lĩnh vực giáo dục"]
    assert passage(cut("x", rows), "2 | Học bạ").path[-1] == "Lĩnh vực giáo dục"


def test_rows_are_not_cut_until_they_are_very_long() -> None:
    def cells_of(sentences: int) -> tuple[list[int], int]:
        long = " ".join(["Cơ quan chủ trì báo cáo kết quả thực hiện nhiệm vụ hằng năm."] * sentences)
        made = cut("x", [row("1", long, "2026"), row("2", "ngắn", "2027")])[2]
        return [len(p.cells) for p in made[:-1]], max(len(p.text) for p in made)

    whole, length = cells_of(24)
    assert whole == [3]
    assert LONGEST_ROW - 100 < length <= LONGEST_ROW
    pieces, length = cells_of(50)
    assert len(pieces) > 3
    assert set(pieces) == {0}
    assert length < LONGEST_ROW


def test_a_long_article_has_a_short_label() -> None:
    sentence = "Phê duyệt Đề án " + " ".join(["chuyển đổi số toàn diện trên địa bàn tỉnh"] * 6) + " với nội dung sau đây:"
    result = cut("x", blocks_of("Điều 1. " + sentence, "I. QUAN ĐIỂM", "Người dân là trung tâm.", "Điều 2. Quyết định này có hiệu lực."))
    assert [s.path for s in result[1]] == [
        ("Điều 1.",),
        ("Điều 1.", "I. QUAN ĐIỂM"),
        ("Điều 2. Quyết định này có hiệu lực.",),
    ]
    whole = passage(result, "Phê duyệt Đề án")
    assert (whole.path, whole.text, whole.kind) == (("Điều 1.",), sentence, "body")


def test_a_long_clause_that_introduces_has_a_cut_label_and_is_a_passage() -> None:
    lead = "1. Sửa đổi " + " ".join(f"khoản {n}" for n in range(1, 30)) + " như sau:"
    text, sections, passages = cut("x", blocks_of("Điều 4. Sửa đổi", lead, "a) Bỏ cụm từ;", "b) Thay cụm từ.", "2. Bãi bỏ Điều 9."))
    label = sections[1].path[-1]
    assert lead.startswith(label)
    assert len(label.split()) == 25
    assert text[sections[1].start : sections[1].heading_end] == lead
    assert [(p.text, p.path[1:]) for p in passages] == [
        (lead, (label,)),
        ("a) Bỏ cụm từ;", (label,)),
        ("b) Thay cụm từ.", (label,)),
        ("2. Bãi bỏ Điều 9.", ()),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Parts hold articles, or articles hold parts: whichever comes first.
        (("I. QUY ĐỊNH CHUNG", "Điều 1. Phạm vi", "Nội dung.", "II. TỔ CHỨC", "Điều 2. Hiệu lực", "Nội dung."), [0, 1, 0, 1]),
        (("Điều 1. Nội dung đề án", "I. QUAN ĐIỂM", "Một ý.", "II. MỤC TIÊU", "Một ý.", "Điều 2. Hiệu lực", "Nội dung."), [0, 1, 1, 0]),
        (
            ("PHẦN THỨ NHẤT", "ĐÁNH GIÁ TÌNH HÌNH", "A. KẾT QUẢ", "I. Về kinh tế", "Tăng trưởng khá.", "B. HẠN CHẾ", "Còn khó khăn."),
            [0, 1, 2, 1],
        ),
        # "2. …." is no part of "1. …:", though "1. …." below "3. Giải pháp" begins a list of its own.
        (("I. NHIỆM VỤ", "1. Các sở thực hiện:", "a) Một việc.", "2. Các xã báo cáo.", "a) Nhóm việc khác", "Một ý."), [0, 1, 1]),
        (
            (
                "3. Giải pháp",
                "a) Nguồn lực",
                "1. Bố trí vốn.",
                "2. Huy động vốn.",
                "3. Vay vốn.",
                "4. Xã hội hóa.",
                "b) Nhân lực",
                "Đào tạo.",
            ),
            [0, 1, 1],
        ),
        (("I. NHIỆM VỤ", "*Đối với cấp xã*", "- Một việc.", "*Đối với cấp tỉnh*", "- Một việc."), [0, 1, 1]),
        (("1- Quan điểm", "Một ý.", "2- Mục tiêu", "Một ý."), [0, 0]),
        (("Điều 5 của Luật này được áp dụng.", "1. Mục tiêu", "Một ý."), [0]),
        (("1. Danh mục gồm nhiều loại…", "2. Mục tiêu", "Một ý."), [0]),
        (("Mẫu số 01", "ĐƠN ĐỀ NGHỊ", "1. Tên: ……………………", "Nơi nhận:", "Mẫu số 02/BC", "BÁO CÁO", "1. Kết quả", "Một ý."), [0, 0, 1]),
        (("PHỤ LỤC", "CÁC MẪU", "Mẫu số 1", "TỜ TRÌNH", "Một ý.", "Mẫu số 2", "Một ý.", "Phụ lục 02: Danh sách", "Một ý."), [0, 1, 1, 0]),
    ],
)
def test_levels(lines: tuple[str, ...], expected: list[int]) -> None:
    assert [len(s.path) - 1 for s in cut("x", blocks_of(*lines))[1]] == expected


def test_what_is_promulgated_may_have_its_title_in_small_letters() -> None:
    assert outline(
        "Điều 1. Ban hành Quy chế.",
        "Nơi nhận:",
        "Quy chế",
        "thực hiện dân chủ",
        "(Ban hành kèm theo Quyết định số 1)",
        "Chương I",
        "Chung",
        "Ý.",
    ) == [
        "Điều 1. Ban hành Quy chế.",
        "Quy chế thực hiện dân chủ",
        "  Chương I Chung",
    ]


def test_a_sentence_about_an_annex_is_no_annex() -> None:
    lines = ("I. MỤC TIÊU", "Phụ lục I kèm theo Nghị quyết này nêu các chỉ tiêu.", "Phụ lục II quy định phí")
    assert outline(*lines) == ["I. MỤC TIÊU"]


def test_sections_that_repeat_are_no_table_of_contents() -> None:
    law = (
        "Chương I",
        "CHUNG",
        "Mục 1. QUY ĐỊNH CHUNG",
        "Điều 1. Một",
        "Ý.",
        "Chương II",
        "RIÊNG",
        "Mục 1. QUY ĐỊNH CHUNG",
        "Điều 2. Hai",
        "Ý.",
    )
    assert outline(*law) == [
        "Chương I CHUNG",
        "  Mục 1. QUY ĐỊNH CHUNG",
        "    Điều 1. Một",
        "Chương II RIÊNG",
        "  Mục 1. QUY ĐỊNH CHUNG",
        "    Điều 2. Hai",
    ]


def test_a_table_of_contents_with_page_numbers_is_no_outline() -> None:
    parts = ("I. TÌNH HÌNH CHUNG", "II. MỤC TIÊU ĐẾN NĂM 2030", "III. TỔ CHỨC THỰC HIỆN")
    contents = [f"{part} {page}" for page, part in enumerate(parts, 3)]
    body = [line for part in parts for line in (part, "Một ý.")]
    assert outline("MỤC LỤC", *contents, *body) == list(parts)
    made = cut("x", blocks_of("MỤC LỤC", *contents, *body))[2]
    assert [p.kind for p in made] == ["front", "body", "body", "body"]


def test_a_document_without_headings_has_a_body() -> None:
    _, sections, passages = cut(
        "x",
        blocks_of("CHỈ THỊ", "về chuyển đổi số", "1. Các sở báo cáo kết quả.", "2. Các xã niêm yết công khai.", "Nơi nhận:", "- Lưu: VT."),
    )
    assert sections == ()
    assert [p.kind for p in passages] == ["front", "body", "body", "tail"]


@pytest.mark.parametrize(
    "end",
    [
        ("Nơi nhận:", "T/M BAN THƯỜNG VỤ", "BÍ THƯ", "Trần Văn Bình"),
        ("T/M BAN THƯỜNG VỤ", "BÍ THƯ", "Trần Văn Bình", "Nơi nhận:", "- Lưu Văn phòng."),
        ("CHỦ TỊCH", "Trần Văn Bình", "Nơi nhận:", "- Lưu: VT."),
        (row("Nơi nhận: - Lưu: VT.", "TM. ỦY BAN NHÂN DÂN Trần Văn Bình"),),
        (row("", "CHỦ TỊCH QUỐC HỘI (Đã ký) Trần Thanh Mẫn"),),
    ],
)
def test_where_the_tail_begins(end: tuple[str | Block, ...]) -> None:
    lines = blocks_of("I. MỤC TIÊU", "Chỉ đạo của Chủ tịch được thực hiện.", "- Một ý", *end)
    text, sections, passages = cut("x", lines)
    tail = [p for p in passages if p.kind == "tail"]
    assert text[tail[0].start : tail[-1].end] == "\n".join(b.text for b in lines[3:])
    assert {p.path for p in tail} == {()}
    assert [s.path for s in sections] == [("I. MỤC TIÊU",)]


def test_grounds_are_few_passages_apart_from_the_title() -> None:
    grounds = [f"Căn cứ Nghị quyết số {n} của Bộ Chính trị về phát triển khoa học, công nghệ, đổi mới sáng tạo;" for n in range(40)]
    passages = cut("x", blocks_of("QUYẾT ĐỊNH", "Về việc ban hành Quy chế", *grounds, "Điều 1. Ban hành Quy chế.", "I. CHUNG", "Ý."))[2]
    front = [p for p in passages if p.kind == "front"]
    assert front[0].text == "QUYẾT ĐỊNH\nVề việc ban hành Quy chế"
    assert len(front) == 4
    assert all(len(p.text) <= LONGEST_ROW for p in front)


# Whatever the blocks are

_PIECES = st.sampled_from(
    ["- ", "+ ", "1. ", "2. ", "2.1. ", "1) ", "a) ", "b) ", "đ) ", "(1) ", "I. ", "II. ", "A. ", "1- ", "Nơi nhận: ", "TM. ", "CHỦ TỊCH "]
    + [
        "Phần thứ nhất ",
        "Phần I",
        "Chương I",
        "Chương II. ",
        "Mục 1. ",
        "Tiểu mục 2",
        "Điều 1. ",
        "Điều 2",
        "Điều 3a: ",
        "PHỤ LỤC",
        "PHỤ LỤC I",
    ]
    + [
        "Phụ lục 01. ",
        "Mẫu số 02",
        "KẾ HOẠCH",
        "QUY CHẾ",
        "(Ban hành kèm theo Quyết định số 1)",
        "Căn cứ ",
        "Trên đây là ",
        "./.",
        "“",
        "”. ",
        '"',
    ]
    + ["kinh tế số ", "Phát triển ", "đạt 11,5%; ", "MỤC TIÊU ", "xã. ", "số: ", "X ", "…", "như sau:", "........", "¹ "]
)
_LINES = st.lists(_PIECES, min_size=1, max_size=8).map(lambda parts: "".join(parts).strip()).filter(bool)
_PARAGRAPHS = st.builds(
    lambda line, times, marked, note, page: Block(" ".join([line] * times), marked, note, page=page),
    _LINES,
    st.sampled_from([1, 1, 1, 1, 1, 30]),
    st.booleans(),
    st.sampled_from([None] * 12 + [1]),
    st.sampled_from([None, 1, 2]),
)
_CELLS = st.sampled_from(
    ["", "", "I", "II", "A", "1", "2", "1.1", "a", "115", "KINH TẾ SỐ", "Sở Y tế", "Nơi nhận: - Lưu", "TM. ỦY BAN", "Rà soát. " * 120]
)
_ROWS = st.builds(
    lambda cells, columns: row(*(c.strip() for c in cells), columns=("TT", "Nhiệm vụ", "Chủ trì", "")[: len(cells)] if columns else ()),
    st.lists(_CELLS, min_size=1, max_size=4).filter(any),
    st.booleans(),
)
_BLOCKS = st.lists(_PARAGRAPHS | _ROWS | st.just(Block("")), max_size=14)


def assert_sound(blocks: list[Block], made: Cut) -> None:
    """What holds of every document: see the messages."""
    text, sections, passages = made
    assert text == "\n".join(b.text for b in blocks)
    assert [p.id for p in passages] == [f"x#{n}" for n in range(len(passages))]
    for p in passages:
        assert text[p.start : p.end] == p.text
        assert p.text == p.text.strip() != ""
        assert not p.cells or (len(p.cells) == len(p.columns or p.cells) and p.kind == "body")
        assert all(p.start <= a <= b <= p.end for a, b in p.cells)
        if p.cells:
            assert " | ".join(text[a:b] for a, b in p.cells if a < b) == p.text, "the cells are the row"
    headings = [(s.start, s.heading_end) for s in sections]
    assert all(a[1] <= b[0] for a, b in pairwise(headings)), "headings come one after the other"
    assert all(a.end <= b.start for a, b in pairwise(passages)), "passages come one after the other"
    for p in passages:
        crossed = [h for h in headings if h[0] < p.end and p.start < h[1]]
        assert crossed in ([], [(p.start, p.end)]), "a passage holds a heading only where it is that heading"
    rest = list(text)
    for start, end in [*headings, *((p.start, p.end) for p in passages)]:
        rest[start:end] = " " * (end - start)
    assert _BETWEEN.match("".join(rest)), "".join(rest).split()
    for i, s in enumerate(sections):
        assert s.start < s.heading_end <= s.end <= len(text)
        parents = [t for t in sections[:i] if t.start < s.start < t.end]
        assert tuple(t.path[-1] for t in parents) == s.path[:-1]
        assert all(s.end <= t.end for t in parents)
        assert len(s.path[-1].split()) <= 120
        printed = re.sub(r"[\s|]+", " ", text[s.start : s.heading_end])
        assert printed.startswith(re.sub(r"[\s|]+", " ", s.path[-1])), "a label is the heading as printed, or its first words"
        assert any(s.start <= p.start and p.end <= s.end for p in passages), "below each heading there is something to cite"
    for p in passages:
        if p.kind == "body":
            holding = [s for s in sections if s.start <= p.start < s.end]
            assert p.path == (holding[-1].path if holding else ())


@pytest.mark.soak
@given(_BLOCKS)
def test_any_blocks_can_be_cut(blocks: list[Block]) -> None:
    assert_sound(blocks, cut("x", blocks))


@pytest.mark.soak
@given(_BLOCKS, st.integers(0, 40))
def test_any_blocks_below_a_heading_can_be_cut(blocks: list[Block], at: int) -> None:
    """As before, with a law, a decision and its annex before or after."""
    given_ = blocks_of(*(LAW if at % 2 else DECISION))
    blocks = [*given_[:at], *blocks, *given_[at:]]
    assert_sound(blocks, cut("x", blocks))


@pytest.mark.parametrize("document", bundled(), ids=lambda d: d.id)
def test_the_bundled_documents_are_sound(document: object) -> None:
    [found] = [d for d in bundled() if d is document]
    passages = tuple(Passage(f"x#{n}", "x", p.path, p.start, p.end, p.text, kind=p.kind) for n, p in enumerate(found.passages))
    blocks = [Block(line) for line in found.text.split("\n")]
    assert_sound(blocks, (found.text, found.sections, passages))


def test_numbered_sentences_below_a_heading_are_no_headings() -> None:
    found = cut(
        "x",
        blocks_of(
            "II. MỤC TIÊU ĐẾN NĂM 2025",
            "1. Về chính quyền số",
            "1.1. 100% thủ tục đủ điều kiện được cung cấp trực tuyến.",
            "1.2. Tỷ lệ hồ sơ nộp trực tuyến ở cấp xã đạt 50%.",
            "1.3. 100% hồ sơ công việc được xử lý trên môi trường mạng.",
            "2. Về kinh tế số",
            "2.1. Kinh tế số chiếm 15% GRDP.",
        ),
    )
    assert [s.path[-1] for s in found[1]] == ["II. MỤC TIÊU ĐẾN NĂM 2025", "1. Về chính quyền số", "2. Về kinh tế số"]
    assert passage(found, "1.3.").path == ("II. MỤC TIÊU ĐẾN NĂM 2025", "1. Về chính quyền số")
    assert passage(found, "2.1.").path[-1] == "2. Về kinh tế số"


def test_a_numbered_sentence_that_items_hang_on_is_a_heading_and_so_is_the_next_one() -> None:
    assert outline(
        "5. Chuyển đổi số trong một số ngành",
        "5.1. Chuyển đổi số trong y tế.",
        "- Xây dựng hồ sơ sức khỏe;",
        "5.2. Chuyển đổi số trong các ngành khác theo hướng dẫn của Trung ương.",
        "6. Phát triển nguồn nhân lực",
        "- Đào tạo.",
    ) == [
        "5. Chuyển đổi số trong một số ngành",
        "  5.1. Chuyển đổi số trong y tế.",
        "  5.2. Chuyển đổi số trong các ngành khác theo hướng dẫn của Trung ương.",
        "6. Phát triển nguồn nhân lực",
    ]


def test_recipients_beside_the_signature_are_no_table_of_groups() -> None:
    heads = ("Nơi nhận:", "TM. BAN CHẤP HÀNH")
    found = cut(
        "x",
        blocks_of(
            "I. NHIỆM VỤ",
            "1. Xây dựng kho dữ liệu dùng chung.",
            row("- Ban Bí thư,", "BÍ THƯ", columns=heads),
            row("- Ban Kinh tế Trung ương,", "", columns=heads),
            row("- Bộ Thông tin và Truyền thông,", "", columns=heads),
            row("- Lưu Văn phòng.", "Lê Thị Thử", columns=heads),
        ),
    )
    assert [s.path[-1] for s in found[1]] == ["I. NHIỆM VỤ"]
    assert {p.kind for p in found[2] if "Ban" in p.text or "Lưu" in p.text} == {"tail"}


def test_who_and_when_below_an_item_belong_to_it() -> None:
    found = cut(
        "x",
        blocks_of(
            "III. NHIỆM VỤ",
            "a) Làm sạch 246.000 thửa đất.",
            "- Chủ trì: Sở Tài nguyên và Môi trường.",
            "- Cơ quan phối hợp: Cục Thuế tỉnh.",
            "- Thời gian hoàn thành: Tháng 11 năm 2025.",
            "b) Hạn chế: dữ liệu còn phân tán.",
            "c) Kinh phí thực hiện: do ngân sách tỉnh bảo đảm.",
            "1. Phủ sóng di động",
            "- Đơn vị chủ trì: Sở Thông tin và Truyền thông.",
            "- Thực hiện tuyên truyền: mỗi tháng một lần.",
        ),
    )
    item = passage(found, "a)")
    assert item.labelled
    assert item.text.endswith("Tháng 11 năm 2025.")
    assert item.columns == ("", "Chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành")
    assert [found[0][a:b] for a, b in item.cells] == [
        "a) Làm sạch 246.000 thửa đất.",
        "Sở Tài nguyên và Môi trường.",
        "Cục Thuế tỉnh.",
        "Tháng 11 năm 2025.",
    ]
    assert not passage(found, "b)").cells
    assert not passage(found, "c)").cells
    headed = passage(found, "1. Phủ sóng")
    assert (headed.columns, headed.path[-1]) == (("", "Đơn vị chủ trì"), "1. Phủ sóng di động")
    assert not passage(found, "Thực hiện tuyên truyền").cells
    [alone] = cut("x", blocks_of("1. Phủ sóng di động", "- Chủ trì: Sở Thông tin và Truyền thông."))[2]
    assert alone.columns == ("", "Chủ trì")
