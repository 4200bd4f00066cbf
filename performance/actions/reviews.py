"""What people may do with review cycles, reviews, what is written for them, and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import Session

from performance.models import Remark, Review, ReviewAnswer, ReviewAppeal, ReviewCycle, ReviewForm
from performance.text import _
from remit.specs import ActionDef, Anchor, Facts, ResourceType, Side, SuggestedEntry, by_column

FORM_READ = "performance.review_form:read"
FORM_EDIT = "performance.review_form:edit"
CYCLE_READ = "performance.cycle:read"
CYCLE_RUN = "performance.cycle:run"
REVIEW_READ = "performance.review:read"
REVIEW_SIGN = "performance.review:sign"
REVIEW_LEAD = "performance.review:lead"
REVIEW_CALIBRATE = "performance.review:calibrate"
ANSWER_READ = "performance.answer:read"
ANSWER_WRITE = "performance.answer:write"
APPEAL_READ = "performance.appeal:read"
APPEAL_DECIDE = "performance.appeal:decide"
REMARK_READ = "performance.remark:read"
REMARK_WRITE = "performance.remark:write"
#: The kind of question that an appeal is.
APPEAL = "performance.appeal"
#: From where an action looks at a review: from the manager's side.
MANAGER = "manager"

_ENTITY = by_column("legal_entity_id")


def _ids(*ids: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def _company(session: Session, row: ReviewForm) -> Facts:
    """A form is of a company."""
    del session
    return Facts(legal_entity_id=row.legal_entity_id)


def _cycle(session: Session, row: ReviewCycle) -> Facts:
    """A cycle is of a unit."""
    del session
    return Facts(
        unit_ids=(row.unit_id,), legal_entity_id=row.legal_entity_id, creator_person_id=row.drafted_by_person_id
    )


def _review(session: Session, row: Review) -> Facts:
    """A review is about a person, in a unit."""
    del session
    return Facts(
        (row.person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id, beneficiary_person_id=row.person_id
    )


def _led(session: Session, row: Review) -> Facts:
    """From the manager's side it is his, and benefits the reviewed."""
    del session
    return Facts(_ids(row.manager_person_id), legal_entity_id=row.legal_entity_id, beneficiary_person_id=row.person_id)


def _answer(session: Session, row: ReviewAnswer) -> Facts:
    """An answer is its writer's, and benefits the reviewed: a relative of theirs writes none."""
    del session
    return Facts((row.writer_person_id,), beneficiary_person_id=row.person_id)


def _appeal(session: Session, row: ReviewAppeal) -> Facts:
    """An appeal benefits the reviewed, and is against what the manager said: neither of them decides it."""
    del session
    return Facts(
        (row.person_id,), (row.unit_id,), legal_entity_id=row.legal_entity_id,
        creator_person_id=row.manager_person_id, beneficiary_person_id=row.person_id,
    )  # fmt: skip


def _remark(session: Session, row: Remark) -> Facts:
    """A remark is of its writer and of those who may read it."""
    del session
    return Facts(
        _ids(row.writer_person_id, row.reader_person_id, row.superior_person_id),
        creator_person_id=row.writer_person_id,
    )


def _readers(entity: Any, ids: Select[Any] | Sequence[int], at: date) -> ColumnElement[bool]:
    names = ("writer_person_id", "reader_person_id", "superior_person_id")
    return or_(*(by_column(name)(entity, ids, at) for name in names))


_PERSON: dict[str, Anchor] = {
    "person": by_column("person_id"), "unit": by_column("unit_id"), "legal_entity": _ENTITY,
    "beneficiary": by_column("person_id"),
}  # fmt: skip

