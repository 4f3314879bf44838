"""Routes beside the pages: health, version, downloads."""
