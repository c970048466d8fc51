"""The product's own processes as a person starts them, for measuring: `nghiquyet ask` and the web page.

They run with this interpreter, on the loopback address, with a data folder of their own, and always come to an end.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

PAGE_QUESTION = "Đến năm 2025 Gia Lai đặt mục tiêu kinh tế số chiếm bao nhiêu phần trăm GRDP?"
_HOST = "127.0.0.1"
_LONGEST = 300.0  # seconds; a first run may have to embed all documents
_ROOT = Path(__file__).resolve().parents[1]
_STATUS = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB", re.MULTILINE)

T = TypeVar("T")


class ProcessError(Exception):
    """A process did not do what was asked; the message holds the end of what it wrote."""


def ask_once(data: Path) -> float:
    """Seconds that one `nghiquyet ask` takes from start to end.

    Raises:
        ProcessError: it failed, or took longer than five minutes.
    """
    start = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "qa.cli", "ask", PAGE_QUESTION],
            cwd=_ROOT,
            env=_environment(data),
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProcessError(f"`ask` had not answered after {_LONGEST:.0f} seconds") from None
    taken = time.perf_counter() - start
    if done.returncode:
        raise ProcessError(f"`ask` ended with exit code {done.returncode}: {_end(done.stderr)}")
    return taken


def page_memory(data: Path) -> dict[str, float]:
    """Start the page, ask it a question, read its resident memory, stop it.

    Returns:
        `start_seconds` until the page is served, `before_mb` and `after_mb` the question, `peak_mb`.

    Raises:
        ProcessError: the page does not come up within five minutes, or has nothing to ask through.
    """
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        command = [sys.executable, "-m", "qa.cli", "chat", "--host", _HOST, "--port", str(port)]
        page = subprocess.Popen(command, cwd=_ROOT, env=_environment(data), stdout=log, stderr=log)
        try:
            try:
                _wait_for(f"http://{_HOST}:{port}/", page)
                started = time.perf_counter() - start
                before = _resident_mb(page.pid)
                _ask_page(f"http://{_HOST}:{port}/")
                after = _resident_mb(page.pid)
            except ProcessError as error:
                log.seek(0)
                raise ProcessError(f"{error}: {_end(log.read())}") from error
        finally:
            _stop(page)
    return {"start_seconds": started, "before_mb": before["VmRSS"], "after_mb": after["VmRSS"], "peak_mb": after["VmHWM"]}


@dataclass(frozen=True)
class Server:
    """A running page and interface."""

    port: int
    process: "subprocess.Popen[bytes]"

    def memory_mb(self) -> float:
        """Its resident memory now (Linux; 0 elsewhere)."""
        return _resident_mb(self.process.pid)["VmRSS"] if Path("/proc/self/status").exists() else 0.0

    def processor_seconds(self) -> float:
        """Processor time it has taken so far (Linux; 0 elsewhere)."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        user, system = stat.read_text("ascii", errors="replace").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def count(self, name: str) -> float:
        """The value of one of its metrics, named with its labels."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://{_HOST}:{self.port}/metrics", timeout=60) as reply:
            lines = reply.read().decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).rpartition(" ")[2])


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Server]:
    """The page and the interface as a process of their own, over the library in `data`.

    Raises:
        ProcessError: they do not come up within five minutes.
    """
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "qa.cli", "chat", "--host", _HOST, "--port", str(port)]
        process = subprocess.Popen(command, cwd=_ROOT, env=_environment(data) | environment, stdout=log, stderr=log)
        try:
            try:
                _wait_for(f"http://{_HOST}:{port}/readyz", process)
            except ProcessError as error:
                log.seek(0)
                raise ProcessError(f"{error}: {_end(log.read())}") from error
            yield Server(port, process)
        finally:
            _stop(process)


def beside_busy(measure: Callable[[], T]) -> T:
    """`measure` while another process keeps one core busy."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(0.5)
        return measure()
    finally:
        busy.kill()
        busy.wait()


def memory_mb(name: str) -> float:
    """A line of this process's /proc/self/status in MB; 0 where there is none."""
    status = Path("/proc/self/status")
    found = re.search(rf"^{name}:\s+(\d+) kB", status.read_text("ascii") if status.exists() else "", re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _ask_page(url: str) -> None:
    # Importing Gradio's client takes a second that only this needs. Without analytics and proxies it asks no other host.
    from gradio_client import Client  # type: ignore[import-untyped]

    client = Client(url, verbose=False, analytics_enabled=False, download_files=False, httpx_kwargs={"trust_env": False})
    try:
        named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
        if "/ask" not in named:
            raise ProcessError(f"the page has no endpoint /ask, only {', '.join(named) or 'none'}")
        # Parameters after the question (conversation, filters) have defaults.
        client.submit(PAGE_QUESTION, api_name="/ask").result(timeout=_LONGEST)
    finally:
        client.close()


def _environment(data: Path) -> dict[str, str]:
    quiet = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"}
    return os.environ | quiet | {"NGHIQUYET_DATA": str(data)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, page: subprocess.Popen[bytes]) -> None:
    # No proxy: the page is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        if page.poll() is not None:
            raise ProcessError(f"the page ended with exit code {page.returncode}")
        try:
            with opener.open(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it is served, if not at the root
        except OSError:
            time.sleep(0.2)
    raise ProcessError(f"the page was not served after {_LONGEST:.0f} seconds")


def _resident_mb(pid: int) -> dict[str, float]:
    """VmRSS (now) and VmHWM (the most so far) in MB of 1024 * 1024 bytes."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace")
    return {name: int(kilobytes) / 1024 for name, kilobytes in _STATUS.findall(status)}


def _stop(page: subprocess.Popen[bytes]) -> None:
    page.terminate()
    try:
        page.wait(timeout=30)
    except subprocess.TimeoutExpired:
        page.kill()
        page.wait(timeout=10)


def _end(output: bytes) -> str:
    return output.decode("utf-8", errors="replace").strip()[-500:]
