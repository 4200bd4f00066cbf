"""Who signed for the lists of a demo; in the demo company also what the heads of marketing delegated, and a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import delegating
from core.authority.document import BoundaryDraft, format_list
from core.authority.drafting import draft_of
from core.authority.lifecycle import consulting, signing
from core.authority.lifecycle.models import ListConsultation, ListDraftRow, ListSignature
from core.authority.models import Delegation, PublishedList
from core.base import clock
from core.db.dated import as_of
from core.db.guard import system
from core.db.types import Translation
from core.org.models import Assignment, Position, Unit

if TYPE_CHECKING:
    from core.contracts.demo import Demo

#: Post whose holder delegates, post of the delegate, entries, limit in fen, first and last day from today, reason.
HANDED = (
    ("MKT-DIR", "ACQ-HEAD", ("A1",), 5_000_000, 0, 4, "出差：华东渠道走访"),
    ("ACQ-HEAD", "MKT-DIR", ("A1",), None, 7, 11, "年假"),
)


#: Whose lists wait for a signature, and the draft that would settle what both departments claim.
UNSIGNED, DRAFTED = "ACQ-HEAD", "MKT"
BOUNDARY = BoundaryDraft("B2", "customer.research", "MKT", ("SAL",), Translation(
    zh_CN="客户需求调研由市场部牵头，销售部提供客户记录",
    en="Marketing leads the research of customer needs, sales contributes what customers said",
))
KEPT_BY = "wangfang"


def write(session: Session, demo: Demo) -> None:
    """Write everything, from the posts of the story."""
    company = demo.kind == "company"
    if company:
        _delegations(session, demo)
    with system(session, "signatures and a draft of the demo company"):
        _signatures(session, demo)
        if company:
            _draft(session, demo)


def _signatures(session: Session, demo: Demo) -> None:
    """Everybody has signed for the lists that name his post, but for one head."""
    unsigned = _held(session, UNSIGNED, demo)
    for published in session.scalars(select(PublishedList).order_by(PublishedList.id)):
        people = session.scalars(
            select(Assignment.person_id)
            .where(Assignment.position_id.in_(signing.posts_of(published.id)), as_of(Assignment, demo.today)).distinct()
            .order_by(Assignment.person_id)
        )
        session.add_all(
            ListSignature(list_id=published.id, person_id=person, signed_at=clock.now()) for person in people
            if unsigned is None or person != unsigned.person_id
        )


def _draft(session: Session, demo: Demo) -> None:
    """Version 4 of marketing's list draws the line that is missing; sales has not answered yet."""
    standing = session.scalars(
        select(PublishedList).join(Unit, Unit.id == PublishedList.unit_id).where(Unit.code == DRAFTED)
        .order_by(PublishedList.version.desc())
    ).first()
    assert standing is not None, "the company is built with its lists"
    now, said = clock.now(), draft_of(session, standing)
    said = replace(said, version=standing.version + 1, effective_from=date(demo.today.year + 1, 1, 1),
                   boundaries=(*said.boundaries, BOUNDARY))
    keeper = demo.actors.get(KEPT_BY)
    row = ListDraftRow(
        unit_id=standing.unit_id, version=said.version, effective_from=said.effective_from, text=format_list(said),
        source="MKT.yaml", state="consulting", created_at=now,
        author_account_id=keeper.account_id if keeper is not None else None,
        author_person_id=keeper.person_id if keeper is not None else None,
    )
    session.add(row)
    session.flush()
    session.add_all(
        ListConsultation(draft_id=row.id, unit_id=unit, asked_at=now)
        for unit in session.scalars(select(Unit.id).where(Unit.code.in_(consulting.named(said))))
    )


def _delegations(session: Session, demo: Demo) -> None:
    """What is delegated, by the service."""
    with system(session, "delegations of the demo company"):
        for giver, taker, codes, limit, first, last, reason in HANDED:
            held, other = _held(session, giver, demo), _held(session, taker, demo)
            assert held is not None, giver
            assert other is not None, taker
            delegating.write(session, Delegation(
                from_assignment_id=held.id, from_person_id=held.person_id, to_person_id=other.person_id,
                limit_minor=limit, currency="CNY" if limit else None,
                valid_from=demo.today + timedelta(days=first), valid_to=demo.today + timedelta(days=last + 1),
                reason=reason, created_at=clock.now(),
            ), codes)  # fmt: skip


def _held(session: Session, code: str, demo: Demo) -> Assignment | None:
    return session.scalars(
        select(Assignment).join(Position, Position.id == Assignment.position_id)
        .where(Position.code == code, as_of(Assignment, demo.today)).order_by(Assignment.id)
    ).first()
