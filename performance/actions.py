"""What people may do with figures, values, schemes, scores and rewards, and how the lists look at their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from performance.models import Kpi, KpiValue, Reward, RewardAmount, RewardResult, Scheme, Score
from performance.text import _
from remit import workflow
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

KPI_READ = "performance.kpi:read"
KPI_EDIT = "performance.kpi:edit"
VALUE_READ = "performance.value:read"
VALUE_ENTER = "performance.value:enter"
VALUE_IMPORT = "performance.value:import"
SCHEME_READ = "performance.scheme:read"
SCHEME_DRAFT = "performance.scheme:draft"
SCHEME_PUBLISH = "performance.scheme:publish"
SCORE_READ = "performance.score:read"
SCORE_COMPUTE = "performance.score:compute"
REWARD_READ = "performance.reward:read"
REWARD_DRAFT = "performance.reward:draft"
REWARD_SIGN = "performance.reward:sign"
RESULT_READ = "performance.result:read"
RESULT_COMPUTE = "performance.result:compute"
RESULT_CONFIRM = "performance.result:confirm"
AMOUNT_READ = "performance.amount:read"
#: The kinds of question that a scheme and an agreement are.
SCHEME, REWARD = "performance.scheme", "performance.reward"


def _company(session: Session, row: Kpi) -> Facts:
    """A figure is of a company."""
    del session
    return Facts(legal_entity_id=row.legal_entity_id)


def _subject(session: Session, row: KpiValue | Score) -> Facts:
    """A value and a score are of a person or a unit, in a company."""
    del session
    return Facts(
        (row.person_id,) if row.person_id else (), (row.unit_id,) if row.unit_id else (),
        legal_entity_id=row.legal_entity_id,
    )  # fmt: skip


def _drafted(session: Session, row: Scheme | Reward) -> Facts:
    """A scheme and an agreement stand at a unit; whoever drafted one does not sign it."""
    del session
    people = (row.person_id,) if isinstance(row, Scheme) and row.person_id else ()
    return Facts(
        people, (row.place_unit_id,), legal_entity_id=row.legal_entity_id, creator_person_id=row.drafted_by_person_id
    )


def _result(session: Session, row: RewardResult) -> Facts:
    """A result stands where its agreement does; it is worth its pool."""
    del session
    return Facts(
        unit_ids=(row.place_unit_id,), legal_entity_id=row.legal_entity_id, amount=row.pool, currency=row.currency,
        creator_person_id=row.computed_by_person_id,
    )  # fmt: skip


def _amount(session: Session, row: RewardAmount) -> Facts:
    """An amount is a person's, in a unit."""
    del session
    return Facts((row.person_id,), (row.unit_id,))


def _acts(kind: str, draft: str, sign: str) -> Any:
    """Who drafted it, and everybody who signed what it says now."""

    def acts(session: Session, row: Any) -> Mapping[str, Collection[int]]:
        done: dict[str, tuple[int, ...]] = {draft: (row.drafted_by_person_id,)} if row.drafted_by_person_id else {}
        task = workflow.answer_of(session, kind, row) if not inspect(row).transient else None
        if task is not None and task.state == "approved":
            done[sign] = tuple(sorted(workflow.deciders(session, task)))
        return done

    return acts


_UNIT, _ENTITY = by_column("place_unit_id"), by_column("legal_entity_id")
_SUBJECT: dict[str, Any] = {"person": by_column("person_id"), "unit": by_column("unit_id"), "legal_entity": _ENTITY}
_PLACE: dict[str, Any] = {"unit": _UNIT, "legal_entity": _ENTITY, "creator": by_column("drafted_by_person_id")}

