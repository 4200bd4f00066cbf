"""Clock, errors, money, periods, actor: usable anywhere, without Flask."""

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, NotFound, Problem, Usage
from core.base.money import CURRENCIES, amount_in_words, div_round, format_money, minor_per_major, parse_money
from core.base.period import FOREVER, Month, Period

__all__ = [
    "CURRENCIES",
    "FOREVER",
    "Actor",
    "DomainError",
    "InputErrors",
    "Month",
    "NotFound",
    "Period",
    "Problem",
    "Usage",
    "amount_in_words",
    "clock",
    "div_round",
    "format_money",
    "minor_per_major",
    "parse_money",
]
