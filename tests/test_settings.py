"""Settings: flags over environment over file over defaults, each validated, none of the secrets told."""

import re
from pathlib import Path
from typing import Any

import pytest

from qa.doctor import in_force, report
from qa.settings import FILE, Settings, SettingsError
from tests.openai_server import serving

SECRET = "a-very-secret-key-0123"


def loaded(tmp_path: Path, file: str = "", environment: dict[str, str] | None = None, **flags: Any) -> Settings:
    if file:
        (tmp_path / FILE).write_text(file, "utf-8")
    return Settings.load(environment={"NGHIQUYET_DATA": str(tmp_path), **(environment or {})}, **flags)


def test_flags_come_before_the_environment_before_the_file_before_defaults(tmp_path: Path) -> None:
    file = 'port = 1000\nhost = "h"\nllm = "from file"\nper_minute = 30\ncors = ["https://a.example.vn"]'
    found = loaded(tmp_path, file, {"NGHIQUYET_PORT": "2000", "NGHIQUYET_HOST": "e"}, port=3000)
    assert (found.port, found.host, found.llm, found.per_minute, found.cors) == (3000, "e", "from file", 30, ("https://a.example.vn",))
    assert {name: found.sources[name] for name in ("port", "host", "llm", "llm_url", "data")} == {
        "port": "--port",
        "host": "NGHIQUYET_HOST",
        "llm": str(tmp_path / FILE),
        "llm_url": "default",
        "data": "NGHIQUYET_DATA",
    }


def test_another_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("port = 4000")
    assert loaded(tmp_path, "port = 1000", {"NGHIQUYET_SETTINGS": str(tmp_path / "other.toml")}).port == 4000
    assert loaded(tmp_path, settings=str(tmp_path / "other.toml")).port == 4000


def test_what_is_empty_is_not_set(tmp_path: Path) -> None:
    found = loaded(tmp_path, "", {"NGHIQUYET_LLM": "", "NGHIQUYET_PORT": "", "NGHIQUYET_CORS": ""})
    assert (found.llm, found.port, found.cors, found.language_model) == (None, 7860, (), None)


def test_a_language_model_comes_with_its_limits(tmp_path: Path) -> None:
    environment = {"NGHIQUYET_LLM_KEY": SECRET, "NGHIQUYET_LLM_TIMEOUT": "7.5", "NGHIQUYET_LLM_RETRIES": "0", "NGHIQUYET_LLM_TOKENS": "99"}
    model = loaded(tmp_path, "", environment, llm="qwen", llm_url="http://127.0.0.1:1/v1").language_model
    assert model is not None
    assert (model.name, model.url, model.key, model.timeout, model.retries, model.tokens) == (
        "qwen",
        "http://127.0.0.1:1/v1",
        SECRET,
        7.5,
        0,
        99,
    )


