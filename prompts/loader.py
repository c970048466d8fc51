"""Texts from the TOML files beside this one, checked when loaded and when filled in.

A file holds tables `[name]` with `text` and, where the text has placeholders, `variables`. Placeholders are `$name` in
ASCII (`$câu_hỏi` would silently be read as `$c`). A placeholder that is not declared, a declared one that the text does
not use, an unknown key, a variable missing or too many when filling in: each is an error that names it.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

_PLACEHOLDER = re.compile(r"\$(?:\$|(\w+))")
_ASCII_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")


class PromptError(Exception):
    """A text file, or its use, is wrong; the message names file, text and placeholder."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text and the variables it wants."""

    where: str
    template: str
    variables: frozenset[str]

    def fill(self, **values: object) -> str:
        """The text with each `$name` replaced.

        Raises:
            PromptError: a variable is missing or unknown.
        """
        missing, unknown = self.variables - values.keys(), values.keys() - self.variables
        if missing:
            raise PromptError(f"{self.where}: missing variable {', '.join(sorted(missing))}")
        if unknown:
            raise PromptError(
                f"{self.where}: unknown variable {', '.join(sorted(unknown))}; it takes {', '.join(sorted(self.variables)) or 'none'}"
            )
        return _PLACEHOLDER.sub(lambda m: str(values[m[1]]) if m[1] else "$", self.template)


def parse(source: str, name: str) -> dict[str, Text]:
    """The texts of a TOML `source`; `name` is used in errors.

    Raises:
        PromptError: broken TOML, an unknown key, a placeholder undeclared, unused or not ASCII.
    """
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{name}: {error}") from error
    return {key: _text(f"{name} [{key}]", table) for key, table in tables.items()}


def _text(where: str, table: object) -> Text:
    if not isinstance(table, Mapping) or not isinstance(table.get("text"), str):
        raise PromptError(f"{where}: a table with a string `text` is wanted")
    unknown = table.keys() - {"text", "variables"}
    if unknown:
        raise PromptError(f"{where}: unknown key {', '.join(sorted(unknown))}; only `text` and `variables` are known")
    variables = table.get("variables", [])
    if not isinstance(variables, list) or not all(isinstance(v, str) for v in variables):
        raise PromptError(f"{where}: `variables` must be a list of names")
    declared = frozenset(variables)
    used = frozenset(m[1] for m in _PLACEHOLDER.finditer(table["text"]) if m[1])
    for placeholder in sorted(used):
        if not _ASCII_NAME.match(placeholder):
            raise PromptError(f"{where}: placeholder ${placeholder} is not a lower-case ASCII name")
    if used - declared:
        raise PromptError(f"{where}: unknown placeholder ${', $'.join(sorted(used - declared))}; declare it in `variables`")
    if declared - used:
        raise PromptError(f"{where}: variable {', '.join(sorted(declared - used))} is declared but not used")
    return Text(where, table["text"].strip("\n"), declared)


@functools.cache
def load(name: str) -> Mapping[str, Text]:
    """The texts of `prompts/NAME.toml`.

    Raises:
        PromptError: there is no such file, or it is wrong.
    """
    try:
        source = (resources.files("prompts") / f"{name}.toml").read_text("utf-8")
    except FileNotFoundError:
        raise PromptError(f"{name}.toml: there is no such file among the prompts") from None
    return parse(source, f"{name}.toml")


def text(name: str, key: str, /, **values: object) -> str:
    """The text `key` of `prompts/NAME.toml`, filled in.

    Raises:
        PromptError: there is no such text, or its variables don't fit.
    """
    texts = load(name)
    if key not in texts:
        raise PromptError(f"{name}.toml: no text called {key!r}")
    return texts[key].fill(**values)
