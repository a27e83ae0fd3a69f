"""People that talk in a room after a script. Each has a separate connection."""

import io
import json
import struct
from contextlib import ExitStack
from typing import Final, Self

import numpy as np
from PIL import Image
from websockets.sync.client import ClientConnection, connect

from bench.stack.stack import Stack

PHOTO: Final = "harbour at dawn.jpg"
BEFORE: Final = (
    ("Mia", "Good morning! Who comes along on Saturday?"),
    ("Tomás", "Me! Ten o’clock at the lighthouse?"),
    ("健太", "おはようございます。10時なら間に合います 🙂"),
    ("Mia", PHOTO),
    ("Mia", "This is from my way to work. If it is like that again, I bring coffee."),
)
OWN: Final = "I bring the map: https://example.org/harbour-walk"
AFTER: Final = (
    ("Tomás", "Thank you, Ada. And bread from the corner?"),
    ("健太", "写真、とてもきれいですね！"),
    ("Mia", "The forecast says sun from nine on, and hardly any wind."),
)
OWN_LAST: Final = "Bread and cheese, then. See you all on Saturday!"
JAPANESE: Final = (
    ("さくら", "土曜日の散歩、だれが来ますか？"),
    ("健太", "行きます！10時に灯台の前でいいですか。"),
    ("Mia", PHOTO),
    ("さくら", "きれいな写真ですね。コーヒーを持っていきます ☕"),
)
JAPANESE_OWN: Final = "地図は私が持っていきます。"


class People:
    """The people of a script, in one room of one backend, until the block ends."""

    def __init__(self, stack: Stack, room: str, names: tuple[str, ...]) -> None:
        self._said = 0
        self._sockets: dict[str, ClientConnection] = {}
        with ExitStack() as opened:
            for name in names:
                url = stack.ws_url(room, name)
                self._sockets[name] = opened.enter_context(connect(url, max_size=None))
            self._opened = opened.pop_all()  # if one cannot connect, the others leave

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def play(self, script: tuple[tuple[str, str], ...]) -> None:
        """Send the messages in this order, each after the acknowledgement of the one before."""
        for name, text in script:
            id_ = f"said {self._said}"
            self._said += 1
            socket = self._sockets[name]
            if text == PHOTO:
                header = {"type": "image", "id": id_, "mime": "image/jpeg", "name": text}
                packed = json.dumps(header).encode()
                socket.send(struct.pack(">I", len(packed)) + packed + photo())
            else:
                self._send(name, {"type": "say", "id": id_, "text": text})
            _wait_for(socket, id_)

    def react(self, seq: int, emoji: str, *names: str) -> None:
        """Put an emoji to a message."""
        for name in names:
            self._send(name, {"type": "react", "seq": seq, "emoji": emoji, "on": True})

    def take_back(self, name: str, seq: int) -> None:
        """Take back a message that this person has sent."""
        self._send(name, {"type": "unsay", "seq": seq})

    def type(self, name: str) -> None:
        """Send `typing`: the others see it for a while."""
        self._send(name, {"type": "typing"})

    def _send(self, name: str, frame: dict[str, object]) -> None:
        self._sockets[name].send(json.dumps(frame))


def photo(width: int = 720, height: int = 460) -> bytes:
    """A harbour at dawn, painted: sky, sun, hills and water."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    down = (y / height)[..., None]
    sky = np.array([255, 214, 170]) * down * 1.5 + np.array([92, 130, 180]) * (1 - down * 1.5)
    distance = np.hypot(x - width * 0.66, y - height * 0.47)[..., None]
    sky += np.array([90, 60, 10]) * np.exp(-distance / 70)
    picture = np.where(distance < 26, np.array([255, 246, 214]), sky)
    for place, rise, colour in ((0.5, 46, (110, 122, 150)), (0.56, 30, (70, 88, 116))):
        ridge = place * height - rise * (np.sin(x / 97 + place * 9) + np.sin(x / 41 + 2) / 3)
        picture = np.where((y > ridge)[..., None], np.array(colour), picture)
    shore = 0.62 * height
    glitter = np.exp(-np.abs(x - width * 0.66) / (16 + (y - shore) * 0.5).clip(8))
    glitter = (glitter * (np.sin(y / 2.6) > -0.2))[..., None]
    water = np.array([48, 78, 108]) + (down - 0.62) * np.array([-40, -20, 0])
    water = water + glitter * np.array([190, 140, 80])
    picture = np.where((y > shore)[..., None], water, picture)
    packed = io.BytesIO()
    Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(packed, "JPEG", quality=85)
    return packed.getvalue()


def _wait_for(socket: ClientConnection, id_: str) -> None:
    wanted = f'"{id_}"'.encode()
    while True:
        frame = socket.recv(timeout=15)
        if wanted in (frame.encode() if isinstance(frame, str) else frame):
            return
