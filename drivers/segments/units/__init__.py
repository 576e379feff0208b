"""Units beside each other, with allowance for their size: never a naked league table."""
