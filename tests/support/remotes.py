"""Asking the service in tests: settings that are quick, and a loop around one question."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from bitdeps.config.environment import read_settings
from bitdeps.config.settings import Settings
from bitdeps.ops.remote import Facts, Remote
from bitdeps.transport.client import Transport

T = TypeVar("T")


def quick_settings(home: Path, environment: Mapping[str, str], **more: str) -> Settings:
    """Read settings from an environment of the test alone; pauses between tries are short."""
    env = {"HOME": str(home), "DEPS_TIMEOUTS_WAIT": "0.01", **environment, **more}
    return read_settings(env, project_dir=str(home))


def at(url: str) -> dict[str, str]:
    """Make the environment in which one server is the whole service."""
    return {"DEPS_API_URL": f"{url}/2.0", "DEPS_WEB_URL": url}


def ask(settings: Settings, question: Callable[[Remote], Awaitable[T]], facts: Facts | None = None) -> T:
    """Ask one question of a `Remote` of its own."""

    async def run() -> T:
        async with Remote(settings, facts) as remote:
            return await question(remote)

    return asyncio.run(run())


def send(settings: Settings, work: Callable[[Transport], Awaitable[T]]) -> T:
    """Use a `Transport` of its own."""

    async def run() -> T:
        async with Transport(settings) as transport:
            return await work(transport)

    return asyncio.run(run())
