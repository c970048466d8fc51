"""In which sections of an official document the answer to a question stands: money under "Kinh phí", reasons under
"Nguyên nhân". Official drafting has a fixed plan, so that this holds for documents nobody has seen (`data/sections.tsv`).
"""

import functools
import re
from importlib import resources


@functools.cache
def _table() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    rows = []
    for line in (resources.files("qa") / "data" / "sections.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            asked, headings = line.split("\t")
            rows.append((re.compile(rf"(?<!\w)(?:{asked})(?!\w)"), re.compile(rf"(?<!\w)(?:{headings})(?!\w)")))
    return tuple(rows)


@functools.lru_cache(maxsize=256)
def intents(question: str) -> tuple[re.Pattern[str], ...]:
    """What the headings above an answer to `question` (diacritics restored) may say."""
    lowered = question.lower()
    return tuple(headings for asked, headings in _table() if asked.search(lowered))


@functools.lru_cache(maxsize=8192)
def fit(wanted: tuple[re.Pattern[str], ...], path: tuple[str, ...]) -> float:
    """How well the headings `path` fit: 1 where the nearest one does, 0.6 where one above does, 0 where none does."""
    if not wanted or not path:
        return 0.0
    if any(w.search(path[-1].lower()) for w in wanted):
        return 1.0
    return 0.6 if any(w.search(h.lower()) for w in wanted for h in path[:-1]) else 0.0
