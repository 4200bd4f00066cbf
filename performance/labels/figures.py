"""What the audit log calls the tables of figures and their values."""

from __future__ import annotations

from performance import models
from performance.labels.words import ABOUT, DATED, FIGURE, PLACE, SHARE, SPAN, TARGET, UNIT
from performance.text import DIRECTIONS, GRAINS, ORIGINS, PERIODS, QUALITY, UNITS, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Kpi, FIGURE, {"code": _("Code"), "legal_entity_id": _("Company")})
    describe(models.KpiVersion, _("Meaning of a figure"), DATED | {
        "kpi_id": FIGURE, "title": _("Title"), "unit": _("Unit of measure"), "grain": _("Of whom"),
        "direction": _("Direction"), "period": _("Period"), "formula": _("Formula"), "target": TARGET,
        "floor": _("Floor"), "cap": _("Cap"), "curve": _("Curve"), "quality": _("Quality of the data"),
        "duty": _("Duty"),
    }, values={
        "unit": UNITS, "grain": GRAINS, "direction": DIRECTIONS, "period": PERIODS,
        "quality": {key: words for key, (words, _kind) in QUALITY.items()},
    })  # fmt: skip
    describe(models.KpiShare, _("Owner of a figure"), {
        "kpi_id": FIGURE, "unit_id": UNIT, "share": SHARE, "stage_kpi_id": _("Figure of its part"),
    })  # fmt: skip
    describe(models.KpiValue, _("Value of a figure"), ABOUT | PLACE | SPAN | {
        "kpi_id": FIGURE, "value": _("Value"), "origin": _("Origin"), "evidence": _("Evidence"),
        "entered_by_person_id": _("Entered by"), "entered_at": _("Entered at"),
    }, values={"grain": GRAINS, "origin": ORIGINS})  # fmt: skip
    describe(models.KpiValueFile, _("File as evidence"), {"value_id": _("Value of a figure"), "file_id": _("File")})
