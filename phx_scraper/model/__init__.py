"""The record types that every part shares: plain data, no I/O."""
