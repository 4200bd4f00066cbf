"""What scores lead to: by the rules, once however often and by however many it is asked; confirmed by others, paid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from performance.models import Proposal, Score
from performance.services import fairness, outcome_rules, outcomes, paying, scores
from remit.base import DomainError, Month
from remit.contracts import Ask
from remit.services import load, system
from tests.core.authority.company import SYSTEM
from tests.performance.conftest import FEBRUARY, Office

SCORED_AT = datetime(2026, 3, 1, tzinfo=UTC)
RULES = "95-110: bonus 5%\n110-: bonus 10%\n110-: raise 3%\n0-60: training"
#: Points in hundredths, and what the rules above make of them, by hand.
CASES = {
    5999: {"training"}, 6000: set(), 9500: {"bonus"}, 10999: {"bonus"}, 11000: {"bonus", "raise"},
}  # fmt: skip


def prepare(office: Office, rules: str = RULES) -> list[int]:
    """Scores of February, one for each case, and the rules; the employments in the order of the cases."""
    people = list(office.company.people.values())[: len(CASES)]
    assert len(people) == len(CASES)
    with office.company.house.session(SYSTEM, write=True) as session:
        session.add_all(
            Score(grain="person", subject_id=one.id, person_id=one.person_id, unit_id=office.unit("MKT"),
                  legal_entity_id=office.company.entity.id, starts_on=FEBRUARY.start, ends_on=FEBRUARY.end,
                  points=points, scored=1_000_000, computed_at=SCORED_AT)
            for one, points in zip(people, CASES, strict=True)
        )  # fmt: skip
    with office.company.house.session(office.zhao, write=True) as session:
        outcome_rules.save(session, office.zhao, {
            "legal_entity_id": office.company.entity.id, "valid_from": date(2026, 1, 1),
            "rules": outcome_rules.lines(rules),
        })  # fmt: skip
    return [one.id for one in people]


def propose(office: Office) -> tuple[int, int]:
    """Zhao makes February final."""
    with office.company.house.session(office.zhao, write=True) as session:
        return outcomes.propose(session, office.zhao, FEBRUARY)


def rows(office: Office) -> list[Any]:
    """All proposals as (employment, kind, state, rate, id)."""
    with office.company.house.session(SYSTEM) as session, system(session, "tests"):
        return [tuple(row) for row in session.execute(select(
            Proposal.employment_id, Proposal.kind, Proposal.state, Proposal.rate, Proposal.id).order_by(Proposal.id))]


def test_each_score_leads_to_what_its_band_says_once(office: Office) -> None:
    people = prepare(office)
    assert propose(office) == (5, 0)
    expected = {(one, kind) for one, kinds in zip(people, CASES.values(), strict=True) for kind in kinds}
    assert {(row[0], row[1]) for row in rows(office)} == expected
    assert propose(office) == (0, 0)
    assert len(rows(office)) == 5
    with pytest.raises(DomainError, match="Proposals rest on"), office.company.house.session(
        office.zhao, write=True
    ) as session:
        outcome_rules.save(session, office.zhao, {
            "legal_entity_id": office.company.entity.id, "valid_from": date(2026, 1, 1),
            "rules": outcome_rules.lines("0-: training"),
        })  # fmt: skip


def test_two_at_once_double_nothing(office: Office) -> None:
    prepare(office)
    with ThreadPoolExecutor(2) as threads:
        added = list(threads.map(lambda _number: propose(office), range(2)))
    assert sorted(added) == [(0, 0), (5, 0)]
    assert len(rows(office)) == 5


def test_what_is_final_is_worked_out_no_more(office: Office) -> None:
    """A score that an outcome rests on stays when scores are worked out anew."""
    prepare(office)
    propose(office)
    leads = office.kpi("leads", target=100)
    office.scheme("MKT", [{"kpi_id": leads, "weight": 1_000_000}], unit_id=office.unit("MKT"))
    with office.company.house.session(office.zhao, write=True) as session:
        scores.compute(session, office.zhao, FEBRUARY)
    with office.company.house.session(SYSTEM) as session, system(session, "tests"):
        kept = session.scalars(select(Score.points).where(Score.grain == "person").order_by(Score.points)).all()
    assert list(kept) == sorted(CASES)


def test_a_bonus_is_confirmed_by_somebody_else_and_paid_once(office: Office) -> None:
    """10 % and 5 % as rates for March's payroll, by employment; nothing before, nothing twice, nothing in April."""
    people = prepare(office)
    propose(office)
    li = office.company.actor("li")
    mine = office.company.people["li"].id
    bonuses = [row for row in rows(office) if row[1] == "bonus"]
    ask = Ask(np.array(sorted(people), dtype=np.int64), Month(2026, 3).period, date(2026, 3, 31))
    assert paid(office, ask) is None
    for _employment, _kind, _state, _rate, number in (row for row in bonuses if row[0] != mine):
        confirm(office, li, number)
        with pytest.raises(DomainError, match="decided already"):
            confirm(office, li, number)
    for own in (row for row in bonuses if row[0] == mine):
        with pytest.raises(Exception, match="."):
            confirm(office, li, own[4])
    table = paid(office, ask)
    assert dict(zip(table.ids.tolist(), table.columns["performance_bonus_rate"].tolist(), strict=True)) == {
        row[0]: row[3] for row in bonuses if row[0] != mine}  # fmt: skip
    assert table.units == {"performance_bonus_rate": "rate"}
    assert paid(office, Ask(ask.ids, Month(2026, 4).period, date(2026, 4, 30))) is None


