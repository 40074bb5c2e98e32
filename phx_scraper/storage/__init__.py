"""Storage: files written atomically, and the catalogue that describes them."""
