"""The job that looks after leads, and the deadlines that units set."""

from __future__ import annotations

import pytest

from plugins.crm.services.following import rules
from remit.base import Actor, DomainError, NotFound
from remit.services import of
from tests.plugins.crm.selling.conftest import Sales


def test_the_job_is_there_and_planned(sales: Sales) -> None:
    with sales.house.session(Actor.system("a test looks")) as session:
        job = next(one for one in of(session).registry.jobs().values() if one.name == "crm.look_after_leads")
    assert job.schedule == "*/15 * * * *"


def test_heads_set_the_deadlines_of_their_units(sales: Sales) -> None:
    """Of the east, and of nothing else; a reminder comes before the end."""
    actor = sales.company.actor("wang")
    east, finance = sales.company.units["EAST"].id, sales.company.units["FIN"].id
    with sales.house.session(actor, write=True) as session:
        assert [place.unit_id for place, _rule in rules.units(session, actor)] == [east]
        rule = rules.rule_of(session, actor, east)
        with pytest.raises(DomainError, match="less than the time there is"):
            rules.save(session, actor, rule, {"touch_hours": 2, "remind_hours": 2, "reclaim_hours": 0})
        rules.save(session, actor, rule, {"touch_hours": 4, "remind_hours": 1, "reclaim_hours": 2})
        for other in (finance, 987_654_321):
            with pytest.raises(NotFound):
                rules.rule_of(session, actor, other)
    with sales.house.session(actor) as session:
        found = rules.rule_of(session, actor, east)
        assert (found.touch_minutes, found.remind_minutes, found.reclaim_minutes) == (240, 60, 120)