RESOURCE_TYPES = (
    ResourceType("performance.review_form", ReviewForm, _company, anchors={"legal_entity": _ENTITY}, read=FORM_READ),
    ResourceType(
        "performance.cycle", ReviewCycle, _cycle, read=CYCLE_READ,
        anchors={"unit": by_column("unit_id"), "legal_entity": _ENTITY, "creator": by_column("drafted_by_person_id")},
    ),
    ResourceType(
        "performance.review", Review, _review, anchors=_PERSON, read=REVIEW_READ,
        sides={MANAGER: Side(_led, {
            "person": by_column("manager_person_id"), "legal_entity": _ENTITY, "beneficiary": by_column("person_id"),
        })},
    ),
    ResourceType(
        "performance.answer", ReviewAnswer, _answer, read=ANSWER_READ,
        anchors={"person": by_column("writer_person_id"), "beneficiary": by_column("person_id")},
    ),
    ResourceType(
        "performance.appeal", ReviewAppeal, _appeal, read=APPEAL_READ, material=("before", "wanted"),
        anchors=_PERSON | {"creator": by_column("manager_person_id")},
    ),
    ResourceType(
        "performance.remark", Remark, _remark, read=REMARK_READ,
        anchors={"person": _readers, "creator": by_column("writer_person_id")},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(FORM_READ, _("See review forms"), resource="performance.review_form", power="read"),
    ActionDef(FORM_EDIT, _("Draft review forms"), resource="performance.review_form"),
    ActionDef(CYCLE_READ, _("See review cycles"), resource="performance.cycle", power="read"),
    ActionDef(CYCLE_RUN, _("Open and run review cycles"), resource="performance.cycle"),
    ActionDef(REVIEW_READ, _("See results of performance reviews"), resource="performance.review", power="read"),
    ActionDef(REVIEW_SIGN, _("Name peers for, sign and contest one's own review"), resource="performance.review"),
    ActionDef(REVIEW_LEAD, _("Lead performance reviews of one's people"), resource="performance.review",
              side=MANAGER, no_self=True, recuse=("relative",)),
    ActionDef(REVIEW_CALIBRATE, _("Calibrate performance reviews"), resource="performance.review", power="decide",
              no_self=True, recuse=("relative",)),
    ActionDef(ANSWER_READ, _("See what one has to write for performance reviews"), resource="performance.answer",
              power="read"),
    ActionDef(ANSWER_WRITE, _("Write for performance reviews"), resource="performance.answer", recuse=("relative",)),
    ActionDef(APPEAL_READ, _("See appeals against performance reviews"), resource="performance.appeal", power="read"),
    ActionDef(APPEAL_DECIDE, _("Decide appeals against performance reviews"), resource="performance.appeal",
              power="decide", no_self=True, recuse=("relative",)),
    ActionDef(REMARK_READ, _("See feedback and notes of talks"), resource="performance.remark", power="read"),
    ActionDef(REMARK_WRITE, _("Give feedback and note talks"), resource="performance.remark"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(ANSWER_READ, "self", _("See what one has to write for performance reviews"), roles=("everybody",)),
    SuggestedEntry(ANSWER_WRITE, "self", _("Write for performance reviews"), roles=("everybody",)),
    SuggestedEntry(REVIEW_READ, "self", _("See results of performance reviews"), roles=("everybody",)),
    SuggestedEntry(REVIEW_SIGN, "self", _("Name peers for, sign and contest one's own review"), roles=("everybody",)),
    SuggestedEntry(REVIEW_LEAD, "self", _("Lead performance reviews of one's people"), roles=("everybody",)),
    SuggestedEntry(APPEAL_READ, "self", _("See appeals against performance reviews"), roles=("everybody",)),
    SuggestedEntry(REMARK_READ, "self", _("See feedback and notes of talks"), roles=("everybody",)),
    SuggestedEntry(REMARK_WRITE, "self", _("Give feedback and note talks"), roles=("everybody",)),
    SuggestedEntry(FORM_READ, "company", _("See review forms"), roles=("hr",)),
    SuggestedEntry(FORM_EDIT, "company", _("Draft review forms"), roles=("hr",)),
    SuggestedEntry(CYCLE_READ, "company", _("See review cycles"), roles=("hr",)),
    SuggestedEntry(CYCLE_RUN, "company", _("Open and run review cycles"), roles=("hr",)),
    SuggestedEntry(REVIEW_READ, "company", _("See results of performance reviews"), roles=("hr",)),
    SuggestedEntry(REVIEW_CALIBRATE, "company", _("Calibrate performance reviews"), roles=("hr",)),
    SuggestedEntry(APPEAL_READ, "company", _("See appeals against performance reviews"), roles=("hr",)),
)
