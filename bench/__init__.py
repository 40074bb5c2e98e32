"""Benchmarks: alternated runs in one session, medians and ratios; run all with `make bench`."""
