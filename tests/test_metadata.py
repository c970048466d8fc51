"""What a document says of itself, read from letterheads, titles and signatures as they come out of files and scans."""

import random
import time
from typing import Any

import pytest
from conftest import small_document
from hypothesis import given
from hypothesis import strategies as st

from documents.bodies import flatten, normal_case, places_in, recase
from documents.cleaning import clean
from documents.library import bundled
from documents.mentions import mention_at, number_of, tidy_number
from documents.metadata import Metadata, read_metadata
from documents.passages import cut
from documents.resolution import Fact, Resolution
from qa.metadata import spans

BODY = "I. MỤC ĐÍCH\n1. Mục đích\nNâng cao nhận thức của cán bộ, công chức về chuyển đổi số.\n"


def read(raw: str) -> tuple[Metadata, str]:
    """The metadata of a file with the text it counts in."""
    text, _, passages = cut("d", clean(raw))
    return read_metadata(text, passages), text


def values(metadata: Metadata) -> dict[str, Any]:
    """Field -> value, or list of values where the field holds many."""
    many = ("recipients", "replaces", "amends", "abolishes", "implements", "based_on")
    return {k: [f.value for f in v] if k in many or len(v) > 1 else v[0].value for k, v in metadata.facts().items()}


# The bundled documents: what the manifest was made to say by hand

NATURES = {
    "gia-lai-04-nq-tu": "bài phát biểu trình bày nội dung nghị quyết tại hội nghị quán triệt, không phải nguyên văn nghị quyết",
    "tra-vinh-2022": "nguyên văn nghị quyết",
    "thai-nguyen-2020": "nguyên văn nghị quyết",
    "binh-dinh-khoa-xx": "nguyên văn nghị quyết",
}


@pytest.mark.parametrize("document", bundled(), ids=lambda d: d.id)
def test_agrees_with_the_manifest(document: Resolution) -> None:
    said = values(read_metadata(document.text, document.passages))
    for name in ("number", "issued", "body", "signer", "signer_role", "title"):
        given = document.facts.get(name)
        assert said.get(name) == (given[0].value if given else None), name
    assert said["kind"] == document.kind
    assert said["province"] == document.province
    assert said["nature"] == NATURES[document.id]
    assert document.nature.startswith(said["nature"])


def test_spans_of_a_bundled_document_are_what_is_printed() -> None:
    document = next(d for d in bundled() if d.id == "tra-vinh-2022")
    printed = {
        name: [document.text[f.start : f.end] for f in facts]
        for name, facts in read_metadata(document.text, document.passages).facts().items()
    }
    assert printed["issued"] == ["Trà Vinh, ngày 26 tháng 01 năm 2022"]
    assert printed["body"] == ["BAN THƯỜNG VỤ TỈNH ỦY"]
    assert printed["province"] == ["TRÀ VINH"]
    assert printed["title"] == ["về chuyển đổi số tỉnh Trà Vinh đến năm 2025, định hướng đến năm 2030"]
    assert printed["signer_role"] == ["PHÓ BÍ THƯ"]
    assert printed["recipients"][-1] == "Lưu Văn phòng Tỉnh ủy"
    assert printed["implements"] == ["Nghị quyết Đại hội đại biểu Đảng bộ tỉnh lần thứ XI"]


# Letterheads, titles and signatures, written after those of real documents

VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "two columns run together by a PDF": (
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "TỈNH QUẢNG NINH Độc lập - Tự do - Hạnh phúc\n"
        "Số: 45/KH-UBND Quảng Ninh, ngày 05 tháng 02 năm 2024\n"
        "KẾ HOẠCH\nChuyển đổi số tỉnh Quảng Ninh năm 2024\n"
        "Căn cứ Quyết định số 749/QĐ-TTg ngày 03/6/2020 của Thủ tướng Chính phủ phê duyệt Chương trình;\n"
        "Thực hiện Nghị quyết số 09-NQ/TU ngày 05/02/2022 của Ban Chấp hành Đảng bộ tỉnh về chuyển đổi số toàn diện,\n"
        + BODY
        + "Nơi nhận: TM. ỦY BAN NHÂN DÂN\n- Bộ TT&TT; KT. CHỦ TỊCH\n- Lưu: VT, XD. PHÓ CHỦ TỊCH\nBùi Văn Khắng\n",
        {
            "kind": "Kế hoạch",
            "number": "45/KH-UBND",
            "issued": "2024-02-05",
            "body": "Ủy ban nhân dân tỉnh Quảng Ninh",
            "province": "Quảng Ninh",
            "title": "Kế hoạch chuyển đổi số tỉnh Quảng Ninh năm 2024",
            "period": "năm 2024",
            "based_on": ["Quyết định số 749/QĐ-TTg"],
            "implements": ["Nghị quyết số 09-NQ/TU"],
            "signer": "Bùi Văn Khắng",
            "signer_role": "Phó Chủ tịch",
            "recipients": ["Bộ TT&TT", "Lưu: VT, XD"],
        },
    ),
    "a table row for a letterhead": (
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Số: 12/BC-STTTT | Độc lập - Tự do - Hạnh phúc\n"
        "Long An, ngày 05/9/2023\n"
        "BÁO CÁO\nKết quả thực hiện nhiệm vụ chuyển đổi số 6 tháng đầu năm 2023\n"
        + BODY
        + "Nơi nhận: | GIÁM ĐỐC\n- UBND tỉnh; |\n- Lưu: VT. | Nguyễn Bá Luân\n",
        {
            "kind": "Báo cáo",
            "number": "12/BC-STTTT",
            "issued": "2023-09-05",
            "body": "Sở Thông tin và Truyền thông tỉnh Long An",
            "province": "Long An",
            "signer": "Nguyễn Bá Luân",
            "signer_role": "Giám đốc",
            "recipients": ["UBND tỉnh", "Lưu: VT"],
        },
    ),
    "a committee's letterhead, the number with stray spaces": (
        "TỈNH ỦY HÀ GIANG\n*\nSố 18 -NQ/TU\nĐẢNG CỘNG SẢN VIỆT NAM\nHà Giang, ngày 09 tháng 11 năm 2021\n"
        "NGHỊ QUYẾT\ncủa Ban Chấp hành Đảng bộ tỉnh về chuyển đổi số tỉnh Hà Giang giai đoạn 2021 - 2025, định hướng đến năm 2030\n"
        + BODY
        + "T/M BAN CHẤP HÀNH\nBÍ THƯ\n(đã ký)\nĐặng Quốc Khánh\nNơi nhận:\n- Bộ Chính trị,\n- Lưu Văn phòng Tỉnh ủy.\n",
        {
            "kind": "Nghị quyết",
            "number": "18-NQ/TU",
            "issued": "2021-11-09",
            "body": "Ban Chấp hành Đảng bộ tỉnh Hà Giang",
            "province": "Hà Giang",
            "period": "giai đoạn 2021 - 2025, định hướng đến năm 2030",
            "signer": "Đặng Quốc Khánh",
            "signer_role": "Bí thư",
            "recipients": ["Bộ Chính trị", "Lưu Văn phòng Tỉnh ủy"],
        },
    ),
    "the board signs under the committee's letterhead": (
        "THÀNH ỦY ĐÀ NẴNG\n*\nSố 05-NQ/TU\nĐẢNG CỘNG SẢN VIỆT NAM\n"
        "Đà Nẵng, ngày 17 tháng 6 năm 2021\nNGHỊ QUYẾT\nvề chuyển đổi số thành phố Đà Nẵng\n"
        + BODY
        + "T/M BAN THƯỜNG VỤ\nBÍ THƯ\nNguyễn Văn Quảng\n",
        {"body": "Ban Thường vụ Thành ủy Đà Nẵng", "province": "Đà Nẵng", "title": "Nghị quyết về chuyển đổi số thành phố Đà Nẵng"},
    ),
    "a receiver's stamp above the letterhead": (
        "VĂN PHÒNG UBND TỈNH\nCÔNG VĂN ĐẾN\nSố: 5512\nNgày: 03/7/2025\nChuyển: ......\n"
        "BỘ KHOA HỌC VÀ CÔNG NGHỆ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 1562/QĐ-BKHCN\nHà Nội, ngày 25 tháng 6 năm 2025\nQUYẾT ĐỊNH\nBan hành Khung kiến trúc Chính phủ số Việt Nam\n"
        "BỘ TRƯỞNG BỘ KHOA HỌC VÀ CÔNG NGHỆ\nCăn cứ Nghị định số 55/2025/NĐ-CP ngày 02 tháng 3 năm 2025 của Chính phủ;\n"
        "QUYẾT ĐỊNH:\nĐiều 1. Ban hành kèm theo Quyết định này Khung kiến trúc.\n"
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số 2568/QĐ-BTTTT ngày 29 tháng 12 năm 2023.\n"
        "Nơi nhận:\n- Như Điều 3;\n- Lưu: VT.\nKT. BỘ TRƯỞNG\nTHỨ TRƯỞNG\nPhạm Đức Long\n",
        {
            "number": "1562/QĐ-BKHCN",
            "issued": "2025-06-25",
            "body": "Bộ Khoa học và Công nghệ",
            "province": "Trung ương",
            "title": "Quyết định ban hành Khung kiến trúc Chính phủ số Việt Nam",
            "signer": "Phạm Đức Long",
            "signer_role": "Thứ trưởng",
            "replaces": ["Quyết định số 2568/QĐ-BTTTT"],
            "based_on": ["Nghị định số 55/2025/NĐ-CP"],
        },
    ),
    "only a receiver's stamp, and no number or date of its own": (
        "SỞ NỘI VỤ TỈNH LÀO CAI\nĐẾN Số: 812\nNgày: 14/3/2022\nNGHỊ QUYẾT\n"
        "CỦA BAN THƯỜNG VỤ TỈNH ỦY (KHÓA XVI) về chuyển đổi số tỉnh Lào Cai\n" + BODY,
        {"number": None, "issued": None, "body": "Ban Thường vụ Tỉnh ủy Lào Cai khóa XVI", "province": "Lào Cai"},
    ),
    "a draft with number and day left blank": (
        "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nDỰ THẢO\nSố:      /KH-UBND\n"
        "Huế, ngày   tháng 11 năm 2025\nKẾ HOẠCH\nPhát triển chính quyền số năm 2026\nThực hiện Quyết định số 411/QĐ-TTg ngày 31/3/2022;\n"
        + BODY,
        {
            "kind": "Kế hoạch",
            "nature": "dự thảo kế hoạch",
            "number": None,
            "issued": None,
            "body": "Ủy ban nhân dân thành phố Huế",
            "province": "Huế",
            "implements": ["Quyết định số 411/QĐ-TTg"],
        },
    ),
    "a plan that stands under its decision's number": (
        "KẾ HOẠCH\nChuyển đổi số ngành y tế tỉnh Nghệ An đến năm 2030\n"
        "(Ban hành kèm theo Quyết định số 3012/QĐ-UBND ngày 21 tháng 10 năm 2025 của Ủy ban nhân dân tỉnh Nghệ An)\n" + BODY,
        {
            "kind": "Kế hoạch",
            "nature": "kế hoạch ban hành kèm theo quyết định",
            "number": "3012/QĐ-UBND",
            "issued": "2025-10-21",
            "province": "Nghệ An",
            "body": "Ủy ban nhân dân tỉnh Nghệ An",
            "period": "đến năm 2030",
        },
    ),
    "a law, dated by the vote on it": (
        "QUỐC HỘI\nLuật số: 71/2025/QH15\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nLUẬT\nCÔNG NGHIỆP CÔNG NGHỆ SỐ\n"
        "Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;\n"
        "Quốc hội ban hành Luật Công nghiệp công nghệ số.\nChương I\nQUY ĐỊNH CHUNG\n"
        "Điều 1. Phạm vi điều chỉnh\nLuật này quy định về công nghiệp công nghệ số.\n"
        "Điều 50. Hiệu lực thi hành\nLuật Công nghệ thông tin số 67/2006/QH11 hết hiệu lực kể từ ngày Luật này có hiệu lực thi hành.\n"
        "Luật này được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam khóa XV, kỳ họp thứ 9 thông qua ngày 14 tháng 6 năm 2025.\n"
        "CHỦ TỊCH QUỐC HỘI\n(Đã ký)\nTrần Thanh Mẫn\n",
        {
            "kind": "Luật",
            "number": "71/2025/QH15",
            "issued": "2025-06-14",
            "body": "Quốc hội",
            "province": "Trung ương",
            "title": "Luật Công nghiệp công nghệ số",
            "abolishes": ["Luật Công nghệ thông tin số 67/2006/QH11"],
            "signer": "Trần Thanh Mẫn",
            "signer_role": "Chủ tịch Quốc hội",
        },
    ),
    "a resolution of a people's council, its title in capitals over lines": (
        "HỘI ĐỒNG NHÂN DÂN\nTỈNH SƠN LA\n-------\nCỘNG HÒA XÃ HỘI\nCHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 77/2023/NQ-HĐND\nSơn La, ngày 08 tháng 12 năm 2023\nNGHỊ QUYẾT\nVỀ VIỆC SỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA NGHỊ QUYẾT SỐ\n"
        "15/2021/NQ-HĐND NGÀY 31 THÁNG 12 NĂM 2021 CỦA HỘI ĐỒNG NHÂN DÂN TỈNH SƠN LA\n"
        "HỘI ĐỒNG NHÂN DÂN TỈNH SƠN LA\nKHÓA XV, KỲ HỌP THỨ 19\n"
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;\n"
        "Xét Tờ trình số 201/TTr-UBND ngày 20/11/2023 của Ủy ban nhân dân tỉnh;\n"
        "QUYẾT NGHỊ:\nĐiều 1. Sửa đổi, bổ sung khoản 2 Điều 3.\nĐiều 2. Bãi bỏ Nghị quyết số 02/2019/NQ-HĐND ngày 17/7/2019.\n"
        "Nơi nhận:\n- Ủy ban Thường vụ Quốc hội;\n- Lưu: VT.\nCHỦ TỊCH\nNguyễn Thái Hưng\n",
        {
            "number": "77/2023/NQ-HĐND",
            "issued": "2023-12-08",
            "body": "Hội đồng nhân dân tỉnh Sơn La",
            "province": "Sơn La",
            "title": "Nghị quyết về việc sửa đổi, bổ sung một số điều của Nghị quyết số "
            "15/2021/NQ-HĐND ngày 31 tháng 12 năm 2021 của Hội đồng nhân dân tỉnh Sơn La",
            "amends": ["Nghị quyết số 15/2021/NQ-HĐND"],
            "abolishes": ["Nghị quyết số 02/2019/NQ-HĐND"],
            "based_on": ["Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"],
            "signer": "Nguyễn Thái Hưng",
            "signer_role": "Chủ tịch",
        },
    ),
    "an official letter": (
        "UBND TỈNH BẮC GIANG\nSỞ KHOA HỌC VÀ CÔNG NGHỆ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 318/SKHCN-CĐS\nV/v triển khai chữ ký số cá nhân\nBắc Giang, ngày 12 tháng 3 năm 2025\nKính gửi: Các sở, ban, ngành tỉnh\n"
        "Thực hiện Kế hoạch số 22/KH-UBND ngày 15/01/2025 của UBND tỉnh, Sở đề nghị các đơn vị quan tâm.\n"
        "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nTL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG\nThS. Lương Thị Hoa\n",
        {
            "kind": "Công văn",
            "number": "318/SKHCN-CĐS",
            "issued": "2025-03-12",
            "body": "Sở Khoa học và Công nghệ tỉnh Bắc Giang",
            "province": "Bắc Giang",
            "title": "Công văn triển khai chữ ký số cá nhân",
            "implements": ["Kế hoạch số 22/KH-UBND"],
            "signer": "Lương Thị Hoa",
            "signer_role": "Chánh Văn phòng",
        },
    ),
    "an office, that it is signed and a name in one line": (
        "TỈNH ỦY KON TUM\nĐẢNG CỘNG SẢN VIỆT NAM\nSố 21-CTr/TU\nKon Tum, ngày 3 tháng 4 năm 2024\nCHƯƠNG TRÌNH HÀNH ĐỘNG\n"
        "Thực hiện Nghị quyết số 57-NQ/TW\n" + BODY + "Nơi nhận:\n- Các huyện ủy,\n- Lưu Văn phòng Tỉnh ủy.\n"
        "T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ THƯỜNG TRỰC (đã ký) A Thử\n",
        {
            "number": "21-CTr/TU",
            "signer": "A Thử",
            "signer_role": "Phó Bí thư Thường trực",
            "recipients": ["Các huyện ủy", "Lưu Văn phòng Tỉnh ủy"],
        },
    ),
    "a scan with slips and a name in capitals": (
        "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ CÂN THƠ\nCỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: 33/CTr-UBND\n"
        "Cần Thơ, ngày 02 tháng 01 năm 2025\nCHƯƠNG TRINH\nXây dựng thành phố thông minh\n"
        + BODY
        + "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTRẦN VIỆT TRƯỜNG\n",
        {
            "kind": "Chương trình",
            "number": "33/CTr-UBND",
            "issued": "2025-01-02",
            "province": "Cần Thơ",
            "signer": "Trần Việt Trường",
            "signer_role": "Chủ tịch",
        },
    ),
    "the seal of a digital signature at the top": (
        "Ký bởi: Cổng Thông tin điện tử Chính phủ\nCơ quan: Văn phòng Chính phủ\nThời gian ký: 18.05.2022 10:44:41 +07:00\n"
        "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: 131/NQ-CP\nHà Nội, ngày 06 tháng 10 năm 2022\n"
        "NGHỊ QUYẾT\nVề đẩy mạnh cải cách thủ tục hành chính\nCHÍNH PHỦ\nCăn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;\n"
        + BODY
        + "TM. CHÍNH PHỦ\nKT. THỦ TƯỚNG\nPHÓ THỦ TƯỚNG\nVũ Đức Đam\n",
        {
            "number": "131/NQ-CP",
            "issued": "2022-10-06",
            "body": "Chính phủ",
            "province": "Trung ương",
            "title": "Nghị quyết về đẩy mạnh cải cách thủ tục hành chính",
            "signer": "Vũ Đức Đam",
            "signer_role": "Phó Thủ tướng",
        },
    ),
    "number, date and body in one line of a web copy": (
        "Nghị quyết số 52-NQ/TW ngày 27/9/2019 của Bộ Chính trị về một số chủ "
        "trương, chính sách chủ động tham gia cuộc Cách mạng công nghiệp lần thứ tư\n" + BODY,
        {"kind": "Nghị quyết", "number": "52-NQ/TW", "issued": "2019-09-27", "province": "Trung ương", "body": "Bộ Chính trị"},
    ),
    "a department of a ministry whose name is broken at its first word": (
        "UBND TỈNH ĐẮK LẮK\nSỞ\nKẾ HOẠCH VÀ ĐẦU TƯ\nSố: 9/TB-SKHĐT\nĐắk Lắk, ngày 9 tháng 1 năm 2024\nTHÔNG BÁO\nVề việc tuyển dụng\n"
        + BODY,
        {"kind": "Thông báo", "body": "Sở Kế hoạch và Đầu tư tỉnh Đắk Lắk", "province": "Đắk Lắk", "number": "9/TB-SKHĐT"},
    ),
    "cells run together, recipients and signature in one row": (
        "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc\n"
        "Số: 25/QĐ-UBND | Lạng Sơn, ngày 5 tháng 1 năm 2025\nQUYẾT ĐỊNH\nVề việc phê duyệt Đề án chuyển đổi số\n"
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN\nCăn cứ Luật Tổ chức chính quyền địa phương ngày 19/02/2025;\n"
        "QUYẾT ĐỊNH:\nĐiều 1. Phê duyệt.\nNơi nhận: - Như Điều 3; - TT Tỉnh ủy; - Lưu: VT. | KT. CHỦ TỊCH PHÓ CHỦ TỊCH Đoàn Thanh Sơn\n",
        {
            "title": "Quyết định về việc phê duyệt Đề án chuyển đổi số",
            "body": "Ủy ban nhân dân tỉnh Lạng Sơn",
            "recipients": ["Như Điều 3", "TT Tỉnh ủy", "Lưu: VT"],
            "signer": "Đoàn Thanh Sơn",
            "signer_role": "Phó Chủ tịch",
        },
    ),
    "a joint circular with two signatures": (
        "BỘ TÀI CHÍNH - BỘ NỘI VỤ\nSố: 12/2014/TTLT-BTC-BNV\nHà Nội, ngày 03 tháng 3 năm 2014\nTHÔNG TƯ LIÊN TỊCH\n"
        "Hướng dẫn về kinh phí\nĐiều 1. Phạm vi\nKT. BỘ TRƯỞNG\nBỘ NỘI VỤ\nTHỨ TRƯỞNG\nTrần Anh Tuấn\n"
        "KT. BỘ TRƯỞNG\nBỘ TÀI CHÍNH\nTHỨ TRƯỞNG\nNguyễn Thị Minh\nNơi nhận:\n- Văn phòng Trung ương;\n",
        {
            "kind": "Thông tư liên tịch",
            "body": "Bộ Tài chính - Bộ Nội vụ",
            "province": "Trung ương",
            "signer": ["Trần Anh Tuấn", "Nguyễn Thị Minh"],
            "signer_role": ["Thứ trưởng", "Thứ trưởng"],
            "recipients": ["Văn phòng Trung ương"],
        },
    ),
    "a ward below a city": (
        "UBND THÀNH PHỐ CẦN THƠ\nỦY BAN NHÂN DÂN\nPHƯỜNG NINH KIỀU\nSố: 15/KH-UBND\nNinh Kiều, ngày 12 tháng 8 năm 2025\n"
        "KẾ HOẠCH\nThực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị\n" + BODY,
        {"body": "Ủy ban nhân dân phường Ninh Kiều", "province": "Cần Thơ", "implements": ["Nghị quyết số 57-NQ/TW"]},
    ),
    "an office of a provincial committee": (
        "TỈNH ỦY BẾN TRE\nBAN TUYÊN GIÁO\n*\nSố 12-HD/BTGTU\nĐẢNG CỘNG SẢN VIỆT NAM\nBến Tre, ngày 10 tháng 02 năm 2022\nHƯỚNG DẪN\n"
        "Tuyên truyền về chuyển đổi số\n" + BODY + "K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\n(đã ký)/ Nguyễn Phúc Linh\n",
        {"body": "Ban Tuyên giáo Tỉnh ủy Bến Tre", "province": "Bến Tre", "signer": "Nguyễn Phúc Linh", "signer_role": "Phó Trưởng ban"},
    ),
    "a resolution of the Politburo": (
        "BAN CHẤP HÀNH TRUNG ƯƠNG\n*\nSố 57-NQ/TW\nĐẢNG CỘNG SẢN VIỆT NAM\nHà Nội, ngày 22 tháng 12 năm 2024\nNGHỊ QUYẾT\n"
        "CỦA BỘ CHÍNH TRỊ\nvề đột phá phát triển khoa học, công nghệ\n" + BODY + "T/M BỘ CHÍNH TRỊ\nTỔNG BÍ THƯ\nTô Lâm\n",
        {"body": "Bộ Chính trị", "province": "Trung ương", "number": "57-NQ/TW", "signer": "Tô Lâm", "signer_role": "Tổng Bí thư"},
    ),
    "a speech about a plan": (
        "Kính thưa quý vị đại biểu,\n"
        "Tại hội nghị hôm nay, tôi xin giới thiệu những nội dung chính của Kế hoạch. Vừa qua, Ủy ban nhân dân tỉnh Phú Thọ đã ban hành "
        "Kế hoạch số 1234/KH-UBND ngày 02/5/2023 về chuyển đổi số giai đoạn "
        "2023-2025. Kế hoạch gồm ba phần.\n1. Mục tiêu\nPhấn đấu 100% hồ sơ.\n",
        {
            "kind": "Bài giới thiệu kế hoạch",
            "nature": "bài phát biểu giới thiệu nội dung kế hoạch, không phải nguyên văn kế hoạch",
            "number": "1234/KH-UBND",
            "issued": "2023-05-02",
            "body": "Ủy ban nhân dân tỉnh Phú Thọ",
            "province": "Phú Thọ",
            "period": "giai đoạn 2023-2025",
            "signer": None,
        },
    ),
    "no official document": (
        "Bài báo hôm nay\nNgày 05/9/2025, Thủ tướng Chính phủ ký Quyết định số 12/QĐ-TTg.\n",
        {"number": None, "issued": None, "body": None},
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_reads_variants(name: str) -> None:
    raw, expected = VARIANTS[name]
    said = values(read(raw)[0])
    assert {k: said.get(k) for k in expected} == expected


def test_other_documents_dates_and_numbers_are_not_its_own() -> None:
    said = values(
        read("KẾ HOẠCH\nCải cách hành chính\nCăn cứ Quyết định số 12/QĐ-TTg ngày 01 tháng 02 năm 2020 của Thủ tướng Chính phủ;\n" + BODY)[0]
    )
    assert "number" not in said
    assert "issued" not in said
    assert said["based_on"] == ["Quyết định số 12/QĐ-TTg"]


def test_what_is_quoted_is_not_done() -> None:
    law = (
        "LUẬT\nSửa đổi, bổ sung một số điều của Luật Đất đai số "
        "31/2024/QH15 và Luật Nhà ở số 27/2023/QH15\nĐiều 1. Sửa đổi khoản 2 như sau:\n"
    )
    said = values(read(law + "“2. Bãi bỏ Nghị quyết số 132/2020/QH14 ngày 17 tháng 11 năm 2020.”\n")[0])
    assert said["amends"] == ["Luật Đất đai số 31/2024/QH15", "Luật Nhà ở số 27/2023/QH15"]
    assert "abolishes" not in said


TASKS = "- Sửa đổi, bổ sung Nghị định số 47/2020/NĐ-CP ngày 09/4/2020.\n2. Bãi bỏ Quyết định số 20/2020/QĐ-UBND ngày 01/7/2020.\n"


@pytest.mark.parametrize(
    "head", ["KẾ HOẠCH\nHoàn thiện thể chế số\nI. NHIỆM VỤ\n", "QUYẾT ĐỊNH\nPhê duyệt Đề án\nĐiều 1. Phê duyệt Đề án:\n"]
)
def test_tasks_are_not_done_yet(head: str) -> None:
    said = values(read(head + TASKS)[0])
    assert "amends" not in said
    assert "abolishes" not in said


def test_articles_on_coming_into_force_are_done() -> None:
    said = values(read("NGHỊ ĐỊNH\nQuy định về dữ liệu\nĐiều 1. Phạm vi\nĐiều 9. Hiệu lực thi hành\n" + TASKS.replace("- ", "1. "))[0])
    assert said["amends"] == ["Nghị định số 47/2020/NĐ-CP"]
    assert said["abolishes"] == ["Quyết định số 20/2020/QĐ-UBND"]


def test_another_documents_history_is_not_its_own() -> None:
    said = values(
        read("KẾ HOẠCH\nCải cách\nI. TÌNH HÌNH\nNghị định số 13/2023/NĐ-CP thay thế Nghị định số 64/2007/NĐ-CP đã được quán triệt.\n")[0]
    )
    assert "replaces" not in said


# The parts


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ CẦN THƠ", "Ủy ban nhân dân thành phố Cần Thơ"),
        ("UỶ BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU", "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu"),
        ("BỘ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Bộ Văn hóa, Thể thao và Du lịch"),
        ("SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Sở Lao động - Thương binh và Xã hội"),
        ("ỦY BAN NHÂN DÂN XÃ TÂN PHÚ", "Ủy ban nhân dân xã Tân Phú"),
        ("BAN THƯỜNG VỤ TỈNH ỦY (KHÓA XX)", "Ban Thường vụ Tỉnh ủy (khóa XX)"),
        ("ủy ban nhân dân tỉnh an giang", "Ủy ban nhân dân tỉnh An Giang"),
    ],
)
def test_names_in_normal_case(printed: str, name: str) -> None:
    assert normal_case(printed) == name


