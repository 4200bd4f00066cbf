import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.core.authority.conftest import *
from tests.core.authority.conftest import company, database_builder, english, house
from tests.core.authority.mutants_compiled import MUTANTS
from tests.core.authority.test_differential import check
from tests.core.authority.worlds import Made, Own, worlds
N=[0]
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", list(MUTANTS))
def test_it(house, name):
    house.database.create_all(Own.metadata)
    n=[0]
    @seed(1)
    @settings(max_examples=5000, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False, suppress_health_check=list(HealthCheck))
    @given(made=worlds())
    def every(made):
        n[0]+=1
        check(house, made)
    with pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        with pytest.raises(AssertionError):
            every()
    print("KILLED", name, n[0])
