"""What an operator says about single targets: struck out, or of another indicator, figure, unit, year or level. A corrected
target still quotes the words it was read from, and says that it was corrected.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from documents.outline_corrections import digest
from documents.targets import Target

PREFIX = "target:"
"""Begins the field of such a correction; what follows names the target by its quote and figure, so that a new reading finds it again."""
STRUCK = "struck"
FIELDS = ("indicator", "comparator", "value", "value_max", "unit", "year", "level")
COMPARATORS = (">=", ">", "<=", "<", "=", "~", "range")
LEVELS = ("cấp tỉnh", "cấp huyện", "cấp xã")
ACCEPTED = f'"{STRUCK}", or JSON with some of {", ".join(FIELDS)}'


def keyed(targets: Sequence[Target]) -> list[tuple[str, Target]]:
    """The field that a correction of each target, as it was read, is kept under, with the target."""
    seen: dict[str, int] = {}
    found = []
    for t in targets:
        name = digest(t.quote, t.value, t.value_max, t.unit)
        seen[name] = seen.get(name, 0) + 1
        found.append((f"{PREFIX}{name}{f'.{seen[name]}' if seen[name] > 1 else ''}", t))
    return found


def good(value: str) -> str | None:
    """`value` as it is kept, or None where it is no correction of a target."""
    if value == STRUCK:
        return value
    try:
        said = json.loads(value)
    except ValueError:
        return None
    if not isinstance(said, dict) or not said or not all(k in FIELDS and _fits(k, v) for k, v in said.items()):
        return None
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _fits(field: str, value: Any) -> bool:
    if field in ("value", "value_max"):
        number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        return number or (field == "value_max" and value is None)
    if field == "year":
        return value is None or (isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100)
    if field == "comparator":
        return value in COMPARATORS
    if field == "level":
        return value is None or value in LEVELS
    return isinstance(value, str) and len(value) <= 200 and (field == "unit" or bool(value.strip()))


def corrected_targets(targets: Sequence[Target], values: Mapping[str, str]) -> tuple[Target, ...]:
    """`targets`, as they were read, with `values` (as `good`) over them."""
    return tuple(now for key, t in keyed(targets) if (now := corrected_target(t, values.get(key))))


def corrected_target(target: Target, value: str | None) -> Target | None:
    """`target` as `value` has it; None where it is struck out."""
    if not value:
        return target
    if value == STRUCK:
        return None
    said = json.loads(value)
    for name in ("value", "value_max"):
        if said.get(name) is not None:
            said[name] = float(said[name])
    now = replace(target, **said, corrected=True)
    # A range has two ends, and nothing else has.
    if now.value_max is None:
        return replace(now, comparator="=") if now.comparator == "range" else now
    if now.comparator == "range":
        return now
    return replace(now, comparator="range") if said.get("value_max") is not None else replace(now, value_max=None)
