"""Simple requests: forms that an organisation makes itself, as part of a process, without a line of code.

``schema`` makes a form of the fields of a definition, ``services`` drafts and hands
in, ``kind`` is what the engine knows of them, ``paper`` prints one.
"""
