"""Scrapy extensions: progress, summary, feeds, resource limits and the end of a run."""
