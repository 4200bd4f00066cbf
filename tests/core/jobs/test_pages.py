from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from core.base import clock
from core.base.actor import Actor
from core.base.stored import to_json
from core.identity.models import Account
from core.jobs import trying
from core.jobs.groups import enqueue_group
from core.jobs.models import JobRow
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import House
from core.web import ports
from tests.visitor import Visitor, sign_in, words


def house_of(company: Flask) -> House:
    return ports.of(company).house


def visitor(company: Flask, login: str) -> Visitor:
    return Visitor(sign_in(company, login, f"lingke-{login}-2026"))


def actor_of(house: House, login: str) -> Actor:
    with house.session(Actor.system("finds the account")) as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        return Actor(kind="person", name=account.name, account_id=account.id, person_id=account.person_id)


def ask(house: House, login: str, **values: object) -> int:
    actor = actor_of(house, login)
    with house.session(actor, write=True) as session:
        job_id = enqueue(session, actor, "payroll.calculate", {"run": 0}).id
        if values:
            session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))
        return job_id


def test_who_looks_after_the_installation_sees_the_jobs_of_everybody(company: Flask) -> None:
    house = house_of(company)
    job_id = ask(house, "maxin")
    hr = visitor(company, "wangfang")
    assert "马欣" in hr.text("/admin/jobs")
    assert f"/jobs/{job_id}" in hr.get("/admin/jobs?show=waiting").text
    assert f"/jobs/{job_id}" not in hr.get("/admin/jobs?show=failed").text
    assert f"/jobs/{job_id}" not in hr.get("/admin/jobs?kind=files.purge").text
    assert f"/jobs/{job_id}" not in hr.get(f"/admin/jobs?before={job_id}").text
    assert hr.get(f"/jobs/{job_id}").status_code == 200
    stopped = hr.post(f"/jobs/{job_id}/cancel")
    assert stopped.status_code == 200
    with house.session(Actor.system("looks")) as session:
        assert session.get_one(JobRow, job_id).state == "cancelled"
    assert "重新执行" in hr.text(f"/jobs/{job_id}")
    hr.post(f"/jobs/{job_id}/retry")
    with house.session(Actor.system("looks")) as session:
        assert session.get_one(JobRow, job_id).state == "queued"


def test_others_see_their_own_alone(company: Flask) -> None:
    house = house_of(company)
    theirs, own = ask(house, "maxin"), ask(house, "chenjing")
    employee = visitor(company, "chenjing")
    assert employee.get("/admin/jobs").status_code == 403
    assert employee.get(f"/jobs/{own}").status_code == 200
    for path in (f"/jobs/{theirs}", "/jobs/999999"):
        refused = employee.get(path)
        assert refused.status_code == 404
        assert "马欣" not in words(refused)
    employee.get(f"/jobs/{own}")
    assert employee.post(f"/jobs/{theirs}/cancel").status_code == 404
    assert employee.post(f"/jobs/{theirs}/retry").status_code == 404


def test_a_job_of_a_module_that_is_off_says_what_it_waits_for(company: Flask) -> None:
    house = house_of(company)
    job_id = ask(house, "maxin")
    system = Actor.system("switches")
    with house.session(system, write=True) as session:
        state.switch(session, system, "payroll", on=False)
    assert "模块“薪资核算”启用后才会执行" in visitor(company, "maxin").text(f"/jobs/{job_id}")
    with house.session(system, write=True) as session:
        state.switch(session, system, "payroll", on=True)
    assert "启用后" not in visitor(company, "maxin").text(f"/jobs/{job_id}")


def test_a_job_that_is_tried_again_says_when_and_what_it_wrote(company: Flask) -> None:
    house = house_of(company)
    line = [clock.now().isoformat(), "OSError (payroll/services/run.py:95)"]
    job_id = ask(house, "maxin", tries=1, error=[to_json(trying.given_up(1))], log=[line])
    text = visitor(company, "maxin").text(f"/jobs/{job_id}")
    assert "下次尝试" in text
    assert "1 / 3" in text
    assert "OSError (payroll/services/run.py:95)" in text


def test_the_parts_of_a_group_are_told_by_its_end(company: Flask) -> None:
    house = house_of(company)
    actor = actor_of(house, "maxin")
    with house.session(actor, write=True) as session:
        args = [{"run": number} for number in range(3)]
        group_id = enqueue_group(session, actor, "payroll.calculate", args, then="files.purge", args={}).id
        parts = session.scalars(select(JobRow.id).where(JobRow.group_id == group_id)).all()
    listed = visitor(company, "wangfang").get("/admin/jobs").text
    assert f"/jobs/{group_id}" in listed
    assert not any(f'/jobs/{part}"' in listed for part in parts)
    assert "等待中 3" in visitor(company, "maxin").text(f"/jobs/{group_id}")


def test_the_list_keeps_its_budget_of_statements(company: Flask) -> None:
    """However many jobs there are."""
    house = house_of(company)
    for _n in range(3):
        ask(house, "maxin")
    hr = visitor(company, "wangfang")
    hr.get("/admin/jobs")
    from remit.testing.statements import counting

    with counting(house.database) as few:
        hr.get("/admin/jobs")
    for _n in range(20):
        ask(house, "maxin")
    with counting(house.database) as many:
        hr.get("/admin/jobs")
    assert len(many) == len(few) <= 13
