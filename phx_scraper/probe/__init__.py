"""Each step of each source once: what answers, how long it takes, and what has changed; nothing of it is collected."""
