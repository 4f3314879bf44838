"""Parts of pages that are not figures: the header, the drawer, a story, a search."""
