"""Block pages of the bot protection (press and hold), with the signs by which readers recognise them."""

from __future__ import annotations

from phx_scraper.replica.zillow.presented import PresentedHome

_STYLE = " ".join(
    f".px-captcha-part-{part} {{ position: relative; margin: {part}px 0; color: #626364; }}" for part in range(90)
)


CAPTCHA_MODAL = '<div id="px-captcha-modal" class="px-modal" style="display:none"><div id="px-captcha"></div></div>'
"""Part of pages that are served in full."""

ERROR_PAGE = (
    '<!DOCTYPE html><html><head><title>Zillow</title></head><body><div id="zillow-error-page"></div>'
    '<script id="__ERROR_DATA__" type="application/json">{"message":"Error 500 - internal server error."}</script>'
    "</body></html>"
)


def block_page(presented: PresentedHome) -> str:
    """The page of 2025, about 8 kB; some homes get another one: of 2021, of 2026, or as rendered by a browser."""
    digits = presented.rng("refused").hex(32)
    reference = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    makers = {"blocked_old": _page_of_2021, "blocked_bare": _rendered_page, "blocked_touch": _page_of_2026}
    return makers.get(presented.ending, _page_of_2025)(reference)


def general_block_page() -> str:
    """The page of 2025 for a request that concerns no single home."""
    return _page_of_2025("00000000-0000-0000-0000-000000000000")


def _page_of_2025(reference: str) -> str:
    return f"""<html lang="en"><head><meta charset="utf-8"><meta name="description" content="px-captcha">
<title>Access to this page has been denied</title>
<script src="/HYx10rg3/captcha/captcha.js?a=c&amp;u={reference}&amp;v=&amp;m=0"></script><style>{_STYLE}</style></head>
<body><script>{_assignments(reference)}</script>
<div id="px-captcha-wrapper"><div class="px-captcha-container">
<div class="px-captcha-message">Press &amp; Hold to confirm you are<br>
a human (and not a bot).</div><div id="px-captcha"></div>
<div class="px-captcha-refid">Reference ID {reference}</div></div></div>
</body></html>"""


def _page_of_2021(reference: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<link rel="stylesheet" href="https://www.zillowstatic.com/s3/captcha/captcha.css"><style>{_STYLE[:2200]}</style>
<script>{_assignments(reference)}</script>
<script src="https://www.google.com/recaptcha/api.js" async defer></script></head>
<body><main><h5>Please verify you're a human to continue.</h5>
<div id="px-captcha" class="g-recaptcha" data-callback="handleCaptcha"></div>
</main></body></html>"""


def _rendered_page(reference: str) -> str:
    return f"""<html><body><div id="px-captcha-wrapper"><div class="px-captcha-container">
<div class="px-captcha-header">Press &amp; Hold to confirm you are a human (and not a bot).</div>
<div id="px-captcha" style="display: block; min-width: 310px;"></div>
<div class="px-captcha-refid">Reference ID {reference}</div></div></div></body></html>"""


def _page_of_2026(reference: str) -> str:
    return f"""<html lang="en"><head><meta charset="utf-8"><title>Zillow</title></head><body><main>
<h1>Before we continue...</h1><p>This one it needs a human touch. Complete the task and we'll get you right back.</p>
<div id="px-captcha"></div><p>ERRCODE PXCR10002539 {reference}</p></main></body></html>"""


def _assignments(reference: str) -> str:
    return (
        f"window._pxVid = ''; window._pxUuid = '{reference}'; window._pxAppId = 'PXHYx10rg3';"
        " window._pxHostUrl = '/HYx10rg3/xhr';"
        " window._pxJsClientSrc = '/HYx10rg3/init.js'; window._pxFirstPartyEnabled = true;"
    )
