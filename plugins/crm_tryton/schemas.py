"""The form of a connection."""

from __future__ import annotations

from typing import Any

from plugins.crm_tryton.text import RULES, _
from remit import schema as fields


def _rule(label: Any) -> fields.Choice:
    return fields.Choice(RULES, required=True, metadata={"label": label})


class ConnectionSchema(fields.Schema):
    """A connection to a database of Tryton. An empty password leaves the one that is kept."""

    title = fields.String(required=True, max_length=80, metadata={"label": _("Title")})
    unit_id = fields.Id(required=True, metadata={"label": _("Unit"), "kind": "select"})
    url = fields.String(required=True, max_length=300, metadata={
        "label": _("Address"), "placeholder": "https://tryton.example.com", "span": True})
    database = fields.String(required=True, max_length=80, metadata={"label": _("Database")}, validate=fields.Pattern(
        r"[A-Za-z0-9_.-]+", _("The name of a database has letters, digits, dots, dashes and underscores.")))
    login = fields.String(required=True, max_length=80, metadata={
        "label": _("Name to sign in with"), "attrs": {"autocomplete": "off"}})
    password = fields.String(load_default="", max_length=200, metadata={
        "label": _("Password"), "kind": "password", "attrs": {"autocomplete": "new-password"},
        "hint": _("It is kept sealed. Empty: the one that is kept stays.")})
    company = fields.Integer(required=True, minimum=1, maximum=2**31 - 1, metadata={
        "label": _("Company in Tryton"), "hint": _("Its number there.")})
    fallback = fields.Integer(required=True, minimum=1, maximum=2**31 - 1, metadata={
        "label": _("Employee for leads of nobody"), "hint": _("The number of an employee in Tryton.")})
    employees = fields.String(load_default="", max_length=4000, multiline=True, metadata={
        "label": _("Employees in Tryton"), "kind": "textarea", "span": True, "rows": 4, "placeholder": "L0012 = 7",
        "hint": _("One line for each: personnel number here = number of the employee there.")})
    channel = fields.String(required=True, max_length=40, metadata={
        "label": _("Channel"), "kind": "select", "hint": _("Of leads that begin in Tryton.")})
    reason = fields.String(required=True, max_length=40, metadata={
        "label": _("Reason of loss"), "kind": "select", "hint": _("Of leads that are lost in Tryton.")})
    rule_company = _rule(_("Company: if both changed, whose counts"))
    rule_phone = _rule(_("Phone: if both changed, whose counts"))
    rule_email = _rule(_("Mail address: if both changed, whose counts"))
    rule_state = _rule(_("Status: if both changed, whose counts"))
    is_on = fields.Boolean(load_default=False, metadata={"label": _("Switched on")})
