"""Runs commands in processes that can be killed. No test: what `test_kills` starts.

Each line of stdin is a job: {"run": arguments of the command line} or {"feedback": comments, "data": folder}, and with
"at": n the process kills itself at the n-th line that it executes of the modules that write. Answers are lines of
stdout: the process's id; `kept COMMENT` as soon as it is; `lines N`, what it has executed; at last `ended STATUS`.

Processes are forks of this one, which has imported all, so that one takes as long as its work does.
"""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import faiss  # noqa: F401
from conftest import FakeEmbedder

import documents.adding
import documents.targets  # noqa: F401
import qa.backup
import qa.cli
import qa.library_commands
from qa.answer import Answer, Status
from qa.app.feedback import FeedbackStore
from qa.app.turns import turn_of

WRITING = ("database", "sqlite_files", "durable", "locks", "restoring", "generations", "store", "vector_files", "vectors")
WRITING += ("feedback", "library_commands", "backup", "page_store")


class Lines:
    """Counts the lines executed in the modules that write, and kills the process at one of them."""

    def __init__(self, at: int | None) -> None:
        self._at = at
        self.count = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if Path(frame.f_code.co_filename).stem not in WRITING:
            return None
        return self._line

    def _line(self, frame: FrameType, event: str, _: Any) -> Any:
        self.count += event == "line"
        if self.count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._line


def said(line: str) -> None:
    """One line to whoever started this, in one piece."""
    os.write(1, f"{line}\n".encode())


def work(job: dict[str, Any]) -> int:
    """Do a job; returns its exit code."""
    if "run" in job:
        return qa.cli.main(job["run"])
    store = FeedbackStore(Path(job["data"]))
    for comment in job["feedback"]:
        store.add(turn_of(f"Hỏi {comment}?", Answer(Status.NOT_FOUND, f"Đáp {comment}.")), "wrong", comment)
        said(f"kept {comment}")
    return 0


def main() -> None:
    """Do the jobs of stdin, each in a process of its own."""
    for module in (qa.library_commands, qa.backup):
        if hasattr(module, "load"):
            module.load = lambda name: FakeEmbedder(name)  # an embedder that costs nothing
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                lines = Lines(job.get("at"))
                if "at" in job:
                    sys.settrace(lines)
                code = work(job)
                sys.settrace(None)
                said(f"lines {lines.count}")
            finally:
                os._exit(code)
        said(str(pid))
        _, status = os.waitpid(pid, 0)
        said(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
