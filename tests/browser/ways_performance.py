"""Pages of performance: who looks at each, and its address."""

from __future__ import annotations

PERFORMANCE: dict[str, tuple[str, str]] = {
    "performance": ("zhoulei", "/performance/?month=2026-10"),
    "performance-none": ("wangfang", "/performance/?month=2026-10"),
    "performance-team": ("linan", "/performance/team?month=2026-10"),
    "performance-company": ("luoyi", "/performance/company?month=2026-10"),
    "performance-running": ("luoyi", "/performance/company?month=2026-11"),
    "figures": ("wangfang", "/performance/figures"),
    "figure": ("wangfang", "/performance/figures/1"),
    "figure-new": ("wangfang", "/performance/figures/new"),
    "figure-values": ("wangfang", "/performance/values"),
    "figure-value-new": ("wangfang", "/performance/values/new"),
    "schemes": ("wangfang", "/performance/schemes"),
    "scheme": ("linan", "/performance/schemes/1"),
    "scheme-new": ("wangfang", "/performance/schemes/new"),
    "rewards": ("linan", "/performance/rewards"),
    "reward": ("wangfang", "/performance/rewards/1?month=2026-10"),
    "reward-not-passed": ("linan", "/performance/rewards/1?month=2026-11"),
    "reward-new": ("wangfang", "/performance/rewards/new"),
    "reward-result": ("wangfang", "/performance/results/1"),
}
