"""Pages about boards, figures and their values, schemes, collaboration bonuses, and reviews."""

from __future__ import annotations

from performance.pages.blueprint import blueprint
from performance.pages.boards import mine as mine
from performance.pages.figures import figures as figures
from performance.pages.reviews import reviews as reviews
from performance.pages.rewards import rewards as rewards
from performance.pages.schemes import schemes as schemes
from performance.pages.values import values as values

__all__ = ["blueprint"]
