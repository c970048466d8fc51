"""Settings as one validated frozen value: flags over environment over a file over defaults, each with where it came from.

The file is TOML: `--settings FILE`, `NGHIQUYET_SETTINGS`, or `nghiquyet.toml` in the data folder. Its keys are the fields below;
keys of the HTTP interface stand in tables `[keys.NAME]`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from documents.reading.source import Bounds
from index import store_address
from index.embedding import default_model
from qa.generating import Model

LONGEST_QUESTION = 2000  # characters
LOOPBACK = ("127.0.0.1", "::1")
FILE = "nghiquyet.toml"

Scope = Literal["ask", "read", "metrics"]
SCOPES: tuple[Scope, ...] = ("ask", "read", "metrics")
"""ask: questions, also by chat completions; read: documents, passages, targets, searches; metrics: /metrics."""
_BESIDES = ("data", "reading", "sources")  # read in ways of their own
_FROM_FILE_ONLY = ("keys",)
_READING = ("NGHIQUYET_READ_", "NGHIQUYET_OCR_")
_SECRET = ("llm_key", "api_key", "keys", "operator_password")
_PAGE = ("frame_ancestors", "requests_a_minute", "operator_password_file", "session_minutes", "upload_mb", "contact")
_EDGE = ("cors", "trusted_proxies", "hosts", "per_minute")
_SERVING = ("workers", "queue", "time_limit", "stop_seconds", "cache", "log_level", "log_format", "log_questions")
_NO_FLAG = (*_SECRET, *_PAGE, *_EDGE, *_SERVING, "llm_timeout", "llm_retries", "llm_tokens", "rewrite")
_ACCEPTED = {
    "store": store_address.ACCEPTED,
    "port": "is no port; give a number from 1 to 65535",
    "llm_url": "is no address of a language model; give one like http://127.0.0.1:8000/v1",
    "llm_timeout": "is no time limit; give seconds from 1 to 3600",
    "llm_retries": "is no number of retries; give one from 0 to 10",
    "llm_tokens": "is no length; give a number of tokens from 16 to 32768",
    "rewrite": "is neither true nor false; give one of the two",
    "per_minute": "is no rate; give a number of requests a minute from 0 (no limit) to 1000000",
    "cors": "is no list of origins; give them like https://portal.example.vn, separated by commas",
    "trusted_proxies": "are no addresses of proxies; give them like 127.0.0.1, 10.0.0.0/8, or none",
    "hosts": "are no names of hosts; give them like tro-ly.example.vn, *.example.vn, without port",
    "api_key": "is no key; give at least 16 characters",
    "workers": "is no number of workers; give one from 1 to 256",
    "queue": "is no length of a queue; give a number of questions that may wait, from 0 to 100000",
    "time_limit": "is no time limit; give seconds from 1 to 3600",
    "stop_seconds": "is no time to finish in; give seconds from 0 to 3600",
    "cache": "is no number of answers to keep; give one from 0 (none) to 1000000",
    "log_level": "is no level of the log; give debug, info, warning or error",
    "log_format": "is no form of the log; give json or text",
    "log_questions": "is neither true nor false; give one of the two",
    "frame_ancestors": "can't be used; give addresses as https://portal.example.vn, parted by spaces, "
    "or 'self' or 'none' with their quotes",
    "requests_a_minute": "can't be used; give a whole number from 0 to 1000000",
    "session_minutes": "can't be used; give a whole number from 1 to 1440",
    "upload_mb": "can't be used; give a whole number from 1 to 2000",
    "contact": "can't be used; give at most 300 characters",
    "keys": f"are no keys; give tables [keys.NAME] with key (at least 16 characters), scopes (of {', '.join(SCOPES)}) and per_minute",
}


_ANCESTOR = re.compile(r"'self'|'none'|\*|https?://[\w.*-]+(?::\d+)?")


class SettingsError(Exception):
    """A setting has a value that can't be used; the message names the setting and what is accepted."""


