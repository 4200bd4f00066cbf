"""A bridge to Tryton: leads become opportunities there, and what becomes of these is told here.

``rpc`` speaks Tryton's JSON-RPC, ``services.sending`` carries leads there, ``services.fetching`` brings back what was
changed there, ``services.merging`` says whose word counts where both changed. ``services.running`` does one run after
the other and keeps how it went; nothing that was begun is lost or done twice by being cut off.
"""
