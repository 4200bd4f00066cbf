"""The words of the standard, of tables of rules and of disputes."""

from __future__ import annotations

from plugins.crm.text import _
from remit.text import Text

#: How a version of the standard stands: words and colour.
STANDARD_STATES: dict[str, tuple[Text, str]] = {
    "draft": (_("Draft"), ""),
    "submitted": (_("Being signed"), "warn"),
    "signed": (_("Signed"), "ok"),
    "refused": (_("Refused"), "bad"),
    "withdrawn": (_("Taken back"), ""),
}
LEVEL_WORDS: dict[str, Text] = {
    "marketing": _("Marketing qualified"),
    "sales": _("Sales qualified"),
}
#: What a table of rules does.
TABLE_KINDS: dict[str, Text] = {"tag": _("Tags"), "assign": _("Assignment")}
#: How a version of a table stands.
VERSION_STATES: dict[str, tuple[Text, str]] = {
    "draft": (_("Draft"), ""),
    "in_force": (_("In force"), "ok"),
    "replaced": (_("Replaced"), ""),
}
#: What a side says of a rejected lead, and what it comes to.
DISPUTE_WORDS: dict[str, Text] = {"counts": _("It is qualified"), "stands": _("The rejection stands")}
DISPUTE_STATES: dict[str, tuple[Text, str]] = {
    "open": (_("Open"), "warn"),
    "agreed": (_("Agreed"), "ok"),
    "settled": (_("Decided"), "ok"),
}
