"""Identity: accounts, sign-in and sign-out, sessions that people can see and revoke, API tokens, preferences.

What is anonymous (language of a visitor, the page to return to) stays in a signed cookie; a session row exists only
after sign-in, and the cookie then holds its id.
"""
