"""The words of this module."""

from __future__ import annotations

from remit.text import Text, catalogue

_ = catalogue("crm")

#: What money is spent on, by the word that lists use: ``when: {category: ads}``.
CATEGORIES: dict[str, Text] = {
    "ads": _("Online advertising"), "event": _("Events and their material"), "content": _("Content"),
    "agency": _("Agencies and consultants"), "gift": _("Gifts"), "other": _("Other"),
}
DRAFT, SUBMITTED, APPROVED, REFUSED, WITHDRAWN = "draft", "submitted", "approved", "refused", "withdrawn"
#: How a request stands: words and colour.
STATES: dict[str, tuple[Text, str]] = {
    DRAFT: (_("Draft"), ""), SUBMITTED: (_("Waiting"), "warn"), APPROVED: (_("Approved"), "ok"),
    REFUSED: (_("Refused"), "bad"), WITHDRAWN: (_("Taken back"), ""),
}
