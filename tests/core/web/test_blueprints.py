"""Blueprints: access must be declared, and one request is one transaction that ends before the answer leaves."""

from __future__ import annotations

from typing import Any

import flask
import pytest
import structlog
from flask.views import MethodView
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from core.access.declare import public, signed_in
from core.base.actor import Actor
from core.base.errors import DomainError
from core.web import gate
from core.web.blueprints import ApiBlueprint, LostWrite, ModuleBlueprint
from core.web.pages import page, redirect_to
from core.web.rendering import QueryInTemplate
from core.web.visit import after_response
from tests.core.web.desk import SIGNED_IN, Desk, Note, Topic, post

FORM = '{% extends "base.html" %}{% block main %}<form method="post">' \
       '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>{% endblock %}'


@pytest.mark.parametrize("kind", [ModuleBlueprint, ApiBlueprint])
def test_a_view_without_access_is_refused_by_name(kind: Any) -> None:
    """The message says where to look."""
    blueprint = kind("payroll", __name__)

    def oops(session: Session, actor: Actor) -> str:
        return ""

    with pytest.raises(TypeError, match=r"^payroll: /oops -> oops declares no access$"):
        blueprint.add_url_rule("/oops", view_func=oops)
    with pytest.raises(TypeError, match=r"payroll: /oops -> oops declares no access"):
        blueprint.route("/oops")(oops)


def test_a_class_view_is_refused() -> None:
    """Its methods would share one declaration."""
    blueprint = ApiBlueprint("payroll", __name__)
    with pytest.raises(TypeError, match="write one function for each method"):
        blueprint.route("/oops")(type("Oops", (MethodView,), {}))


def _notes(desk: Desk) -> ModuleBlueprint:
    blueprint = ModuleBlueprint("desk", __name__, url_prefix="/desk")
    desk.blueprints.append(blueprint)
    desk.template("form.html", FORM)

    @blueprint.get("/form")
    @signed_in
    def form(session: Session, actor: Actor) -> Any:
        return page("desk/form.html", title="Form")

    return blueprint


def test_what_a_post_wrote_is_committed_before_the_answer_returns(desk_on_both: Desk) -> None:
    """Another connection sees it while the response is still in the hands of the app."""
    blueprint = _notes(desk_on_both)

    @blueprint.post("/notes")
    @signed_in
    def write(session: Session, actor: Actor) -> Any:
        session.add(Note(text="first"))
        return redirect_to("desk.form")

    app = desk_on_both.open()
    seen = []

    @app.after_request
    def look(response: flask.Response) -> flask.Response:
        if flask.request.method == "POST":
            seen.append(desk_on_both.count())
        return response

    response = post(app.test_client(), "/desk/notes", {}, page="/desk/form")
    assert (response.status_code, seen) == (303, [1])


@pytest.mark.parametrize(
    ("error", "status"),
    [(ZeroDivisionError(), 500), (DomainError("note.bad", "No."), 422), (KeyError("x"), 500)],
)
def test_any_exception_rolls_back(desk_on_both: Desk, error: Exception, status: int) -> None:
    """Nothing is half written, whoever raises."""
    blueprint = _notes(desk_on_both)

    @blueprint.post("/notes")
    @signed_in
    def write(session: Session, actor: Actor) -> Any:
        session.add(Note(text="first"))
        session.flush()
        raise error

    client = desk_on_both.open().test_client()
    assert post(client, "/desk/notes", {}, page="/desk/form").status_code == status
    assert desk_on_both.count() == 0


def test_a_template_that_fails_rolls_back(desk_on_both: Desk) -> None:
    """Rendering belongs to the transaction: what cannot be shown was not done."""
    blueprint = _notes(desk_on_both)
    desk_on_both.template("broken.html", "{{ nobody_gave_this }}")

    @blueprint.post("/notes")
    @signed_in
    def write(session: Session, actor: Actor) -> Any:
        session.add(Note(text="first"))
        return page("desk/broken.html")

    client = desk_on_both.open().test_client()
    assert post(client, "/desk/notes", {}, page="/desk/form").status_code == 500
    assert desk_on_both.count() == 0


def test_the_database_objecting_at_commit_is_an_error_page(desk: Desk) -> None:
    """The answer was rendered, but it never leaves: a deferred constraint fails at commit."""
    blueprint = _notes(desk)

    @blueprint.post("/notes")
    @signed_in
    def write(session: Session, actor: Actor) -> Any:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        session.add(Note(text="orphan", topic_id=404))
        return "<p>done</p>"

    response = post(desk.open().test_client(), "/desk/notes", {}, page="/desk/form")
    assert response.status_code == 500
    assert "done" not in response.text
    assert desk.count() == 0


def test_a_get_that_changes_something_is_caught(desk: Desk) -> None:
    """A reading session never commits, so the change would vanish; the view is told instead."""
    blueprint = _notes(desk)

    @blueprint.get("/touch")
    @signed_in
    def touch(session: Session, actor: Actor) -> Any:
        session.add(Note(text="lost"))
        return "fine"

    assert desk.open().test_client().get("/desk/touch", headers=SIGNED_IN).status_code == 500
    assert desk.count() == 0


