"""Bundled optional plugins; each imports only ``remit`` and its own package."""
