"""What the audit log calls the tables of goals, key results and check-ins."""

from __future__ import annotations

from performance import models
from performance.labels.words import FIGURE, PLACE, SPAN, TARGET, UNIT, WEIGHT
from performance.text import ALIGNMENTS, CONFIDENCE, GOAL_STATES, GRAINS, TAKES, UNITS, _
from remit.models import describe

GOAL, RESULT = _("Goal"), _("Key result")


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Goal, GOAL, PLACE | SPAN | {
        "title": GOAL, "grain": _("Of whom"), "parent_id": _("Serves the goal"), "aligned": _("Alignment"),
        "state": _("Status"), "reason": _("Reason"), "drafted_by_person_id": _("Drafted by"),
        "created_at": _("Written at"),
    }, values={
        "grain": GRAINS, "aligned": ALIGNMENTS, "state": {key: words for key, (words, _kind) in GOAL_STATES.items()},
    })  # fmt: skip
    describe(models.KeyResult, RESULT, {
        "goal_id": GOAL, "title": RESULT, "unit": _("Unit of measure"), "start": _("Start"), "target": TARGET,
        "current": _("It is now"), "weight": WEIGHT, "kpi_id": FIGURE, "of_unit_id": UNIT, "takes": _("What counts"),
        "sort_order": _("Order"),
    }, values={"unit": UNITS, "takes": TAKES})  # fmt: skip
    describe(models.CheckIn, _("Check-in"), {
        "key_result_id": RESULT, "value": _("Value"), "confidence": _("Confidence"), "words": _("Words"),
        "made_by_person_id": _("Entered by"), "made_at": _("Entered at"),
    }, values={"confidence": {key: words for key, (words, _kind) in CONFIDENCE.items()}})  # fmt: skip
