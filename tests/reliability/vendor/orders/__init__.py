"""A vendor's package as the tests of reliability install it: orders that are worked on, told of and joined.

Every effect is a row that nothing keeps from being written twice, so that what happened twice can be counted.
"""
