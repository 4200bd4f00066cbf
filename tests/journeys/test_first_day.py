"""What people of the demo company meet on their pages, as the story tells it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.base.actor import Actor
from core.db.guard import system
from core.demo import story
from core.org.models import Employment
from tests.visitor import Visitor

Visit = Callable[[str], Visitor]


def test_a_stranger_sees_the_sign_in_page_and_nothing_else(visit: Visit) -> None:
    page = visit("").get("/")
    assert page.request.path == "/sign-in"
    assert "王芳" not in page.text


def test_sixty_two_people_work_there_today(company: Flask) -> None:
    house = company.extensions["remit"].house
    with house.session(Actor.system("count for a test")) as session, system(session, "count for a test"):
        today = session.scalar(
            select(func.count()).select_from(Employment)
            .where(Employment.hired_on <= story.TODAY, Employment.left_on > story.TODAY)
        )
    assert today == 62


def test_the_sentence_on_the_job_description_is_on_the_home_page(visit: Visit) -> None:
    home = visit("chenjing").text("/")
    assert "线索获取组组长" in home
    assert "制定线上广告投放策略" in home
    assert "审批线上广告投放预算，每项不超过 10,000 元，每月累计不超过 60,000 元" in home


def test_my_list_states_limit_and_cap(visit: Visit) -> None:
    text = visit("chenjing").text("/authority/mine")
    assert "每项不超过 ¥10,000，每月累计不超过 ¥60,000" in text
    assert "不低于 20%" in text


def test_pages_speak_the_language_of_the_reader(visit: Visit) -> None:
    visitor = visit("linan")
    assert "我的岗位" in visitor.text("/")
    visitor.post("/preference", locale="en", next="/")
    text = visitor.text("/")
    assert "My post" in text
    assert "Approves promotion spend, up to CNY 100,000 an item" in text
    visitor.post("/preference", locale="zh_CN", next="/")


def test_what_is_not_on_the_list_is_refused_with_the_reason(visit: Visit) -> None:
    page = visit("liuyang").get("/payroll/runs")
    assert page.status_code == 403
    assert "不在你的权限清单内" in page.text
    assert "人力资源总监" in page.text, "it names the posts that may"
    assert "我的工资条" in page.text, "the reader keeps his menu"


def test_both_departments_claim_the_same_matter(visit: Visit) -> None:
    visitor = visit("wangfang")
    index = visitor.get("/authority/").text
    units = [part.split('"')[0] for part in index.split('href="')[1:] if part.startswith("/authority/units/")]
    claiming = [path for path in units if "客户需求调研" in visitor.text(path)]
    assert len(claiming) == 2


@pytest.mark.parametrize("login", ["wangfang", "maxin", "xumei", "luoyi", "liuyang", "zhoulei"])
def test_every_line_of_everybodys_menu_opens(visit: Visit, login: str) -> None:
    visitor = visit(login)
    home = visitor.get("/").text
    menu = home.split('<nav', 1)[1].split("</nav>", 1)[0]
    paths = set(re.findall(r'<a[^>]* href="(/[^"]*)"', menu))
    assert "/" in paths
    for path in sorted(paths):
        assert visitor.get(path).status_code == 200, path


@pytest.mark.parametrize(
    ("login", "others"), [("liuyang", False), ("zhoulei", False), ("chenjing", True), ("maxin", True), ("luoyi", True)]
)
def test_the_attendance_sheet_is_in_the_menu_of_those_who_see_others_in_it(
    visit: Visit, login: str, others: bool
) -> None:
    """A sales representative stands in the sheet alone and has a page of his own for that; heads have their people."""
    home = visit(login).get("/").text
    assert ('href="/attendance/sheet"' in home) is others
    assert 'href="/attendance/mine"' in home
