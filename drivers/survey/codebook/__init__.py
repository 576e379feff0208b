"""The codebook: what every used column means, read strictly and checked as a whole."""
