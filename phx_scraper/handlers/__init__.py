"""Download handlers: how bytes are fetched, from which address, under which browser's identity."""
