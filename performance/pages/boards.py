"""The boards: mine, my department's, the company's; and working the scores out anew."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from performance.actions.schemes import SCORE_COMPUTE, SCORE_READ
from performance.pages.blueprint import blueprint
from performance.services import boards, rewards, scores
from performance.services.boards import Scope
from performance.text import ORIGINS, PROBLEMS, _
from remit.base import Actor, DomainError, Month, clock
from remit.services import allowed
from remit.web import Page, access, flash, page, redirect_to

_TITLES = {"mine": _("My performance"), "team": _("Performance of my department"), "company": _("Company performance")}


@blueprint.get("/")
@access(SCORE_READ)
def mine(session: Session, actor: Actor) -> Page:
    """One's own scores and bonuses."""
    return _board(session, actor, "mine")


@blueprint.get("/team")
@access(SCORE_READ)
def team(session: Session, actor: Actor) -> Page:
    """The scores of the units one works in and of their people, as far as one may see them."""
    return _board(session, actor, "team")


@blueprint.get("/company")
@access(SCORE_READ)
def company(session: Session, actor: Actor) -> Page:
    """The scores of all units, as far as one may see them."""
    return _board(session, actor, "company")


def month_asked(actor: Actor) -> Month:
    """The month that is asked for, the last finished one otherwise."""
    try:
        return Month.parse(request.args.get("month", ""))
    except DomainError:
        return Month.of(clock.today(actor.zone)).previous()


def _board(session: Session, actor: Actor, scope: Scope) -> Page:
    month = month_asked(actor)
    found = boards.board(session, actor, scope, month)

    def link(where: str, at: Month) -> str:
        return url_for(f"performance.{where}", month=str(at))

    columns: dict[int, str] = {}
    for row in found.units:
        columns |= {one.kpi_id: one.title for one in row.figures}
    return page(
        "performance/board.html", {"board": "board"}, title=_TITLES[scope], board=found, month=month, scope=scope,
        views=[{"label": label, "url": link(name, month), "current": name == scope} for name, label in (
            ("mine", _("Me")), ("team", _("My department")), ("company", _("Company")))],
        again=link(scope, month), previous=link(scope, month.previous()),
        following=link(scope, month.next()) if month.next().start <= clock.today(actor.zone) else "",
        columns=list(columns.values()), problems=PROBLEMS, origins=ORIGINS,
        heat=[{"label": row.title, "cells": [
            next((one.percent for one in row.figures if one.kpi_id == kpi and not one.problem), None) for kpi in columns
        ]} for row in found.units],
        findings=[(one.text, url_for("performance.figure_of", kpi_id=one.kpi_id, month=str(month)))
                  for one in found.diagnosis],
        bonuses=rewards.own_amounts(session, actor) if scope == "mine" else [],
        may_compute=allowed(session, actor, SCORE_COMPUTE),
    )  # fmt: skip


@blueprint.post("/compute/<month:month>")
@access(SCORE_COMPUTE)
def compute(session: Session, actor: Actor, month: Month) -> Response:
    """Work out the scores of a month anew."""
    try:
        with session.begin_nested():
            count = scores.compute(session, actor, month.period)
        flash(_("{count} score of {month} is worked out.", "{count} scores of {month} are worked out.", count=count,
                month=month.title))  # fmt: skip
    except DomainError as error:
        flash(error.message, "bad")
    return redirect_to("performance.company", month=str(month))


@blueprint.get("/wall")
@access(SCORE_READ)
def wall(session: Session, actor: Actor) -> Page:
    """The company's board for a screen on the wall: units alone, as far as one may see them."""
    month = month_asked(actor)
    return page(
        "performance/wall.html", {"wall": "wall"}, title=_TITLES["company"], month=month,
        board=boards.board(session, actor, "company", month), again=url_for("performance.wall", month=str(month)),
        back=url_for("performance.company", month=str(month)),
    )  # fmt: skip
