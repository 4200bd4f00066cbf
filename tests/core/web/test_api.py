"""The interface for programs: its description, pages by key, ETags; and what it does not need."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError
from core.schemas import fields
from core.web.api import PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint
from tests.core.web.desk import Desk, Note, Topic

BEARER = {"Authorization": "Bearer 1", "Accept-Language": "en"}


class NoteSchema(fields.Schema):
    """A note as programs see it."""

    id = fields.Id(dump_only=True)
    text = fields.String(required=True)
    amount = fields.Money(load_default=0)


@pytest.fixture
def app(desk_on_both: Desk) -> flask.Flask:
    """A resource with a list, an item, and changes."""
    programs = ApiBlueprint("desk_api", __name__, url_prefix="/notes", description="Notes")

    @programs.get("")
    @access("desk.note:read")
    @programs.arguments(PageQuery, location="query")
    @programs.response(200, page_of(NoteSchema))
    def notes(session: Session, actor: Actor, query: dict[str, Any]) -> Any:
        """Notes in the order of their text."""
        return paginate(session, select(Note), (Note.text, Note.id), **query)

    @programs.get("/<id:note_id>")
    @access("desk.note:read")
    @programs.etag
    @programs.response(200, NoteSchema)
    def note(session: Session, actor: Actor, note_id: int) -> Any:
        """One note."""
        return session.get(Note, note_id) or flask.abort(404)

    @programs.put("/<id:note_id>")
    @access("desk.note:write")
    @programs.etag
    @programs.arguments(NoteSchema)
    @programs.response(200, NoteSchema)
    def change(session: Session, actor: Actor, data: dict[str, Any], note_id: int) -> Any:
        """Change one note."""
        found = session.get(Note, note_id) or flask.abort(404)
        programs.check_etag(found, NoteSchema)
        found.text, found.amount = data["text"], data["amount"]
        return found

    desk_on_both.blueprints.append(programs)
    desk_on_both.holders.entries |= {(1, "desk.note:read"), (1, "desk.note:write")}
    return desk_on_both.open()


def test_the_description_is_openapi_3_1(app: flask.Flask) -> None:
    """Served to everybody, with bounds of ids, the bearer scheme and the problem as default answer."""
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    assert spec["openapi"] == "3.1.0"
    assert set(spec["paths"]) == {"/api/v1/notes", "/api/v1/notes/{note_id}"}
    item = spec["paths"]["/api/v1/notes/{note_id}"]
    assert set(item) >= {"get", "put"}
    assert item["get"]["summary"] == "One note."
    bounds = item["parameters"] if "parameters" in item else item["get"]["parameters"]
    assert {"type": "integer", "minimum": 1, "maximum": 2**63 - 1} in [found["schema"] for found in bounds]
    assert spec["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert "application/problem+json" in str(spec["components"]["responses"]["DEFAULT_ERROR"])
    money = spec["components"]["schemas"]["Note"]["properties"]["amount"]
    assert money["type"] == "integer"


def test_a_list_is_paged_by_key(app: flask.Flask, desk_on_both: Desk) -> None:
    """Every row once, in order, also where the first key repeats; the last page says so."""
    texts = [text for text in ("b", "a", "c", "a", "李", "b", "a") for _again in range(2)]
    with desk_on_both.database.session(write=True) as session:
        session.add_all([Note(text=text, amount=place) for place, text in enumerate(texts)])
    client = app.test_client()
    seen, after = [], ""
    for _turn in range(10):
        answer = client.get("/api/v1/notes", query_string={"limit": 3, "after": after}, headers=BEARER).get_json()
        seen += answer["items"]
        after = answer["next"]
        if after is None:
            break
    assert len(seen) == len({note["id"] for note in seen}) == len(texts)
    assert sorted(note["amount"] for note in seen) == list(range(len(texts)))
    keys = [(note["text"], note["id"]) for note in seen]
    by_text = [key[0] for key in keys]
    assert [by_text[0], by_text[-1]] == ["a", "李"]
    assert all(first[1] < second[1] for first, second in zip(keys, keys[1:], strict=False) if first[0] == second[0])


@pytest.mark.parametrize("after", ["x", "bm90IGpzb24", "WzFd", "WyJhIl0", "WyJhIiwieCJd", "WyJhIiwxLDJd", "/../"])
def test_a_made_up_next_is_refused(app: flask.Flask, after: str) -> None:
    """422 naming the parameter, never an error of the database."""
    response = app.test_client().get("/api/v1/notes", query_string={"after": after}, headers=BEARER)
    assert (response.status_code, response.get_json()["code"]) == (422, "cursor.invalid")
    assert set(response.get_json()["errors"]) == {"after"}


@pytest.mark.parametrize("limit", ["0", "501", "x", "1.5"])
def test_the_size_of_a_page_is_bounded(app: flask.Flask, limit: str) -> None:
    """Nobody reads the whole table in one answer."""
    assert app.test_client().get(f"/api/v1/notes?limit={limit}", headers=BEARER).status_code == 422


def test_cursors_of_other_lists_do_not_fit(desk: Desk) -> None:
    """Number and types of the keys are checked."""
    with desk.database.session(write=True) as session:
        session.add_all([Topic(title=str(n)) for n in range(3)])
    with desk.database.session() as session:
        first = paginate(session, select(Topic), (Topic.id,), limit=1)
        assert first.next
        assert [t.id for t in paginate(session, select(Topic), (Topic.id,), after=first.next).items] == [2, 3]
        with pytest.raises(DomainError):
            paginate(session, select(Topic), (Topic.title,), after=first.next)
        with pytest.raises(DomainError):
            paginate(session, select(Topic), (Topic.title, Topic.id), after=first.next)


def test_a_change_needs_the_version_it_is_based_on(app: flask.Flask, desk_on_both: Desk) -> None:
    """428 without If-Match, 412 when somebody was faster; no token of a form is asked for."""
    with desk_on_both.database.session(write=True) as session:
        session.add(Note(id=7, text="first"))
    client = app.test_client()
    tag = client.get("/api/v1/notes/7", headers=BEARER).headers["ETag"]
    assert client.get("/api/v1/notes/7", headers={**BEARER, "If-None-Match": tag}).status_code == 304
    body = {"text": "second"}
    bare = client.put("/api/v1/notes/7", json=body, headers=BEARER)
    assert (bare.status_code, bare.mimetype) == (428, "application/problem+json")
    assert client.put("/api/v1/notes/7", json=body, headers={**BEARER, "If-Match": tag}).get_json()["text"] == "second"
    late = client.put("/api/v1/notes/7", json={"text": "third"}, headers={**BEARER, "If-Match": tag})
    assert (late.status_code, late.get_json()["title"]) == (412, "Somebody else was faster")
    assert client.get("/api/v1/notes/7", headers=BEARER).get_json()["text"] == "second"
