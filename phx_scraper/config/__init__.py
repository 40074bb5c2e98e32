"""All settings: each with its type, bounds and the sentence for a wrong value."""
