"""What one crawl is: arguments, work list, visits and their ends, circuit breakers."""
