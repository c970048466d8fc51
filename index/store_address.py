"""Addresses of stores in Milvus, told apart without importing anything of Milvus.

milvus://[user:password@]host:port[/database]   a Milvus, or the server of a Milvus Lite
milvus+tls://…                                  the same over TLS
milvus+lite:///path/to/file.db                  a Milvus Lite that this process has open by itself
"""

import contextlib
import re
from urllib.parse import urlsplit

PORT = 19_530
"""Milvus's own, where an address names none."""
ACCEPTED = "is no store; give local, milvus://host:port or milvus://host:port/database, or milvus+lite:///path/to/file.db"


def is_address(store: str) -> bool:
    """Whether `store` names a Milvus, as far as one can see."""
    with contextlib.suppress(ValueError):
        parsed = urlsplit(store)
        if parsed.scheme == "milvus+lite":
            return not parsed.netloc and parsed.path.endswith(".db")
        named = parsed.scheme in ("milvus", "milvus+tls") and bool(parsed.hostname) and parsed.port != 0
        return named and "/" not in parsed.path.strip("/") and not parsed.query
    return False


def shown(store: str) -> str:
    """`store` without what signs in."""
    return re.sub(r"//[^/]*@", "//", store)
