"""The service chain: from aspects of the service through satisfaction to loyalty and to what people then did."""
