"""What `nghiquyet eval` does: asks, scores, prints, writes reports, and decides on the exit code.

The report goes to stdout, progress and what is wrong with the run to stderr.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from documents.library import corpus_digest
from eval.attribution import Judge, overlap
from eval.baselines import Beside
from eval.compare import compare, lines, outcomes
from eval.floors import FloorError, broken, read_floors, shipped_floors
from eval.gold import Gold, GoldError, read_all, shipped
from eval.memo import memo_of, remembering
from eval.page import to_html
from eval.perturb import PERTURBATIONS, robustness
from eval.report import Findings, measures, terminal, to_json, to_markdown, wrong_lines
from eval.runs import USUAL_FIELDS, Asked, Reply, Run, check_fields, collect, judged
from eval.systems import SystemError_, ask_system
from eval.trec import qrels_lines, run_lines

_PROGRESS_EVERY = 25  # questions


def command(options: argparse.Namespace, open_assistant: Callable[[], Asked]) -> int:
    """Run with the options of `eval.options`; the exit code is 0, or 1 where a file can't be used, a question got no usable
    answer, a floor is broken or the run is significantly worse than its baseline."""
    try:
        return _command(options, open_assistant)
    except BrokenPipeError:  # the reader of our output has gone; the command line knows what to do
        raise
    except (GoldError, FloorError, SystemError_, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _command(options: argparse.Namespace, open_assistant: Callable[[], Asked]) -> int:
    # What can't be used is told before minutes of asking.
    paths = list(options.gold) or list(options.corpus) or shipped()
    files = read_all(paths)
    gold = [g for questions in files.values() for g in questions]
    by = options.by or list(USUAL_FIELDS)
    check_fields(by)
    perturbed = options.perturb or (list(PERTURBATIONS) if options.robustness else [])
    for name in perturbed:
        if name not in PERTURBATIONS:
            raise ValueError(f"--perturb {name}: no such perturbation; choose from {', '.join(PERTURBATIONS)}")
    before = outcomes(options.baseline, gold) if options.baseline else None
    gated = options.gate or options.baseline
    floors = read_floors(options.floors or shipped_floors()) if gated or options.floors else {}
    if not options.floors:
        # A file of one's own that is called "dev" too has none of the shipped floors.
        own = {p.resolve() for p in shipped()}
        floors = {p.stem: floors[p.stem] for p in paths if p.stem in floors and p.resolve() in own}

    if options.system and options.baselines:
        raise ValueError("--baselines measures our own assistant beside others and can't be combined with --system")
    if options.corpus and (options.system or options.baselines):
        raise ValueError("--corpus measures our own assistant over other texts and can't be combined with --system or --baselines")
    same = [word for name in ("data", "model", "reranker") if (value := getattr(options, name, None)) for word in (f"--{name}", value)]
    judge = _judge(options, gold) if options.judge else overlap
    beside = Beside(options.gold, same) if options.baselines else None
    held = contextlib.ExitStack()
    try:
        if options.system:
            if perturbed:
                raise ValueError("--robustness asks our own assistant and can't be combined with --system")
            assistant, run = None, _of_system(options.system, options.timeout, files, gold, by)
        else:
            # Remembers the questions' vectors for all that comes after the run.
            assistant = remembering(_over(options, held) if options.corpus else open_assistant())
            run = judged(files, collect(assistant, gold, _print_progress), assistant.index.documents, by)
        rights = {v.gold.id: v.right for v in run.verdicts}
        findings = Findings(
            run,
            compare(before, rights, options.seed) if before is not None else None,
            robustness(assistant, gold, perturbed, options.seed, rights, _print_perturbed) if assistant and perturbed else {},
            tuple(broken(floors, run)),
            measures(run, judge),
            _table(beside, assistant, run) if beside and assistant else {},
        )
    finally:
        if beside:
            beside.stop()
        held.close()
    _write(options, findings, gold)
    return _show(options, findings)


def _judge(options: argparse.Namespace, gold: list[Gold]) -> Judge:
    """The language model of the settings as the judge; how far it agrees with gold is told on stderr."""
    from eval.model_judge import ModelJudge, agreement, known_pairs
    from qa.generating import load
    from qa.settings import Settings

    given = {name: getattr(options, name, None) for name in ("data", "settings", "llm", "llm_url")}
    model = Settings.load(**given).language_model
    if model is None:
        raise ValueError("--judge needs a language model; name one with --llm, and --llm-url where it is at an endpoint")
    judge = ModelJudge(load(model))
    found = agreement(judge, known_pairs(gold))
    said = f"judge {model.name}: right on {found.right} of {found.pairs} pairs known from gold (kappa {found.kappa:.2f})"
    print(f"{said}; word overlap stood in {judge.fallen_back} times", file=sys.stderr)
    return judge


def _over(options: argparse.Namespace, held: contextlib.ExitStack) -> Asked:
    from eval.corpora import assistant_over
    from qa.settings import Settings

    given = {name: getattr(options, name, None) for name in ("data", "model", "reranker")}
    return held.enter_context(assistant_over(options.corpus, Settings.load(**given)))


def _table(beside: Beside, assistant: Asked, run: Run) -> dict[str, list[str]]:
    from documents.library import bundled

    memo = memo_of(assistant)
    if memo is None:
        raise ValueError("--baselines needs an embedder: the baselines search by vectors")
    same = corpus_digest(assistant.index.documents) == corpus_digest(bundled())
    return beside.table(memo, run if same else None, getattr(assistant, "reranker", None))


def _of_system(system: str, timeout: float, files: dict[str, list[Gold]], gold: list[Gold], by: list[str]) -> Run:
    from documents.library import bundled

    documents = bundled()
    replies: dict[str, Reply] = ask_system(system, gold, documents, timeout, _print_progress)
    return judged(files, replies, documents, by)


def _write(options: argparse.Namespace, findings: Findings, gold: list[Gold]) -> None:
    run = findings.run
    reports: list[tuple[Path | None, Callable[[], str]]] = [
        (options.answers, lambda: _joined(run.lines())),
        (options.markdown, lambda: to_markdown(findings)),
        (options.html, lambda: to_html(findings)),
        (options.trec_run, lambda: _joined(run_lines(run.replies))),
        (options.trec_qrels, lambda: _joined(qrels_lines(gold, run.documents))),
    ]
    for path, made in reports:
        if path is not None:
            path.write_text(made(), "utf-8")


def _joined(rows: Iterable[str]) -> str:
    return "".join(row + "\n" for row in rows)


def _show(options: argparse.Namespace, findings: Findings) -> int:
    run, comparison = findings.run, findings.comparison
    # JSON on stdout stays one object.
    beside = sys.stderr if options.json else sys.stdout
    print(json.dumps(to_json(findings), ensure_ascii=False) if options.json else _joined(terminal(findings)).rstrip("\n"))
    if comparison:
        print(_joined(["", "against the baseline", *lines(comparison, findings.questions)]).rstrip("\n"), file=beside)
    for row in wrong_lines(findings, options.wrong):
        print(row, file=beside)
    for sentence in findings.broken:
        print(sentence, file=sys.stderr)
    if run.failures:
        print(f"{run.failures} questions got no usable answer; see --wrong", file=sys.stderr)
    return 1 if run.failures or findings.broken or (comparison and comparison.significant_loss) else 0


def _print_progress(done: int, total: int) -> None:
    if done % _PROGRESS_EVERY == 0 or done == total:
        print(f"asked {done} of {total} questions", file=sys.stderr)


def _print_perturbed(name: str, done: int, total: int) -> None:
    if done == total:
        print(f"asked {total} questions, {name}", file=sys.stderr)
