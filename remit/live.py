"""Telling pages that are open that something changed."""

from core.kernel.specs import Topic
from core.live.publishing import publish, publish_many

__all__ = ["Topic", "publish", "publish_many"]
