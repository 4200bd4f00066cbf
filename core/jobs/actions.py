"""What can be allowed about jobs: to see everybody's, and to stop them and run them again."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("jobs")

READ = "jobs.job:read"
MANAGE = "jobs.job:manage"

ACTIONS = (
    ActionDef(READ, _("See the jobs of everybody"), power="read"),
    ActionDef(MANAGE, _("Stop jobs and run them again")),
)
