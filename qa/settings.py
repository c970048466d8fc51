"""Settings as one validated frozen value: flags over environment over defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
            SettingsError: a port that is no port, or a data folder that is a file.
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
        )
