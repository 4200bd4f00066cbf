"""What everything else stands on: clock, errors, money, periods, text and the actor.

Imports nothing of ours and no Flask, so that rules and jobs may use it anywhere.
"""
