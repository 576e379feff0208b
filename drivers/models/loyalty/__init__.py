"""From satisfaction to loyalty: which outcomes state it, the curve between them, and what people did in the end."""
