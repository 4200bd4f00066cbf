"""The history of one thing, for whoever may read the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from core.access.declare import access
from core.audit.actions import READ
from core.audit.history import PAGE, deeds, history, looks
from core.audit.models import AuditEntry
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.kernel.house import of
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page

_ = catalogue("audit")

blueprint = ModuleBlueprint("audit", __name__, url_prefix="/audit")

#: Where what lies above leaves the names of accounts: ``house.session_info["account_names"]``, a function of a
#: session and account ids.
NAMES = "account_names"

_KINDS = {
    "insert": _("Added"), "update": _("Changed"), "delete": _("Removed"), "bulk": _("Written in bulk"),
    "decision": _("Decided"), "denied": _("Refused"), "reveal": _("Revealed"), "sign_in": _("Sign-in"),
    "system": _("Done by the system"),
}


@blueprint.get("/of/<object_type>/<object_id>")
@access(READ)
def thing(session: Session, actor: Actor, object_type: str, object_id: str) -> Page:
    """What happened to one thing and its dated versions."""
    entries = history(session, actor, object_type, object_id, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("History"), "audit.thing", object_type=object_type, object_id=object_id)


@blueprint.get("/by/<id:account_id>")
@access(READ)
def account(session: Session, actor: Actor, account_id: int) -> Page:
    """What one account did."""
    entries = deeds(session, actor, account_id, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("Done by one account"), "audit.account", account_id=account_id)


@blueprint.get("/looks/<id:person_id>")
@access(READ)
def reveals(session: Session, actor: Actor, person_id: int) -> Page:
    """Who looked at one person's masked data."""
    entries = looks(session, actor, person_id, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("Who looked"), "audit.reveals", person_id=person_id)


def _before() -> int | None:
    return request.args.get("before", type=int)


def _page(session: Session, entries: Iterable[AuditEntry], title: Text, endpoint: str, **url: Any) -> Page:
    found = list(entries)
    more = len(found) > PAGE
    found = found[:PAGE]
    names = _names(session, {one.account_id for one in found if one.account_id is not None})
    actions = of(session).registry.actions
    rows = [
        {
            "entry": one, "kind": _KINDS.get(one.kind, one.kind),
            "who": names.get(one.account_id or 0) or (_("The system") if one.actor_kind == "system" else
                                                      _("Account {id}", id=one.account_id) if one.account_id else "–"),
            "action": actions[one.action].title if one.action is not None and one.action in actions else one.action,
            "changes": _changes(one),
        }
        for one in found
    ]
    return page(
        "audit/history.html", title=title, rows=rows,
        older=url_for(endpoint, **url, before=found[-1].id) if more else "",
    )


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    find: Callable[[Session, set[int]], dict[int, str]] | None = session.info.get(NAMES)
    return find(session, ids) if find is not None and ids else {}


def _changes(entry: AuditEntry) -> list[tuple[str, Any, Any]]:
    """Column, before and after, for each changed column; values of personal columns are not shown."""
    before, after = entry.before or {}, entry.after or {}
    return [(name, _shown(before.get(name)), _shown(after.get(name))) for name in dict.fromkeys([*before, *after])]


def _shown(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("#"):
        return _("(personal)")
    return "–" if value is None else value