@pytest.mark.parametrize(
    ("file", "environment", "said"),
    [
        ("", {"NGHIQUYET_PORT": "70000"}, "--port / NGHIQUYET_PORT: '70000' is no port; give a number from 1 to 65535"),
        ("", {"NGHIQUYET_LLM_URL": "ollama"}, "--llm-url / NGHIQUYET_LLM_URL: 'ollama' is no address of a language model; give one like"),
        ("", {"NGHIQUYET_LLM_URL": "http://a/v1"}, "--llm / NGHIQUYET_LLM: none is named"),
        ("", {"NGHIQUYET_LLM_TIMEOUT": "0"}, "NGHIQUYET_LLM_TIMEOUT: '0' is no time limit; give seconds from 1 to 3600"),
        ("", {"NGHIQUYET_REWRITE": "perhaps"}, "NGHIQUYET_REWRITE: 'perhaps' is neither true nor false"),
        ("", {"NGHIQUYET_WORKERS": "0"}, "NGHIQUYET_WORKERS: '0' is no number of workers; give one from 1 to 256"),
        ("", {"NGHIQUYET_QUEUE": "-1"}, "NGHIQUYET_QUEUE: '-1' is no length of a queue; give a number of questions that may wait"),
        ("time_limit = 0", {}, "NGHIQUYET_TIME_LIMIT: '0' is no time limit; give seconds from 1 to 3600"),
        ("", {"NGHIQUYET_STOP_SECONDS": "soon"}, "NGHIQUYET_STOP_SECONDS: 'soon' is no time to finish in"),
        ("", {"NGHIQUYET_CACHE": "-5"}, "NGHIQUYET_CACHE: '-5' is no number of answers to keep; give one from 0 (none)"),
        ("", {"NGHIQUYET_LOG_LEVEL": "loud"}, "NGHIQUYET_LOG_LEVEL: 'loud' is no level of the log; give debug, info"),
        ("", {"NGHIQUYET_LOG_FORMAT": "xml"}, "NGHIQUYET_LOG_FORMAT: 'xml' is no form of the log; give json or text"),
        ("", {"NGHIQUYET_CORS": "portal"}, "NGHIQUYET_CORS: 'portal' is no list of origins"),
        ("", {"NGHIQUYET_API_KEY": "short"}, "NGHIQUYET_API_KEY: what is set is no key; give at least 16 characters"),
        ('[keys.a]\nkey = "short"', {}, "[keys]: what is set are no keys; give tables [keys.NAME]"),
        (f'[keys.a]\nkey = "{SECRET}"\nscopes = ["all"]', {}, "(of ask, read, metrics)"),
        ("prot = 1", {}, "unknown setting prot; known are api_key, cache, contact, cors"),
        ("port = ", {}, "can't be read (Invalid value"),
        ("", {"NGHIQUYET_SETTINGS": "/nowhere.toml"}, "--settings / NGHIQUYET_SETTINGS: /nowhere.toml can't be read (No such file"),
    ],
)
def test_what_can_not_be_used_gets_a_sentence(file: str, environment: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, file, environment)
    assert said in str(caught.value)
    assert "short" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_doctor_tells_what_is_in_force_and_no_secret(tmp_path: Path) -> None:
    keys = f'[keys.portal]\nkey = "{SECRET}"\nscopes = ["ask"]'
    page = {"NGHIQUYET_OPERATOR_PASSWORD": SECRET, "NGHIQUYET_SESSION_MINUTES": "10", "NGHIQUYET_FRAME_ANCESTORS": " https://a.vn  'self'"}
    with serving(lambda _: "Chào bạn") as endpoint:
        found = loaded(tmp_path, keys, {"NGHIQUYET_LLM_KEY": SECRET, "NGHIQUYET_API_KEY": SECRET, **page}, llm="toy", llm_url=endpoint.url)
        lines, _ = report(found)
        told = "\n".join(lines)
        assert f"ok  language model: toy at {endpoint.url}" in lines
        endpoint.codes = [500]
        assert any(line.startswith("--  the language model toy gave nothing") for line in report(found)[0])
    assert "ok  setting llm = toy  (--llm)" in lines
    assert "ok  setting llm_key = set  (NGHIQUYET_LLM_KEY)" in lines
    assert f"ok  setting keys = portal: ask  ({tmp_path / FILE})" in lines
    assert "ok  setting port = 7860  (default)" in lines
    assert "ok  setting operator_password = set  (NGHIQUYET_OPERATOR_PASSWORD)" in lines
    assert "ok  setting session_minutes = 10  (NGHIQUYET_SESSION_MINUTES)" in lines
    assert "ok  setting frame_ancestors = https://a.vn 'self'  (NGHIQUYET_FRAME_ANCESTORS)" in lines
    assert "ok  setting upload_mb = 50  (default)" in lines
    assert SECRET not in told
    assert SECRET not in repr(found)
    assert len(in_force(found)) == len(found.sources) == len(Settings.model_fields) - 1


@pytest.mark.parametrize(
    "store", ["milvus://10.0.0.7:19530", "milvus://kho", "milvus+tls://u:p@kho:443/van_ban", "milvus+lite:///srv/kho.db"]
)
def test_a_store_is_an_address_of_milvus(store: str, tmp_path: Path) -> None:
    assert Settings.load(environment={"NGHIQUYET_STORE": store}, data=str(tmp_path)).store == store
    assert Settings.load(environment={"NGHIQUYET_STORE": store}, data=str(tmp_path), store="local").store is None


@pytest.mark.parametrize(
    "store",
    ["http://kho:19530", "milvus://", "milvus://kho:0", "milvus://kho:x", "milvus://kho/a/b", "milvus+lite://kho.db", "milvus+lite:///kho"],
)
def test_what_is_no_store_is_not_repeated(store: str, tmp_path: Path) -> None:
    said = "--store / NGHIQUYET_STORE: what is set is no store; give local, milvus://host:port or "
    with pytest.raises(SettingsError, match=re.escape(said)):
        Settings.load(environment={}, data=str(tmp_path), store=store)


def test_doctor_hides_what_signs_in_to_a_store(tmp_path: Path) -> None:
    found = Settings.load(environment={}, data=str(tmp_path), store="milvus://root:geheim@kho:19530/van_ban")
    assert "ok  setting store = milvus://kho:19530/van_ban  (--store)" in in_force(found)


def test_there_is_a_worker_more_than_processors_and_twice_as_many_where_a_language_model_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    environment = {"NGHIQUYET_DATA": str(tmp_path)}
    assert Settings.load(environment=environment).worker_count == 9
    assert Settings.load(environment={**environment, "NGHIQUYET_LLM": "m", "NGHIQUYET_LLM_URL": "http://127.0.0.1:1/v1"}).worker_count == 16
    assert Settings.load(environment={**environment, "NGHIQUYET_WORKERS": "3"}).worker_count == 3
