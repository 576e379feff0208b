"""What people expected beside what they got: gaps, zones, and what goes with them."""
