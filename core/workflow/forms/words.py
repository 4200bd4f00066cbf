"""What the states and categories of simple requests are called."""

from __future__ import annotations

from core.base.text import catalogue
from core.workflow.models import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN

_ = catalogue("workflow")

STATES = {
    DRAFT: (_("Draft"), ""), SUBMITTED: (_("Waiting"), "warn"), APPROVED: (_("Approved"), "ok"),
    REFUSED: (_("Refused"), "bad"), WITHDRAWN: (_("Taken back"), ""),
}  # fmt: skip
#: What simple requests are about, for the conditions of authority lists.
CATEGORIES = {
    "seal": _("Use of a seal"), "trip": _("Business trip"), "purchase": _("Purchase"),
    "certificate": _("Certificate"), "asset": _("Equipment and assets"), "profile": _("Personal data"),
    "other": _("Other"),
}
