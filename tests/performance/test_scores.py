"""Scores from definition to what is kept: the story, posts in part, a change in mid-cycle, failing sources."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from performance.models import Score, ScoreLine
from performance.services import scores
from remit.base import DomainError
from remit.services import system
from tests.performance.conftest import MARCH, Office, percent


def compute(office: Office, period: Any = MARCH) -> dict[tuple[str, int], Score]:
    """Work the scores out; by grain and subject."""
    with office.company.house.session(office.zhao, write=True) as session:
        scores.compute(session, office.zhao, period)
    with office.company.house.session(office.zhao) as session, system(session, "tests"):
        found = {(one.grain, one.subject_id): one for one in session.scalars(select(Score))}
        session.expunge_all()
    return found


def lines_of(office: Office, found: Score) -> list[ScoreLine]:
    """The lines of a score."""
    with office.company.house.session(office.zhao) as session:
        rows = list(session.scalars(select(ScoreLine).where(ScoreLine.score_id == found.id).order_by(ScoreLine.id)))
        session.expunge_all()
    return rows


def test_the_two_departments_of_the_story(office: Office) -> None:
    leads = office.kpi("leads", target=100)
    conversion = office.kpi("conversion", unit="rate", target=200_000)
    exposure = office.kpi("exposure", target=1_000_000)
    sales = office.kpi("sales", unit="money", target=150_000_000)
    retention = office.kpi("retention", unit="rate", target=900_000)
    office.scheme("MKT", [
        *percent((leads, 30)), {"kpi_id": conversion, "weight": 400_000, "of_unit_id": office.unit("SALES")},
        *percent((exposure, 30)),
    ], unit_id=office.unit("MKT"))  # fmt: skip
    office.scheme("SAL", percent((sales, 50), (conversion, 30), (retention, 20)), unit_id=office.unit("SALES"))
    office.value(leads, 105, unit="MKT")
    office.value(conversion, 180_000, unit="SALES")
    office.value(exposure, 960_000, unit="MKT")
    office.value(sales, 183_000_000, unit="SALES")
    office.value(retention, 920_000, unit="SALES")
    found = compute(office)
    marketing, selling = found["unit", office.unit("MKT")], found["unit", office.unit("SALES")]
    assert (marketing.points, selling.points) == (9630, 10744)
    assert [one.points for one in lines_of(office, marketing)] == [3150, 3600, 2880]
    assert [one.points for one in lines_of(office, selling)] == [6000, 2700, 2044]
    assert {one.origin for one in lines_of(office, marketing)} == {"manual"}
    # Worked out again, nothing is doubled.
    assert len(compute(office)) == 2


def test_weights_of_99_percent_are_refused_with_a_sentence(office: Office) -> None:
    leads, exposure = office.kpi("leads", target=100), office.kpi("exposure", target=100)
    with pytest.raises(DomainError) as refused:
        office.scheme("MKT", percent((leads, 30), (exposure, 69)), unit_id=office.unit("MKT"))
    assert str(refused.value) == "The weights add up to 99 %, 1 % less than 100 %."
    with pytest.raises(DomainError, match=r"101 %, 1 % more"):
        office.scheme("MKT", percent((leads, 30), (exposure, 71)), unit_id=office.unit("MKT"))


def test_a_target_of_zero_and_a_missing_value_are_named(office: Office) -> None:
    leads, exposure = office.kpi("leads", target=0), office.kpi("exposure", target=100)
    reach = office.kpi("reach", target=5)
    office.scheme("MKT", percent((leads, 30), (exposure, 40), (reach, 30)), unit_id=office.unit("MKT"))
    office.value(leads, 5, unit="MKT")
    office.value(exposure, 100, unit="MKT")
    found = compute(office)["unit", office.unit("MKT")]
    assert (found.points, found.scored) == (4000, 400_000)
    assert [one.problem for one in lines_of(office, found)] == [2, 0, 1]


def test_two_posts_count_by_fte_and_days(office: Office) -> None:
    """Wang is head of acquisition (100 %) and of the east (20 %): 100 x 31 and 20 x 31 parts."""
    leads = office.kpi("leads", target=100)
    sales = office.kpi("sales", target=100)
    office.scheme("ACQ-H", percent((leads, 100)), position_id=office.company.positions["ACQ-H"].id)
    office.scheme("EA-H", percent((sales, 100)), position_id=office.company.positions["EA-H"].id)
    office.value(leads, 90, unit="ACQ")
    office.value(sales, 60, unit="EAST")
    found = compute(office)
    assert list(found) == [("person", office.company.people["wang"].id)]
    # (90 x 100 + 60 x 20) / 120 = 85
    assert found["person", office.company.people["wang"].id].points == 8500


def test_a_change_in_mid_cycle_and_an_own_scheme(office: Office) -> None:
    leads, quality = office.kpi("leads", target=100), office.kpi("quality", target=100)
    post = office.company.positions["ACQ-S"].id
    office.scheme("ACQ-S", percent((leads, 100)), position_id=post)
    office.scheme("ACQ-S", percent((quality, 100)), position_id=post, valid_from=date(2026, 3, 11))
    office.value(leads, 50, unit="ACQ")
    office.value(quality, 100, unit="ACQ")
    sun, chen = office.company.people["sun"], office.company.people["chen"]
    found = compute(office)
    # 10 days at 50, 21 days at 100: 2600 / 31 = 83.87
    assert found["person", sun.id].points == 8387
    # Chen acts for the director for two weeks, a post without a scheme: what he is measured by stays the same.
    assert found["person", chen.id].points == 8387
    office.scheme("SUN", percent((leads, 50), (quality, 50)), person_id=sun.person_id, valid_from=date(2026, 3, 1))
    found = compute(office)
    assert (found["person", sun.id].points, found["person", chen.id].points) == (7500, 8387)


def test_a_formula_over_a_source_counts_up_to_today(office: Office) -> None:
    """The sample tells one reading for each day that is over: 22 for each of March's days so far, five people."""
    mine = office.kpi("readings", grain="person", formula="sample_readings", target=20)
    all_ = office.kpi("all_readings", grain="unit", formula="sample_readings", target=100)
    office.scheme("ACQ-S", percent((mine, 100)), position_id=office.company.positions["ACQ-S"].id)
    office.scheme("MKT", percent((all_, 100)), unit_id=office.unit("MKT"))
    found = compute(office)
    assert found["person", office.company.people["sun"].id].points == 11000
    # Li, wang, sun and chen work in marketing and below: 88 of 100.
    assert found["unit", office.unit("MKT")].points == 8800
    assert {one.origin for one in lines_of(office, found["unit", office.unit("MKT")])} == {"source"}


