"""The wheel, installed where the checkout can't be seen, answers a question: an editable install hides what is missing."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("documents", "index", "qa", "prompts", "eval")


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with none of this process's `NGHIQUYET_*` and Python settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NGHIQUYET_", "PYTHON"))}
    return subprocess.run(
        command, cwd=cwd, env=kept | {"PYTHONUTF8": "1"} | environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else."""
    try:
        setuptools = int(importlib.metadata.version("setuptools").split(".")[0])
    except importlib.metadata.PackageNotFoundError:
        setuptools = 0
    if setuptools < 77:
        pytest.skip("building without network needs setuptools 77 or newer beside the tests")
    # Built from a copy: a build leaves its products in the tree, and they would go into the next wheel.
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    built = run(*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(folder), str(source), cwd=folder)
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("nghiquyet-*.whl")
    target = folder / "site"
    installed = run(*pip, "install", "--no-deps", "--no-index", "--target", str(target), str(wheel), cwd=folder)
    assert installed.returncode == 0, installed.stderr
    return target


def test_the_wheel_holds_every_file_of_its_packages(site: Path) -> None:
    def files(root: Path) -> set[str]:
        found = (p.relative_to(root) for package in PACKAGES for p in (root / package).rglob("*") if p.is_file())
        return {p.as_posix() for p in found if "__pycache__" not in p.parts}

    assert files(site) == files(ROOT)


def test_the_installed_packages_are_the_ones_that_run(site: Path, tmp_path: Path) -> None:
    code = f"import {', '.join(PACKAGES)}\nprint(*(m.__file__ for m in ({', '.join(PACKAGES)})), sep='\\n')"
    found = run(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(site))
    assert found.stdout.splitlines() == [str(site / p / "__init__.py") for p in PACKAGES], found.stderr


def test_the_installed_program_answers(site: Path, tmp_path: Path) -> None:
    question = "Kinh tế số Gia Lai đến năm 2025 chiếm bao nhiêu?"
    asked = run(
        *(sys.executable, "-m", "qa.cli", "ask", question, "--json", "--data", str(tmp_path / "data")),
        cwd=tmp_path,
        PYTHONPATH=str(site),
        HOME=str(tmp_path),
    )
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["status"] == "answered"
    assert "20%" in answer["answer"]
    assert "Gia Lai" in [c["province"] for c in answer["citations"]]
