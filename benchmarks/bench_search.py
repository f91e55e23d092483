"""Finding chats among many: search over 20,000 messages, and the sidebar over 15,000 chats.

`python benchmarks/bench_search.py` fills a database of its own, asks the API, and prints a table.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from bench_chat import dost_command, free_port, percentile, running, sign_up, until_ok
from sqlalchemy import insert, select, text

from dost_ext.auth.tables import users
from dost_ext.chat.tables import conversations, messages
from dost_ext.core.ids import new_id
from dost_ext.storage import Storage

SYLLABLES = ["ka", "le", "mi", "no", "ru", "ta", "se", "vo", "pi", "da", "gen", "lik", "ter"]
SYLLABLES += ["bir", "on", "est", "ing", "ler", "man"]
# Words by how many of a hundred messages hold them.
SEEDED = {"everywhere": 90, "frequent": 20, "seldom": 1}
QUERIES = [
    "everywhere",
    "frequent",
    "seldom",
    "frequent everywhere",
    "kami",
    "running teknesi",
    "nowhere",
    "seldom archived:any",
    "ka",
    "frequent tag:blue",
]


def vocabulary(size: int) -> list[str]:
    """Words that look like words, the common ones first."""
    made = {"".join(random.choices(SYLLABLES, k=random.randint(2, 4))) for _ in range(size)}
    return sorted(made, key=len)


def text_of(words: list[str], weights: list[float]) -> str:
    """A message of about a kilobyte."""
    chosen = random.choices(words, weights, k=random.randint(40, 300))
    chosen += [word for word, share in SEEDED.items() if random.random() * 100 < share]
    random.shuffle(chosen)
    return " ".join(chosen)


async def fill(data_dir: Path, username: str, chats: int, said: int, others: int) -> None:
    """Chats of one user, of which the newest hold `said` messages, and as many of others."""
    words = vocabulary(20_000)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    async with Storage(data_dir).opened() as database, database.begin() as connection:
        found = await connection.execute(select(users.c.id).where(users.c.username == username))
        owner = found.scalar_one()
        owners: list[tuple[UUID, int, int]] = [(owner, chats, said)]
        for number in range(others):
            stranger = new_id()
            row = {"id": stranger, "username": f"other{number}", "display_name": "", "role": "user"}
            await connection.execute(insert(users), row)
            owners.append((stranger, said // 10, said))
        for owner_id, many, spoken in owners:
            await _fill_one(connection, owner_id, many, spoken, words, weights)
        # As autovacuum does within a minute of so many new rows.
        await connection.execute(text("analyze"))


async def _fill_one(
    connection: Any, owner: UUID, chats: int, said: int, words: list[str], weights: list[float]
) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "id": new_id(),
            "owner_id": owner,
            "title": " ".join(random.choices(words, weights, k=4)),
            "tags": ["blue"] if number % 5 == 0 else [],
            "created_at": now - timedelta(minutes=number),
            "updated_at": now - timedelta(minutes=number),
        }
        for number in range(chats)
    ]
    await connection.execute(insert(conversations), rows)
    spoken: list[dict[str, Any]] = []
    for number in range(said):
        chat = rows[number % min(chats, said // 10)]
        content = text_of(words, weights)
        at = chat["created_at"]
        spoken.append(
            {
                "id": new_id(),
                "conversation_id": chat["id"],
                "role": "user",
                "content": content,
                "created_at": at,
            }
        )
    for start in range(0, said, 1000):
        await connection.execute(insert(messages), spoken[start : start + 1000])


async def ask(session: aiohttp.ClientSession, url: str, query: dict[str, str]) -> float:
    """Milliseconds of one request."""
    begin = time.perf_counter()
    async with session.get(url, params=query) as answer:
        answer.raise_for_status()
        await answer.read()
    return (time.perf_counter() - begin) * 1000


async def bench(options: argparse.Namespace, data_dir: str) -> None:
    """Fill, ask, print."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/dost/api/v1"
    with running(dost_command(port, data_dir)):
        await until_ok(f"{base}/health")
        headers = await sign_up(base)
        async with aiohttp.ClientSession(headers=headers) as session:
            async with session.get(f"{base}/auth/me") as answer:
                username = (await answer.json())["username"]
            begin = time.monotonic()
            await fill(Path(data_dir), username, options.chats, options.messages, options.others)
            print(f"Filled in {time.monotonic() - begin:.0f} s.\n")
            url = f"{base}/conversations"
            cases = [(f"search `{q}`", {"q": q}) for q in QUERIES]
            cases += [("sidebar, first page", {"folder_id": "none", "limit": "40"})]
            print("| request | p50 ms | p95 ms |\n| --- | --- | --- |")
            everything: list[float] = []
            for name, query in cases:
                times = [await ask(session, url, query) for _ in range(options.repeat)]
                everything += times if name.startswith("search") else []
                print(f"| {name} | {percentile(times, 50):.1f} | {percentile(times, 95):.1f} |")
            print(
                f"| all searches | {percentile(everything, 50):.1f} "
                f"| {percentile(everything, 95):.1f} |"
            )


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--chats", type=int, default=15_000)
    parser.add_argument("--others", type=int, default=1, help="accounts with as many messages")
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dost-bench-") as data_dir:
        asyncio.run(bench(options, data_dir))


if __name__ == "__main__":
    main()
