"""The words of this module."""

from __future__ import annotations

from remit.text import Text, catalogue

_ = catalogue("crm_webhook")

IN, OUT = "in", "out"
#: Which way something did not get.
WAYS: dict[str, Text] = {IN: _("Received"), OUT: _("Sent")}
