"""The steps of a month, which modules hand the home page: attendance closes, payroll is calculated, paid, published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.base.actor import Actor
from core.base.period import Month
from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class MonthStep:
    """How far one step of one month is.

    ``order`` places it among the steps of all modules. ``action`` is what somebody must be entitled to for taking it;
    ``may`` whether the reader is, for this very object. ``note`` says who took it or what it waits for; while ``waits``
    nobody can take it yet. ``url`` is the page on which it is taken.
    """

    month: Month
    order: int
    title: Text
    done: bool
    action: str
    may: bool
    url: str
    note: Text | str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class MonthSteps:
    """A contribution to the place ``home.month``.

    Whoever holds none of ``actions`` is never shown the card, so ``read`` is called only for those who work on the
    month: with the months in question, oldest first. It returns the steps of each, in one statement.
    """

    actions: tuple[str, ...]
    read: Callable[[Session, Actor, Sequence[Month]], Sequence[MonthStep]]
