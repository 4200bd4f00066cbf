"""The words of this module."""

from __future__ import annotations

from remit.text import Text, catalogue

_ = catalogue("payroll")

#: How a change of pay stands: words and colour.
CHANGE_STATES: dict[str, tuple[Text, str]] = {
    "draft": (_("Draft"), ""), "submitted": (_("Waiting"), "warn"), "approved": (_("Approved"), "ok"),
    "refused": (_("Refused"), "bad"), "withdrawn": (_("Taken back"), ""),
}
