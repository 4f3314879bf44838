"""Packs for reviews: what is in one, under whose policy, as slides, as a page and as its print."""
