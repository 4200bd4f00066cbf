"""A module with things to tell people of, for these tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.base.text import catalogue
from core.kernel.events import Event
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Message, Module, Notification, Recipients

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


KINDS = (
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
