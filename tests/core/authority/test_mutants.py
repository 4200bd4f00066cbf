"""Every mutant is told from the reference; the engine as it stands is not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from core.kernel.house import House
from tests.core.authority.mutants_rates import MUTANTS
from tests.core.authority.test_differential import check
from tests.core.authority.worlds import Made, Own, worlds

#: So many worlds a mutant may survive at most.
WORLDS = 1_000


def test_there_is_a_mutant_for_each_rule() -> None:
    assert len(MUTANTS) >= 25


@pytest.mark.full
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", list(MUTANTS))
def test_no_mutant_survives(house: House, name: str) -> None:
    """Which world betrays it does not matter, so none is made smaller, and the first one ends the search."""
    house.database.create_all(Own.metadata)

    @seed(1)
    @settings(
        max_examples=WORLDS, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(made=worlds())
    def in_every_world(made: Made) -> None:
        check(house, made)

    with pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        with pytest.raises(AssertionError):
            in_every_world()
