"""Tables of the simulator as data frames of other libraries, where these are installed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sim.errors import UserError

if TYPE_CHECKING:
    from sim.study.tables import Table


def to_pandas(table: Table) -> Any:
    """A table as a pandas DataFrame. Raises UserError where pandas is not installed."""
    return _library("pandas").DataFrame(table)


def to_polars(table: Table) -> Any:
    """A table as a polars DataFrame; nan is null. Raises UserError where polars is not installed."""
    columns = {name: column.tolist() if column.dtype == object else column for name, column in table.items()}
    return _library("polars").DataFrame(columns, nan_to_null=True, strict=False)


def to_arrow(table: Table) -> Any:
    """A table as an Arrow table; nan is null. Raises UserError where pyarrow is not installed."""
    _library("pyarrow")
    from sim.study.tables import as_arrow

    return as_arrow(table)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(f"{name} is not installed: pip install {name}") from error


class Framed:
    """Something with tables that other libraries can take."""

    def table(self, name: str = "") -> Table:
        """A table by name, as columns of NumPy."""
        raise NotImplementedError

    def to_pandas(self, *name: str) -> Any:
        """A table as a pandas DataFrame. Raises UserError where pandas is not installed."""
        return to_pandas(self.table(*name))

    def to_polars(self, *name: str) -> Any:
        """A table as a polars DataFrame. Raises UserError where polars is not installed."""
        return to_polars(self.table(*name))

    def to_arrow(self, *name: str) -> Any:
        """A table as an Arrow table. Raises UserError where pyarrow is not installed."""
        return to_arrow(self.table(*name))
