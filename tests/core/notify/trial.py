"""A module with things to tell people of, for these tests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Copy, Message, Module, Notification, Offer, Recipients

_ = catalogue("trial")

module = Module("trial", _("Trial"), "tests.core.notify", "1.0")
GROUP = _("Trial")


@dataclass(frozen=True, slots=True)
class Rung(Event):
    """Somebody rang."""

    name = "trial.rung"
    title = _("Rung")
    thing = "bell"
    about = "bell_id"

    bell_id: int
    account_id: int


def offers(_session: Session, copies: Collection[Copy]) -> dict[Copy, Offer]:
    """Every reader of a thing may ring; of what is broken nobody can tell."""
    if any(one.about == "thing:13" for one in copies):
        raise RuntimeError("broken")
    return {
        one: Offer(((_("Ring"), f"/ring/{one.person_id}/{one.about}"), (_("Do not"), "/no")), _("Ring once."))
        for one in copies
    }


KINDS = (
    Notification("trial.offers", _("Something to ring"), GROUP, escalate_after=8, offers=offers),
    Notification("trial.plain", _("Something plain"), GROUP),
    Notification("trial.urgent", _("Something urgent"), GROUP, urgent=True),
    Notification("trial.fixed", _("Something needed"), GROUP, fixed=_("The law wants it.")),
    Notification("trial.daily", _("Something small"), GROUP, when="daily"),
    Notification("trial.quiet", _("Something for the program alone"), GROUP, channels=("app",)),
    Notification("trial.waits", _("Something that waits"), GROUP, escalate_after=8),
    Notification(
        "trial.rung", _("Somebody rang"), GROUP, on=Rung.name, to=lambda _s, event: Recipients([event.account_id]),
        tell=lambda _s, event: Message(_("Bell {bell} rang", bell=event.bell_id), link="/bells"),
    ),
)


@hookimpl
def register_events() -> Sequence[type[Event]]:
    return (Rung,)


@hookimpl
def register_notifications() -> Sequence[Notification]:
    return KINDS
