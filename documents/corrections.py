"""What an operator says about a document stands over what was read from it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from documents import outline_corrections, target_corrections
from documents.places import known_province
from documents.resolution import Fact, Resolution

CENTRAL = "Trung ương"
"""The `province` of what central bodies issue."""
FIELDS = ("title", "kind", "province", "locality", "body", "nature", "number", "issued", "signer", "signer_role", "period")
_FACTS = ("title", "body", "locality", "number", "issued", "signer", "signer_role", "period")
_LONGEST = 500  # characters
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class CorrectionError(Exception):
    """A field or value that can't be used; the message is one English sentence."""


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """`values` as they are kept: provinces by their name, dates as ISO; an empty value takes a correction back.

    Raises:
        CorrectionError: an unknown field, or a value it can't have.
    """
    return {field: _checked(field, " ".join(value.split())) for field, value in values.items()}


def of_parts(values: Mapping[str, str]) -> dict[str, str]:
    """Those of `values` that are of single headings and targets."""
    return {f: v for f, v in values.items() if f.startswith((outline_corrections.PREFIX, target_corrections.PREFIX))}


def _checked(field: str, value: str) -> str:
    if field.startswith(outline_corrections.PREFIX):
        if value and not outline_corrections.good(value):
            deepest = outline_corrections.DEEPEST
            raise CorrectionError(f"{field}: {value!r} is no level of a heading; give one from 1 to {deepest}, or none")
        return value
    if field.startswith(target_corrections.PREFIX):
        kept = target_corrections.good(value) if value else ""
        if kept is None or len(kept) > _LONGEST:
            raise CorrectionError(f"{field}: {value[:80]!r} is no correction of a target; give {target_corrections.ACCEPTED}")
        return kept
    if field not in FIELDS:
        raise CorrectionError(f"there is no field {field!r} to set; there are: {', '.join(FIELDS)}")
    if len(value) > _LONGEST:
        raise CorrectionError(f"{field}: {len(value)} characters are too many; give at most {_LONGEST}")
    if field == "province" and value:
        name = CENTRAL if value.lower() == CENTRAL.lower() else known_province(value)
        if name is None:
            raise CorrectionError(f"province: {value!r} is no province of Việt Nam; give its name, or {CENTRAL!r} for central bodies")
        return name
    if field == "issued" and value:
        written = _DATE.fullmatch(value)
        try:
            return (
                date(*(int(part) for part in reversed(written.groups()))).isoformat() if written else date.fromisoformat(value).isoformat()
            )
        except ValueError:
            raise CorrectionError(f"issued: {value!r} is no date; give one as 2025-11-18 or 18/11/2025") from None
    return value


def corrected(document: Resolution, values: Mapping[str, str]) -> Resolution:
    """`document` with `values` (as `checked` gives them) over what was read; they have no span in its text. Those of
    targets change no document: see `documents.target_corrections`."""
    facts = dict(document.facts) | {f: (Fact(values[f]),) for f in _FACTS if f in values}
    own: dict[str, Any] = {f: v for f, v in values.items() if hasattr(document, f)}
    return outline_corrections.reoutlined(replace(document, facts=facts, **own), values)
