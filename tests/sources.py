"""The project's own source files, as the house tests read them."""

from __future__ import annotations

import ast
import io
import tokenize
from functools import cache
from pathlib import Path

from tests.data_dir import ROOT

FOLDERS = ("gmm_engine", "pages", "tests", "benchmarks", "deploy", "docs", ".streamlit", ".ci")
TEXT = {"", ".py", ".md", ".toml", ".txt", ".js", ".css", ".html", ".yml", ".yaml", ".json", ".sh", ".conf"}
DATA_FOLDERS = {"__pycache__", "assets", "node_modules", "results", "static"}
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def text_files() -> list[Path]:
    """Every text file of the project, nothing generated."""
    inside = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    files = [*(path for path in sorted(ROOT.iterdir()) if path.name != ".git"), *inside]
    return [path for path in files if path.is_file() and path.suffix in TEXT and _is_source(path)]


def _is_source(path: Path) -> bool:
    return not DATA_FOLDERS & set(path.relative_to(ROOT).parts)


def python_files(*folders: str) -> list[Path]:
    """The Python files below `folders` (default: everywhere), app.py included when it is asked for."""
    files = [path for path in text_files() if path.suffix == ".py"]
    if not folders:
        return files
    return [path for path in files if path.relative_to(ROOT).parts[0] in folders]


def name_of(path: Path) -> str:
    """The path as the tests print it."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Dotted module name; a package is called by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> set[str]:
    """Dotted names a file imports anywhere; `from a import b` gives ``a.b``."""
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = [*base, *([node.module] if node.module else [])]
            found |= {".".join([*stem, alias.name]) for alias in node.names}
    return found


def functions_of(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    return [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@cache
def code_lines(path: Path) -> frozenset[int]:
    """Line numbers that hold code: no blank line, comment or docstring."""
    source = path.read_text(encoding="utf-8")
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return frozenset(lines - _docstring_lines(tree_of(path)))


def _docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines
