"""whence: why a metric moved, which factors carry a portfolio, what offsets an exposure.

The Python side of the dbt project of the same name: what SQL does not do well, the runner that lets dbt Python models
run on databases that have none, and the ``whence`` command.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Give dbt the list of plugins it looks for in every module named ``dbt_*``; imported late, dbt takes seconds."""
    if name == "plugins":
        from dbt_whence.plugin import PythonModelsPlugin

        return [PythonModelsPlugin]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
