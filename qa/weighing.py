"""What speaks for a unit as evidence, as numbers, and how much each counts.

The weights are data (`qa/data/evidence.json`), fitted by `python -m eval.learn`: one set for questions that ask for a figure,
one for all others.
"""

import functools
import json
from importlib import resources

FEATURES = (
    "vector",
    "exact",
    "folded",
    "heading",
    "expansion",
    "dated",
    "digit",
    "aside",
    "coverage",
    "own",
    "year",
    "no_figure",
    "missing",
    "counted",
    "section",
    "leaf",
    "subject",
    "targets",
    "duties",
    "body",
    "situation",
    "says_year",
    "defines",
)
"""
vector … aside: the parts of the passage's search score, before their weights there. coverage: share of the topic said by unit,
passage and headings; own: by the unit itself. year, counted, missing: as in `qa.evidence.Scored`. section: headings of the kind
that answers such questions; leaf: share of the topic in the nearest heading; subject: the passage is about the body named;
targets, duties: below such headings; body: begins with a body, where one is asked for (-0.75: doesn't); situation: tells of the
situation, which is not asked for; says_year: names a year, where one is asked for; defines: says what the topic is.
"""


@functools.cache
def weights(figure: bool) -> tuple[float, ...]:
    """How much each of `FEATURES` counts, for questions that ask for a figure or for others."""
    raw = json.loads((resources.files("qa") / "data" / "evidence.json").read_text("utf-8"))["weights"]["figure" if figure else "other"]
    return tuple(float(raw[name]) for name in FEATURES)
