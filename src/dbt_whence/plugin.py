"""Makes dbt-whence known to dbt, and lets dbt run Python models on databases whose adapter takes SQL only."""

from __future__ import annotations

from importlib.metadata import version

from dbt.adapters.factory import FACTORY
from dbt.plugins.manager import dbtPlugin

from dbt_whence.runner.model import run_python_model
from dbt_whence.runner.postgres import Postgres

# Each adapter without Python models of its own, and what reads and writes there.
ENGINES = {"postgres": Postgres}


class PythonModelsPlugin(dbtPlugin):
    """Gives the adapter in use the methods through which macros reach this package.

    Every adapter gets ``dbt_whence_version``, by which macros see that the package is installed. A SQL-only one gets
    ``run_python_model`` and the macros that call it: those of ``dbt.adapters.pylocal``, which becomes its parent, so
    that dbt looks there after the adapter's own macros and before its defaults. The user's profile keeps its type.
    """

    def initialize(self) -> None:
        """Extend the adapters that dbt has loaded; dbt calls this at the start of each command."""
        for name, plugin in list(FACTORY.plugins.items()):
            adapter = plugin.adapter
            if "dbt_whence_version" in adapter._available_:
                continue
            adapter.dbt_whence_version = staticmethod(dbt_whence_version)
            adapter._available_ = adapter._available_ | {"dbt_whence_version"}
            if name in ENGINES:
                FACTORY.load_plugin("pylocal")
                plugin.dependencies.append("pylocal")
                adapter.python_model_engine = ENGINES[name]
                adapter.run_python_model = run_python_model
                adapter._available_ = adapter._available_ | {"run_python_model"}


def dbt_whence_version() -> str:
    """Return the version of this package."""
    return version("dbt-whence")
