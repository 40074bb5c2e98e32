"""Extensions: what a run shows, records and guards."""
