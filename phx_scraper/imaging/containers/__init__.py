"""The containers of picture files, walked before a decoder sees them."""
