"""The standard of qualification: what it says, how it is signed, and which leads meet it."""
