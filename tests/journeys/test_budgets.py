"""How many statements each page takes: few, and no more in a company of two thousand.

Ten beside the frame's own three, and one for each card or slot that modules add to the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from attendance.models import Import
from core.app import create_app
from core.base import clock
from core.config import Config
from core.db.session import Database
from core.demo import build, story
from core.documents.models import Document
from core.jobs.models import JobRow
from core.kernel import loader, state
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.letters.models import Letter
from core.opening import PARTS, installers
from core.workflow import routes
from payroll.models import Run, Slip
from performance.models import Goal, Kpi, Review, ReviewAnswer, ReviewCycle, ReviewForm, RewardResult, Scheme
from plugins.crm.models import (
    Budget,
    Campaign,
    Channel,
    Choice,
    ContactLimit,
    Customer,
    Deal,
    Dispute,
    Exposure,
    GuardAlarm,
    LeadForm,
    RuleTable,
    SpendGuard,
    SpendRequest,
    Standard,
)
from plugins.expense.models import Budget as ExpenseBudget
from plugins.expense.models import Claim, Line, Payment
from remit.base import FOREVER, Actor, Month
from remit.models import Assignment, Employment, EmploymentTerms, LegalEntity, Person, Position, Unit
from remit.services import system
from remit.testing.statements import Statements, counting
from tests.conftest import own_modules
from tests.visitor import sign_in

SYSTEM = Actor.system("tests")
PAGE, FRAME = 10, 3
MORE = 2_000
LOGINS = ("maxin", "wangfang", "xumei", "liuyang", "linan", "zhoulei", "zhangwei")
#: Who looks again at the grown company: everybody's pay, everybody, himself alone, a department.
AGAIN = ("maxin", "wangfang", "liuyang", "linan")

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
#: Endpoint -> what stands in its address, for each page somebody of the story may see; a text names an id of `ids`.
PAGES: dict[str, dict[str, Any]] = {
    "portal.home": {}, "identity.account": {}, "admin.accounts": {}, "admin.modules": {}, "attendance.choose": {},
    "attendance.delivery": {"import_id": "delivery"}, "attendance.mine": {},
    "attendance.own_month": {"month": OCTOBER}, "attendance.own_day": {"when": date(2026, 10, 12)},
    "attendance.leave": {}, "attendance.away_now": {},
    "attendance.away_month": {"month": OCTOBER}, "attendance.balances": {},
    "attendance.balance": {"employment_id": "employment"}, "attendance.leave_types": {},
    "attendance.leave_type": {"code": "leave_type"}, "attendance.new_leave_type": {}, "attendance.overtime": {},
    "attendance.overtime_now": {}, "attendance.overtime_month": {"month": NOVEMBER}, "attendance.corrections": {},
    "attendance.corrections_now": {}, "attendance.corrections_month": {"month": NOVEMBER}, "attendance.punch": {},
    "attendance.rules": {}, "attendance.group_rules": {"group_code": "office"},
    "attendance.running_sheet": {}, "attendance.month_sheet": {"month": OCTOBER},
    "attendance.person_month": {"employment_id": "employment", "month": NOVEMBER},
    "attendance.person_day": {"employment_id": "employment", "when": date(2026, 11, 12)},
    "authority.entry": {"code": "entry"}, "authority.everybody": {}, "authority.index": {}, "authority.mine": {},
    "authority_browse.index": {}, "authority_browse.matters": {}, "separation.index": {}, "rates.index": {},
    "relations.index": {}, "relations.new": {}, "emergency.index": {}, "emergency.new": {},
    "relations.record": {"person_id": "person"},
    "authority.unit": {"unit_id": "unit"}, "authority_templates.index": {},
    "authority_templates.show": {"name": "startup"}, "authority_drafts.index": {}, "authority_drafts.new": {},
    "authority_sheets.new": {},
    "away.index": {}, "away.new": {}, "documents.choose": {},
    "exchange.index": {}, "exchange.new": {"name": "exchange"},
    "exchange.show": {"import_id": "file"}, "jobs.show": {"job_id": "job"}, "jobs.everybody": {},
    "documents.index": {}, "documents.mine": {}, "documents.show": {"document_id": "document"},
    "documents.edit": {"document_id": "document"}, "documents.new": {"entity": "thing", "entity_id": "person"},
    "events.everything": {}, "schedules.everything": {}, "schedules.edit": {"kind": "schedule"}, "org.index": {},
    "org.children": {"unit_id": "unit"}, "org.tops": {}, "org.reports": {"position_id": "position"}, "org.people": {},
    "org_quotas.index": {},
    "org.person": {"person_id": "person"}, "payroll.mine": {}, "payroll.payslip": {"slip_id": "slip"},
    "payroll.runs": {}, "payroll.run": {"run_id": "run"}, "payroll.changes": {}, "payroll.new_change": {},
    "payroll.pay_of": {"employment_id": "employment"}, "payroll.ask_change": {"employment_id": "employment"},
    "letters.mine": {}, "letters.everything": {},
    "letters.issue": {}, "letters.show": {"letter_id": "letter"}, "letters_texts.everything": {},
    "letters_texts.edit": {"kind": "letter_kind"}, "letters_verify.ask": {}, "numbers.everything": {},
    "numbers.edit": {"name": "number_kind"}, "audit.own_reveals": {},
    "webhooks.everything": {}, "webhooks.new": {}, "webhooks_in.everything": {}, "webhooks_in.new": {},
    "tasks.inbox": {}, "tasks.batch": {}, "tasks.phrases": {}, "tasks.change_phrase": {"number": 1},
    "requests.index": {}, "requests.new": {"process": "workflow.form:trip"},
    "processes.index": {}, "processes.new": {}, "processes.show_figures": {}, "stuck.index": {},
    "processes.build": {"process": "workflow.form:trip"}, "processes.trigger": {"process": "workflow.form:trip"},
    "processes.source": {"process": "crm.spend"}, "processes.add_step": {"process": "crm.spend"},
    "processes.step": {"process": "crm.spend", "key": "decide"},
    "crm.campaigns": {}, "crm.spending": {}, "crm.new_spend": {}, "crm.edit_spend": {
        "spend_id": "spend"}, "crm.budgets": {}, "crm.new_budget": {}, "crm.edit_budget": {"budget_id": "budget"},
    "crm.channels": {}, "crm.new_channel": {}, "crm.edit_channel": {"channel_id": "channel"}, "crm.choices": {},
    "crm.new_choice": {"kind": "lost"}, "crm.edit_choice": {"choice_id": "choice"}, "crm.lead_forms": {},
    "crm.new_form": {}, "crm.edit_form": {"form_id": "lead_form"}, "crm.card": {}, "crm.exposures": {},
    "crm.new_exposure": {}, "crm.edit_exposure": {"exposure_id": "exposure"}, "crm.limits": {}, "crm.new_limit": {},
    "crm.edit_limit": {"limit_id": "limit"},
    "crm.new_campaign": {}, "crm.edit_campaign": {"campaign_id": "campaign"},
    "crm.leads": {}, "crm.lead": {"lead_id": "lead"}, "crm.unowned_leads": {}, "crm.follow_lead": {"lead_id": "lead"},
    "crm.assign_lead": {"lead_id": "lead"}, "crm.deals": {}, "crm.deal": {"deal_id": "deal"},
    "crm.new_deal": {"lead_id": "lead"}, "crm.new_customer_deal": {"customer_id": "customer"},
    "crm.win_deal": {"deal_id": "deal"}, "crm.lose_deal": {"deal_id": "deal"}, "crm.discount_deal": {"deal_id": "deal"},
    "crm.customers": {}, "crm.customer": {"customer_id": "customer"}, "crm.churn_customer": {"customer_id": "customer"},
    "crm.refer_customer": {"customer_id": "customer"}, "crm.show_funnel": {}, "crm.show_return": {},
    "crm.new_transfer": {}, "crm.follow_rules": {}, "crm.edit_follow_rule": {"unit_id": "follow_unit"},
    "crm.guards": {}, "crm.guard": {"campaign_id": "watched"},
    "crm.stop": {"campaign_id": "watched", "alarm_id": "alarm"}, "crm.set_guard": {"campaign_id": "watched"},
    "crm.let_go_on": {"campaign_id": "watched", "alarm_id": "alarm"}, "crm.standards": {},
    "crm.standard": {"standard_id": "standard"}, "crm.new_standard": {}, "crm.rules": {},
    "crm.rule_table": {"table_id": "rule_table"}, "crm.disputes": {}, "crm.dispute": {"dispute_id": "dispute"},
    "personnel.index": {}, "personnel.choose": {}, "personnel.bounds": {}, "personnel.bound": {"code": "company"},
    "crm_tryton.connections": {}, "crm_tryton.connection": {"connection_id": 1},
    "crm_tryton.new_connection": {}, "crm_tryton.edit_connection": {"connection_id": 1},
    "crm_webhook.mappings": {}, "crm_webhook.mapping": {"mapping_id": 1}, "crm_webhook.new_mapping": {},
    "crm_webhook.edit_mapping": {"mapping_id": 1}, "webhooks_in.show": {"endpoint_id": 1},
    "expense.mine": {}, "expense.claims": {}, "expense.new_claim": {}, "expense.edit_claim": {"claim_id": "claim"},
    "expense.new_line": {"claim_id": "claim"}, "expense.edit_line": {"claim_id": "claim", "line_id": "line"},
    "expense.new_advance": {}, "expense.budgets": {}, "expense.new_budget": {},
    "expense.edit_budget": {"budget_id": "expense_budget"}, "expense.rules": {}, "expense.new_rule": {},
    "expense.new_age": {}, "expense.new_city": {}, "expense.payments": {}, "expense.new_payment": {},
    "expense.payment": {"payment_id": "payment"},
    "performance.mine": {}, "performance.team": {}, "performance.company": {}, "performance.figures": {},
    "performance.new_figure": {}, "performance.edit_figure": {"kpi_id": "kpi"}, "performance.values": {},
    "performance.new_value": {}, "performance.schemes": {}, "performance.scheme": {"scheme_id": "scheme"},
    "performance.new_scheme": {}, "performance.rewards": {}, "performance.new_reward": {},
    "performance.result": {"result_id": "reward_result"}, "performance.goals": {}, "performance.own_goals": {},
    "performance.goal": {"goal_id": "goal"}, "performance.new_goal": {}, "performance.edit_goal": {"goal_id": "goal"},
    "performance.drop_goal": {"goal_id": "goal"}, "performance.figure_of": {"kpi_id": "kpi"}, "performance.wall": {},
    "performance.show_outcomes": {}, "performance.outcome_tables": {}, "performance.fairness": {},
    "performance.reviews": {}, "performance.answer": {"answer_id": "answer"}, "performance.cycles": {},
    "performance.cycle": {"cycle_id": "cycle"}, "performance.calibration": {"cycle_id": "cycle"},
    "performance.review": {"review_id": "review"}, "performance.new_cycle": {},
    "performance.edit_cycle": {"cycle_id": "cycle"}, "performance.review_forms": {},
    "performance.review_form": {"form_id": "review_form"}, "performance.new_form": {}, "performance.remarks": {},
    "notify.everything": {}, "notify.latest": {}, "notify.bell": {}, "notify.preferences": {}, "notify.mails": {},
}  # fmt: skip
#: Endpoint -> why it is not measured here.
OTHERS = {
    "authority.unit_diff": "the story has one version of each list; held by tests/core/authority",
    "authority.everybody_diff": "as above", "authority_papers.mine": "a file; held by tests/core/authority/paper",
    "authority_papers.post": "a file", "authority_papers.unit": "a file", "authority_templates.file": "a file",
    "authority_coverage.index": "reads every table of the lists once; held by tests/core/authority/coverage",
    "authority_coverage.show": "one finding by its key; held by tests/core/authority/coverage",
    "emergency.show": "nobody of the story opened anything; held by tests/core/authority",
    "authority_shadow.index": "no draft of the story is on trial; held by tests/plugins/crm",
    "authority_shadow.show": "as above",
    "requests.file": "a file; held by tests/journeys/test_request_files.py",
    "performance.value_file": "a file; held by tests/performance/test_evidence.py",
    "crm.exposure_file": "a file; held by tests/plugins/crm/test_exposure_files.py",
    "processes.show": "reads the lists of the whole organisation for gaps; held by tests/journeys",
    "stuck.show": "nothing of the story is stuck; held by tests/journeys/test_processes.py",
    "requests.show": "asks every post on the way of the question; held as above",
    "requests.edit": "the story has no draft of one", "requests.paper_of": "a file",
    "tasks.of_run": "leads to the page of a task", "tasks.file": "leads to a file, by a link of its own",
    "tasks.by_mail": "is reached by a signed link; held by tests/journeys/test_answer_by_mail.py",
    "tasks.task": "asks every post on the way of the question; held by tests/plugins/crm", "crm.spend": "as above",
    "crm.transfer": "as above", "crm.edit_transfer": "the story has no draft", "crm.edit_rules": "as crm.new_table",
    "crm.edit_standard": "what is signed is not changed; held by tests/plugins/crm",
    "crm.new_table": "nobody who is measured changes the rules; held by tests/plugins/crm",
    "crm.reps": "nobody who is measured looks after people who take leads; held by tests/plugins/crm",
    "crm.new_rep": "as above", "crm.edit_rep": "as above", "crm.reject_lead": "as above",
    "crm.contest_lead": "the disputed lead of the story is contested already",
    "expense.claim": "as above; held by tests/plugins/expense", "expense.advance": "as above",
    "performance.reward": "asks the sources of each measure; held by tests/performance",
    "performance.edit_scheme": "the story has no draft of one", "performance.edit_reward": "as above",
    "performance.decline_outcome": "nobody of the story who is measured confirms outcomes; held by tests/performance",
    "performance.behind": "asks the sources of a figure one by one; held by tests/performance",
    "performance.edit_form": "the form of the story is ready, none is a draft",
    "performance.move_rating": "no cycle of the story is in calibration",
    "expense.edit_advance": "the story has no draft of one", "expense.give_back": "nobody of the story who is "
    "measured confirms payments; held by tests/plugins/expense",
    "attendance.one_leave": "as above; held by tests/attendance",
    "crm_forms.fill_in": "is for strangers; held by tests/plugins/crm", "crm_forms.ask_withdraw": "by a signed link",
    "attendance.new_leave": "counts the days of a wish and asks every post on its way, about 30 whatever the size",
    "attendance.edit_leave": "as above; the story has no draft",
    "personnel.new": "a form of which kind it is; held by tests/journeys/test_personnel.py",
    "personnel.edit": "as above", "payroll.change": "as above; held by tests/payroll",
    "payroll.edit_change": "the story has no draft of one", "payroll.own_pay": "leads to the page of somebody's pay",
    "personnel.show": "asks every post on the way of the question, for both units; held as above",
    "attendance.new_overtime": "as above, about 30 whatever the size", "attendance.edit_overtime": "as above",
    "attendance.one_overtime": "asks every post on the way of the question; held by tests/attendance",
    "attendance.one_correction": "as above", "attendance.overtime_table": "a file",
    "attendance.new_correction": "evaluates the day of a wish, whatever the size; held by tests/attendance",
    "attendance.edit_correction": "as above",
    "authority_drafts.show": "asks the engine every expectation of a draft; held by tests/core/authority/lifecycle",
    "authority_drafts.past": "judges the decisions of a quarter one by one, as a part that is loaded later; held by "
    "tests/plugins/crm", "authority_sheets.review": "reads documents that were sent; held by "
    "tests/core/authority/sheets", "authority_drafts.change": "a form for a file", "authority_drafts.file": "a file",
    "rates.new": "nobody of the story publishes rates; held by tests/core/authority", "rates.policy": "as above",
    "rates.export": "a file",
    "separation.new": "nobody of the story lets anybody pass; held by tests/core/authority",
    "live": "answers whether somebody tells of changes", "webhooks.delivery": "the story has no webhooks; held by "
    "tests/core/webhooks", "webhooks.edit": "as above", "webhooks.show": "as above",
    "healthz": "asks the database whether it is there",
    "audit.account": "nobody of the story may read the log; held by tests/core/audit", "audit.reveals": "as above",
    "audit.thing": "as above", "exchange.problems": "a file", "exchange.blank": "a file", "org.roster": "a file",
    "org_quotas.table": "a file",
    "documents.table": "a file", "files.content": "a file, by a link of its own",
    "org.change_record": "nobody of the story reads the change record; held by tests/core/org",
    "org.me": "leads on to one's own file", "identity.sign_in": "leads on who is signed in",
    "notify.follow": "leads on to the thing itself",
    "notify.off": "is reached by a signed link; held by tests/core/notify",
    "payroll.progress": "leads on once nothing is calculated",
}
#: Endpoint -> the places of it that modules fill.
PLACES = {"org.index": ("org.panel", "org.edges"), "org.person": ("org.person",)}


@pytest.fixture
def house(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The demo company on the database of the test."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(story.TODAY))
    registry, manager = loader.load(PARTS, own_modules())
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    made = House(Config(instance=tmp_path, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    build.build(made, lambda *_: None)
    return made


@pytest.fixture
def app(house: House) -> Flask:
    made = create_app(house=house)
    made.testing = True
    return made


def ids(house: House, director: FlaskClient) -> dict[str, Any]:
    """One of each thing that pages are about; the file was handed in by the director, as was the job."""
    form = director.get("/imports/new/people")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    assert token
    bad = "工号,姓名\nLK901,钱多多\n".encode()
    sent = director.post(
        "/imports/new/people", data={"csrf_token": token[1], "file": (BytesIO(bad), "x.csv")},
        content_type="multipart/form-data",
    )
    with house.session(SYSTEM, write=True) as session, system(session, "a test looks for examples"):
        liu = session.execute(
            select(Employment.id, Employment.person_id).where(Employment.number == "LK020")
        ).one()
        job = JobRow(kind="exchange.import", args={}, actor={}, account_id=1, queued_at=clock.now(), run_at=clock.now(),
                     state="done")  # fmt: skip
        session.add(job)
        session.flush()
        return {
            "employment": liu.id, "person": liu.person_id, "job": job.id,
            "file": sent.headers["Location"].split("/")[-1], "delivery": session.scalars(select(Import.id)).first(),
            "slip": session.scalars(select(Slip.id).where(Slip.person_id == liu.person_id)).first(),
            "run": session.scalars(select(Run.id).order_by(Run.id.desc())).first(),
            "unit": session.scalars(select(Unit.id).where(Unit.code == "MKT")).one(),
            "company": "LK",
            "document": session.scalars(select(Document.id).order_by(Document.id)).first(), "thing": "person",
            "standard": session.scalars(select(Standard.id)).first(),
            "rule_table": session.scalars(select(RuleTable.id).where(RuleTable.code == "size")).first(),
            "dispute": session.scalars(select(Dispute.id)).first(),
            "lead": session.scalars(select(Dispute.lead_id)).first(),
            "schedule": "files.purge", "leave_type": "annual", "entry": "FIN-MGR.A2", "exchange": "people",
            "letter": session.scalars(select(Letter.id)).first(), "letter_kind": "letters.employment",
            "number_kind": "letters.employment", "budget": session.scalars(select(Budget.id)).first(),
            "spend": session.scalars(select(SpendRequest.id).order_by(SpendRequest.id)).first(),
            "campaign": session.scalars(select(Campaign.id)).first(), **selling(session),
            "channel": session.scalars(select(Channel.id)).first(),
            "choice": session.scalars(select(Choice.id)).first(),
            "lead_form": session.scalars(select(LeadForm.id)).first(),
            "exposure": session.scalars(select(Exposure.id)).first(),
            "limit": session.scalars(select(ContactLimit.id)).first(),
            "claim": session.scalars(select(Claim.id).where(Claim.state == "draft")).one(),
            "line": session.scalars(select(Line.id).join(Claim, Claim.id == Line.claim_id).where(
                Claim.state == "draft")).first(),
            "expense_budget": session.scalars(select(ExpenseBudget.id)).first(),
            "payment": session.scalars(select(Payment.id)).first(),
            "kpi": session.scalars(select(Kpi.id)).first(), "scheme": session.scalars(select(Scheme.id)).first(),
            "goal": session.scalars(select(Goal.id).order_by(Goal.id)).first(),
            "reward_result": session.scalars(select(RewardResult.id)).first(),
            "review_form": session.scalars(select(ReviewForm.id)).first(),
            "cycle": session.scalars(select(ReviewCycle.id).order_by(ReviewCycle.id)).first(),
            "review": session.scalars(
                select(Review.id).join(Person, Person.id == Review.person_id).where(Person.name == "周蕾")
                .order_by(Review.id)).first(),
            "answer": session.scalars(
                select(ReviewAnswer.id).join(Person, Person.id == ReviewAnswer.writer_person_id)
                .where(Person.name == "周蕾").order_by(ReviewAnswer.id.desc())).first(),
            "position": session.scalars(select(Position.id).order_by(Position.id)).first(),
        }


def selling(session: Session) -> dict[str, Any]:
    """A lead and an open deal of 刘洋, one of his customers, and the unit he works in."""
    deal = session.scalars(select(Deal).where(Deal.state == "open")).one()
    own = Customer.owner_person_id == deal.owner_person_id
    alarm = session.scalars(select(GuardAlarm).order_by(GuardAlarm.id.desc())).first()
    assert alarm is not None
    watched = session.get_one(SpendGuard, alarm.guard_id)
    return {
        "lead": deal.lead_id, "deal": deal.id, "alarm": alarm.id, "watched": watched.campaign_id,
        "customer": session.scalars(select(Customer.id).where(own)).first(),
        "follow_unit": session.scalars(select(Unit.id).where(Unit.code == "SAL-FOL")).one(),
    }


#: What stands on a page besides: of how many people the totals of a payroll would tell, where a reader may open some;
#: what figures were in each month that a goal adds up, two; a review's appeal and its process; what people cost.
BESIDES = {"payroll.run": 1, "crm.show_return": 1, **dict.fromkeys(("performance.goals", "performance.goal"), 11),
           "performance.review": 2}  # fmt: skip


def allowance(house: House, endpoint: str) -> int:
    """What a page may take."""
    registry = house.registry
    on = frozenset(registry.loaded)
    cards = len(registry.widgets(on)) if endpoint == "portal.home" else 0
    slots = sum(len(registry.slots(place, on)) for place in PLACES.get(endpoint, ()))
    return PAGE + FRAME + BESIDES.get(endpoint, 0) + cards + slots


def measured(app: Flask, clients: dict[str, FlaskClient], known: dict[str, Any]) -> dict[tuple[str, str], Statements]:
    """The statements of each page for each of the accounts that may see it."""
    house, addresses, found = app.extensions["remit"].house, app.url_map.bind("localhost"), {}
    routes.refresh(house)  # as it is done every few seconds where jobs run
    for endpoint, given in PAGES.items():
        path = addresses.build(endpoint, {name: known.get(value, value) for name, value in given.items()})
        for login, client in clients.items():
            if client.get(path).status_code != 200:  # and what is read once per epoch has been read
                continue
            with counting(house.database) as statements:
                assert client.get(path).status_code == 200
            found[endpoint, login] = statements
    return found


def grow(session: Session) -> None:
    """Two thousand more people on one post."""
    unit = session.scalars(select(Unit.id).where(Unit.code == "MKT")).one()
    post = session.scalars(select(Position.id).order_by(Position.id.desc())).first()
    entity = session.scalars(select(LegalEntity.id)).one()
    numbers = range(100_000, 100_000 + MORE)
    since = story.TODAY.replace(year=2024)
    until = {"valid_from": since, "valid_to": FOREVER}
    rows: list[tuple[type[Any], Iterator[dict[str, Any]]]] = [
        (Person, ({"id": n, "name": f"员工{n}", "sort_key": f"yuangong {n}", "initials": "yg"} for n in numbers)),
        (Employment, ({"id": n, "number": f"ZZ{n}", "person_id": n, "hired_on": since, "left_on": FOREVER}
                      for n in numbers)),
        (EmploymentTerms, ({"employment_id": n, "legal_entity_id": entity, "withholding_agent_id": unit, **until}
                           for n in numbers)),
        (Assignment, ({"employment_id": n, "person_id": n, "position_id": post, **until} for n in numbers)),
    ]  # fmt: skip
    with system(session, "a test lets the company grow"):
        for model, values in rows:
            session.execute(insert(model), list(values))
    state.bump_epoch(session)


def test_every_page_is_measured_or_named(tmp_path: Path) -> None:
    """A page nobody counted would grow unseen."""
    app = create_app(Config(instance=tmp_path / "instance"))
    pages = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "/api/" not in rule.rule]
    assert {rule.endpoint for rule in pages} - {"static"} == set(PAGES) | set(OTHERS)


def test_pages_keep_their_budget_at_any_size(house: House, app: Flask) -> None:
    """In the small company and with two thousand people more."""
    clients = {login: sign_in(app, login, f"lingke-{login}-2026") for login in LOGINS}
    known = ids(house, clients["wangfang"])
    small = measured(app, clients, known)
    assert {endpoint for endpoint, _login in small} == set(PAGES), "each page is seen by somebody"
    over = {key: found for key, found in small.items() if len(found) > allowance(house, key[0])}
    assert not over, "\n".join(f"{key}: {len(found)}\n{found}" for key, found in over.items())
    with house.session(SYSTEM, write=True) as session:
        grow(session)
    large = measured(app, {login: clients[login] for login in AGAIN}, known)
    grown = {key: found for key, found in large.items() if key not in small or len(found) > len(small[key])}
    assert len(large) > len(small) / 2, "most pages are looked at again"
    assert not grown, "\n".join(f"{key}: {len(found)}\n{found}" for key, found in grown.items())
    assert re.search(r"/ 2,0\d\d<", clients["wangfang"].get("/attendance/sheet").text), "the company has grown"
