"""Cumulative withholding of wages (国家税务总局公告2018年第61号 第六条), for one person or for arrays of people.

The cumulation belongs to a withholding agent, a person and a tax year; the tax month is the month of
payment. A month whose tax would be negative withholds nothing and refunds nothing; the surplus is absorbed
by the months after it, and what is left is settled in the annual reconciliation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from plugins.country_cn.rules.amounts import Column, band_tax, column
from remit.contracts import Band


@dataclass(frozen=True, slots=True)
class Withheld:
    """The result of one tax month, fen. ``withheld`` is the running total the next month starts from."""

    taxable: Column
    tax: Column
    period: Column
    withheld: Column


def basic_months(
    months_employed: Column | int,
    tax_month: Column | int,
    first_job: Column | bool = False,
    flat_60000: Column | bool = False,
) -> Column:
    """Months of basic deduction up to and including this tax month.

    ``months_employed``: with this employer in this tax year. ``first_job``: no wages earlier in the year,
    counts from January (公告2020年第13号 第一条). ``flat_60000``: whole last year here and at most 60,000, the
    year's deduction from January on (公告2020年第19号 第一条).
    """
    counted = np.where(np.asarray(first_job), column(tax_month), column(months_employed))
    return np.where(np.asarray(flat_60000), 12, counted).astype(np.int64)


def months_employed(tax_month: date, hired: date, left: date | None = None) -> int:
    """任职受雇月份数: calendar months of the tax year with a day of employment, up to the tax month.

    ``tax_month`` is its first day, ``left`` the last day of employment. June's joiner paid first in July
    has two months in July; the wages of a December joiner paid in January have one.
    """
    first = hired.month if hired.year == tax_month.year else 1
    last = tax_month.month
    if left is not None and left.year == tax_month.year:
        last = min(last, left.month)
    if hired.year > tax_month.year or (left is not None and left.year < tax_month.year):
        return 0
    return max(0, last - first + 1)


def withhold(
    *,
    income: Column | int,
    basic: Column | int,
    special: Column | int,
    additional: Column | int,
    withheld_before: Column | int,
    table: Sequence[Band],
    other: Column | int = 0,
    relief: Column | int = 0,
) -> Withheld:
    """One tax month from cumulative amounts in fen, this month included.

    ``income`` without exempt income, ``basic`` 5,000 a month, ``special`` social insurance and housing fund
    of the employee, ``additional`` special additional deductions, ``other`` annuity, health insurance and
    the like, ``relief`` tax reductions. The cumulative tax is rounded to the fen once; only then is the tax
    withheld before taken off.
    """
    taxable = np.maximum(
        column(income) - column(basic) - column(special) - column(additional) - column(other), 0
    ).astype(np.int64)
    tax = np.maximum(band_tax(taxable, table) - column(relief), 0).astype(np.int64)
    period = np.maximum(tax - column(withheld_before), 0).astype(np.int64)
    return Withheld(taxable=taxable, tax=tax, period=period, withheld=column(withheld_before) + period)
