"""Floors: what a run must reach, in a TOML file with a table for each file of questions (`eval/floors.toml` ships).

    [dev.at_least]
    accuracy = 88.0
    "span_recall@5" = 85.0
    [dev.at_most]
    false_refusals = 3.0

Metrics are those of `eval.metrics.Report`, span_recall@k in percent, and mrr from 0 to 1.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from eval.metrics import Report
from eval.retrieval import CUTS, Retrieval
from eval.runs import Run

_BOUNDS = ("at_least", "at_most")
Floors = Mapping[str, Mapping[str, Mapping[str, float]]]
"""File name without suffix -> at_least | at_most -> metric -> bound."""


class FloorError(Exception):
    """A file of floors can't be used; the message says what is accepted."""


def shipped_floors() -> Path:
    """The file that comes with the package."""
    return Path(str(resources.files("eval") / "floors.toml"))


def numbers(report: Report, retrieval: Retrieval) -> dict[str, float | None]:
    """Every number of a run by name; span recalls in percent, the mean reciprocal rank from 0 to 1."""
    counted = {name: value for name, value in report.to_json().items() if value is None or isinstance(value, int | float)}
    return counted | {f"span_recall@{k}": 100 * share for k, share in retrieval.recall.items()} | {"mrr": retrieval.mrr}


def read_floors(path: Path) -> Floors:
    """The floors in `path`.

    Raises:
        FloorError: no TOML, another shape, a metric that is none, a bound that is no number.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FloorError(f"{path}: can't be read as TOML ({error})") from error
    metrics = {*Report.__dataclass_fields__, *(f"span_recall@{k}" for k in CUTS), "mrr"} - {"slices"}
    for file, bounds in raw.items():
        if not isinstance(bounds, dict) or not bounds.keys() <= set(_BOUNDS) or not all(isinstance(b, dict) for b in bounds.values()):
            raise FloorError(f"{path}: [{file}]: tables [{file}.at_least] and [{file}.at_most] are wanted")
        for bound, values in bounds.items():
            for name, value in values.items():
                if name not in metrics:
                    raise FloorError(f"{path}: [{file}.{bound}] {name}: no metric; choose from {', '.join(sorted(metrics))}")
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise FloorError(f"{path}: [{file}.{bound}] {name}: a number is wanted, not {value!r}")
    return raw


def broken(floors: Floors, run: Run) -> list[str]:
    """A sentence for each floor that `run` breaks; files that were not asked are passed over, what was not counted is broken."""
    found = []
    for file, bounds in floors.items():
        if file not in run.reports:
            continue
        values = numbers(*run.reports[file])
        for bound, wanted in ((b, w) for b in _BOUNDS for w in bounds.get(b, {}).items()):
            name, limit = wanted
            value = values.get(name)
            if value is None:
                found.append(f"{file}: {name} could not be counted, but {bound.replace('_', ' ')} {limit:g} is wanted")
            elif (value < limit) if bound == "at_least" else (value > limit):
                side = "under the floor" if bound == "at_least" else "over the ceiling"
                found.append(f"{file}: {name} is {value:.1f}, {side} of {limit:g}")
    return found
