"""The operator's password, kept as a salted scrypt hash (RFC 7914), and the sessions of who has signed in."""

import base64
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SHORTEST = 8
_N, _R, _P, _LENGTH = 2**14, 8, 1, 32  # about 16 MB and 50 ms a try
_SCHEME = "scrypt"
_MOST_SESSIONS = 1000


class PasswordError(Exception):
    """A password, or its file, can't be used; the message is one English sentence."""


@dataclass(frozen=True, slots=True)
class Password:
    """Salt and hash of a password."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, plain: str) -> "Password":
        """The hash of `plain`, with a salt of its own.

        Raises:
            PasswordError: `plain` is too short.
        """
        if len(plain) < SHORTEST:
            raise PasswordError(f"the operator's password has {len(plain)} characters; give at least {SHORTEST}")
        salt = os.urandom(16)
        return cls(salt, _hashed(plain, salt))

    @classmethod
    def read(cls, path: Path) -> "Password":
        """The hash in a file that `write` made.

        Raises:
            PasswordError: there is no such file, or something else in it.
        """
        try:
            scheme, salt, hashed = path.read_text("ascii").split()
            made = cls(base64.b64decode(salt, validate=True), base64.b64decode(hashed, validate=True))
        except OSError as error:
            raise PasswordError(f"{path} can't be read ({error.strerror}); make it with: nghiquyet password {path}") from error
        except ValueError:
            raise PasswordError(f"{path} holds no hashed password; make it with: nghiquyet password {path}") from None
        if scheme != _SCHEME or len(made.hash) != _LENGTH:
            raise PasswordError(f"{path} holds no hashed password; make it with: nghiquyet password {path}")
        return made

    def write(self, path: Path) -> None:
        """Keep the hash in a file nobody else can read.

        Raises:
            PasswordError: the file can't be written.
        """
        line = " ".join([_SCHEME, base64.b64encode(self.salt).decode(), base64.b64encode(self.hash).decode()])
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(line + "\n")
        except OSError as error:
            raise PasswordError(f"{path} can't be written ({error.strerror}); name another file") from error

    def fits(self, plain: str) -> bool:
        """Whether `plain` is the password; takes as long for any answer."""
        return hmac.compare_digest(_hashed(plain, self.salt), self.hash)


def _hashed(plain: str, salt: bytes) -> bytes:
    return hashlib.scrypt(plain.encode(), salt=salt, n=_N, r=_R, p=_P, dklen=_LENGTH)


class Sessions:
    """Who is signed in: tokens in memory, so that a restart signs everyone out. Thread-safe."""

    def __init__(self, minutes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = minutes * 60
        self._clock = clock
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def begin(self) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._forget()
            if len(self._last) >= _MOST_SESSIONS:
                del self._last[min(self._last, key=lambda k: self._last[k])]
            self._last[token] = self._clock()
        return token

    def alive(self, token: str | None) -> bool:
        """Whether `token` is of a session that was used lately; it counts as a use."""
        with self._lock:
            self._forget()
            if token is None or token not in self._last:
                return False
            self._last[token] = self._clock()
            return True

    def end(self, token: str | None) -> None:
        """Sign out."""
        with self._lock:
            self._last.pop(token or "", None)

    def _forget(self) -> None:
        limit = self._clock() - self._seconds
        for token in [t for t, last in self._last.items() if last < limit]:
            del self._last[token]
