"""Connections accepted by the server do not hold small messages back."""

import socket

from pages._ui.server import wire


def test_accepted_connections_inherit_the_option():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert wire.speak_at_once() >= 1
        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
