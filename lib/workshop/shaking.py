"""Noise on the results that differ between processors, to see what hangs on their last digits.

`start` has every module of the project that is imported later, and every cell, compiled with a
change: what sums, logarithms, products of matrices and their like return is multiplied by almost
one, and a sort that is not stable gives ties in any order. What is exact on every processor
(counts, sums of whole numbers) is left alone. `permute` has the tables read in another order.
"""
# ruff: noqa: ANN401 - what is shaken can be anything

from __future__ import annotations

import ast
import builtins
import functools
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell

from socionaut.ledger import tables

__all__ = ["Noise", "Rewriter", "permute", "start"]

_SUMS = {"cov", "cumsum", "dot", "mean", "sum"}  # exact where their terms are
_FUNCTIONS = {"corr", "corrcoef", "cumprod", "norm", "polyfit", "prod", "sem", "std", "var"}
_FUNCTIONS |= {"cos", "exp", "expm1", "log", "log10", "log1p", "log2", "power", "sin", "tanh"}
_FUNCTIONS |= {"cdf", "isf", "logcdf", "logpmf", "logsf", "pdf", "pmf", "ppf", "sf"}
_FUNCTIONS |= {"brentq", "betweenness_centrality", "eigenvector_centrality", "pagerank"}
_SORTS = {"sort_index", "sort_values"}
_LINEAR = ("cholesky", "eigh", "eigvalsh", "inv", "lstsq", "pinv", "qr", "solve", "svd")
_CALLS = dict.fromkeys(_SUMS, "sum") | dict.fromkeys(_FUNCTIONS, "call")
_CALLS |= dict.fromkeys(_SORTS, "sort")
_OPERATORS: dict[type, str] = {ast.MatMult: "product", ast.Pow: "power"}
_NAME = "__shaken__"
_BITS = 39  # a number of no more significant bits is taken for exact
_CANCELLED = 1e-3  # noise on what cancels out, beside that on the largest term


