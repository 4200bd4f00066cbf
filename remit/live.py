"""Telling pages that are open that something changed."""

from core.kernel.specs import Topic
from core.live.publishing import publish

__all__ = ["Topic", "publish"]
