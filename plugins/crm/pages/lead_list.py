"""The list of leads, and those that are in nobody's hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_ASSIGN, LEAD_READ
from plugins.crm.models import Lead
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.pages.reasons import WHY
from plugins.crm.services.arriving import assigning
from plugins.crm.services.following import handing
from plugins.crm.services.following.contacting import TOPIC
from plugins.crm.services.leads import listing
from plugins.crm.services.leads.history import moment
from plugins.crm.services.leads.looking import local
from plugins.crm.text import LEAD_STATES, LOST, NEW, PUT_OFF, REJECTED, WON, WORKING, _
from remit.base import Actor, clock
from remit.services import allowed
from remit.web import Page, access, page

_LARGEST = 2**63
_TABS = ("open", "due", NEW, WORKING, PUT_OFF, WON, LOST, REJECTED, "all")


@blueprint.get("/leads")
@access(LEAD_READ)
def leads(session: Session, actor: Actor) -> Page:
    """The leads one may see: narrowed, searched, counted by state, the newest first."""
    wanted = _wanted(request.args)
    rows, counts = listing.leads(session, actor, wanted), listing.counts(session, actor, wanted)
    channels, words = listing.channel_titles(session), listing.word_titles(session)
    shown = _rows(session, actor, rows[: listing.PAGE], channels, words)
    return page(
        "crm/leads.html", {"leads": "list"}, title=_("Leads"), rows=shown, topic=TOPIC, here=_to(),
        tabs=_tabs(wanted.state, counts), kept=_kept(wanted), filters=_filters(wanted, channels, words),
        narrowed=_is_narrowed(wanted),
        older=_to(before=rows[listing.PAGE - 1].id) if len(rows) > listing.PAGE else "",
        latest=_to(before=None) if wanted.before else "", total=counts["all"],
        unowned=url_for("crm.unowned_leads") if allowed(session, actor, LEAD_ASSIGN) else "",
    )  # fmt: skip


@blueprint.get("/leads/unowned")
@access(LEAD_ASSIGN)
def unowned_leads(session: Session, actor: Actor) -> Page:
    """Open leads that nobody has in hand, of whoever may hand them over."""
    found = handing.unowned(session, actor)
    rows = _rows(session, actor, found, listing.channel_titles(session), listing.word_titles(session))
    last = assigning.last_of(session, found)
    for one, row in zip(found, rows, strict=True):
        row["why"] = WHY.get(str(last[one.id].why.get("code", ""))) if one.id in last else None
    return page(
        "crm/unowned.html", title=_("Leads in nobody's hands"), rows=rows,
        crumb=[(_("Leads"), url_for("crm.leads"))],
    )  # fmt: skip


def _wanted(told: Mapping[str, str]) -> listing.Wanted:
    ids = {name: _number(told.get(name)) for name in listing.BY}
    state = told.get("state", "open")
    return listing.Wanted(
        state if state in _TABS else "open", told.get("q", "").strip()[:80], told.get("show") == "mine",
        {name: value for name, value in ids.items() if value is not None},
        {name: told[name][:40] for name in listing.WORDS if told.get(name)},
        told.get("reached", ""), _day(told.get("since")), _day(told.get("until")), _number(told.get("before")),
    )  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and 0 < int(text) < _LARGEST else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _to(**changed: Any) -> str:
    """This list with something else in its address."""
    known: dict[str, Any] = {**request.args.to_dict(), **changed}
    return url_for("crm.leads", **{key: value for key, value in known.items() if value is not None and key[:1] != "_"})


def _tabs(current: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    words = {"open": _("Open"), "due": _("Due"), "all": _("All"),
             **{key: text for key, (text, _kind) in LEAD_STATES.items()}}  # fmt: skip
    return [
        {"label": words[one], "url": _to(state=one, before=None), "current": one == current,
         "count": counts.get(one, 0)}
        for one in _TABS if one in ("open", "due", "all", current) or counts.get(one)
    ]  # fmt: skip


def _kept(wanted: listing.Wanted) -> dict[str, str]:
    """What the fields above the list do not show and a search keeps."""
    names = ("campaign", "owner", "unit", "region", "product", "reached", "since", "until")
    return {"state": wanted.state, **{key: value for key, value in request.args.items() if key in names}}


def _is_narrowed(wanted: listing.Wanted) -> bool:
    return bool(wanted.search or wanted.mine or wanted.ids or wanted.words or wanted.reached or wanted.since
                or wanted.until or wanted.state != "open")  # fmt: skip


def _filters(
    wanted: listing.Wanted, channels: Mapping[int, str], words: Mapping[tuple[str, str], str]
) -> list[dict[str, Any]]:
    industries = [(code, title) for (kind, code), title in words.items() if kind == "industry"]
    return [
        {"name": "q", "label": _("Search by customer or contact"), "placeholder": _("Customer or contact"),
         "value": wanted.search},
        {"name": "show", "label": _("Whose leads"), "kind": "select", "placeholder": _("All I may see"),
         "options": [("mine", _("Mine"))], "value": "mine" if wanted.mine else ""},
        {"name": "channel", "label": _("Channel"), "kind": "select", "placeholder": _("Every channel"),
         "options": list(channels.items()), "value": wanted.ids.get("channel", "")},
        {"name": "industry", "label": _("Industry"), "kind": "select", "placeholder": _("Every industry"),
         "options": industries, "value": wanted.words.get("industry", "")},
    ]  # fmt: skip


def _rows(
    session: Session, actor: Actor, found: Any, channels: Mapping[int, str], words: Mapping[tuple[str, str], str]
) -> list[dict[str, Any]]:
    names = listing.names_of(session, [one.owner_person_id for one in found])
    today, now = clock.today(actor.zone), moment()
    return [_row(one, actor, channels, words, names, today, now) for one in found]


def _row(
    lead: Lead, actor: Actor, channels: Mapping[int, str], words: Mapping[tuple[str, str], str],
    names: Mapping[int, str], today: date, now: Any,
) -> dict[str, Any]:  # fmt: skip
    owner = lead.owner_person_id
    state, kind = LEAD_STATES[lead.state]
    due = lead.due_at if lead.state == NEW else None
    industry = words.get(("industry", lead.industry), lead.industry)
    size = _("{count} employee", "{count} employees", count=lead.staff) if lead.staff else None
    return {
        "url": url_for("crm.lead", lead_id=lead.id), "company": lead.company,
        "sub": [str(one) for one in (lead.contact, industry, size) if one],
        "channel": channels.get(lead.channel_id, "–"), "state": state, "kind": kind,
        "owner": {"name": names[owner], "person_id": owner} if owner is not None and owner in names else None,
        "next": lead.next_on, "due": local(due, actor.zone) if due else "",
        "late": bool((due and due < now) or (lead.next_on and lead.next_on < today and lead.state == WORKING)),
        "captured": local(lead.captured_at, actor.zone)[:10], "id": lead.id,
    }  # fmt: skip
