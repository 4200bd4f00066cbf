"""Who holds what of performance in the lists of the matrix."""

from __future__ import annotations

OF_A_GROUP = (
    "performance.score:read", "performance.value:read", "performance.scheme:read", "performance.goal:edit",
    "performance.goal:agree", "performance.goal:align", "performance.goal:check_in", "performance.review:calibrate",
    "performance.review:read",
)  # fmt: skip
OF_HR = (
    "performance.kpi:read", "performance.kpi:edit", "performance.value:read", "performance.value:enter",
    "performance.value:import", "performance.scheme:read", "performance.scheme:draft", "performance.score:read",
    "performance.score:compute", "performance.reward:read", "performance.reward:draft", "performance.result:read",
    "performance.result:compute", "performance.goal:edit", "performance.outcome:rules", "performance.outcome:propose",
    "performance.outcome:read", "performance.fairness:read", "performance.review_form:read",
    "performance.review_form:edit", "performance.cycle:read", "performance.cycle:run", "performance.review:read",
    "performance.review:calibrate", "performance.appeal:read",
)  # fmt: skip
OF_ACCOUNTANTS = ("performance.result:read", "performance.result:confirm", "performance.outcome:confirm")
OF_EVERYBODY = (
    "performance.score:read", "performance.amount:read", "performance.goal:read", "performance.goal:edit",
    "performance.goal:check_in", "performance.answer:read", "performance.answer:write", "performance.review:read",
    "performance.review:sign", "performance.review:lead", "performance.remark:read", "performance.remark:write",
    "performance.appeal:read",
)  # fmt: skip
