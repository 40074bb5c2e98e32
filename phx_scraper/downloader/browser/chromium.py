"""Which Chromium is started, and with which switches."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phx_scraper.downloader.exceptions import BrowserUnavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAUNCH_SECONDS = 30.0
"""A busy machine takes up to ten."""

# Not among them: --disable-blink-features=AutomationControlled. A page that asks whether it is driven by a program is
# told so (navigator.webdriver); the switch has no other use than to deny it.
_SWITCHES = (
    # Containers have 64 MB of shared memory, which one large page fills.
    "--disable-dev-shm-usage",
    # Names are looked up by the checking proxy and by nobody else.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # With the variables below: en-US,en;q=0.9 in its usual place, whatever the machine's language is.
    "--accept-lang=en-US,en",
    # WebRTC would go past the proxy.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
# What belongs to no page, such as looking for updates, goes to a port where nobody listens.
_NOWHERE = {"server": "http://127.0.0.1:9"}
# Not the token of the Assessor's API, and no proxy's password.
_ENVIRONMENT = ("DBUS_", "FONTCONFIG_", "HOME", "PATH", "TMPDIR", "TZ", "XDG_")
_LANGUAGE = {"LANG": "en_US.UTF-8", "LANGUAGE": "en_US"}


def find_chromium(own: str, playwrights: str) -> str:
    """The program: `own` (PHX_BROWSER_PATH) where it is named, else the system's, else Playwright's own build.

    Raises BrowserUnavailable.
    """
    if own:
        if shutil.which(own):
            return own
        raise BrowserUnavailable(f"PHX_BROWSER_PATH names {own}, which is no program here")
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if Path(playwrights).is_file():
        return playwrights
    raise BrowserUnavailable(
        "no Chromium here: as root, apt-get install chromium; or playwright install chromium; or set PHX_BROWSER_PATH"
    )


def launch_options(program: str, display: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of Playwright's `launch`; `display` is an X display for a headed browser, empty for a headless one.

    Signals are ours to handle: on Ctrl-C the driver would end the browser before the crawl has put its work away.
    """
    kept = {name: value for name, value in environment.items() if name.startswith(_ENVIRONMENT)}
    return {
        "executable_path": program,
        "args": list(_SWITCHES),
        "headless": not display,
        # Chromium refuses to be sandboxed for root.
        "chromium_sandbox": os.geteuid() != 0,
        "env": kept | _LANGUAGE | ({"DISPLAY": display} if display else {}),
        "proxy": _NOWHERE,
        "timeout": LAUNCH_SECONDS * 1000,
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }
