"""Which names of a question a passage leaves unsaid: abbreviations, cited documents, districts, groups of people."""

import functools
import re
from collections.abc import Callable, Sequence

from documents.normalise import fold, words
from documents.resolution import Passage
from index.analysis import terms
from qa.groups import names_group
from qa.naming import cites
from qa.question import Question

Groups = Sequence[tuple[str, tuple[str, ...]]]
_INITIALS = 4  # letters, from which on an abbreviation is no chance where as many words begin with them


def missing(
    question: Question, passage: Passage, said: frozenset[str], locality: str, of_groups: Groups, known: Callable[[str], object]
) -> tuple[str, ...]:
    """The names of `question`, folded, that `passage` and its headings, whose terms are `said`, do not hold.

    Args:
        locality: the district or commune whose own document it is; that need not be named in each line.
        of_groups: the groups of people that a figure is asked of, each with its other names (`qa.groups`).
        known: whether a document of the library has a term; two letters that none has are an abbreviation of one's own and no name.
    """
    found = [
        n
        for n in question.names
        if (len(n) > 2 or known(f"~{n}")) and f"~{n}" not in said and not _in_words(n, said, question) and not _by_initials(n, passage.text)
    ]
    if any(n[0].isdigit() and n not in found for n in question.names):
        found = [n for n in found if not n[0].isdigit()]  # "5G hay vẫn chỉ 4G?" is answered where one of them is said
    if question.cited:
        flat = re.sub(r"\s", "", fold(passage.text))
        found += [n for n in question.cited if not cites(flat, n)]
    if question.districts:
        around = fold(" ".join((passage.text, *passage.path, locality)))
        found += [d for d in question.districts if d not in around]
    if of_groups:
        told = " / ".join((passage.text, *passage.path, *passage.columns))
        found += [fold(called) for called, names in of_groups if not names_group(names, told)]
    return tuple(found)


def _in_words(name: str, said: frozenset[str], question: Question) -> bool:
    """Whether what a name stands for ("DTI": chỉ số chuyển đổi số) is said as a whole."""
    official = [o for phrase, meant in question.widened if phrase == (name,) for o in meant]
    return any(all(t in said for t in terms(o)) for o in official)


def _by_initials(name: str, text: str) -> bool:
    """Whether words of `text` that follow each other begin with the letters of `name` ("VBBH": văn bằng bảo hộ)."""
    return len(name) >= _INITIALS and name.isalpha() and name in _initials(text)


@functools.lru_cache(maxsize=1 << 12)
def _initials(text: str) -> str:
    return "".join(fold(w)[0] for w in words(text))
