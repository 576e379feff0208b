"""How high the scores are: means, top-2-box, Net Promoter Score, with their intervals under the design."""
