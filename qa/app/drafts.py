"""The headings and targets of a document as the operator looks them over: as read, with what is to hold instead. No Gradio here."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from documents.corrections import CorrectionError, checked, corrected, of_parts
from documents.outline_corrections import NONE
from documents.outline_corrections import keyed as heading_keys
from documents.resolution import Resolution, Section
from documents.target_corrections import FIELDS, STRUCK, corrected_target
from documents.target_corrections import keyed as target_keys
from documents.target_files import said
from documents.targets import Target, targets_of
from qa.app.shelving import ShelvingError, t
from qa.app.texts import capital, e, shortened

_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d+(?:,\d+)?")


@dataclass(frozen=True)
class Draft:
    """A document as it was read, with the corrections of its parts that are to be kept."""

    document: Resolution
    made: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    """Those that the library keeps already."""

    @classmethod
    def of(cls, document: Resolution, kept: Mapping[str, str]) -> "Draft":
        """That of a document of the library."""
        parts = of_parts(kept)
        return cls(corrected(document, {k: v for k, v in kept.items() if k not in parts}), parts, parts)

    @property
    def values(self) -> dict[str, str]:
        """What the library is to be told: new corrections, and "" for those taken back."""
        gone = {key: "" for key in self.kept if key not in self.made}
        return {k: v for k, v in self.made.items() if self.kept.get(k) != v} | gone

    def headings(self) -> list[tuple[str, Section]]:
        """Each heading as it was read."""
        return heading_keys(self.document.sections)

    def targets(self) -> list[tuple[str, Target]]:
        """Each target as it was read under the headings as they are now."""
        return target_keys(targets_of(corrected(self.document, self.made)))

    def target(self, key: str) -> tuple[Target, Target | None] | None:
        """A target as it was read and as it is now (None: struck out); None where there is none of this key."""
        found = next((target for k, target in self.targets() if k == key), None)
        return (found, corrected_target(found, self.made.get(key))) if found else None

    def level(self, key: str) -> str:
        """The level of a heading as it is now, or `NONE`."""
        return self.made.get(key) or next((str(len(s.path)) for k, s in self.headings() if k == key), "")

    def with_heading(self, key: str, level: str) -> "Draft":
        """The draft with a heading of `level`; as read where it was read so."""
        read_as = next((str(len(s.path)) for k, s in self.headings() if k == key), None)
        return self._with(key, "" if level == read_as else level)

    def with_target(self, key: str, given: Mapping[str, str]) -> "Draft":
        """The draft with a target as `given` field by field, as people write figures ("1.200", "11,5").

        Raises:
            ShelvingError: a value that can't be used.
        """
        found = self.target(key)
        if found is None:
            raise ShelvingError(t("target_gone"))
        before = fields_of(found[0])
        values = {name: _typed(name, given[name].strip()) for name in FIELDS if name in given and given[name].strip() != before[name]}
        return self._with(key, json.dumps(values, ensure_ascii=False) if values else "")

    def struck(self, key: str) -> "Draft":
        """The draft without a target."""
        return self._with(key, STRUCK)

    def restored(self, key: str) -> "Draft":
        """The draft with a heading or target as it was read."""
        return self._with(key, "")

    def _with(self, key: str, value: str) -> "Draft":
        try:
            [(key, value)] = checked({key: value}).items()
        except CorrectionError as error:
            raise ShelvingError(t("wrong_part")) from error
        return replace(self, made={k: v for k, v in self.made.items() if k != key} | ({key: value} if value else {}))


def fields_of(target: Target) -> dict[str, str]:
    """The fields of a target as they are shown and typed."""
    return {name: _shown(getattr(target, name)) for name in FIELDS}


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.10g}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return "" if value is None else str(value)


def _typed(name: str, typed: str) -> str | float | int | None:
    if name in ("value", "value_max"):
        if not typed and name == "value_max":
            return None
        if not _NUMBER.fullmatch(typed):
            raise ShelvingError(t("wrong_figure"))
        return float(typed.replace(".", "").replace(",", "."))
    if name == "year":
        if typed and not re.fullmatch(r"(?:19|20)\d\d", typed):
            raise ShelvingError(t("wrong_year"))
        return int(typed) if typed else None
    if name == "indicator" and not typed:
        raise ShelvingError(t("wrong_indicator"))
    return (typed or None) if name == "level" else typed


def label(target: Target) -> str:
    """A target on one line, for a list to choose from."""
    parts = (said(target), str(target.year) if target.year else "", target.level or "", target.indicator)
    return capital(shortened(" · ".join(filter(None, parts)), 110))


def outline_html(draft: Draft) -> str:
    """The outline as it is now, what is changed marked."""
    items = []
    now = {s.start: s for s in corrected(draft.document, draft.made).sections}
    for key, s in draft.headings():
        name = e(shortened(s.path[-1], 140))
        if draft.made.get(key) == NONE:
            items.append(f'<li class="cap-1"><s>{name}</s> {_badge("no_heading")}</li>')
            continue
        level = len(now[s.start].path)
        items.append(f'<li class="cap-{min(level, 3)}">{name}{_badge("corrected") if key in draft.made else ""}</li>')
    return f'<ul class="dan-y">{"".join(items)}</ul>' if items else f'<p class="trong">{e(t("no_headings"))}</p>'


def targets_html(draft: Draft) -> str:
    """The targets as they are now, each with the words it was read from, what is changed marked."""
    items = []
    for key, read_as in draft.targets():
        now = corrected_target(read_as, draft.made.get(key))
        badge = _badge("struck") if now is None else _badge("corrected") if key in draft.made else ""
        line = e(label(now or read_as))
        items.append(
            f"<li>{f'<s>{line}</s>' if now is None else f'<b>{line}</b>'}{badge}<br><q>{e(shortened(read_as.quote, 300))}</q></li>"
        )
    return f'<ul class="dong-chi-tieu">{"".join(items)}</ul>' if items else f'<p class="trong">{e(t("no_targets"))}</p>'


def _badge(key: str) -> str:
    return f' <span class="nhan">{e(t(key))}</span>'
