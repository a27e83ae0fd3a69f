"""How a member reaches a chat that is not on this machine: by name, over TLS, under a path."""

import asyncio
import datetime
import socket
import ssl
from pathlib import Path
from unittest.mock import patch

import picows
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.load.joining import AddressError, connect
from bench.load.plane import JoinError
from tests.load.relays import TestedRelay
from tests.load.test_plane import data_plane
from tests.on_uvloop import on_uvloop

_PREFIX = "/chat"


def self_signed(folder: Path) -> Path:
    """A file with a key and a certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


class PrefixedRelay(TestedRelay):
    """A relay under a path; it remembers the Host of each handshake."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop(), None)
        self.hosts: list[str] = []

    def answer(
        self, request: picows.WSUpgradeRequest
    ) -> picows.WSUpgradeResponseWithListener | None:
        self.hosts.append(request.headers["Host"])
        if not request.path.startswith(_PREFIX.encode()):
            return None
        request.path = request.path.removeprefix(_PREFIX.encode())
        return super().answer(request)


def test_a_member_keeps_the_name_the_path_and_the_scheme_of_an_address(tmp_path: Path) -> None:
    file = self_signed(tmp_path)

    @on_uvloop
    async def run() -> None:
        names: list[str | None] = []
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        context.sni_callback = lambda _, name, __: names.append(name)
        relay = PrefixedRelay()
        sock = socket.create_server(("127.0.0.1", 0))
        # A server on aiofastnet's TLS ends with a segmentation fault when a client refuses it.
        server = await picows.ws_create_server(
            relay.answer, sock=sock, ssl=context, use_aiofastnet=False
        )
        address = f"127.0.0.1:{sock.getsockname()[1]}"
        host = f"localhost:{sock.getsockname()[1]}"
        async with data_plane() as plane:
            first = await plane.join(f"https://{host}{_PREFIX}/", "room", "u0", talks=True)
            plane.leave(first)
            await plane.join(f"https://{host}{_PREFIX}", "room", "u0", talks=True)
            assert list(relay.rooms) == ["room"]
            with pytest.raises(JoinError, match="was answered with HTTP 404"):
                await plane.join(f"https://{host}", "room", "u1", talks=True)
            with pytest.raises(JoinError, match="its certificate is not valid"):
                await plane.join(f"https://{address}{_PREFIX}", "room", "u1", talks=True)
        server.close()
        relay.close()
        assert relay.hosts == [host] * 3
        assert names[:3] == ["localhost"] * 3

    with patch.dict("os.environ", {"SSL_CERT_FILE": str(file)}):
        run()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8001",
        "ftp://localhost",
        "http://",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://host/?room=1",
        "http://host/#here",
        "http://user:secret@host",
    ],
)
def test_an_address_that_is_none_is_answered_in_words(url: str) -> None:
    with pytest.raises(AddressError, match="an address is http"):
        asyncio.run(connect(picows.WSListener(), url, "room", "name"))
