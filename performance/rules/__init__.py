"""Scores, shares and rewards as pure arithmetic over integer columns; knows neither database nor people."""
