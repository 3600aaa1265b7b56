"""Runs dbt Python models beside dbt, for databases that have no Python of their own.

``model.py`` runs a model, whatever the database; ``postgres.py`` reads and writes one kind of database. A further
database needs an ``Engine`` of its own and a line in ``dbt_whence.plugin``.
"""
