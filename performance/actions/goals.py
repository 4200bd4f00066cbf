"""What people may do with goals, their key results and check-ins."""

from __future__ import annotations

from sqlalchemy.orm import Session

from performance.actions.figures import SUBJECT
from performance.models import Goal
from performance.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

GOAL_READ = "performance.goal:read"
GOAL_EDIT = "performance.goal:edit"
GOAL_AGREE = "performance.goal:agree"
GOAL_ALIGN = "performance.goal:align"
GOAL_CHECK_IN = "performance.goal:check_in"


def _goal(session: Session, row: Goal) -> Facts:
    """A goal is of a person, a unit or a company; whoever drafted it does not agree to it."""
    del session
    return Facts(
        (row.person_id,) if row.person_id else (), (row.unit_id,), legal_entity_id=row.legal_entity_id,
        creator_person_id=row.drafted_by_person_id,
    )  # fmt: skip


RESOURCE_TYPES = (
    ResourceType(
        "performance.goal", Goal, _goal, read=GOAL_READ,
        anchors=SUBJECT | {"creator": by_column("drafted_by_person_id")},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(GOAL_READ, _("See goals"), resource="performance.goal", power="read"),
    ActionDef(GOAL_EDIT, _("Set goals"), resource="performance.goal"),
    ActionDef(GOAL_AGREE, _("Agree to goals"), resource="performance.goal", power="decide", no_self=True),
    ActionDef(GOAL_ALIGN, _("Take goals of others under one's own"), resource="performance.goal"),
    ActionDef(GOAL_CHECK_IN, _("Say how far goals are"), resource="performance.goal"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(GOAL_READ, "company", _("See the goals of the company"), roles=("everybody",)),
    SuggestedEntry(GOAL_EDIT, "self", _("Set one's own goals"), roles=("everybody",)),
    SuggestedEntry(GOAL_CHECK_IN, "self", _("Say how far one's own goals are"), roles=("everybody",)),
    SuggestedEntry(GOAL_EDIT, "subtree", _("Set goals of one's department"), roles=("head",)),
    SuggestedEntry(GOAL_AGREE, "subtree", _("Agree to goals of one's department"), roles=("head",)),
    SuggestedEntry(GOAL_ALIGN, "subtree", _("Take goals of others under those of one's department"), roles=("head",)),
    SuggestedEntry(GOAL_CHECK_IN, "subtree", _("Say how far goals of one's department are"), roles=("head",)),
)
