"""How we stand beside others: our own past, other units, figures from outside, and rivals."""
