"""The press-and-hold pages of the bot wall, in the marks that readers know them by."""

from __future__ import annotations

from phx_scraper.replica.zillow.shown import Shown

_STYLE = " ".join(
    f".px-captcha-part-{part} {{ position: relative; margin: {part}px 0; color: #626364; }}" for part in range(90)
)


def block_page(shown: Shown) -> str:
    """The page of 2025, about 8 kB; some homes get the 3 kB one of 2021."""
    digits = shown.dice("refused").hex(32)
    reference = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return _old(reference) if shown.fate == "blocked_old" else _new(reference)


def _new(reference: str) -> str:
    return f"""<html lang="en"><head><meta charset="utf-8"><meta name="description" content="px-captcha">
<title>Access to this page has been denied</title>
<script src="/HYx10rg3/captcha/captcha.js?a=c&amp;u={reference}&amp;v=&amp;m=0"></script><style>{_STYLE}</style></head>
<body><script>{_assignments(reference)}</script>
<div id="px-captcha-wrapper"><div class="px-captcha-container">
<div class="px-captcha-message">Press &amp; Hold to confirm you are<br>
a human (and not a bot).</div><div id="px-captcha"></div>
<div class="px-captcha-refid">Reference ID {reference}</div></div></div>
</body></html>"""


def _old(reference: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<link rel="stylesheet" href="https://www.zillowstatic.com/s3/captcha/captcha.css"><style>{_STYLE[:2200]}</style>
<script>{_assignments(reference)}</script>
<script src="https://www.google.com/recaptcha/api.js" async defer></script></head>
<body><main><h5>Please verify you're a human to continue.</h5>
<div id="px-captcha" class="g-recaptcha" data-callback="handleCaptcha"></div>
</main></body></html>"""


def _assignments(reference: str) -> str:
    return (
        f"window._pxVid = ''; window._pxUuid = '{reference}'; window._pxAppId = 'PXHYx10rg3';"
        " window._pxHostUrl = '/HYx10rg3/xhr';"
        " window._pxJsClientSrc = '/HYx10rg3/init.js'; window._pxFirstPartyEnabled = true;"
    )
