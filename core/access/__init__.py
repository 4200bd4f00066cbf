"""What everybody calls and what decides nothing: ``require``, ``visible``, ``load``, ``allowed`` and ``@access``.

The engine that answers lives above, in ``core/authority``, and installs itself at start as
``session.info["authority"]``. Without one every question is answered no.
"""
