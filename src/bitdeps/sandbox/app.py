"""The web application: takes a request apart, lets the right part answer it, applies faults, keeps the log."""

import asyncio
import sys
import time
import traceback
from dataclasses import replace
from email.utils import formatdate
from urllib.parse import parse_qsl

from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bitdeps.sandbox.access import identify
from bitdeps.sandbox.api import answer_api, too_many
from bitdeps.sandbox.call import Answer, Call, text_answer
from bitdeps.sandbox.control import PREFIX, answer_control
from bitdeps.sandbox.deliver import Connections, deliver
from bitdeps.sandbox.faults import LATE, Fault
from bitdeps.sandbox.githttp import answer_git, is_git
from bitdeps.sandbox.pages import answer_page
from bitdeps.sandbox.state import State


class Bitbucket:
    """The ASGI application below Starlette's router."""

    def __init__(self, state: State, connections: Connections) -> None:
        self.state = state
        self.connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        call = await self._call(request)
        peer = (scope["client"][0], scope["client"][1])
        if call.path.startswith(PREFIX):
            await deliver(await to_thread.run_sync(answer_control, call), [], send, self.connections, peer)
            return
        try:
            answer = await self._answer(call, call.strike(lambda fault: _is_early(call, fault)))
        except Exception as error:  # noqa: BLE001 (whatever it is, nobody may take it for the service)
            answer = self._defect(call, error)
        sent = 0
        if answer is None:
            self.connections.reset(peer)
        else:
            now = time.time() + self.state.switches.clock
            answer.headers = {"Date": formatdate(now, usegmt=True), **answer.headers, **call.notes}
            sent = await deliver(answer, call.struck, send, self.connections, peer)
        self._record(call, answer.status if answer else 0, sent)

    async def _call(self, request: Request) -> Call:
        scope = request.scope
        raw = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("ascii", "replace")
        host = request.headers.get("host", "127.0.0.1")
        return Call(
            state=self.state,
            method=request.method,
            path=raw,
            query=parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True),
            headers=dict(request.headers),
            body=await request.body(),
            base=f"http://{host}",
            origin=f"http://127.0.0.1:{scope['server'][1]}",
            principal=identify(request.headers.get("authorization"), self.state.world, self.state.tokens),
        )

    async def _answer(self, call: Call, faults: list[Fault]) -> Answer | None:
        """Give the answer, or None where the connection is to be reset instead."""
        for fault in faults:
            replaced = await self._apply(call, fault)
            if replaced or (fault.kind == "reset" and not fault.at):
                return replaced
        return await self._route(call)

    async def _apply(self, call: Call, fault: Fault) -> Answer | None:
        if fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "rate-limit":
            return too_many(fault.retry_after)
        elif fault.kind == "error":
            kind = fault.headers.get("Content-Type", "text/plain")
            return text_answer(fault.body, fault.status, kind, fault.headers)
        elif fault.kind == "expired-token":
            self.state.tokens.expire(call.principal.secret)
            call.principal = replace(call.principal, expired=True)
        return None

    async def _route(self, call: Call) -> Answer:
        if is_git(call.path):
            return await answer_git(call)
        is_api = call.path == "/2.0" or call.path.startswith("/2.0/")
        return await to_thread.run_sync(answer_api if is_api else answer_page, call)

    def _defect(self, call: Call, error: Exception) -> Answer:
        """Tell a failure of our own on stderr and in the state: a client would retry a 500 and hide it."""
        told = "".join(traceback.format_exception(error))
        self.state.defects.append(f"{call.method} {call.path}\n{told}")
        print(f"defect of the sandbox: {call.method} {call.path}\n{told}", end="", file=sys.stderr, flush=True)
        return text_answer("The sandbox itself failed; its standard error says why.", 500)

    def _record(self, call: Call, status: int, sent: int) -> None:
        query = "&".join(f"{name}={value}" for name, value in call.query)
        self.state.journal.add(
            origin=call.origin,
            method=call.method,
            path=f"{call.path}?{query}" if query else call.path,
            status=status,
            credential=call.principal.kind,
            presented=call.principal.presented,
            principal=call.principal.name,
            faults=tuple(fault.kind for fault in call.struck),
            sent=sent,
            headers=dict(call.headers),
        )


def _is_early(call: Call, fault: Fault) -> bool:
    """Tell whether a fault strikes before a request is looked at; no token expires where none was sent."""
    return fault.kind not in LATE and (fault.kind != "expired-token" or call.principal.is_known)


def make_app(state: State, connections: Connections) -> Starlette:
    """Give the application of a sandbox."""
    return Starlette(routes=[Route("/{path:path}", Bitbucket(state, connections), name="bitbucket")])
