"""What the audit log calls the tables of agreements on collaboration bonuses and what they come to."""

from __future__ import annotations

from performance import models
from performance.labels.words import DATED, FIGURE, REWARD, SHARE, SIGNED, SPAN, STANDS, STATE_WORDS, TARGET, UNIT
from performance.text import MEASURES, PERIODS, RESULTS, SHARING, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Reward, _("Agreement on a collaboration bonus"), SIGNED | DATED | STANDS | {
        "code": _("Code"), "period": _("Period"), "pool": _("Pool"), "currency": _("Currency"),
    }, values={"state": STATE_WORDS, "period": PERIODS})  # fmt: skip
    describe(models.RewardMeasure, _("Measure of an agreement"), {
        "reward_id": REWARD, "name": _("Name in formulas"), "kpi_id": FIGURE, "unit_id": UNIT, "target": TARGET,
    })  # fmt: skip
    describe(models.RewardGate, _("Gate of an agreement"), {
        "reward_id": REWARD, "name": _("Measure"), "measure": _("Compared by"), "threshold": _("Threshold"),
        "inclusive": _("Reaching it is enough"), "at_most": _("At most"),
    }, values={"measure": MEASURES})  # fmt: skip
    describe(models.RewardParty, _("Party of an agreement"), {
        "reward_id": REWARD, "unit_id": UNIT, "share": SHARE, "per": _("Divided"), "sort_order": _("Order"),
    }, values={"per": SHARING})  # fmt: skip
    describe(models.RewardResult, _("Result of an agreement"), SPAN | STANDS | {
        "reward_id": REWARD, "month": _("Paid with the payroll of"), "passed": _("Gates passed"), "pool": _("Pool"),
        "currency": _("Currency"), "state": _("Status"), "lineage": _("How it was worked out"),
        "computed_by_person_id": _("Worked out by"), "computed_at": _("Worked out at"),
        "confirmed_at": _("Confirmed at"),
    }, values={"state": {key: words for key, (words, _kind) in RESULTS.items()}})  # fmt: skip
    describe(models.RewardAmount, _("Share of a person in a collaboration bonus"), {
        "result_id": _("Result of an agreement"), "employment_id": _("Employment"), "person_id": _("Person"),
        "unit_id": UNIT, "amount": _("Amount"),
    })  # fmt: skip