def test_a_title_takes_its_case_from_the_running_text() -> None:
    lines = ["Chính phủ ban hành Nghị định quy định chi tiết Luật Đường sắt; vận tải đường sắt và đường sắt đô thị."]
    assert recase("QUY ĐỊNH CHI TIẾT LUẬT ĐƯỜNG SẮT", lines) == "quy định chi tiết Luật Đường sắt"


def test_communes_are_no_provinces() -> None:
    assert [(p.province, p.unit) for p in places_in("xã Hòa Bình, tỉnh Hòa Bình; THÀNH PHỐ HỒ CHÍ MINH")] == [
        ("Hòa Bình", "tỉnh"),
        ("TP. Hồ Chí Minh", "thành phố"),
    ]


@pytest.mark.parametrize(
    ("text", "number", "value"),
    [
        ("Chương trình hành động số 10- CTr/TU ngày 13/8/2025", "10-CTr/TU", "Chương trình hành động số 10-CTr/TU"),
        ("Luật Tổ chức chính quyền địa phương số\n72/2025/QH15;", "72/2025/QH15", "Luật Tổ chức chính quyền địa phương số 72/2025/QH15"),
        ("QUYẾT ĐỊNH SỐ 06/QĐ-TTG NGÀY 02", "06/QĐ-TTg", "Quyết định số 06/QĐ-TTg"),
        ("Luật Đo đạc và bản đồ ngày 14 tháng 6 năm 2018 được", None, "Luật Đo đạc và bản đồ ngày 14 tháng 6 năm 2018"),
        ("Nghị định số 24/2000/NĐ - CP ngày 31/7/2000", "24/2000/NĐ-CP", "Nghị định số 24/2000/NĐ-CP"),
    ],
)
def test_mentions(text: str, number: str | None, value: str) -> None:
    mention = mention_at(text, flatten(text), 0, len(text))
    assert mention is not None
    assert (mention.number, mention.value) == (number, value)
    assert number_of(mention.value) == number


