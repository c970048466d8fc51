"""Groups of people, firms and schools: what holds for one of them is not said of another (`qa/data/groups.tsv`)."""

import functools
import re
from importlib import resources

from documents.normalise import fold

_ELSEWHERE = re.compile(r"(?i)đối tượng (?:(?:được )?(?:nêu|quy định) )?(?:tại|ở|trong|theo) (?:điều|khoản|mục|điểm)")


@functools.cache
def _groups() -> tuple[tuple[str, ...], ...]:
    lines = (resources.files("qa") / "data" / "groups.tsv").read_text("utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@functools.cache
def _said(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")


@functools.lru_cache(maxsize=256)
def groups(question: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The groups that `question` (lower case, restored) names: what it calls each, and all that it may be called."""
    found = [(m[0], names) for names in _groups() if (m := _said(names).search(question))]
    # "hộ nghèo" within "hộ cận nghèo" is none; what two groups are called by is no matter.
    return tuple((called, names) for called, names in found if not any(called != other and called in other for other, _ in found))


def names_group(names: tuple[str, ...], text: str) -> bool:
    """Whether `text` names a group that is called by `names`, be it with other marks, or those that another clause names."""
    return _folded(names).search(fold(text)) is not None or _ELSEWHERE.search(text) is not None


@functools.cache
def _folded(names: tuple[str, ...]) -> re.Pattern[str]:
    return _said(tuple(map(fold, names)))
