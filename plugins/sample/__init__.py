"""Pinned notices: a small plugin that uses every hook once, to be read and copied. It is not installed."""
