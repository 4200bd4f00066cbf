"""Pages of goals, outcomes and fairness: who looks at each, and its address."""

from __future__ import annotations

GOALS: dict[str, tuple[str, str]] = {
    "goals": ("linan", "/performance/goals"),
    "goals-ended": ("linan", "/performance/goals?unit=&which=all"),
    "goal": ("linan", "/performance/goals/3"),
    "goal-asked": ("linan", "/performance/goals/6"),
    "goals-mine": ("zhoulei", "/performance/goals/mine"),
    "goals-mine-none": ("maxin", "/performance/goals/mine"),
    "goal-new": ("linan", "/performance/goals/new"),
    "goal-edit": ("linan", "/performance/goals/3/edit"),
    "goal-drop": ("linan", "/performance/goals/3/drop"),
    "figure-why": ("linan", "/performance/figures/3/why?month=2026-10"),
    "wall": ("luoyi", "/performance/wall?month=2026-10"),
    "outcomes": ("luoyi", "/performance/outcomes?month=2026-10"),
    "outcomes-none": ("wangfang", "/performance/outcomes?month=2026-08"),
    "outcome-decline": ("luoyi", "/performance/outcomes/1/decline"),
    "outcome-rules": ("wangfang", "/performance/outcomes/rules"),
    "fairness": ("wangfang", "/performance/fairness?month=2026-10"),
    "fairness-none": ("wangfang", "/performance/fairness?month=2026-01"),
}
