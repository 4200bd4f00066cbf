"""Pages and API: blueprints that insist on declared access, the request wrapper, forms, errors, menu and slots.

The path of a request, in the files it passes: ``scope`` (locale and log context), ``gate`` (who is it, may he come
in), ``blueprints`` (session, view, render, commit), ``pages`` and ``rendering`` (whole page or fragment), ``headers``.
Whatever goes wrong ends in ``errors``. ``ports`` is where identity and settings, which lie above, install their part.
"""
