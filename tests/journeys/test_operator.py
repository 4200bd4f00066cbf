"""The operator's pages in the demo company: modules and accounts."""

from __future__ import annotations

from collections.abc import Callable

from tests.visitor import Visitor

Visit = Callable[[str], Visitor]


def test_modules_are_listed_with_their_state(visit: Visit) -> None:
    text = visit("wangfang").text("/admin/modules")
    assert "attendance" in text
    assert "payroll" in text
    assert "已启用" in text


def test_a_module_that_is_off_leaves_no_trace(visit: Visit) -> None:
    director, employee = visit("wangfang"), visit("liuyang")
    assert "我的考勤" in employee.text("/")
    director.get("/admin/modules")
    assert director.post("/admin/modules/attendance/off").status_code == 200
    try:
        assert "考勤" not in employee.text("/")
        assert employee.get("/attendance/").status_code == 404
        assert employee.get("/payroll/payslips").status_code == 200
    finally:
        director.get("/admin/modules")
        assert director.post("/admin/modules/attendance/on").status_code == 200
    assert "我的考勤" in employee.text("/")


def test_a_deactivated_account_is_signed_out_at_once(visit: Visit) -> None:
    director, accountant = visit("wangfang"), visit("sunyu")
    page = director.get("/admin/accounts").text
    row = page.split("sunyu", 1)[1]
    path = row.split('action="', 1)[1]
    number = next(part for part in path.split('"')[0].split("/") if part.isdigit())
    assert director.post(f"/admin/accounts/{number}/deactivate").status_code == 200
    try:
        assert accountant.get("/").request.path == "/sign-in"
    finally:
        director.get("/admin/accounts")
        assert director.post(f"/admin/accounts/{number}/activate").status_code == 200


def test_nobody_deactivates_himself(visit: Visit) -> None:
    director = visit("wangfang")
    page = director.get("/admin/accounts").text
    own = page.split("wangfang", 1)[1].split("</li>", 1)[0]
    assert "deactivate" not in own


def test_who_may_not_switch_sees_no_admin(visit: Visit) -> None:
    employee = visit("liuyang")
    assert employee.get("/admin/modules").status_code == 403
    assert "/admin/" not in employee.get("/").text
