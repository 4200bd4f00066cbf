"""The faults planted in the story are the serious findings of its first day, and there are no others."""

from __future__ import annotations

from flask import Flask

from core.authority.coverage import report
from core.base.actor import Actor
from core.base.text import use_locale
from core.demo import story
from core.kernel.house import House
from core.web import ports


def test_the_report_finds_the_planted_faults(company: Flask) -> None:
    """One position vacant, both departments claim 客户需求调研, nobody approves 100,000.01 to 200,000."""
    house: House = ports.of(company).house
    actor = Actor.system("the report of the demo")
    with house.session(actor) as session, use_locale("zh_CN"):
        found = report.findings(session, actor, story.TODAY)
        serious = [(one.code, one.unit.code if one.unit else "", str(one.message)) for one in found
                   if one.severity == "high"]  # fmt: skip
    assert serious == [
        ("C01", "SAL", "销售运营（SAL-OPS）无人任职。其职责：维护销售数据与商机报表。"),
        ("C05", "MKT", "在市场部（MKT）及 2 个下级部门，“审批支出”金额 CNY (100,000.00; 200,000.00] "
                       "无人有权决定。"),
        ("C11", "MKT", "多个部门主张事项 customer.research，且没有职责边界加以划分：市场部（MKT）、销售部（SAL）。"),
    ]  # fmt: skip
    (gap,) = [one for one in found if one.code == "C05" and one.severity == "high"]
    assert (gap.low, gap.high) == (10_000_001, 20_000_000)
    assert [step.citation for step in gap.steps][-2:] == ["MKT-DIR.A1", "CEO.A1"]
    others = {one.code for one in found if one.severity != "high"}
    assert others == {"C05", "C07", "C08", "C10", "C12"}, "posts, matters, quotas and lines of the story are in order"
    undeclared = {one.action for one in found if one.code == "C12"}
    assert undeclared == {"org.staffing:adjust"}
