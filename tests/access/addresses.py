"""Every address of the app, filled in for the things of each owner; a new kind of place in an address must be named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from core.base.period import Month
from tests.access import bridging, performing, things_intake
from tests.access.world import NOBODY, OWNERS, World

#: What stands in an address -> the kind of thing whose ids belong there, one for each owner.
OWNED = {
    "person_id": "person", "employment_id": "employment", "slip_id": "slip", "document_id": "document",
    "letter_id": "letter", "position_id": "position", "run_id": "run", "job_id": "job", "unit_id": "unit",
    "notification_id": "notification", "session_id": "session", "token_id": "token", "account_id": "account",
    "task_id": "task", "tasks run_id": "task_run", "stuck run_id": "task_run", "runs_api run_id": "task_run",
    "runs_api step_id": "task_step", "tasks.file number": "task_file", "submission_id": "submission",
    "requests file_id": "submission_file", "delegation_id": "delegation",
    "mitigation_id": "mitigation", "spend_id": "spend", "transfer_id": "transfer",
    "payroll change_id": "salary_change", "payroll_changes_api change_id": "salary_change",
    "leave_id": "leave", "change_id": "change", "overtime_id": "overtime", "correction_id": "correction",
    "claim_id": "claim", "line_id": "line", "invoice_id": "invoice", "advance_id": "advance",
    "payment_id": "payment", "expense budget_id": "expense_budget",
    "budget_id": "budget", "campaign_id": "campaign", "import_id": "import", "file_id": "file", "entity_id": "person",
    "standard_id": "standard", "table_id": "rule_table", "rep_id": "rep", "lead_id": "lead", "dispute_id": "dispute",
    "object_id": "person", "attendance.delivery import_id": "punches", "deal_id": "deal", "customer_id": "customer",
    "alarm_id": "alarm", **things_intake.OWNED, **performing.OWNED, **bridging.OWNED,
}  # fmt: skip
#: The same for what belongs to nobody in particular.
SINGLE = {
    "attendance code": "annual", "personnel kind": "resignation", "personnel code": "LK", "group_code": "default",
    "place_id": "place", "processes process": "crm.spend", "requests process": "workflow.form:trip",
    "processes_api process": "crm.spend", "requests_api process": "workflow.form:trip",
    "processes key": "decide", "processes way_": "up",
    **dict.fromkeys(("processes.build process", "processes.trigger process", "processes.settle process"),
                    "workflow.form:trip"), "start_id": "start", "processes how": "again",
    "webhook_id": "webhook", "delivery_id": "webhook_delivery", "endpoint_id": "endpoint", "receipt_id": "receipt",
    **things_intake.SINGLE,
    "event_id": "event", "bounce_id": "bounce", "exchange name": "people", "admin name": "sample",
    "letters kind": "letters.employment", "letters_texts kind": "letters.employment", "schedules kind": "files.purge",
    "numbers name": "letters.employment", "authority_templates name": "startup", "authority code": "HRD.HR-DIR.A1",
    "hooks key": "in1", "authority_coverage key": "finding", "authority_api key": "finding", "handler": "notify.tell",
}  # fmt: skip
_STEPS = ("review", "approve", "pay", "publish", "lock")
#: What stands there whoever is asked about; several are asked one by one.
FIXED: dict[str, tuple[Any, ...]] = {
    "version": (1,), "month": (Month(2026, 10),), "when": (date(2026, 10, 12),), "group": ("identity", "bank"),
    "entity": ("person",), "object_type": ("core_person",), "token": ("signed",), "payroll.step word": _STEPS,
    "payroll_api.step word": _STEPS, "payroll.export word": ("bank", "tax"), "admin.set_active way": ("deactivate",),
    "draft_id": (1,), "list_id": (1,), "shadow_id": (1,), "relation_id": (1,), "emergency number": (1,),
    "processes_api number": (1,), "tasks.change_phrase number": (1,),
    "admin.switch way": ("off",), "files name": ("x.pdf",), "static filename": ("nosuch.css",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """One method of one endpoint; ``paths`` are its addresses by column, ``-`` where nothing stands in them."""

    name: str
    endpoint: str
    method: str
    rule: str
    paths: Mapping[str, str]

    @property
    def owned(self) -> bool:
        """Whether its objects belong to people."""
        return set(OWNERS) <= set(self.paths)


def _named(table: Mapping[str, Any], rule: Rule, name: str) -> Any:
    """What a table says of a place in an address: of this endpoint, of its blueprint, of any."""
    blueprint = rule.endpoint.rpartition(".")[0]
    for key in (f"{rule.endpoint} {name}", f"{blueprint} {name}", name):
        if key in table:
            return table[key]
    return None


def _columns(rule: Rule, world: World) -> dict[str, dict[str, Any]]:
    """Column -> what stands in the address there, without what is fixed."""
    found: dict[str, dict[str, Any]] = {}
    places = sorted(rule.arguments)
    if not any(_named(FIXED, rule, name) is None for name in places):
        return {"-": {}}
    for name in places:
        if _named(FIXED, rule, name) is not None:
            continue
        kind, single = _named(OWNED, rule, name), _named(SINGLE, rule, name)
        if kind is not None and single is None:
            values = {**world.things[kind], "none": NOBODY}
        elif single is not None:
            one = world.single.get(single, single)
            values = {"one": one, "none": NOBODY if isinstance(one, int) else "nosuch"}
        else:
            raise LookupError(f"say in tests/access/addresses.py what stands for {name} in {rule.rule}")
        for column, value in values.items():
            found.setdefault(column, {})[name] = value
    return found


def addresses(app: Flask, world: World) -> Iterator[Address]:
    """All of them, in order."""
    urls = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.endpoint, one.rule)):
        columns = _columns(rule, world)
        fixed = [name for name in sorted(rule.arguments) if _named(FIXED, rule, name) is not None]
        for values in product(*(_named(FIXED, rule, name) for name in fixed)):
            told = [str(value) for name, value in zip(fixed, values, strict=True) if len(_named(FIXED, rule, name)) > 1]
            given = dict(zip(fixed, values, strict=True))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                paths = {
                    column: urls.build(rule.endpoint, {**given, **found}, method=method)
                    for column, found in columns.items()
                }
                yield Address(" ".join([rule.endpoint, *told]), rule.endpoint, method, rule.rule, paths)


#: What is posted where the usual words are not enough for somebody who may do it.
FORMS: dict[str, dict[str, Any]] = {}
USUAL = {"purpose": "Looking into it", "reason": "A good reason", "comment": "A comment"}
TRIP = {"destination": "Berlin", "first_day": "2026-12-01", "last_day": "2026-12-02", "reason": "A fair"}
PROCESS = {"title": {"en": "Spending"}, "steps": [{"key": "decide"}]}
BODIES: dict[str, dict[str, Any]] = {
    "processes_api.check": {"source": PROCESS}, "processes_api.publish": {"seen": "-"},
    "processes_api.write": {"source": PROCESS}, "requests_api.change": {"values": TRIP},
    "requests_api.create": {"process": "workflow.form:trip", "values": TRIP},
    "runs_api.reply": {"answer": "done", "secret": "reply_nothing"}, "tasks_api.comment": {"text": "A word"},
    "tasks_api.add_signer": {"person_id": 1}, "tasks_api.hand_on": {"person_id": 1}, "tasks_api.batch": {"tasks": []},
    "tasks_api.send_back": {"seen": "-", "comment": "A word"},
    "attendance_ot.punch": {"token": "0123456789abcdef"},
    "documents_api.content": {"purpose": "Looking into it"}, "documents_api.number": {"purpose": "Looking into it"},
    "documents_api.change": {"note": "x"}, "documents_api.create": {"kind": "education", "entity_id": "person own"},
    "letters_api.issue": {"kind": "letters.employment", "employee": "P02"}, "letters_api.pdf": {"purpose": "A look"},
    "letters_api.revoke": {"reason": "Wrong"}, "notify_api.mark": {"all": True},
    "personnel_api.create": {"kind": "resignation", "employee": "P02", "last_day": "2026-12-31"},
    "personnel_api.change": {"employee": "P02", "last_day": "2027-01-31"},
    "payroll_changes_api.create": {"employee": "P02", "valid_from": "2027-01-01", "reason": "A good reason",
                                   "amounts": [{"component": "base_pay", "amount": 1_000_000}]},
    "payroll_changes_api.change": {"employee": "P02", "valid_from": "2027-01-01", "reason": "A good reason",
                                   "amounts": [{"component": "base_pay", "amount": 1_100_000}]},
    "webhooks_api.subscribe": {"name": "New", "url": "https://example.com/new", "events": ["jobs.job_failed"]},
    "webhooks_api.change": {"name": "New", "url": "https://example.com/new", "events": ["jobs.job_failed"]},
    "webhooks_api.receive": {"name": "New", "kind": "attendance.punches"},
    "webhooks_api.redeliver_failed": {"since": "2026-01-01T00:00:00Z"}, **things_intake.BODIES,
}  # fmt: skip
