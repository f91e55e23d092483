"""The tables of documents, and of what they are found by.

A chunk's words and its vector lie in tables of their own, narrow and with the collection in each
row: they are read by the ten thousand, the chunk itself only when it is shown.
"""

from __future__ import annotations

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    cast,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from dost_ext.core.database import metadata

# Every document is in one. Those that are in none that has a name are in their owner's own one.
collections = Table(
    "collections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "owner_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("personal", Boolean, nullable=False, server_default=text("false")),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    # Whether everyone on this server may read it.
    Column("everyone", Boolean, nullable=False, server_default=text("false")),
    # How many chunks there are in it, and how many words in them: BM25 asks for their mean length.
    Column("chunks", BigInteger, nullable=False, server_default=text("0")),
    Column("words", BigInteger, nullable=False, server_default=text("0")),
    # By which rules their words were taken apart: the names of text search configurations.
    Column("languages", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
Index(
    "uq_collections_personal",
    collections.c.owner_id,
    unique=True,
    postgresql_where=collections.c.personal,
)

# Who else may read a collection.
collection_readers = Table(
    "collection_readers",
    metadata,
    Column(
        "collection_id", Uuid, ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    ),
    Column(
        "user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)

# And which groups may.
collection_groups = Table(
    "collection_groups",
    metadata,
    Column(
        "collection_id", Uuid, ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    ),
    Column(
        "group_id", Uuid, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "collection_id",
        Uuid,
        ForeignKey("collections.id", ondelete="CASCADE"),
        nullable=False,
    ),
    # Whoever sent it; None once that account is gone.
    Column("sender_id", Uuid, ForeignKey("users.id", ondelete="SET NULL"), index=True),
    # With the folders it was in, when a whole folder was sent.
    Column("filename", Text, nullable=False),
    # Where it was fetched from; None for a file that somebody sent.
    Column("url", Text),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    # What is being done, from 0 to 1, and how far reading has come.
    Column("stage", Text, nullable=False, server_default=""),
    Column("progress", Float, nullable=False, server_default=text("0")),
    Column("pages_read", Integer, nullable=False, server_default=text("0")),
    Column("pages", Integer),
    Column("chunks", Integer, nullable=False, server_default=text("0")),
    Column("words", BigInteger, nullable=False, server_default=text("0")),
    Column("title", Text, nullable=False, server_default=""),
    # The headings in their order: [{level, title, page, passage}].
    Column("outline", JSONB, nullable=False, server_default=text("'[]'")),
    # Sentences about what could not be read.
    Column("notes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    # Why it failed, in a sentence.
    Column("error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "status in ('queued', 'processing', 'ready', 'failed', 'cancelled')", name="status"
    ),
)
Index("ix_documents_collection_id", documents.c.collection_id, documents.c.filename)

document_files = Table(
    "document_files",
    metadata,
    Column("document_id", Uuid, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("document_id", Uuid, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    # From 0, in the order of the document.
    Column("number", Integer, nullable=False),
    # The first page that it is on, from 1.
    Column("page", Integer),
    # What it lies under, outermost first.
    Column("headings", ARRAY(Text), nullable=False),
    Column("content", Text, nullable=False),
    # How it is shown, see chunking/layout.py; None of what was read before that was kept.
    Column("layout", JSONB),
)
Index("uq_chunks_document_id_number", chunks.c.document_id, chunks.c.number, unique=True)

chunk_words = Table(
    "chunk_words",
    metadata,
    Column("chunk_id", Uuid, primary_key=True),
    Column("collection_id", Uuid, nullable=False, index=True),
    Column(
        "document_id",
        Uuid,
        ForeignKey("documents.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("length", Integer, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Index("ix_chunk_words_words", "words", postgresql_using="gin"),
)

# In how many chunks of a collection a term is: BM25 asks how rare it is.
term_counts = Table(
    "term_counts",
    metadata,
    # The term comes first, so that its counts in many collections lie together.
    Column("term", Text, primary_key=True),
    Column(
        "collection_id", Uuid, ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("chunks", Integer, nullable=False),
)

embedders = Table(
    "embedders",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("kind", Text, nullable=False, server_default="builtin"),
    # The model's.
    Column("name", Text, nullable=False),
    Column("base_url", Text, nullable=False, server_default=""),
    # Encrypted, see models/keys.py.
    Column("api_key", LargeBinary),
    Column("dimensions", SmallInteger, nullable=False),
    # The cosine from which on a passage fits a question.
    Column("near", Float, nullable=False, server_default=text("0.3")),
    # By the current one is searched, with the next one passages are embedded anew.
    Column("state", Text, nullable=False, server_default="unused"),
    # Of the next one: how many passages have its vectors, and why it goes no further.
    Column("done", BigInteger, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("state in ('current', 'next', 'unused')", name="state"),
)
Index(
    "uq_embedders_kind_name_base_url",
    embedders.c.kind,
    embedders.c.name,
    embedders.c.base_url,
    unique=True,
)
for _state in ("current", "next"):
    Index(
        f"uq_embedders_{_state}",
        embedders.c.state,
        unique=True,
        postgresql_where=embedders.c.state == _state,
    )

chunk_vectors = Table(
    "chunk_vectors",
    metadata,
    Column("chunk_id", Uuid, primary_key=True),
    Column("embedder_id", SmallInteger, ForeignKey("embedders.id"), primary_key=True),
    Column("collection_id", Uuid, nullable=False, index=True),
    Column(
        "document_id",
        Uuid,
        ForeignKey("documents.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    # Of length one, so that an inner product is the cosine.
    Column("embedding", HALFVEC, nullable=False),
)
# One for each number of dimensions that an embedder has; the migrations make the built-in one's.
Index(
    "ix_chunk_vectors_embedding_384",
    cast(chunk_vectors.c.embedding, HALFVEC(384)).label("of_384"),
    postgresql_using="hnsw",
    postgresql_with={"ef_construction": 128},
    postgresql_ops={"of_384": "halfvec_ip_ops"},
    postgresql_where=text("vector_dims(embedding) = 384"),
)
