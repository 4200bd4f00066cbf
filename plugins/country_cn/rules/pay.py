"""Day wage, hour wage and overtime (人社部发〔2025〕2号; 劳动法 第四十四条)."""

from __future__ import annotations

from remit.base import div_round


def day_wage(month_wage: int, *, paid_days: int) -> int:
    """Month wage / 21.75 in fen; ``paid_days`` in 10^-2."""
    return div_round(month_wage * 100, paid_days)


def hour_wage(month_wage: int, *, paid_days: int, day_minutes: int = 480) -> int:
    """Month wage / (21.75 x 8) in fen."""
    return div_round(month_wage * 100 * 60, paid_days * day_minutes)


def overtime_pay(
    month_wage: int, minutes: int, rate: int, *, paid_days: int, day_minutes: int = 480
) -> int:
    """Pay of overtime minutes at a rate in 10^-6, rounded once: the hour wage is not rounded in between."""
    return div_round(month_wage * 100 * minutes * rate, paid_days * day_minutes * 1_000_000)
