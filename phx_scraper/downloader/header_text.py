"""An answer's headers as plain text."""

from __future__ import annotations

from scrapy.http import Response


def plain_headers(response: Response) -> dict[str, str]:
    """Header names in lower case, repeated values joined by a comma (RFC 9110 5.3)."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if values
    }
