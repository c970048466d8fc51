"""Wording: weighing a unit's words once a passage is known gives what weighing them one by one does."""

from hypothesis import given
from hypothesis import strategies as st

from documents.normalise import fold
from qa.wording import Alternative, around, held, shares, sought

WORDS = ("kinh", "tế", "số", "kinh_tế", "tế_số", "ngân", "sách", "ngân_sách", "tiền")
NONE: frozenset[str] = frozenset()
said = st.frozensets(st.sampled_from([*WORDS, *(f"~{fold(w)}" for w in WORDS)]), max_size=8)
wordings = st.lists(st.frozensets(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=1, max_size=2)
alternatives = st.dictionaries(
    st.sampled_from(WORDS),
    st.builds(lambda w, ambiguous: Alternative(frozenset().union(*w), ambiguous, tuple(w)), wordings, st.booleans()),
    max_size=3,
)


@given(st.dictionaries(st.sampled_from(WORDS), st.floats(0.1, 2.0), min_size=1), said, said, said, said, alternatives)
def test_shares_are_the_sums_of_what_is_held(
    wanted: dict[str, float],
    own: frozenset[str],
    more: frozenset[str],
    leaf: frozenset[str],
    path: frozenset[str],
    others: dict[str, Alternative],
) -> None:
    beside = own | more
    what = sought(wanted, others)
    together, alone = shares(what, around(what, beside, leaf, path, beside | leaf | path), own)
    assert abs(together - sum(w * held(t, own, beside, leaf, path, others) for t, w in wanted.items())) < 1e-9
    assert abs(alone - sum(w * held(t, own, own, NONE, NONE, others) for t, w in wanted.items())) < 1e-9