class Key(BaseModel):
    """A key to the HTTP interface."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr = Field(min_length=16)
    scopes: tuple[Scope, ...] = SCOPES
    per_minute: int | None = Field(default=None, ge=0, le=1_000_000)
    """Requests a minute; None for what `Settings.per_minute` says, 0 for no limit."""


class Settings(BaseModel):
    """Where the data lives, which models are used, who may ask over HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data: Path
    model: str
    reranker: str | None = None
    """A cross-encoder that weighs the best hits once more; none unless one is named."""
    store: str | None = None
    """Where the index lies if not in the data folder: the address of a Milvus (`index.store_address`)."""
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    llm: str | None = None
    """A language model that writes answers: its name at `llm_url`, else a folder, hub name or GGUF file for transformers."""
    llm_url: str | None = None
    """Base address of an OpenAI-compatible endpoint."""
    llm_key: SecretStr | None = None
    llm_timeout: float = Field(default=60.0, ge=1, le=3600)
    """Seconds that an answer is waited for."""
    llm_retries: int = Field(default=2, ge=0, le=10)
    llm_tokens: int = Field(default=1024, ge=16, le=32768)
    rewrite: bool = False
    """Whether the language model may say a question otherwise where it finds no answer as it stands."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may ask over HTTP."""
    api_key: SecretStr | None = Field(default=None, min_length=16)
    """A key that may do everything over HTTP."""
    keys: Mapping[str, Key] = Field(default_factory=dict)
    """Keys by name."""
    per_minute: int = Field(default=0, ge=0, le=1_000_000)
    """Requests a minute for each key, or for each address where there are no keys; 0 for no limit."""
    workers: int | None = Field(default=None, ge=1, le=256)
    """Questions answered side by side; None: two for each processor."""
    queue: int = Field(default=64, ge=0, le=100_000)
    """Questions that may wait for a worker; more are turned away at once."""
    time_limit: float = Field(default=120.0, ge=1, le=3600)
    """Seconds that a question may take, waiting counted in."""
    stop_seconds: float = Field(default=20.0, ge=0, le=3600)
    """Seconds in which what is under way may finish when the server is told to stop."""
    cache: int = Field(default=1000, ge=0, le=1_000_000)
    """Answers, and vectors of questions, that are kept for who asks the same again; 0: none."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    log_questions: bool = False
    """Whether the log holds what people asked, with personal data masked."""
    frame_ancestors: str = "'self'"
    """Which pages may show the web page in a frame, as in a Content-Security-Policy."""
    requests_a_minute: int = Field(default=600, ge=0, le=1_000_000)
    """Questions and other events one client may send to the web page; an office behind one address counts as one. 0: no limit."""
    operator_password: SecretStr | None = None
    """The operator's of the web page; without one, and without a file of it, there are no operator features at all."""
    operator_password_file: Path | None = None
    """A file with its hash, as `nghiquyet password` writes it."""
    session_minutes: int = Field(default=30, ge=1, le=24 * 60)
    """How long an operator who does nothing stays signed in."""
    upload_mb: int = Field(default=50, ge=1, le=2000)
    """The largest file the operator may upload, in megabytes."""
    contact: str | None = Field(default=None, max_length=300)
    """Where people can write to, shown on the web page."""
    trusted_proxies: tuple[str, ...] = LOOPBACK
    """Addresses and networks of the proxies whose word on who asks is taken; empty: nobody's."""
    hosts: tuple[str, ...] = ()
    """Names this server is asked by, "*.example.vn" for all below one; empty: any."""
    reading: Bounds = Field(default_factory=Bounds)
    """What a file that is added may take to be read; from `NGHIQUYET_READ_…` and `NGHIQUYET_OCR_…` alone."""
    sources: Mapping[str, str] = Field(default_factory=dict, repr=False)
    """Where each field came from: "--port", "NGHIQUYET_PORT", a file's name, or "default"."""

    @field_validator("cors", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        origins = [o.strip() for o in given.split(",") if o.strip()] if isinstance(given, str) else given
        for origin in origins if isinstance(origins, list | tuple) else ():
            parsed = urlsplit(str(origin))
            if origin != "*" and (parsed.scheme not in ("http", "https") or not parsed.hostname or parsed.path):
                raise ValueError("no origin")
        return origins

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _proxies(cls, given: Any) -> Any:
        said = [p.strip() for p in given.split(",") if p.strip()] if isinstance(given, str) else given
        said = () if said == ["none"] else said
        for one in said if isinstance(said, list | tuple) else ():
            ip_network(str(one), strict=False)
        return said

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, given: Any) -> Any:
        said = [h.strip() for h in given.split(",") if h.strip()] if isinstance(given, str) else given
        if isinstance(said, list | tuple) and not all(re.fullmatch(r"(?:\*\.)?[\w.-]+|\[[0-9a-fA-F:.]+\]", str(h)) for h in said):
            raise ValueError("no host")
        return said

    @field_validator("store")
    @classmethod
    def _store(cls, given: str | None) -> str | None:
        if given is None or given == "local":
            return None
        if not store_address.is_address(given):
            raise ValueError("no store")
        return given

    @field_validator("llm_url")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        if given is not None and (urlsplit(given).scheme not in ("http", "https") or not urlsplit(given).hostname):
            raise ValueError("no address")
        return given

    @field_validator("frame_ancestors")
    @classmethod
    def _ancestors(cls, given: str) -> str:
        if not all(_ANCESTOR.fullmatch(a) for a in given.split()) or not given.strip():
            raise ValueError("no ancestors")
        return " ".join(given.split())

    @field_validator("contact")
    @classmethod
    def _one_line(cls, given: str | None) -> str | None:
        return " ".join(given.split()) if given else None

    @field_validator("operator_password_file")
    @classmethod
    def _at_home(cls, given: Path | None) -> Path | None:
        return given.expanduser() if given else None

    @property
    def worker_count(self) -> int:
        """Questions answered side by side: one a processor and one more; with a language model, which is waited for, twice as many."""
        processors = os.cpu_count() or 1
        return self.workers or (2 * processors if self.llm else processors + 1)

    @property
    def language_model(self) -> Model | None:
        """The language model to use, or None."""
        if not self.llm:
            return None
        key = self.llm_key.get_secret_value() if self.llm_key else None
        return Model(self.llm, self.llm_url, key, self.llm_timeout, self.llm_retries, self.llm_tokens)

    @property
    def all_keys(self) -> Mapping[str, Key]:
        """The keys to the HTTP interface by name; empty where it is open."""
        single = {"api_key": Key(key=self.api_key)} if self.api_key else {}
        return {**single, **self.keys}

    @classmethod
    def load(cls, *, environment: Mapping[str, str] | None = None, settings: str | None = None, **flags: Any) -> "Settings":
        """Settings from flags (the arguments; None where not given), `NGHIQUYET_*` variables, the file, and defaults.

        Args:
            settings: the file; by default `NGHIQUYET_SETTINGS`, or `nghiquyet.toml` in the data folder where there is one.

        Raises:
            SettingsError: a value that can't be used, a data folder that is a file, a file that can't be read, an unknown key in it.
        """
        env = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        sources: dict[str, str] = {}

        def take(name: str, value: Any, source: str) -> None:
            values[name], sources[name] = value, source

        _take_data(flags.get("data"), env, take)
        path = values["data"]
        named = settings or env.get("NGHIQUYET_SETTINGS")
        file = Path(named).expanduser() if named else path / FILE
        read = _read(file) if named or file.is_file() else {}
        for name in cls.model_fields:
            variable = f"NGHIQUYET_{name.upper()}"
            if name in _BESIDES:
                continue
            if flags.get(name) is not None:
                take(name, flags[name], f"--{name.replace('_', '-')}")
            elif name not in _FROM_FILE_ONLY and variable in env:
                take(name, env[variable], variable)
            elif name in read:
                take(name, read[name], str(file))
            if values.get(name) == "" or (name in values and values[name] is None):
                # Empty means none, or the default.
                del values[name]
        values.setdefault("model", default_model())
        take("reading", _bounds(env), "NGHIQUYET_READ_…, NGHIQUYET_OCR_…" if any(k.startswith(_READING) for k in env) else "default")
        loaded = _validated(values, sources)
        if loaded.llm_url and not loaded.llm:
            raise SettingsError("--llm / NGHIQUYET_LLM: none is named; give the name that the endpoint at llm_url knows its model by")
        return loaded


