"""Pages about pay for people."""

from __future__ import annotations

from payroll.pages.blueprint import blueprint
from payroll.pages.change import changes as changes
from payroll.pages.run import runs as runs
from payroll.pages.slip import mine as mine

__all__ = ["blueprint"]
