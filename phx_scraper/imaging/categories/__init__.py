"""What a picture shows: location and subject of the closed vocabulary, or `unknown` wherever that is honest."""
