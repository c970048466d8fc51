"""The options of `nghiquyet eval` and `python -m eval`, apart from what they do so that a command line can be read quickly."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them all to `parser`."""
    parser.add_argument("gold", nargs="*", type=Path, metavar="GOLD.jsonl", help="question files (default: those that ship)")
    corpus = "ask over the paragraphs of this SQuAD, XQuAD or ViQuAD file or BEIR folder alone; its own questions unless GOLD names others"
    parser.add_argument("--corpus", action="append", type=Path, default=[], metavar="FILE.json", help=corpus)
    shown = parser.add_argument_group("what is shown")
    by = "slice by this alone (default: type, style, provinces, length); may be repeated"
    shown.add_argument("--by", action="append", default=[], metavar="FIELD", help=by)
    shown.add_argument("--wrong", type=int, default=0, metavar="N", help="show the first N wrong answers and why")
    shown.add_argument("--json", action="store_true", help="the figures as one JSON object")
    shown.add_argument("--markdown", type=Path, metavar="OUT.md", help="also write the report as Markdown")
    shown.add_argument("--html", type=Path, metavar="OUT.html", help="also write it as one page with plots and the wrong answers' traces")
    shown.add_argument("--answers", type=Path, metavar="OUT.jsonl", help="also write the answers with their verdicts (a later --baseline)")
    shown.add_argument("--trec-run", type=Path, metavar="OUT.txt", help="also write what was found as a TREC run")
    shown.add_argument("--trec-qrels", type=Path, metavar="OUT.txt", help="also write the relevant passages as TREC qrels")
    table = "also print the table of baselines and of ours with parts switched off, over the bundled documents"
    shown.add_argument("--baselines", action="store_true", help=table)
    judge = "the language model of --llm judges whether citations support sentences (ALCE); its agreement with gold is told"
    shown.add_argument("--judge", action="store_true", help=judge)
    gate = parser.add_argument_group("gates (exit code 1)")
    gate.add_argument("--baseline", type=Path, metavar="RUN.jsonl", help="compare with these answers; fails on a significant loss")
    gate.add_argument(
        "--gate", action="store_true", help="fail where a shipped file is under its floors (eval/floors.toml); --baseline does too"
    )
    gate.add_argument("--floors", type=Path, metavar="FILE.toml", help="floors of your own, for --gate and --baseline")
    asked = parser.add_argument_group("what is asked")
    asked.add_argument("--system", metavar="COMMAND|URL", help="another system: a command (JSON Lines in and out) or an http(s) address")
    asked.add_argument("--timeout", type=float, default=10.0, metavar="S", help="seconds a question may take --system (default 10)")
    asked.add_argument("--robustness", action="store_true", help="also ask every question perturbed, and show what each perturbation costs")
    asked.add_argument("--perturb", action="append", default=[], metavar="NAME", help="only this perturbation (implies --robustness)")
    asked.add_argument("--seed", type=int, default=0, metavar="N", help="of perturbations and bootstrap (default 0)")
