"""Importance from answers that are more than fit into memory, in two passes over them."""
