"""Errors: a calm page for people, problem+json for programs, in the reader's language, never a stack trace."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import flask
import pytest
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from core.access.declare import public
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, NotFound, Problem
from core.schemas import fields
from core.web.blueprints import ApiBlueprint, ModuleBlueprint
from core.web.pages import page
from tests.core.web.desk import Desk, _

RAISED: dict[str, Exception] = {
    "domain": DomainError("note.bad", _("Not like that."), "text"),
    "missing": NotFound("not_found", _("No such note.")),
    "input": InputErrors(_("The file has errors."), [Problem(_("Row {row} is wrong.", row=3), row=3)]),
    "bug": ZeroDivisionError("secret-detail"),
    "often": TooManyRequests(retry_after=60),
}


class Body(fields.Schema):
    """A body for the API."""

    text = fields.String(required=True)
    amount = fields.Money()


@pytest.fixture
def app(desk: Desk) -> flask.Flask:
    """Routes that raise, for people and for programs."""
    pages = ModuleBlueprint("desk", __name__, url_prefix="/desk")
    programs = ApiBlueprint("desk_api", __name__, url_prefix="/desk")

    def fail(session: Session, actor: Actor, what: str) -> Any:
        raise RAISED[what]

    pages.add_url_rule("/fail/<what>", view_func=public("for the test")(fail))
    programs.add_url_rule("/fail/<what>", view_func=public("for the test")(fail))

    @programs.post("/notes")
    @public("for the test")
    @programs.arguments(Body)
    @programs.response(201, Body)
    def create(session: Session, actor: Actor, data: dict[str, Any]) -> Any:
        return data

    @pages.post("/upload")
    @public("for the test")
    def upload(session: Session, actor: Actor) -> Any:
        return str(len(flask.request.files))

    desk.template("token.html", '{% extends "base.html" %}')

    @pages.get("/token")
    @public("for the test")
    def token(session: Session, actor: Actor) -> Any:
        return page("desk/token.html")

    desk.blueprints += [pages, programs]
    desk.upload_limit = 4096
    return desk.open()


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        ("domain", 422, "Not like that."), ("missing", 404, "No such note."), ("input", 422, "Row 3 is wrong."),
        ("bug", 500, "Something went wrong on our side"), ("often", 429, "Too many attempts"),
    ],
)
def test_people_get_a_page(app: flask.Flask, what: str, status: int, words: str) -> None:
    """With what happened, what to do, and the number of the request."""
    headers = {"Accept-Language": "en", "X-Request-ID": "abcdef123456"}
    response = app.test_client().get(f"/desk/fail/{what}", headers=headers)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert words in response.text
    assert "abcdef123456" in response.text
    assert response.headers["X-Request-ID"] == "abcdef123456"
    for secret in ("Traceback", "secret-detail", "ZeroDivisionError"):
        assert secret not in response.text


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("domain", 422, "note.bad"), ("missing", 404, "not_found"), ("input", 422, "input.errors"),
        ("bug", 500, "internal"), ("often", 429, "too_many_requests"),
    ],
)
def test_programs_get_a_problem(app: flask.Flask, what: str, status: int, code: str) -> None:
    """RFC 9457: type, title, status, detail, instance; the code is stable."""
    response = app.test_client().get(f"/api/v1/desk/fail/{what}", headers={"Accept-Language": "en"})
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    body = response.get_json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:remit:problem:{code}")
    assert body["instance"] == f"urn:remit:request:{response.headers['X-Request-ID']}"
    assert body["title"]
    assert body["detail"]
    assert "secret-detail" not in response.text
    if what == "domain":
        assert body["errors"] == {"text": ["Not like that."]}
    if what == "often":
        assert response.headers["Retry-After"] == "60"


def test_errors_are_told_in_the_readers_language(app: flask.Flask) -> None:
    """Chinese is the default of the house."""
    client = app.test_client()
    assert "这里没有内容" in client.get("/nothing").text
    assert "There is nothing here" in client.get("/nothing", headers={"Accept-Language": "en"}).text
    assert client.get("/api/v1/nothing").get_json()["title"] == "这里没有内容"


def test_a_body_that_does_not_fit_names_its_fields(app: flask.Flask) -> None:
    """flask-smorest reads it, the house tells it."""
    client = app.test_client()
    headers = {"Accept-Language": "en"}
    response = client.post("/api/v1/desk/notes", json={"amount": 1.5, "extra": 1}, headers=headers)
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert response.get_json()["errors"] == {
        "text": ["Fill this in."], "amount": ["1.5 is not an amount; write it as 8000.00."],
        "extra": ["There is no field of this name."],
    }
    assert client.post("/api/v1/desk/notes", data="{", content_type="application/json").status_code == 400
    made = client.post("/api/v1/desk/notes", json={"text": "x", "amount": 100})
    assert (made.status_code, made.get_json()) == (201, {"text": "x", "amount": 100})


def test_a_wrong_method_is_told(app: flask.Flask) -> None:
    """405 with the methods there are, for both."""
    client = app.test_client()
    assert client.delete("/api/v1/desk/notes").headers["Allow"]
    token = client.get("/desk/token").text.split('X-CSRFToken": "')[1].split('"')[0]
    response = client.post("/desk/token", headers={"X-CSRFToken": token})
    assert (response.status_code, response.mimetype) == (405, "text/html")


def test_a_file_that_is_too_large_is_told(app: flask.Flask) -> None:
    """413 with a page, before the view is called."""
    big = {"file": (BytesIO(b"x" * 8000), "big.bin")}
    response = app.test_client().post("/desk/upload", data=big, headers={"Accept-Language": "en"})
    assert response.status_code == 413
    assert "The file is too large" in response.text


def test_an_odd_request_id_is_replaced(app: flask.Flask) -> None:
    """It is shown in pages and logs, so it is a plain word or none."""
    response = app.test_client().get("/healthz", headers={"X-Request-ID": "<script>alert(1)</script>"})
    assert response.headers["X-Request-ID"].isalnum()


def test_without_a_database_there_is_still_a_page(desk: Desk, app: flask.Flask) -> None:
    """503 from healthz, a calm page for people."""
    desk.database.dispose()
    for file in desk.folder.parent.glob("desk.sqlite*"):
        file.unlink()
    client = app.test_client()
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()["database"]) == (503, "unreachable")
    response = client.get("/desk/token", headers={"Accept-Language": "en"})
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert client.get("/nothing").status_code == 404
