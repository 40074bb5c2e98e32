"""The store held against the catalogue: checked, repaired, rebuilt."""
