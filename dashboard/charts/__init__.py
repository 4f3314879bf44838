"""The chart kinds: one pure function each, answers in, escaped HTML or SVG out."""
