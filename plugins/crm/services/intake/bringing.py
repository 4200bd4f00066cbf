"""One lead as it is brought, from whichever way in: checked, and written as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plugins.crm.models import Campaign, Channel
from plugins.crm.rules.sameness import company_key, mail_key, phone_key
from plugins.crm.services.intake.words import DESCRIBING, Words
from plugins.crm.text import _
from remit.base import DomainError, clock

#: The most people a company of a lead may have, and the most answers that come with one.
MOST_STAFF, MOST_ANSWERS = 10_000_000, 50
_LONGEST_ANSWER = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """A lead as it came in, with phone, mail address and company as they are compared.

    ``external_id`` is its number where it comes from; ``at`` when it came there; ``consent`` the text that was agreed
    to, empty where nobody was asked.
    """

    channel: Channel
    company: str
    company_key: str
    campaign: Campaign | None = None
    contact: str = ""
    phone: str | None = None
    email: str | None = None
    industry: str = ""
    region: str = ""
    product: str = ""
    staff: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    at: datetime | None = None
    consent: str = ""
    note: str = ""


def brought(words: Words, told: Mapping[str, Any]) -> Brought:
    """What is kept of what was told: ``channel`` and, where they are known, ``campaign``, ``company``, ``contact``,
    ``phone``, ``email``, ``industry``, ``region``, ``product``, ``staff``, ``answers``, ``external_id``, ``at``,
    ``consent``, ``note``.

    ``channel`` and ``campaign`` are codes, titles or the rows themselves. Raises ``DomainError`` with the field for
    what cannot be: no company and no contact, nothing to reach anybody by and no company, a phone number or mail
    address that is none, a word that is not among the choices, a moment that is still to come.
    """
    channel, campaign = told.get("channel") or "", told.get("campaign") or None
    company, contact = _line(told, "company", 160), _line(told, "contact", 80)
    phone, email = _line(told, "phone", 60), _line(told, "email", 254)
    key = company_key(company)
    if not company and not contact:
        raise DomainError("crm.nameless", _("Write the company, or at least who it is."), "company")
    if not (key or phone or email):
        raise DomainError("crm.unreachable", _("Write a company, a phone number or a mail address."), "company")
    at = told.get("at")
    if at is not None and at > clock.now():
        raise DomainError("crm.future", _("A lead cannot have come in the future."), "at")
    staff = told.get("staff")
    if staff is not None and not 0 < staff <= MOST_STAFF:
        raise DomainError("crm.staff", _("Write how many people work there, at least 1."), "staff")
    return Brought(
        channel=channel if isinstance(channel, Channel) else words.channel(channel),
        campaign=campaign if campaign is None or isinstance(campaign, Campaign) else words.campaign(campaign),
        company=company or contact, company_key=key, contact=contact,
        phone=_reach(phone, phone_key(phone), "phone"), email=_reach(email, mail_key(email), "email"),
        **{kind: words.choice(kind, str(told.get(kind) or "")) for kind in DESCRIBING},
        staff=staff, answers=_answers(told.get("answers") or {}),
        external_id=_line(told, "external_id", 120) or None, at=at,
        consent=" ".join(str(told.get("consent") or "").split())[:500], note=_line(told, "note", 500),
    )  # fmt: skip


def _line(told: Mapping[str, Any], name: str, longest: int) -> str:
    text = " ".join(str(told.get(name) or "").split())
    if len(text) > longest:
        raise DomainError("crm.long", _("Write at most {most} characters.", most=longest), name)
    return text


def checked_reach(told: str, name: str) -> str | None:
    """A phone number (``phone``) or mail address (``email``) as it is kept; ``DomainError`` for what is none."""
    line = _line({name: told}, name, 60 if name == "phone" else 254)
    return _reach(line, phone_key(line) if name == "phone" else mail_key(line), name)


def _reach(told: str, kept: str | None, name: str) -> str | None:
    if told and kept is None:
        text = (
            _("This is not a phone number. Write it as 13800001234, 021-52345678 or +65 9123 4567.")
            if name == "phone"
            else _("This is not a mail address.")
        )
        raise DomainError(f"crm.{name}", text, name)
    return kept


def _answers(told: Mapping[str, Any]) -> dict[str, Any]:
    if len(told) > MOST_ANSWERS:
        raise DomainError("crm.answers", _("At most {most} answers come with a lead.", most=MOST_ANSWERS), "answers")
    found: dict[str, Any] = {}
    for name, value in told.items():
        plain = isinstance(value, str | bool | int) and len(str(value)) <= _LONGEST_ANSWER
        if not plain or not str(name).isidentifier() or len(str(name)) > 60:
            raise DomainError(
                "crm.answers",
                _("{name}: an answer is a text, a whole number, yes or no, under a plain name.", name=str(name)[:60]),
                "answers",
            )
        if value != "":
            found[str(name)] = value
    return found
