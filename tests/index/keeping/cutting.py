"""Ends connections to a database, as a server does that is started anew."""

import sqlalchemy as sa


def cut(database: str, condition: str = "true") -> None:
    """End the connections of those who have joined."""
    _end(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_locks "
        f"WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND {condition}",
    )


def cut_all(database: str) -> None:
    """End all connections."""
    _end(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def _end(database: str, statement: str) -> None:
    engine = sa.create_engine(sa.make_url(database).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