def test_lost_write_names_the_endpoint(desk: Desk) -> None:
    """The log tells which view to mend."""
    blueprint = _notes(desk)

    @blueprint.get("/touch")
    @signed_in
    def touch(session: Session, actor: Actor) -> Any:
        session.add(Note(text="lost"))
        return "fine"

    app = desk.open()
    with app.test_request_context("/desk/touch", headers=SIGNED_IN):
        gate.check()
        with pytest.raises(LostWrite, match=r"desk\.touch changed objects in a GET"):
            app.view_functions["desk.touch"]()


def test_what_a_get_must_write_runs_after_the_answer_stands(desk_on_both: Desk) -> None:
    """In a transaction of its own, in the name of the same actor; one that fails harms nobody."""
    blueprint = _notes(desk_on_both)
    actors = []

    @blueprint.get("/read")
    @signed_in
    def read(session: Session, actor: Actor) -> Any:
        def leave(writing: Session) -> None:
            actors.append(writing.info["actor"])
            writing.add(Note(text="seen"))

        def fail(writing: Session) -> None:
            writing.add(Note(text="never"))
            writing.flush()
            raise ZeroDivisionError

        after_response(session, fail)
        after_response(session, leave)
        return "read"

    response = desk_on_both.open().test_client().get("/desk/read", headers=SIGNED_IN)
    assert (response.status_code, response.text) == (200, "read")
    assert desk_on_both.count() == 1
    assert [actor.account_id for actor in actors] == [1]


def test_reading_requests_begin_deferred_and_writing_ones_immediate(desk: Desk) -> None:
    """On SQLite a GET never waits for the write lock, and two posts queue up instead of failing halfway."""
    blueprint = _notes(desk)

    @blueprint.post("/notes")
    @signed_in
    def write(session: Session, actor: Actor) -> Any:
        session.add(Note(text="first"))
        return "ok"

    app = desk.open()
    client = app.test_client()
    begun: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        client.get("/desk/form", headers=SIGNED_IN)
        reading = list(begun)
        post(client, "/desk/notes", {}, page="/desk/form")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert reading == ["BEGIN"]
    assert begun == ["BEGIN", "BEGIN", "BEGIN IMMEDIATE"]


def test_a_template_cannot_ask_the_database(desk_on_both: Desk) -> None:
    """A lazy attribute in a template is found in the first test instead of costing a statement for each row."""
    with desk_on_both.database.session(write=True) as session:
        session.add(Note(text="n", topic=Topic(title="t")))
    blueprint = _notes(desk_on_both)
    desk_on_both.template("lazy.html", "{{ note.text }}{% if deep %}{{ note.topic.title }}{% endif %}")

    @blueprint.get("/lazy")
    @public("for the test")
    def lazy(session: Session, actor: Actor) -> Any:
        note = session.scalars(select(Note)).one()
        return page("desk/lazy.html", note=note, deep="deep" in flask.request.args)

    client = desk_on_both.open().test_client()
    assert client.get("/desk/lazy").text == "n"
    with structlog.testing.capture_logs() as logs:
        assert client.get("/desk/lazy?deep").status_code == 500
    failure = next(line["exc_info"] for line in logs if line["event"] == "request failed")
    assert isinstance(failure, QueryInTemplate)
    assert "an attribute that was not loaded" in str(failure)


def test_ids_days_and_months_in_addresses(desk: Desk) -> None:
    """What a column cannot hold is no address: 404, never an error of the database."""
    blueprint = _notes(desk)

    @blueprint.get("/n/<id:number>")
    @public("for the test")
    def number(session: Session, actor: Actor, number: int) -> Any:
        return flask.jsonify(number)

    @blueprint.get("/d/<day:when>")
    @public("for the test")
    def when(session: Session, actor: Actor, when: Any) -> Any:
        return flask.jsonify([when, flask.url_for("desk.when", when=when)])

    @blueprint.get("/m/<month:month>")
    @public("for the test")
    def month(session: Session, actor: Actor, month: Any) -> Any:
        return flask.jsonify([month, flask.url_for("desk.month", month=month.next())])

    client = desk.open().test_client()
    assert client.get("/desk/n/9223372036854775807").get_json() == 2**63 - 1
    for wrong in ("0", "9223372036854775808", "-1", "01", "x", "99999999999999999999"):
        assert client.get(f"/desk/n/{wrong}").status_code == 404
    assert client.get("/desk/d/2026-02-28").get_json() == ["2026-02-28", "/desk/d/2026-02-28"]
    assert client.get("/desk/d/2026-02-29").status_code == 404
    assert client.get("/desk/m/2026-12").get_json() == ["2026-12", "/desk/m/2027-01"]
    assert client.get("/desk/m/2026-13").status_code == 404
