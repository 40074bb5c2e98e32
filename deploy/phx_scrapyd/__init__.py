"""What this project adds to scrapyd 1.6: crawls that do not outlive their daemon, and how each of them ended."""
