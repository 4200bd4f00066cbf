"""The words of this module."""

from __future__ import annotations

from remit.text import Text, catalogue

_ = catalogue("crm_tryton")

#: Whose word counts where a field was changed on both sides since the last run.
THEIRS, OURS, NEWER = "theirs", "ours", "newer"
RULES: dict[str, Text] = {THEIRS: _("Tryton's"), OURS: _("Remit's"), NEWER: _("The newer one")}
#: What is kept the same on both sides.
FIELDS: dict[str, Text] = {
    "company": _("Company"), "phone": _("Phone"), "email": _("Mail address"), "state": _("Status"),
}
#: Whose word counts unless somebody chooses.
USUAL: dict[str, str] = {"company": NEWER, "phone": NEWER, "email": NEWER, "state": THEIRS}
OUT, IN = "out", "in"
#: Which way something did not get.
WAYS: dict[str, Text] = {OUT: _("To Tryton"), IN: _("From Tryton")}
