"""Surveys whose true answer is known: `service_center`, its staff, its branches, and the truth behind them."""
