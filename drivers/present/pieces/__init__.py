"""The pieces of pages: each puts one result in words, figures and tables."""
