"""The kinds of files that hold answers, one module each: bytes in, raw columns out."""
