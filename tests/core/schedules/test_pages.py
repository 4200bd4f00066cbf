from __future__ import annotations

from flask import Flask

from tests.visitor import Visitor, sign_in


def visitor(company: Flask, login: str) -> Visitor:
    return Visitor(sign_in(company, login, f"lingke-{login}-2026"))


def test_the_installation_s_administrator_changes_a_time(company: Flask) -> None:
    hr = visitor(company, "wangfang")
    assert "每天 03:10" in hr.text("/admin/schedules")
    wrong = hr.post("/admin/schedules/files.purge", rule="sometimes")
    assert wrong.status_code == 422
    assert "无法识别时间规则“sometimes”" in wrong.text
    assert hr.post("/admin/schedules/files.purge", rule="workday 3 09:00").status_code == 200
    assert "每月第 3 个工作日 09:00" in hr.text("/admin/schedules")
    assert hr.post("/admin/schedules/files.purge", rule="workday 3 09:00", paused="on").status_code == 200
    assert "已暂停" in hr.text("/admin/schedules")
    assert hr.post("/admin/schedules/files.purge", rule="").status_code == 200
    assert "每天 03:10" in hr.text("/admin/schedules")
    assert hr.get("/admin/schedules/files.nothing").status_code == 404


def test_a_scheduled_job_runs_now(company: Flask) -> None:
    hr = visitor(company, "wangfang")
    hr.get("/admin/schedules")
    begun = hr.post("/admin/schedules/jobs.purge/run")
    assert begun.status_code == 200
    assert "清理过期任务记录" in begun.text
    assert hr.post("/admin/schedules/jobs.purge/run").status_code == 422


def test_nobody_else_sees_schedules(company: Flask) -> None:
    employee = visitor(company, "chenjing")
    assert employee.get("/admin/schedules").status_code == 403
    assert employee.post("/admin/schedules/files.purge", rule="workdays 09:00").status_code == 403
    assert employee.post("/admin/schedules/files.purge/run").status_code == 403
