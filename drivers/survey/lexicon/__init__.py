"""The words by which comments are told apart: transparent, editable, in Arabic and English."""
