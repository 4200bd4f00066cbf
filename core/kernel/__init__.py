"""The plugin kernel: what a module is, how it is found and loaded, and how its hooks are called.

``specs`` are the small dataclasses a module hands over, ``hookspecs`` the questions it may answer, ``loader`` finds
and checks modules so that a broken one leaves nothing behind, ``hooks`` calls them one by one, ``state`` says which
are on, ``house`` is the finished, frozen result that a process works in.
"""
