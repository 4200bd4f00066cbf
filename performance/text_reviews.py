"""The words of reviews."""

from __future__ import annotations

from performance.text import _
from remit.text import Text

DRAFT, RUNNING, CALIBRATING, SIGNING, CLOSED = "draft", "running", "calibrating", "signing", "closed"
#: How a cycle stands: words and colour.
CYCLE_STATES: dict[str, tuple[Text, str]] = {
    DRAFT: (_("Draft"), ""), RUNNING: (_("Being written"), "info"), CALIBRATING: (_("In calibration"), "warn"),
    SIGNING: (_("To be signed"), "warn"), CLOSED: (_("Finished"), "ok"),
}  # fmt: skip
READY = "ready"
FORM_STATES: dict[str, tuple[Text, str]] = {DRAFT: (_("Draft"), ""), READY: (_("Ready"), "ok")}
SECTIONS: dict[str, Text] = {"rating": _("Rating"), "text": _("Text")}
PARTS: dict[str, Text] = {
    "self": _("Self-review"), "manager": _("Manager"), "matrix": _("Matrix manager"), "peer": _("Peers"),
    "upward": _("Subordinates"),
}  # fmt: skip
NAMED, ASKED, GIVEN = "named", "asked", "given"
#: How an answer stands, for its writer.
ANSWER_STATES: dict[str, tuple[Text, str]] = {
    NAMED: (_("Named"), ""), ASKED: (_("To be written"), "warn"), GIVEN: (_("Handed in"), "ok"),
}  # fmt: skip
SEEN, AGREED, APPEALED = "seen", "agreed", "appealed"
#: What the reviewed said to the result.
SAID: dict[str, tuple[Text, str]] = {
    "": (_("Not signed"), ""), SEEN: (_("Seen"), "info"), AGREED: (_("Agreed"), "ok"),
    APPEALED: (_("Appealed"), "warn"),
}  # fmt: skip
OPEN, CHANGED, KEPT, TAKEN_BACK = "open", "changed", "kept", "withdrawn"
APPEALS: dict[str, tuple[Text, str]] = {
    OPEN: (_("Waiting"), "warn"), CHANGED: (_("Result changed"), "ok"), KEPT: (_("Result kept"), "info"),
    TAKEN_BACK: (_("Taken back"), ""),
}  # fmt: skip
POTENTIAL: dict[str, Text] = {"1": _("Steady"), "2": _("Growing"), "3": _("Outstanding potential")}
FEEDBACK, PRAISE, NOTE, PRIVATE = "feedback", "praise", "note", "private"
REMARKS: dict[str, Text] = {
    FEEDBACK: _("Feedback"), PRAISE: _("Private praise"), NOTE: _("Note of a talk"), PRIVATE: _("Private line"),
}  # fmt: skip
