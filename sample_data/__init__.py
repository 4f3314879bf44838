"""Fernhill Energy: an invented company's exports, the same bytes from the same seed."""
