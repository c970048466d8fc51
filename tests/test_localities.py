"""Documents issued below the province: of which unit and province they are, who signed, what they are called in the library."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from documents.adding import name_of, understand
from documents.bodies import flatten
from documents.corrections import checked, corrected
from documents.database import Library, Original
from documents.library import bundled, corpus_digest
from documents.localities import units_in
from documents.metadata import read_metadata
from documents.reading.dispatch import read
from documents.resolution import Resolution

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM\n"
BODY = "I. MỤC ĐÍCH\n1. Nâng cao nhận thức của cán bộ, công chức về chuyển đổi số.\n"
RECIPIENTS = "Nơi nhận:\n- UBND tỉnh (b/c);\n- Lưu: VT.\n"


@dataclass
class Case:
    """A document, and (locality, province, body, id) that it must be read as."""

    raw: str
    locality: str
    province: str
    body: str
    id: str


def document(raw: str, name: str = "f.txt") -> Resolution:
    """The document that a text file is."""
    content = raw.encode()
    source = read(content, name)
    return understand(source, Original(content, name, source.format))


CASES: dict[str, Case] = {
    "a district": Case(
        f"ỦY BAN NHÂN DÂN\nHUYỆN HẢI LĂNG\n-------\n{MOTTO}Số: 38/KH-UBND\nHải Lăng, ngày 15 tháng 3 năm 2024\n"
        f"KẾ HOẠCH\nChuyển đổi số huyện Hải Lăng năm 2024\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-38-kh-ubnd",
    ),
    "a district, two columns in one row": Case(
        "ỦY BAN NHÂN DÂN HUYỆN EA H'LEO | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc\n"
        f"Số: 71/KH-UBND | Ea H'leo, ngày 02 tháng 4 năm 2023\nKẾ HOẠCH\nChuyển đổi số năm 2023\n{BODY}",
        "huyện Ea H'leo", "Đắk Lắk", "Ủy ban nhân dân huyện Ea H'leo", "ea-h-leo-71-kh-ubnd",
    ),
    "two columns run together, line by line": Case(
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHUYỆN GIO LINH Độc lập - Tự do - Hạnh phúc\n"
        f"Số: 9/KH-UBND Gio Linh, ngày 05 tháng 02 năm 2022\nKẾ HOẠCH\nChuyển đổi số năm 2022\n{BODY}",
        "huyện Gio Linh", "Quảng Trị", "Ủy ban nhân dân huyện Gio Linh", "gio-linh-9-kh-ubnd",
    ),
    "a short form in the letterhead": Case(
        f"UBND HUYỆN CƯ M’GAR\n{MOTTO}Số: 120/KH-UBND\nCư M'gar, ngày 01/02/2024\nKẾ HOẠCH\nChuyển đổi số năm 2024\n{BODY}",
        "huyện Cư M'gar", "Đắk Lắk", "Ủy ban nhân dân huyện Cư M'gar", "cu-m-gar-120-kh-ubnd",
    ),
    "a town": Case(
        f"ỦY BAN NHÂN DÂN\nTHỊ XÃ AN NHƠN\n{MOTTO}Số: 55/KH-UBND\nAn Nhơn, ngày 10 tháng 01 năm 2023\nKẾ HOẠCH\n"
        f"Chuyển đổi số năm 2023\n{BODY}",
        "thị xã An Nhơn", "Bình Định", "Ủy ban nhân dân thị xã An Nhơn", "an-nhon-55-kh-ubnd",
    ),
    "a city below the province": Case(
        f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ QUY NHƠN\n{MOTTO}Số: 21/KH-UBND\nQuy Nhơn, ngày 20 tháng 01 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "thành phố Quy Nhơn", "Bình Định", "Ủy ban nhân dân thành phố Quy Nhơn", "quy-nhon-21-kh-ubnd",
    ),
    "a city called like its province": Case(
        f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ TRÀ VINH\n{MOTTO}Số: 44/KH-UBND\nTrà Vinh, ngày 20 tháng 01 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "thành phố Trà Vinh", "Trà Vinh", "Ủy ban nhân dân thành phố Trà Vinh", "tra-vinh-44-kh-ubnd",
    ),
    "thành phố Huế while it was a city of a province": Case(
        f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\n{MOTTO}Số: 88/KH-UBND\nHuế, ngày 20 tháng 01 năm 2023\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "thành phố Huế", "Huế", "Ủy ban nhân dân thành phố Huế", "hue-88-kh-ubnd",
    ),
    "thành phố Huế since it is one of a province's rank": Case(
        f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\n{MOTTO}Số: 88/KH-UBND\nHuế, ngày 20 tháng 01 năm 2026\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "", "Huế", "Ủy ban nhân dân thành phố Huế", "hue-88-kh-ubnd",
    ),
    "a city of a city": Case(
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH\nỦY BAN NHÂN DÂN\nTHÀNH PHỐ THỦ ĐỨC\n"
        f"{MOTTO}Số: 1012/KH-UBND\nThủ Đức, ngày 3 tháng 3 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "thành phố Thủ Đức", "TP. Hồ Chí Minh", "Ủy ban nhân dân thành phố Thủ Đức", "thu-duc-1012-kh-ubnd",
    ),
    "a district by number": Case(
        f"ỦY BAN NHÂN DÂN\nQUẬN 1\nTHÀNH PHỐ HỒ CHÍ MINH\n{MOTTO}Số: 15/KH-UBND\nQuận 1, ngày 3 tháng 3 năm 2022\n"
        f"KẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "Quận 1", "TP. Hồ Chí Minh", "Ủy ban nhân dân Quận 1", "quan-1-15-kh-ubnd",
    ),
    "a city's district": Case(
        f"ỦY BAN NHÂN DÂN\nQUẬN NINH KIỀU\n{MOTTO}Số: 230/KH-UBND\nNinh Kiều, ngày 3 tháng 3 năm 2022\nKẾ HOẠCH\n"
        f"Chuyển đổi số quận\n{BODY}",
        "quận Ninh Kiều", "Cần Thơ", "Ủy ban nhân dân quận Ninh Kiều", "ninh-kieu-230-kh-ubnd",
    ),
    "a city of a province's rank": Case(
        f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ CẦN THƠ\n{MOTTO}Số: 230/KH-UBND\nCần Thơ, ngày 3 tháng 3 năm 2022\nKẾ HOẠCH\n"
        f"Chuyển đổi số quận\n{BODY}",
        "", "Cần Thơ", "Ủy ban nhân dân thành phố Cần Thơ", "can-tho-230-kh-ubnd",
    ),
    "a district's committee of the party, its executive committee signing": Case(
        f"ĐẢNG BỘ TỈNH QUẢNG TRỊ\nHUYỆN ỦY HẢI LĂNG\n*\nSố 09-NQ/HU\n{PARTY}Hải Lăng, ngày 20 tháng 12 năm 2021\n"
        f"NGHỊ QUYẾT\nvề chuyển đổi số\n{BODY}T/M BAN CHẤP HÀNH\nBÍ THƯ\n(đã ký)\nNguyễn Khánh Vũ\nNơi nhận:\n- Tỉnh ủy,\n- Lưu.\n",
        "huyện Hải Lăng", "Quảng Trị", "Ban Chấp hành Đảng bộ huyện Hải Lăng", "hai-lang-09-nq-hu",
    ),
    "its standing board": Case(
        f"HUYỆN ỦY CHƯ SÊ\n*\nSố 15-CT/HU\n{PARTY}Chư Sê, ngày 2 tháng 3 năm 2022\nCHỈ THỊ\nvề chuyển đổi số\n{BODY}"
        "T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ\nRmah H'Bé Nét\n",
        "huyện Chư Sê", "Gia Lai", "Ban Thường vụ Huyện ủy Chư Sê", "chu-se-15-ct-hu",
    ),
    "a city's committee of the party": Case(
        f"THÀNH ỦY QUY NHƠN\n*\nSố 12-KH/TU\n{PARTY}Quy Nhơn, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nchuyển đổi số\n{BODY}",
        "thành phố Quy Nhơn", "Bình Định", "Thành ủy Quy Nhơn", "quy-nhon-12-kh-tu",
    ),
    "a town's committee of the party": Case(
        f"THỊ ỦY GÒ CÔNG\n*\nSố 12-KH/ThU\n{PARTY}Gò Công, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nchuyển đổi số\n{BODY}",
        "thị xã Gò Công", "Tiền Giang", "Thị ủy Gò Công", "go-cong-12-kh-thu",
    ),
    "the party in a city of a province's rank": Case(
        f"THÀNH ỦY HẢI PHÒNG\n*\nSố 12-KH/TU\n{PARTY}Hải Phòng, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nchuyển đổi số\n{BODY}",
        "", "Hải Phòng", "Thành ủy Hải Phòng", "hai-phong-12-kh-tu",
    ),
    "the executive committee in the letterhead": Case(
        f"BAN CHẤP HÀNH ĐẢNG BỘ\nHUYỆN ĐAKRÔNG\n*\nSố 05-NQ/HU\n{PARTY}Đakrông, ngày 2 tháng 3 năm 2022\nNGHỊ QUYẾT\n"
        f"về chuyển đổi số\n{BODY}",
        "huyện Đakrông", "Quảng Trị", "Ban Chấp hành Đảng bộ huyện Đakrông", "dakrong-05-nq-hu",
    ),
    "an office of a district's committee": Case(
        f"HUYỆN ỦY HẢI LĂNG\nBAN TUYÊN GIÁO\n*\nSố 3-HD/BTGHU\n{PARTY}Hải Lăng, ngày 2 tháng 3 năm 2022\nHƯỚNG DẪN\ntuyên truyền\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ban Tuyên giáo Huyện ủy Hải Lăng", "hai-lang-3-hd-btghu",
    ),
    "a people's council": Case(
        f"HỘI ĐỒNG NHÂN DÂN\nHUYỆN PHÙ CÁT\n{MOTTO}Số: 33/NQ-HĐND\nPhù Cát, ngày 20 tháng 12 năm 2021\nNGHỊ QUYẾT\nVề chuyển đổi số\n"
        "HỘI ĐỒNG NHÂN DÂN HUYỆN PHÙ CÁT\nKHÓA XII, KỲ HỌP THỨ 5\nCăn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;\n"
        "QUYẾT NGHỊ:\nĐiều 1. Thông qua.\nCHỦ TỊCH\nNguyễn Văn Hưng\n",
        "huyện Phù Cát", "Bình Định", "Hội đồng nhân dân huyện Phù Cát", "phu-cat-33-nq-hdnd",
    ),
    "a department below a district": Case(
        f"UBND HUYỆN HẢI LĂNG\nPHÒNG VĂN HÓA VÀ THÔNG TIN\n{MOTTO}Số: 17/TTr-VHTT\nHải Lăng, ngày 04 tháng 3 năm 2024\n"
        f"TỜ TRÌNH\nVề chuyển đổi số\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Phòng Văn hóa và Thông tin huyện Hải Lăng", "hai-lang-17-ttr-vhtt",
    ),
    "a commune with its district": Case(
        f"UBND XÃ HẢI THƯỢNG – HUYỆN HẢI LĂNG\n{MOTTO}Số: 12/KH-UBND\nHải Thượng, ngày 02 tháng 4 năm 2024\nKẾ HOẠCH\n"
        f"Chuyển đổi số năm 2024\n{BODY}",
        "xã Hải Thượng", "Quảng Trị", "Ủy ban nhân dân xã Hải Thượng, huyện Hải Lăng", "hai-thuong-12-kh-ubnd",
    ),
    "a commune below its district": Case(
        f"UBND HUYỆN EA KAR\nỦY BAN NHÂN DÂN\nXÃ CƯ NI\n{MOTTO}Số: 12/KH-UBND\nCư Ni, ngày 02 tháng 4 năm 2024\n"
        f"KẾ HOẠCH\nChuyển đổi số năm 2024\n{BODY}",
        "xã Cư Ni", "Đắk Lắk", "Ủy ban nhân dân xã Cư Ni", "cu-ni-12-kh-ubnd",
    ),
    "a ward by number, its city above": Case(
        f"ỦY BAN NHÂN DÂN\nPHƯỜNG 5 - THÀNH PHỐ TUY HÒA\n{MOTTO}Số: 7/KH-UBND\nPhường 5, ngày 02 tháng 4 năm 2024\n"
        f"KẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "Phường 5", "Phú Yên", "Ủy ban nhân dân Phường 5, thành phố Tuy Hòa", "phuong-5-7-kh-ubnd",
    ),
    "a small town": Case(
        f"UBND THỊ TRẤN DIÊN SANH\n{MOTTO}Số: 7/KH-UBND\nDiên Sanh, ngày 02 tháng 4 năm 2024\nKẾ HOẠCH\nChuyển đổi số thị trấn Diên Sanh\n"
        f"Thực hiện Kế hoạch số 38/KH-UBND ngày 15/3/2024 của UBND huyện Hải Lăng;\n{BODY}",
        "thị trấn Diên Sanh", "Quảng Trị", "Ủy ban nhân dân thị trấn Diên Sanh", "dien-sanh-7-kh-ubnd",
    ),
    "a ward since 2025, the province in the second line": Case(
        f"ỦY BAN NHÂN DÂN\nPHƯỜNG PLEIKU\nTỈNH GIA LAI\n{MOTTO}Số: 05/KH-UBND\nPleiku, ngày 15 tháng 8 năm 2025\n"
        f"KẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "phường Pleiku", "Gia Lai", "Ủy ban nhân dân phường Pleiku", "pleiku-05-kh-ubnd",
    ),
    "a ward since 2025, the province above": Case(
        f"TỈNH GIA LAI\nỦY BAN NHÂN DÂN PHƯỜNG AN KHÊ\n{MOTTO}Số: 05/KH-UBND\nAn Khê, ngày 15 tháng 8 năm 2025\n"
        f"KẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "phường An Khê", "Gia Lai", "Ủy ban nhân dân phường An Khê", "an-khe-05-kh-ubnd",
    ),
    "a ward since 2025, the province among the recipients": Case(
        f"ỦY BAN NHÂN DÂN\nPHƯỜNG BỒNG SƠN\n{MOTTO}Số: 05/KH-UBND\nBồng Sơn, ngày 15 tháng 8 năm 2025\nKẾ HOẠCH\nChuyển đổi số\n{BODY}"
        "Nơi nhận:\n- UBND tỉnh Gia Lai;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nLê Văn Hòa\n",
        "phường Bồng Sơn", "Gia Lai", "Ủy ban nhân dân phường Bồng Sơn", "bong-son-05-kh-ubnd",
    ),
    "a ward since 2025, only its name and date line": Case(
        f"ỦY BAN NHÂN DÂN\nPHƯỜNG QUY NHƠN\n{MOTTO}Số: 05/KH-UBND\nQuy Nhơn, ngày 15 tháng 8 năm 2025\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "phường Quy Nhơn", "Gia Lai", "Ủy ban nhân dân phường Quy Nhơn", "quy-nhon-05-kh-ubnd",
    ),
    "a commune since 2025, the province in the text": Case(
        f"ỦY BAN NHÂN DÂN\nXÃ HÒA BÌNH\n{MOTTO}Số: 05/KH-UBND\nHòa Bình, ngày 15 tháng 8 năm 2025\nKẾ HOẠCH\nChuyển đổi số xã Hòa Bình\n"
        f"Thực hiện Kế hoạch số 90/KH-UBND ngày 01/8/2025 của Ủy ban nhân dân tỉnh Cà Mau;\n{BODY}",
        "xã Hòa Bình", "Cà Mau", "Ủy ban nhân dân xã Hòa Bình", "hoa-binh-05-kh-ubnd",
    ),
    "a special zone": Case(
        f"ỦY BAN NHÂN DÂN\nĐẶC KHU PHÚ QUỐC\n{MOTTO}Số: 05/KH-UBND\nPhú Quốc, ngày 15 tháng 8 năm 2025\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "đặc khu Phú Quốc", "An Giang", "Ủy ban nhân dân đặc khu Phú Quốc", "phu-quoc-05-kh-ubnd",
    ),
    "the party in a ward since 2025": Case(
        f"ĐẢNG BỘ TỈNH GIA LAI\nĐẢNG ỦY PHƯỜNG PLEIKU\n*\nSố 08-NQ/ĐU\n{PARTY}Pleiku, ngày 2 tháng 9 năm 2025\n"
        f"NGHỊ QUYẾT\nvề chuyển đổi số\n{BODY}"
        "T/M BAN CHẤP HÀNH\nBÍ THƯ\nNguyễn Xuân Hà\n",
        "phường Pleiku", "Gia Lai", "Ban Chấp hành Đảng bộ phường Pleiku", "pleiku-08-nq-du",
    ),
    "a name that several provinces have, the text telling": Case(
        f"ỦY BAN NHÂN DÂN\nHUYỆN CHÂU THÀNH\n{MOTTO}Số: 60/KH-UBND\nChâu Thành, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n"
        f"Thực hiện Nghị quyết số 05-NQ/TU của Tỉnh ủy Trà Vinh, có tham khảo kế hoạch của tỉnh Bình Định;\n{BODY}",
        "huyện Châu Thành", "Trà Vinh", "Ủy ban nhân dân huyện Châu Thành", "chau-thanh-60-kh-ubnd",
    ),
    "a name that several provinces have, nothing telling": Case(
        f"ỦY BAN NHÂN DÂN\nHUYỆN CHÂU THÀNH\n{MOTTO}Số: 60/KH-UBND\nChâu Thành, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "huyện Châu Thành", "", "Ủy ban nhân dân huyện Châu Thành", "chau-thanh-60-kh-ubnd",
    ),
    "the same name as a huyện and as a quận": Case(
        f"ỦY BAN NHÂN DÂN\nQUẬN TÂN PHÚ\n{MOTTO}Số: 60/KH-UBND\nTân Phú, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "quận Tân Phú", "TP. Hồ Chí Minh", "Ủy ban nhân dân quận Tân Phú", "tan-phu-60-kh-ubnd",
    ),
    "a commune of which nothing tells the province": Case(
        f"ỦY BAN NHÂN DÂN\nXÃ TÂN LẬP\n{MOTTO}Số: 60/KH-UBND\nTân Lập, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "xã Tân Lập", "", "Ủy ban nhân dân xã Tân Lập", "tan-lap-60-kh-ubnd",
    ),
    "a provincial body that speaks of its districts": Case(
        f"ỦY BAN NHÂN DÂN\nTỈNH QUẢNG TRỊ\n{MOTTO}Số: 60/KH-UBND\nQuảng Trị, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\n"
        f"Thí điểm chuyển đổi số tại huyện Hải Lăng\n{BODY}",
        "", "Quảng Trị", "Ủy ban nhân dân tỉnh Quảng Trị", "quang-tri-60-kh-ubnd",
    ),
    "a department of the province with society in its name": Case(
        f"UBND TỈNH QUẢNG TRỊ\nSỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI\n{MOTTO}Số: 60/KH-SLĐTBXH\nQuảng Trị, ngày 2 tháng 3 năm 2022\n"
        f"KẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "", "Quảng Trị", "Sở Lao động - Thương binh và Xã hội tỉnh Quảng Trị", "quang-tri-60-kh-sldtbxh",
    ),
    "a decision of a district's chairman": Case(
        f"ỦY BAN NHÂN DÂN\nHUYỆN KRÔNG PẮC\n{MOTTO}Số: 901/QĐ-UBND\nKrông Pắc, ngày 2 tháng 3 năm 2022\nQUYẾT ĐỊNH\nBan hành Quy chế\n"
        "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN KRÔNG PẮC\nCăn cứ Luật Tổ chức chính quyền địa phương;\nQUYẾT ĐỊNH:\nĐiều 1. Ban hành Quy chế.\n",
        "huyện Krông Pắc", "Đắk Lắk", "Ủy ban nhân dân huyện Krông Pắc", "krong-pac-901-qd-ubnd",
    ),
}  # fmt: skip

CASES |= {
    "short kinds": Case(
        f"UBND XÃ EA TUL - H. CƯ M'GAR\n{MOTTO}Số: 38/KH-UBND\nEa Tul, ngày 15 tháng 3 năm 2024\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "xã Ea Tul", "Đắk Lắk", "Ủy ban nhân dân xã Ea Tul, huyện Cư M'gar", "ea-tul-38-kh-ubnd",
    ),
    "a short kind of a city": Case(
        f"UBND TP. PLEIKU\n{MOTTO}Số: 38/KH-UBND\nPleiku, ngày 15 tháng 3 năm 2024\nKẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "thành phố Pleiku", "Gia Lai", "Ủy ban nhân dân thành phố Pleiku", "pleiku-38-kh-ubnd",
    ),
    "a commune's committee of the party": Case(
        f"ĐẢNG BỘ HUYỆN HẢI LĂNG\nĐẢNG ỦY XÃ HẢI QUẾ\n*\nSố 3-NQ/ĐU\n{PARTY}Hải Quế, ngày 2 tháng 3 năm 2022\n"
        f"NGHỊ QUYẾT\nvề chuyển đổi số\n{BODY}",
        "xã Hải Quế", "Quảng Trị", "Đảng ủy xã Hải Quế", "hai-que-3-nq-du",
    ),
    "a body named with the kind, its term after it": Case(
        f"HUYỆN ỦY HẢI LĂNG\n*\nSố 3-NQ/HU\n{PARTY}Hải Lăng, ngày 2 tháng 3 năm 2022\nNGHỊ QUYẾT\n"
        f"CỦA BAN CHẤP HÀNH ĐẢNG BỘ HUYỆN (KHÓA XVI)\nvề chuyển đổi số\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ban Chấp hành Đảng bộ huyện Hải Lăng khóa XVI", "hai-lang-3-nq-hu",
    ),
    "a district called in normal case": Case(
        f"Ủy ban nhân dân\nHuyện Hải Lăng\n{MOTTO}Số: 3/KH-UBND\nHải Lăng, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nHoạt động\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-3-kh-ubnd",
    ),
    "a slip in a mark": Case(
        f"UỶ BAN NHÂN DÂN\nHUYỆN HAI LĂNG\n{MOTTO}Số: 3/KH-UBND\nHải Lăng, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nHoạt động\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-3-kh-ubnd",
    ),
    "no letterhead, the chairman as authority, no number": Case(
        "QUYẾT ĐỊNH\nVề việc ban hành Kế hoạch chuyển đổi số\nCHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN HẢI LĂNG\n"
        "Căn cứ Luật Tổ chức chính quyền địa phương;\nQUYẾT ĐỊNH:\nĐiều 1. Ban hành Kế hoạch.\n",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-quyet-dinh",
    ),
    "no letterhead, the sentence that issues it": Case(
        "Số: 38/KH-UBND\nKẾ HOẠCH\nChuyển đổi số năm 2024\nCăn cứ Quyết định số 749/QĐ-TTg;\n"
        f"Ủy ban nhân dân huyện Hải Lăng ban hành Kế hoạch chuyển đổi số với những nội dung sau:\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-38-kh-ubnd",
    ),
    "a plan attached to a district's decision": Case(
        "KẾ HOẠCH\nChuyển đổi số năm 2024\n"
        f"(Ban hành kèm theo Quyết định số 3012/QĐ-UBND ngày 21 tháng 10 năm 2023 của Chủ tịch Ủy ban nhân dân huyện Hải Lăng)\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-3012-qd-ubnd",
    ),
    "a district's youth union": Case(
        f"HUYỆN ĐOÀN HẢI LĂNG\n***\nSố: 3-KH/ĐTN\nHải Lăng, ngày 2 tháng 3 năm 2022\nKẾ HOẠCH\nHoạt động\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Huyện đoàn Hải Lăng", "hai-lang-3-kh-dtn",
    ),
    "a district's police below the province's": Case(
        f"CÔNG AN TỈNH QUẢNG TRỊ\nCÔNG AN HUYỆN HẢI LĂNG\n{MOTTO}Số: 3/KH-CAH\nHải Lăng, ngày 15 tháng 3 năm 2024\n"
        f"KẾ HOẠCH\nHoạt động\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Công an huyện Hải Lăng", "hai-lang-3-kh-cah",
    ),
    "a ward's department since 2025": Case(
        f"UBND PHƯỜNG NINH KIỀU\nPHÒNG VĂN HÓA - XÃ HỘI\n{MOTTO}Số: 3/KH-VHXH\nNinh Kiều, ngày 15 tháng 9 năm 2025\n"
        f"KẾ HOẠCH\nHoạt động\n{BODY}",
        "phường Ninh Kiều", "Cần Thơ", "Phòng Văn hóa - Xã hội phường Ninh Kiều", "ninh-kieu-3-kh-vhxh",
    ),
    "a draft of a district": Case(
        f"ỦY BAN NHÂN DÂN\nHUYỆN HẢI LĂNG\n{MOTTO}DỰ THẢO\nSố:     /KH-UBND\nHải Lăng, ngày     tháng 3 năm 2024\n"
        f"KẾ HOẠCH\nChuyển đổi số\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-ke-hoach",
    ),
    "a province's receiving stamp on a district's report": Case(
        "VĂN PHÒNG UBND TỈNH\nCÔNG VĂN ĐẾN\nSố: 5512\nNgày: 03/7/2023\nỦY BAN NHÂN DÂN\nHUYỆN HẢI LĂNG\n"
        f"{MOTTO}Số: 38/BC-UBND\nHải Lăng, ngày 01 tháng 7 năm 2023\nBÁO CÁO\nChuyển đổi số\n{BODY}",
        "huyện Hải Lăng", "Quảng Trị", "Ủy ban nhân dân huyện Hải Lăng", "hai-lang-38-bc-ubnd",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_issuers_below_the_province(name: str) -> None:
    case = CASES[name]
    read_as = document(case.raw)
    assert (read_as.locality, read_as.province, read_as.body, read_as.id) == (case.locality, case.province, case.body, case.id)


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_of_the_issuer_stands_where_it_says(name: str) -> None:
    read_as = document(CASES[name].raw)
    for field in ("locality", "province", "body"):
        for fact in read_as.facts.get(field, ()):
            assert read_as.text[fact.start : fact.end].strip()
    for fact in read_as.facts.get("locality", ()):
        assert flatten(fact.value.split()[-1])[:1] == flatten(read_as.text[fact.start : fact.end].split()[-1])[:1]


SIGNED = (
    f"ỦY BAN NHÂN DÂN\nHUYỆN HẢI LĂNG\n{MOTTO}Số: 38/KH-UBND\nHải Lăng, ngày 15 tháng 3 năm 2024\nKẾ HOẠCH\nChuyển đổi số năm 2024\n{BODY}"
    "Nơi nhận:\n- UBND tỉnh (b/c);\n- TVHU, TT.HĐND huyện;\n- UBND các xã, thị trấn;\n- Lưu: VT, VHTT.\n"
)


@pytest.mark.parametrize(
    "signature",
    [
        "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(Đã ký)\nCáp Xuân Tá\n",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH\nCáp Xuân Tá\n",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Cáp Xuân Tá\n",
        "TM. ỦY BAN NHÂN DÂN HUYỆN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nCÁP XUÂN TÁ\n",
    ],
)
def test_the_foot_of_a_districts_plan(signature: str) -> None:
    read_as = document(SIGNED + signature)
    said = {k: [f.value for f in v] for k, v in read_as.facts.items()}
    assert (said["signer"], said["signer_role"]) == (["Cáp Xuân Tá"], ["Phó Chủ tịch"])
    assert said["recipients"] == ["UBND tỉnh (b/c)", "TVHU, TT.HĐND huyện", "UBND các xã, thị trấn", "Lưu: VT, VHTT"]
    assert read_as.body == "Ủy ban nhân dân huyện Hải Lăng"


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("ỦY BAN NHÂN DÂN HUYỆN CHÂU THÀNH A", ["huyện Châu Thành A"]),
        ("UBND phường Phan Rang, TP. Phan Rang - Tháp Chàm", ["phường Phan Rang", "thành phố Phan Rang - Tháp Chàm"]),
        ("THỊ XÃ BÌNH LONG - TỈNH BÌNH PHƯỚC", ["thị xã Bình Long", "tỉnh Bình Phước"]),
        ("BAN CHỈ HUY QUÂN SỰ HUYỆN EA H'LEO", ["huyện Ea H'leo"]),
        ("SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", []),
        ("LIÊN MINH HỢP TÁC XÃ VIỆT NAM", []),
        ("ỦY BAN NHÂN DÂN CÁC XÃ, PHƯỜNG", []),
        ("QUẬN ỦY QUẬN 3", ["Quận 3"]),
        ("Phòng Quản lý đô thị thành phố Đông Hà", ["thành phố Đông Hà"]),
        ("HUYỆN ỦY IA H'DRAI", ["huyện Ia H'Drai"]),
    ],
)  # fmt: skip
def test_units_that_names_of_bodies_end_with(name: str, full: list[str]) -> None:
    assert [u.full for u in units_in(name)] == full


def test_bundled_documents_are_of_their_provinces() -> None:
    for own in bundled():
        assert own.locality == ""
        assert "locality" not in read_metadata(own.text, own.passages).facts()


def test_the_library_and_the_index_keep_it(tmp_path: Path) -> None:
    from index.store import build, embedded_text, open_index

    raw = CASES["a district"].raw
    own = document(raw)
    library = Library.open(tmp_path)
    with library.change() as change:
        change.put(own, Original(raw.encode(), "f.txt", "text"))
    kept = next(d for d in library.documents() if d.id == own.id)
    assert kept == own
    assert embedded_text(own, own.passages[-1]).startswith("huyện Hải Lăng, Quảng Trị. ")
    build(tmp_path, library.documents(), None, progress=lambda done, total: None)
    index = open_index(tmp_path, model=None, corpus=library.digest())
    assert next(d for d in index.documents if d.id == own.id).locality == "huyện Hải Lăng"


def test_the_operator_may_say_it() -> None:
    own = document(CASES["a commune of which nothing tells the province"].raw)
    said = corrected(own, checked({"locality": "phường Tân Lập", "province": "Đắk Lắk"}))
    assert (said.locality, said.province, name_of(said, "f.txt")) == ("phường Tân Lập", "Đắk Lắk", "tan-lap-60-kh-ubnd")


def test_an_article_whose_word_stands_on_a_line_of_its_own() -> None:
    prose = "\n\n".join(
        f"{n}. Cơ quan, đơn vị lấy ý kiến gửi đến cơ quan, đơn vị cần xin ý kiến\n"
        f"ít nhất 03 ngày làm việc trước thời hạn quy định tại Hệ thống\nnày."
        for n in range(1, 9)
    )
    raw = f"**Chương\nI**\n\n**QUY ĐỊNH CHUNG**\n\n**Điều\n1. Phạm vi điều chỉnh**\n\n{prose}\n\n**Điều\n12. Hiệu lực**\n\n{prose}\n"
    text = "\n".join(b.text for b in read(raw.encode(), "f.md").blocks)
    assert "Chương I\n" in text
    assert "\nĐiều 1. Phạm vi điều chỉnh\n" in text
    assert "\nĐiều 12. Hiệu lực\n" in text


def test_a_title_in_capitals_takes_no_capital_from_the_beginning_of_items() -> None:
    raw = (
        "Số: 12/CT-UBND\nCHỈ THỊ\nVỀ VIỆC TĂNG CƯỜNG CẢI CÁCH THỦ TỤC HÀNH CHÍNH\nĐể khắc phục tồn tại, Chủ tịch yêu cầu:\n"
        "a) Tăng cường các kênh thông tin;\nb) Cải cách tổ chức bộ máy.\n"
    )
    assert document(raw).title == "Chỉ thị về việc tăng cường cải cách thủ tục hành chính"


def test_a_question_on_a_district_is_answered_from_its_own_plan(tmp_path: Path) -> None:
    from index.store import build, open_index
    from qa.answer import Status
    from qa.assistant import Assistant

    target = "II. MỤC TIÊU\n- Tối thiểu 65% hồ sơ thủ tục hành chính được nộp trực tuyến trong năm 2024.\n"
    own = document(CASES["a district"].raw + target)
    build(tmp_path, [own], None, progress=lambda done, total: None)
    assistant = Assistant(open_index(tmp_path, model=None, corpus=corpus_digest([own])), None)
    asked = "Huyện {} đặt mục tiêu bao nhiêu phần trăm hồ sơ thủ tục hành chính nộp trực tuyến năm 2024?"
    answer = assistant.ask(asked.format("Hải Lăng"))
    assert answer.status is Status.ANSWERED
    assert "65%" in answer.text
    for other in ("Đakrông", "Phù Cát"):
        assert assistant.ask(asked.format(other)).status is Status.NOT_FOUND
