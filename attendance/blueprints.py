"""The pages and the API of attendance."""

from __future__ import annotations

from attendance.api import blueprint as api
from attendance.api_time import blueprint as api_time
from attendance.pages import blueprint

BLUEPRINTS = (blueprint, api, api_time)
