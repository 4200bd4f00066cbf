"""Pages of reviews: who looks at each, and its address."""

from __future__ import annotations

REVIEWS: dict[str, tuple[str, str]] = {
    "reviews": ("zhoulei", "/performance/reviews"),
    "review-told": ("zhoulei", "/performance/reviews/4"),
    "review-named": ("chenjing", "/performance/reviews/35"),
    "review-answer": ("zhoulei", "/performance/answers/107"),
    "review-cycles": ("wangfang", "/performance/cycles"),
    "review-cycle": ("wangfang", "/performance/cycles/2"),
    "review-cycle-new": ("wangfang", "/performance/cycles/new"),
    "review-calibration": ("wangfang", "/performance/cycles/1/calibration"),
    "review-calibration-none": ("wangfang", "/performance/cycles/2/calibration"),
    "review-forms": ("wangfang", "/performance/review-forms"),
    "review-form": ("wangfang", "/performance/review-forms/1"),
    "review-form-new": ("wangfang", "/performance/review-forms/new"),
    "remarks": ("chenjing", "/performance/remarks"),
}
