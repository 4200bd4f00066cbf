"""The tables of performance: figures and their values, schemes, scores, rewards, goals, outcomes, reviews, remarks."""

from __future__ import annotations

from performance.models.figure import Kpi, KpiShare, KpiValue, KpiValueFile, KpiVersion
from performance.models.goal import CheckIn, Goal, KeyResult
from performance.models.outcome import OutcomeRule, OutcomeTable, Proposal
from performance.models.remark import Remark
from performance.models.review import Review, ReviewAnswer, ReviewAppeal, ReviewMove
from performance.models.review_form import ReviewCycle, ReviewForm, ReviewSection
from performance.models.reward import (
    Reward,
    RewardAmount,
    RewardGate,
    RewardMeasure,
    RewardParty,
    RewardResult,
)
from performance.models.scheme import Scheme, SchemeItem
from performance.models.score import Score, ScoreLine

__all__ = [
    "CheckIn",
    "Goal",
    "KeyResult",
    "Kpi",
    "KpiShare",
    "KpiValue",
    "KpiValueFile",
    "KpiVersion",
    "OutcomeRule",
    "OutcomeTable",
    "Proposal",
    "Remark",
    "Review",
    "ReviewAnswer",
    "ReviewAppeal",
    "ReviewCycle",
    "ReviewForm",
    "ReviewMove",
    "ReviewSection",
    "Reward",
    "RewardAmount",
    "RewardGate",
    "RewardMeasure",
    "RewardParty",
    "RewardResult",
    "Scheme",
    "SchemeItem",
    "Score",
    "ScoreLine",
]
