"""Requests to a server of the stub, without any SDK: by the standard library's client, and by bare sockets."""

from __future__ import annotations

import http.client
import json
import socket
from urllib.parse import urlsplit

SIGNATURE = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/{region}/app-integrations/aws4_request, SignedHeaders=host, Signature=0"


def ask(server, method, path, body=None, *, region=None, headers=None):
    """Send one request; return the status, the headers in lower case and the parsed body."""
    headers = dict(headers or {})
    if region:
        headers["Authorization"] = SIGNATURE.format(region=region)
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    parsed = json.loads(content) if content else None
    return response.status, {name.lower(): value for name, value in response.getheaders()}, parsed


def send_bytes(server, data, *, half_close=True):
    """Send bytes on a connection of their own; return all that comes back until the server closes it."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=20) as connection:
        received = b""
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                received += chunk
        except OSError as problem:
            if isinstance(problem, TimeoutError):
                raise
    return received
