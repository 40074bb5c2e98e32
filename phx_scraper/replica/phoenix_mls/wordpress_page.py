"""The WordPress page around the plugin's output, with images of the site that are not photos."""

from __future__ import annotations

from html import escape

from phx_scraper.replica.phoenix_mls.urls import LOGO, SITE

NAME = "Phoenix MLS Search.com"


def wordpress_page(title: str, content: str, og: tuple[tuple[str, str], ...] = ()) -> str:
    """A whole page; `og` are (name, content) pairs of Open Graph."""
    tags = "".join(f"<meta property='og:{name}' content=\"{escape(value)}\" />\n" for name, value in og)
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} - {NAME}</title>
{tags}<link rel="stylesheet" href="{SITE}/wp-content/plugins/flexmls-idx/assets/css/style.css?ver=3.15.5" media="all">
</head><body class="page-template-default page wp-custom-logo flexmls-page">
<header id="masthead"><a href="{SITE}/" class="custom-logo-link"><img src="{LOGO}" class="custom-logo" alt="{NAME}"></a>
<nav><ul><li><a href="{SITE}/simple-search/">Simple Search</a></li></ul></nav></header>
<main><article class="page type-page"><h1 class="entry-title">{escape(title)}</h1><div class="entry-content">
{content}
</div></article></main>
<aside class="widget"><h3>Featured</h3><img src="{SITE}/wp-content/uploads/2021/05/portrait.jpg" alt="Agent"></aside>
<footer><img src="{SITE}/wp-content/uploads/2020/02/equal-housing.png" alt="Equal Housing Opportunity"></footer>
</body></html>"""


CHALLENGE_SCRIPT = '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>'
"""Cloudflare's; present on pages that are served too."""

GONE = wordpress_page("Listing Not Available", "This listing is no longer available.", (("title", ""), ("image", "")))

FIREWALL = "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1><p>7G Firewall</p></body></html>"
