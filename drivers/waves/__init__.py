"""Analyses over time: wave by wave, what a change is made of, and what the next wave can show."""
