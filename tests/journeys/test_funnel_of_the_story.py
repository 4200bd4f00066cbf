"""The history of the demo company yields the figures of the story, to the cent."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask import Flask

from core.web import ports
from plugins.crm.pages.funnel import money, percent, times
from plugins.crm.services.funnel.figures import funnel
from remit.base import Actor


def test_the_demo_tells_the_figures_of_the_story(company: Flask) -> None:
    """October and the third quarter."""
    house, actor = ports.of(company).house, Actor.system("a test counts")
    with house.session(actor) as session:
        october = funnel(session, actor, "channel", date(2026, 10, 1), date(2026, 11, 1))
        quarter = funnel(session, actor, "channel", date(2026, 7, 1), date(2026, 10, 1))
    wechat, zhihu = october.lines
    assert (wechat.leads, wechat.customers, money(wechat.cost_per_lead), money(wechat.cac)) == (
        100, 20, "¥100.00", "¥500.00")  # fmt: skip
    assert (percent(wechat.conversion), percent(wechat.roi), times(wechat.roas)) == ("20%", "400%", "5.0")
    assert (zhihu.leads, zhihu.customers, zhihu.revenue, zhihu.spend) == (50, 15, 37_500_000, Fraction(600_000))
    assert [(one.leads, one.customers, percent(one.conversion), one.spend) for one in quarter.lines] == [
        (200, 20, "10%", Fraction(2_000_000)), (100, 30, "30%", Fraction(900_000))]  # fmt: skip
