"""Many groups of one sample at once, such as branches: their means and slopes, and how much they truly differ."""
