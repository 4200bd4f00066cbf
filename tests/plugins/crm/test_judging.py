"""The standard: who signs it, from when it counts, and which leads meet it. Answers worked by hand from the story."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.base.errors import DomainError
from plugins.crm.models import LeadEvent, Standard
from plugins.crm.services.standard import signing
from plugins.crm.services.standard.judging import judge, standing
from remit.services import load, system
from remit.testing.statements import counting
from remit.workflow import decide, open_tasks, run_of
from tests.core.authority.company import SYSTEM, Company
from tests.plugins.crm import leads_scene as scenes
from tests.plugins.crm.leads_scene import CRITERIA, INTENT, NOW, QUESTIONS, WHITE, Scene


@pytest.fixture
def scene(company: Company) -> Scene:
    with company.house.session(SYSTEM, write=True) as session:
        return scenes.build(company, session)


def written(scene: Scene, **more: Any) -> dict[str, Any]:
    units = scene.company.units
    return {
        "effective_from": date(2026, 4, 1), "marketing_unit_id": units["MKT"].id, "sales_unit_id": units["SALES"].id,
        "questions": QUESTIONS, "criteria": CRITERIA, **more,
    }  # fmt: skip


def drafted(scene: Scene, **more: Any) -> int:
    li = scene.company.actor("li")
    with scene.company.house.session(li, write=True) as session:
        made = signing.draft(session, li, None, written(scene, **more))
        signing.submit(session, li, made)
        return made.id


def say(scene: Scene, number: int, who: str, said: Any = "approved") -> str:
    """Somebody answers the task that he may; the state of the version afterwards."""
    actor = scene.company.actor(who)
    with scene.company.house.session(actor, write=True) as session:
        found = load(session, actor, "crm.standard:read", Standard, number)
        run = run_of(session, "crm.standard", found)
        assert run is not None
        wanted = {"li": "crm.standard:sign_marketing", "hu": "crm.standard:sign_sales"}[who]
        task = next(one for one in open_tasks(session, run) if one.action == wanted)
        decide(session, actor, task.id, said, seen=task.digest, comment="we count otherwise")
        return found.state


def test_it_is_signed_when_both_heads_have(scene: Scene) -> None:
    number = drafted(scene)
    assert say(scene, number, "hu") == "submitted"
    assert say(scene, number, "li") == "signed"


def test_one_who_refuses_gives_it_back(scene: Scene) -> None:
    assert say(scene, drafted(scene), "hu", "refused") == "refused"


def test_neither_head_signs_for_the_other(scene: Scene) -> None:
    number = drafted(scene)
    hu = scene.company.actor("hu")
    with scene.company.house.session(hu, write=True) as session:
        found = load(session, hu, "crm.standard:read", Standard, number)
        run = run_of(session, "crm.standard", found)
        assert run is not None
        task = next(one for one in open_tasks(session, run) if one.action == "crm.standard:sign_marketing")
        with pytest.raises(Denied):
            decide(session, hu, task.id, "approved", seen=task.digest)


def test_what_was_signed_is_not_changed(scene: Scene) -> None:
    number = drafted(scene)
    li = scene.company.actor("li")
    with scene.company.house.session(li, write=True) as session:
        found = load(session, li, "crm.standard:read", Standard, number)
        with pytest.raises(DomainError, match="being signed"):
            signing.draft(session, li, found, written(scene))


@pytest.mark.parametrize(("more", "words", "field"), [
    ({"criteria": [CRITERIA[0]]}, "Sales qualified: write at least one criterion", None),
    ({"criteria": [{**CRITERIA[0], "formula": "white_papr"}, CRITERIA[1]]}, "white_papr", "criteria.0.formula"),
    ({"criteria": [{**CRITERIA[0], "formula": "staff"}, CRITERIA[1]]}, "", "criteria.0.formula"),
    ({"questions": [QUESTIONS[0], QUESTIONS[0]]}, "Two questions are called white_paper", "questions.1.name"),
    ({"questions": [{**QUESTIONS[0], "name": "staff"}, QUESTIONS[1]]}, "There is a fact staff already", None),
    ({"questions": [{**QUESTIONS[0], "name": "White Paper"}]}, "short name", "questions.0.name"),
])  # fmt: skip
def test_a_fault_is_told_with_its_place(scene: Scene, more: dict[str, Any], words: str, field: str | None) -> None:
    li = scene.company.actor("li")
    with scene.company.house.session(li, write=True) as session:
        with pytest.raises(DomainError) as wrong:
            signing.draft(session, li, None, written(scene, **more))
        assert words in str(wrong.value.message)
        assert wrong.value.field == field
        session.rollback()


def test_a_version_begins_after_the_one_before(scene: Scene) -> None:
    with scene.company.house.session(SYSTEM, write=True) as session:
        scenes.sign(scene, session, date(2026, 4, 1))
    li = scene.company.actor("li")
    with scene.company.house.session(li, write=True) as session:
        with pytest.raises(DomainError, match="choose a later day"):
            signing.draft(session, li, None, written(scene))
        session.rollback()


def events(session: Session, lead_id: int) -> list[tuple[str, Any]]:
    rows = session.scalars(
        select(LeadEvent).where(LeadEvent.lead_id == lead_id, LeadEvent.kind == "qualified").order_by(LeadEvent.id)
    )
    return [(row.data["level"], row.data["version"]) for row in rows]


def test_the_white_paper_is_marketing_s_and_the_form_that_of_sales(scene: Scene) -> None:
    with scene.company.house.session(SYSTEM, write=True) as session:
        scenes.sign(scene, session)
        nothing = scene.lead(session)
        paper = scene.lead(session, answers={WHITE: True})
        form = scene.lead(session, answers={INTENT: "是"})
        no = scene.lead(session, answers={WHITE: "否", INTENT: False})
        judge(session, [nothing, paper, form, no])
        assert [(one.marketing_at, one.sales_at) for one in (nothing, paper, form, no)] == [
            (None, None), (NOW, None), (NOW, NOW), (None, None),
        ]  # fmt: skip
        assert events(session, form.id) == [("marketing", 1), ("sales", 1)]
        found = standing(session, paper)
        assert found is not None
        assert [(one.title["en"], met) for one, met in found.criteria] == [
            ("White paper", True), ("Purchase form", False),
        ]  # fmt: skip


def test_the_version_of_the_day_counts(scene: Scene) -> None:
    """A lead of February is judged by what was in force then; one whose answers change in March, by March's."""
    with scene.company.house.session(SYSTEM, write=True) as session:
        scenes.sign(scene, session, date(2026, 1, 1))
        later = [CRITERIA[0] | {"formula": f"{WHITE} and staff >= 50"}, CRITERIA[1]]
        scenes.sign(scene, session, date(2026, 3, 1), 2, criteria=later)
        before = scene.lead(session, captured_at=datetime(2025, 12, 31, 4, tzinfo=UTC), answers={WHITE: True})
        early = scene.lead(session, captured_at=datetime(2026, 2, 3, 4, tzinfo=UTC), answers={WHITE: True})
        late = scene.lead(session, answers={WHITE: True})
        # 2026-02-28 16:30 UTC is the first of March in Shanghai.
        turn = scene.lead(session, captured_at=datetime(2026, 2, 28, 16, 30, tzinfo=UTC), answers={WHITE: True})
        judge(session, [before, early, late, turn])
        assert [one.marketing_at for one in (before, early, late, turn)] == [
            None, datetime(2026, 2, 3, 4, tzinfo=UTC), None, None,
        ]  # fmt: skip
        late.staff = 50
        judge(session, [early, late])
        assert (early.marketing_at, late.marketing_at) == (datetime(2026, 2, 3, 4, tzinfo=UTC), NOW)
        assert events(session, late.id) == [("marketing", 2)]
        assert events(session, early.id) == [("marketing", 1)]  # once, and it stays
        found = standing(session, early)
        assert found is not None
        assert [met for _one, met in found.criteria] == [False, False]


def test_many_leads_take_no_more_statements(scene: Scene) -> None:
    with scene.company.house.session(SYSTEM, write=True) as session:
        scenes.sign(scene, session)
        counts = []
        for many in (2, 3, 40):
            day = NOW - timedelta(days=1)
            leads = [scene.lead(session, answers={WHITE: True}, captured_at=day) for _n in range(many)]
            with counting(scene.company.house.database) as statements:
                judge(session, leads)
            counts.append(len(statements))
        assert counts[1] == counts[2]


def test_a_merged_lead_is_left_alone(scene: Scene) -> None:
    with scene.company.house.session(SYSTEM, write=True) as session, system(session, "a test"):
        scenes.sign(scene, session)
        lead = scene.lead(session, answers={WHITE: True}, state="merged")
        judge(session, [lead])
        assert lead.marketing_at is None