def test_a_formula_that_divides_by_zero_loses_its_own_row_only(office: Office) -> None:
    bad = office.kpi("bad", grain="person", formula="round(sample_readings / (sample_readings - 22), 1)", target=1)
    good = office.kpi("good", grain="person", formula="sample_readings", target=22)
    office.scheme("ACQ-S", percent((bad, 50), (good, 50)), position_id=office.company.positions["ACQ-S"].id)
    found = compute(office)["person", office.company.people["sun"].id]
    assert (found.points, found.scored) == (5000, 500_000)


def test_a_formula_is_checked_when_it_is_written(office: Office) -> None:
    with pytest.raises(DomainError) as refused:
        office.kpi("bad", formula="nobody_tells_this * 2")
    assert refused.value.field == "formula"
    with pytest.raises(DomainError, match="No duty list in force has XX.D9"):
        office.kpi("bad", duty="XX.D9")
    assert office.kpi("fine", duty="CEO.D1")


def test_without_a_signed_scheme_nothing_is_worked_out(office: Office) -> None:
    leads = office.kpi("leads", target=100)
    office.scheme("MKT", percent((leads, 100)), unit_id=office.unit("MKT"), sign=False)
    with pytest.raises(DomainError, match="No signed scheme"):
        compute(office)


def test_an_entry_needs_evidence_and_replaces_the_one_before(office: Office) -> None:
    leads = office.kpi("leads", target=100)
    office.scheme("MKT", percent((leads, 100)), unit_id=office.unit("MKT"))
    with pytest.raises(DomainError, match="Say where the number comes from"):
        office.value(leads, 5, unit="MKT", evidence=" ")
    with pytest.raises(DomainError, match="has not begun"):
        office.value(leads, 5, unit="MKT", day=date(2026, 4, 1))
    office.value(leads, 5, unit="MKT")
    office.value(leads, 70, unit="MKT")
    assert compute(office)["unit", office.unit("MKT")].points == 7000
