"""JSON from strangers as plain values: what Python reads but nothing behind it can write again is put right or refused."""

import json
import math
import re
from typing import Any

DEEPEST = 64
_HALF = re.compile("[\ud800-\udfff]")
_LARGEST = 2**63 - 1


def plain(value: Any, depth: int = 0) -> Any:
    """`value` with U+FFFD for half characters (lone surrogates), and None for numbers that are none or beyond 64 bits.

    Raises:
        ValueError: it is nested deeper than `DEEPEST`.
    """
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST}")
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [plain(v, depth + 1) for v in value]
    if isinstance(value, dict):
        return {plain(k, depth + 1): plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if isinstance(value, int) and abs(value) > _LARGEST else value


def plain_object(body: bytes) -> bytes:
    """The JSON object of `body`, written anew in ASCII.

    Raises:
        ValueError: it is no JSON object, or nested too deeply.
    """
    try:
        value = plain(json.loads(body))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("no object")
    return json.dumps(value).encode()
