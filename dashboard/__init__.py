"""What people see and call; knows nothing of SQL."""
