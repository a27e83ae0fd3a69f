"""The usual recipe for a load test of a WebSocket chat: `chatbench ceiling` and `generators`.

A Locust user on websocket-client under gevent: one greenlet reads, with one `json.loads` and one
`events.request.fire` for each delivery. The recipe is a careful one: no UTF-8 check in pure Python,
TCP_NODELAY, one parse a frame, Poisson waiting. It keeps no ledger. It reads and writes those lines
of `python -m bench.load` that `bench.experiments.ceiling` uses.
"""

# gevent patches the standard library, so this import must be the first.
import locust  # noqa: F401  # isort: skip
import json
import logging
import random
import sys
import time
from itertools import count
from typing import Any

import gevent
import websocket
from locust import User, task
from locust.env import Environment

DELIVERY = ("delivery", "WS")
POLL_S = 0.01
BUSY = 0.97
CONNECT_S = 60
SETTLED_S = 0.25
"""With no news of a member for so long, what the joins cost the server is over."""
P99_MS = 100


class RecipeChatter(User):
    """A member of a room."""

    _numbers = count()

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.settings = environment.recipe
        self.connected = False

    def on_start(self) -> None:
        number = next(self._numbers)
        room = f"recipe-{number // self.settings['room_size']}"
        self.ws = websocket.create_connection(
            f"{self.settings['url'].replace('http', 'ws', 1)}/ws/rooms/{room}?name=u{number}",
            subprotocols=["chat.v1"],
            skip_utf8_validation=True,
            suppress_origin=True,  # it is no browser, and a chat refuses an unknown origin
        )
        self.reader = gevent.spawn(self.read)

    def wait_time(self) -> float:
        rate = self.settings["rate"]
        return random.expovariate(rate) if rate else POLL_S

    def read(self) -> None:
        while True:
            data = self.ws.recv()
            frame = json.loads(data)
            if frame["type"] == "message":
                sent_at = float(frame["id"].partition("-")[2])
                self.environment.events.request.fire(
                    request_type="WS",
                    name="delivery",
                    response_time=(time.perf_counter() - sent_at) * 1000,
                    response_length=len(data),
                    exception=None,
                    context={},
                )
            else:
                self.settings["news"] = time.perf_counter()
                self.connected = self.connected or frame["type"] == "welcome"

    @task
    def say(self) -> None:
        if self.settings["rate"]:
            identifier = f"{id(self)}-{time.perf_counter()}"
            self.ws.send(
                json.dumps({"type": "say", "id": identifier, "text": self.settings["text"]})
            )

    def on_stop(self) -> None:
        self.reader.kill()
        self.ws.close(timeout=0)


def run(cell: dict[str, Any]) -> dict[str, Any]:
    """Connect, and run the steps of the cell until the recipe reaches its limit."""
    load = cell["load"]
    environment: Any = Environment(user_classes=[RecipeChatter], host=cell["url"])
    environment.recipe = {"url": cell["url"], "rate": 0.0, "text": "x" * load["payload"]}
    environment.recipe["room_size"] = load["room_size"]
    runner = environment.create_local_runner()
    runner.start(load["users"], spawn_rate=load["users"])
    users = runner.user_greenlets
    deadline = time.perf_counter() + CONNECT_S
    while len(users) < load["users"] or not all(user.args[0].connected for user in users):
        gevent.sleep(POLL_S)
        if time.perf_counter() > deadline:
            return {"event": "failed", "reason": f"not all users were there after {CONNECT_S} s"}
    while time.perf_counter() < min(environment.recipe["news"] + SETTLED_S, deadline):
        gevent.sleep(POLL_S)
    steps = []
    for step in cell["steps"]:
        steps.append(_window(environment, step["rate"], cell["warmup_s"], step["seconds"]))
        if steps[-1]["generator"]["busy"] > BUSY or steps[-1]["latency_us"]["p99"] > P99_MS * 1000:
            break
    environment.recipe["rate"] = 0.0
    runner.quit()
    return {"event": "result", "steps": steps}


def _window(environment: Any, rate: float, warmup_s: float, seconds: float) -> dict[str, Any]:
    environment.recipe["rate"] = rate
    gevent.sleep(warmup_s)
    entry = environment.stats.entries[DELIVERY]
    entry.reset()
    cpu_s, start = time.process_time(), time.perf_counter()
    gevent.sleep(seconds)
    cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - start
    return {
        "rate": rate,
        "seconds": wall_s,
        "delivered_in_window": entry.num_requests,
        "latency_us": {
            "p50": entry.get_response_time_percentile(0.5) * 1000,
            "p99": entry.get_response_time_percentile(0.99) * 1000,
            "mean": entry.avg_response_time * 1000,
        },
        "generator": {"cpu_s": cpu_s, "busy": cpu_s / wall_s},
    }


def main() -> None:
    """Answer one cell."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    print(json.dumps(run(json.loads(sys.stdin.readline()))), flush=True)


if __name__ == "__main__":
    main()
