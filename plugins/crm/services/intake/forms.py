"""Forms on websites: made by whoever names the channels, filled in by anybody."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import CHANNEL_EDIT, CHANNEL_READ
from plugins.crm.models import Campaign, Channel, LeadForm
from plugins.crm.rules.reading import answers_of
from plugins.crm.services.intake.bringing import brought
from plugins.crm.services.intake.capture import Taken, capture
from plugins.crm.services.intake.words import words
from plugins.crm.text import _
from remit.base import Actor, DomainError, NotFound, clock
from remit.models import Translation, guard, keys_of
from remit.services import blocked, count_failure, require, system, visible
from remit.text import Text

#: What a form may ask for beside the company, in this order.
ASKED: dict[str, Text] = {
    "contact": _("Contact"),
    "phone": _("Phone"),
    "email": _("Mail address"),
    "industry": _("Industry"),
    "region": _("Region"),
    "product": _("Product"),
    "staff": _("Employees"),
    "note": _("What is it about?"),
}
#: So many leads of one address within the window; an address may be a whole office.
MOST, WINDOW = 20, timedelta(minutes=10)
#: Nobody reads and fills in a form sooner; and after a day it is to be opened anew.
SOONEST, LATEST = timedelta(seconds=2), timedelta(days=1)
_PURPOSE = "crm.form"
_MARK = [(CHANNEL_READ, "crm_channel"), (CHANNEL_READ, "crm_campaign")]
_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a form is sent with: proof that it was opened here, how long ago, and a number for this one filling-in."""

    number: str
    age: timedelta


def forms(session: Session, actor: Actor) -> Sequence[LeadForm]:
    """The forms of the channels somebody may see, those in use first."""
    seen = visible(session, actor, CHANNEL_READ, select(Channel.id))
    statement = select(LeadForm).where(LeadForm.channel_id.in_(seen))
    return session.scalars(guard.carry(statement.order_by(LeadForm.is_active.desc(), LeadForm.id), seen)).all()


def form_to_edit(session: Session, actor: Actor, form_id: int) -> LeadForm:
    """A form whose channel somebody may edit. Raises ``NotFound`` for any other, whether it is there or not."""
    seen = visible(session, actor, CHANNEL_EDIT, select(Channel.id))
    statement = select(LeadForm).where(LeadForm.id == form_id, LeadForm.channel_id.in_(seen))
    found: LeadForm | None = session.scalars(guard.carry(statement, seen)).one_or_none()
    if found is None:
        raise NotFound("crm.form", _("There is no such form."))
    return found


def save(session: Session, actor: Actor, form: LeadForm | None, values: dict[str, Any]) -> LeadForm:
    """Make a form, or change one: ``title``, ``channel_id``, ``campaign_id``, ``asked`` and ``needed`` (names of
    ``ASKED``), ``answers`` (``name=value; ...``, what filling it in means), ``consent``, ``thanks``, ``frames`` (an
    origin a line), ``is_active``.

    Raises ``DomainError`` with the field, and ``Denied`` for the channel.
    """
    channel = _channel(session, values["channel_id"])
    require(session, actor, CHANNEL_EDIT, channel)
    answers = answers_of(values.get("answers") or "")
    if answers is None:
        raise DomainError("crm.answers", _("Write answers as {form}.", form="name=value; name=value"), "answers")
    asked = [name for name in ASKED if name in values["asked"]]
    needed = set(values.get("needed") or ())
    if not {"phone", "email"} & set(asked):
        raise DomainError("crm.asked", _("Ask for a phone number or a mail address, else nobody can answer."), "asked")
    made = form or LeadForm(key=secrets.token_urlsafe(12))
    made.title, made.channel_id, made.campaign_id = Translation(values["title"]), channel.id, values.get("campaign_id")
    made.fields = {"asked": {name: name in needed for name in asked}, "answers": answers}
    made.consent, made.thanks = values["consent"].strip(), (values.get("thanks") or "").strip()
    made.frames, made.is_active = _origins(values.get("frames") or ""), values["is_active"]
    session.add(made)
    session.flush()
    return made


def _origins(told: str) -> str:
    found = [one.rstrip("/").lower() for one in told.split()]
    wrong = next((one for one in found if not _ORIGIN.fullmatch(one)), None)
    if wrong is not None:
        raise DomainError("crm.frames", _("{told} is no origin. Write it as https://www.example.com.", told=wrong),
                          "frames")  # fmt: skip
    return " ".join(dict.fromkeys(found))


def open_form(session: Session, key: str) -> LeadForm:
    """A form in use by the key of its address, for anybody. Raises ``NotFound``."""
    found = session.scalars(select(LeadForm).where(LeadForm.key == key, LeadForm.is_active)).one_or_none()
    if found is None:
        raise NotFound("crm.form", _("This form is not there any more."))
    return found


def ticket(session: Session, form: LeadForm) -> str:
    """What the page of a form carries and sends back."""
    return str(_signer(session).dumps([form.id, secrets.token_urlsafe(9)]))


def read_ticket(session: Session, form: LeadForm, told: str) -> Ticket | None:
    """What a ticket says; None for one of another form, one that we did not sign, one older than a day."""
    try:
        (form_id, number), at = _signer(session).loads(
            told, max_age=int(LATEST.total_seconds()), return_timestamp=True
        )
    except (BadData, ValueError, TypeError):
        return None
    return Ticket(str(number), clock.now() - at.astimezone(UTC)) if form_id == form.id else None


def fill_in(session: Session, form: LeadForm, told: Mapping[str, str], sent: Ticket, address: str) -> Taken:
    """Take in what somebody wrote into a form and agreed to.

    Sent again with the same ticket it is the same lead. Raises ``DomainError`` with the field for what is missing or
    cannot be, and where an address sends more than people do.
    """
    key = f"crm-form:{address}"
    if blocked(session, key):
        raise DomainError("crm.throttled", _("Too many were sent from here. Try again in ten minutes."))
    for name, needed in form.fields["asked"].items():
        if needed and not told.get(name, "").strip():
            raise DomainError("crm.missing", _("Fill in {title}.", title=ASKED[name]), name)
    if not told.get("consent"):
        raise DomainError("crm.consent", _("Without your consent we may not keep this."), "consent")
    count_failure(session, key, most=MOST, window=WINDOW)
    with system(session, "a form of a website was filled in"):
        channel, campaign = _channel(session, form.channel_id), _campaign(session, form.campaign_id)
        said = {name: told.get(name, "") for name in ("company", *form.fields["asked"])}
        staff = said.pop("staff", "")
        row = brought(words(session), {
            **said, "channel": channel, "campaign": campaign, "answers": form.fields["answers"],
            "staff": int(staff) if staff.isascii() and staff.isdecimal() and len(staff) < 9 else None,
            "consent": form.consent, "external_id": sent.number,
        })  # fmt: skip
        (taken,) = capture(session, Actor.system("a form of a website was filled in"), f"form:{form.id}", [row])
    return taken


def _channel(session: Session, channel_id: int) -> Channel:
    found = session.scalars(guard.mark(select(Channel).where(Channel.id == channel_id), _MARK)).one_or_none()
    if found is None:
        raise DomainError("crm.channel", _("Choose a channel."), "channel_id")
    return found


def _campaign(session: Session, campaign_id: int | None) -> Campaign | None:
    if campaign_id is None:
        return None
    return session.scalars(guard.mark(select(Campaign).where(Campaign.id == campaign_id), _MARK)).one_or_none()


def _signer(session: Session) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(keys_of(session).derive(_PURPOSE), salt=_PURPOSE)
