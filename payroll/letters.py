"""The income certificate (收入证明): what its holder earned, on paper, for banks and embassies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from payroll.actions import ISSUE_LETTER
from payroll.services.changes.drafting import NUMBER as CHANGES
from payroll.services.income import income_of, open_income
from payroll.text import _
from remit.base import Actor, Month
from remit.letters import FIELDS, IDENTITY_GROUP, certificate
from remit.models import Employment
from remit.specs import LetterField, LetterGroup, LetterKind, NumberKind

INCOME = (
    LetterField("income.from", _("First month of the income"), "month", Month(2025, 11), "pay"),
    LetterField("income.until", _("Last month of the income"), "month", Month(2026, 10), "pay"),
    LetterField("income.months", _("Months of pay"), "count", 12, "pay"),
    LetterField("income.average", _("Average income a month, before tax"), "money", 1_200_000, "pay"),
    LetterField("income.total", _("Income in all, before tax"), "money", 14_400_000, "pay"),
)  # fmt: skip


def values(session: Session, actor: Actor, employment: Employment, day: date) -> Mapping[str, Any]:
    """What was earned; asked only after ``open_income``."""
    del actor
    found = income_of(session, employment, day)
    return {
        "income.from": found.first, "income.until": found.last, "income.months": found.months,
        "income.average": found.average, "income.total": found.total,
    }


NUMBER = "payroll.income"
#: The numbers of payroll: of income certificates, and of requests to change somebody's pay.
NUMBERS = (
    NumberKind(NUMBER, _("Income certificate"), "{entity}-收证-{year}-{number:04}"),
    NumberKind(CHANGES, _("Change of pay"), "{entity}-TX-{year}-{number:04}"),
)
LETTERS = (
    LetterKind(
        name="payroll.income", title=_("Income certificate"), action=ISSUE_LETTER, number=NUMBER,
        template=Path(__file__).parent / "data" / "income.yaml", fields=(*FIELDS, *INCOME), values=certificate,
        groups=(IDENTITY_GROUP, LetterGroup("pay", _("Amounts of pay"), open_income, values)),
    ),
)
