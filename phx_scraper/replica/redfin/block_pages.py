"""Redfin's block pages of 2025 and 2026."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from phx_scraper.replica.responses import empty_shell, html, long_retry_after

_CHALLENGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title></title><style>body{}</style>
<script type="text/javascript">window.awsWafCookieDomainList = []; window.gokuProps = {"key":"AQIDAHjc","iv":"CgAF"};
</script><script src="https://0123456789ab.0123456789ab.us-west-2.token.awswaf.com/0123/challenge.js"></script></head>
<body><div id="challenge-container"></div><script type="text/javascript">AwsWafIntegration.saveReferrer();</script>
<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript>
</body></html>"""
_CAPTCHA = """<!DOCTYPE html><html lang="en"><head><title>Human Verification</title>
<script>window.gokuProps = {};</script>
</head><body><div id="captcha-container"></div></body></html>"""


def _challenge() -> web.Response:
    response = html(_CHALLENGE, 202)
    response.headers["x-amzn-waf-action"] = "challenge"
    return response


def _captcha() -> web.Response:
    response = html(_CAPTCHA, 405)
    response.headers["x-amzn-waf-action"] = "captcha"
    return response


BLOCK_PAGES: dict[str, Callable[[], web.Response]] = {
    "redfin_challenge": _challenge,
    "redfin_challenge_bare": lambda: html(_CHALLENGE, 202),
    "redfin_human": _captcha,
    "redfin_stub": empty_shell,
    "redfin_wait": long_retry_after,
}
