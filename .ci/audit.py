"""Looks up what is pinned in constraints.txt in the vulnerability service of PyPI, through pip-audit.

python .ci/audit.py auto|always|never. What is found always fails. Where the service can't be reached, "auto" says so and passes, so that
`make check` works without a network, and "always" fails. Once the service has answered, anything but a whole report fails in both: a
report that broke off could hide what it had found.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PATIENCE = 30  # seconds for the service to tell of one package
ROOT = Path(__file__).resolve().parents[1]


def looked_up(pins: Path, patience: float | None = None) -> tuple[list[dict[str, Any]] | None, int]:
    """(what pip-audit reports of each package, or None where it broke off or took longer; its exit code)."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(pins), "--no-deps", "--disable-pip"]
        command += ["--progress-spinner", "off", "--format", "json", "--output", str(report)]
        # What it says of a service out of reach is a traceback; the sentence below stands for it.
        quiet = subprocess.DEVNULL if patience else None
        try:
            code = subprocess.run(command, stderr=quiet, timeout=patience, check=False).returncode
            return json.loads(report.read_text("utf-8"))["dependencies"], code
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
            return None, 1


def reachable(pins: Path) -> bool:
    """Whether the service tells of the first package that is pinned."""
    first = next(line for line in pins.read_text("utf-8").splitlines() if "==" in line and not line.startswith("#"))
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one.txt"
        one.write_text(first + "\n", "utf-8")
        return looked_up(one, PATIENCE)[0] is not None


def audit(pins: Path, mode: str) -> int:
    """The exit code: 0 where a whole report names no vulnerability."""
    found, code = looked_up(pins)
    if found is None:
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
    return 1 if vulnerable or code else 0


def main(mode: str, pins: Path = ROOT / "constraints.txt") -> int:
    """Run in one of the three modes."""
    if mode == "never":
        print("audit: left out (AUDIT=never)", file=sys.stderr)
        return 0
    if reachable(pins):
        return audit(pins, mode)
    print("audit: NOT DONE, the vulnerability service can't be reached; run `make audit` where it can", file=sys.stderr)
    return 1 if mode == "always" else 0


if __name__ == "__main__":
    modes = ("auto", "always", "never")
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in modes:
        sys.exit(f"usage: audit.py {'|'.join(modes)} [FILE]")
    sys.exit(main(sys.argv[1], *map(Path, sys.argv[2:])))
