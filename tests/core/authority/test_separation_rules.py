"""Who may write rules that keep duties apart, which of them are refused, and who lets somebody pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.authority import separating
from core.authority.document import ListDraft, SeparationDraft, parse
from core.authority.models import SeparationMitigation
from core.authority.publish import publish
from core.base.errors import DomainError, InputErrors, NotFound
from core.db.guard import system
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_separation import PAY, TODAY, company, mitigate, person

__all__ = ["company"]


def test_rules_hold_everywhere_so_they_are_published_by_who_publishes_everywhere(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            "list: SALES\nversion: 1\neffective_from: 2026-03-01\npositions:\n"
            "  MD: {authority: {I1: {can: authority.list:import, in: subtree(MKT), title: T}}}\n"
            "  CEO: {authority: {I1: {can: authority.list:import, in: all, title: T}}}\n"
        ))  # fmt: skip
    rule = SeparationDraft("S1", "person_holds", ("cash.box:keep", PAY))
    draft = ListDraft("BRAND", 1, TODAY, separation=(rule,))
    for name, may in (("li", False), ("zhao", True)):
        actor = company.actor(name)
        with company.house.session(actor, write=True) as session:
            if may:
                assert publish(session, actor, draft)[1]
                continue
            assert publish(session, actor, ListDraft("ACQ", 1, TODAY))[1]
            with pytest.raises(Denied):
                publish(session, actor, draft)


@pytest.mark.parametrize(("rule", "message"), [
    ('same_object: ["crm.spend:request", "crm.spend:aprove"]', "No module here declares the action crm.spend:aprove"),
    ('person_holds: ["cash.box:keep", "cash.*:keep"]', "cash.box:keep and cash.*:keep can name the same action."),
    ('same_object: ["cash.box:keep", "cash.ledger:keep"]', "Nothing tells who did “Keep the cash” on an object."),
    ('same_object: ["crm.spend:pay", "person.record:change"]',
     "Nothing tells who did “Hire, transfer and let go, change files”"),
    ('same_object: ["crm.spend:pay"]', "Here are fewer actions than can be kept apart."),
    ("tenure: [], months: 3", "Here are fewer actions than can be kept apart."),
    ('same_object: ["crm.spend:pay", "crm.spend:pay"]', "crm.spend:pay stands twice."),
    ('same_object: ["pay", "crm.spend:pay"]', "An action is written module.noun:verb."),
    ('tenure: "cash.box:keep"', "months stands with tenure"),
    ('person_holds: ["cash.box:keep", "cash.ledger:keep"], months: 3', "months stands with tenure"),
    ('person_holds: ["a.b:c", "a.b:d"], same_object: ["a.b:c", "a.b:d"]', "Here stands one of person_holds"),
    ("risk: high", "Here stands one of person_holds"),
    ('person_holds: ["cash.box:keep", "cash.ledger:keep"], risk: huge', "risk is one of high, medium, low"),
    ('person_holds: ["cash.box:keep", "cash.ledger:keep"], scope: all', "This key is not known here."),
])  # fmt: skip
def test_a_rule_that_would_keep_nothing_apart_is_refused_with_its_line(
    company: Company, rule: str, message: str
) -> None:
    text = f"list: FIN\nversion: 2\neffective_from: 2026-03-10\nseparation:\n  S1: {{{rule}}}\n"
    with pytest.raises(InputErrors) as refused, company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text))
    found = [(problem.row, str(problem.message)) for problem in refused.value.problems]
    assert [row for row, words in found if message in words] in ([5], [5, 5]), found


def test_a_mitigation_says_who_approved_what_until_when(company: Company) -> None:
    number = mitigate(company, "zhou", "FIN.S2")
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        row = session.get_one(SeparationMitigation, number)
        assert (row.unit_id, row.rule_code, row.valid_from, row.valid_to, row.approved_by_person_id) == (
            company.units["FIN"].id, "S2", TODAY, date(2026, 7, 1), person(company, "zhao"),
        )  # fmt: skip
        logged = session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "core_separation_mitigation")
        ).one()
        assert logged.entry == "CEO.M1"


@pytest.mark.parametrize(("field_name", "more"), [
    ("rule", {"rule": "FIN.S7"}),
    ("control", {"control": "  "}),
    ("last_day", {"last_day": date(2026, 3, 9)}),
    ("last_day", {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 9)}),
    ("last_day", {"last_day": date(2027, 3, 12)}),
    ("first_day", {"first_day": date(2026, 4, 1), "last_day": date(2026, 8, 1)}),
])  # fmt: skip
def test_what_is_no_mitigation_says_what_is_wrong_where(
    company: Company, field_name: str, more: dict[str, Any]
) -> None:
    mitigate(company, "zhou", "FIN.S2")
    with pytest.raises(DomainError) as refused:
        mitigate(company, "zhou", **{"rule": "FIN.S2", **more})
    assert refused.value.field == field_name


def test_nobody_lets_himself_pass_nor_without_an_entry(company: Company) -> None:
    for by, name in (("zhao", "zhao"), ("li", "zhou")):
        with pytest.raises(Denied):
            mitigate(company, name, "FIN.S2", by=by)
    number = mitigate(company, "zhou", "FIN.S2")
    li = company.actor("li")
    with pytest.raises(NotFound), company.house.session(li, write=True) as session:
        separating.end(session, li, number)


def test_a_mitigation_is_ended_early(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    zhao = company.actor("zhao")
    coming = mitigate(company, "zhou", "FIN.S1", first_day=date(2026, 4, 1))
    holding = mitigate(company, "zhou", "FIN.S2")
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-20")
    with company.house.session(zhao, write=True) as session:
        separating.end(session, zhao, coming)
        separating.end(session, zhao, holding)
    with company.house.session(zhao, write=True) as session, pytest.raises(NotFound):
        separating.end(session, zhao, holding)
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        (left,) = session.scalars(select(SeparationMitigation))
        assert (left.id, left.valid_to) == (holding, date(2026, 3, 20))
