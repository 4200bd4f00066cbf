"""Tables of rules: making one, drafting a version of it and putting it in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.rules import RULES_PUBLISH, RULES_READ
from plugins.crm.models import RuleTable, RuleVersion
from plugins.crm.services.facts import vocabulary
from plugins.crm.services.places import place_of
from plugins.crm.services.rules import content
from plugins.crm.text import _
from remit.base import Actor, DomainError, clock
from remit.services import require, system, visible

DRAFT, IN_FORCE, REPLACED = "draft", "in_force", "replaced"


@dataclass(frozen=True, slots=True)
class Standing:
    """A table with the version that is in force."""

    table: RuleTable
    version: RuleVersion


def make(session: Session, actor: Actor, values: Mapping[str, Any]) -> RuleTable:
    """Make a table: ``code``, ``kind``, ``title``, ``order`` and ``unit_id``, whose head changes it.

    Raises ``DomainError`` for a code that is taken and for a second table of assignment in one company.
    """
    place = place_of(session, values["unit_id"])
    made = RuleTable(
        code=str(values["code"]).strip(), kind=values["kind"], title=values["title"], order=values.get("order") or 0,
        unit_id=place.unit_id, legal_entity_id=place.legal_entity_id, is_active=True,
    )  # fmt: skip
    require(session, actor, RULES_PUBLISH, made)
    with system(session, "codes of tables are unique in a company"):
        others = session.execute(
            select(RuleTable.code, RuleTable.kind, RuleTable.is_active)
            .where(RuleTable.legal_entity_id == made.legal_entity_id)
        ).all()
    if any(one.code == made.code for one in others):
        raise DomainError("crm.code", _("There is a table {code} already.", code=made.code), "code")
    if made.kind == "assign" and any(one.kind == "assign" and one.is_active for one in others):
        raise DomainError("crm.kind", _("There is a table of assignment already; change its rows."), "kind")
    session.add(made)
    session.flush()
    return made


def save_draft(session: Session, actor: Actor, table: RuleTable, values: Mapping[str, Any]) -> RuleVersion:
    """Keep the draft of a table: ``columns``, ``rows`` as ``content.checked`` takes them, and ``reason``.

    What is in force stays. Raises ``DomainError`` with the place for what cannot be read.
    """
    require(session, actor, RULES_PUBLISH, table)
    data = content.checked(vocabulary(session), table.kind, values["columns"], values["rows"])
    found = versions(session, table)
    draft = next((one for one in found if one.state == DRAFT), None)
    if draft is None:
        draft = RuleVersion(table_id=table.id, version=max((one.version for one in found), default=0) + 1, state=DRAFT)
        session.add(draft)
    draft.content, draft.reason = data, str(values.get("reason") or "").strip()[:400]
    draft.written_by_person_id = actor.person_id
    session.flush()
    return draft


def publish(session: Session, actor: Actor, table: RuleTable) -> RuleVersion:
    """Put the draft in force from this moment; the leads that are there keep their tags until they change.

    Raises ``DomainError`` where there is no draft, where two of its rows take the same case, and without a reason where
    another version was in force.
    """
    require(session, actor, RULES_PUBLISH, table)
    session.refresh(table, with_for_update=True)
    found = versions(session, table)
    draft = next((one for one in found if one.state == DRAFT), None)
    if draft is None:
        raise DomainError("crm.rules", _("There is no draft to put in force."))
    wrong, _open = content.review(vocabulary(session), draft.content)
    if wrong:
        raise DomainError("crm.overlap", wrong[0])
    before = next((one for one in found if one.state == IN_FORCE), None)
    if before is not None and not draft.reason:
        raise DomainError("crm.reason", _("Say why the rules change; it is kept with the version."), "reason")
    if before is not None:
        before.state = REPLACED
        session.flush()
    draft.state, draft.published_at, draft.published_by_person_id = IN_FORCE, clock.now(), actor.person_id
    session.flush()
    return draft


def discard(session: Session, actor: Actor, table: RuleTable) -> None:
    """Drop the draft of a table; what is in force stays."""
    require(session, actor, RULES_PUBLISH, table)
    for one in versions(session, table):
        if one.state == DRAFT:
            session.delete(one)
    session.flush()


def versions(session: Session, table: RuleTable) -> list[RuleVersion]:
    """All versions of a table that was loaded, the latest first."""
    return list(session.scalars(
        select(RuleVersion).where(RuleVersion.table_id == table.id).order_by(RuleVersion.version.desc())
    ))  # fmt: skip


def tables(session: Session, actor: Actor) -> Sequence[RuleTable]:
    """The tables somebody may see, in their order."""
    statement = select(RuleTable).where(RuleTable.is_active.is_(True)).order_by(
        RuleTable.kind, RuleTable.order, RuleTable.id
    )  # fmt: skip
    return session.scalars(visible(session, actor, RULES_READ, statement)).all()


def in_force(session: Session, kind: str) -> list[Standing]:
    """The tables of a kind that are in force in all companies, in one statement."""
    with system(session, "leads are tagged and handed over by the rules in force"):
        rows = session.execute(
            select(RuleTable, RuleVersion).join(RuleVersion, RuleVersion.table_id == RuleTable.id)
            .where(RuleTable.kind == kind, RuleTable.is_active.is_(True), RuleVersion.state == IN_FORCE)
            .order_by(RuleTable.order, RuleTable.id)
        ).all()  # fmt: skip
    return [Standing(table, version) for table, version in rows]
