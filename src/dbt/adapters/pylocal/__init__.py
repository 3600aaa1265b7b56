"""A parent for SQL-only dbt adapters: macros alone, through which their Python models run beside dbt.

No profile names it; ``dbt_whence.plugin`` puts it behind the adapters that need it. It is an adapter module because
dbt loads a parent adapter by importing ``dbt.adapters.<name>``.
"""

from __future__ import annotations

from pathlib import Path

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.contracts.connection import Credentials
from dbt.adapters.sql import SQLAdapter


class PylocalAdapter(SQLAdapter):
    """Never connects; it names the macros."""

    @classmethod
    def type(cls) -> str:
        """Return the prefix of the macros: ``pylocal__``."""
        return "pylocal"


Plugin = AdapterPlugin(
    adapter=PylocalAdapter,
    credentials=Credentials,
    include_path=str(Path(__file__).parent),
)
