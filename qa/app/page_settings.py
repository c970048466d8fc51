"""What those who deploy the page set (`qa.settings`), as the page uses it."""

from dataclasses import dataclass

from qa.app.passwords import Password, PasswordError
from qa.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Defaults suit a page on its own, open to nobody else's frame, without an operator. See `Settings` for each."""

    frame_ancestors: str = "'self'"
    requests_a_minute: int = 600
    password: Password | None = None
    """The operator's, hashed."""
    session_minutes: int = 30
    upload_megabytes: int = 50
    contact: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "PageSettings":
        """Those of the page among `settings`.

        Raises:
            SettingsError: a password that is too short, or a file of one that can't be read.
        """
        return cls(
            settings.frame_ancestors,
            settings.requests_a_minute,
            _password(settings),
            settings.session_minutes,
            settings.upload_mb,
            settings.contact or "",
        )


def _password(settings: Settings) -> Password | None:
    plain, file = settings.operator_password, settings.operator_password_file
    try:
        if plain and plain.get_secret_value():
            return Password.of(plain.get_secret_value())
        return Password.read(file) if file else None
    except PasswordError as error:
        raise SettingsError(str(error)) from error
