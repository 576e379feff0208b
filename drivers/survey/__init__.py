"""What was asked and what was answered: codebooks, reading, answers, scores.

This layer reads and scores rows; it estimates nothing.
"""
