"""What may stand in a log: secrets are redacted."""
