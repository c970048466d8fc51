"""A run and its relevance judgements in TREC's formats, for trec_eval, ir_measures, ranx and the like.

A document of TREC's is a passage of ours, its docno the passage's id; the judgements are those of `eval.retrieval.relevance`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from documents.resolution import Resolution
from eval.gold import Gold
from eval.retrieval import relevance
from eval.runs import Reply

_TAG = "nghiquyet"
_LEAST = 1e-6  # between the scores of two ranks


def run_lines(replies: Mapping[str, Reply], tag: str = _TAG) -> Iterator[str]:
    """`qid Q0 docno rank score tag` for each hit; ranks from 1.

    Scores fall with the rank, by a millionth where the system's own don't: trec_eval sorts by score and breaks ties by
    docno, and the order would be lost.
    """
    for identity, reply in replies.items():
        score = float("inf")
        for rank, hit in enumerate(reply.hits, start=1):
            score = min(hit.score, score - _LEAST)
            yield f"{_name(identity)} Q0 {_name(hit.passage.id)} {rank} {score:.6f} {_name(tag)}"


def qrels_lines(gold: Sequence[Gold], documents: Mapping[str, Resolution]) -> Iterator[str]:
    """`qid 0 docno relevance` for each passage of `documents` that covers some evidence of a question by itself."""
    for identity, grades in relevance(gold, documents).items():
        yield from (f"{_name(identity)} 0 {_name(docno)} {grade}" for docno, grade in grades.items())


def _name(text: str) -> str:
    """`text` as one word: the formats part their fields by white space."""
    return re.sub(r"\s+", "_", text)
