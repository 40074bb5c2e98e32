"""`python -m tests.unit.downloader.real_chromium HOST:PORT`: Chromium sends an https replica each kind of request.

In a process of its own: Playwright brings an event loop, which must not meet the reactor of the tests.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FOUND = shutil.which("chromium") or shutil.which("google-chrome")
# As Google Chrome comes; Debian's Chromium forbids third-party cookies.
_PREFERENCES = {"profile": {"block_third_party_cookies": False, "cookie_controls_mode": 0}}
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
_ON_ZILLOW = """async () => {
  const link = Object.assign(document.createElement('a'), {href: '/homedetails/x/1_zpid/', id: 'link', textContent: 'x'});
  document.body.append(link);
  await fetch('https://www.zillowstatic.com/autocomplete/v3/suggestions?q=1').catch(() => 0);
  const headers = {'Content-Type': 'application/json', 'x-caller-id': 'search'};
  await fetch('/zg-graph', {method: 'POST', headers, body: '{}'});
  await new Promise(done => Object.assign(new Image(), {onload: done, onerror: done, src: 'https://photos.zillowstatic.com/fp/a.jpg'}));
}"""  # noqa: E501
_ON_PHOENIX = """() => new Promise(done => {
  const script = Object.assign(document.createElement('script'), {onload: done, onerror: done});
  script.src = 'https://apps.flexmls.com/quick_launch/omni?_q=1';
  document.head.append(script);
})"""
_ON_REDFIN = "() => fetch('/stingray/do/location-autocomplete?location=1').then(got => got.text())"


def browse(address: str) -> str:
    """Ask for each kind of request at the replica's `HOST:PORT`, and return Chromium's version."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        preferences = Path(folder, "Default", "Preferences")
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(_PREFERENCES))
        version = version_of(str(FOUND))
        # As it says with a window; without one it calls itself HeadlessChrome.
        arguments = [f"--host-resolver-rules=MAP * {address}", "--no-sandbox", f"--user-agent={_AGENT.format(version)}"]
        options: dict[str, Any] = {"executable_path": FOUND, "args": arguments, "ignore_https_errors": True}
        context = playwright.chromium.launch_persistent_context(folder, **options)
        page = context.new_page()
        page.goto("https://www.zillow.com/")
        page.evaluate(_ON_ZILLOW)
        page.click("#link")
        page.wait_for_load_state()
        page.goto("https://phoenixmlssearch.com/")
        page.evaluate(_ON_PHOENIX)
        page.goto("https://www.redfin.com/")
        page.evaluate(_ON_REDFIN)
        context.close()
        return version


def version_of(executable: str) -> str:
    """The major version."""
    said = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.\d", said)
    assert found, said
    return found[1]


if __name__ == "__main__":
    sys.stdout.write(browse(sys.argv[1]))
