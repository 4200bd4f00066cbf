"""The real app without modules, and beside its own routes the sample pages of the kit: every macro, in whole pages.

Only the tests serve them: ``/gallery/kit`` and the pages of ``core/web/templates/web/gallery``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, abort, request

from core.access.declare import public
from core.app import create_app
from core.base.text import current_locale
from core.config import Config
from core.db.base import Base
from core.kernel.house import House
from core.opening import open_house
from core.web import ports
from core.web.blueprints import ModuleBlueprint
from core.web.pages import flash, page, redirect_to

PAGES = {
    "kit": ("组件", "Components"), "home": ("首页", "Home"), "org": ("组织与岗位", "Org and positions"),
    "run": ("薪资核算", "Payroll"), "payslip": ("工资条", "Payslip"), "inbox": ("审批", "Approvals"),
    "form": ("请假", "Request leave"), "report": ("导入", "Import"), "calendar": ("考勤", "Attendance"),
    "states": ("状态", "States"), "signin": ("登录", "Sign in"),
}
ICONS = {
    "kit": "layout-grid", "home": "home", "org": "sitemap", "run": "receipt-2", "payslip": "wallet", "inbox": "inbox",
    "form": "beach", "report": "table-import", "calendar": "calendar-event", "states": "circle-dashed",
    "signin": "login",
}
PHONE = {"home": 1, "inbox": 2, "calendar": 3, "payslip": 4}
GROUPS = (
    (("", ""), ("home", "inbox")), (("组织人事", "People"), ("org", "report")),
    (("考勤与薪酬", "Time and pay"), ("calendar", "form", "run", "payslip")),
    (("平台", "Platform"), ("kit", "states", "signin")),
)

blueprint = ModuleBlueprint("gallery", __name__)


def _said(words: tuple[str, str]) -> str:
    return words[0] if current_locale() == "zh_CN" else words[1]


def _nav(current: str) -> list[dict[str, Any]]:
    return [
        {"title": _said(title), "items": [
            {"icon": ICONS[name], "label": _said(PAGES[name]), "url": f"/gallery/{name}", "current": name == current,
             "count": 4 if name == "inbox" else None, "phone": PHONE.get(name, 0)}
            for name in names
        ]}
        for title, names in GROUPS
    ]


@blueprint.get("/gallery/<name>")
@public("the kit's sample pages hold no data")
def sample(session: Any, actor: Any, name: str) -> Any:
    """One sample page, with a menu and somebody in the corner."""
    del session, actor
    if name not in PAGES:
        abort(404)
    me = ports.Me(_said(("陈静", "Chen Jing")), 14, "CJ", _said(("线索获取组组长", "Head of acquisition")))
    group = next((title for title, names in GROUPS if name in names and title[0]), None)
    template = "web/gallery.html" if name == "kit" else f"web/gallery/{name}.html"
    return page(
        template, title=_said(PAGES[name]), crumb=_said(group) if group else None, nav=_nav(name), me=me,
        company=_said(("灵客科技", "Lingke")), demo_day=date(2026, 11, 23), search_url="/gallery/search",
        preferences_url="/gallery/preference", sign_out_url="/gallery/preference",
    )


@blueprint.get("/gallery/search")
@public("the kit's sample pages hold no data")
def search(session: Any, actor: Any) -> Any:
    """What the search dialog asks: the main block of a page, named after the question."""
    del session, actor
    return page("web/gallery/found.html", title=request.args.get("q", ""))


@blueprint.get("/gallery/children")
@public("the kit's sample pages hold no data")
def children(session: Any, actor: Any) -> Any:
    """What a folded unit fetches when it is opened."""
    del session, actor
    return page("web/gallery/children.html", title="")


@blueprint.get("/gallery/progress/<int:done>")
@public("the kit's sample pages hold no data")
def progress(session: Any, actor: Any, done: int) -> Any:
    """Work that is one step further each time it is asked for, and stops asking after the third."""
    del session, actor
    following = f"/gallery/progress/{done + 1}" if done < 3 else ""
    return page("web/gallery/progress.html", title="progress", done=done, next=following)


@blueprint.post("/gallery/preference")
@public("anybody may choose a language")
def preference(session: Any, actor: Any) -> Any:
    """Remember the choice in the cookie of this browser."""
    del session, actor
    ports.remember(locale=request.form.get("locale"), theme=request.form.get("theme"))
    return redirect_to(request.form.get("next") or "/gallery/kit")


@blueprint.post("/gallery/flash")
@public("says something and goes back")
def said(session: Any, actor: Any) -> Any:
    """Leave one message of each kind for the next page."""
    del session, actor
    flash(_said(("已保存", "Saved")), "ok")
    flash(_said(("这一处没有保存", "This was not saved")), "bad")
    return redirect_to("/gallery/states")


def house(folder: Path) -> House:
    """An installation without modules, in a folder of its own."""
    opened = open_house(Config(instance=folder, company="Lingke"), modules={})
    opened.database.create_all(Base.metadata)
    return opened


def app(folder: Path) -> Flask:
    """The app with the gallery on it."""
    made = create_app(house=house(folder))
    made.register_blueprint(blueprint)
    return made
