"""What those who deploy the page set, through the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.app.passwords import Password, PasswordError
from qa.settings import SettingsError

_ANCESTOR = re.compile(r"'self'|'none'|\*|https?://[\w.*-]+(?::\d+)?")


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Defaults suit a page on its own, open to nobody else's frame, without an operator."""

    frame_ancestors: str = "'self'"
    """Which pages may show this one in a frame, as in a Content-Security-Policy."""
    requests_a_minute: int = 600
    """Questions and other events one client may send; an office behind one address counts as one. 0: no limit."""
    password: Password | None = None
    """The operator's; None: there are no operator features at all."""
    session_minutes: int = 30
    """How long an operator who does nothing stays signed in."""
    upload_megabytes: int = 50
    contact: str = ""
    """Where people can write to, shown on the page."""

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> "PageSettings":
        """From `NGHIQUYET_*` variables.

        Raises:
            SettingsError: a value that can't be used; the message names the variable and what is accepted.
        """
        env = os.environ if environment is None else environment
        ancestors = " ".join(env.get("NGHIQUYET_FRAME_ANCESTORS", "'self'").split())
        if not ancestors or not all(_ANCESTOR.fullmatch(a) for a in ancestors.split()):
            raise SettingsError(
                f"NGHIQUYET_FRAME_ANCESTORS: {ancestors!r} can't be used; give addresses as https://portal.example.vn, "
                "parted by spaces, or 'self' or 'none' with their quotes"
            )
        return cls(
            ancestors,
            _number(env, "NGHIQUYET_REQUESTS_A_MINUTE", 600, 0, 1_000_000),
            _password(env),
            _number(env, "NGHIQUYET_SESSION_MINUTES", 30, 1, 24 * 60),
            _number(env, "NGHIQUYET_UPLOAD_MB", 50, 1, 2000),
            " ".join(env.get("NGHIQUYET_CONTACT", "").split())[:300],
        )


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    given = env.get(name, str(default))
    if not given.isdigit() or not least <= int(given) <= most:
        raise SettingsError(f"{name}: {given!r} can't be used; give a whole number from {least} to {most}")
    return int(given)


def _password(env: Mapping[str, str]) -> Password | None:
    plain, file = env.get("NGHIQUYET_OPERATOR_PASSWORD"), env.get("NGHIQUYET_OPERATOR_PASSWORD_FILE")
    try:
        if plain:
            return Password.of(plain)
        return Password.read(Path(file).expanduser()) if file else None
    except PasswordError as error:
        raise SettingsError(str(error)) from error
