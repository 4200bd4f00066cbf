"""The bell, the list, one's own choices, the link in a mail, the mails of the installation; the same for programs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from core.app import create_app
from core.authority import publish
from core.base.text import use_locale
from core.cli.root import remit
from core.identity import services as identity
from core.kernel.house import House
from core.notify import choices, unsubscribing
from core.notify.models import Bounce, Choice, Notice
from tests.core.notify.conftest import PASSWORD, SYSTEM, World, without_server
from tests.visitor import Visitor, sign_in, words


@pytest.fixture
def app(world: World) -> Flask:
    return create_app(house=world.house)


def visitor(app: Flask, login: str) -> Visitor:
    made = Visitor(sign_in(app, login, PASSWORD))
    made.get("/account/notifications")
    return made


def bell(page: str) -> str:
    found = re.search(r'hr-bell-count hr-num" aria-hidden="true">([^<]+)<', page)
    return found[1] if found else ""


def test_the_bell_counts_what_is_unread_and_following_reads_it(world: World, app: Flask) -> None:
    ada = visitor(app, "ada")
    assert bell(ada.get("/notifications").text) == ""
    assert "Nothing yet" in ada.text("/notifications")
    world.tell("trial.plain", "ada", subject="A door opened", link="/account")
    world.tell("trial.quiet", "ada", "bo", subject="A window opened")
    page = ada.get("/notifications")
    assert bell(page.text) == "2"
    assert "A door opened" in words(page)
    number = world.notices()[0].notification_id
    followed = ada.client.get(f"/notifications/{number}/open")
    assert followed.location == "/account"
    assert bell(ada.get("/notifications").text) == "1"
    assert "A door opened" not in ada.text("/notifications?show=unread")
    assert "A window opened" not in ada.text("/notifications?kind=trial.plain")
    ada.post(f"/notifications/{number}/unread")
    assert bell(ada.get("/notifications").text) == "2"
    ada.post("/notifications/read")
    assert bell(ada.get("/notifications").text) == ""
    assert bell(visitor(app, "bo").get("/notifications").text) == "1"


def test_nobody_reads_or_marks_what_is_anothers(world: World, app: Flask) -> None:
    world.tell("trial.plain", "ada", subject="Hers alone")
    number = world.notices()[0].notification_id
    bo = visitor(app, "bo")
    assert "Hers alone" not in bo.text("/notifications")
    assert "Hers alone" not in bo.text("/notifications/latest")
    for path in (f"/notifications/{number}/open", "/notifications/99999/open"):
        assert bo.get(path).status_code == 404
    assert bo.post(f"/notifications/{number}/read").status_code == 404
    assert world.notices()[0].read_at is None
    assert app.test_client().get("/notifications").location == "/sign-in?next=/notifications"


def test_where_a_notice_leads_is_always_here(world: World, app: Flask) -> None:
    world.tell("trial.plain", "ada", link="//evil.example/x")
    number = world.notices()[0].notification_id
    assert visitor(app, "ada").client.get(f"/notifications/{number}/open").location == "/notifications"


def test_choices_are_kept_and_what_cannot_be_switched_off_says_why(world: World, app: Flask) -> None:
    ada = visitor(app, "ada")
    page = ada.get("/account/notifications")
    assert "The law wants it." in words(page)
    assert 'name="choice:trial.fixed:app"' not in page.text
    fields = {"choice:trial.plain:mail": "daily", "quiet_from": "22:00", "quiet_to": "07:00", "digest_at": "08:30",
              "digest_day": "4"}  # fmt: skip
    assert "Your choices are kept." in words(ada.post("/account/notifications", **fields))
    with world.house.session(SYSTEM) as session:
        found = choices.wishes(session, [world.people["ada"].account_id or 0])
        assert list(found.chosen.values()) == ["daily"]
        times = found.clock(world.people["ada"].account_id or 0)
        assert (times.quiet_from, times.quiet_to, times.digest_at, times.digest_day) == (1320, 420, 510, 4)
    refused = ada.post("/account/notifications", **{**fields, "choice:trial.fixed:mail": "off"})
    assert refused.status_code == 422
    assert "“Something needed” cannot be switched off: The law wants it." in words(refused)
    wrong = ada.post("/account/notifications", **{**fields, "quiet_from": "25:00", "choice:trial.plain:mail": "off"})
    assert wrong.status_code == 422
    assert "Write a time of day as 22:00." in words(wrong)
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(Choice.choice)).all() == ["daily"], "nothing is half done"


def link_of(world: World, kinds: list[str], login: str = "ada") -> str:
    known = world.house.registry.notifications()
    account_id = world.people[login].account_id or 0
    mail = world.house.registry.channels()["mail"]
    whole = unsubscribing.link(world.house, account_id, [known[kind] for kind in kinds], mail)
    return whole.removeprefix(world.house.config.base_url)


def test_one_click_switches_off_that_kind_of_that_reader_alone(world: World, app: Flask) -> None:
    world.tell("trial.plain", "ada")
    world.run()
    link = str(world.sink.mails[0]["List-Unsubscribe"]).strip("<>").removeprefix("https://hr.lingke.example")
    client = app.test_client()
    assert client.get(link).status_code == 303, "looking at it changes nothing"
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(Choice)).all() == []
    done = client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, done.json) == (200, {"off": ["trial.plain"]})
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with world.house.session(SYSTEM) as session:
        rows = [(row.account_id, row.kind, row.channel, row.choice) for row in session.scalars(select(Choice))]
    assert rows == [(world.people["ada"].account_id, "trial.plain", "mail", "off")]
    world.tell("trial.plain", "ada", "bo")
    world.tell("trial.urgent", "ada")
    world.run()
    assert world.to()[1:] == ["包博 <bo@lingke.example>", "Ada <ada@lingke.example>"]


def test_a_person_is_asked_first(world: World, app: Flask) -> None:
    reader = Visitor(app.test_client())
    page = reader.get(link_of(world, ["trial.plain"]))
    assert "trial.plain" not in page.text
    assert page.request.path.startswith("/notifications/off/")
    with use_locale("en"):
        done = reader.post(page.request.path)
    assert done.status_code == 200
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(Choice.choice)).all() == ["off"]


def test_a_forged_link_does_nothing(world: World, app: Flask) -> None:
    good = link_of(world, ["trial.plain"])
    head, _slash, token = good.rpartition("/")
    body, _dot, signature = token.partition(".")
    other = link_of(world, ["trial.plain"], "bo").rpartition("/")[2].partition(".")[0]
    client = app.test_client()
    for forged in (f"{body}.{signature[:-2]}xx", f"{other}.{signature}", body, "x", "x.y.z"):
        assert client.post(f"{head}/{forged}", data={"List-Unsubscribe": "One-Click"}).status_code == 404
        assert client.get(f"/notifications/off/{forged}").status_code == 404
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(Choice)).all() == []


def test_what_cannot_be_switched_off_has_no_link(world: World) -> None:
    assert link_of(world, ["trial.fixed"]) == ""
    world.tell("trial.fixed", "ada")
    world.run()
    assert world.sink.mails[0]["List-Unsubscribe"] is None
    assert world.sink.mails[0]["List-Unsubscribe-Post"] is None


def let_do_all(world: World, login: str) -> None:
    """The bootstrap entry of a first account."""
    entries = world.house.registry.suggested_entries()
    with world.house.session(SYSTEM, write=True) as session:
        publish.bootstrap(session, world.people[login].account_id or 0, date(2026, 1, 1), entries)


def test_programs_read_and_mark(world: World, app: Flask) -> None:
    ada = world.people["ada"]
    let_do_all(world, "ada")
    with world.house.session(ada, write=True) as session:
        _row, secret = identity.create_token(session, ada, name="phone", scopes=["jobs.job:read"])
    head = {"Authorization": f"Bearer {secret}"}
    for number in range(3):
        world.tell("trial.plain", "ada", subject=f"number {number}")
    world.tell("trial.plain", "bo", subject="his alone")
    client = app.test_client()
    found = client.get("/api/v1/notifications?limit=2", headers=head).json
    assert found is not None
    assert [one["subject"] for one in found["items"]] == ["number 2", "number 1"]
    assert found["unread"] == 3
    rest = client.get(f"/api/v1/notifications?before={found['next']}", headers=head).json
    assert rest is not None
    assert [one["subject"] for one in rest["items"]] == ["number 0"]
    ids = [one["id"] for one in found["items"]]
    assert client.post("/api/v1/notifications/read", json={"ids": ids}, headers=head).json == {"changed": 2}
    assert client.post("/api/v1/notifications/read", json={}, headers=head).json == {"changed": 1}
    assert client.get("/api/v1/notifications").status_code == 401
    with world.house.session(SYSTEM) as session:
        hers = select(Notice.account_id).where(Notice.read_at.is_(None))
        assert session.scalars(hers).all() == [world.people["bo"].account_id]


def test_an_address_that_takes_nothing_is_shown_to_its_owner_who_confirms_it(world: World, app: Flask) -> None:
    world.sink.answer = lambda step, _text: "550 no such box" if step == "RCPT" else None
    world.tell("trial.plain", "ada")
    world.run()
    ada = visitor(app, "ada")
    assert "Nothing arrives at ada@lingke.example" in ada.text("/account/notifications")
    assert "Nothing arrives" not in visitor(app, "bo").text("/account/notifications")
    assert ada.get("/admin/mails").status_code == 403
    ada.get("/account/notifications")
    assert "It is sent there again." in words(ada.post("/account/notifications/address"))
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(Bounce.cleared_at)).one() is not None


def test_who_looks_after_mails_sees_what_did_not_arrive_and_tries_the_server(world: World, app: Flask) -> None:
    let_do_all(world, "ada")
    world.sink.answer = lambda step, text: "550 no" if step == "RCPT" and "bo@" in text else None
    world.tell("trial.plain", "bo", "chi")
    world.run()
    ada = visitor(app, "ada")
    text = ada.text("/admin/mails")
    assert "The mail server does not take mail for this address (550)." in text
    assert "bo@lingke.example" in text
    assert "chi@lingke.example" not in text
    number = 1
    assert "It is sent there again." in words(ada.post(f"/admin/mails/{number}/confirm"))
    assert ada.post(f"/admin/mails/{number}/confirm").status_code == 404
    ada.post("/admin/mails/test")
    world.run()
    assert world.subjects()[-1] == "The mail server works"


def test_the_mail_server_is_tried_from_the_command_line(world: World) -> None:
    house: House = world.house
    let_do_all(world, "ada")
    asked = ["mail", "test", "--to", "x@lingke.example", "--as", "ada"]
    done = CliRunner().invoke(remit, asked, obj=house)
    assert done.exit_code == 0, done.output
    assert world.to() == ["Ada <x@lingke.example>"]
    assert CliRunner().invoke(remit, [*asked[:-1], "bo"], obj=house).exit_code != 0
    missing = CliRunner().invoke(remit, asked, obj=without_server(world))
    assert missing.exit_code != 0
    assert "REMIT_SMTP_URL" in missing.output
    world.sink.answer = lambda step, _text: "550 no" if step == "RCPT" else None
    refused = CliRunner().invoke(remit, asked, obj=house)
    assert refused.exit_code != 0
    assert "(550)" in refused.output
