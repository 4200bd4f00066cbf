"""Pages about boards, goals, figures and their values, schemes, bonuses, outcomes and reviews."""

from __future__ import annotations

from performance.pages.behind import behind as behind
from performance.pages.blueprint import blueprint
from performance.pages.boards import mine as mine
from performance.pages.diagnosis import figure_of as figure_of
from performance.pages.fairness import fairness as fairness
from performance.pages.figures import figures as figures
from performance.pages.goal_forms import new_goal as new_goal
from performance.pages.goals import goals as goals
from performance.pages.outcomes import show_outcomes as show_outcomes
from performance.pages.reviews import reviews as reviews
from performance.pages.rewards import rewards as rewards
from performance.pages.schemes import schemes as schemes
from performance.pages.values import values as values

__all__ = ["blueprint"]
