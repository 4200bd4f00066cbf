"""What the audit log calls a notice and what was changed about it."""

from __future__ import annotations

from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.models import describe


def attach() -> None:
    """Write the words onto the table, where the audit log looks for them."""
    describe(Notice, _("Notice"), {
        "code": _("Code"), "text": _("Text"), "shown_from": _("Shown from"), "shown_until": _("Shown until"),
        "holds_changes": _("Keeps others from undoing work"),
    })  # fmt: skip
