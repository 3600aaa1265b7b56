"""whence: why a metric moved, which factors carry a portfolio, what offsets an exposure.

The Python side of the dbt project of the same name: what SQL does not do well, and the ``whence`` command.
"""
