"""Who may ask over HTTP, what, and how often: keys with scopes, and limits for each key or address."""

import hashlib
import hmac
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from qa.settings import Scope, Settings

_CALLERS = 10_000  # remembered at once


class Denied(Exception):  # noqa: N818 - what happened, not what went wrong
    """A request that is turned away, with the status code, the message, and headers to send."""

    def __init__(self, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.headers = headers or {}


class Gate:
    """Lets requests in by the keys and rates of the settings. Thread-safe."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        # Digests are compared, so that the time a comparison takes tells nothing.
        self._keys = [(name, key, _digest(key.key.get_secret_value())) for name, key in settings.all_keys.items()]
        self._per_minute = settings.per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # caller -> (requests left, when)

    @property
    def open(self) -> bool:
        """Whether no key is needed."""
        return not self._keys

    def admit(self, given: str | None, scope: Scope, address: str) -> str:
        """The caller's name; `given` is the key that came with the request.

        Raises:
            Denied: 401 without a valid key, 403 where the key is not for `scope`, 429 where it comes too often.
        """
        caller, rate = f"address {address}", self._per_minute
        if self._keys:
            found = [(name, key) for name, key, digest in self._keys if hmac.compare_digest(digest, _digest(given or ""))]
            if not found:
                what = "this key is not known" if given else "a key is wanted"
                raise Denied(401, f"{what}; send it as: Authorization: Bearer KEY", {"www-authenticate": "Bearer"})
            caller, key = found[0]
            if scope not in key.scopes:
                raise Denied(403, f"this key is for {', '.join(key.scopes) or 'nothing'}, and {scope!r} is wanted here")
            rate = self._per_minute if key.per_minute is None else key.per_minute
        if rate and (wait := self._wait(caller, rate)):
            raise Denied(429, f"more than {rate} requests a minute; try again in {wait} s", {"retry-after": str(wait)})
        return caller

    def _wait(self, caller: str, rate: int) -> int:
        """Seconds until `caller` may ask again; 0 where it may, and has."""
        with self._lock:
            now = self._clock()
            left, when = self._buckets.pop(caller, (float(rate), now))
            left = min(float(rate), left + (now - when) * rate / 60)
            allowed = left >= 1
            self._buckets[caller] = (left - allowed, now)
            while len(self._buckets) > _CALLERS:
                self._buckets.popitem(last=False)
            return 0 if allowed else max(1, math.ceil((1 - left) * 60 / rate))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
