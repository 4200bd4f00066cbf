"""The catalogue of this package."""

from __future__ import annotations

from remit.text import catalogue

_ = catalogue("country_cn")
