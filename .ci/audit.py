"""Looks up what is pinned in constraints.txt in the vulnerability service of PyPI, through pip-audit.

python .ci/audit.py auto|always|never. What is found always fails. Where the service can't be reached, "auto" says so and passes, so that
`make check` works without a network, and "always" fails. Once the service has answered, anything but a whole report fails in both: a
report that broke off could hide what it had found.
"""

import json
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

SERVICE = "https://pypi.org/pypi/pip/json"
PATIENCE = 5  # seconds, also for the name to be looked up
ROOT = Path(__file__).resolve().parents[1]


def reachable() -> bool:
    """Whether the service answers; a server's refusal is an answer of something that stands in the way."""
    answered: list[bool] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(SERVICE, method="HEAD"), timeout=PATIENCE) as reply:
                answered.append(reply.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            pass

    # A thread, since a resolver that gets no answer takes longer than any timeout of a socket.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answered == [True]


def audit(pins: Path, mode: str) -> int:
    """The exit code: 0 where a whole report names no vulnerability."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(pins), "--no-deps", "--disable-pip"]
        run = subprocess.run([*command, "--progress-spinner", "off", "--format", "json", "--output", str(report)], text=True, check=False)
        try:
            found = json.loads(report.read_text("utf-8"))["dependencies"]
        except (OSError, ValueError, KeyError):
            print("audit: broke off without a report; try again, or leave it out with AUDIT=never", file=sys.stderr)
            return 1
    skipped = [d for d in found if "skip_reason" in d]
    for d in skipped[:10]:
        print(f"audit: {d['name']} was not looked up: {d['skip_reason']}", file=sys.stderr)
    vulnerable = [(d, v) for d in found for v in d.get("vulns", ())]
    for d, v in vulnerable:
        fixed = ", ".join(v.get("fix_versions", ())) or "no version yet"
        print(f"audit: {d['name']} {d['version']}: {v['id']} {' '.join(v.get('aliases', ()))}; fixed in {fixed}", file=sys.stderr)
    if len(skipped) == len(found):
        print("audit: NOT DONE, the service knows none of the packages; run `make audit` where PyPI itself can be reached", file=sys.stderr)
        return 1 if mode == "always" else 0
    if not vulnerable:
        print(f"audit: {len(found) - len(skipped)} packages, no known vulnerability", file=sys.stderr)
    return 1 if vulnerable or run.returncode else 0


def main(mode: str, pins: Path = ROOT / "constraints.txt") -> int:
    """Run in one of the three modes."""
    if mode == "never":
        print("audit: left out (AUDIT=never)", file=sys.stderr)
        return 0
    if reachable():
        return audit(pins, mode)
    print(f"audit: NOT DONE, the service can't be reached ({SERVICE}); run `make audit` where it can", file=sys.stderr)
    return 1 if mode == "always" else 0


if __name__ == "__main__":
    modes = ("auto", "always", "never")
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in modes:
        sys.exit(f"usage: audit.py {'|'.join(modes)} [FILE]")
    sys.exit(main(sys.argv[1], *map(Path, sys.argv[2:])))
