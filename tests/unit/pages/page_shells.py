"""Page shells as the sources serve them, to put a captured state object into."""

from __future__ import annotations

import json
from typing import Any


def zillow_page(home: Any, name: str = "ForSaleShopperPlatformFullRenderQuery{}") -> bytes:
    """A Zillow home page whose cache holds `home` as its property, beside the small partial one of the same home."""
    zpid = home.get("zpid") if isinstance(home, dict) else None
    cache = {"VariantQuery{}": {"property": {"zpid": zpid}}, name: {"property": home}}
    props = {"componentProps": {"zpid": zpid, "gdpClientCache": json.dumps(cache)}, "searchPageState": None}
    return next_data_page(json.dumps({"props": {"pageProps": props}}))


def next_data_page(state: str) -> bytes:
    """A page with `state` in its `__NEXT_DATA__` script."""
    script = state.replace("</", "<\\/")
    return f'<html><body><script id="__NEXT_DATA__" type="application/json">{script}</script></body></html>'.encode()


def redfin_page(payloads: dict[str, Any]) -> bytes:
    """A Redfin page whose data cache answers each request path with its payload."""
    cache = {path: {"res": {"text": "{}&&" + json.dumps({"payload": found})}} for path, found in payloads.items()}
    state = json.dumps({"ReactServerAgent.cache": {"dataCache": cache}}).replace("<", "\\u003C")
    return f"<html><body><script>root.__reactServerState.InitialContext = {state};\n</script></body></html>".encode()
