"""What the audit log calls the tables of schemes and scores."""

from __future__ import annotations

from performance import models
from performance.labels.words import (
    ABOUT,
    DATED,
    FIGURE,
    PLACE,
    SCHEME,
    SHARE,
    SIGNED,
    SPAN,
    STANDS,
    STATE_WORDS,
    TARGET,
    WEIGHT,
)
from performance.text import GRAINS, ORIGINS, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Scheme, SCHEME, SIGNED | DATED | PLACE | STANDS | {
        "code": _("Code"), "version": _("Version"), "position_id": _("Post"),
    }, values={"state": STATE_WORDS})  # fmt: skip
    describe(models.SchemeItem, _("Figure in a scheme"), {
        "scheme_id": SCHEME, "kpi_id": FIGURE, "of_unit_id": _("Measured at"), "weight": WEIGHT,
        "target": TARGET, "sort_order": _("Order"),
    })  # fmt: skip
    describe(models.Score, _("Score"), ABOUT | PLACE | SPAN | {
        "points": _("Points"), "scored": _("Weight that was scored"), "closed": _("Final"),
        "computed_at": _("Worked out at"),
    }, values={"grain": GRAINS})  # fmt: skip
    describe(models.ScoreLine, _("Line of a score"), ABOUT | {
        "score_id": _("Score"), "scheme_id": SCHEME, "kpi_id": FIGURE, "share": SHARE, "weight": WEIGHT,
        "actual": _("Actual"), "target": TARGET, "attainment": _("Attainment"), "worth": _("Worth"),
        "points": _("Points"), "problem": _("Why it is not scored"), "origin": _("Origin"),
    }, values={"grain": GRAINS, "origin": ORIGINS})  # fmt: skip
