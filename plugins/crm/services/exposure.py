"""What channels showed and what was really paid for it: entered, changed, and read for reports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.intake import EXPOSURE_EDIT, EXPOSURE_READ
from plugins.crm.models import Channel, Exposure, ExposureFile
from plugins.crm.services.campaigns import after
from plugins.crm.text import _
from remit.base import Actor, DomainError
from remit.files import Beside, Sent
from remit.models import guard
from remit.services import require, visible

PAGE = 100
#: Files beside entered figures.
FILES = Beside("crm.evidence", ExposureFile, "exposure_id")
_FIGURES = ("impressions", "clicks", "paid")
_MARK = [(EXPOSURE_EDIT, "crm_channel"), (EXPOSURE_EDIT, "crm_exposure")]


def exposures(session: Session, actor: Actor, *, before: int | None = None) -> Sequence[Exposure]:
    """What somebody may see, the latest first, ``PAGE`` at a time; ``before`` is the last number of the page before."""
    statement = select(Exposure).order_by(Exposure.id.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(Exposure.id < before)
    return session.scalars(visible(session, actor, EXPOSURE_READ, statement)).all()


def save(
    session: Session, actor: Actor, row: Exposure | None, values: dict[str, Any], *, sent: Sequence[Sent] = (),
    stay: Collection[int] = (),
) -> Exposure:
    """Enter figures, or change them: ``channel_id``, ``campaign_id``, ``starts_on``, ``last_day``, ``impressions``,
    ``clicks``, ``paid`` (minor units of ``currency``), ``evidence``. ``sent`` are files that show them; of those that
    lay beside them before, the numbers in ``stay`` do so still.

    Raises ``DomainError`` with the field for a channel that is not there, an end before the beginning, no figure at
    all, more clicks than impressions, days that have figures of the same channel and campaign already, a file that is
    not accepted; ``Denied``.
    """
    if row is not None:
        require(session, actor, EXPOSURE_EDIT, row)
    channel = session.scalars(
        guard.mark(select(Channel).where(Channel.id == values["channel_id"]), _MARK)
    ).one_or_none()
    if channel is None:
        raise DomainError("crm.channel", _("Choose a channel."), "channel_id")
    if all(values.get(name) is None for name in _FIGURES):
        raise DomainError("crm.figures", _("Write at least one of the figures."), "impressions")
    if (values.get("clicks") or 0) > (values.get("impressions") or 0) and values.get("impressions") is not None:
        raise DomainError("crm.clicks", _("There cannot be more clicks than impressions."), "clicks")
    end = after(values["starts_on"], values["last_day"])
    made = row or Exposure(source=values.get("source", "entry"), person_id=actor.person_id)
    made.channel_id, made.campaign_id = channel.id, values.get("campaign_id")
    made.unit_id, made.legal_entity_id = channel.unit_id, channel.legal_entity_id
    made.starts_on, made.ends_on = values["starts_on"], end
    made.impressions, made.clicks, made.paid = (values.get(name) for name in _FIGURES)
    made.currency, made.evidence = values.get("currency") or "CNY", values["evidence"].strip()
    require(session, actor, EXPOSURE_EDIT, made)
    with session.no_autoflush:
        _no_second(session, made)
    session.add(made)
    session.flush()
    if row is not None or sent:
        FILES.change(session, actor, made.id, sent, stay=stay)
    return made


def _no_second(session: Session, made: Exposure) -> None:
    """Figures of one channel and campaign that share a day would be counted twice."""
    statement = select(Exposure).where(
        Exposure.channel_id == made.channel_id, Exposure.campaign_id.is_not_distinct_from(made.campaign_id),
        Exposure.starts_on < made.ends_on, Exposure.ends_on > made.starts_on,
    )  # fmt: skip
    if made.id is not None:
        statement = statement.where(Exposure.id != made.id)
    other = session.scalars(guard.mark(statement.order_by(Exposure.starts_on).limit(1), _MARK)).one_or_none()
    if other is not None:
        raise DomainError(
            "crm.twice",
            _("There are figures of {first} to {last} for this channel and campaign already; change those.",
              first=other.starts_on, last=other.ends_on - timedelta(days=1)),
            "starts_on",
        )  # fmt: skip
