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
#: What kind of place leads come from.
CHANNEL_KINDS: dict[str, Text] = {
    "ads": _("Online advertising"),
    "content": _("Content"),
    "event": _("Fairs and events"),
    "referral": _("Recommendation"),
    "web": _("Own website"),
    "other": _("Other"),
}
#: What a company chooses from when it describes leads.
CHOICE_KINDS: dict[str, Text] = {
    "industry": _("Industry"),
    "region": _("Region"),
    "product": _("Product"),
    "lost": _("Reason of loss"),
    "rejected": _("Reason of rejection"),
}
NEW, WORKING, PUT_OFF, REJECTED, WON, LOST, MERGED = "new", "working", "put_off", "rejected", "won", "lost", "merged"
#: The import that brought it was taken back.
VOID = "void"
#: How a lead stands: words and colour.
LEAD_STATES: dict[str, tuple[Text, str]] = {
    NEW: (_("New"), "info"),
    WORKING: (_("In hand"), "warn"),
    PUT_OFF: (_("Put off"), ""),
    REJECTED: (_("Rejected"), "bad"),
    WON: (_("Won"), "ok"),
    LOST: (_("Lost"), "bad"),
    MERGED: (_("Merged"), ""),
    VOID: (_("Taken back again"), ""),
}
#: Somebody has to do something about these.
OPEN_STATES = (NEW, WORKING, PUT_OFF)
#: Nobody counts these: another lead stands for them, or the import that brought them was taken back.
GONE_STATES = (MERGED, VOID)
#: What happens to a lead.
EVENT_KINDS: dict[str, Text] = {
    "captured": _("Taken in"),
    "merged": _("Merged"),
    "changed": _("Changed"),
    "tagged": _("Tagged"),
    "qualified": _("Qualified"),
    "assigned": _("Handed over"),
    "touched": _("Followed up"),
    "put_off": _("Put off"),
    "rejected": _("Rejected"),
    "disputed": _("Disputed"),
    "won": _("Won"),
    "lost": _("Lost"),
    "consented": _("Consent given"),
    "withdrawn": _("Consent withdrawn"),
    "returned": _("Back on its day"),
    "reminded": _("Reminded"),
    "escalated": _("Told to the head"),
    "reclaimed": _("Taken back, not followed up in time"),
    "referred": _("Recommended"),
    "voided": _("Import taken back"),
}
#: What became of a lead that was brought.
OUTCOMES: dict[str, Text] = {
    "new": _("New"),
    "merged": _("Merged"),
    "known": _("Known already"),
    "undone": _("Taken back again"),
}
#: The ways in. A form and an address of a webhook have their number behind it: ``form:3``.
SOURCES: dict[str, Text] = {
    "entry": _("Typed"),
    "import": _("File"),
    "file": _("File"),
    "api": _("Program"),
    "fair": _("Phone screen"),
    "form": _("Form"),
    "webhook": _("Webhook"),
}
#: How a deal came about.
DEAL_KINDS: dict[str, Text] = {"new": _("New customer"), "renewal": _("Renewal"), "upsell": _("Extension")}
OPEN = "open"
#: How a deal stands: words and colour.
DEAL_STATES: dict[str, tuple[Text, str]] = {
    OPEN: (_("Open deal"), "info"), WON: (_("Won"), "ok"), LOST: (_("Lost"), "bad"),
}
ACTIVE, CHURNED = "active", "churned"
#: How a customer stands: words and colour.
CUSTOMER_STATES: dict[str, tuple[Text, str]] = {ACTIVE: (_("Customer"), "ok"), CHURNED: (_("Left us"), "bad")}
REMINDED, ESCALATED, RECLAIMED = "reminded", "escalated", "reclaimed"
#: What is done, one after the other, about a lead that is not touched in time.
OVERDUE_STEPS = (REMINDED, ESCALATED, RECLAIMED)

#: How an alarm of the spend guard stands: words and colour.
ALARM_OPEN, ALARM_KEPT, ALARM_STOPPED = "open", "kept", "stopped"
ALARM_STATES: dict[str, tuple[Text, str]] = {
    ALARM_OPEN: (_("To be answered"), "bad"), ALARM_KEPT: (_("Goes on"), "warn"), ALARM_STOPPED: (_("Stopped"), ""),
}
#: What the guard counts, as one of them is called.
MEASURE_WORDS: dict[str, Text] = {"lead": _("qualified lead"), "customer": _("customer")}
#: Which qualification the guard counts.
LEVELS: dict[str, Text] = {"marketing": _("Marketing qualified"), "sales": _("Sales qualified")}
