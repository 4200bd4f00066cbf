"""Drafting a version of the standard and having it signed by both heads: it is in force once both have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.rules import (
    KIND,
    STANDARD_DRAFT,
    STANDARD_READ,
    STANDARD_SIGN_MARKETING,
    STANDARD_SIGN_SALES,
)
from plugins.crm.models import Standard
from plugins.crm.services.facts import vocabulary
from plugins.crm.services.places import place_of
from plugins.crm.services.standard import content
from plugins.crm.text import _
from plugins.crm.text_rules import LEVEL_WORDS
from remit.base import Actor, DomainError, clock
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, ask

_OPEN = ("draft", "refused", "withdrawn")


def draft(session: Session, actor: Actor, standard: Standard | None, values: Mapping[str, Any]) -> Standard:
    """Write a version down, or change one that nobody is asked about: ``effective_from``, ``marketing_unit_id``,
    ``sales_unit_id``, ``note``, and ``questions`` and ``criteria`` as ``content.checked`` takes them.

    Raises ``DomainError`` with the place for what is wrong, where it was handed in, and for a day on or before that of
    the version signed last: what was judged by it stays judged.
    """
    marketing = place_of(session, values["marketing_unit_id"])
    sales = place_of(session, values["sales_unit_id"])
    if marketing.legal_entity_id != sales.legal_entity_id:
        raise DomainError("crm.unit", _("Both units must belong to one company."), "sales_unit_id")
    if marketing.unit_id == sales.unit_id:
        raise DomainError("crm.unit", _("Choose two units: each head signs for his own."), "sales_unit_id")
    made = standard or Standard(
        drafted_by_person_id=actor.person_id, created_at=clock.now(), state="draft", content={}, digest="",
    )  # fmt: skip
    if standard is not None:
        require(session, actor, STANDARD_DRAFT, standard)
        if standard.state not in _OPEN:
            raise DomainError("crm.standard", _(
                "This version is being signed or was signed; write a new one, or take it back first."
            ))  # fmt: skip
    made.legal_entity_id = marketing.legal_entity_id
    made.marketing_unit_id, made.sales_unit_id = marketing.unit_id, sales.unit_id
    made.effective_from, made.note = values["effective_from"], str(values.get("note") or "").strip()
    with session.no_autoflush:
        require(session, actor, STANDARD_DRAFT, made)
        _after_the_last(session, made)
        if standard is None:
            made.version = _next(session, made.legal_entity_id)
        made.content = content.checked(vocabulary(session), values["questions"], values["criteria"])
    made.digest = content.digest(made.version, made.effective_from, made.content)
    made.state = "draft"
    session.add(made)
    session.flush()
    return made


def _next(session: Session, legal_entity_id: int) -> int:
    with system(session, "versions are counted"):
        last = session.scalar(
            select(func.max(Standard.version)).where(Standard.legal_entity_id == legal_entity_id)
        )
    return (last or 0) + 1


def _after_the_last(session: Session, made: Standard) -> None:
    with system(session, "a version begins after the one before it"):
        last = session.scalar(
            select(func.max(Standard.effective_from))
            .where(Standard.legal_entity_id == made.legal_entity_id, Standard.state == "signed")
        )
    if last is not None and made.effective_from <= last:
        raise DomainError("crm.standard", _(
            "The version signed last is in force from {day}; choose a later day.", day=last
        ), "effective_from")  # fmt: skip


def submit(session: Session, actor: Actor, standard: Standard, *, asker: Actor | None = None) -> Run:
    """Hand a version in: both heads are asked at once, and it is signed when both have said yes.

    ``asker`` is whose version it is where the installation hands it in, as when an earlier one is taken over.
    """
    require(session, actor, STANDARD_DRAFT, standard)
    session.refresh(standard, with_for_update=True)
    if standard.state not in _OPEN:
        raise DomainError("crm.standard", _("This version is handed in already."))
    if standard.effective_from <= clock.today(actor.zone) and not actor.is_system:
        raise DomainError("crm.standard", _(
            "It would be in force from {day}, before both have read it; choose a day to come.",
            day=standard.effective_from,
        ))  # fmt: skip
    _after_the_last(session, standard)
    standard.state = "submitted"
    session.flush()
    return ask(session, actor, KIND, standard, asker=asker)


def versions(session: Session, actor: Actor) -> Sequence[Standard]:
    """The versions somebody may see, the latest first."""
    statement = select(Standard).order_by(Standard.effective_from.desc(), Standard.version.desc())
    return session.scalars(visible(session, actor, STANDARD_READ, statement)).all()


# -- the question ------------------------------------------------------------------------------------------------------


def _subject(session: Session, one: Standard) -> Text:
    del session
    return _("Standard of qualification, version {version}, in force from {day}", version=one.version,
             day=one.effective_from)  # fmt: skip


def _lines(session: Session, one: Standard) -> list[tuple[Text | str, Any]]:
    """All that is signed: each criterion with its condition, and the number the signatures are bound to."""
    del session
    found = content.read(one.content)
    told: list[tuple[Text | str, Any]] = [(_("In force from"), str(one.effective_from))]
    for criterion in found.criteria:
        told.append((LEVEL_WORDS[criterion.level], f"{criterion.title} ({criterion.formula})"))
    return [*told, *([(_("Note"), one.note)] if one.note else []), (_("Mark of what is signed"), one.digest[:16])]


def _link(one: Standard) -> str:
    return f"/crm/standard/{one.id}"


def _answered(session: Session, actor: Actor, one: Standard, answer: Answer) -> None:
    """Put a version in force once both have signed, or give it back."""
    del actor
    if answer == "approved":
        if content.digest(one.version, one.effective_from, one.content) != one.digest:
            raise DomainError("crm.standard", _("It says something else by now; it has to be handed in anew."))
        _after_the_last(session, one)
        one.signed_at = clock.now()
    one.state = {"approved": "signed", "refused": "refused", "withdrawn": "withdrawn", "void": "draft",
                 "returned": "draft"}[answer]  # fmt: skip


STEPS: dict[str, Any] = {
    "distinct": True,
    "steps": [
        {"key": "heads", "type": "review", "need": "all", "title": {"zh_CN": "双方负责人签署", "en": "Both heads sign"},
         "by": [{"action": STANDARD_SIGN_MARKETING}, {"action": STANDARD_SIGN_SALES}]},
    ],
}  # fmt: skip

TASK_KINDS = (
    TaskKind(KIND, _("Standard of qualification"), STANDARD_SIGN_MARKETING, _subject, _lines, _link, _answered,
             steps=STEPS),
)  # fmt: skip
