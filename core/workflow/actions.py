"""What people may do with processes, and how the authority list looks at their runs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.formula.types import MONEY, enum
from core.kernel.specs import ActionDef, Attribute, Facts, ResourceType, SuggestedEntry, by_column
from core.workflow.models import Submission
from core.workflow.processes.definition import CATEGORIES
from core.workflow.processes.models import Run

_ = catalogue("workflow")

READ = "workflow.run:read"
REPAIR = "workflow.run:repair"
REPLY = "workflow.run:reply"
SUBMIT = "workflow.submission:request"
SUBMIT_READ = "workflow.submission:read"
SUBMIT_APPROVE = "workflow.submission:approve"
#: The kind of question that simple requests are; the process of each form is called ``workflow.form:name``.
FORM = "workflow.form"
#: Their numbers: a series per company and year.
NUMBER = "workflow.submission"
ANSWER = "workflow.task:answer"
PARTNER = "workflow.partner:answer"
EDIT = "workflow.definition:edit"
PUBLISH = "workflow.definition:publish"


def run_facts(session: Session, run: Run) -> Facts:
    """A run is where its record was when it was handed in; nobody mends his own."""
    del session
    return Facts(
        (run.requester_person_id,) if run.requester_person_id is not None else (),
        (run.unit_id,) if run.unit_id is not None else (), (), run.legal_entity_id,
        creator_person_id=run.requester_person_id,
    )


def submission_facts(session: Session, one: Submission) -> Facts:
    """A simple request is its requester's, in the unit he worked in when he wrote it."""
    del session
    return Facts(
        (one.requester_person_id,), (one.unit_id,), (), one.legal_entity_id, amount=one.amount,
        currency=one.currency if one.amount is not None else None, creator_person_id=one.requester_person_id,
    )


RESOURCE_TYPES = (
    ResourceType(
        "submission", Submission, submission_facts,
        anchors={
            "person": by_column("requester_person_id"), "unit": by_column("unit_id"),
            "legal_entity": by_column("legal_entity_id"),
        },
        read=SUBMIT_READ,
        attributes={
            "amount": Attribute(_("Amount"), MONEY, "amount", currency="currency"),
            "category": Attribute(_("Category"), enum(*CATEGORIES), "category"),
        },
        material=("process", "digest", "amount", "currency", "unit_id"),
    ),
    ResourceType(
        "process_run", Run, run_facts,
        anchors={
            "person": by_column("requester_person_id"), "unit": by_column("unit_id"),
            "legal_entity": by_column("legal_entity_id"),
        },
        read=READ,
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(READ, _("See processes that run, and how long they take"), resource="process_run", power="read"),
    ActionDef(REPAIR, _("Help on what is stuck in a process"), resource="process_run", power="decide", no_self=True),
    # For a program that comes with a token instead of the secret of the one step.
    ActionDef(REPLY, _("Answer for called programs"), resource="process_run", power="decide", no_self=True),
    # What a process asks of somebody by his relation to the requester: its published definition names him, not a list.
    # An access token has to cover it.
    ActionDef(
        ANSWER, _("Answer what a process asks"), resource="process_run", power="decide", no_self=True, asked=True
    ),
    # Asked about the person who put a request.
    ActionDef(PARTNER, _("Answer requests as the HR partner"), resource="person", power="decide"),
    ActionDef(SUBMIT_READ, _("See simple requests"), resource="submission", power="read"),
    ActionDef(SUBMIT, _("Put simple requests"), resource="submission"),
    ActionDef(
        SUBMIT_APPROVE, _("Approve simple requests"), resource="submission", power="decide", amount=True, no_self=True
    ),
    ActionDef(EDIT, _("Write drafts of processes")),
    ActionDef(PUBLISH, _("Publish processes"), power="decide"),
)

SUGGESTED = (
    SuggestedEntry(READ, "self", _("See one's own requests on their way"), roles=("everybody",)),
    SuggestedEntry(SUBMIT, "self", _("Put simple requests"), roles=("everybody",)),
    SuggestedEntry(SUBMIT_READ, "self", _("See one's own simple requests"), roles=("everybody",)),
    SuggestedEntry(SUBMIT_READ, "subtree", _("See the simple requests of one's own department"), roles=("head",)),
    SuggestedEntry(
        SUBMIT_APPROVE, "subtree", _("Approve the simple requests of one's own department"), roles=("head",)
    ),
    *(SuggestedEntry(one, "company", title, roles=("hr",)) for one, title in (
        (READ, _("See the processes of the company")), (REPAIR, _("Help on what is stuck in the company")),
        (PARTNER, _("Answer requests of the company as the HR partner")), (EDIT, _("Write drafts of processes")),
        (PUBLISH, _("Publish processes of the company")),
    )),
)  # fmt: skip
