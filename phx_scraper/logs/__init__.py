"""Logging: secrets are redacted."""
