"""Satisfaction beside loyalty, stated and observed, and what becomes of problems."""
