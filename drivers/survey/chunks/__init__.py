"""Answers that are more than fit into memory: Parquet files read and scored chunk by chunk."""