class Noise:
    """Shakes numbers, and what holds numbers.

    `size` is the largest relative change.

    Examples
    --------
    >>> noise = Noise(1e-3, seed=1)
    >>> noise.shaken(0.1) == 0.1, noise.shaken(0.5) == 0.5
    (False, True)
    """

    def __init__(self, size: float, seed: int) -> None:
        self.size = size
        self.generator = np.random.default_rng(seed)

    def shaken(self, value: Any, scale: float = 0.0) -> Any:
        """Return a value, shaken where it holds numbers that are not exact.

        `scale` is the largest term of a sum that is not exact. Where its terms cancel out, more is
        noise; and the sum is shaken unless it is zero.
        """
        if isinstance(value, float):
            return type(value)(self._moved(np.array(value), scale))
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            return self._moved(value, scale)
        if isinstance(value, pd.Series) and value.dtype == np.float64:
            return value.mask(value.notna(), self._moved(value.to_numpy(), scale))
        if isinstance(value, pd.DataFrame) and value.size:
            return value.apply(lambda column: self.shaken(column, scale))
        if type(value) is dict:
            return {key: self.shaken(part, scale) for key, part in value.items()}
        if isinstance(value, tuple):
            parts = [self.shaken(part, scale) for part in value]
            return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        return value

    def _moved(self, values: np.ndarray, scale: float) -> np.ndarray:
        one, two = self.generator.uniform(-self.size, self.size, (2, *values.shape))
        moved = values * (1 + one) + _CANCELLED * scale * two
        kept = (values == 0) | ~np.isfinite(values) if scale else _exact(values)
        return np.where(kept, values, moved)

    def call(self, function: Callable[..., Any], *arguments: object, **named: object) -> object:
        """Return what a function returns, shaken."""
        return self.shaken(function(*arguments, **named))

    def sum(self, function: Callable[..., Any], *arguments: object, **named: object) -> object:
        """Return what a sum or mean returns, shaken unless its terms are exact."""
        found = [_numbers(part) for part in (getattr(function, "__self__", None), *arguments)]
        terms = np.concatenate(found)
        value = function(*arguments, **named)
        if _exact(terms).all():  # or none was found
            return value if terms.size else self.shaken(value)
        return self.shaken(value, float(np.abs(terms[np.isfinite(terms)]).max(initial=0.0)))

    def sort(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> object:
        """Return what is sorted, ties in any order where the sort is not a stable one."""
        table: Any = getattr(function, "__self__", None)
        rows = isinstance(table, (pd.DataFrame, pd.Series)) and named.get("axis", 0) == 0
        several = bool(arguments) and isinstance(arguments[0], list)  # which is stable
        if rows and not several and named.get("kind") != "stable":
            mixed = table.iloc[self.generator.permutation(len(table))]
            function = getattr(mixed, function.__name__)
        return function(*arguments, **named)

    def product(self, left: Any, right: Any) -> object:
        """Return the product of two matrices, shaken."""
        return self.shaken(left @ right)

    def power(self, left: Any, right: Any) -> object:
        """Return a power, shaken unless it is an inverse, a root or a square."""
        plain = np.ndim(right) == 0 and right in (-1, 0.5, 1, 2)
        return left**right if plain else self.shaken(left**right)


def _exact(values: np.ndarray) -> np.ndarray:
    scaled = np.ldexp(np.frexp(values)[0], _BITS)
    return np.asarray((scaled == np.floor(scaled)) | ~np.isfinite(values))


def _numbers(part: object) -> np.ndarray:
    """Return the numbers that an argument holds, in one row."""
    table = getattr(part, "obj", part)  # what is grouped, or rolled over
    if isinstance(table, pd.DataFrame):
        table = table.select_dtypes("number")
    if isinstance(table, list):
        table = np.array([each for each in table if isinstance(each, (int, float))], dtype=float)
    if isinstance(table, (pd.DataFrame, pd.Series)):
        table = table.to_numpy()
    if isinstance(table, np.ndarray) and table.dtype.kind in "biuf":
        return table.ravel().astype(float)
    return np.empty(0)


class Rewriter(ast.NodeTransformer):
    """Puts the noise around calls and operators; what numba compiles stays as it is.

    Examples
    --------
    >>> ast.unparse(Rewriter().visit(ast.parse("np.log(x) @ y")))
    '__shaken__.product(__shaken__.call(np.log, x), y)'
    """

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave functions alone that are compiled."""
        by = [part.id for part in node.decorator_list if isinstance(part, ast.Name)]
        return node if "compiled" in by else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Call a function by way of the noise."""
        self.generic_visit(node)
        kind = _CALLS.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
        return _call(kind, [node.func, *node.args], node.keywords, node) if kind else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Multiply matrices and take powers by way of the noise."""
        self.generic_visit(node)
        kind = _OPERATORS.get(type(node.op))
        return _call(kind, [node.left, node.right], [], node) if kind else node


def _call(kind: str, parts: list[ast.expr], named: list[ast.keyword], at: ast.AST) -> ast.AST:
    function = ast.Attribute(ast.Name(_NAME, ast.Load()), kind, ast.Load())
    call = ast.copy_location(ast.Call(function, parts, named), at)
    return ast.fix_missing_locations(call)


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        # Compiled anew: what Python has kept of the module is without noise, and must stay so.
        path = self.get_filename(fullname)
        tree = Rewriter().visit(ast.parse(self.get_data(path), path))
        return compile(tree, path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != __name__.partition(".")[0] or fullname == __name__:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def start(size: float, seed: int, shell: InteractiveShell | None = None) -> None:
    """Shake this process from now on; it is not to be undone.

    The cells of `shell` are shaken, too.
    """
    noise = Noise(size, seed)
    setattr(builtins, _NAME, noise)
    for name in _LINEAR:  # what statsmodels uses
        setattr(np.linalg, name, functools.partial(noise.call, getattr(np.linalg, name)))
    sys.meta_path.insert(0, _Finder())
    if shell is not None:
        shell.ast_transformers.append(Rewriter())


def permute(seed: int) -> None:
    """Read each table of the data package with its rows in another order from now on."""
    generator, read = np.random.default_rng(seed), tables.read_table

    @functools.wraps(read)
    def permuted(name: str, folder: Path | None = None) -> pd.DataFrame:
        return read(name, folder).sample(frac=1, random_state=generator, ignore_index=True)

    tables.read_table = permuted
