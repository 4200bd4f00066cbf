"""Letters for programs: the register, issuing, the PDF, revoking."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from core.access.declare import access, signed_in
from core.base.actor import Actor
from core.base.text import catalogue
from core.letters import issuing, register, templates
from core.letters.actions import READ, REVOKE
from core.letters.issuing import LONGEST_ADDRESSEE, LONGEST_PURPOSE, Request
from core.letters.labels import LANGUAGE_TITLES
from core.letters.models import Letter, LetterRevocation
from core.letters.pages.register import pdf_response
from core.org.services import employment_by_number
from core.schemas import fields
from core.web.api import KeysetPage, PageQuery, page_of, paginate
from core.web.blueprints import ApiBlueprint

_ = catalogue("letters")

api = ApiBlueprint("letters_api", __name__, url_prefix="/letters", description="Letters about people")


class LetterSchema(fields.Schema):
    """A letter that was issued."""

    id = fields.Integer()
    number = fields.String()
    kind = fields.String()
    employment_id = fields.Integer()
    person_id = fields.Integer()
    legal_entity_id = fields.Integer()
    language = fields.String()
    addressee = fields.String(allow_none=True)
    purpose = fields.String(allow_none=True)
    template_version = fields.Integer()
    issued_on = fields.Day()
    issued_at = fields.Moment()
    issued_by = fields.String()
    entry = fields.String(allow_none=True)
    list_version = fields.Integer(allow_none=True)
    digest = fields.String()
    code = fields.String()
    revoked_at = fields.Moment(allow_none=True)
    revoked_because = fields.String(allow_none=True)


class NewLetterSchema(fields.Schema):
    """A letter to be issued about the employee of a number."""

    kind = fields.String(required=True, max_length=64)
    employee = fields.String(required=True, max_length=40)
    language = fields.Choice(LANGUAGE_TITLES, load_default="zh_CN")
    purpose = fields.String(load_default="", max_length=LONGEST_PURPOSE)
    addressee = fields.String(load_default="", max_length=LONGEST_ADDRESSEE)


class LookSchema(fields.Schema):
    """What a letter with masked fields is needed for; it goes on record."""

    purpose = fields.String(load_default="", max_length=500)


class ReasonSchema(fields.Schema):
    """Why a letter is revoked."""

    reason = fields.String(required=True, max_length=500)


@api.get("")
@access(READ)
@api.arguments(PageQuery, location="query")
@api.response(200, page_of(LetterSchema))
def letters(session: Session, actor: Actor, query: dict[str, Any]) -> KeysetPage:
    """The letters the holder of the token may see."""
    found = paginate(session, register.visible_letters(session, actor), [Letter.id], **query)
    revoked = register.revocations(session, found.items)
    return KeysetPage([_told(one, revoked.get(one.id)) for one in found.items], found.next)


@api.post("")
@signed_in
@api.arguments(NewLetterSchema)
@api.response(201, LetterSchema)
def issue(session: Session, actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Issue a letter; the kind says which action that takes."""
    kind = templates.kind_of(session, data["kind"])
    employment = employment_by_number(session, actor, data["employee"])
    asked = Request(data["language"], data["purpose"], data["addressee"])
    return _told(issuing.issue(session, actor, employment, kind, asked), None)


@api.get("/<id:letter_id>")
@access(READ)
@api.response(200, LetterSchema)
def letter(session: Session, actor: Actor, letter_id: int) -> dict[str, Any]:
    """One letter."""
    found = register.one(session, actor, letter_id)
    return _told(found, register.revocations(session, [found]).get(found.id))


@api.post("/<id:letter_id>/pdf")
@access(READ)
@api.arguments(LookSchema)
@api.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def pdf(session: Session, actor: Actor, data: dict[str, Any], letter_id: int) -> Response:
    """Its PDF, byte for byte as it was issued."""
    found = register.one(session, actor, letter_id)
    return pdf_response(register.pdf_of(session, actor, found, data["purpose"]), f"{found.number}.pdf")


@api.post("/<id:letter_id>/revoke")
@access(REVOKE)
@api.arguments(ReasonSchema)
@api.response(200, LetterSchema)
def revoke(session: Session, actor: Actor, data: dict[str, Any], letter_id: int) -> dict[str, Any]:
    """Let a letter be valid no more."""
    found = register.one(session, actor, letter_id, REVOKE)
    return _told(found, register.revoke(session, actor, found, data["reason"]))


def _told(found: Letter, revoked: LetterRevocation | None) -> dict[str, Any]:
    values = {column.key: getattr(found, column.key) for column in Letter.__table__.columns}
    return {
        **values, "revoked_at": revoked.at if revoked is not None else None,
        "revoked_because": revoked.reason if revoked is not None else None,
    }
