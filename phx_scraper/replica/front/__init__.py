"""TLS and HTTP/2 before the replica: records what clients send, under the sources' own host names."""
