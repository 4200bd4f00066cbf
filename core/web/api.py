"""The interface for programs: flask-smorest under ``/api/v1``, described in OpenAPI 3.1, errors as problem+json.

Callers come with a bearer token; a cookie means nothing here. Lists are paged by key, so that a page costs the same
however far one has read: ``{"items": [...], "next": "opaque"}``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import flask_smorest
import marshmallow
from flask import Flask
from sqlalchemy import Select, literal, tuple_

from core.base.errors import DomainError
from core.base.text import catalogue
from core.schemas import fields
from core.web import converters
from core.web.blueprints import API_ROOT

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    Key = InstrumentedAttribute[Any] | ColumnElement[Any]

_ = catalogue("web")

PAGE_SIZE = 50
LARGEST_PAGE = 500


class Problem(marshmallow.Schema):
    """RFC 9457 problem details."""

    type = marshmallow.fields.String(required=True)
    title = marshmallow.fields.String(required=True)
    status = marshmallow.fields.Integer(required=True)
    detail = marshmallow.fields.String()
    instance = marshmallow.fields.String()
    code = marshmallow.fields.String(metadata={"description": "Stable name of the problem, for programs"})
    errors = marshmallow.fields.Dict(
        keys=marshmallow.fields.String(), values=marshmallow.fields.List(marshmallow.fields.String()),
        metadata={"description": "What is wrong, by dotted field name"},
    )


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest without its error handlers, which would take over those of the pages."""

    ERROR_SCHEMA = Problem
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"

    def _register_error_handlers(self) -> None:
        """None: ``core.web.errors`` answers for the whole app."""

    def _register_responses(self) -> None:
        usual = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        try:
            super()._register_responses()
        finally:
            self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


class PageQuery(fields.Schema):
    """The query of a list: ``after`` is the ``next`` of the page before."""

    after = fields.String(load_default="", max_length=1000)
    limit = fields.Integer(minimum=1, maximum=LARGEST_PAGE, load_default=PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """One page of a list; ``next`` is None on the last one."""

    items: Sequence[Any]
    next: str | None


def page_of(item: type[marshmallow.Schema]) -> marshmallow.Schema:
    """The schema of a page of such items."""
    name = f"{item.__name__.removesuffix('Schema')}Page"
    made: type[marshmallow.Schema] = fields.Schema.from_dict(
        {"items": fields.List(fields.Nested(item), required=True), "next": fields.String(allow_none=True)}, name=name
    )
    return made()


def paginate(
    session: Session, statement: Select[Any], keys: Sequence[Key], *, after: str = "", limit: int = PAGE_SIZE
) -> KeysetPage:
    """A page of a statement in the order of ``keys``, which together are unique and never null (``code, id``).

    The statement selects one entity and comes from ``visible()``. Raises ``DomainError`` for an ``after`` that this
    list did not hand out.
    """
    if after:
        values = _opened(after, keys)
        bounds = [literal(value, key.type) for value, key in zip(values, keys, strict=True)]
        statement = statement.where(tuple_(*keys) > tuple_(*bounds) if len(keys) > 1 else keys[0] > bounds[0])
    rows = session.execute(statement.order_by(*keys).add_columns(*keys).limit(limit + 1)).unique().all()
    items = [row[0] for row in rows[:limit]]
    following = _sealed(rows[limit - 1][-len(keys):]) if len(rows) > limit else None
    return KeysetPage(items, following)


def _sealed(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def _opened(after: str, keys: Sequence[Key]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError(after)
        return [_typed(value, key.type.python_type) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError):
        raise DomainError("cursor.invalid", _("This is not the next page of this list."), "after") from None


def _typed(value: Any, kind: type[Any]) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    if type(value) is not kind or (kind is int and abs(value) > fields.LARGEST_ID):
        raise ValueError(value)
    return value


def setup(app: Flask) -> Api:
    """Describe and serve the interface; blueprints are then registered with ``api.register_blueprint``."""
    app.config.update(
        API_TITLE="Remit", API_VERSION="v1", OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=API_ROOT, OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app, spec_kwargs={"security": [{"bearer": []}]})
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.register_converter(
        converters.IdConverter, lambda _c: {"type": "integer", "minimum": 1, "maximum": converters.LARGEST_ID}
    )
    api.register_converter(converters.DayConverter, lambda _c: {"type": "string", "format": "date"})
    api.register_converter(
        converters.MonthConverter, lambda _c: {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
    )
    api.register_field(fields.Month, "string", None)
    api.register_field(fields.Translated, "object", None)
    api.register_field(fields.Data, "object", None)
    return api
