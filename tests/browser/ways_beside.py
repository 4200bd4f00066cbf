"""The pages whose ways stand in files of their own: by address, and by steps."""

from __future__ import annotations

from tests.browser.ways_asking import ASKING
from tests.browser.ways_bridges import BRIDGES
from tests.browser.ways_goals import GOALS
from tests.browser.ways_performance import PERFORMANCE
from tests.browser.ways_reviews import REVIEWS
from tests.browser.ways_rules import RULES
from tests.browser.ways_selling import SELLING

BESIDE: dict[str, tuple[str, str]] = ASKING | BRIDGES | RULES | PERFORMANCE | GOALS | REVIEWS
BY_WAYS = SELLING
