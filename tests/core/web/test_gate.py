"""Who gets in: declared access, modules that are off, sign-in, entries."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from sqlalchemy.orm import Session

from core.access.declare import access, public, signed_in
from core.base.actor import Actor
from core.kernel.models import ModuleState
from core.kernel.specs import Fragment, NavItem, Slot
from core.web import gate, ports
from core.web.blueprints import ApiBlueprint, ModuleBlueprint
from core.web.pages import page
from core.web.slots import fill
from tests.core.web.desk import SIGNED_IN, Desk, _


@pytest.fixture
def app(desk: Desk) -> flask.Flask:
    """Pages of each kind of access, a menu, and a blueprint of a third party that declares nothing."""
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")
    programs = ApiBlueprint("desk_api", __name__, url_prefix="/desk")
    stranger = flask.Blueprint("desk_stranger", __name__)
    desk.template("list.html", '{% extends "base.html" %}{% block main %}notes{% endblock %}')

    @blueprint.get("/open")
    @public("for the test")
    def opened(session: Session, actor: Actor) -> Any:
        return flask.jsonify(actor.kind)

    @blueprint.get("/mine")
    @signed_in
    def mine(session: Session, actor: Actor) -> Any:
        return flask.jsonify(actor.account_id)

    @blueprint.get("/notes")
    @access("desk.note:read")
    def notes(session: Session, actor: Actor) -> Any:
        return page("desk/list.html", title="Notes")

    @programs.get("/notes")
    @access("desk.note:read")
    def listed(session: Session, actor: Actor) -> Any:
        return flask.jsonify(actor.account_id)

    @stranger.get("/stranger")
    def stray() -> str:
        return "let in"

    desk.blueprints += [blueprint, programs, stranger]
    desk.nav.append(NavItem(_("Work"), _("Notes"), "desk.notes", "notes", action="desk.note:read"))
    desk.nav.append(NavItem(_("Work"), _("Mine"), "desk.mine", "user", order=5))
    desk.holders.entries.add((1, "desk.note:read"))
    made = desk.open()

    @made.get("/sign-in", endpoint="identity.sign_in")
    @public("whoever signs in has not signed in yet")
    def sign_in() -> str:
        return "sign in"

    return made


def test_public_pages_are_open(app: flask.Flask) -> None:
    """Without anybody signed in."""
    assert app.test_client().get("/desk/open").get_json() == "anonymous"


def test_signed_out_goes_to_sign_in_and_comes_back(app: flask.Flask) -> None:
    """A page: 303 with the way back. htmx: 401 with HX-Redirect. A program: 401 as a problem."""
    client = app.test_client()
    plain = client.get("/desk/notes?unit=7")
    assert (plain.status_code, plain.headers["Location"]) == (303, "/sign-in?next=/desk/notes?unit%3D7")
    script = client.get("/desk/notes", headers={"HX-Request": "true"})
    assert (script.status_code, script.headers["HX-Redirect"]) == (401, "/sign-in")
    program = client.get("/api/v1/desk/notes")
    assert (program.status_code, program.mimetype) == (401, "application/problem+json")
    assert program.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_cookie_means_nothing_to_the_api(app: flask.Flask) -> None:
    """What signs a browser in does not sign a program in: no forged request can use it."""
    client = app.test_client()
    assert client.get("/desk/mine", headers=SIGNED_IN).get_json() == 1
    assert client.get("/api/v1/desk/notes", headers=SIGNED_IN).status_code == 401
    assert client.get("/api/v1/desk/notes", headers={"Authorization": "Bearer 1"}).get_json() == 1
    assert client.get("/api/v1/desk/notes", headers={"Authorization": "Basic 1"}).status_code == 401
    assert client.get("/api/v1/desk/notes", headers={"Authorization": "Bearer no"}).status_code == 401
    assert client.get("/desk/mine", headers={"Authorization": "Bearer 1"}).status_code == 303


def test_without_an_entry_the_page_says_why(app: flask.Flask) -> None:
    """403 with the reason, the action by its title and the code; programs get the same facts."""
    client = app.test_client()
    assert client.get("/desk/notes", headers=SIGNED_IN).status_code == 200
    refused = client.get("/desk/notes", headers={"X-Account": "2"})
    assert refused.status_code == 403
    for words in ("No list gives you this.", "Read notes", "Lin An", "NO_ENTRY"):
        assert words in refused.text
    body = client.get("/api/v1/desk/notes", headers={"Authorization": "Bearer 2"})
    assert (body.status_code, body.get_json()["code"]) == (403, "denied.no_entry")
    assert {"name": "Action", "value": "Read notes"} in body.get_json()["facts"]


@pytest.mark.proves("route-declares")
def test_a_route_that_declares_nothing_is_refused(app: flask.Flask) -> None:
    """Also one that a third party brings with a plain blueprint, or that is added after the start."""

    @app.get("/late")
    def late() -> str:
        return "let in"

    client = app.test_client()
    for url in ("/stranger", "/late"):
        response = client.get(url, headers=SIGNED_IN)
        assert response.status_code == 403
        assert "let in" not in response.text
    assert gate.undeclared(app) == ["/stranger -> desk_stranger.stray", "/late -> late"]


def test_a_module_that_is_off_is_not_there(app: flask.Flask, desk: Desk) -> None:
    """404 for pages and programs, nothing in the menu, no contribution to a slot; on again without a restart."""
    client = app.test_client()
    assert "/desk/notes" in client.get("/nothing", headers=SIGNED_IN).text

    def switch(on: bool) -> None:
        with desk.database.session(write=True) as session:
            session.merge(ModuleState(name="desk", is_on=on))

    switch(False)
    assert client.get("/desk/notes", headers=SIGNED_IN).status_code == 404
    assert client.get("/desk/open").status_code == 404
    assert client.get("/api/v1/desk/notes", headers={"Authorization": "Bearer 1"}).status_code == 404
    assert "/desk/notes" not in client.get("/nothing", headers=SIGNED_IN).text
    assert client.get("/healthz").get_json()["modules"] == {"desk": "off"}
    switch(True)
    assert client.get("/desk/notes", headers=SIGNED_IN).status_code == 200


def test_the_menu_holds_what_the_reader_may(app: flask.Flask) -> None:
    """Lines whose action he holds, in order, the current one marked."""
    client = app.test_client()
    html = client.get("/desk/notes", headers=SIGNED_IN).text
    assert html.index('href="/desk/mine"') < html.index('href="/desk/notes"')
    assert 'href="/desk/notes" aria-current="page"' in html
    assert 'href="/desk/mine" aria-current' not in html
    other = client.get("/nothing", headers={"X-Account": "2"}).text
    assert 'href="/desk/mine"' in other
    assert 'href="/desk/notes"' not in other


def test_a_slot_fills_the_frame_and_one_that_fails_is_left_out(desk: Desk) -> None:
    """The page stands when a contribution raises, and the order is kept."""
    desk.template("top.html", "<b>{{ who }}</b>")
    desk.template("list.html", '{% extends "base.html" %}{% block main %}{{ slot("desk.side") }}{% endblock %}')
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")

    @blueprint.get("/notes")
    @signed_in
    def notes(session: Session, actor: Actor) -> Any:
        return page("desk/list.html", title="x", slots={"desk.side": fill(session, actor, "desk.side", note=7)})

    def show(template: str, who: str) -> Any:
        def contribution(session: Session, actor: Actor, note: int) -> Fragment:
            return Fragment(template, {"who": who.format(note)})

        return contribution

    def broken(session: Session, actor: Actor, note: int) -> Fragment:
        raise ZeroDivisionError

    desk.blueprints.append(blueprint)
    desk.slots += [
        Slot("desk.side", "second", show("desk/top.html", "<{}>"), order=2),
        Slot("desk.side", "broken", broken, order=1),
        Slot("desk.side", "first", show("desk/top.html", "first"), order=0),
        Slot("desk.side", "hidden", show("desk/top.html", "not yours"), action="desk.note:read"),
        Slot("desk.side", "unseen", show("desk/missing.html", ""), order=3),
    ]
    response = desk.open().test_client().get("/desk/notes", headers=SIGNED_IN)
    assert response.status_code == 200
    assert "<b>first</b><b>&lt;7&gt;</b>" in response.text
    assert "not yours" not in response.text


def test_absent_ports_mean_anonymous(desk: Desk) -> None:
    """A house without identity serves its public pages and nothing else."""
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")

    @blueprint.get("/mine")
    @signed_in
    def mine(session: Session, actor: Actor) -> Any:
        return "mine"

    desk.blueprints.append(blueprint)
    app = desk.open()
    ports.of(app).ports = ports.Ports()
    response = app.test_client().get("/desk/mine", headers=SIGNED_IN)
    assert (response.status_code, "Sign in first" in response.text) == (401, False)
    english = app.test_client().get("/desk/mine", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (english.status_code, "Sign in first" in english.text) == (401, True)
