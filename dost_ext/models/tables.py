"""The table of providers that admins have connected."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dost_ext.core.database import metadata

providers = Table(
    "providers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("base_url", Text),
    # Encrypted, see keys.py.
    Column("api_key", LargeBinary),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    # Names of models, where the provider is not to be asked for them.
    Column("models", JSONB, nullable=False, server_default=text("'[]'")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("uq_providers_name", providers.c.name, unique=True)