RESOURCE_TYPES = (
    ResourceType("performance.kpi", Kpi, _company, anchors={"legal_entity": _ENTITY}, read=KPI_READ),
    ResourceType("performance.value", KpiValue, _subject, anchors=_SUBJECT, read=VALUE_READ),
    ResourceType(
        "performance.scheme", Scheme, _drafted, anchors=_PLACE | {"person": by_column("person_id")}, read=SCHEME_READ,
        acts=_acts(SCHEME, SCHEME_DRAFT, SCHEME_PUBLISH),
        material=("valid_from", "unit_id", "position_id", "person_id"),
    ),
    ResourceType("performance.score", Score, _subject, anchors=_SUBJECT, read=SCORE_READ),
    ResourceType(
        "performance.reward", Reward, _drafted, anchors=_PLACE, read=REWARD_READ,
        acts=_acts(REWARD, REWARD_DRAFT, REWARD_SIGN), material=("valid_from", "valid_to", "pool", "currency"),
    ),
    ResourceType(
        "performance.result", RewardResult, _result, read=RESULT_READ,
        anchors={"unit": _UNIT, "legal_entity": _ENTITY, "creator": by_column("computed_by_person_id")},
    ),
    ResourceType(
        "performance.amount", RewardAmount, _amount, read=AMOUNT_READ,
        anchors={"person": by_column("person_id"), "unit": by_column("unit_id")},
    ),
)  # fmt: skip

ACTIONS = (
    ActionDef(KPI_READ, _("See which figures there are"), resource="performance.kpi", power="read"),
    ActionDef(KPI_EDIT, _("Define figures"), resource="performance.kpi"),
    ActionDef(VALUE_READ, _("See what figures were"), resource="performance.value", power="read"),
    ActionDef(VALUE_ENTER, _("Enter what figures were"), resource="performance.value"),
    ActionDef(VALUE_IMPORT, _("Import what figures were")),
    ActionDef(SCHEME_READ, _("See performance schemes"), resource="performance.scheme", power="read"),
    ActionDef(SCHEME_DRAFT, _("Draft performance schemes"), resource="performance.scheme"),
    ActionDef(SCHEME_PUBLISH, _("Sign performance schemes"), resource="performance.scheme", power="decide",
              no_self=True),
    ActionDef(SCORE_READ, _("See scores"), resource="performance.score", power="read"),
    ActionDef(SCORE_COMPUTE, _("Work out scores")),
    ActionDef(REWARD_READ, _("See agreements on collaboration bonuses"), resource="performance.reward", power="read"),
    ActionDef(REWARD_DRAFT, _("Draft agreements on collaboration bonuses"), resource="performance.reward"),
    ActionDef(REWARD_SIGN, _("Sign agreements on collaboration bonuses"), resource="performance.reward",
              power="decide", no_self=True),
    ActionDef(RESULT_READ, _("See what collaboration bonuses came to"), resource="performance.result", power="read"),
    ActionDef(RESULT_COMPUTE, _("Work out collaboration bonuses"), resource="performance.result"),
    ActionDef(RESULT_CONFIRM, _("Confirm collaboration bonuses"), resource="performance.result", power="decide",
              amount=True, no_self=True),
    ActionDef(AMOUNT_READ, _("See what each gets of a collaboration bonus"), resource="performance.amount",
              power="read"),
)  # fmt: skip

SUGGESTED = (
    SuggestedEntry(KPI_READ, "company", _("See which figures there are"), roles=("everybody",)),
    SuggestedEntry(SCORE_READ, "self", _("See one's own scores"), roles=("everybody",)),
    SuggestedEntry(AMOUNT_READ, "self", _("See one's own collaboration bonus"), roles=("everybody",)),
    SuggestedEntry(SCORE_READ, "subtree", _("See scores of one's department"), roles=("head",)),
    SuggestedEntry(VALUE_READ, "subtree", _("See what figures of one's department were"), roles=("head",)),
    SuggestedEntry(SCHEME_READ, "subtree", _("See schemes of one's department"), roles=("head",)),
    SuggestedEntry(KPI_EDIT, "company", _("Define figures"), roles=("hr",)),
    SuggestedEntry(VALUE_ENTER, "company", _("Enter what figures were"), roles=("hr",)),
    SuggestedEntry(VALUE_IMPORT, "all", _("Import what figures were"), roles=("hr",)),
    SuggestedEntry(SCHEME_DRAFT, "company", _("Draft performance schemes"), roles=("hr",)),
    SuggestedEntry(SCORE_COMPUTE, "all", _("Work out scores"), roles=("hr",)),
    SuggestedEntry(REWARD_DRAFT, "company", _("Draft agreements on collaboration bonuses"), roles=("hr",)),
    SuggestedEntry(RESULT_COMPUTE, "company", _("Work out collaboration bonuses"), roles=("hr",)),
)
