"""What would go with other ratings, or other expectations, if the association were causal."""
