"""Who the browser says that it is: the browser that the plain handler is (`handlers/curl.py:PROFILE`), in every form.

A site sees both in one session and with one set of cookies, so they must be one. This is the whole of it: a page's
script can still tell the real version and system by what the engine can do, and that it is driven by a program.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

USER_AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0"
    " Safari/537.36"
)
BRANDS = (("Not;A=Brand", "8"), ("Chromium", "150"), ("Google Chrome", "150"))
PLATFORM, NAVIGATOR_PLATFORM = "macOS", "MacIntel"
VIEWPORT = {"width": 1440, "height": 789}
SCREEN = {"width": 1440, "height": 900}

CONTEXT: dict[str, Any] = {
    "user_agent": USER_AGENT,
    "viewport": VIEWPORT,
    "screen": SCREEN,
}
"""Arguments of a browser context. The time zone stays the machine's: the plain handler names none either."""


async def present(page: Page) -> None:
    """Set what a context's arguments cannot: all languages, and the client hints' brands (W3C UA Client Hints)."""
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setUserAgentOverride", _override())


def _override() -> dict[str, Any]:
    full = [{"brand": name, "version": f"{version}.0.0.0"} for name, version in BRANDS]
    return {
        "userAgent": USER_AGENT,
        "platform": NAVIGATOR_PLATFORM,
        "userAgentMetadata": {
            "brands": [{"brand": name, "version": version} for name, version in BRANDS],
            "fullVersionList": full,
            "fullVersion": full[-1]["version"],
            "platform": PLATFORM,
            "platformVersion": "10.15.7",
            "architecture": "x86",
            "model": "",
            "mobile": False,
        },
    }
