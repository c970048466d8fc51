"""How people ask for what a document says of itself: its signer, date, number, body, recipients, annexes.

Patterns over the question in lower case, diacritics restored, abbreviations written out, as those of `qa.patterns`.
"""

from qa.patterns import any_of

_WHICH_DAY = r"(?:ngày|khi|hôm|lúc|năm|tháng) (?:nào|mấy|bao nhiêu)"
_DOCUMENT = r"(?:nghị quyết|văn bản|kế hoạch|quyết định|chỉ thị|chương trình|đề án)"
_PATTERNS = {
    "signer": any_of(
        r"(?:ai|người nào|đồng chí nào|ông nào|bà nào)(?: \w+){0,4} ký(?! (?:kết|hợp đồng|số|hiệp định|thỏa thuận|cam kết))",
        "người ký",
        rf"ký (?:nghị quyết|văn bản|ban hành|tên)(?! (?:vào )?{_WHICH_DAY})",
        "do ai ký",
        r"(?:chức danh|chức vụ).*(?<!\w)ký",
        r"ký(?!\w).*(?:chức danh|chức vụ)",
    ),
    "issued": any_of(
        rf"ký (?:nghị quyết|văn bản|ban hành)?.*{_WHICH_DAY}",
        rf"(?:ban hành|ra đời|ra|đề) (?:vào |từ |hồi )?(?:ngày tháng )?{_WHICH_DAY}",
        r"ngày (?:tháng )?(?:ban hành|ký|ra)",
        r"bao giờ (?:thì )?ban hành",
        r"(?:ban hành|ký) (?:vào )?ngày$",
        r"(?:nghị quyết|văn bản|kế hoạch|quyết định|chỉ thị)(?!\w).*(?<!\w)(?:ban hành|ký)(?!\w).*(?<!\w)(?<!chậm nhất )(?<!nhất là )"
        r"(?<!trước )(?<!hạn )ngày (?:mấy|nào)",
        "ban hành bao giờ",
        r"(?:(?<=số mấy )|(?<=số mấy, )|(?<=số mấy và )|(?<=số nào, )|(?<=số gì, )|(?<=số bao nhiêu, ))(?:(?:ban hành|ký|ra) )?(?:vào )?"
        r"ngày (?:tháng )?(?:năm )?(?:nào|mấy)",
        r"(?:số|ký) hiệu(?: ?,| và| với| cùng)(?: \w+)? ngày(?! \d)(?: \w+){0,3}",
        r"(?<!\w)(?:nào|ai)(?!\w).*(?:ban hành|ra đời|được ký)(?: \w+){0,5} (?:trước|sau|sớm nhất|muộn nhất|sớm hơn|muộn hơn)\W*$",
        rf"{_DOCUMENT} nào (?:được )?(?:ban hành|ra đời|ký)(?: \w+){{0,2}} (?:năm|tháng|ngày) \d{{1,4}}",
        rf"(?:cái|bản|{_DOCUMENT}) nào (?:ra|ban hành|có|ký)(?: \w+)? (?:trước|sau|sớm|mới|cũ|đầu tiên)",
    ),
    "effective": any_of(
        rf"(?:có )?hiệu lực (?:thi hành )?(?:kể )?(?:từ |vào )?(?:lúc )?(?:{_WHICH_DAY}|bao giờ)",
        r"(?:bao giờ|khi nào|lúc nào|chừng nào|hôm nào|ngày nào)(?: \w+){0,4} (?:có )?hiệu lực",
        r"hiệu lực(?: \w+){0,2} bao giờ",
        "ngày có hiệu lực",
        rf"(?:{_DOCUMENT}|chính sách|quy định)(?!\w).*(?:bao giờ|(?:khi|lúc|hôm|chừng|ngày) nào)(?: thì)? (?:mới )?(?:bắt đầu )?(?:được )?"
        r"(?:áp dụng|thi hành|có giá trị)(?!\w)",
        rf"(?:{_DOCUMENT}|chính sách|quy định)(?!\w).*(?:áp dụng|thi hành|có giá trị) (?:kể )?từ {_WHICH_DAY}",
    ),
    "replaces": any_of(
        r"(?:thay thế|thay|bãi bỏ|huỷ bỏ|hủy bỏ)(?: cho| đi)? (?:những |các |mấy )?"
        r"(?:nghị định|thông tư|quyết định|nghị quyết|luật|kế hoạch|chỉ thị|quy chế|văn bản)(?: \w+){0,2}"
        r" (?:nào|gì|số mấy|số nào|trước đó|trước đây|cũ)",
        rf"{_DOCUMENT} (?:nào )?(?:bị|được) (?:nó )?(?:thay thế|bãi bỏ)",
    ),
    "number": any_of(
        r"(?:số|ký) hiệu(?! (?!(?:của|là|gì|mấy|nào|bao nhiêu|này|đó|và|ngày|văn bản|nghị quyết|kế hoạch|quyết định|chỉ thị|thông tư"
        r"|nghị định|luật|chương trình|đề án|chiến lược)(?!\w))\w)",
        r"(?:nghị quyết|văn bản) (?:này |đó )?(?:mang )?số (?:mấy|bao nhiêu|nào|gì)",
        "mang số",
        r"ban hành(?!\w).*(?<!\w)(?:bằng|tại|theo|kèm theo) (?:nghị quyết|quyết định|kế hoạch|văn bản)(?: nào)?,?"
        r" số (?:mấy|bao nhiêu|nào|gì)",
        r"^(?:nghị quyết|quyết định|kế hoạch|chỉ thị|thông tư|nghị định|đề án) (?:về|của)(?: [\w,]+){1,20}"
        r" số (?:mấy|bao nhiêu)(?!\w)(?! phần)",
        r"(?<!ký )(?<!một )(?<!tổng )số (?:của )?(?:nghị quyết|văn bản|quyết định|kế hoạch|nghị định|thông tư|chỉ thị)",
        r"(?<!\w)(?<!ký )số(?: ?,| và)? ngày (?:tháng )?(?:năm )?(?:ban hành|ký)(?!\w)",
        r"^(?:nghị quyết|quyết định|kế hoạch|chỉ thị|thông tư|nghị định|đề án|văn bản)(?!\w).*(?<!gọi )(?<!đài )(?<!thoại )(?<!máy )số"
        r" (?:mấy|bao nhiêu|nào|gì)(?= ?(?:$|[,?]|(?:và|vậy|thế|nhỉ|ạ|ra|ban hành|ngày|do|ai|ký)(?!\w)))",
        r"^(?:cho (?:biết|hỏi|xem) )?số(?: hiệu)?(?: ?,| và)(?: \w+){0,2} ?(?:ngày|người ký|cơ quan)(?!\w)",
    ),
    "body": any_of(
        r"(?:ai|(?:cơ quan|cấp|tổ chức|đơn vị|ban) nào) (?:đã )?(?:là nơi )?(?:ban hành|ra nghị quyết)",
        r"do (?:ai|cơ quan nào|cấp nào) ban hành",
        "cơ quan ban hành",
        "ban hành bởi",
        rf"{_DOCUMENT}(?!\w).* (?:là )?của (?:ai|(?:cơ quan|cấp|đơn vị|tỉnh|nơi|ban) nào)\W*$",
        rf"{_DOCUMENT}(?!\w).* của [^,.]{{3,40}} hay (?:là )?(?:của )?(?:hội đồng|tỉnh ủy|thành ủy|ủy ban|ban thường vụ|ban chấp hành)",
    ),
    "title": any_of(
        r"tên (?:đầy đủ|gọi)?(?: của)? ?(?:nghị quyết|văn bản)",
        r"(?:nghị quyết|văn bản)(?: \w+){0,8} (?:tên là gì|có tên|về (?:việc|vấn đề) gì)",
        r"(?:nghị quyết|văn bản|chương trình)(?: \w+){0,14} giai đoạn nào",
        "trích yếu",
    ),
    "recipients": any_of(
        "nơi nhận",
        r"^(?!.*(?<!\w)báo cáo(?!\w)).*(?:nghị quyết|văn bản|kế hoạch|quyết định|chỉ thị).{0,60}(?<!\w)gửi (?:cho |đến |tới |về )?"
        r"(?:ai|đâu|mấy|những|các|cơ quan|bộ|nơi|chỗ)",
        r"^(?!.*(?<!\w)báo cáo(?!\w)).*(?<!\w)gửi (?:cho|đến|tới) (?:ai|những ai|cơ quan nào|những cơ quan|những nơi|đâu)",
        rf"gửi {_DOCUMENT}(?: này| đó| ấy)? (?:cho|đến|tới|về|đi)"
        r" (?:ai|đâu|(?:những |các |mấy )?(?:ai|nơi|chỗ|cơ quan|đơn vị|địa chỉ) nào)",
        rf"{_DOCUMENT}.* lưu (?:ở|tại|trữ ở|trữ tại)? ?(?:đâu|(?:cơ quan|văn phòng|chỗ|nơi) nào)",
        rf"(?:cơ quan|văn phòng|nơi|chỗ) nào lưu (?:trữ )?{_DOCUMENT}",
    ),
    "bases": any_of(
        r"(?:căn cứ|cơ sở) pháp lý",
        r"(?:căn cứ|dựa) (?:vào |trên |theo )?(?:cơ sở )?(?:những |các |mấy )?"
        r"(?:luật|nghị định|nghị quyết|quyết định|văn bản|chương trình hành động|chỉ thị|kết luận|kế hoạch)"
        r"(?:, (?:luật|nghị định|nghị quyết|quyết định|văn bản))* (?:nào|gì|số (?:mấy|nào|bao nhiêu))",
        r"ban hành (?:căn cứ|dựa|trên cơ sở|theo đề nghị).{0,40}(?<!\w)(?:nào|gì|ai)",
        r"^(?:(?:cái|bản) )?(?:kế hoạch|chương trình hành động|chương trình|đề án|nghị quyết|quyết định)(?!\w).{0,160}(?<!\w)"
        r"(?:triển khai|thực hiện|cụ thể hóa|theo)(?: theo)?"
        r" (?:những |các |mấy )?(?:văn bản|nghị quyết|quyết định|chỉ thị|thông báo|kết luận|chiến lược|công văn)"
        r"(?: chỉ đạo)? (?:nào|gì|số mấy)(?!\w)",
        rf"(?:trong|ở|tại|thuộc) (?:phần )?căn cứ(?!\w).*(?<!\w)"
        rf"(?:số hiệu|số (?:mấy|bao nhiêu|nào|gì)|(?:{_DOCUMENT}|quy chế|luật) nào)(?!\w)",
    ),
    "proposal": any_of(
        r"tờ trình (?:của|nào|số (?:mấy|nào|bao nhiêu|gì))",
        rf"tờ trình(?!\w).*(?<!\w)ban hành (?:\w+ ){{0,2}}?{_DOCUMENT}(?!\w).* số (?:mấy|nào|bao nhiêu|gì)",
        r"(?:ai|(?:cơ quan|sở|đơn vị|ban|bộ) nào) (?:đã )?(?:đề nghị|trình)(?: \w+){0,2}"
        r" (?:ban hành|nghị quyết|kế hoạch|quyết định|văn bản)",
        rf"{_DOCUMENT}(?!\w).* (?:sở|cơ quan|đơn vị|bộ) nào (?:đề nghị|trình)(?!\w)",
        r"theo (?:đề nghị|tờ trình) của (?:ai|(?:cơ quan|sở|đơn vị|ban|bộ) nào)",
    ),
    "session": any_of(
        r"(?:hội nghị|kỳ họp|phiên họp) (?:nào|mấy|lần (?:thứ )?(?:mấy|nào))",
        rf"(?:{_DOCUMENT}|ban chấp hành|ban thường vụ|hội đồng nhân dân|tỉnh ủy)(?!\w).* (?:khóa|khoá|nhiệm kỳ) (?:nào|mấy|bao nhiêu)",
        r"(?:khóa|khoá|nhiệm kỳ) (?:nào|mấy)(?: \w+){0,3} (?:ban hành|thông qua)",
    ),
    "adopted": any_of(
        rf"{_DOCUMENT}(?!\w).* thông qua (?:vào )?(?:(?:hôm|ngày|lúc|khi|tháng|năm) (?:nào|mấy)|bao giờ)",
        rf"(?:ngày|hôm|khi|lúc|bao giờ) (?:nào )?.*(?:thông qua|biểu quyết) {_DOCUMENT}",
        rf"ngày thông qua {_DOCUMENT}",
        rf"thông qua (?:bản )?{_DOCUMENT}(?: (?:này|đó|ấy))?(?: vào)? (?:(?:hôm|ngày|lúc|khi|tháng|năm) (?:nào|mấy)|bao giờ)",
    ),
    "place": any_of(rf"{_DOCUMENT}(?!\w).*(?:ban hành|ký|ra đời) (?:ở|tại) (?:đâu|(?:chỗ|nơi|tỉnh|thành phố) nào)"),
    "annex": any_of(rf"{_DOCUMENT}(?!\w).*(?:có|kèm|mấy|bao nhiêu)(?: theo| kèm)? phụ lục(?! \w*\d)(?! \w+ (?:nói|quy định|ghi|có))"),
    "secrecy": any_of(rf"{_DOCUMENT}(?!\w).*(?:đóng dấu|độ|thuộc loại|là tài liệu|có) mật"),
    "pages": any_of(rf"{_DOCUMENT}(?!\w).*(?:mấy|bao nhiêu) trang(?! (?:thông tin|web|điện tử|bị|mạng))"),
}
_OF_LETTERHEAD = frozenset({"signer", "issued", "number", "body"})
_ASIDE = {
    "issued": any_of(r"(?:ban hành |ra |ký )?ngày (?:nào|mấy|bao nhiêu|tháng|ban hành|ký)", "hôm nào", "bao giờ"),
    "number": any_of("số (?:ký )?hiệu", "số (?:mấy|bao nhiêu|nào|gì)(?! phần)"),
}
"""How what stands beside it in the letterhead is asked for, once one of it is: "số mấy, ngày nào", "ai ký, hôm nào"."""


def facts(question: str) -> tuple[str, ...]:
    """Which facts of a document's own are asked for; the names of `qa.metadata` in no order."""
    found = tuple(name for name, pattern in _PATTERNS.items() if pattern.search(question))
    if "bases" in found:  # the number asked for is of what it is based on
        found = tuple(f for f in found if f != "number")
    if "proposal" in found:  # its number and its body are of the proposal
        return ("proposal",)
    if not _OF_LETTERHEAD.intersection(found):
        return found
    return (*found, *(name for name, pattern in _ASIDE.items() if name not in found and pattern.search(question)))
