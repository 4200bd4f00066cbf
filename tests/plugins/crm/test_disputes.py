"""A rejection goes back with its reason, is contested, and is settled by both or by whoever stands above both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.base.actor import Actor
from core.base.errors import DomainError
from plugins.crm.models import Dispute, Lead, LeadEvent
from plugins.crm.services import disputes
from plugins.crm.services.arriving import assigning
from remit.services import load, system
from tests.core.authority.company import SYSTEM, Company
from tests.plugins.crm import leads_scene as scenes
from tests.plugins.crm.leads_scene import Scene


@pytest.fixture
def scene(company: Company) -> Scene:
    with company.house.session(SYSTEM, write=True) as session:
        made = scenes.build(company, session)
        scenes.handing(made, session)
        return made


@pytest.fixture
def number(scene: Scene) -> int:
    """A lead that the team has, rejected by the head of sales."""
    with scene.company.house.session(SYSTEM, write=True) as session:
        lead = scene.lead(session, industry="making")
        assigning.assign(session, [lead])
        made = lead.id
    by(scene, "hu", lambda session, hu: disputes.reject(
        session, hu, load(session, hu, "crm.lead:work", Lead, made), "wrong", "nobody answers"
    ))  # fmt: skip
    return made


def by(scene: Scene, who: str, do: Callable[[Session, Actor], Any]) -> Any:
    actor = scene.company.actor(who)
    with scene.company.house.session(actor, write=True) as session:
        return do(session, actor)


def state(scene: Scene, number: int) -> tuple[str, str | None, list[str]]:
    with scene.company.house.session(SYSTEM) as session, system(session, "a test"):
        lead = session.get_one(Lead, number)
        kinds = session.scalars(select(LeadEvent.kind).where(LeadEvent.lead_id == number).order_by(LeadEvent.id))
        return lead.state, lead.closed_reason, list(kinds)


def contested(scene: Scene, number: int) -> int:
    def do(session: Session, li: Actor) -> int:
        lead = load(session, li, "crm.lead:read", Lead, number)
        return disputes.contest(session, li, lead, "the number is right, I have called it").id

    found: int = by(scene, "li", do)
    return found


def speak(scene: Scene, who: str, dispute: int, side: str, word: str) -> Any:
    return by(scene, who, lambda session, actor: disputes.speak(
        session, actor, load(session, actor, "crm.dispute:speak", Dispute, dispute), side, word
    ))  # fmt: skip


def test_a_rejection_is_on_marketing_s_list_with_its_reason(scene: Scene, number: int) -> None:
    assert state(scene, number) == ("rejected", "wrong", ["assigned", "rejected"])
    listed = by(scene, "li", lambda session, li: [one.id for one in disputes.rejected(session, li)])
    assert listed == [number]


def test_both_see_a_contested_one_and_agree(scene: Scene, number: int) -> None:
    dispute = contested(scene, number)
    for who in ("li", "hu", "zhao"):
        assert by(scene, who, lambda session, actor: [one.id for one in disputes.disputes(session, actor)]) == [dispute]
    assert by(scene, "li", lambda session, li: list(disputes.rejected(session, li))) == []
    speak(scene, "hu", dispute, "sales", "counts")
    assert state(scene, number) == (
        "new", "", ["assigned", "rejected", "disputed", "disputed", "disputed", "assigned"]
    )
    assert by(scene, "hu", lambda session, hu: list(disputes.disputes(session, hu))) == []


def test_where_they_do_not_agree_the_one_above_decides(scene: Scene, number: int) -> None:
    dispute = contested(scene, number)
    speak(scene, "hu", dispute, "sales", "stands")

    def decide(said: str) -> Callable[[Session, Actor], None]:
        return lambda session, actor: disputes.settle(
            session, actor, load(session, actor, "crm.dispute:read", Dispute, dispute), "stands", said
        )

    with pytest.raises(Denied):
        by(scene, "hu", decide("no"))
    with pytest.raises(DomainError, match="Say why"):
        by(scene, "zhao", decide(" "))
    by(scene, "zhao", decide("the number is a fax"))
    assert state(scene, number)[:2] == ("rejected", "wrong")
    with pytest.raises(DomainError, match="settled already"):
        speak(scene, "hu", dispute, "sales", "counts")


def test_nobody_speaks_for_the_other_side(scene: Scene, number: int) -> None:
    dispute = contested(scene, number)
    with pytest.raises(DomainError, match="Each side answers for itself"):
        speak(scene, "hu", dispute, "marketing", "stands")
    with pytest.raises(DomainError, match="contested already"):
        contested(scene, number)


def test_a_reason_is_needed_and_must_be_known(scene: Scene) -> None:
    with scene.company.house.session(SYSTEM, write=True) as session:
        lead = scene.lead(session, industry="making")
        assigning.assign(session, [lead])
        made = lead.id
    with pytest.raises(DomainError, match="Choose why"):
        by(scene, "hu", lambda session, hu: disputes.reject(
            session, hu, load(session, hu, "crm.lead:work", Lead, made), "mood"
        ))  # fmt: skip
