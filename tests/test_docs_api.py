"""docs/API.md is true: its Python runs and prints what it says, its requests are answered, its settings are all there are."""

import doctest
import json
import re
import shlex
import tomllib
import urllib.request
from pathlib import Path

import pytest

from documents.library import bundled
from documents.targets import targets_of
from qa.api import create
from qa.assistant import Assistant
from qa.service import Service
from qa.settings import Settings
from tests.http_serving import served

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "API.md").read_text("utf-8")


def test_the_python_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGHIQUYET_DATA", str(tmp_path))
    example = doctest.DocTestParser().get_doctest(PAGE, {}, "API.md", "API.md", 0)
    assert len(example.examples) > 25
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(example, out=said.append)
    assert runner.failures == 0, "".join(said)


def test_the_requests_of_the_page_are_answered(tmp_path: Path) -> None:
    settings = Settings.load(data=str(tmp_path), environment={})
    service = Service(Assistant.open(settings, say=lambda _: None), lambda: [t for d in bundled() for t in targets_of(d)])
    lines = [line for line in PAGE.splitlines() if line.startswith("curl ")]
    assert len(lines) == 9
    with served(create(lambda: service, settings)) as url:
        for line in lines:
            words = shlex.split(line)
            body = words[words.index("-d") + 1].encode() if "-d" in words else None
            headers = {"content-type": "application/json"} if body else {}
            request = urllib.request.Request(words[1].replace("http://127.0.0.1:7860", url), body, headers)
            with urllib.request.urlopen(request, timeout=60) as response:
                assert response.status == 200, line
                assert response.read()


def test_the_settings_of_the_page_are_those_there_are(tmp_path: Path) -> None:
    table = PAGE[PAGE.index("| setting |") :]
    named = set(re.findall(r"`([a-z_]+)`", " ".join(row.split("|")[1] for row in table.splitlines() if row.startswith("|"))))
    assert named == set(Settings.model_fields) - {"keys", "reading", "sources"}
    shown = re.search(r"(?s)```toml\n(.*?)```", PAGE)
    assert shown
    (tmp_path / "s.toml").write_text(shown[1], "utf-8")
    found = Settings.load(data=str(tmp_path), settings=str(tmp_path / "s.toml"), environment={})
    assert found.all_keys["portal"].per_minute == tomllib.loads(shown[1])["keys"]["portal"]["per_minute"] == 600
    (client,) = (block for block in re.findall(r"(?s)```json\n(.*?)```", PAGE) if "mcpServers" in block)
    assert json.loads(client)["mcpServers"]["nghiquyet"]["args"] == ["mcp"]
