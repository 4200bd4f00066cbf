"""What payroll gets from the sample plugin, through the caller that asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from core.base.period import Month
from core.contracts.columnar import Ask, combine
from core.contracts.pay import PayPagesAsk, PeopleCostAsk
from core.kernel.house import House, give
from tests.hooks.board import switch
from tests.hooks.conftest import SYSTEM

ASK = Ask(np.array([3, 8], dtype=np.int64), Month(2026, 9).period, date(2026, 9, 30))


def test_hook_give_pay_inputs(house: House) -> None:
    with house.session(SYSTEM) as session:
        totals, units = combine(ASK, give(session, "give_pay_inputs", ask=ASK, strict=True))
    assert (totals["board_bonus"].tolist(), units["board_bonus"]) == ([100, 100], "money")
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session:
        totals, _units = combine(ASK, give(session, "give_pay_inputs", ask=ASK, strict=True))
    assert "board_bonus" not in totals


def test_hook_give_pay_pages(house: House) -> None:
    """As a payslip asks for somebody who reads it."""
    ask = PayPagesAsk(int(ASK.ids[0]), ASK.period, ("board_bonus", "base_salary"))
    with house.session(SYSTEM) as session:
        (pages,) = give(session, "give_pay_pages", actor=SYSTEM, ask=ask)
        assert [(one.name, one.endpoint) for one in pages] == [("board_bonus", "sample.board")]
        assert give(session, "give_pay_pages", actor=SYSTEM, ask=replace(ask, names=("base_salary",))) == [[]]
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session:
        assert give(session, "give_pay_pages", actor=SYSTEM, ask=ask) == []


def test_hook_give_people_costs(house: House) -> None:
    """As the funnel asks for whoever reads it."""
    ask = PeopleCostAsk((3, 8), ASK.period)
    with house.session(SYSTEM) as session:
        told = [one for one in give(session, "give_people_costs", actor=SYSTEM, ask=ask) if one is not None]
    assert [(one.cost, list(one.months), one.silent) for one in told] == [(200, [Month(2026, 9)], 0)]
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session:
        assert [one for one in give(session, "give_people_costs", actor=SYSTEM, ask=ask) if one is not None] == []
