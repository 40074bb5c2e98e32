"""Circuit breakers: a source that refuses or fails is left alone while the others go on."""