def confirm(office: Office, actor: Any, number: int) -> None:
    """Somebody confirms a proposal, to be paid with March."""
    with office.company.house.session(actor, write=True) as session:
        found = load(session, actor, "performance.outcome:confirm", Proposal, number)
        outcomes.confirm(session, actor, found, Month(2026, 3))


def paid(office: Office, ask: Ask) -> Any:
    """What payroll is given."""
    with office.company.house.session(SYSTEM) as session:
        return paying.give_pay_inputs(session, ask)


def test_later_modules_read_final_scores_and_what_was_confirmed(office: Office) -> None:
    people = prepare(office)
    ask = Ask(np.array(sorted(people), dtype=np.int64), FEBRUARY, date(2026, 3, 1))
    with office.company.house.session(SYSTEM) as session:
        assert outcomes.give_outcomes(session, ask) is None
    propose(office)
    li = office.company.actor("li")
    told = next(row for row in rows(office) if row[1] == "training")
    if told[0] != office.company.people["li"].id:
        confirm(office, li, told[4])
    with office.company.house.session(SYSTEM) as session:
        table = outcomes.give_outcomes(session, ask)
    assert table is not None
    assert dict(zip(table.ids.tolist(), table.columns["points"].tolist(), strict=True)) == dict(
        zip(people, CASES, strict=True))  # fmt: skip
    assert int(table.columns["training"].sum()) == 1
    assert int(table.columns["raise"].sum()) == 0


@pytest.mark.parametrize("wrong", [
    "95: bonus 5%", "95-110: bonus", "95-110: training 5%", "110-95: training", "95-110: gift",
    "90-100: bonus 5%\n99.99-: bonus 10%", "",
])  # fmt: skip
def test_rules_that_say_nothing_clear_are_refused(office: Office, wrong: str) -> None:
    with pytest.raises(DomainError), office.company.house.session(office.zhao, write=True) as session:
        outcome_rules.save(session, office.zhao, {
            "legal_entity_id": office.company.entity.id, "valid_from": date(2026, 1, 1),
            "rules": outcome_rules.lines(wrong),
        })  # fmt: skip


def test_fairness_tells_of_many_alone(office: Office) -> None:
    """Five scores, all of marketing: the whole is told, with the quartiles of a hand-made table, to a whole point."""
    prepare(office)
    with office.company.house.session(office.zhao) as session:
        found = fairness.report(session, office.zhao, FEBRUARY)
    assert found.whole is not None
    # 59.99, 60, 95, 109.99, 110: mean 86.996; the second, third and fourth are the quarters.
    assert (found.whole.people, found.whole.mean) == (5, 8700)
    assert (found.whole.low, found.whole.middle, found.whole.high) == (6000, 9500, 11000)
    assert [(str(title), [one.people for one in groups]) for title, groups, _back in found.ways][0] == (
        "By department", [5])  # fmt: skip
    sun = office.company.actor("sun")
    with office.company.house.session(sun) as session:
        assert fairness.report(session, sun, FEBRUARY).whole is None
