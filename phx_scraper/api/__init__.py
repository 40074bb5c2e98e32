"""The HTTP API: jobs, progress, and what was collected, for programs that have a key; needs the extra `[service]`."""
