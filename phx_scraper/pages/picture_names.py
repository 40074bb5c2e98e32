"""What a photo is called in its address, whatever its size: equal for all files of one photo."""

from __future__ import annotations

import re

# Chrome adds "(1)" to the second of two files with one name; both are of one photo.
_NAMES = {
    "zillow": re.compile(r"([0-9a-f]{32})-[a-z0-9_]{1,60}(?:\(\d{1,3}\))?\.(?:jpe?g|webp|png)|(IS[0-9a-z]{8,30})\.jpg"),
    "redfin": re.compile(
        r"(?:gen[A-Z]\w{0,30}\.)?([A-Za-z0-9-]{2,30}(?:_\d{1,4})?_[0-9A-Za-z]{1,4})(?:\(\d{1,3}\))?\.(?:jpe?g|webp|png)"
    ),
    "phoenix_mls": re.compile(r"(\d{26})(?:-[tmlo])?(?:\(\d{1,3}\))?\.(?:jpe?g|png|gif|webp)"),
}
_OWN_BUNDLE = re.compile(r"item_\d+")


def picture_name(source: str, address: str) -> str:
    """The name of a photo by its address or by the name of its file; empty where it has none.

    Pictures that Redfin took itself are only numbered, so one of them cannot be told by its file's name.
    """
    form = _NAMES.get(source)
    match = form.fullmatch(address.partition("?")[0].rpartition("/")[2]) if form else None
    found = next(filter(None, match.groups()), "") if match else ""
    return "" if _OWN_BUNDLE.fullmatch(found) else found
