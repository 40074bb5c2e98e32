"""Pages for people: the homes, their photos and what was decided, as HTML that opens without a network."""
