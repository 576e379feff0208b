"""Slopes of several groups of respondents: fitted in each, and drawn anew as if they were the same in all."""
