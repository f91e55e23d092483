"""The widgets of one kernel, as its comm messages tell of them.

Messages: the Jupyter widgets' "Model state" protocol, version 2. What is saved has the shape of
`application/vnd.jupyter.widget-state+json`, version 2, which notebooks keep in their metadata.
"""

from __future__ import annotations

import base64
from asyncio import TimerHandle, get_running_loop
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from dost_ext.core.storable import storable_json
from dost_ext.execution.outputs import SHOWING, Outputs, of_notebook

Json = dict[str, Any]
Path = tuple[str | int, ...]

VIEW = "application/vnd.jupyter.widget-view+json"
TARGET = "jupyter.widget"
OUTPUT_MODULE = "@jupyter-widgets/output"
_LINKS = ("LinkModel", "DirectionalLinkModel")
_REFERENCE = "IPY_MODEL_"
# Of all widgets of a kernel: what does not fit in is not kept, and shows as text.
MOST_BYTES = 32 * 1024 * 1024
# Code may print a thousand lines a second into an Output widget; nobody sees more than this.
PAUSE_SECONDS = 0.05


@dataclass(slots=True)
class Model:
    """The state of one widget, its binary values beside it."""

    name: str
    module: str
    version: str
    state: Json = field(default_factory=dict)
    buffers: dict[Path, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    # The widgets that it names, by the key of its state that names them.
    references: dict[str, set[str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes, about."""
        return sum(self.sizes.values())

    def merge(self, state: Json, buffers: dict[Path, bytes]) -> None:
        """Take new values, each in the place of the one before."""
        self.state.update(state)
        kept = {path: value for path, value in self.buffers.items() if path[0] not in state}
        self.buffers = {**kept, **buffers}
        self.sizes.update(_sizes(state, buffers))
        for key, value in state.items():
            self.references[key] = set(_references(value))

    def saved(self) -> Json:
        """As a notebook has it."""
        written: Json = {
            "model_name": self.name,
            "model_module": self.module,
            "model_module_version": self.version,
            "state": storable_json(dict(self.state)),
        }
        if self.buffers:
            written["buffers"] = [
                {
                    "path": list(path),
                    "encoding": "base64",
                    "data": base64.b64encode(value).decode(),
                }
                for path, value in self.buffers.items()
            ]
        return written


class Widgets:
    """Follows the widgets of a kernel, and gives Output widgets what was meant for them.

    `changed` is called with a comm message that tells of an Output widget's new outputs; `sync`
    with the id and the outputs of one that has got all, for the kernel to know them.
    """

    def __init__(
        self, changed: Callable[[str, Json], object], sync: Callable[[str, Json], object]
    ) -> None:
        self.models: dict[str, Model] = {}
        # Models that have changed since somebody last emptied it.
        self.news: set[str] = set()
        self._changed = changed
        self._sync = sync
        self._outputs: dict[str, Outputs] = {}
        # Which Output widgets take what the code of a message shows; the last one has it.
        self._taking: dict[str, list[str]] = {}
        self._telling: dict[str, TimerHandle] = {}
        # Bytes of all models.
        self._size = 0

    def close(self) -> None:
        """Tell of nothing any more."""
        for timer in self._telling.values():
            timer.cancel()
        self._telling.clear()

    def take(self, kind: str, content: Json, buffers: Iterable[Any]) -> bool:
        """Take in a `comm_` message; whether it is news to those who show widgets."""
        comm_id, data = str(content.get("comm_id")), content.get("data")
        data = data if isinstance(data, dict) else {}
        if kind == "comm_open":
            if content.get("target_name") == TARGET:
                self._open(comm_id, data, buffers)
        elif kind == "comm_close":
            self._close(comm_id)
        elif data.get("method") in ("update", "echo_update"):
            return self._update(comm_id, data, buffers)
        return True

    def _open(self, comm_id: str, data: Json, buffers: Iterable[Any]) -> None:
        state = _object(data.get("state"))
        name, module = state.get("_model_name"), state.get("_model_module")
        if not (isinstance(name, str) and isinstance(module, str)):
            return
        self._close(comm_id)
        model = Model(name, module, str(state.get("_model_module_version", "")))
        if self._merge(model, data, buffers):
            self.models[comm_id] = model
            self.news.add(comm_id)
            self._follow_output(comm_id, model, None)

    def _update(self, comm_id: str, data: Json, buffers: Iterable[Any]) -> bool:
        model = self.models.get(comm_id)
        if model is None:
            return True
        state = _object(data.get("state"))
        if model.module == OUTPUT_MODULE and data["method"] == "echo_update":
            # It says what the kernel was told of the outputs, which may be more by now.
            state.pop("outputs", None)
            if not state:
                return False
        before = model.state.get("msg_id")
        if self._merge(model, {**data, "state": state}, buffers):
            self.news.add(comm_id)
            self._follow_output(comm_id, model, before, told="outputs" in state)
        return True

    def _close(self, comm_id: str) -> None:
        model = self.models.pop(comm_id, None)
        if model is not None:
            self._size -= model.size
            self._leave(comm_id, model.state.get("msg_id"))
            self._outputs.pop(comm_id, None)

    def _merge(self, model: Model, data: Json, buffers: Iterable[Any]) -> bool:
        """Give a model new values, where there is room for them."""
        state, found = _object(data.get("state")), _placed(data.get("buffer_paths"), buffers)
        grown = sum(_sizes(state, found).values()) - sum(model.sizes.get(key, 0) for key in state)
        if grown > 0 and self._size + grown > MOST_BYTES:
            return False
        before = model.size
        model.merge(state, found)
        self._size += model.size - before
        return True

    def _follow_output(self, comm_id: str, model: Model, before: Any, *, told: bool = True) -> None:
        if model.module != OUTPUT_MODULE:
            return
        if told:
            self._outputs[comm_id] = Outputs(of_notebook(model.state.get("outputs")))
        now = model.state.get("msg_id")
        if now == before:
            return
        self._leave(comm_id, before)
        if now:
            self._taking.setdefault(str(now), []).append(comm_id)
        elif before:
            self._tell(comm_id)
            self._sync(comm_id, {"outputs": model.state.get("outputs", [])})

    def _leave(self, comm_id: str, message_id: Any) -> None:
        taking = self._taking.get(str(message_id), [])
        if comm_id in taking:
            taking.remove(comm_id)
        if not taking:
            self._taking.pop(str(message_id), None)

    def catch(self, message_id: str | None, kind: str, content: Json) -> bool:
        """Whether an Output widget takes what the code of a message shows."""
        taking = self._taking.get(message_id) if message_id is not None else None
        if not taking or kind not in SHOWING:
            return False
        comm_id = taking[-1]
        outputs, model = self._outputs[comm_id], self.models[comm_id]
        if not outputs.take(kind, content):
            # What updates something else is none of its own.
            return kind != "update_display_data"
        self._size += outputs.size - model.sizes.get("outputs", 0)
        model.state["outputs"], model.sizes["outputs"] = outputs.items, outputs.size
        self.news.add(comm_id)
        if comm_id not in self._telling:
            later = get_running_loop().call_later(PAUSE_SECONDS, self._tell, comm_id)
            self._telling[comm_id] = later
        return True

    def _tell(self, comm_id: str) -> None:
        """Tell of an Output widget's outputs, unless it is told of later."""
        if (timer := self._telling.pop(comm_id, None)) is not None:
            timer.cancel()
        if (model := self.models.get(comm_id)) is not None:
            outputs = model.state.get("outputs", [])
            model.references["outputs"] = set(_references(outputs))
            self._changed(comm_id, {"outputs": outputs})

    def needed(self, roots: Iterable[str]) -> set[str]:
        """The models that views of `roots` need, `roots` among them; those that there are."""
        references = {
            key: set[str]().union(*model.references.values()) for key, model in self.models.items()
        }
        links = {key for key, model in self.models.items() if model.name in _LINKS}
        return _closure(roots, references, links)

    def size(self, ids: Iterable[str]) -> int:
        """Bytes of some models together, about."""
        return sum(self.models[key].size for key in ids)

    def saved(self, roots: Iterable[str]) -> Json | None:
        """What views of `roots` need, as a notebook keeps it. None where nothing of it is here."""
        return document({key: self.models[key].saved() for key in sorted(self.needed(roots))})


def views_in(outputs: Iterable[Json]) -> list[str]:
    """The widgets that outputs show."""
    bundles = (output.get("data") for output in outputs)
    shown = (bundle.get(VIEW) for bundle in bundles if isinstance(bundle, dict))
    views = (view.get("model_id") for view in shown if isinstance(view, dict))
    return [view for view in views if isinstance(view, str)]


def part_of(found: Any, roots: Iterable[str]) -> Json | None:
    """What views of `roots` need of a notebook's widget state, which may be anybody's.

    None where nothing of it is there.
    """
    wanted = list(roots)
    states = _object(_object(found).get("state")) if wanted else {}
    known: Json = {key: one for key, one in states.items() if _is_saved_model(one)}
    references = {key: set(_references(one["state"])) for key, one in known.items()}
    links = {key for key, one in known.items() if one["model_name"] in _LINKS}
    kept = _closure(wanted, references, links)
    return document({key: storable_json(known[key]) for key in sorted(kept)})


def together(documents: Iterable[Json | None]) -> Json | None:
    """One document of several; of a widget in more than one, the last is taken."""
    states: Json = {}
    for one in documents:
        states.update(one["state"] if one else {})
    return document(states)


def document(states: Json) -> Json | None:
    """The saved states of models as a notebook keeps them; None for none."""
    return {"version_major": 2, "version_minor": 0, "state": states} if states else None


def _is_saved_model(one: Any) -> bool:
    names = ("model_name", "model_module", "model_module_version")
    return (
        isinstance(one, dict)
        and isinstance(one.get("state"), dict)
        and all(isinstance(one.get(name), str) for name in names)
    )


def _closure(roots: Iterable[str], references: dict[str, set[str]], links: set[str]) -> set[str]:
    found: set[str] = set()
    wanted = list(roots)
    while wanted:
        key = wanted.pop()
        if key not in references or key in found:
            continue
        found.add(key)
        wanted.extend(references[key])
        # What binds two widgets is named by neither.
        wanted.extend(link for link in links - found if key in references[link])
    return found


def _references(value: Any) -> Iterator[str]:
    """The ids of the widgets that a state names."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.startswith(_REFERENCE):
                yield one.removeprefix(_REFERENCE)
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        elif isinstance(one, dict):
            yield from views_in([{"data": one}])
            waiting.extend(one.values())


def _placed(paths: Any, buffers: Iterable[Any]) -> dict[Path, bytes]:
    places = paths if isinstance(paths, list) else []
    return {
        tuple(path): bytes(value)
        for path, value in zip(places, buffers, strict=False)
        if isinstance(path, list) and path and all(isinstance(part, str | int) for part in path)
    }


def _sizes(state: Json, buffers: dict[Path, bytes]) -> dict[str, int]:
    sizes = {key: _length(value) for key, value in state.items()}
    for path, value in buffers.items():
        sizes[str(path[0])] = sizes.get(str(path[0]), 0) + len(value)
    return sizes


def _length(value: Any) -> int:
    try:
        return len(orjson.dumps(value))
    except TypeError:  # a number beyond 64 bits
        return len(repr(value))


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
