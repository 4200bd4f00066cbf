"""Handing a draft in for publication, what whoever decides must know, and publishing it by his answer."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import reading
from core.authority.actions import PUBLISH_LIST
from core.authority.lifecycle import drafts
from core.authority.lifecycle.models import ListDraftRow
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db import guard
from core.kernel.specs import Answer, Facts, ResourceType, TaskKind, by_column
from core.org.models import Unit
from core.org.resources import place_of_unit
from core.workflow import tasks
from core.workflow.lists import comparing
from core.workflow.lists.models import ListPublication
from core.workflow.models import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN
from core.workflow.processes.models import Run

_ = catalogue("workflow")

#: The kind of question that a publication is.
LISTS = "authority.list"
RESOURCE = "list_publication"
#: So many rows that change are told one by one; the draft itself tells all.
SHOWN = 15
_STATES = {"approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT}
_MARK = [(PUBLISH_LIST, ListPublication.__tablename__)]


def _facts(session: Session, one: ListPublication) -> Facts:
    """A publication is where its list is; whoever asks for it does not decide it."""
    del session
    return Facts(
        unit_ids=(one.unit_id,) if one.unit_id is not None else (), legal_entity_id=one.legal_entity_id,
        creator_person_id=one.requester_person_id,
    )


RESOURCE_TYPE = ResourceType(
    RESOURCE, ListPublication, _facts,
    anchors={
        "unit": by_column("unit_id"), "legal_entity": by_column("legal_entity_id"),
        "creator": by_column("requester_person_id"),
    },
    read=PUBLISH_LIST, material=("draft_id", "version", "effective_from", "mark", "reason"),
)  # fmt: skip


def ask(session: Session, actor: Actor, row: ListDraftRow, reason: str = "") -> Run:
    """Ask that a draft is published; until that is answered it stays as it is.

    Raises ``Denied`` for whoever does not look after the list, ``DomainError`` where it is asked already, where the
    draft is wrong or does not meet what it expects, and without a ``reason`` where a unit did not agree.
    """
    drafts.offer(session, actor, row, reason)
    one = last(session, row.id)
    if one is None or one.state != DRAFT:  # one that was sent back goes on in another round
        one = wish(session, actor, row)
        session.add(one)
    one.version, one.effective_from, one.mark = row.version, row.effective_from, _mark(row)
    one.reason, one.state = reason.strip()[:400], SUBMITTED
    session.flush()
    return tasks.ask(session, actor, LISTS, one)


def wish(session: Session, actor: Actor, row: ListDraftRow) -> ListPublication:
    """A publication as it would be asked now; it is not written."""
    return ListPublication(
        draft_id=row.id, unit_id=row.unit_id, legal_entity_id=_company(session, row.unit_id), version=row.version,
        effective_from=row.effective_from, mark=_mark(row), reason="", state=DRAFT,
        requester_person_id=actor.person_id, created_at=clock.now(),
    )  # fmt: skip


def last(session: Session, draft_id: int) -> ListPublication | None:
    """The last time it was asked that a draft is published; whoever calls may see the draft."""
    statement = select(ListPublication).where(ListPublication.draft_id == draft_id)
    found: ListPublication | None = session.scalars(
        guard.mark(statement.order_by(ListPublication.id.desc()).limit(1), _MARK)
    ).one_or_none()
    return found


def answered(session: Session, actor: Actor, one: ListPublication, answer: Answer) -> None:
    """Publish a draft in the name of whoever decided, by all the rules of publishing, or give it back.

    Raises what ``drafts.release`` does: nobody publishes what widens his own authority, nor grants what is not his to.
    """
    if answer == "void":
        raise DomainError("list.publication", _("What was asked about a draft is not changed; take it back first."))
    row = session.get_one(ListDraftRow, one.draft_id, with_for_update=True, populate_existing=True)
    drafts.give_back(session, row)
    if answer == "approved":
        if _mark(row) != one.mark:
            raise DomainError("list.publication", _("The draft says something else by now; it has to be asked anew."))
        made = drafts.release(session, _decider(session, actor, one), row, one.reason)
        one.list_id = made.id
    one.state = _STATES[answer]


def _decider(session: Session, actor: Actor, one: ListPublication) -> Actor:
    """Whoever decided, where the clock took the last step of a process."""
    task = tasks.answer_of(session, LISTS, one)
    if not actor.is_system or task is None or task.decider_person_id is None:
        return actor
    return Actor(
        kind="person", name=task.decider_name, account_id=task.decider_account_id, person_id=task.decider_person_id
    )


def _mark(row: ListDraftRow) -> str:
    return hashlib.sha256(row.text.encode()).hexdigest()


def _company(session: Session, unit_id: int | None) -> int | None:
    return place_of_unit(session, Unit(id=unit_id)).legal_entity_id if unit_id is not None else None


# -- the question ------------------------------------------------------------------------------------------------------


def _title(session: Session, one: ListPublication) -> Text | str:
    if one.unit_id is None:
        return _("Everybody who holds a post")
    return reading.unit_titles(session, [one.unit_id], clock.today()).get(one.unit_id, "–")


def subject(session: Session, one: ListPublication) -> Text:
    """A publication in one line."""
    return _("{unit}: publish version {version} of the list", unit=_title(session, one), version=one.version)


def lines(session: Session, one: ListPublication) -> list[tuple[Text | str, Any]]:
    """What a draft changes and whom that concerns, what its expectations come to, what is wrong, who objects."""
    row = session.get_one(ListDraftRow, one.draft_id)
    draft = drafts.content(row)
    told: list[tuple[Text | str, Any]] = [
        (_("List"), _title(session, one)), (_("Version"), one.version), (_("In force from"), str(one.effective_from)),
        *([(_("Basis"), draft.basis)] if draft.basis else []),
    ]
    if row.state == "published":
        return [*told, *_why(one)]
    changed = comparing.compare(session, comparing.standing(session, row.unit_id), draft)
    held = comparing.holders(session, {other.post for other in changed})
    told += [(other.place, other.text) for other in changed[:SHOWN]]
    if len(changed) > SHOWN:
        told.append((_("Further changes"), len(changed) - SHOWN))
    if not changed:
        told.append((_("Changes"), _("none of duties, entries or targets")))
    told.append((_("Concerns"), _("everybody") if held is None else _("{count} person", "{count} people", count=held)))
    return [*told, *_findings(session, row), *_why(one)]


def _findings(session: Session, row: ListDraftRow) -> list[tuple[Text | str, Any]]:
    draft = drafts.content(row)
    wrong = drafts.problems(session, draft)
    results = drafts.results(session, draft)
    failed = [other for other in results if other.state == "failed"]
    told: list[tuple[Text | str, Any]] = [(_("Wrong"), other.message) for other in wrong]
    if results:
        told.append((_("Expectations"), _("{met} of {all} met", met=len(results) - len(failed), all=len(results))))
    return [*told, *((_("Not met"), other.sentence) for other in failed), *_opinions(session, row)]


def _opinions(session: Session, row: ListDraftRow) -> list[tuple[Text | str, Any]]:
    return [(title, state) for title, state in drafts.opinions_in_words(session, row)]


def _why(one: ListPublication) -> list[tuple[Text | str, Any]]:
    return [(_("Published all the same because"), one.reason)] if one.reason else []


def _link(one: ListPublication) -> str:
    return f"/authority/drafts/{one.draft_id}"


TASK_KINDS = (TaskKind(LISTS, _("Publication of a list"), PUBLISH_LIST, subject, lines, _link, answered),)
