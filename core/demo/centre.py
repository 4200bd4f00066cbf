"""The story of a public institution: 市融媒体服务中心, 40 posts by its plan, 37 filled, and 6 people outside it.

Its list comes from the template of institutions, with its own codes and documents put in (``data/centre``); the
staffing plan is imported by its personnel section, as in real life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import yaml
from sqlalchemy.orm import Session

from core.authority.checks import is_asked
from core.authority.document import ListDraft, parse
from core.authority.starters import MARK, mapped, starter
from core.base.actor import Actor
from core.demo.story import CLOSED, OPEN, TODAY
from core.demo.telling import DATA, Story, StoryAccount
from core.exchange import importing
from core.kernel import state
from core.kernel.house import of as house_of
from core.org.exchange import QUOTAS

FOLDER = DATA / "centre"
#: The list of the whole centre: the template, and what ``lists/RM.yaml`` adds to it.
WHOLE = "RM"
#: The account that keeps lists, posts and the plan.
KEEPER = "xuhong"


def _account(login: str, number: str, role_zh: str, role_en: str) -> StoryAccount:
    return StoryAccount(login, number, role_zh, role_en, word="rongmei")


CENTRE = Story(
    kind="institution", folder=FOLDER, today=TODAY, founded=date(2019, 6, 1), mail="rongmei.example",
    places={"CITY": (WHOLE, None, "330102")}, banks=("中国工商银行市府支行", "中国建设银行城东支行"),
    accounts=(
        _account("xuhong", "RM005", "组织人事科科长：管理岗位、编制方案和权责清单",
                 "Head of personnel: posts, the staffing plan and the lists"),
        _account("zhouzhengping", "RM001", "主任：主持全面工作，支出不超过 20 万元",
                 "Director: leads the centre, spending up to CNY 200,000"),
        _account("shenjie", "RM002", "副主任：分管业务，支出不超过 5 万元",
                 "Deputy director: services, spending up to CNY 50,000"),
        _account("hexiaolan", "RM009", "市场部主任：制定市场推广计划，审核推广预算",
                 "Head of marketing: sets the plan, examines the budget"),
        _account("yuyang", "RM025", "市场策划：起草方案，申请支出", "Marketing planner: drafts and asks for spending"),
        _account("weiran", "RM020", "新媒体编辑，代理新媒体部主任", "New media editor, acts as head of new media"),
        _account("guming", "RM004", "办公室主任：公文、印章和资产", "Head of the office: papers, seals and assets"),
        _account("qinyu", "RM011", "人事干事：考勤与人事档案", "Personnel officer: attendance and files"),
        _account("shaowei", "RM006", "财务科科长：审核每笔支付", "Head of finance: examines every payment"),
        _account("fengguoqiang", "RM007", "纪检监察室主任：监督权力运行", "Head of supervision: reads the audit log"),
        _account("baixue", "RM026", "记者", "Reporter"),
        _account("zhangyue", "RMW01", "短视频制作员（编外）", "Video maker, outside the plan"),
    ),
    keeper=KEEPER, from_product=(WHOLE, "everybody"), closed=CLOSED, open=OPEN,
    letters=(("guming", "RM028", "zh_CN", "办理居住证", ""),),
    acting=(("RM020", "NEW-HEAD", date(2026, 9, 1)),),
)  # fmt: skip


@cache
def _template() -> Mapping[str, Any]:
    told: dict[str, Any] = yaml.safe_load((FOLDER / "template.yaml").read_text(encoding="utf-8"))
    return told


def whole_list(session: Session, added: ListDraft) -> ListDraft:
    """The template as the list of the centre, with what ``added`` says besides.

    Documents stand for what the template marks as still to be written; entries on actions that nothing which is on asks
    about are left out until something does.
    """
    told, house = _template(), house_of(session)
    draft, _named = mapped(
        starter(told["template"]), told["units"], told["posts"], date.fromisoformat(told["effective_from"])
    )
    on = state.read(session)
    entries = [
        replace(entry, action=told["actions"].get(entry.action, entry.action), basis=_document(entry.basis))
        for entry in draft.entries
    ]
    return replace(
        draft, basis=told["basis"], source=added.source, duties=(*draft.duties, *added.duties),
        entries=(*(one for one in entries if is_asked(house.registry, on, one.action)), *added.entries),
        kpis=(*draft.kpis, *added.kpis),
    )


def drafts(session: Session) -> dict[str, ListDraft]:
    """The lists of the centre by the code of their unit, the installation's own as ``everybody``."""
    found = {path.stem: parse(path.read_text(encoding="utf-8"), source=path.name) for path in CENTRE.lists()}
    return {**found, WHOLE: whole_list(session, found[WHOLE])}


def import_plan(session: Session, keeper: Actor) -> None:
    """The staffing plan, as the file that the personnel section would hand in."""
    path = FOLDER / "quotas.csv"
    importing.run(session, keeper, importing.prepare(QUOTAS, path.read_bytes(), name=path.name))


def _document(basis: str | None) -> str | None:
    """What the template marks, as a document of the centre: 《经费审批办法》（融媒〔2024〕6号）."""
    if basis is None or not basis.startswith(MARK):
        return basis
    for title, number in _template()["documents"].items():
        if basis.startswith(MARK + title):
            return f"《{title}》（{number}）"
    raise LookupError(basis)
