"""The files that people bring: leads, and what channels showed and cost."""

from __future__ import annotations

from plugins.crm.actions.intake import EXPOSURE_EDIT
from plugins.crm.actions.leads import LEAD_CAPTURE
from plugins.crm.columns import EXPOSURE, LEADS
from plugins.crm.services import exposure_import
from plugins.crm.services.intake import importing
from plugins.crm.text import _
from remit.exchange import Exchange

EXCHANGES = (
    Exchange(
        "leads", _("Leads"), LEADS, LEAD_CAPTURE, importing.plan_leads, importing.apply_leads,
        take_back=importing.take_back,
    ),
    Exchange(
        "exposure", _("Exposure and spend"), EXPOSURE, EXPOSURE_EDIT, exposure_import.plan, exposure_import.apply
    ),
)  # fmt: skip
