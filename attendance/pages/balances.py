"""Leave as HR keeps it: everybody's balances, and one ledger."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import BALANCE_CHANGE, BALANCE_IMPORT, BALANCES
from attendance.models import LeaveLot
from attendance.pages.blueprint import blueprint
from attendance.schemas import CorrectionSchema, GrantSchema, SheetQuery
from attendance.services.leave import grants, look, types
from attendance.services.show import PAGE, name_of
from remit.base import Actor, NotFound, clock
from remit.models import Employment
from remit.services import allowed, load
from remit.text import catalogue
from remit.web import Form, Page, access, flash, page, redirect_to

_ = catalogue("attendance")


@blueprint.get("/balances")
@access(BALANCES)
def balances(session: Session, actor: Actor) -> Page:
    """What everybody the reader may see has left."""
    return _balances(session, actor, Form(GrantSchema, values={"year": clock.today(actor.zone).year}))


def _balances(session: Session, actor: Actor, form: Form) -> Page:
    given = {name: request.args[name] for name in ("page", "name") if request.args.get(name)}
    try:
        query: dict[str, Any] = SheetQuery().load(given)
    except ValidationError:
        query = SheetQuery().load({})
    day = clock.today(actor.zone)
    rows, total = look.people(session, actor, day, page=query["page"], name=query["name"])
    first = (query["page"] - 1) * PAGE

    def url(number: int) -> str:
        return url_for("attendance.balances", page=number, name=query["name"] or None)

    return page(
        "attendance/balances.html", {"balances": "balances"}, title=_("Leave balances"), rows=rows, total=total,
        columns=[one for one in types.all_types(session) if one.balanced and one.id is not None], query=query,
        text=text, form=form, may_grant=allowed(session, actor, BALANCE_IMPORT),
        first=first + 1, last=first + len(rows),
        previous_page=url(query["page"] - 1) if query["page"] > 1 else "",
        next_page=url(query["page"] + 1) if first + len(rows) < total else "",
    )  # fmt: skip


@blueprint.post("/balances/grant")
@access(BALANCE_IMPORT)
def grant(session: Session, actor: Actor) -> Page | Response:
    """Grant everybody a year by the law."""
    form = Form(GrantSchema)

    def save(values: dict[str, Any]) -> Response:
        done = grants.grant_year(session, actor, values["year"])
        flash(text.granted_sentence(values["year"], done.new, done.corrected))
        if done.unknown:
            flash(text.unknown_sentence(done.unknown), "warn")
        return redirect_to("attendance.balances")

    return form.answer(session, lambda: _balances(session, actor, form), save)


@blueprint.get("/balances/<id:employment_id>")
@access(BALANCES)
def balance(session: Session, actor: Actor, employment_id: int) -> Page:
    """One person's balances and the ledger behind them."""
    employment = load(session, actor, BALANCES, Employment, employment_id)
    found = _found(session, actor, employment)
    return _balance(session, actor, employment, found, _correction(found))


@blueprint.post("/balances/<id:employment_id>/correct")
@access(BALANCE_CHANGE)
def correct(session: Session, actor: Actor, employment_id: int) -> Page | Response:
    """Give or take days by hand."""
    employment = load(session, actor, BALANCE_CHANGE, Employment, employment_id)
    found = _found(session, actor, employment)
    form = _correction(found)

    def save(values: dict[str, Any]) -> Response:
        lot = load(session, actor, BALANCES, LeaveLot, values["lot_id"])
        if lot.employment_id != employment.id:
            raise NotFound("attendance.leave_lot", _("These days are not of this employee."))
        grants.correct(session, actor, employment, lot, values["amount"], note=values["note"])
        flash(_("The balance is corrected."))
        return redirect_to("attendance.balance", employment_id=employment.id)

    return form.answer(session, lambda: _balance(session, actor, employment, found, form), save)


def _found(session: Session, actor: Actor, employment: Employment) -> list[look.BalanceView]:
    return look.balances_of(session, [employment.id], clock.today(actor.zone))[employment.id]


def _correction(found: list[look.BalanceView]) -> Form:
    return Form(CorrectionSchema, options={"lot_id": [
        (lot.id, _("{title} {year}, until {day}", title=text.leave_title(one.leave_type), year=lot.year, day=lot.last))
        for one in found for lot in one.lots
    ]})  # fmt: skip


def _balance(
    session: Session, actor: Actor, employment: Employment, found: list[look.BalanceView], form: Form
) -> Page:
    return page(
        "attendance/balance.html", title=f"{name_of(session, employment)} {employment.number}",
        crumb=[(_("Leave balances"), url_for("attendance.balances"))], balances=found, text=text, form=form,
        employment_id=employment.id, since=look.working_since(session, employment),
        may_change=any(one.lots for one in found) and allowed(session, actor, BALANCE_CHANGE, employment),
        titles={one.id: text.leave_title(one) for one in types.all_types(session)},
        entries=look.entries(session, employment), kinds=text.ENTRY_KINDS,
    )  # fmt: skip
