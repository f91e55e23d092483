"""A server of embeddings on the loopback: the built-in embedder's, made longer."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from dost_ext.rag.embedding.files import network_file, tokenizer_file
from dost_ext.rag.embedding.minilm import MiniLM
from dost_ext.rag.embedding.vectors import numbers

KEY = "sk-of-nobody-0123456789"
DIMENSIONS = 512


class EmbeddingServer:
    """Embeds what it is asked to, and tells what that was."""

    def __init__(self) -> None:
        tokenizer = tokenizer_file()
        assert tokenizer is not None
        self._model = MiniLM(network_file(), tokenizer, threads=1)
        self._one = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        # All texts that were embedded, and how they came.
        self.texts: list[str] = []
        self.headers: list[dict[str, str]] = []
        # With which status, and how many numbers a vector has.
        self.status = 200
        self.dimensions = DIMENSIONS
        # Texts with these words are held back until the gate opens, or are not embedded.
        self.held = ""
        self.gate = threading.Event()
        self.fails = ""
        # Characters of a text; a longer one is refused, as servers do.
        self.longest = 1_000_000

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        self.headers.append(dict(request.headers))
        if self.held and any(self.held in text for text in body["input"]):
            self.gate.wait(60)
        fails = self.fails and any(self.fails in text for text in body["input"])
        status = 500 if fails else self.status
        if any(len(text) > self.longest for text in body["input"]):
            status = 400
        answer: dict[str, Any] = {"error": {"message": "This model is away."}}
        if status == 200:
            with self._one:
                vectors = [self._vector(text) for text in body["input"]]
            self.texts += body["input"]
            answer = self._shaped(request.path, vectors)
        data = json.dumps(answer).encode()
        try:
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)
        except ConnectionError:
            pass

    def _vector(self, text: str) -> list[float]:
        # Twice as long as it should be: length one is not for servers to see to.
        known = [2 * number for number in numbers(self._model.embed(text))]
        return (known + [0.0] * self.dimensions)[: self.dimensions]

    def _shaped(self, path: str, vectors: list[list[float]]) -> dict[str, Any]:
        if path == "/api/embed":
            return {"model": "nomic", "embeddings": vectors}
        assert path == "/v1/embeddings", path
        data = [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        # In no order: the index says which is which.
        return {"object": "list", "data": data[::-1], "model": "nomic"}
