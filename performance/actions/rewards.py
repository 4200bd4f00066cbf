"""What people may do with agreements on collaboration bonuses and what they come to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from performance.actions.signed import PLACE, acts_of, stands
from performance.models import Reward, RewardAmount, RewardResult
from performance.text import _
from remit.specs import ActionDef, Facts, ResourceType, SuggestedEntry, by_column

REWARD_READ = "performance.reward:read"
REWARD_DRAFT = "performance.reward:draft"
REWARD_SIGN = "performance.reward:sign"
RESULT_READ = "performance.result:read"
RESULT_COMPUTE = "performance.result:compute"
RESULT_CONFIRM = "performance.result:confirm"
AMOUNT_READ = "performance.amount:read"
#: The kind of question that an agreement is.
REWARD = "performance.reward"


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


RESOURCE_TYPES = (
    ResourceType(
        "performance.reward", Reward, stands, anchors=PLACE, read=REWARD_READ,
        acts=acts_of(REWARD, REWARD_DRAFT, REWARD_SIGN), material=("valid_from", "valid_to", "pool", "currency"),
    ),
    ResourceType(
        "performance.result", RewardResult, _result, read=RESULT_READ,
        anchors=PLACE | {"creator": by_column("computed_by_person_id")},
    ),
    ResourceType(
        "performance.amount", RewardAmount, _amount, read=AMOUNT_READ,
        anchors={"person": by_column("person_id"), "unit": by_column("unit_id")},
    ),
)  # fmt: skip

ACTIONS = (
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
    SuggestedEntry(AMOUNT_READ, "self", _("See one's own collaboration bonus"), roles=("everybody",)),
    SuggestedEntry(REWARD_DRAFT, "company", _("Draft agreements on collaboration bonuses"), roles=("hr",)),
    SuggestedEntry(RESULT_COMPUTE, "company", _("Work out collaboration bonuses"), roles=("hr",)),
)
