"""`dost worker`: the process for work that no server should wait for; jobs are rows."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from datetime import timedelta
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text

from dost_ext.core.clock import utc_now
from dost_ext.core.database import Database, libpq_url
from dost_ext.core.errors import NotReady
from dost_ext.core.jobs import defer
from dost_ext.files import store as file_store
from dost_ext.models.keys import KeyBox
from dost_ext.rag.chunking.cutting import cut
from dost_ext.rag.documents import INGEST, QUEUE
from dost_ext.rag.embedding import store as embedder_store
from dost_ext.rag.embedding.embedders import Embedders
from dost_ext.rag.embedding.filling import FILL, Filling
from dost_ext.rag.embedding.filling import QUEUE as FILL_QUEUE
from dost_ext.rag.ingestion import Ingestion
from dost_ext.rag.reading.apart import Closed, Reader

log = logging.getLogger("dost")

# The embedder has one at a time: meanwhile others are read, and saved.
CONCURRENCY = 4
# Reading and embedding step back behind whoever chats.
NICENESS = 10
# A worker that was killed is missed after so long; a second is what others of procrastinate's do.
HEARTBEAT_SECONDS = 3.0
MISSED_SECONDS = 10.0
# A finished answer's log is only for readers that come back; its message holds the answer.
KEEP_LOGS = "1 day"
# Vectors, in one transaction.
MOST_DROPPED = 10_000
# What was uploaded and never sent.
KEEP_FILES = timedelta(days=1)

_PRUNE_LOGS = text(
    """
    delete from run_events using runs
    where runs.id = run_events.run_id and runs.status <> 'streaming'
      and runs.ended_at < now() - cast(:age as interval)
    """
)
_PRUNE_SESSIONS = text("delete from sessions where expires_at < now()")
_PRUNE_JOBS = text(
    """
    delete from procrastinate_jobs
    where status in ('succeeded', 'cancelled', 'aborted')
      and scheduled_at < now() - interval '1 day'
    """
)


def make_app(database: Database, ingestion: Ingestion, filling: Filling) -> App:
    """The job queue over dost's database, with every task it knows."""
    app = App(connector=PsycopgConnector(conninfo=libpq_url(database.url), max_size=4))

    @app.periodic(cron="17 * * * *")
    @app.task(name="housekeeping", queueing_lock="housekeeping", pass_context=False)
    async def housekeeping(timestamp: int) -> None:
        """Drop what nobody will ask for again."""
        async with database.begin() as connection:
            await connection.execute(_PRUNE_LOGS, {"age": KEEP_LOGS})
            await connection.execute(_PRUNE_SESSIONS)
            await connection.execute(_PRUNE_JOBS)
            await file_store.drop(connection, before=utc_now() - KEEP_FILES)
        while await _drop_vectors(database):
            pass

    # A database or an embedder that is away comes back, and so does a worker: however long that
    # takes, a document must not be left without a job.
    again = RetryStrategy(linear_wait=5, retry_exceptions=[NotReady, Closed])

    @app.task(name=INGEST, queue=QUEUE, retry=again)
    async def ingest(document_id: str) -> None:
        """Make a document searchable."""
        await ingestion.ingest(UUID(document_id))

    @app.task(name=FILL, queue=FILL_QUEUE, retry=again)
    async def fill() -> None:
        """Give passages the vectors that they lack."""
        await filling.fill()

    return app


async def _drop_vectors(database: Database) -> bool:
    """Delete some vectors of embedders that are not in use; whether there may be more."""
    async with database.begin() as connection:
        return await embedder_store.drop_unused(connection, MOST_DROPPED) == MOST_DROPPED


async def work(database: Database, keys: KeyBox) -> None:
    """Take jobs until SIGTERM or SIGINT; what is under way is finished first.

    Args:
        keys: Unlocks the keys of embedders behind an address.
    """
    os.nice(NICENESS)
    reader = Reader(cut)
    # One core is left to whoever chats.
    embedders = Embedders(database, keys, threads=max(1, (os.cpu_count() or 1) - 1))
    filling = Filling(database, embedders)
    app = make_app(database, Ingestion(database, reader, embedders, utc_now), filling)
    if await filling.is_needed():
        async with database.begin() as connection:
            await defer(connection, FILL, queue=FILL_QUEUE, lock=FILL)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=MISSED_SECONDS,
            )
        )
        finder = asyncio.create_task(_take_over(app))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.cancel)
        await asyncio.wait((worker,))
        finder.cancel()
        await reader.close()
        await embedders.close()
        if not worker.cancelled() and (error := worker.exception()) is not None:
            raise error


async def _take_over(app: App) -> None:
    """Do again what a worker that was killed had begun, until cancelled."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(
                seconds_since_heartbeat=MISSED_SECONDS
            ):
                await app.job_manager.retry_job(job)
        except ConnectorException:
            log.debug("the database is away")
        await asyncio.sleep(HEARTBEAT_SECONDS)
