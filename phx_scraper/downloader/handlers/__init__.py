"""Download handlers: curl with a browser's identity, and the browser itself."""
