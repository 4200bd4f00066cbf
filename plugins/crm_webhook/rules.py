"""Mappings: lines that say which place of a body is which field, read once and applied to any body.

One line each::

    company = $.data.account.name
    contact = $.data.contacts[0].name
    channel = "wx"
    state   = $.data.stage {Open: new, Qualified: working, "Closed Won": won, Lost: lost}
    amount  = $.data.value

The left is a field of a lead on the way in, and a place in the body on the way out (``data.account.name``); the right
is a place, ``$`` followed by names and numbers, or a constant in quotes. A table in braces writes codes anew; a code
that is not in it cannot be mapped, unless the table has ``*``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from plugins.crm_webhook.text import _
from remit.base import DomainError
from remit.contracts import LEAD_FIELDS, LEAD_STATES

#: What a body may become: a lead, how it stands, and the number under which the other program has it.
FIELDS_IN = (*LEAD_FIELDS, "external_id", "state", "reason", "amount", "said")
#: What can be said of a lead to others.
FIELDS_OUT = ("id", "company", "contact", "phone", "email", "state", "reason", "owner", "amount", "currency",
              "changed_at")  # fmt: skip
MOST_LINES = 60
_LINE = re.compile(r"([\w.]+)\s*=\s*(.+)", re.ASCII)
_PLACE = re.compile(r"\$((?:\.[^\s.\[\]{}\"]+|\[\d{1,4}\])+)")
_STEP = re.compile(r"\.([^\s.\[\]{}\"]+)|\[(\d+)\]")
_PAIR = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^:,{}"]+?)\s*:\s*("(?:[^"\\]|\\.)*"|[^:,{}"]+?)\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what ``target`` gets, from a place or a constant, written anew by a table."""

    target: str
    place: tuple[str | int, ...] | None
    constant: str
    table: Mapping[str, str] | None


def read_rules(text: str, targets: Collection[str] | None) -> list[Rule]:
    """The lines of a mapping; ``targets`` are the fields that may stand left, None for any place of a body.

    Raises ``DomainError`` on the field ``rules`` with the line and what is wrong with it.
    """
    found: dict[str, Rule] = {}
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines or len(lines) > MOST_LINES:
        raise DomainError("crm_webhook.rules", _("Write between one and {most} lines.", most=MOST_LINES), "rules")
    for number, line in lines:
        rule = _rule(number, line)
        if targets is not None and rule.target not in targets:
            raise _wrong(number, _("There is no field {name}. Use one of these: {known}.", name=rule.target,
                                   known=", ".join(targets)))  # fmt: skip
        if any(one == rule.target or one.startswith(f"{rule.target}.") or rule.target.startswith(f"{one}.")
               for one in found):  # fmt: skip
            raise _wrong(number, _("{name} is written twice.", name=rule.target))
        found[rule.target] = rule
    return list(found.values())


def _rule(number: int, line: str) -> Rule:
    match = _LINE.fullmatch(line)
    if match is None or not all(match[1].split(".")):
        raise _wrong(number, _("Write field = $.place or field = \"constant\"."))
    target, source = match[1], match[2].strip()
    if source.startswith('"'):
        try:
            constant = json.loads(source)
        except ValueError:
            raise _wrong(number, _("The constant does not end, or something follows it.")) from None
        return Rule(target, None, str(constant), None)
    place = _PLACE.match(source)
    if place is None:
        raise _wrong(number, _("A place begins with $ and names each step, as in $.data.contacts[0].name."))
    rest = source[place.end() :].strip()
    steps = tuple(int(index) if index else name for name, index in _STEP.findall(place[1]))
    return Rule(target, steps, "", _table(number, rest) if rest else None)


