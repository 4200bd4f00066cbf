"""Pages about reviews: what one writes, one's own and one's people's, cycles, calibration, forms, remarks."""

from __future__ import annotations

from performance.pages.reviews.boards import calibration as calibration
from performance.pages.reviews.cycles import cycles as cycles
from performance.pages.reviews.forms import review_forms as review_forms
from performance.pages.reviews.mine import reviews as reviews
from performance.pages.reviews.remarks import remarks as remarks
from performance.pages.reviews.review import review as review
