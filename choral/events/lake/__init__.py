"""The lake: the log as columns (Delta tables of Parquet files), and the datasets beside it. Read by DuckDB."""
