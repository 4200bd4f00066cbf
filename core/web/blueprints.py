"""Blueprints for people and for programs. Both refuse a view that does not say who may call it.

    blueprint = ModuleBlueprint("payroll", __name__, url_prefix="/payroll")

    @blueprint.get("/runs/<id:run_id>")
    @access("payroll.run:read")
    def run(session, actor, run_id): ...

Each view is wrapped: it gets the session and the actor, its answer is rendered, the transaction is committed, and
only then is the answer returned. Any exception rolls back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import flask
import flask_smorest
from flask import Response, request

from core.access.declare import declared
from core.web import visit
from core.web.pages import respond

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

API_ROOT = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])


class LostWrite(RuntimeError):
    """A view that only reads left changes on its session; they would have been dropped without a word."""


def in_transaction(view: Callable[..., Any]) -> Callable[..., Response]:
    """A view as the app calls it: with session and actor, rendered, committed, then returned."""

    @wraps(view)
    def run(**url: Any) -> Response:
        here = visit.current()
        session, actor = here.session, here.actor
        if session is None or actor is None:
            raise RuntimeError(f"{request.endpoint} was called without passing the gate")
        try:
            response = respond(session, here.actor or actor, view(session, actor, **url))
            _nothing_lost(session)
            after = session.info.get(visit.AFTER, [])
            here.end()
        except BaseException as error:
            here.abandon(error)
            raise
        visit.run_after(after, here.actor or actor)
        return response

    return run


def _nothing_lost(session: Session) -> None:
    if request.method not in visit.READING:
        return
    if session.new or session.deleted or any(session.is_modified(changed) for changed in session.dirty):
        raise LostWrite(f"{request.endpoint} changed objects in a {request.method}; use after_response or POST")


class Declaring:
    """Refuses routes without declared access and wraps the others; mixed into both kinds of blueprint."""

    name: str

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route; ``TypeError`` when its view declares no access or is a class.

        A view is a function: ``@access("a.b:c")``, ``@signed_in`` or ``@public("reason")`` on each.
        """
        if view_func is None:
            raise TypeError(f"{self.name}: {rule} has no view")
        called = getattr(view_func, "__name__", repr(view_func))
        if isinstance(view_func, type):
            raise TypeError(f"{self.name}: {rule} -> {called} is a class; write one function for each method")
        if declared(view_func) is None:
            raise TypeError(f"{self.name}: {rule} -> {called} declares no access")
        super().add_url_rule(  # type: ignore[misc]
            rule, endpoint or called, in_transaction(view_func), provide_automatic_options, **options
        )


class ModuleBlueprint(Declaring, flask.Blueprint):
    """Pages of a module. Templates lie in its package under ``templates/<module>/``, assets under ``static/<module>/``.

    ``name`` is the module's name or begins with it and an underscore.
    """

    def __init__(self, name: str, import_name: str, *, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)

    if TYPE_CHECKING:  # Flask's own types know no views with a session and an actor

        def get(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def post(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def route(self, rule: str, **options: Any) -> Callable[[View], View]: ...


class SignedBlueprint(ModuleBlueprint):
    """Addresses that programs of others post to. They carry no cookie and no token of ours, so their posts need none
    of the forms' protection; each view proves what comes by its signature.
    """


class ApiBlueprint(Declaring, flask_smorest.Blueprint):  # type: ignore[misc]
    """Routes for programs under ``/api/v1``, described in OpenAPI. Callers come with a bearer token, never a cookie.

    ``arguments`` puts the loaded body or query after session and actor: ``view(session, actor, data, **url)``;
    ``response`` dumps what the view returns.
    """

    def __init__(self, name: str, import_name: str, *, url_prefix: str = "", description: str = "") -> None:
        super().__init__(name, import_name, url_prefix=API_ROOT + url_prefix, description=description)

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Callable[[View], View]:
        """What a view takes, by a schema. A query, like a body, is refused for a name the schema does not know.

        A filter that nobody heeds would return more than was asked for.
        """
        if location == "query":
            options.setdefault("unknown", None)  # the schema's own rule, which is to refuse
        taken: Callable[[View], View] = super().arguments(schema, location=location, **options)
        return taken

    if TYPE_CHECKING:  # flask-smorest carries no types; these are the parts of it that the house uses

        def get(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def post(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def put(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def patch(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def delete(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def route(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]: ...
        def alt_response(self, status_code: int, response: Any = None, **options: Any) -> Callable[[View], View]: ...
        def doc(self, **options: Any) -> Callable[[View], View]: ...
        def etag(self, view: View) -> View: ...
        def check_etag(self, data: Any, schema: Any = None, **options: Any) -> None: ...
        def set_etag(self, data: Any, schema: Any = None, **options: Any) -> None: ...
