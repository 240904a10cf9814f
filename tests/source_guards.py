"""What the architecture tests look for in the source; each guard is shown to find a breach."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

AGENT = Path(__file__).parent.parent / "agent"

LONGEST_MODULE = 450
LONGEST_FUNCTION = 45
MOST_POSITIONAL = 5

# From the outside in. A module imports from its own layer and from those after it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__", "cli"),
    ("web",),
    ("build", "acceptance", "job_storage"),
    ("jobs", "inbox", "forges", "hosts", "models"),
    ("pipeline",),
    ("steps",),
    ("loader",),
    (
        "budget",
        "drafting",
        "evidence",
        "former_readme",
        "intake",
        "loaded_job",
        "outbound",
        "page_outline",
        "page_fetch",
        "path_policy",
        "proofing",
        "push_guard",
        "ranking",
        "readme",
        "revisions",
        "scaffold",
        "served_revision",
        "site_tree",
        "shared_files",
        "site_archive",
        "story",
        "start_point",
        "workspace",
    ),
    ("ports", "settings", "logs"),
    ("static_site", "validity"),
    (
        "browsing",
        "callers_repository",
        "child_environment",
        "deadline",
        "documents",
        "env_file",
        "inert_text",
        "looks",
        "mirrored",
        "nearest_name",
        "leftovers",
        "paths",
        "priority_semaphore",
        "proof_counts",
        "recorded",
        "redirects",
        "request_id",
        "retry_after",
        "url_display",
        "usage",
        "values",
    ),
    ("errors",),
)

Sources = Mapping[str, ast.Module]
"""The modules of the package by their path within it."""


@cache
def sources() -> Sources:
    return {
        path.relative_to(AGENT).as_posix(): ast.parse(path.read_text())
        for path in sorted(AGENT.rglob("*.py"))
    }


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """All that a module is made of; every rule reads it anew."""
    return tuple(ast.walk(tree))


def imports(tree: ast.Module) -> Iterator[str]:
    """Full names of what is imported, anywhere in a module."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def at_once(tree: ast.Module) -> ast.Module:
    """The module without its functions: what is imported when it is imported."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return ast.Module([node for node in tree.body if not isinstance(node, functions)], [])


def part_of(path: str) -> str:
    """`drafting` for `drafting/answer.py`, `loader` for `loader.py`."""
    return path.split("/")[0].removesuffix(".py")


def module_of(name: str, known: Sources) -> str | None:
    """The file of `agent` that an imported name is in."""
    parts = name.split(".")
    if parts[0] != "agent":
        return None
    for end in range(len(parts), 0, -1):
        path = "/".join(parts[1:end])
        for file in (f"{path}.py", f"{path}/__init__.py".lstrip("/")):
            if file in known:
                return file
    raise AssertionError(f"{name} is nowhere")


def outward_imports(known: Sources) -> list[str]:
    return [
        f"{path} imports {target}"
        for path, tree in known.items()
        for name in imports(tree)
        if (target := module_of(name, known)) and target != "__init__.py"
        if _layer(part_of(target)) < _layer(part_of(path))
    ]


def _layer(part: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


def import_cycle(known: Sources) -> list[str]:
    """The modules of a cycle; empty where there is none."""
    graph = {
        path: {target for name in imports(at_once(tree)) if (target := module_of(name, known))}
        - {path}
        for path, tree in known.items()
    }
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        return [str(module) for module in cycle.args[1]]
    return []


def users_of(library: str, known: Sources) -> list[str]:
    return [
        path
        for path, tree in known.items()
        if any(name.split(".")[0] == library for name in imports(tree))
    ]


def modules_that_say(words: tuple[str, ...], known: Sources) -> list[str]:
    """The modules with one of the words in a text that is no docstring, whatever its case."""
    return [
        path
        for path, tree in known.items()
        if any(word in text.lower() for text in _texts(tree) for word in words)
    ]


def _texts(tree: ast.Module) -> Iterator[str]:
    statements = (node.value for node in nodes(tree) if isinstance(node, ast.Expr))
    documentation = {id(value) for value in statements}
    for node in nodes(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documentation:
                yield text


def unnamed_catches(known: Sources) -> list[str]:
    """Handlers of whatever comes: bare, or of Exception or BaseException, alone or among others."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in known.items()
        for node in nodes(tree)
        if isinstance(node, ast.ExceptHandler) and _takes_whatever_comes(node)
    ]


def _takes_whatever_comes(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    return not names.isdisjoint({"Exception", "BaseException"})


def catches_of(error: str, known: Sources) -> set[str]:
    return {
        path
        for path, tree in known.items()
        for node in nodes(tree)
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and error in {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
    }


def environment_readers(known: Sources) -> set[str]:
    return {
        path
        for path, tree in known.items()
        for node in nodes(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "getenv", "environb", "putenv")
    }


def long_functions(known: Sources) -> list[str]:
    return [
        f"{path}:{node.name}"
        for path, tree in known.items()
        for node in nodes(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]


def crowded_signatures(known: Sources) -> list[str]:
    """Functions with more positional parameters than a reader can tell apart."""
    return [
        f"{path}:{node.name}"
        for path, tree in known.items()
        for node in nodes(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and len([each for each in node.args.args if each.arg not in ("self", "cls")])
        > MOST_POSITIONAL
    ]


def long_modules(known: Sources) -> list[str]:
    ends = {
        path: max((node.end_lineno or 0 for node in tree.body), default=0)
        for path, tree in known.items()
    }
    return [path for path, end in ends.items() if end > LONGEST_MODULE]


def silent_modules(known: Sources) -> list[str]:
    return [path for path, tree in known.items() if not ast.get_docstring(tree)]


def repeated_names(known: Sources) -> list[str]:
    """Classes and modules whose name stands for two things."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in known.items():
        name = path.rpartition("/")[2]
        if name not in ("__init__.py", "__main__.py"):
            found[f"module {name}"].append(path)
        for node in nodes(tree):
            if isinstance(node, ast.ClassDef):
                found[f"class {node.name}"].append(path)
    return [f"{name}: {', '.join(paths)}" for name, paths in found.items() if len(paths) > 1]


def stray_protocols(known: Sources) -> list[str]:
    return [
        f"{path}:{node.name}"
        for path, tree in known.items()
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).startswith("Protocol") for base in node.bases)
        and path != "ports.py"
    ]
