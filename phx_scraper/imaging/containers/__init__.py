"""The containers of picture files, checked before a decoder reads them."""
