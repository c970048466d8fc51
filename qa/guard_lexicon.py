"""The words the guard knows: those that state nothing, those that say alike, those that deny, and how bodies begin."""

from documents.normalise import canonical


def _syllables(text: str) -> frozenset[str]:
    return frozenset(canonical(w) for w in text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(canonical(w) for w in phrase.split()) for phrase in text.split("|"))


FRAME = _syllables(
    "theo nghị quyết văn bản kế hoạch tài liệu trích nêu rõ ghi đặt đề ra xác định yêu cầu quy mục tiêu chỉ phấn đấu hướng "
    "dự kiến sẽ cần phải được bị đạt là chiếm có gồm bao cụ thể đó ngoài đồng thời trong khi tỷ lệ số con mức tỉnh địa "
    "phương bàn toàn cả nước này đây ấy nói chung riêng như sau dưới nội dung phần điểm khoản câu năm tháng đến tới vào từ "
    "hết cuối đầu giai đoạn mốc gian việc công tác hoạt động các những một mọi mỗi từng tất bộ đều cũng đã đang còn lại ít "
    "nhất tối thiểu đa trên hơn khoảng gần chừng không chưa chẳng trừ kể lần trở lên xuống thứ xếp đứng hạng nhóm và hoặc "
    "hay với của cho ở tại bằng qua bởi do để nhằm giúp muốn thì mà nhưng tuy cùng ngay tận khâu rồi hiện nay tức nghĩa đối "
    "về thành làm đưa người ký chức danh tên ngày ban hành hiệu cơ quan nơi nhận tình hình trạng lĩnh vực sang so"
)
"""Syllables that report, join or count, and state nothing by themselves."""

ALIKE = """
sử dụng|dùng|xài|áp dụng|ứng dụng|khai thác|vận dụng
thực hiện|triển khai|tiến hành|tổ chức|làm|thi hành|đảm nhiệm|đảm nhận|cụ thể hóa
xây dựng|lập|thành lập|hình thành|thiết lập|tạo lập|lập ra|kiến tạo|lập nên
bảo đảm|đảm bảo
người dân|dân|nhân dân|dân số|công dân|bà con|dân cư|cá nhân
đứng đầu|dẫn đầu|hàng đầu|tốp đầu|top đầu|đi đầu|tiên phong|xung phong
nằm trong|thuộc|lọt vào|đứng trong|vào nhóm|có mặt trong
hỗ trợ|giúp|giúp đỡ|trợ giúp|tạo điều kiện|tạo thuận lợi
tuyên truyền|truyền thông|phổ biến|quán triệt|vận động
kinh phí|tiền|ngân sách|vốn|nguồn vốn|tài chính|nguồn lực|nguồn đầu tư
tối thiểu|ít nhất|không dưới
hằng năm|hàng năm|mỗi năm|/năm|từng năm|bình quân năm
hàng quý|hằng quý|mỗi quý|từng quý
hằng ngày|hàng ngày|mỗi ngày
đóng góp|chiếm|góp
giảm|cắt giảm|rút ngắn|giảm thiểu|giảm bớt
tăng|nâng|nâng cao|gia tăng|tăng thêm|tăng cường|cải thiện
nâng cấp|nâng cao|hiện đại hóa
phát triển|mở rộng|đẩy mạnh|thúc đẩy|tăng cường
khuyến khích|ưu tiên|động viên|thúc đẩy
còn ít|còn thấp|thấp|ít|chưa nhiều|hạn chế
thiếu|còn thiếu|chưa có|chưa đủ|yếu
mang lại|đem lại|tạo ra
khác nhau|nhiều
bao gồm cả|kể cả|gồm cả
chọn|lựa chọn|lấy
nhân rộng|mở rộng
thử nghiệm|thí điểm|làm thử|làm điểm|mô hình điểm|xã điểm|làm mẫu
giám sát|theo dõi|kiểm tra|giám định
quảng bá|giới thiệu|quảng cáo
đào tạo|bồi dưỡng|tập huấn|huấn luyện|dạy
phối hợp|cùng|hợp tác|liên kết|kết hợp
chủ trì|đứng đầu|phụ trách|đầu mối
lãnh đạo|chỉ đạo|điều hành|định hướng
giao|phân công|phân bổ
trách nhiệm|chịu trách nhiệm|nhiệm vụ
khả năng|có thể|năng lực
thuê bao|người dùng
hộ gia đình|nhà dân|hộ dân|gia đình
điện thoại thông minh|điện thoại di động thông minh|smartphone
tạo|tạo ra|tạo lập
vùng|khu vực|miền
chủ lực|trọng điểm|chính|mũi nhọn
trang bị|cung cấp|cấp
đưa ra|đề ra|ban hành
giữ|đóng|giữ vai trò|đóng vai trò
sớm|trước|trước tiên|trước hết
bán hàng|thương mại|kinh doanh|buôn bán
nhờ|dựa trên|dựa vào|trên cơ sở
thường xuyên|liên tục
kết quả|thành quả
báo chí|thông tin đại chúng|truyền thông
công nghệ thông tin|tin học
người lao động|công nhân|lao động
từ xa|trực tuyến|qua mạng
trực tuyến|online|qua mạng|môi trường mạng|môi trường số|trên mạng|điện tử
môi trường mạng|mạng|qua mạng|môi trường điện tử
internet|mạng
hồ sơ|giấy tờ
cáp quang|băng rộng cáp quang
kết nối|liên thông|tích hợp
đồng bộ|thống nhất
quan tâm|chú trọng|chú ý
ngăn chặn|phòng ngừa|phòng chống|phòng, chống
khắc phục|xử lý|giải quyết
bí mật|mật
đầy đủ|đủ
trường học|cơ sở giáo dục|nhà trường
bệnh viện|cơ sở y tế|cơ sở khám chữa bệnh
công ty|doanh nghiệp|hãng
đúng|chính xác
bỏ|không sử dụng|xóa bỏ|loại bỏ
lấy từ|bao gồm|gồm|huy động từ
chủ yếu|phần lớn|đa số|là chính
hài lòng|ưng ý|thỏa mãn
phủ|phủ sóng|bao phủ|kéo đến|đến|vươn tới
truy nhập|truy cập
khách du lịch|du khách
thông báo|công bố|công khai
nghiên cứu|xem xét|tìm hiểu
cấp huyện|huyện
cấp xã|xã
chung|tổng quát
điểm thu phát sóng|trạm phát sóng
thư điện tử|email|hộp thư điện tử
định kỳ|thường kỳ
"""
"""Phrases of like meaning in official and everyday Vietnamese; any of a row may stand for any other."""

