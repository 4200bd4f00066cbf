"""Setting up what is told to whom: subscriptions, their secrets, pausing and resuming them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.stored import to_json
from core.base.text import Text, catalogue
from core.events.outbox import emit
from core.kernel import state as modules
from core.kernel.house import of
from core.webhooks import filters, signing
from core.webhooks.actions import MANAGE, READ
from core.webhooks.addresses import Reach, read_url
from core.webhooks.events import SubscriptionPaused, SubscriptionResumed
from core.webhooks.models import ACTIVE, PAUSED, PING, SKIPPED, WAITING, Webhook, WebhookDelivery, WebhookState
from core.webhooks.waking import wake

if TYPE_CHECKING:
    from core.kernel.events import Event

_ = catalogue("webhooks")

#: The longest that an old secret may sign beside the new one.
LONGEST_OVERLAP = timedelta(days=7)
#: What the parts of core are called whose events can be subscribed all together.
CORE_TITLES = {
    "jobs": _("Jobs"), "webhooks": _("Webhooks"), "org": _("Organisation"), "identity": _("Accounts"),
    "schedules": _("Schedules"), "files": _("Files"), "authority": _("Duty and authority lists"),
    "documents": _("Documents"), "letters": _("Letters"),
}  # fmt: skip


def reach_of(session: Session) -> Reach:
    """What this installation lets webhooks connect to."""
    return Reach.read(of(session).config.webhook_allow)


def known_events(session: Session) -> dict[str, type[Event]]:
    """The events that can be subscribed: those of core and of modules that are on, by name."""
    return {event.name: event for event in of(session).registry.of("events", modules.read(session))}


def all_events(session: Session) -> dict[str, type[Event]]:
    """Every event there is, also of modules that are off; what filters are read with, so that they read one way."""
    return of(session).registry.events()


def choices(session: Session) -> list[tuple[str, Text | str]]:
    """What can be subscribed, for a form: everything, all of a module, each event."""
    registry = of(session).registry
    found: list[tuple[str, Text | str]] = [(filters.ALL, _("All events"))]
    by_module: dict[str, list[tuple[str, Text | str]]] = {}
    for name, event in sorted(known_events(session).items()):
        by_module.setdefault(name.partition(".")[0], []).append((name, event.title))
    for module, events in by_module.items():
        loaded = registry.modules.get(registry.owner_of("events", registry.events()[events[0][0]]))
        own = CORE_TITLES.get(module, module)
        title = loaded.manifest.title if loaded is not None and loaded.manifest is not None else own
        found.append((f"{module}.*", _("All of {module}", module=title)))
        found.extend(events)
    return found


def listed(session: Session, actor: Actor) -> list[tuple[Webhook, WebhookState]]:
    """All subscriptions by name, each with how it goes. ``Denied`` without ``webhooks.subscription:read``."""
    require(session, actor, READ)
    rows = session.execute(
        select(Webhook, WebhookState).join(WebhookState, WebhookState.webhook_id == Webhook.id).order_by(Webhook.name)
    )
    return [(webhook, state) for webhook, state in rows]


def found(session: Session, actor: Actor, webhook_id: int, action: str = READ) -> Webhook:
    """One subscription; ``NotFound``, or ``Denied`` without the action."""
    require(session, actor, action)
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFound("not_found", _("There is no such webhook."))
    return webhook


def create(
    session: Session, actor: Actor, *, name: str, url: str, events: Sequence[str], filter: str = ""
) -> tuple[Webhook, str]:
    """Subscribe an address to events; returns the secret, too, which is shown this once.

    Raises ``DomainError`` for an address, events or a filter that cannot be used; ``Denied`` without
    ``webhooks.subscription:manage``.
    """
    require(session, actor, MANAGE)
    secret = signing.new_secret()
    webhook = Webhook(secret=secret, created_at=clock.now(), created_by=actor.account_id, state=ACTIVE)
    _set(session, webhook, name, url, events, filter)
    session.add(webhook)
    session.flush()
    session.add(WebhookState(webhook_id=webhook.id))
    session.flush()
    return webhook, secret


def change(
    session: Session, actor: Actor, webhook: Webhook, *, name: str, url: str, events: Sequence[str], filter: str = ""
) -> Webhook:
    """Change what a subscription says; raises as ``create`` does. What waits is sent to the new address."""
    require(session, actor, MANAGE)
    if url != webhook.url:
        _clear(session, webhook.id)
    _set(session, webhook, name, url, events, filter)
    session.flush()
    return webhook


def remove(session: Session, actor: Actor, webhook: Webhook) -> None:
    """Delete a subscription with its log; what is under way is not called back."""
    require(session, actor, MANAGE)
    session.get(WebhookState, webhook.id, with_for_update=True)  # in the order in which sending takes its locks
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id))
    session.execute(delete(WebhookState).where(WebhookState.webhook_id == webhook.id))
    session.delete(webhook)
    session.flush()


def rotate(session: Session, actor: Actor, webhook: Webhook, *, overlap: timedelta) -> str:
    """Give a subscription a new secret, which is returned this once. The old one signs beside it for ``overlap``.

    Without overlap the old one ends at once; one from an earlier change ends in any case.
    """
    require(session, actor, MANAGE)
    secret = signing.new_secret()
    turn(webhook, secret, overlap)
    session.flush()
    return secret


def end_old(session: Session, actor: Actor, webhook: Webhook) -> None:
    """End the old secret now instead of when its time is over."""
    require(session, actor, MANAGE)
    webhook.old_secret, webhook.old_until = None, None
    session.flush()


def pause(session: Session, actor: Actor, webhook: Webhook) -> None:
    """Send nothing until it is resumed; what happens meanwhile is kept for it. Paused already: nothing happens."""
    require(session, actor, MANAGE)
    if webhook.state == ACTIVE:
        why = _("It was paused by {name}.", name=actor.name or actor.reason)
        _pause(session, webhook, "asked", why, actor.account_id)


def pause_by_itself(session: Session, webhook: Webhook, reason: str, why: Text) -> None:
    """What sending does when a receiver does not get well; ``reason`` is a word for programs."""
    _pause(session, webhook, reason, why)


def resume(session: Session, actor: Actor, webhook: Webhook, *, missed: bool = True) -> int:
    """Send again; with ``missed`` also what was kept meanwhile, otherwise that is skipped. Returns how many those are.

    Raises ``DomainError`` when it is not paused.
    """
    require(session, actor, MANAGE)
    if webhook.state != PAUSED:
        raise DomainError("webhook.not_paused", _("This webhook is not paused."))
    webhook.state, webhook.paused_at, webhook.paused_why = ACTIVE, None, None
    _clear(session, webhook.id)
    values = (
        {"run_at": clock.now(), "tries": 0} if missed
        else {"state": SKIPPED, "done_at": clock.now()}
    )  # fmt: skip
    kept = session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == WAITING,
               WebhookDelivery.event != PING)
        .values(**values).execution_options(synchronize_session=False)
    )  # fmt: skip
    session.flush()
    emit(session, SubscriptionResumed(webhook.id))
    wake(session, webhook.id, clock.now())
    return int(kept.rowcount)  # type: ignore[attr-defined]


def problem_of(session: Session, webhook: Webhook) -> Text | str | None:
    """What is wrong with a subscription as it stands after modules or settings have changed; None: nothing."""
    try:
        read_url(webhook.url, reach_of(session))
        if webhook.filter:
            filters.compiled(webhook.filter, filters.chosen_events(webhook.events, all_events(session)))
    except DomainError as error:
        return error.message
    return None


def turn(row: Webhook, secret: str, overlap: timedelta) -> None:
    """Put a new secret in front of the one there is."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise DomainError(
            "webhook.overlap", _("The old secret may go on for at most {count} day.",
                                 "The old secret may go on for at most {count} days.", count=LONGEST_OVERLAP.days),
            "hours",
        )  # fmt: skip
    keeps = overlap > timedelta(0)
    row.old_secret, row.old_until = (row.secret, clock.now() + overlap) if keeps else (None, None)
    row.secret = secret


def secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    old = webhook.old_secret if webhook.old_until is not None and webhook.old_until > now else None
    return [webhook.secret, old] if old else [webhook.secret]


def _set(
    session: Session, webhook: Webhook, name: str, url: str, events: Sequence[str], filter: str
) -> None:
    name, filter = name.strip(), filter.strip()
    if not name:
        raise DomainError("webhook.name", _("Give it a name by which it is found."), "name")
    read_url(url, reach_of(session))
    known = known_events(session)
    chosen = [one for one in dict.fromkeys(events) if one]
    kept = set(webhook.events or ())
    strange = [one for one in chosen if one not in kept and not _exists(one, known)]
    if not chosen or strange:
        raise DomainError("webhook.events", _("Choose events that there are."), "events")
    if filter:
        filters.compiled(filter, filters.chosen_events(chosen, all_events(session)))
    webhook.name, webhook.url, webhook.events, webhook.filter = name, url, chosen, filter


def _exists(chosen: str, known: Collection[str]) -> bool:
    return chosen in known or chosen == filters.ALL or (
        chosen.endswith(".*") and any(name.startswith(chosen[:-1]) for name in known)
    )


def _pause(session: Session, webhook: Webhook, reason: str, why: Text, account_id: int | None = None) -> None:
    webhook.state, webhook.paused_at, webhook.paused_why = PAUSED, clock.now(), [to_json(why)]
    session.flush()
    emit(session, SubscriptionPaused(webhook.id, reason, account_id))


def _clear(session: Session, webhook_id: int) -> None:
    """Forget how it went: an address that was mended starts anew."""
    row = session.get_one(WebhookState, webhook_id, with_for_update=True)
    row.rest_until, row.rests, row.failing_since, row.failed_in_row = None, 0, None, 0
