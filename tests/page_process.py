"""The real page, started and stopped for tests, and the little of a client that they share."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
START = 300  # seconds; an index without kept vectors is embedded first
PASSWORD = "mật khẩu để thử"


@dataclass
class Page:
    """A running page: its address, process, and what it wrote."""

    url: str
    port: int
    process: "subprocess.Popen[str]"
    log: Path
    out: Path
    data: Path

    def open(self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> str:
        """The text at `path`; urllib's HTTPError where the page refuses."""
        request = urllib.request.Request(self.url + path, body, dict(headers or {}))
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as reply:
            return str(reply.read().decode("utf-8-sig"))


def command(*more: str) -> list[str]:
    """The command that starts the page."""
    return [sys.executable, "-m", "qa.cli", "chat", "--host", "127.0.0.1", *more]


@contextlib.contextmanager
def running(folder: Path, **environment: str) -> Iterator[Page]:
    """The page over a library of its own in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log, out, data = folder / "stderr", folder / "stdout", folder / "data"
    with log.open("w") as err, out.open("w") as std:
        process = subprocess.Popen(
            command("--port", str(port), "--data", str(data)),
            cwd=ROOT,
            stdout=std,
            stderr=err,
            text=True,
            env={**os.environ, **environment},
        )
        try:
            deadline = time.monotonic() + START
            while "Trang hỏi đáp" not in log.read_text("utf-8"):
                assert process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.2)
            yield Page(f"http://127.0.0.1:{port}", port, process, log, out, data)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


DONG_NAI = """TỈNH ỦY ĐỒNG NAI
ĐẢNG CỘNG SẢN VIỆT NAM
Số 15-NQ/TU
Đồng Nai, ngày 12 tháng 5 năm 2022

NGHỊ QUYẾT
về chuyển đổi số tỉnh Đồng Nai đến năm 2025, định hướng đến năm 2030

I. QUAN ĐIỂM
Chuyển đổi số là nhiệm vụ trọng tâm của cả hệ thống chính trị trong tỉnh Đồng Nai.

II. MỤC TIÊU
1. Mục tiêu đến năm 2025
- Kinh tế số trong GRDP của tỉnh đạt tối thiểu 17%.
- 95% hộ gia đình tại các khu công nghiệp được phủ mạng băng rộng cáp quang.
- Tỷ lệ dân số có tài khoản thanh toán điện tử trên 75%.
2. Mục tiêu đến năm 2030
- Kinh tế số trong GRDP của tỉnh đạt tối thiểu 33%.

III. TỔ CHỨC THỰC HIỆN
1. Ban Tuyên giáo Tỉnh ủy chủ trì tuyên truyền nghị quyết này.
2. Sở Thông tin và Truyền thông theo dõi, báo cáo định kỳ hằng năm.

T/M TỈNH ỦY
BÍ THƯ
Nguyễn Văn Thử
"""
"""A resolution made for tests, as a text file holds it."""
