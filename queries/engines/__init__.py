"""The engines that the models run on: DuckDB, on one machine."""
