"""Whatever the product offers, some part of the product uses: code that only tests call is dead weight."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import phx_scraper
from tests.unit.rules.product import PACKAGE, Function, docstrings, files, module, name, names_in, names_of, text, tree

# What Scrapy, SQLAlchemy and the standard library call by its name.
HOOKS = {
    "Command": "Scrapy's commands are found by the name of their file",
    "syntax": "Scrapy",
    "short_desc": "Scrapy",
    "add_options": "Scrapy",
    "process_options": "Scrapy's commands",
    "parse_known_args": "Scrapy's command line",
    "set_spidercls": "Scrapy's parse command",
    "process_request": "Scrapy's downloader middlewares",
    "process_response": "Scrapy's downloader middlewares",
    "process_exception": "Scrapy's downloader middlewares",
    "handle_referer": "Scrapy's redirect middleware",
    "process_item": "Scrapy's pipelines",
    "media_downloaded": "Scrapy's media pipelines",
    "get_media_requests": "Scrapy's media pipelines, whose contract it is",
    "update_pre_crawler_settings": "Scrapy's add-ons",
    "update_settings": "Scrapy's add-ons and spiders",
    "from_crawler": "Scrapy",
    "export_item": "Scrapy's exporters",
    "crawled": "Scrapy's log formatters",
    "scraped": "Scrapy's log formatters",
    "dropped": "Scrapy's log formatters",
    "item_error": "Scrapy's log formatters",
    "spider_error": "Scrapy's log formatters",
    "download_error": "Scrapy's log formatters",
    "set_ok": "http.cookiejar's policies",
    "return_ok": "http.cookiejar's policies",
    "getHostByName": "Twisted's resolvers",
    "func": "rq's jobs",
    "send_webhooks": "rq's jobs",
    "subscribe": "rq's workers",
    "get_heartbeat_ttl": "rq's workers",
    "check_for_suspension": "rq's workers",
    "heartbeat": "rq's workers",
    "maintain_heartbeats": "rq's workers",
    "execute_job": "rq's workers",
    "main_work_horse": "rq's workers",
    "dequeue_job_and_maintain_ttl": "rq's workers",
    "register_death": "rq's workers",
    "run_maintenance_tasks": "rq's workers",
    "lpop": "rq's queues",
    "handle_exception": "rq's workers",
    "handle_warm_shutdown_request": "rq's workers",
    "request_force_stop": "rq's workers",
    "set_shutdown_requested_date": "rq's workers",
    "find_class": "pickle's unpicklers",
    "persistent_load": "pickle's unpicklers",
    "process_bind_param": "SQLAlchemy's types",
    "result_processor": "SQLAlchemy's types",
    "visit_INTEGER": "SQLAlchemy's compilers of types",
    "visit_VARCHAR": "SQLAlchemy's compilers of types",
    "visit_TEXT": "SQLAlchemy's compilers of types",
    "is_item": "itemadapter",
    "is_item_class": "itemadapter",
    "get_field_names_from_class": "itemadapter",
    "on_broken_pipe": "rich's console",
    "connection_made": "asyncio's protocols",
    "data_received": "asyncio's protocols",
    "send_400_response": "uvicorn's protocols",
    "connection_lost": "asyncio's protocols",
    "handle_exit": "uvicorn's servers",
    "writerow": "the csv module's writers, in whose place it stands",
}
# What nothing of the product calls, and why it is there all the same.
UNUSED = {
    "imaging/categories/__init__.py:categorise": "for people's programs: a picture in, what it shows out",
    "homes/canonical_form.py:property_hash": "`homes` is for people's programs too: an address in, its label out",
}
# What people's programs are given; the methods and fields of these are for them.
FOR_PROGRAMS = frozenset(phx_scraper.__all__)
# Fields of records that nothing of the product reads, and why they are there all the same.
UNREAD = {
    "model/reasons.py:Rule.why": "the argument for a class, beside it for whoever changes the table",
    "sources.py:Source.robots": "README shows it, and a test holds README to it",
    "sources.py:Source.refusal": "README shows it, and a test holds README to it",
    # Of today.
}
# Templates that are given records; the others are given dictionaries.
DRAWING = [PACKAGE / "report" / "templates" / f"{name}.html.j2" for name in ("charts", "map")]
DRAWING.append(PACKAGE / "api" / "templates" / "operations_part.html.j2")
# Page objects are found by their source's name: `pages.read`, `read_saved` and `photo_bytes` ask for these.
BY_SOURCE = {"names_content", "read", "read_saved", "photo_bytes"}


class Public(NamedTuple):
    """A function, class or method that others may use; `owner` is the class of a method."""

    path: Path
    owner: str
    name: str
    node: Function | ast.ClassDef

    def __str__(self) -> str:
        return f"{name(self.path)}:{self.owner}{'.' if self.owner else ''}{self.name}"


def publics() -> Iterator[Public]:
    for path in files():
        for node in tree(path).body:
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
                yield Public(path, "", node.name, node)
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Function) and not inner.name.startswith("_"):
                        yield Public(path, node.name, inner.name, inner)


@cache
def named_in_texts() -> frozenset[str]:
    """Words of dotted names in texts, by which settings and annotations name classes."""
    found: set[str] = set()
    for path in files(replica=True):
        skip = docstrings(path)
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skip:
                found |= set(node.value.split(".")) if re.fullmatch(r"phx_scraper[\w.]+", node.value) else set()
    templates = (PACKAGE / "commands" / "templates").glob("*.tmpl")
    return frozenset(found | {word for path in templates for word in re.findall(r"\w+", text(path))})


@cache
def importers() -> dict[tuple[str, str], set[Path]]:
    """Module and name -> files that import it; a module imported as a whole stands under the name `*`."""
    found: dict[tuple[str, str], set[Path]] = defaultdict(set)
    for path in files(replica=True):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    found[node.module, alias.name].add(path)
                    found[f"{node.module}.{alias.name}", "*"].add(path)
    return found


def is_used(public: Public) -> bool:
    if (
        answers_a_request(public.node)
        or public.name in HOOKS
        or public.name in named_in_texts()
        or {public.name, public.owner} & FOR_PROGRAMS
    ):
        return True
    if name(public.path).startswith("spiders/") and "HomeSpider" in names_in(public.node):
        return True  # Scrapy finds spiders.
    own = names_of(public.path)[public.name] - names_in(public.node)[public.name]
    if public.owner:
        return own > 0 or any(names_of(path)[public.name] for path in files(replica=True) if path != public.path)
    if own > 0 or (name(public.path).startswith("pages/") and public.name in BY_SOURCE):
        return True
    return is_used_elsewhere(module(public.path), public.name)


def answers_a_request(node: ast.AST) -> bool:
    """An endpoint: the router that it is given to calls it."""
    return any(
        isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and names_in(given.func)["router"]
        for given in getattr(node, "decorator_list", ())
    )


def is_used_elsewhere(where: str, what: str) -> bool:
    """By a file that imports it and names it, or its module; a package that only hands it on counts for nothing."""
    for path in importers()[where, what]:
        if names_of(path)[what] or (path.name == "__init__.py" and is_used_elsewhere(module(path), what)):
            return True
    return any(names_of(path)[what] for path in importers()[where, "*"])


def test_nothing_public_is_unused() -> None:
    found = list(publics())
    assert len(found) > 500
    assert sorted(str(public) for public in found if str(public) not in UNUSED and not is_used(public)) == []


def test_nothing_is_excused_without_need() -> None:
    found = {str(public): public for public in publics()}
    assert UNUSED.keys() - found.keys() == set()
    assert [public for public in UNUSED if is_used(found[public])] == []
    hooks = {public.name for public in found.values()} | {
        target.id
        for path in files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert HOOKS.keys() - hooks == set()


@cache
def documents() -> frozenset[str]:
    """Classes of the API that are read from requests and written into answers, whole."""
    found = {"BaseModel"}
    classes = [node for path in files() if name(path).startswith("api/") for node in tree(path).body]
    for node in classes * 2:
        if isinstance(node, ast.ClassDef) and found & {base.id for base in node.bases if isinstance(base, ast.Name)}:
            found.add(node.name)
    return frozenset(found)


def fields() -> Iterator[tuple[str, str]]:
    """Path and class with the name of each field, and the name alone."""
    for path in files():
        for owner in ast.walk(tree(path)):
            if isinstance(owner, ast.ClassDef) and owner.name not in FOR_PROGRAMS | documents():
                for node in owner.body:
                    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                        yield f"{name(path)}:{owner.name}.{node.target.id}", node.target.id


def unread_fields() -> set[str]:
    read = {
        node.attr
        for path in files(replica=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    for template in DRAWING:
        read.update(re.findall(r"\.(\w+)", " ".join(re.findall(r"\{[{%](.*?)[}%]\}", template.read_text()))))
    return {where for where, field in fields() if field not in read and not field.startswith("_")}


def test_every_field_of_a_record_is_read() -> None:
    assert unread_fields() == UNREAD.keys()
