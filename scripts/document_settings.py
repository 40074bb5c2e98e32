"""Write docs/settings.md and README's short table of settings from the fields of `Config`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.commands.crawl_help import MOST_USED
from phx_scraper.config.fields import FIELDS
from phx_scraper.config.scrapy_values import BOUNDS
from phx_scraper.config.setting import Setting

SHORT_HEAD = "| setting | default | meaning |\n|---|---|---|\n"
LONG_HEAD = "| setting | what may be written | unit | default | meaning |\n|---|---|---|---|---|\n"

PAGE = """# Settings

Made by `python scripts/document_settings.py` from `phx_scraper/config/fields.py`.

A setting is given by `-s NAME=VALUE` to any command, as an environment variable of its name, or in a file `phx.toml`
([configuration.md](configuration.md)). `crawl` with a `JOBDIR` goes on with those that its job was begun with, but for
what the command line says.

Every command of the project looks at all of them before it does anything. A value that cannot be used is one sentence
with the setting, the value and what may be written, and exit code 2; so is a name that begins with `PHX_` and is none
of these, or that is nearly one of these or of Scrapy's. Users and passwords in URLs are never shown. A crawl reads its
settings once, as its spider is made.

{table}
Numbers may be written as `60e6`; switches as True and False, yes and no, on and off, 1 and 0; words in capitals or not.

## Scrapy's own

They keep their meaning ([its documentation](https://docs.scrapy.org/en/latest/topics/settings.html)); what this project
sets, and why, is in `phx_scraper/settings.py`. Switches, numbers, encodings, the log's level and file, and the classes
that a crawl is made of are looked at in the same way, some numbers within tighter bounds:

{bounds}"""


def page() -> str:
    """The text of docs/settings.md."""
    table = "".join([LONG_HEAD, *(_long_row(name, about) for name, about in FIELDS.items())])
    bounds = ["| setting | what may be written |\n|---|---|\n"]
    bounds += [f"| `{name}` | {kind.allowed} |\n" for name, kind in BOUNDS.items()]
    return PAGE.format(table=table, bounds="".join(bounds))


def with_short_table(readme: str) -> str:
    """README with its table of settings made anew. Raises ValueError where it has none."""
    start = readme.index(SHORT_HEAD)
    end = readme.index("\n\n", start)
    return readme[:start] + "".join(_short_table()).rstrip("\n") + readme[end:]


def _short_table() -> Iterable[str]:
    yield SHORT_HEAD
    for name, about in FIELDS.items():
        if name in MOST_USED:
            unit = f" {about.unit}" if about.unit else ""
            yield f"| `{name}` | {_default(about)}{unit} | {about.reason} |\n"


def _long_row(name: str, about: Setting) -> str:
    return f"| `{name}` | {about.kind.allowed} | {about.unit} | {_default(about)} | {about.reason} |\n"


def _default(about: Setting) -> str:
    if about.default == "":
        return "empty"
    return f"`{about.default}`" if isinstance(about.default, str) else str(about.default)


if __name__ == "__main__":
    command_line(__doc__, __file__).parse_args()
    root = Path(__file__).parents[1]
    (root / "docs" / "settings.md").write_text(page(), encoding="utf-8")
    readme = root / "README.md"
    readme.write_text(with_short_table(readme.read_text(encoding="utf-8")), encoding="utf-8")
