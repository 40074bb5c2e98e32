"""Additions of this project to scrapyd 1.6: crawls end with their daemon, and the end of each is recorded."""
