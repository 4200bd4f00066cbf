"""What is kept for those who come back, against a list of everything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.live.rings import Rings

SUBJECTS = [("t", str(n)) for n in range(4)]


@given(st.lists(st.sampled_from(SUBJECTS), max_size=40), st.sets(st.sampled_from(SUBJECTS), min_size=1),
       st.integers(0, 40))  # fmt: skip
def test_what_was_missed_is_told_whole_or_not_at_all(
    told: list[tuple[str, str]], wanted: set[tuple[str, str]], seen: int
) -> None:
    rings = Rings(each=5, most=3)
    for number, subject in enumerate(told, start=1):
        rings.add(subject, number, str(number).encode())
    missed = [str(n).encode() for n, subject in enumerate(told, start=1) if n > seen and subject in wanted]
    answer = rings.since(wanted, seen)
    assert answer is None or answer == missed
    kept_by_each = all(sum(1 for n, s in enumerate(told, 1) if s == one and n > seen) <= 5 for one in wanted)
    if len(set(told)) <= 3 and kept_by_each:
        assert answer == missed, "nothing was pushed out after that"
