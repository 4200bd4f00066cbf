"""Taxes of single payments: bonus, labour remuneration, severance, early retirement, equity, non-residents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from plugins.country_cn.rules.amounts import RATE, Column, averaged_tax, band_tax, column, share
from remit.base import div_round
from remit.contracts import Band


def bonus_tax(bonus: Column | int, table: Sequence[Band]) -> Column:
    """Annual one-off bonus taxed apart, once per person and year (财税〔2018〕164号 一, to 2027-12-31).

    The band is found on a twelfth of the bonus; the quick deduction is taken once, no other deduction
    applies.
    """
    return averaged_tax(bonus, table, 12, once=True)


def bonus_trap(threshold: int, table: Sequence[Band]) -> int:
    """The gross bonus above a band's bound at which the net is again what it was at the bound, in fen.

    Between the bound and this amount a higher bonus pays out less. ``threshold`` is a yearly bound
    (36,000.00 ...).
    """
    index = next(i for i, band in enumerate(table) if band.up_to is not None and band.up_to * 12 == threshold)
    net = threshold - int(bonus_tax(threshold, table))
    above = table[index + 1]
    return div_round((net - above.quick) * RATE, RATE - above.rate)


def labour_income(amount: Column | int, *, threshold: int, fixed: int, rate: int) -> Column:
    """Income after the expense deduction: 800 up to 4,000, else 20 % (公告2018年第61号 第八条)."""
    pay = column(amount)
    return cast("Column", np.maximum(np.where(pay <= threshold, pay - fixed, pay - share(pay, rate)), 0))


def labour_tax(
    amount: Column | int, table: Sequence[Band], *, threshold: int, fixed: int, rate: int
) -> Column:
    """Withholding of labour remuneration (劳务报酬) of a resident, per payment."""
    return band_tax(labour_income(amount, threshold=threshold, fixed=fixed, rate=rate), table)


def royalty_tax(
    amount: Column | int, *, threshold: int, fixed: int, rate: int, tax_rate: int, income_rate: int = RATE
) -> Column:
    """Withholding of royalties; of author's pay (稿酬) with ``income_rate`` 70 %."""
    income = share(labour_income(amount, threshold=threshold, fixed=fixed, rate=rate), income_rate)
    return share(income, tax_rate)


def nonresident_wage_tax(wage: Column | int, table: Sequence[Band], *, basic: int) -> Column:
    """A non-resident's wage of a month: less 5,000, on the monthly table (公告2018年第61号 第九条)."""
    return band_tax(column(wage) - basic, table)


def severance_tax(amount: Column | int, table: Sequence[Band], *, local_average_year: Column | int) -> Column:
    """One-off compensation on termination: free up to three average years, the rest on the annual table
    alone.

    财税〔2018〕164号 五（一）; ``local_average_year`` is last year's average annual wage of the place.
    """
    return band_tax(column(amount) - 3 * column(local_average_year), table)


def early_retirement_tax(lump: int, table: Sequence[Band], *, years: int, basic_year: int) -> int:
    """{[(lump / years to legal age) - 60,000] x rate - quick} x years (财税〔2018〕164号 五（二）)."""
    return int(averaged_tax(lump - basic_year * years, table, years, once=False))


def equity_tax(income: Column | int, table: Sequence[Band]) -> Column:
    """Equity income of a listed company, the year's grants together, on the annual table (财税〔2018〕164号 二)."""
    return band_tax(income, table)
