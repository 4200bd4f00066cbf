"""The words of this module."""

from __future__ import annotations

from remit.text import catalogue

_ = catalogue("payroll")
