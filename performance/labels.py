"""What the audit log calls the tables of this module."""

from __future__ import annotations

from performance import models
from performance.text import (
    DIRECTIONS,
    GRAINS,
    MEASURES,
    ORIGINS,
    PERIODS,
    QUALITY,
    RESULTS,
    SHARING,
    STATES,
    UNITS,
    _,
)
from remit.models import describe

_FIGURE, _SCHEME, _REWARD, _UNIT = _("Figure"), _("Scheme"), _("Agreement"), _("Unit")
_DATED = {"valid_from": _("Valid from"), "valid_to": _("Valid to")}
_SPAN = {"starts_on": _("From"), "ends_on": _("Until, not including")}
_PLACE = {"legal_entity_id": _("Company"), "unit_id": _UNIT, "person_id": _("Person")}
_STANDS = {"place_unit_id": _("Place"), "legal_entity_id": _("Company")}
_ABOUT = {"grain": _("Of whom"), "subject_id": _("Number of the subject")}
_SIGNED = {
    "title": _("Title"), "state": _("Status"), "drafted_by_person_id": _("Drafted by"), "created_at": _("Written at"),
    "signed_at": _("Signed at"),
}  # fmt: skip
_STATES = {key: words for key, (words, _kind) in STATES.items()}
_SHARE, _WEIGHT, _TARGET = _("Share"), _("Weight"), _("Target")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    _figures()
    _schemes()
    _rewards()


def _figures() -> None:
    describe(models.Kpi, _FIGURE, {"code": _("Code"), "legal_entity_id": _("Company")})
    describe(models.KpiVersion, _("Meaning of a figure"), _DATED | {
        "kpi_id": _FIGURE, "title": _("Title"), "unit": _("Unit of measure"), "grain": _("Of whom"),
        "direction": _("Direction"), "period": _("Period"), "formula": _("Formula"), "target": _TARGET,
        "floor": _("Floor"), "cap": _("Cap"), "curve": _("Curve"), "quality": _("Quality of the data"),
        "duty": _("Duty"),
    }, values={
        "unit": UNITS, "grain": GRAINS, "direction": DIRECTIONS, "period": PERIODS,
        "quality": {key: words for key, (words, _kind) in QUALITY.items()},
    })  # fmt: skip
    describe(models.KpiShare, _("Owner of a figure"), {
        "kpi_id": _FIGURE, "unit_id": _UNIT, "share": _SHARE, "stage_kpi_id": _("Figure of its part"),
    })  # fmt: skip
    describe(models.KpiValue, _("Value of a figure"), _ABOUT | _PLACE | _SPAN | {
        "kpi_id": _FIGURE, "value": _("Value"), "origin": _("Origin"), "evidence": _("Evidence"),
        "entered_by_person_id": _("Entered by"), "entered_at": _("Entered at"),
    }, values={"grain": GRAINS, "origin": ORIGINS})  # fmt: skip


def _schemes() -> None:
    describe(models.Scheme, _SCHEME, _SIGNED | _DATED | _PLACE | _STANDS | {
        "code": _("Code"), "version": _("Version"), "position_id": _("Post"),
    }, values={"state": _STATES})  # fmt: skip
    describe(models.SchemeItem, _("Figure in a scheme"), {
        "scheme_id": _SCHEME, "kpi_id": _FIGURE, "of_unit_id": _("Measured at"), "weight": _WEIGHT,
        "target": _TARGET, "sort_order": _("Order"),
    })  # fmt: skip
    describe(models.Score, _("Score"), _ABOUT | _PLACE | _SPAN | {
        "points": _("Points"), "scored": _("Weight that was scored"), "closed": _("Final"),
        "computed_at": _("Worked out at"),
    }, values={"grain": GRAINS})  # fmt: skip
    describe(models.ScoreLine, _("Line of a score"), _ABOUT | {
        "score_id": _("Score"), "scheme_id": _SCHEME, "kpi_id": _FIGURE, "share": _SHARE, "weight": _WEIGHT,
        "actual": _("Actual"), "target": _TARGET, "attainment": _("Attainment"), "worth": _("Worth"),
        "points": _("Points"), "problem": _("Why it is not scored"), "origin": _("Origin"),
    }, values={"grain": GRAINS, "origin": ORIGINS})  # fmt: skip


def _rewards() -> None:
    describe(models.Reward, _("Agreement on a collaboration bonus"), _SIGNED | _DATED | _STANDS | {
        "code": _("Code"), "period": _("Period"), "pool": _("Pool"), "currency": _("Currency"),
    }, values={"state": _STATES, "period": PERIODS})  # fmt: skip
    describe(models.RewardMeasure, _("Measure of an agreement"), {
        "reward_id": _REWARD, "name": _("Name in formulas"), "kpi_id": _FIGURE, "unit_id": _UNIT, "target": _TARGET,
    })  # fmt: skip
    describe(models.RewardGate, _("Gate of an agreement"), {
        "reward_id": _REWARD, "name": _("Measure"), "measure": _("Compared by"), "threshold": _("Threshold"),
        "inclusive": _("Reaching it is enough"), "at_most": _("At most"),
    }, values={"measure": MEASURES})  # fmt: skip
    describe(models.RewardParty, _("Party of an agreement"), {
        "reward_id": _REWARD, "unit_id": _UNIT, "share": _SHARE, "per": _("Divided"), "sort_order": _("Order"),
    }, values={"per": SHARING})  # fmt: skip
    describe(models.RewardResult, _("Result of an agreement"), _SPAN | _STANDS | {
        "reward_id": _REWARD, "month": _("Paid with the payroll of"), "passed": _("Gates passed"), "pool": _("Pool"),
        "currency": _("Currency"), "state": _("Status"), "lineage": _("How it was worked out"),
        "computed_by_person_id": _("Worked out by"), "computed_at": _("Worked out at"),
        "confirmed_at": _("Confirmed at"),
    }, values={"state": {key: words for key, (words, _kind) in RESULTS.items()}})  # fmt: skip
    describe(models.RewardAmount, _("Share of a person in a collaboration bonus"), {
        "result_id": _("Result of an agreement"), "employment_id": _("Employment"), "person_id": _("Person"),
        "unit_id": _UNIT, "amount": _("Amount"),
    })  # fmt: skip