def _table(number: int, text: str) -> dict[str, str]:
    if not (text.startswith("{") and text.endswith("}")):
        raise _wrong(number, _("Behind the place only a table in braces may follow."))
    inner, at, found = text[1:-1].strip(), 0, {}
    while at < len(inner):
        pair = _PAIR.match(inner, at)
        if pair is None:
            raise _wrong(number, _("A table is pairs with a colon, and commas between them."))
        found[_plain(pair[1])], at = _plain(pair[2]), pair.end()
    if not found:
        raise _wrong(number, _("A table is pairs with a colon, and commas between them."))
    return found


def _plain(word: str) -> str:
    return str(json.loads(word)) if word.startswith('"') else word.strip()


def _wrong(number: int, why: Any) -> DomainError:
    return DomainError("crm_webhook.rules", _("Line {number}: {why}", number=number, why=why), "rules")


def written(rules: Sequence[Rule]) -> str:
    """The lines of a mapping again, in one way of writing."""
    return "\n".join(f"{one.target} = {_source(one)}" for one in rules)


def _source(rule: Rule) -> str:
    if rule.place is None:
        return json.dumps(rule.constant, ensure_ascii=False)
    place = "$" + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in rule.place)
    if rule.table is None:
        return place
    pairs = (f"{json.dumps(a, ensure_ascii=False)}: {json.dumps(b, ensure_ascii=False)}"
             for a, b in rule.table.items())  # fmt: skip
    return f"{place} {{{', '.join(pairs)}}}"


def apply_in(rules: Sequence[Rule], body: Any) -> dict[str, Any]:
    """What a body says of a lead, by field; places that are not there or empty say nothing.

    Raises ``DomainError`` with the field for a code that is in no table, a list or an object where a word is meant, a
    state that is none, an amount or a number of people that is none.
    """
    found: dict[str, Any] = {}
    for rule in rules:
        value = _value(rule, body)
        if value is not None and value != "":
            found[rule.target] = value
    if found.get("state") is not None and found["state"] not in LEAD_STATES:
        raise DomainError("crm_webhook.state", _("{value} is no status. Translate it into one of these: {known}.",
                          value=found["state"], known=", ".join(LEAD_STATES)), "state")  # fmt: skip
    if "amount" in found:
        found["amount"] = _minor(found["amount"])
    if "staff" in found:
        found["staff"] = _whole(found["staff"])
    return found


def _value(rule: Rule, body: Any) -> str | None:
    if rule.place is None:
        return rule.constant
    at = body
    for step in rule.place:
        if isinstance(step, int):
            at = at[step] if isinstance(at, list) and step < len(at) else None
        else:
            at = at.get(step) if isinstance(at, Mapping) else None
    if at is None:
        return None
    if isinstance(at, list | Mapping):
        raise DomainError("crm_webhook.value", _("At its place stands a list or an object, not a word."), rule.target)
    word = ("true" if at else "false") if isinstance(at, bool) else str(at).strip()
    if rule.table is None or word == "":
        return word
    found = rule.table.get(word, rule.table.get("*"))
    if found is None:
        raise DomainError("crm_webhook.code", _("{value} is in no line of its table.", value=word[:80]), rule.target)
    return found


def _minor(word: str) -> int:
    try:
        amount = Decimal(word) * 100
        if not amount.is_finite() or amount != amount.to_integral_value() or not 0 < amount < 10**15:
            raise InvalidOperation
    except InvalidOperation:
        raise DomainError("crm_webhook.amount", _("{value} is no amount with at most two decimals.", value=word[:40]),
                          "amount") from None  # fmt: skip
    return int(amount)


def _whole(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 9):
        raise DomainError("crm_webhook.staff", _("{value} is no whole number.", value=word[:40]), "staff")
    return int(word)


def apply_out(rules: Sequence[Rule], lead: Mapping[str, Any]) -> dict[str, Any]:
    """The body that tells of a lead, in the other program's words. Raises ``DomainError`` for a code in no table."""
    body: dict[str, Any] = {}
    for rule in rules:
        *path, last = rule.target.split(".")
        at = body
        for step in path:
            at = at.setdefault(step, {})
        at[last] = _value(rule, lead)
    return body
