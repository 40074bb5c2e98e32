"""The content-addressed store: files written atomically."""
