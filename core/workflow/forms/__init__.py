"""Simple requests: forms that an organisation makes itself, as part of a process, without a line of code.

``services`` drafts and hands in, ``attachments`` keeps files handed in with one, ``kind`` is what the engine knows of
them, ``paper`` prints one.
"""