ALONE = _syllables("chiem dung dan tien von lam giup lap tang giam nang phu chon giao day ban thieu yeu thap it mat du mang huyen xa")
"""Folded syllables that may stand for a phrase by themselves; others are too often halves of other words ("đổi mới")."""

ALL = _phrases("tất cả|mọi|toàn bộ|toàn thể")

BODY_HEADS = _syllables("ban bộ sở cục hội đoàn viện chi")
BODY_LEADS = _phrases(
    "công an|ban tuyên|ban dân|ban tổ|ban cán|ban chấp|ban thường|ban chỉ|ban nội|ban quản|ban bí|ban kinh|ban đối|ủy ban"
    "|hội đồng|đảng đoàn|đảng ủy|văn phòng|mặt trận|đoàn thanh|hội liên|hội nông|hội cựu|hội khuyến|liên đoàn|thủ tướng"
    "|chủ tịch|tỉnh ủy|thành ủy|huyện ủy|thị ủy|quốc hội|chính phủ|bộ chính|bộ chỉ|kho bạc|chi cục|thanh tra|viện kiểm"
    "|tòa án|bảo hiểm|ngân hàng|bộ công|bộ thông|bộ tài|bộ khoa|bộ giáo|bộ y|bộ nội|bộ quốc|bộ tư|bộ xây|bộ nông|sở thông"
    "|sở tài|sở khoa|sở giáo|sở y|sở nội|sở tư|sở công|sở nông|sở kế|sở xây|sở văn|sở du|sở lao|sở giao|bí thư|giám đốc"
    "|viện trưởng|kiểm toán"
)
"""The first two syllables of the names of bodies and offices."""
BODY_MORE = _syllables(
    "giáo vận chức ủy đảng nhân dân tỉnh cán sự đoàn phòng trận quốc tin thông tư hoạch đầu nghệ học thương binh hội vụ "
    "hành chính an tạo dục tế nước nghiệp môi trường nguyên lịch thao bộ đồng tướng phủ bí thư trung ương thanh niên phụ nữ "
    "đạo"
)
"""Small syllables inside the names of bodies ("Ban Tuyên giáo Tỉnh ủy")."""
RESOLVING = _syllables("đặt nêu yêu ban xác đề quyết giao ra chủ thông ký cho")
"""First syllables of what a body that issues a document does there."""
BEFORE_NAMES = _syllables("tỉnh huyện xã phường theo tại ở của và còn riêng về với từ đến do năm cả nghị khu hồ trung thị")
"""First words of sentences that a name may follow: "Tại Trà Vinh", "Tỉnh Gia Lai"."""

NO = _syllables("không chưa chẳng chớ đừng")
STOPS = _syllables("bỏ ngừng dừng hủy cấm thôi miễn tránh bãi khước")
NO_DENIAL_AFTER = _syllables("gian khí quân chỉ những dưới quá ít kém ngừng bao kể đầy tới đến thấp hơn vượt nhỏ lớn cao khéo")
"""Where one of these follows, "không" and "chưa" deny nothing ("không gian", "không chỉ", "không dưới")."""
WITH_CHI = _syllables("đạo tiêu số dẫn định thị huy")
""""chưa chỉ đạo" denies all the same."""
NO_DENIAL_BEFORE = _phrases("ngành hàng|cảng hàng|vận hàng|tải hàng|đường hàng|và hàng|mặt trên|sát trên|hợp trên")
"""Two syllables after which "không" is no denial: "cảng hàng không", "quan sát trên không"."""
LACKS = _syllables("thiếu chưa không chẳng bỏ ngừng dừng hủy cấm tránh xóa")
FALLS_SHORT = _syllables("ít thấp yếu chậm kém hạn thiếu")
LIGHT = _syllables("phải là có được thể cần thật sự hẳn hề những các và")
"""Syllables between a denial and what it denies."""

OPPOSITES = (
    ("tăng", "giảm"),
    ("nâng", "giảm"),
    ("cao", "thấp"),
    ("nhiều", "ít"),
    ("dễ", "khó"),
    ("nhanh", "chậm"),
    ("sớm", "muộn"),
    ("thiếu", "đủ"),
    ("thắng", "bại"),
    ("bắt buộc", "tự nguyện"),
    ("công khai", "bí mật"),
    ("trực tiếp", "gián tiếp"),
    ("tích cực", "tiêu cực"),
    ("chủ quan", "khách quan"),
)
NO_OPPOSITE = _phrases("ít nhất|nhiều nhất|cao nhất|thấp nhất|tăng cường|nâng cấp|nâng cao|cao đẳng")
MAY_BE_DONE = _syllables("đặt đề nêu ban xác giao yêu quy hướng hứa cam chỉ ghi có")
"""What a document that sets goals has done: "đã đặt mục tiêu"."""
