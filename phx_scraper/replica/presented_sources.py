"""The sources that the replica presents; another one is one line here and a package.

Each package has `routes()` (host to handler), `visit(address, options)` (the truth of one home), `warm_photos(address,
options)` (its best files) and `register_address(state, address)` (register its names).
"""

from __future__ import annotations

from types import ModuleType

from phx_scraper.replica import maricopa_assessor, phoenix_mls, redfin, zillow

PRESENTED_SOURCES: dict[str, ModuleType] = {
    "zillow": zillow,
    "redfin": redfin,
    "maricopa_assessor": maricopa_assessor,
    "phoenix_mls": phoenix_mls,
}
