"""The house's rules, read from the source: who may import whom, what is imported lazily, no pickle, modules of a readable size."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "documents": set(),
    "index": {"documents"},
    "prompts": set(),
    "qa": {"documents", "index", "prompts"},
    "eval": {"documents", "index", "prompts", "qa"},
}
ENDS = ("qa.cli", "qa.app")  # where the data flow ends: nobody builds on these
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "langchain",
    "gradio",
    "openai",
    "httpx",
    "mcp",
    "pymilvus",
    "milvus_lite",
    "grpc",
)
LANGCHAIN_SEAMS = ("index.langchain", "qa.chat_models", "qa.langchain_tool")  # imported only where they are used
LONGEST_MODULE = 400  # lines


@dataclass(frozen=True)
class Import:
    """One imported module: its dotted name, where it stands, and whether it runs when its file is imported."""

    module: str
    line: int
    at_top: bool


def modules() -> dict[str, Path]:
    """Dotted name -> file, of every module of the house."""
    found = {}
    for package in MAY_IMPORT:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(source: str, module: str, *, is_package: bool = False) -> list[Import]:
    """Every import in `source`, also those inside functions and by `import_module("…")`."""
    return list(_imports(ast.parse(source), module.split(".")[: None if is_package else -1], at_top=True))


def _imports(node: ast.AST, package: list[str], *, at_top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(a.name, child.lineno, at_top) for a in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = package[: len(package) - child.level + 1] if child.level else []
            name = ".".join([*base, *([child.module] if child.module else [])])
            # `from qa import app` imports qa.app; `from qa.app import create` gives qa.app.create, which starts with it.
            yield from (Import(f"{name}.{a.name}", child.lineno, at_top) for a in child.names)
        elif isinstance(child, ast.Call) and _called(child) in ("import_module", "__import__", "find_spec") and child.args:
            named = child.args[0]
            if isinstance(named, ast.Constant) and isinstance(named.value, str) and _called(child) != "find_spec":
                yield Import(named.value, child.lineno, at_top)
        elif isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            yield from _imports(child, package, at_top=False)
            continue
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(child, package, at_top=at_top and not inside)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is(module: str, name: str) -> bool:
    return module == name or module.startswith(name + ".")


def broken_rules(module: str, path: Path) -> list[str]:
    """The import rules that one module breaks, as sentences."""
    package = module.split(".")[0]
    broken = []
    for found in imports(path.read_text("utf-8"), module, is_package=path.name == "__init__.py"):
        where = f"{path.relative_to(ROOT)}:{found.line}"
        target = found.module.split(".")[0]
        lazily_by_cli = module == "qa.cli" and not found.at_top
        if target in MAY_IMPORT and target != package and target not in MAY_IMPORT[package] and not (lazily_by_cli and target == "eval"):
            broken.append(f"{where}: {package} may not import {target}")
        for end in ENDS:
            own = module.startswith(end)  # qa.app may be several modules
            if _is(found.module, end) and not own and not (lazily_by_cli and end == "qa.app"):
                broken.append(f"{where}: {end} is imported by {module}")
        if found.at_top and target.startswith(HEAVY):
            at_its_seam = (target == "gradio" and module.startswith("qa.app")) or (
                target.startswith("langchain") and module in LANGCHAIN_SEAMS
            )
            if not at_its_seam:
                broken.append(f"{where}: {target} is imported at the top of {module}; import it where it is used")
    return broken


@pytest.mark.parametrize(("module", "path"), modules().items(), ids=modules())
def test_imports_follow_the_rules(module: str, path: Path) -> None:
    assert broken_rules(module, path) == []


def test_rules_catch_what_they_forbid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)

    def broken(module: str, source: str) -> list[str]:
        path = tmp_path / "module.py"
        path.write_text(source, "utf-8")
        return broken_rules(module, path)

    assert broken("documents.library", "def f():\n    from index.store import Index") == ["module.py:2: documents may not import index"]
    assert broken("prompts.loader", "import documents.normalise") == ["module.py:1: prompts may not import documents"]
    assert broken("index.store", "from importlib import import_module\nimport_module('qa.answer')") == [
        "module.py:2: index may not import qa"
    ]
    assert broken("qa.cli", "from eval.runs import run") == ["module.py:1: qa may not import eval"]
    assert broken("qa.cli", "def f():\n    from eval.runs import run\n    from qa.app import create") == []
    assert broken("qa.assistant", "def f():\n    from eval.runs import run") == ["module.py:2: qa may not import eval"]
    assert broken("qa.assistant", "from qa import app") == ["module.py:1: qa.app is imported by qa.assistant"]
    assert broken("qa.assistant", "from . import app") == ["module.py:1: qa.app is imported by qa.assistant"]
    assert broken("eval.runs", "def f():\n    from qa.cli import main") == ["module.py:2: qa.cli is imported by eval.runs"]
    assert broken("index.embedding", "try:\n    import torch\nexcept ImportError: pass") == [
        "module.py:2: torch is imported at the top of index.embedding; import it where it is used"
    ]
    assert broken("index.embedding", "def f():\n    import torch") == []
    assert broken("index.langchain", "from langchain_core.retrievers import BaseRetriever") == []
    assert broken("qa.app", "import gradio as gr") == []


@pytest.mark.parametrize("path", modules().values(), ids=modules())
def test_nothing_is_pickled(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {n.split(".")[0] for n in names} & {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@pytest.mark.parametrize("path", modules().values(), ids=modules())
def test_modules_stay_readable(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(source)), "a module says what it is for"


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_hold_a_docstring_and_no_re_exports(package: str) -> None:
    assert len(ast.parse((ROOT / package / "__init__.py").read_text("utf-8")).body) == 1


def test_the_corpus_is_data_only() -> None:
    assert list((ROOT / "documents" / "corpus").rglob("*.py")) == []


def test_importing_loads_nothing_heavy_and_says_nothing() -> None:
    # What the rules above can't see: something heavy that comes in through another library.
    light = [m for m in modules() if not m.startswith(("qa.app", "eval", *LANGCHAIN_SEAMS)) and not m.endswith("__main__")]
    code = f"import sys\nfor m in {light!r}: __import__(m)\nprint(sorted({{m.partition('.')[0] for m in sys.modules}} & set({HEAVY!r})))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")
