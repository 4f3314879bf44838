"""Models of what customers will do, fitted with numpy and scipy: no metric, no database, only arrays in and numbers out."""
