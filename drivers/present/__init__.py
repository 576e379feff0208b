"""How results are shown: wording in each language, tables, figures, and the channel to a page.

This layer knows results only by their columns, codes and labels; it computes nothing.
"""
