"""Downloader middlewares, in the order of settings.py."""
