"""Tests measured by mutation: `make mutants`. mutmut makes mutants and runs the tests; this chooses and judges.

Prints the score per module and in all, and each mutant that no test noticed. Mutants listed in
tests/mutants/equivalent.toml change nothing that can be observed, so they are taken out before. Exit codes: 0 the
score is reached, 1 it is not, or an entry of that list fits no mutant any more, 2 mutmut could not run.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line

Key = tuple[str, str, tuple[str, ...], tuple[str, ...]]

ROOT = Path(__file__).parents[1]
EQUIVALENT = ROOT / "tests/mutants/equivalent.toml"
LOG = Path("mutants/run.log")
BAR = 92.0
SEED = 10
SURVIVED = {0: "survived", 5: "no test runs it", 33: "no test runs it", None: "was not run"}


@dataclass(frozen=True)
class Mutant:
    """One change of one function: `name` is mutmut's; `was` and `now` are the lines that differ, stripped."""

    name: str
    module: str
    function: str
    line: int
    was: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What an entry of the list of equivalent ones names."""
        return self.module, self.function, self.was, self.now


def main(arguments: Sequence[str]) -> int:
    """Choose, run, judge."""
    options = _options(arguments)
    os.chdir(ROOT)
    modules = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["only_mutate"]
    made = {module: list(mutants_of(module)) for module in modules if options.only in module}
    equivalent = _equivalent()
    stale = _print_stale(set(equivalent) - {mutant.key for found in made.values() for mutant in found}, made)
    chosen = {
        module: _sample([mutant for mutant in found if mutant.key not in equivalent], options.each, module)
        for module, found in made.items()
    }
    if not _run((mutant for mutants in chosen.values() for mutant in mutants), options.jobs):
        return 2
    return max(_judge(chosen), stale)


def _print_stale(stale: Iterable[Key], modules: Collection[str]) -> int:
    """Entries of the list that fit no mutant of the chosen modules: 1 where there are any."""
    found = sorted(key for key in stale if key[0] in modules)
    for module, function, was, now in found:
        print(f"stale entry: no mutant of {function} in {module} makes {was} into {now}", file=sys.stderr)
    return int(bool(found))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_line(__doc__, __file__)
    parser.add_argument("--each", default="40", help="mutants per module, drawn with a fixed seed, or `all`")
    parser.add_argument("--only", default="", help="modules whose path has this in it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    return parser.parse_args(arguments)


def mutants_of(module: str) -> Iterator[Mutant]:
    """All that mutmut makes of a file."""
    # It is in an environment of its own: what this takes can be said without it.
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    source = Path(module).read_text()
    made = mutate_file_contents(module, source)
    lines = made.code.splitlines()
    starts = dict(_functions(ast.parse(source)))
    bodies = {name: lines[span.start - 1 : span.end] for name, span in made.line_span_by_function_name.items()}
    for name in made.mutant_names:
        original = f"{name.partition('__mutmut_')[0]}__mutmut_orig"
        function = original.removesuffix("__mutmut_orig").removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        offset, was, now = _difference(_plain(bodies[original], original), _plain(bodies[name], name))
        yield Mutant(get_mutant_name(Path(module), name), module, function, starts[function] + offset, was, now)


def _plain(body: Sequence[str], name: str) -> list[str]:
    """A function's lines without its generated name, from `def` on."""
    lines = [line.strip().replace(name, "") for line in body]
    return lines[next(number for number, line in enumerate(lines) if "def (" in line) :]


def _functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions and methods by name, with the line of their `def`."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in tree.body:
        if isinstance(node, kinds):
            yield node.name, node.lineno
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{each.name}", each.lineno) for each in node.body if isinstance(each, kinds))


def _difference(before: Sequence[str], after: Sequence[str]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """The first line that differs, and from there to the last the lines before and after."""
    start = next(number for number, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    same = zip(reversed(before[start:]), reversed(after[start:]), strict=False)
    end = next((number for number, (a, b) in enumerate(same) if a != b), min(len(before), len(after)) - start)
    return start, tuple(before[start : len(before) - end]), tuple(after[start : len(after) - end])


def _equivalent() -> dict[Key, str]:
    """The listed ones, with the reason of each."""
    entries = tomllib.loads(EQUIVALENT.read_text()).get("mutant", [])
    return {
        (entry["module"], entry["function"], _lines(entry["was"]), _lines(now)): entry["why"]
        for entry in entries
        for now in ([entry["now"]] if isinstance(entry["now"], str) else entry["now"])
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


def _sample(mutants: list[Mutant], each: str, module: str) -> list[Mutant]:
    if each == "all" or len(mutants) <= int(each):
        return mutants
    return random.Random(f"{SEED} {module}").sample(mutants, int(each))  # nosec B311


def _run(mutants: Iterable[Mutant], jobs: int) -> bool:
    """Have mutmut test them; where nobody watches, its progress goes to a file."""
    command = [Path(sys.executable).with_name("mutmut"), "run", "--max-children", str(jobs)]
    command += [mutant.name for mutant in mutants]
    if sys.stdout.isatty():
        return subprocess.run(command, check=False).returncode == 0
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        worked = subprocess.run(command, check=False, stdout=log, stderr=subprocess.STDOUT).returncode == 0
    if not worked:
        print(LOG.read_text()[-4000:], file=sys.stderr)
    return worked


def _judge(chosen: dict[str, list[Mutant]]) -> int:
    """Print survivors and score; 0 where the bar is reached."""
    killed = tested = 0
    table = []
    for module, mutants in chosen.items():
        codes = json.loads(Path(f"mutants/{module}.meta").read_text())["exit_code_by_key"]
        alive = [mutant for mutant in mutants if codes[mutant.name] in SURVIVED]
        for mutant in sorted(alive, key=lambda mutant: mutant.line):
            print_mutant(mutant, SURVIVED[codes[mutant.name]])
        killed, tested = killed + len(mutants) - len(alive), tested + len(mutants)
        table.append((module, len(mutants) - len(alive), len(mutants)))
    for name, dead, of in [*table, ("in all", killed, tested)]:
        print(f"{name:52} {dead:5} of {of:5} killed {100 * dead / max(of, 1):6.1f} %")
    return int(100 * killed < BAR * tested)


def print_mutant(mutant: Mutant, fate: str) -> None:
    """As an entry of the list would name it."""
    print(f"\n{mutant.module}:{mutant.line} {mutant.function}: {fate} ({mutant.name.rpartition('_')[2]})")
    print(*(f"  - {line}" for line in mutant.was), *(f"  + {line}" for line in mutant.now), sep="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
