"""The database side: takes exports in, builds snapshots, answers named figures."""
