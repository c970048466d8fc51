"""The page as it is served in a container: an ordinary user, a read-only root, and only the data folder and /tmp to write to."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from page_process import DONG_NAI, ROOT

NOBODY = 65534
INSIDE = """
import json, os, subprocess, sys
root, data, program = sys.argv[1:4]
sys.path[:0] = [root, root + "/tests"]
def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
mount("--make-rprivate", "/")
mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/mnt")
# /tmp is made anew, and so are folders that an ordinary user may not enter; what the program is made of shines through.
kept = dict.fromkeys((sys.base_prefix, sys.prefix, root, data))
for n, path in enumerate(kept):
    os.mkdir(f"/mnt/{n}")
    mount("--bind", path, f"/mnt/{n}")
closed = {"/" + path.split("/")[1] for path in kept if not os.stat("/" + path.split("/")[1]).st_mode & 1}
for path in closed | {"/tmp"}:
    mount("-t", "tmpfs", "-o", "mode=1777" if path == "/tmp" else "mode=755", "tmpfs", path)
for n, path in enumerate(kept):
    os.makedirs(path, exist_ok=True)
    mount("--bind", f"/mnt/{n}", path)
    if path != data:
        mount("-o", "remount,ro,bind", path)
mount("--bind", data, data)
for path in ("/", *closed):
    mount("-o", "remount,ro,bind", path)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.environ |= {"HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
refused = []
for path in ("/etc/x", "/usr/x", root + "/x", "/var/x"):
    try:
        open(path, "w").close()
    except OSError as error:
        refused.append(error.errno)
from pathlib import Path
from page_process import running
folder = Path(data)
(folder / "vb.txt").write_text(program, "utf-8")
command = [sys.executable, "-m", "qa.cli", "add", str(folder / "vb.txt"), "--data", str(folder / "data")]
added = subprocess.run(command, cwd=root, capture_output=True, text=True)
with running(folder, NGHIQUYET_OPERATOR_PASSWORD="mat khau dai", PYTHONPATH=root) as page:
    body = json.dumps({"question": "Kinh tế số trong GRDP của Đồng Nai năm 2030?"}).encode()
    answer = json.loads(page.open("/api/ask", body, {"Content-Type": "application/json"}))["answer"]
    health = json.loads(page.open("/healthz"))["status"]
print(json.dumps({"refused": len(refused), "added": added.returncode, "answer": answer, "health": health, "said": added.stderr[-500:]}))
"""


def test_an_ordinary_user_on_a_read_only_root(tmp_path: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("takes root and unshare")
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    command = ["unshare", "--mount", sys.executable, "-c", INSIDE, str(ROOT), str(data), DONG_NAI]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, cwd="/")
    if "mount" in done.stderr and "CalledProcessError" in done.stderr:
        pytest.skip("mounts are not allowed here")
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["refused"] == 4
    assert found["added"] == 0, found["said"]
    assert "33%" in found["answer"]
    assert found["health"] == "ok"
    # All it left lies in the data folder.
    assert (data / "data" / "library.sqlite").stat().st_uid == NOBODY
