"""`python -m eval [GOLD.jsonl…]`: the same as `nghiquyet eval`."""

import argparse
import io
import sys
from pathlib import Path

from eval.metrics import SLICE_FIELDS
from eval.runs import command
from index.embedding import NoModelError
from index.store import IndexError_
from qa.assistant import Assistant
from qa.settings import Settings, SettingsError


def main(arguments: list[str] | None = None) -> int:
    """Evaluate; the exit code is 0, 1 (failed) or 2 (usage)."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="Ask gold questions and score the answers.")
    parser.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl", help="question files (default: the shipped ones)")
    parser.add_argument("--by", action="append", default=[], choices=SLICE_FIELDS, help="also a table by this field; may be repeated")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show the first N wrong answers and why")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--answers", type=Path, metavar="OUT.jsonl", help="write all answers there")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: NGHIQUYET_DATA or the user's own)")
    given = parser.parse_args(arguments)

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # questions are Vietnamese, whatever the console's code page
    try:
        assistant = Assistant.open(Settings.load(data=given.data))
    except (SettingsError, IndexError_, NoModelError) as error:
        print(error, file=sys.stderr)
        return 1
    return command(given.gold, assistant, given.by, given.wrong, given.json, given.answers)


if __name__ == "__main__":
    sys.exit(main())
