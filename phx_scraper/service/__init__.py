"""Jobs for many machines: lists of homes that workers share; needs the extra `[service]` where it speaks to Redis."""
