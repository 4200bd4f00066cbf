"""The words of this plugin."""

from __future__ import annotations

from remit.text import catalogue

_ = catalogue("sample")
