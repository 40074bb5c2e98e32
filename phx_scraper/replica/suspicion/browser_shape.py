"""What Chrome's requests look like: recorded from Chromium 156 by the front, written down here by hand.

It knows nothing of our client's own tables: a mistake there must not be repeated here.
"""

from __future__ import annotations

CIPHERS = "8daaf6152771"
"""JA4's middle part: the cipher list, the same in every Chrome since 2023."""

SETTINGS = ((1, 65_536), (2, 0), (4, 6_291_456), (6, 262_144))
WINDOW = 15_663_105
PSEUDO = "m,a,s,p"

NAVIGATION = (
    "content-length", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "origin", "content-type",
    "upgrade-insecure-requests", "user-agent", "accept", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-user",
    "sec-fetch-dest", "referer", "accept-encoding", "accept-language", "cookie", "priority",
)  # fmt: skip
SUBRESOURCE = (
    "content-length", "sec-ch-ua-platform", "user-agent", "sec-ch-ua", "content-type", "sec-ch-ua-mobile", "accept",
    "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-storage-access", "referer",
    "accept-encoding", "accept-language", "cookie", "priority",
)  # fmt: skip
ALWAYS = frozenset(
    {"sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "user-agent", "accept", "sec-fetch-site", "sec-fetch-mode"}
    | {"sec-fetch-dest", "accept-encoding", "accept-language"}
)

POSSIBLE = frozenset(
    {("navigate", "document"), ("navigate", "iframe"), ("no-cors", "image"), ("cors", "image"), ("no-cors", "script")}
    | {("cors", "script"), ("no-cors", "style"), ("cors", "font"), ("cors", "empty"), ("no-cors", "empty")}
    | {("same-origin", "empty"), ("no-cors", "video"), ("no-cors", "audio"), ("cors", "manifest"), ("no-cors", "json")}
)
"""Pairs of Sec-Fetch-Mode and Sec-Fetch-Dest (W3C Fetch Metadata, WHATWG Fetch) that a source's page can cause."""

PLATFORMS = {'"macOS"': "Macintosh", '"Windows"': "Windows NT", '"Linux"': "X11; Linux"}
"""Sec-CH-UA-Platform, and what the User-Agent says then."""
