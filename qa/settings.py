"""Settings as one validated frozen value: flags over environment over defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from documents.reading.source import Bounds
from index.embedding import default_model

LONGEST_QUESTION = 2000  # characters


class SettingsError(Exception):
    """A setting has a value that can't be used; the message names the setting and what is accepted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data lives and which models are used."""

    data: Path
    model: str
    reranker: str | None = None
    """A cross-encoder that weighs the best hits once more; none unless one is named."""
    host: str = "127.0.0.1"
    port: int = 7860
    reading: Bounds = Bounds()
    """What a file that is added may take to be read."""

    @classmethod
    def load(
        cls,
        *,
        data: str | None = None,
        model: str | None = None,
        reranker: str | None = None,
        host: str | None = None,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "Settings":
        """Settings from flags (the arguments), `NGHIQUYET_*` variables, and defaults.

        Raises:
            SettingsError: a port that is no port, a data folder that is a file, a bound that is no number.
        """
        env = os.environ if environment is None else environment
        folder = data or env.get("NGHIQUYET_DATA")
        if folder is None:
            import platformdirs

            folder = platformdirs.user_data_dir("nghiquyet", appauthor=False)
        path = Path(folder).expanduser()
        if path.exists() and not path.is_dir():
            raise SettingsError(f"--data / NGHIQUYET_DATA: {path} is a file; give a folder")
        given = str(port) if port is not None else env.get("NGHIQUYET_PORT", "7860")
        if not given.isdigit() or not 0 < int(given) < 65536:
            raise SettingsError(f"--port / NGHIQUYET_PORT: {given!r} is no port; give a number from 1 to 65535")
        return cls(
            data=path,
            model=model or env.get("NGHIQUYET_MODEL") or default_model(),
            reranker=(env.get("NGHIQUYET_RERANKER") if reranker is None else reranker) or None,
            host=host or env.get("NGHIQUYET_HOST") or "127.0.0.1",
            port=int(given),
            reading=_bounds(env),
        )


def _bounds(env: Mapping[str, str]) -> Bounds:
    usual = Bounds()

    def number(name: str, default: float, least: int, most: int) -> int:
        given = env.get(name) or f"{default:.0f}"
        if not given.isdigit() or not least <= int(given) <= most:
            raise SettingsError(f"{name}: {given!r} can't be used; give a whole number from {least} to {most}")
        return int(given)

    return Bounds(
        seconds=number("NGHIQUYET_READ_SECONDS", usual.seconds, 5, 86_400),
        page_seconds=number("NGHIQUYET_OCR_PAGE_SECONDS", usual.page_seconds, 5, 3_600),
        memory=number("NGHIQUYET_READ_MEMORY", usual.memory, 512, 1_000_000),
        pages=number("NGHIQUYET_READ_PAGES", usual.pages, 1, 100_000),
        workers=number("NGHIQUYET_OCR_WORKERS", usual.workers, 1, 256),
    )
