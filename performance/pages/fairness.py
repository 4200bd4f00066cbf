"""Whether scores are fair to groups: counts, means and quartiles by department, grade, gender and age."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from performance.actions.outcomes import FAIRNESS_READ
from performance.pages.blueprint import blueprint
from performance.pages.boards import month_asked
from performance.services.fairness import report
from performance.text import _
from remit.base import Actor, clock
from remit.web import Page, access, page


@blueprint.get("/fairness")
@access(FAIRNESS_READ)
def fairness(session: Session, actor: Actor) -> Page:
    """The report of a month, as far as the list lets one see it."""
    month = month_asked(actor)
    found = report(session, actor, month.period)
    told = [one for _title, groups, _back in found.ways for one in groups] + ([found.whole] if found.whole else [])
    return page(
        "performance/fairness.html", title=_("Fairness of scores"), month=month, report=found,
        least=min((one.low for one in told), default=0) // 1000 * 10,
        most=-(-max((one.high for one in told), default=0) // 1000) * 10,
        previous=url_for("performance.fairness", month=str(month.previous())),
        following=url_for("performance.fairness", month=str(month.next()))
        if month.next().start <= clock.today(actor.zone) else "",
        crumb=[(_("Performance board"), url_for("performance.company"))],
    )  # fmt: skip
