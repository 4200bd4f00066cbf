"""Documents for programs."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.documents import kinds as all_kinds
from core.documents.actions import READ
from core.documents.models import Document
from core.documents.services import keeping
from core.files.pages import deliver
from core.files.service import open_file
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint

_ = catalogue("documents")

api = ApiBlueprint("documents_api", __name__, url_prefix="/documents", description="Documents of people and companies")


class DocumentQuery(PageQuery):
    """A page of documents of a kind, of a person, or that end by a day."""

    kind = fields.String(load_default=None, max_length=64)
    person_id = fields.Id(load_default=None)
    expires_by = fields.Day(load_default=None)


class DocumentSchema(fields.Schema):
    """A document without its number."""

    id = fields.Integer()
    kind = fields.String()
    entity = fields.String()
    entity_id = fields.Integer()
    person_id = fields.Integer(allow_none=True)
    number_shown = fields.String()
    issued_on = fields.Day(allow_none=True)
    expires_on = fields.Day(allow_none=True)
    note = fields.String()
    held = fields.Boolean()


class VersionSchema(fields.Schema):
    """One state of a document."""

    number = fields.Integer()
    name = fields.String()
    content_type = fields.String()
    size = fields.Integer()
    digest = fields.String()
    state = fields.String()
    added_at = fields.Moment()


class WholeSchema(DocumentSchema):
    """A document with its versions."""

    versions = fields.List(fields.Nested(VersionSchema))


class FactsBody(fields.Schema):
    """What stands on a document."""

    number = fields.String(max_length=80, load_default=None, allow_none=True)
    issued_on = fields.Day(load_default=None, allow_none=True)
    expires_on = fields.Day(load_default=None, allow_none=True)
    note = fields.String(max_length=1000, load_default="")


class NewBody(FactsBody):
    """A new document: its kind, and the id of what the kind is kept on."""

    kind = fields.String(required=True, max_length=64)
    entity_id = fields.Id(required=True)


class PurposeBody(fields.Schema):
    """What something personal is opened for."""

    purpose = fields.String(load_default="", max_length=500)


class NumberSchema(fields.Schema):
    """A number in clear."""

    number = fields.String()


@api.get("/")
@access(READ)
@api.arguments(DocumentQuery, location="query")
@api.response(200, page_of(DocumentSchema))
def index(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The documents the holder of the token may see, as far as the usual action reads their kinds."""
    usual = [kind.name for kind in all_kinds.kinds(session).values() if kind.read == READ]
    statement: Any = select(Document).where(Document.kind.in_(usual))
    if query["kind"] is not None:
        statement = statement.where(Document.kind == query["kind"])
    if query["person_id"] is not None:
        statement = statement.where(Document.person_id == query["person_id"])
    if query["expires_by"] is not None:
        statement = statement.where(Document.expires_on <= query["expires_by"])
    return paginate(session, visible(session, actor, READ, statement, few=True), [Document.id],
                    after=query["after"], limit=query["limit"])


@api.get("/<id:document_id>")
@access(READ)
@api.response(200, WholeSchema)
def one(session: Session, actor: Actor, document_id: int) -> dict[str, Any]:
    """A document with its versions."""
    return _whole(session, keeping.find(session, actor, document_id))


@api.post("/")
@access(READ)
@api.arguments(NewBody)
@api.response(201, WholeSchema)
def create(session: Session, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Keep a document; its files follow one by one."""
    kind = all_kinds.kind_of(session, body.pop("kind"))
    thing = keeping.thing(session, actor, kind.entity, body.pop("entity_id"))
    return _whole(session, keeping.create(session, actor, kind, thing, **body))


@api.put("/<id:document_id>")
@access(READ)
@api.arguments(FactsBody)
@api.response(200, WholeSchema)
def change(session: Session, actor: Actor, body: dict[str, Any], document_id: int) -> dict[str, Any]:
    """Write down other facts; without a number the number stays."""
    return _whole(session, keeping.change(session, actor, keeping.find(session, actor, document_id), **body))


@api.delete("/<id:document_id>")
@access(READ)
@api.response(204)
def remove(session: Session, actor: Actor, document_id: int) -> None:
    """Delete a document with all its versions."""
    keeping.remove(session, actor, keeping.find(session, actor, document_id))


@api.post("/<id:document_id>/number")
@access(READ)
@api.arguments(PurposeBody)
@api.response(200, NumberSchema)
def number(session: Session, actor: Actor, body: dict[str, Any], document_id: int) -> dict[str, Any]:
    """The number in clear; who looked and what for is recorded."""
    document = keeping.find(session, actor, document_id)
    return {"number": keeping.reveal_number(session, actor, document, body["purpose"])}


@api.post("/<id:document_id>/versions")
@access(READ)
@api.doc(requestBody={"content": {"multipart/form-data": {"schema": {
    "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}}}})
@api.response(201, WholeSchema)
def add(session: Session, actor: Actor, document_id: int) -> dict[str, Any]:
    """Add a file, sent as ``file`` of a form, as the newest version."""
    document = keeping.find(session, actor, document_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise DomainError("file.missing", _("Choose a file."), "file")
    keeping.add_version(session, actor, document, cast(BinaryIO, sent.stream), name=sent.filename)
    return _whole(session, document)


@api.post("/<id:document_id>/versions/<id:version>/content")
@access(READ)
@api.arguments(PurposeBody)
@api.response(200)
def content(session: Session, actor: Actor, body: dict[str, Any], document_id: int, version: int) -> Response:
    """The content of a version; who looked and what for is recorded."""
    document = keeping.find(session, actor, document_id)
    file = keeping.version(session, document, version)
    keeping.open_version(session, actor, document, file, body["purpose"])
    return deliver(file, open_file(session, file))


def _whole(session: Session, document: Document) -> dict[str, Any]:
    told = {name: getattr(document, name) for name in DocumentSchema().fields}
    told["versions"] = [
        {"number": version.number, "added_at": version.added_at,
         **{name: getattr(file, name) for name in ("name", "content_type", "size", "digest", "state")}}
        for version, file in keeping.versions(session, document)
    ]  # fmt: skip
    return told