def _take_data(flag: str | None, env: Mapping[str, str], take: Any) -> None:
    folder, source = (flag, "--data") if flag else (env.get("NGHIQUYET_DATA"), "NGHIQUYET_DATA")
    if folder is None:
        import platformdirs

        folder, source = platformdirs.user_data_dir("nghiquyet", appauthor=False), "default"
    path = Path(folder).expanduser()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"--data / NGHIQUYET_DATA: {path} is a file; give a folder")
    take("data", path, source)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise SettingsError(f"--settings / NGHIQUYET_SETTINGS: {file} can't be read ({said}); give a TOML file") from error
    known = set(Settings.model_fields) - set(_BESIDES)
    if unknown := sorted(set(found) - known):
        raise SettingsError(f"{file}: unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    return found


def _validated(values: Mapping[str, Any], sources: Mapping[str, str]) -> Settings:
    used = {name: sources.get(name, "default") if name in values else "default" for name in Settings.model_fields if name != "sources"}
    try:
        return Settings(**values, sources=used)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        if name in _FROM_FILE_ONLY:
            names = f"{sources.get(name)}, [{name}]"
        else:
            names = f"NGHIQUYET_{name.upper()}" if name in _NO_FLAG else f"--{name.replace('_', '-')} / NGHIQUYET_{name.upper()}"
        shown = "what is set" if name in (*_SECRET, "store") else repr(_as_given(values[name]))
        raise SettingsError(f"{names}: {shown} {_ACCEPTED.get(name, 'can not be used')}") from None


def _as_given(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) else value


def _bounds(env: Mapping[str, str]) -> Bounds:
    usual = Bounds()

    def number(name: str, default: float, least: int, most: int) -> int:
        given = env.get(name) or f"{default:.0f}"
        if not given.isdecimal() or not least <= int(given) <= most:
            raise SettingsError(f"{name}: {given!r} can't be used; give a whole number from {least} to {most}")
        return int(given)

    return Bounds(
        seconds=number("NGHIQUYET_READ_SECONDS", usual.seconds, 5, 86_400),
        page_seconds=number("NGHIQUYET_OCR_PAGE_SECONDS", usual.page_seconds, 5, 3_600),
        memory=number("NGHIQUYET_READ_MEMORY", usual.memory, 512, 1_000_000),
        pages=number("NGHIQUYET_READ_PAGES", usual.pages, 1, 100_000),
        workers=number("NGHIQUYET_OCR_WORKERS", usual.workers, 1, 256),
    )
