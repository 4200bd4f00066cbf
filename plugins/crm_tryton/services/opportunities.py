"""Opportunities of Tryton: reading them with their parties, making them, letting them stand as a lead does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugins.crm_tryton.rpc import Away, Refused, Tryton
from plugins.crm_tryton.text import _
from remit.contracts import LEAD_LOST, LEAD_NEW, LEAD_WON, LEAD_WORKING, LeadView

MODEL, PARTY, MECHANISM = "sale.opportunity", "party.party", "party.contact_mechanism"
#: How an opportunity stands, in the words of leads.
STATES = {"lead": LEAD_NEW, "opportunity": LEAD_WORKING, "converted": LEAD_WON, "won": LEAD_WON, "lost": LEAD_LOST,
          "cancelled": LEAD_LOST}  # fmt: skip
_FIELDS = ("party", "party.name", "party.write_date", "employee", "state", "amount", "currency.code", "lost_reason",
           "reference", "description", "write_date", "create_date")  # fmt: skip
_CALLED = {"phone": ("phone", "mobile"), "email": ("email",)}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity with what is known of its party. ``stands`` is Tryton's own word for how it does.

    ``amount`` is in minor units of ``currency``; ``at`` is when it, its party or how to reach that last changed.
    """

    id: int
    party: int | None
    company: str
    contact: str
    phone: str
    email: str
    stands: str
    employee: int | None
    amount: int | None
    currency: str
    reason: str
    reference: str
    at: datetime

    @property
    def state(self) -> str:
        """How it stands, in the words of leads."""
        return STATES[self.stands]

    def told(self) -> dict[str, str]:
        """The fields that are kept the same on both sides."""
        return {"company": self.company, "phone": self.phone, "email": self.email, "state": self.state}


def read(client: Tryton, domain: Sequence[Any], most: int | None = None) -> list[Opportunity]:
    """Opportunities that fit a domain, by their numbers, in two calls. Raises ``Away``."""
    rows = client.rows(MODEL, domain, _FIELDS, most)
    parties = sorted({one["party"] for one in rows if one["party"] is not None})
    reached: dict[int, list[dict[str, Any]]] = {}
    if parties:
        for one in client.rows(MECHANISM, [["party", "in", parties]], ("party", "type", "value", "write_date",
                                                                       "create_date")):  # fmt: skip
            reached.setdefault(one["party"], []).append(one)
    return [_opportunity(one, reached.get(one["party"], [])) for one in rows]


def _opportunity(row: Mapping[str, Any], reached: Sequence[Mapping[str, Any]]) -> Opportunity:
    party, currency = row.get("party.") or {}, row.get("currency.") or {}
    amount = row["amount"]
    times = [row["write_date"], row["create_date"], party.get("write_date"),
             *(one[name] for one in reached for name in ("write_date", "create_date"))]  # fmt: skip
    if row["state"] not in STATES or not isinstance(amount, Decimal | None) or not isinstance(party, Mapping):
        raise Away(_("Tryton answered something else than the records that were asked for."))
    return Opportunity(
        row["id"], row["party"], str(party.get("name") or ""), str(row["description"] or ""),
        _first(reached, "phone"), _first(reached, "email"), row["state"], row["employee"],
        int((amount * 100).to_integral_value()) if amount is not None else None, str(currency.get("code") or ""),
        str(row["lost_reason"] or ""), str(row["reference"] or ""),
        max((one for one in times if isinstance(one, datetime)), default=_LONG_AGO),
    )  # fmt: skip


def _first(reached: Iterable[Mapping[str, Any]], name: str) -> str:
    return next((str(one["value"] or "") for one in reached if one["type"] in _CALLED[name]), "")


def changed_since(since: datetime | None, after: int, company: int) -> list[Any]:
    """The domain of what was changed from a moment on, behind a number; everything without a moment."""
    domain: list[Any] = [["company", "=", company], ["id", ">", after]]
    if since is not None:
        names = ("write_date", "create_date", "party.write_date", "party.contact_mechanisms.write_date",
                 "party.contact_mechanisms.create_date")  # fmt: skip
        domain.append(["OR", *([name, ">=", since] for name in names)])
    return domain


def reference_of(lead_id: int) -> str:
    """Under what an opportunity keeps the number of its lead; what was sent once is found by it again."""
    return f"remit:{lead_id}"


