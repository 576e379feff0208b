"""Orders of entry: from matrices of moments to importance, over all orders, chosen ones or a sample of them."""
