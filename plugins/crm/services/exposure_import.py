"""What channels showed and cost, from the files of platforms: a day again with other figures corrects them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.intake import EXPOSURE_EDIT
from plugins.crm.models import Exposure
from plugins.crm.services import exposure
from plugins.crm.services.campaigns import after
from plugins.crm.services.intake.words import words
from plugins.crm.text import _
from remit.base import Actor, DomainError
from remit.exchange import Changes, Checked, Plan, Report
from remit.models import guard
from remit.services import allowed

if TYPE_CHECKING:
    from remit.text import Text

_FIGURES = ("impressions", "clicks", "paid")
_MARK = [(EXPOSURE_EDIT, "crm_exposure")]


def plan(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare the rows with what is kept, by channel, campaign and first day."""
    found, known = Plan(data=[]), words(session)
    stored = _stored(session, checked)
    for at in range(len(checked)):
        if at in checked.spoilt:
            continue
        cell: dict[str, Any] = {name: checked.columns[name][at] for name in checked.columns}
        try:
            channel = known.channel(cell["channel"])
            campaign = known.campaign(cell["campaign"]) if cell["campaign"] else None
            end = after(cell["starts_on"], cell["last_day"] or cell["starts_on"])
        except DomainError as wrong:
            found.problems.append(
                checked.at(at, wrong.field, cast("Text", wrong.message), value=cell.get(wrong.field or ""))
            )
            continue
        values = {
            **{name: cell[name] for name in _FIGURES}, "channel_id": channel.id, "starts_on": cell["starts_on"],
            "campaign_id": campaign.id if campaign is not None else None, "last_day": cell["last_day"] or
            cell["starts_on"], "evidence": cell["evidence"] or _("File").render(actor.locale), "source": "import",
        }  # fmt: skip
        row = stored.get((channel.id, values["campaign_id"], cell["starts_on"]))
        if not allowed(session, actor, EXPOSURE_EDIT, _draft(channel.unit_id, channel.legal_entity_id)):
            found.problems.append(checked.at(
                at, "channel", _("You may not enter figures of the channel {title}.", title=channel.title)))
        elif row is None:
            found.new += 1
            found.data.append((None, values))
        elif row.ends_on != end or any(getattr(row, name) != values[name] for name in _FIGURES):
            found.changed += 1
            found.data.append((row.id, values))
        else:
            found.unchanged += 1
    return found


def _draft(unit_id: int, legal_entity_id: int) -> Exposure:
    return Exposure(unit_id=unit_id, legal_entity_id=legal_entity_id)


def _stored(session: Session, checked: Checked) -> dict[tuple[int, int | None, date], Exposure]:
    days = [day for day in checked.columns["starts_on"] if day is not None]
    if not days:
        return {}
    statement = select(Exposure).where(Exposure.starts_on >= min(days), Exposure.starts_on <= max(days))
    rows = session.scalars(guard.mark(statement, _MARK))
    return {(row.channel_id, row.campaign_id, row.starts_on): row for row in rows}


def apply(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Enter the new figures and correct the others, each like one that is typed."""
    del changes  # what is flushed meanwhile is watched
    for done, (row_id, values) in enumerate(planned.data, 1):
        row = None
        if row_id is not None:
            row = session.scalars(guard.mark(select(Exposure).where(Exposure.id == row_id), _MARK)).one()
        try:
            exposure.save(session, actor, row, values)
        except DomainError as wrong:
            raise DomainError(wrong.code, _("{day}: {text}", day=values["starts_on"], text=wrong.message)) from None
        report(done, len(planned.data), _("Writing"))
