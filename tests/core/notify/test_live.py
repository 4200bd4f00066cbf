"""The bell hears of what is new: whoever is told or reads, and nobody else."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from core.live import hearing
from core.live.models import LiveRow
from core.live.tail import Tail
from core.notify import inbox
from tests.core.notify.conftest import World
from tests.core.notify.test_pages import app, bell, visitor

__all__ = ["app"]


def heard(tail: Tail) -> list[tuple[str, str]]:
    return sorted((one.topic, one.key) for one in tail.fresh())


def test_who_is_told_and_who_reads_is_heard_after_the_commit(world: World) -> None:
    ada, bo = (world.people[name] for name in ("ada", "bo"))
    tail = Tail(world.house)
    tail.fresh()
    world.tell("trial.plain", "ada", "bo")
    assert heard(tail) == sorted([("inbox", str(ada.account_id)), ("inbox", str(bo.account_id))])
    with world.house.session(ada, write=True) as session:
        inbox.mark(session, ada, None, read=True)
        assert heard(tail) == []
    assert heard(tail) == [("inbox", str(ada.account_id))]
    with world.house.session(ada, write=True) as session:
        inbox.mark(session, ada, None, read=True)
    assert heard(tail) == [], "nothing changed"
    with world.house.session(ada) as session:
        assert set(session.scalars(select(LiveRow.data).where(LiveRow.topic == "inbox")).all()[0]) == set()


def test_everybody_hears_his_own_bell_alone(world: World) -> None:
    ada, bo = (world.people[name] for name in ("ada", "bo"))
    asked = [("inbox", str(ada.account_id)), ("inbox", str(bo.account_id)), ("inbox", "")]
    assert hearing.may_hear(world.house, ada, asked) == {("inbox", str(ada.account_id))}


def test_a_page_names_its_readers_bell_and_fetches_it_alone(world: World, app: Flask) -> None:
    ada = visitor(app, "ada")
    page = ada.get("/notifications").text
    assert f'data-live="inbox:{world.people["ada"].account_id}"' in page
    again = re.search(r'id="hr-bell"[^>]* hx-get="([^"]+)"', page)
    assert again
    world.tell("trial.plain", "ada")
    asked = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "span#hr-bell"}
    part = ada.client.get(again[1], headers=asked)
    assert bell(part.text) == "1"
    assert "<html" not in part.text
