"""The whole product without a network but this machine's own: it works, and it never tries another host, by name or by address."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from page_process import DONG_NAI, PASSWORD, ROOT
from test_hostile import watched, watching

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# Runs in a network of its own, which has two ways out: loopback, and a wire that leads nowhere but is listened to. Every frame on that
# wire is somebody's attempt to reach another host, whatever program made it: also those in which no audit hook sits.
INSIDE = """
import json, socket, subprocess, sys, threading
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
steps = json.loads(sys.argv[2])
frames = []
for command in (["ip", "link", "set", "lo", "up"], ["ip", "link", "add", "wire", "type", "dummy"],
                ["ip", "addr", "add", "192.0.2.1/24", "dev", "wire"], ["ip", "link", "set", "wire", "up", "arp", "off"],
                ["ip", "route", "add", "default", "dev", "wire"]):
    subprocess.run(command, check=False, capture_output=True)
listening = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
listening.bind(("wire", 0))
def listen():
    while True:
        frame = listening.recv(2000)
        # The kernel greets every new wire by itself: multicast of IPv6.
        if frame[12:14] == b"\\x86\\xdd" and frame[38:39] == b"\\xff":
            continue
        frames.append(frame.hex())
threading.Thread(target=listen, daemon=True).start()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # what the wire is for: it hears what goes out
    probe.sendto(b"x", ("198.51.100.1", 9))
import time
time.sleep(0.3)
heard = len(frames)
frames.clear()
from test_nothing_leaves import everything
said = everything(**steps)
time.sleep(0.5)
print(json.dumps({"heard": heard, "frames": frames[:10], "said": said}))
"""


def run(arguments: list[str], data: str, environment: dict[str, str], given: str = "") -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "qa.cli", *arguments, "--data", data]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=300, check=False, input=given)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def everything(folder: str, environment: dict[str, str]) -> dict[str, object]:
    """Every part of the product once; what it said."""
    from page_process import running

    data, here = f"{folder}/data", {**os.environ, **environment}
    said: dict[str, object] = {}
    run(["index"], data, here)
    said["ask"] = run(["ask", "Đến năm 2025 kinh tế số của Gia Lai phải chiếm bao nhiêu phần trăm GRDP?"], data, here)
    said["answer"] = run(["answer", "--in", "-", "--out", "-"], data, here, '{"id": "1", "question": "Ai ký nghị quyết của Trà Vinh?"}\n')
    said["add"] = run(["add", f"{folder}/in"], data, here)
    with running(Path(folder), NGHIQUYET_OPERATOR_PASSWORD=PASSWORD, **environment) as page:
        said["page"] = len(page.open("/"))
        body = json.dumps({"question": "Kinh tế số trong GRDP của Đồng Nai năm 2030?"}).encode()
        said["api"] = json.loads(page.open("/api/ask", body, {"Content-Type": "application/json"}))["answer"]
        said["metrics"] = page.open("/metrics")[:2000]
        if CHROMIUM:
            said["browser"] = _browsed(page.url)
    return said


def _browsed(url: str) -> str:
    from playwright.sync_api import sync_playwright

    # What the browser itself would like to ask is no part of the product.
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    flags += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-quic", "--disable-domain-reliability"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page()
        foreign: list[str] = []
        page.on("request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else foreign.append(r.url))
        page.goto(url)
        page.wait_for_selector("#o-hoi textarea", timeout=60_000)
        page.fill("#o-hoi textarea", "Ai ký nghị quyết của Thái Nguyên?")
        page.press("#o-hoi textarea", "Enter")
        page.wait_for_selector("#khung-chat .bot-row a.trich", timeout=60_000)
        answer = str(page.locator("#khung-chat .bot-row").last.inner_text())
        browser.close()
        assert foreign == []
    return answer


def _scan(file: Path) -> None:
    """A page as a scanner makes it."""
    from papers import decision, pictures, saved

    file.write_bytes(saved(pictures(decision(1), 150)[0], "PNG"))


def _cut_off() -> bool:
    """Whether a network of its own can be made here: Linux, as root or with user namespaces, and ip."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    return subprocess.run([*_unshare(), "ip", "link", "add", "wire", "type", "dummy"], capture_output=True, check=False).returncode == 0


def _unshare() -> list[str]:
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def test_the_whole_product_asks_no_other_host(tmp_path: Path) -> None:
    environment = watching(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "dong-nai.txt").write_text(DONG_NAI, "utf-8")
    if shutil.which("tesseract"):
        _scan(tmp_path / "in" / "quet.png")
    for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
        environment[name] = ""
    if _cut_off():
        steps = json.dumps({"folder": str(tmp_path), "environment": environment})
        command = [*_unshare(), sys.executable, "-c", INSIDE, str(ROOT), steps]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads(done.stdout.splitlines()[-1])
        assert found["heard"] > 0  # else nothing would have been noticed
        assert found["frames"] == []
        said = found["said"]
    else:
        said = everything(str(tmp_path), environment)
    assert "tối thiểu 20% GRDP" in said["ask"]
    assert json.loads(said["answer"])["status"] == "answered"
    assert "33%" in said["api"]
    assert said["page"] > 10_000
    if CHROMIUM:
        assert "Nguyễn Thanh Hải" in said["browser"]
    assert watched(tmp_path) == []


def test_the_watch_sees_what_it_is_for(tmp_path: Path) -> None:
    environment = {**os.environ, **watching(tmp_path)}
    code = """
import contextlib, socket, subprocess, urllib.request
for attempt in (
    lambda: urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://evil.example/", timeout=1),
    lambda: socket.create_connection(("198.51.100.1", 9), timeout=0.2),
    lambda: socket.gethostbyname("evil.example"),
    lambda: open(OUTSIDE, "w"),
    lambda: subprocess.run(["curl", "http://evil.example/"], capture_output=True),
    lambda: socket.create_connection(("127.0.0.1", 9), timeout=0.2),
):
    with contextlib.suppress(OSError):
        attempt()
"""
    outside = str(tmp_path / "outside")
    subprocess.run([sys.executable, "-c", code.replace("OUTSIDE", repr(outside))], env=environment, check=True, timeout=60)
    kinds = [line.split("\t")[0] for line in watched(tmp_path)]
    assert kinds == ["socket.getaddrinfo", "socket.getaddrinfo", "socket.connect", "socket.gethostbyname", "write", "subprocess.Popen"]
