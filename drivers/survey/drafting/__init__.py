"""A first codebook from a file of answers: what each column seems to be, how sure that is, and why."""