def test_numbers_are_tidied() -> None:
    assert tidy_number("04 – NQ/TU") == "04-NQ/TU"
    assert tidy_number("06/QĐ-TTG") == "06/QĐ-TTg"


# Whatever the text

PIECES = (
    "ỦY BAN NHÂN DÂN",
    "TỈNH",
    "Trà Vinh",
    "Số:",
    "157/KH-UBND",
    "ngày 18 tháng 11 năm 2025",
    "ngày 31/2/2024",
    "NGHỊ QUYẾT",
    "KẾ HOẠCH",
    "\n",
    "|",
    " - ",
    "ĐẾN",
    "Kính thưa các đồng chí",
    "tôi sẽ trình bày",
    "đã ban hành",
    "Nghị quyết",
    "số",
    "04-NQ/TU",
    "Nơi nhận:",
    "TM.",
    "T/M BAN THƯỜNG VỤ",
    "KT. CHỦ TỊCH",
    "PHÓ BÍ THƯ",
    "Nguyễn Văn A",
    "Căn cứ",
    "Thực hiện",
    ";",
    ".",
    ":",
    "“",
    "”",
    "thay thế",
    "bãi bỏ",
    "hết hiệu lực",
    "này",
    "Luật",
    "Luật này được Quốc hội thông qua",
    "(Ban hành kèm theo",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "về",
    "của",
    "đến năm 2025",
    "PHỤ LỤC",
    "ẞ",
    "İ",
    "\u0301",
)


def assert_sound(text: str, metadata: Metadata) -> None:
    """Every fact has a value and a span with something in it."""
    for name, facts in metadata.facts().items():
        for fact in facts:
            assert isinstance(fact, Fact)
            assert fact.start is not None
            assert fact.end is not None
            assert 0 <= fact.start < fact.end <= len(text), name
            assert text[fact.start : fact.end].strip(), name
            assert fact.value.strip(), name


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join) | st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert_sound(text, read_metadata(text, ()))
    metadata, cleaned = read(text)
    assert_sound(cleaned, metadata)


@pytest.mark.soak
def test_damaged_documents_do_not_break_it(soak: Any) -> None:
    draw = random.Random(7)
    documents = [d.text for d in bundled()] + [raw for raw, _ in VARIANTS.values()]
    for _ in range(soak(400)):
        text = draw.choice(documents)
        cuts = sorted(draw.sample(range(len(text) + 1), 4)) if len(text) > 4 else [0, 0, 0, 0]
        damaged = text[: cuts[0]] + text[cuts[2] : cuts[3]] + text[cuts[1] : cuts[2]].swapcase()[:4000] + text[cuts[3] :]
        assert_sound(damaged, read_metadata(damaged, ()))


HOSTILE = {
    "spaces": "Số:" + " " * 200_000 + "x",
    "newlines": "KẾ HOẠCH" + "\n" * 200_000 + "x",
    "one long line of words": "tỉnh ủy " * 25_000,
    "capitals": "TỈNH KON TUM THÀNH PHỐ " * 9_000,
    "greetings": "kính thưa xin được xin được " * 7_000,
    "verbs": "Quyết định này thay thế bãi bỏ sửa đổi " * 5_000,
    "verbs on lines": "Bãi bỏ Luật\n" * 16_000,
    "references": "Căn cứ Luật A, Luật B, Quyết định số 12/QĐ-TTg và Kế hoạch số 3/KH-UBND ngày 1/1/2020\n" * 2_400,
    "figures": "12/QĐ-" * 33_000,
    "numbers in a row": "Số: " + "1" * 200_000,
    "signs in a row": "Số: 1" + "-A" * 100_000,
    "signatures": "TM. ỦY BAN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n" * 5_000,
    "laws passed": "Luật này được thông qua thông qua " * 6_000,
    "quotation marks": "“" * 200_000,
    "commas": "Nơi nhận:\n" + "- a, b, c,\n" * 18_000,
    "mottoes": "CỘNG HÒA XÃ HỘI " * 12_500,
    "stamps": "ĐẾN Số: 12\nNgày: 1/1/2020\n" * 7_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text_only(name: str) -> None:
    text = HOSTILE[name]
    assert len(text) >= 150_000
    begun = time.process_time()
    assert_sound(text, read_metadata(text, ()))
    assert time.process_time() - begun < 20  # seconds at most on a busy machine; quadratic reading takes minutes


def test_the_day_of_the_vote_is_told_by_the_sentence_that_says_so() -> None:
    closing = "Nghị quyết này đã được Hội đồng nhân dân tỉnh khóa VIII, Kỳ họp thứ 17 thông qua ngày 07 tháng 12 năm 2023."
    document = small_document("thu", "Gia Lai", "1. Thông qua danh mục ngày 5 tháng 6 của các xã.", closing)
    assert [document.text[a:b] for a, b in spans(document, "adopted")] == [closing]
    assert spans(small_document("khac", "Gia Lai", "1. Các dự án được thông qua hằng năm."), "adopted") == []
