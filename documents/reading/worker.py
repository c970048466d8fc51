"""The reading process: reads one file, or draws one of its pages, within bounds; it answers on stdout, a line of JSON each time.

Run by `documents.reading.bounded` only: python -m documents.reading.worker FILE, with bounds, the file's name and what to draw as JSON in
the first line of stdin. When stdin ends, the program that wanted the text is gone, and so is any wish to go on.
"""

import base64
import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path

_LARGEST_FILE = 1_000_000_000  # bytes that may be written to a temporary file
_MOST_FILES = 256


def main() -> None:
    """Read the file named on the command line."""
    given = json.loads(sys.stdin.readline())
    # Libraries that print must not write into the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    threading.Thread(target=_end_with_the_program, daemon=True).start()
    _bound(given["bounds"]["memory"])

    from documents.reading.dispatch import read
    from documents.reading.drawing import draw
    from documents.reading.exchange import to_json
    from documents.reading.source import Bounds, Reading, ReadingError

    def say(kind: str, value: str) -> None:
        answers.write(f'{{"{kind}":{value}}}\n')
        answers.flush()

    data = Path(sys.argv[1]).read_bytes()
    reading = Reading(Bounds(**given["bounds"]), lambda done, total: say("progress", json.dumps([done, total])))
    try:
        if given["draw"]:
            say("picture", json.dumps(base64.b64encode(draw(data, *given["draw"])).decode()))
        else:
            say("source", to_json(read(data, given["name"], reading)))
    except ReadingError as error:
        say("error", json.dumps([error.reason, str(error)], ensure_ascii=False))
    except (MemoryError, RecursionError):
        say("error", json.dumps(["too_much_memory", ""]))
    answers.flush()
    os._exit(0)  # nothing is left to tidy up, and a thread that hangs must not keep it


def _end_with_the_program() -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def _bound(megabytes: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        os.nice(15)  # who asks a question comes first
    try:
        import resource
    except ImportError:  # Windows: time alone is bounded there
        return
    limits = {
        resource.RLIMIT_AS: megabytes * 2**20,
        resource.RLIMIT_FSIZE: _LARGEST_FILE,
        resource.RLIMIT_NOFILE: _MOST_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
