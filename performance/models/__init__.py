"""The tables of performance: figures and their values, schemes, scores, rewards."""

from __future__ import annotations

from performance.models.figure import Kpi, KpiShare, KpiValue, KpiVersion
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
    "Kpi",
    "KpiShare",
    "KpiValue",
    "KpiVersion",
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
