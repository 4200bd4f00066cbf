"""Words that the tables of this module share."""

from __future__ import annotations

from performance.text import STATES, _

FIGURE, SCHEME, REWARD, UNIT = _("Figure"), _("Scheme"), _("Agreement"), _("Unit")
DATED = {"valid_from": _("Valid from"), "valid_to": _("Valid to")}
SPAN = {"starts_on": _("From"), "ends_on": _("Until, not including")}
PLACE = {"legal_entity_id": _("Company"), "unit_id": UNIT, "person_id": _("Person")}
STANDS = {"place_unit_id": _("Place"), "legal_entity_id": _("Company")}
ABOUT = {"grain": _("Of whom"), "subject_id": _("Number of the subject")}
SIGNED = {
    "title": _("Title"), "state": _("Status"), "drafted_by_person_id": _("Drafted by"), "created_at": _("Written at"),
    "signed_at": _("Signed at"),
}  # fmt: skip
STATE_WORDS = {key: words for key, (words, _kind) in STATES.items()}
SHARE, WEIGHT, TARGET = _("Share"), _("Weight"), _("Target")
