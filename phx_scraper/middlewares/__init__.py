"""Downloader middlewares: which requests may leave, how they look, and what becomes of a bad answer."""
