"""Where a budget goes: the best plan, how sure it is, and what it would bring."""
