"""Who is told that a webhook is paused."""

from __future__ import annotations

from sqlalchemy import select

from core.base.actor import Actor
from core.base.text import catalogue, use_locale
from core.events.deliverer import Deliverer
from core.identity import services as identity
from core.kernel.house import House
from core.notify import inbox
from core.notify.models import NotificationRow
from core.webhooks import subscriptions
from core.webhooks.models import Webhook
from tests.core.webhooks.conftest import SYSTEM

_ = catalogue("trial")


def account(house: House, login: str) -> Actor:
    with house.session(SYSTEM, write=True) as session:
        made = identity.create_account(session, SYSTEM, login=login, name=login, password="correct horse 1")  # noqa: S106
        return identity.actor_of(made)


def made_by(house: House, actor: Actor) -> int:
    with house.session(SYSTEM, write=True) as session:
        # What may be set up is held elsewhere; here it counts who did.
        made, _secret = subscriptions.create(
            session, Actor(kind="system", reason="a test", account_id=actor.account_id), name="ERP",
            url="http://127.0.0.1:9/hook", events=["sample.*"],
        )
        return made.id


def pause(house: House, number: int, by: Actor | None) -> None:
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        if by is None:
            subscriptions.pause_by_itself(session, webhook, "gone", _("It is gone."))
        else:
            subscriptions.pause(
                session, Actor(kind="system", reason="a test", account_id=by.account_id), webhook
            )
    Deliverer(house).run_waiting()


def told(house: House, actor: Actor) -> list[str]:
    with house.session(actor) as session, use_locale("en"):
        return [str(one.row.words[0]) for one in inbox.items(session, actor)]


def test_who_set_it_up_is_told_why_and_where(house: House) -> None:
    maker = account(house, "maker")
    number = made_by(house, maker)
    pause(house, number, None)
    assert told(house, maker) == ["The receiver says that it is gone for good (410)."]
    with house.session(SYSTEM) as session:
        assert session.scalars(select(NotificationRow.link)).one() == f"/admin/webhooks/{number}"


def test_who_paused_it_himself_is_not_told_and_the_maker_is(house: House) -> None:
    maker, other = account(house, "maker"), account(house, "other")
    pause(house, made_by(house, maker), maker)
    assert told(house, maker) == []
    pause(house, made_by(house, maker), other)
    assert told(house, maker) == ["Somebody paused it."]
    assert told(house, other) == []
