"""What axe-core, the checker of accessibility, finds in a page as it stands."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tests.report.tab import Tab

# All rules of WCAG 2 A and AA, and good practice.
_RUN = """axe.run(document).then(found => found.violations.map(one =>
  one.id + ": " + one.nodes.slice(0, 3).map(node => node.target + " " + node.failureSummary).join("; ")))"""


@cache
def _script() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(tab: Tab) -> list[str]:
    """Each with the elements that it is of."""
    tab.run(f"(() => {{ {_script()}; return 1; }})()")
    found: list[str] = tab.wait(_RUN)
    return found
