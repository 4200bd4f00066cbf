"""Deals with leads and customers: opening, discounts, winning and losing; renewals, churn and recommendations."""
