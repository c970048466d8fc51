"""The pages show literal output: their commands are run, their links to files hold, and their tables name what the program has."""

import dataclasses
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from documents.corrections import FIELDS
from documents.metadata import Metadata
from documents.target_files import HEADS
from documents.targets import Target

ROOT = Path(__file__).resolve().parents[1]
PAGES = [p for p in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))) if p.is_file()]
README = (ROOT / "README.md").read_text("utf-8") if (ROOT / "README.md").is_file() else ""
RUN = ("ask", "list", "outline", "targets", "text")
_BLOCK = re.compile(r"^( *)```console\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)\s*$")


def folded(text: str) -> str:
    return " ".join(text.split())


def shown(markdown: str, *, blank: bool = False) -> list[tuple[str, str]]:
    """(command, output shown below it) of the console blocks, for the commands that can be run here; with `blank` those that show none."""
    found = []
    for block in _BLOCK.finditer(markdown):
        for piece in re.split(r"^ *\$ ", block[2], flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.lstrip(" >")
            if re.match(rf"nghiquyet (?:{'|'.join(RUN)})\b", command) and bool(output.strip()) is not blank:
                found.append((command, output))
    return found


SAMPLES = [sample for page in PAGES for sample in shown(page.read_text("utf-8"))]


def links(markdown: str) -> list[str]:
    """What links and images point to, code left out."""
    prose = re.sub(r"^( *)```.*?^\1```|`[^`\n]*`", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return [a or b for a, b in _LINK.findall(prose)]


def anchors(markdown: str) -> set[str]:
    """The fragments that headings get on the usual hosts."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^( *)```.*?^\1```", "", markdown, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in headings}


def agrees(output: str, wanted: str) -> bool:
    """Whether `output` is what is shown; a last line "…" stands for all the rest, white space does not count."""
    if _ELLIPSIS.search(wanted):
        return folded(output).startswith(folded(_ELLIPSIS.sub("", wanted)))
    return folded(output) == folded(wanted)


def run(command: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a shown command; `| head -N` and the like are left to no shell."""
    words = shlex.split(command)[1:]
    take = None
    if "|" in words:
        words, pipe = words[: words.index("|")], words[words.index("|") + 1 :]
        assert pipe[0] == "head", f"only `| head` can be checked: {command}"
        take = int("".join(re.findall(r"\d+", " ".join(pipe[1:]))) or 10)
    done = subprocess.run(
        [sys.executable, "-m", "qa.cli", *words, "--data", str(data)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    if take is not None:
        done.stdout = "".join(done.stdout.splitlines(keepends=True)[:take])
    return done


def test_reading_console_blocks() -> None:
    text = '# A b!\n```console\n$ make chat\n$ nghiquyet ask "x" \\\n    --json\n{"a": 1}\n\nb\n$ nghiquyet list\n```\n'
    text += "```\n$ nghiquyet text no\nx\n```\n"
    assert shown(text) == [('nghiquyet ask "x" --json', '{"a": 1}\n\nb\n')]
    assert shown(text, blank=True) == [("nghiquyet list", "")]
    assert anchors(text) == {"a-b"}
    assert links('[a](x.md "t") ![b](<y z.png>) ![b](y.png) <img src="z.png"> `[c](no)`\n```\n[d](no)\n```\n') == ["x.md", "y.png", "z.png"]


def test_an_ellipsis_stands_for_the_rest() -> None:
    assert agrees("a  b\nc\n", "a b c")
    assert agrees("a b c d", "a b\n…")
    assert not agrees("a b c", "a b")
    assert not agrees("a b c", "b …")


@pytest.mark.skipif(not README.strip(), reason="README.md is empty")
def test_there_is_something_to_run() -> None:
    assert shown(README), "the README shows no `$ nghiquyet ask …` with its output"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_no_sample_has_lost_its_output(page: Path) -> None:
    assert [command for command, _ in shown(page.read_text("utf-8"), blank=True)] == []


@pytest.mark.parametrize(("command", "output"), SAMPLES, ids=[c for c, _ in SAMPLES])
def test_the_pages_show_what_is_printed(command: str, output: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    done = run(command, tmp_path_factory.getbasetemp() / "library")
    assert done.returncode == 0, done.stderr
    # Times differ from run to run.
    printed, wanted = (re.sub(r'"latency_ms": [\d.]+', '"latency_ms": 0', t) for t in (done.stdout, output))
    assert agrees(printed, wanted), done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_to_files_hold(page: Path) -> None:
    text = page.read_text("utf-8")
    broken = []
    for link in links(text):
        if _ELSEWHERE.match(link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        ok = target.exists() and (not fragment or target.suffix != ".md" or fragment in anchors(target.read_text("utf-8")))
        if not ok or not target.is_relative_to(ROOT):
            broken.append(link)
    assert broken == []


def test_the_page_on_the_library_names_every_field_and_column() -> None:
    page = (ROOT / "docs" / "LIBRARY.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    fields = {name: row[-1] for row in rows if row[-1] in ("yes", "no") for name in re.findall(r"`(\w+)`", row[0])}
    assert {name for name, settable in fields.items() if settable == "yes"} == set(FIELDS)
    assert set(fields) == {field.name for field in dataclasses.fields(Metadata)}
    columns = [row for row in rows if row[1].startswith(HEADS)]
    assert [name for row in columns for name in re.findall(r"`(\w+)`", row[0])] == [field.name for field in dataclasses.fields(Target)]
    assert {head for row in columns for head in HEADS if head in row[1]} == set(HEADS)