def make(client: Tryton, leads: Sequence[LeadView], employees: Mapping[int, int], company: int) -> dict[int, int]:
    """Make an opportunity and a party for each lead, or find those that an earlier try has made: lead -> opportunity.

    ``employees`` says whose each is. Raises ``Refused`` where Tryton minds one of them; then none of the last call was
    made.
    """
    references = {reference_of(one.id): one for one in leads}
    there = client.rows(MODEL, [["company", "=", company], ["reference", "in", sorted(references)]], ("reference",))
    found = {references[one["reference"]].id: int(one["id"]) for one in there}
    missing = [one for one in leads if one.id not in found]
    if missing:
        parties = _parties(client, missing)
        made = client.create(MODEL, [
            {"reference": reference_of(one.id), "party": parties[one.id], "company": company,
             "employee": employees[one.id], "description": one.contact or None}
            for one in missing
        ])  # fmt: skip
        found |= {one.id: number for one, number in zip(missing, made, strict=True)}
    return found


def _parties(client: Tryton, leads: Sequence[LeadView]) -> dict[int, int]:
    """The codes of parties are unique in Tryton: the same lead never gets two."""
    codes = {f"remit-{one.id}": one for one in leads}
    found = {codes[one["code"]].id: int(one["id"])
             for one in client.rows(PARTY, [["code", "in", sorted(codes)]], ("code",))}  # fmt: skip
    missing = [one for one in leads if one.id not in found]
    if missing:
        made = client.create(PARTY, [{
            "name": one.company, "code": f"remit-{one.id}", "contact_mechanisms": [["create", [
                {"type": kind, "value": value} for kind, value in (("phone", one.phone), ("email", one.email)) if value
            ]]],
        } for one in missing])  # fmt: skip
        found |= {one.id: number for one, number in zip(missing, made, strict=True)}
    return found


def write(client: Tryton, there: Opportunity, values: Mapping[str, str], lead: LeadView) -> Opportunity:
    """Tell Tryton what changed of a lead, and say how its opportunity is then. Raises ``Refused`` and ``Away``."""
    if "company" in values and there.party is not None:
        client.call(f"model.{PARTY}.write", [there.party], {"name": values["company"]})
    for name in ("phone", "email"):
        if name in values and there.party is not None:
            _reach(client, there.party, name, values[name])
    if "employee" in values:
        client.call(f"model.{MODEL}.write", [there.id], {"employee": int(values["employee"])})
    stands = _stand(client, there, values["state"], lead) if "state" in values else there.stands
    return replace(
        there, stands=stands, company=values.get("company", there.company), phone=values.get("phone", there.phone),
        email=values.get("email", there.email),
    )


def _reach(client: Tryton, party: int, name: str, value: str) -> None:
    rows = client.rows(MECHANISM, [["party", "=", party], ["type", "in", list(_CALLED[name])]], ("value",), 1)
    if rows and value:
        client.call(f"model.{MECHANISM}.write", [rows[0]["id"]], {"value": value})
    elif rows:
        client.call(f"model.{MECHANISM}.delete", [rows[0]["id"]])
    elif value:
        client.create(MECHANISM, [{"party": party, "type": _CALLED[name][0], "value": value}])


def _stand(client: Tryton, there: Opportunity, state: str, lead: LeadView) -> str:
    """Press the buttons that lead from how an opportunity stands to how its lead does."""
    now = there.stands
    if now in ("converted", "won"):
        raise Refused(_("It was converted in Tryton; take that back there first."))
    if now in ("lost", "cancelled"):
        now = _press(client, there, "lead")
    if state in (LEAD_WORKING, LEAD_WON) and now == "lead":
        now = _press(client, there, "opportunity")
    if state == LEAD_WON:
        if lead.amount is not None:
            client.call(f"model.{MODEL}.write", [there.id], {"amount": Decimal(lead.amount).scaleb(-2)})
        now = _press(client, there, "convert")
    elif state == LEAD_LOST:
        now = _press(client, there, "lost")
        client.call(f"model.{MODEL}.write", [there.id], {"lost_reason": lead.reason or None})
    return now


def _press(client: Tryton, there: Opportunity, button: str) -> str:
    client.call(f"model.{MODEL}.{button}", [there.id])
    return {"convert": "converted"}.get(button, button)
