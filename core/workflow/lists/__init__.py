"""Asking that a draft of a duty and authority list is published: a question to whoever may decide that, by the lists.

What a post has to do and what it may decide stands in the list of its unit, so that a new job description goes this
way as well. ``comparing`` says what a draft would change, ``asking`` hands it in and publishes it by the answer.
"""
