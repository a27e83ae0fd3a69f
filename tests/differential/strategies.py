"""The valid and invalid input of clients, as Hypothesis strategies."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from chat_core import protocol_limits, vectors

MAX_IMAGE_BYTES = 2048
"""The largest image of the tested chats."""

_FRAME_BYTES = MAX_IMAGE_BYTES + protocol_limits.FRAME_OVERHEAD_BYTES


class Repeated(str):
    """A long text that is printed short."""

    __slots__ = ("_times", "_unit")
    _unit: str
    _times: int

    def __new__(cls, unit: str, times: int) -> "Repeated":
        text = super().__new__(cls, unit * times)
        text._unit, text._times = unit, times
        return text

    def __repr__(self) -> str:
        return f"Repeated({self._unit!r}, {self._times})"


def around(limit: int) -> list[int]:
    """The lengths around a limit."""
    return [limit - 1, limit, limit + 1]


def _repeated(limit: int) -> SearchStrategy[str]:
    units = st.sampled_from(["a", "é", "\U0001f600", "\0", "<", "\u202e"])
    return st.builds(Repeated, units, st.sampled_from(around(limit)))


_TELLING = [
    "hello",
    "<b>&amp;\"'</b>",
    "a\0b\x1b\x1b0\x1b1\0",
    "\x1b[31m",
    "line\r\nbreak\t\u2028\u2029\x85",
    "\ufeff\u200b\u202etxet",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301 \U0010ffff\ufffe",
    " ",
    "\\u0000 \\n {} %s ${x}",
    '{"type":"say"}',
]
texts = st.one_of(
    st.sampled_from(["\0", "<b>", "\x1b0\x1b1"]),
    st.sampled_from(_TELLING),
    st.text(min_size=1, max_size=40),
    _repeated(protocol_limits.TEXT_CODE_POINTS),
)
ids = st.one_of(
    st.text(min_size=1, max_size=8),
    st.sampled_from(_TELLING),
    _repeated(protocol_limits.ID_CHARACTERS),
)

# Who comes, and from when on.

names = st.one_of(
    st.sampled_from(["ann", "bob", "cleo"]),
    st.sampled_from(["ann", "bob", "ann", " zoë ", "ann lee", "\U0001f600", "<i>", "a\u200bb"]),
    st.sampled_from(
        ["", " \t", "a\nb", "a\0", "\x7f", "\x85", "\u2028", "\ud7ff", "+", "%", "null"]
    ),
    st.text(max_size=12),
    _repeated(protocol_limits.NAME_CODE_POINTS),
)
_digits = st.integers(0, 40).map(str)
sinces = st.one_of(
    st.none(),
    _digits,
    _digits,
    st.sampled_from(
        ["0", "00", "999999999999999999", "1000000000000000000", "-1", "+1", " 1", "1 "]
    ),
    st.sampled_from(["", "x", "1.0", "1e3", "\uff11", "0x1", "1_0", "null", "\0"]),
)
odd_queries = st.sampled_from(
    [
        "",
        "name",
        "name=",
        "name=ann&name=bob",
        "name=bob&name=",
        "name=a+b",
        "name=a%2Bb",
        "name=%E2%82%AC",
        "name=%ff",
        "name=%",
        "name=%zz",
        "name=ann&since=",
        "name=ann&since",
        "name=ann&since=1&since=x",
        "name=ann;since=x",
        "&&name=ann&",
        "name=ann&x=1&ticket=abc",
        "NAME=ann",
        "name[]=ann",
        "name=ann&since=%31",
        "name=%00",
        "name=ann%0A",
    ]
)
odd_rooms = st.sampled_from(
    ["", "a/b", "a%2Fb", "a%20b", "a.b", "%C3%A5", "a%0A", "%00", "a%", "%ff", "a+b", "a/", "/a"]
)
room_lengths = st.sampled_from(around(protocol_limits.ROOM_CHARACTERS))
subprotocols = st.sampled_from(
    [None, None, ["chat.v1"], ["chat.v2"], ["chat.v2", "chat.v1"], ["ticket.abc"]]
)

# Text frames.

_REFUSED = [case["sent"] for case in vectors.load("refused") if len(case["sent"]) < _FRAME_BYTES]
_ACCEPTED = [
    case["sent"]
    for case in vectors.load("accepted")
    if '"typing"' not in case["sent"]  # how soon after another one is a matter of time
]
_json_values: SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from([10**400, -0.0, 1e300, 2**63, "\ud800"]),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=4), children, max_size=3)
    ),
    max_leaves=6,
)
_fields = st.tuples(
    st.sampled_from(["type", "id", "text", "Type", "user", "seq", "", "\0"]),
    st.one_of(
        st.sampled_from(["say", "ping", "SAY", "message", "image", ""]), ids, texts, _json_values
    ),
)
_usual = st.sampled_from(
    [
        [("type", "say"), ("id", "1"), ("text", "hi")],
        [("type", "ping"), ("id", "1")],
        [("type", "unsay"), ("seq", 1), ("id", "1")],
        [("type", "react"), ("seq", 1), ("emoji", "👍"), ("on", True)],
        [("type", "shout"), ("id", "1")],
        [],
    ]
)


def _as_object(fields: list[tuple[str, Any]], ascii_only: bool) -> str:
    """JSON of fields; a field may be there twice."""
    told = (
        f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=ascii_only or _has_surrogates(value))}"
        for key, value in fields
    )
    return "{" + ",".join(told) + "}"


def _has_surrogates(value: Any) -> bool:
    return "\\ud" in json.dumps(value)


_mutated = st.builds(
    lambda usual, more, dropped, ascii_only: _as_object(
        [field for at, field in enumerate(usual) if at != dropped] + more, ascii_only
    ),
    _usual,
    st.lists(_fields, max_size=3),
    st.integers(0, 5),
    st.booleans(),
)
_cut = st.builds(
    lambda frame, at, more: frame[:at] + more,
    _mutated,
    st.integers(0, 60),
    st.sampled_from(["", "}", " ", "\0", ",", "{}", '"', "\ufeff", "[" * 500, "1e999"]),
)


def _is_no_typing(frame: str) -> bool:
    return "typing" not in frame and len(frame.encode("utf-8", "replace")) < _FRAME_BYTES


text_frames = st.one_of(
    st.sampled_from(_REFUSED), st.sampled_from(_ACCEPTED), _mutated, _cut, st.text(max_size=20)
).filter(_is_no_typing)
broken_frames = st.one_of(
    st.sampled_from([case["sent"] for case in vectors.load("invalid_utf8")]),
    st.binary(min_size=1, max_size=6).map(lambda data: b'{"type":"ping","id":"' + data + b"\xff"),
)

# Images.

_MAGICS = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBP",
    b"RIFF\n\r\n\rWEBP",
]
_WRONG = [b"", b"\x89PNG", b"GIF88a", b"RIFF\0\0\0\0WAVE", b"<svg/>", b"\0" * 12, b"\xff\xd8"]
_sizes = st.sampled_from([0, 100, *around(MAX_IMAGE_BYTES), 10_000])
pictures = st.builds(
    lambda magic, size: magic + bytes(max(size - len(magic), 0)),
    st.sampled_from(_MAGICS) | st.sampled_from(_MAGICS + _WRONG),
    _sizes,
)
_file_names = st.one_of(
    st.sampled_from(["ann", "bob", "cleo"]),
    st.sampled_from(["cat.png", "", 'a"b.png', "å.gif", "../x", "a\0", "a\nb"]),
    _repeated(protocol_limits.FILE_NAME_CODE_POINTS),
)
_mimes = st.sampled_from(["image/png", "image/gif", "text/html", "", "x" * 255, "x" * 256])
_good_headers = st.builds(
    lambda identifier, mime, name: {"type": "image", "id": identifier, "mime": mime, "name": name},
    ids,
    _mimes,
    _file_names,
).map(lambda header: json.dumps(header, ensure_ascii=False).encode())
_headers = st.one_of(
    _good_headers,
    _good_headers,
    _mutated.map(lambda frame: frame.replace('"ping"', '"image"').encode("utf-8", "replace")),
    st.sampled_from(
        [b"", b"{}", b"[]", b"\xff", b'{"type":"image"}', b'{"type":"image","id":"1"}']
    ),
)


def image_frame(header: bytes, picture: bytes, off: int = 0) -> bytes:
    """A binary frame, whose length may be off."""
    length = max(len(header) + off, 0)
    return length.to_bytes(4, "big") + header + picture


images = st.builds(image_frame, _good_headers, pictures)
binary_frames = st.one_of(
    st.builds(image_frame, _headers, pictures, st.sampled_from([0, 0, 0, -1, 1, 2**31])),
    st.binary(max_size=12),
    st.sampled_from([case["sent"] for case in vectors.load("images_refused")]),
).filter(lambda frame: len(frame) < _FRAME_BYTES)

# HTTP.

numbers = st.one_of(
    st.integers(-1, 12).map(str),
    st.sampled_from(
        ["200", "201", "", "x", "1.0", "%31", "+1", "01", "1e1", "9" * 18, "9" * 19, "%00"]
    ),
)
odd_targets = st.sampled_from(
    [
        "/nowhere",
        "/api/nowhere",
        "/api/rooms/",
        "/api/rooms/a",
        "/api/rooms//messages",
        "/api/rooms/a.b/messages",
        "/api/rooms/a%2Fb/messages",
        "/api/rooms/%C3%A5/messages",
        "/api/rooms/a%0A/messages",
        "/api/rooms/a%00/messages",
        "/api/rooms/a/messages/",
        "/api/rooms/a/images",
        "/api/rooms/a/images/",
        "/api/rooms/a/images/0",
        "/api/rooms/a/images/x",
        "/api/rooms/a/images/-1",
        "/api/rooms/a/images/01",
        "/api/rooms/a/images/" + "9" * 30,
        "/api/rooms/" + "r" * 64 + "/messages",
        "/api/rooms/" + "r" * 65 + "/messages",
        "/healthz/",
        "/healthz?x=1",
        "/",
        "//",
        "/client/",
        "/client/main.js",
        "/client/../pyproject.toml",
        "/client/%2e%2e/pyproject.toml",
        "/client/main.js%00.css",
        "/ws/rooms/a",
    ]
)
methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
