"""The lines of the menu."""

from __future__ import annotations

from performance.actions.figures import KPI_READ
from performance.actions.goals import GOAL_READ
from performance.actions.outcomes import FAIRNESS_READ, OUTCOME_READ
from performance.actions.reviews import ANSWER_READ, CYCLE_READ, FORM_READ, REMARK_READ
from performance.actions.rewards import REWARD_READ
from performance.actions.schemes import SCHEME_READ, SCORE_READ
from performance.text import _
from remit.specs import NavItem

_GROUP = _("Performance")

NAV = (
    NavItem(_GROUP, _("Performance board"), "performance.mine", "target-arrow", order=460, action=SCORE_READ),
    NavItem(_GROUP, _("Goals"), "performance.goals", "flag", order=465, action=GOAL_READ),
    NavItem(_GROUP, _("Performance reviews"), "performance.reviews", "clipboard-check", order=462, action=ANSWER_READ),
    NavItem(_GROUP, _("Feedback and talks"), "performance.remarks", "message-circle", order=464, action=REMARK_READ),
    NavItem(_GROUP, _("Review cycles"), "performance.cycles", "rotate", order=466, action=CYCLE_READ),
    NavItem(_GROUP, _("Review forms"), "performance.review_forms", "clipboard-list", order=468, action=FORM_READ),
    NavItem(_GROUP, _("Figures"), "performance.figures", "chart-bar", order=470, action=KPI_READ),
    NavItem(_GROUP, _("Performance schemes"), "performance.schemes", "scale", order=480, action=SCHEME_READ),
    NavItem(_GROUP, _("Collaboration bonuses"), "performance.rewards", "cash", order=490, action=REWARD_READ),
    NavItem(_GROUP, _("Outcomes of scores"), "performance.show_outcomes", "rosette-discount-check", order=492,
            action=OUTCOME_READ),
    NavItem(_GROUP, _("Fairness of scores"), "performance.fairness", "users", order=494, action=FAIRNESS_READ),
)
