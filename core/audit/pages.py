"""The history of one thing, for whoever may read the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from core.access.declare import access, signed_in
from core.audit import words
from core.audit.actions import READ
from core.audit.history import PAGE, deeds, history, looks, names, own_looks
from core.audit.models import AuditEntry
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.kernel.house import of
from core.web import ports
from core.web.blueprints import ModuleBlueprint
from core.web.pages import Page, page

_ = catalogue("audit")

blueprint = ModuleBlueprint("audit", __name__, url_prefix="/audit")

_KINDS = {
    "insert": _("Added"), "update": _("Changed"), "delete": _("Removed"), "bulk": _("Written in bulk"),
    "decision": _("Decided"), "denied": _("Refused"), "reveal": _("Revealed"), "sign_in": _("Sign-in"),
    "system": _("Done by the system"), "erased": _("Erased"),
}


@blueprint.get("/of/<object_type>/<object_id>")
@access(READ)
def thing(session: Session, actor: Actor, object_type: str, object_id: str) -> Page:
    """What happened to one thing and its dated versions."""
    entries = history(session, actor, object_type, object_id, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("History"), "audit.thing", of_what=(object_type, object_id),
                 object_type=object_type, object_id=object_id)


@blueprint.get("/by/<id:account_id>")
@access(READ)
def account(session: Session, actor: Actor, account_id: int) -> Page:
    """What one account did."""
    entries = deeds(session, actor, account_id, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("Done by one account"), "audit.account", of_what=("core_account", str(account_id)),
                 account_id=account_id)


@blueprint.get("/looks/<id:person_id>")
@access(READ)
def reveals(session: Session, actor: Actor, person_id: int) -> Page:
    """Who looked at one person's masked data."""
    entries = looks(session, actor, person_id, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("Who looked"), "audit.reveals", of_what=("core_person", str(person_id)),
                 person_id=person_id)


@blueprint.get("/looks")
@signed_in
def own_reveals(session: Session, actor: Actor) -> Page:
    """Who looked at one's own masked data; nobody needs an authority to know that."""
    if actor.person_id is None:
        raise NotFound("not_found", _("No person belongs to your account."))
    entries = own_looks(session, actor, before=_before(), limit=PAGE + 1)
    return _page(session, entries, _("Who looked at my data"), "audit.own_reveals", of_what=None)


def _before() -> int | None:
    return request.args.get("before", type=int)


def _page(
    session: Session, entries: Iterable[AuditEntry], title: Text, endpoint: str, *, of_what: tuple[str, str] | None,
    **url: Any,
) -> Page:
    found = list(entries)
    more = len(found) > PAGE
    found = found[:PAGE]
    people = names(session, {one.account_id for one in found if one.account_id is not None})
    things = words.Names(session, found, [of_what] if of_what else ())
    sentences = _sentences(session, found)
    rows = [
        {
            "entry": one, "kind": _KINDS.get(one.kind, one.kind), "who": _who(one, people),
            "thing": words.thing(one.object_type), "changes": _changes(session, one, things),
            **_right(session, one, sentences),
        }
        for one in found
    ]
    name = things.of(*of_what) if of_what else None
    return page(
        "audit/history.html", title=title, rows=rows, about=_about(of_what, name),
        older=url_for(endpoint, **url, before=found[-1].id) if more else "",
    )


def _about(of_what: tuple[str, str] | None, name: str | None) -> Text | str:
    if of_what is None:
        return name or ""
    return _("{thing}: {name}", thing=words.thing(of_what[0]), name=name) if name else words.thing(of_what[0])


def _who(entry: AuditEntry, people: Mapping[int, str]) -> Text | str:
    if entry.actor_kind == "system":
        return _("The system")
    if entry.account_id is None:
        return "–"
    return people.get(entry.account_id) or _("Account {id}", id=entry.account_id)


def _sentences(session: Session, entries: Sequence[AuditEntry]) -> Mapping[tuple[str, int], Any]:
    """The sentences of the entries cited, as far as anybody above has said how to find them."""
    find = session.info.get(words.ENTRIES)
    cited = {(one.entry, one.list_version) for one in entries if one.entry and one.list_version is not None}
    found: Mapping[tuple[str, int], Any] = find(session, cited) if find is not None and cited else {}
    return found


def _right(session: Session, entry: AuditEntry, sentences: Mapping[tuple[str, int], Any]) -> dict[str, Any]:
    """By what right: the sentence of the entry and the way to it, else what was done by the product itself."""
    if entry.actor_kind == "system":
        return {"right": "–", "cited": "", "cited_url": None}
    actions = of(session).registry.actions
    action = actions[entry.action].title if entry.action is not None and entry.action in actions else entry.action
    if entry.entry is None:
        return {"right": action or "–", "cited": "", "cited_url": None}
    version = entry.list_version if entry.list_version is not None else 0
    return {
        "right": sentences.get((entry.entry, version)) or action or "–",
        "cited": _("{entry}, list version {version}", entry=entry.entry, version=version),
        "cited_url": ports.link("authority.entry", code=entry.entry, version=version),
    }


def _changes(session: Session, entry: AuditEntry, things: words.Names) -> list[tuple[Any, Any, Any]]:
    if entry.kind != "reveal":
        return words.changes(entry, things)
    groups = {group.name: group.title for resource in of(session).registry.resource_types.values()
              for group in resource.groups}
    name = str((entry.after or {}).get("group", ""))
    return [(_("Fields"), "–", groups.get(name, name))]
