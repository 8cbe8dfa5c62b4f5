"""What `aws ec2-instance-connect open-tunnel` of AWS CLI v2 sends and takes, byte for byte, for a machine where that CLI is not packaged.

A stand-in: the URL is signed by AWS's own botocore, everything after it was observed of AWS CLI 2.36 with awscrt 0.29: the handshake
and which answers to it are taken, frames, zero-length frames after the end of the input, close codes, messages and exit codes.
It shares no code with our client or server.

usage: open-tunnel.py --instance-connect-endpoint-id ID --instance-connect-endpoint-dns-name NAME --private-ip-address IP
         [--remote-port 22] [--local-port N] [--max-tunnel-duration S] [--max-websocket-connections 10]
"""

import argparse
import base64
import hashlib
import os
import select
import socket
import ssl
import struct
import sys
import threading
from datetime import datetime
from urllib.parse import urlencode, urlparse

import botocore.session
from botocore.signers import RequestSigner

# AWS's client knows no other.
PORT = 443
MAX_FRAME = 65_000
HIGH_WATER = 4 * MAX_FRAME
BINARY, CLOSE, PING, PONG = 0x2, 0x8, 0x9, 0xA
USER_AGENT = "aws-cli/2.36.7 md/awscrt#0.29.0 ua/2.1 md/command#ec2-instance-connect.open-tunnel"
NOT_UPGRADED = (
    "AWS_ERROR_HTTP_WEBSOCKET_UPGRADE_FAILURE: "
    "Failed to upgrade HTTP connection to Websocket."
)


class TunnelError(Exception):
    pass


def signed_url(options):
    session = botocore.session.get_session()
    model = session.get_service_model("ec2-instance-connect")
    signer = RequestSigner(
        model.service_id,
        session.get_config_variable("region"),
        model.signing_name,
        model.signature_version,
        session.get_credentials(),
        session.get_component("event_emitter"),
    )
    name = options.instance_connect_endpoint_dns_name
    query = {
        "instanceConnectEndpointId": options.instance_connect_endpoint_id,
        "remotePort": options.remote_port,
        "privateIpAddress": options.private_ip_address,
    }
    if options.max_tunnel_duration:
        query["maxTunnelDuration"] = options.max_tunnel_duration
    request = {
        "url": f"wss://{name}/openTunnel?{urlencode(query)}",
        "body": {},
        "headers": {"host": name},
        "method": "GET",
        "query_string": "",
        "url_path": "/",
        "context": {},
    }
    return signer.generate_presigned_url(
        request_dict=request, operation_name="openTunnel", expires_in=60
    )


def connect(url):
    """An open WebSocket, not blocking, and what came after the handshake's answer. Trust is OpenSSL's: SSL_CERT_FILE."""
    parts = urlparse(url)
    raw = socket.create_connection((parts.hostname, PORT))
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = ssl.create_default_context().wrap_socket(
        raw, server_hostname=parts.hostname
    )
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {parts.path}?{parts.query} HTTP/1.1",
        f"Host: {parts.hostname}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"User-Agent: {USER_AGENT}",
    ]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(4096)
        if not more:
            raise TunnelError("AWS_ERROR_HTTP_CONNECTION_CLOSED")
        received += more
    head, rest = received.split(b"\r\n\r\n", 1)
    refuse_bad_answer(connection, head.decode("latin-1"), rest, key)
    connection.setblocking(False)
    return connection, rest


def refuse_bad_answer(connection, head, body, key):
    status, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, value = line.split(":", 1)
        headers.setdefault(name.strip().lower(), value.strip())
    if status.split(" ")[1] != "101":
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            more = connection.recv(4096)
            if not more:
                break
            body += more
        log_error(body.decode())
        raise TunnelError(NOT_UPGRADED)
    seed = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
    accept = base64.b64encode(hashlib.sha1(seed.encode()).digest()).decode()
    taken = (
        headers.get("upgrade", "").lower() == "websocket"
        # The whole value, not one of a list.
        and headers.get("connection", "").lower() == "upgrade"
        and headers.get("sec-websocket-accept") == accept
        and "sec-websocket-protocol" not in headers
        and "sec-websocket-extensions" not in headers
    )
    if not taken:
        raise TunnelError(NOT_UPGRADED)


def frame(opcode, payload):
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    mask = os.urandom(4)
    return head + mask + masked(payload, mask)


def masked(payload, mask):
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")


class Tunnel:
    """One WebSocket and the local bytes it carries, in one thread: an SSL object must not be read and written at once."""

    def __init__(self, url, local):
        self.connection, received = connect(url)
        self.local = local
        self.received = bytearray(received)
        self.unsent = bytearray()
        self.input_ended = False
        self.closing = None

    def run(self):
        self.take_frames()
        while self.closing is None:
            self.step()
        code, reason = self.closing
        self.send_close()
        self.connection.close()
        if code != 1000:
            raise TunnelError(f"Websocket Closure Reason: {reason}")

    def step(self):
        readers = [self.connection]
        if not self.input_ended and len(self.unsent) < HIGH_WATER:
            readers.append(self.local.input)
        if self.input_ended and len(self.unsent) < HIGH_WATER:
            # Nobody stops the loop that sends what it read: nothing, again and again.
            self.unsent += frame(BINARY, b"")
        writers = [self.connection] if self.unsent else []
        timeout = 0 if self.connection.pending() else 1
        readable, writable, _ = select.select(readers, writers, [], timeout)
        if self.connection in readable or timeout == 0:
            self.receive()
        if writable:
            self.send()
        if self.local.input in readable:
            self.read_local()

    def receive(self):
        try:
            data = self.connection.recv(256 * 1024)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            data = b""
        if not data:
            raise TunnelError("AWS_ERROR_HTTP_CONNECTION_CLOSED")
        self.received += data
        self.take_frames()

    def send(self):
        try:
            sent = self.connection.send(self.unsent[: 4 * MAX_FRAME])
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            raise TunnelError("AWS_ERROR_HTTP_CONNECTION_CLOSED") from error
        del self.unsent[:sent]

    def read_local(self):
        data = self.local.read(MAX_FRAME)
        if data:
            self.unsent += frame(BINARY, data)
        elif self.local.closes_at_end:
            self.closing = (1000, "")
        else:
            self.input_ended = True

    def take_frames(self):
        while self.closing is None:
            size, at = payload_size(self.received)
            if size is None or len(self.received) < at + size:
                return
            opcode = self.received[0] & 0x0F
            if self.received[0] & 0x70 or self.received[1] & 0x80:
                raise TunnelError("AWS_ERROR_HTTP_WEBSOCKET_PROTOCOL_ERROR")
            payload = bytes(self.received[at : at + size])
            del self.received[: at + size]
            self.take(opcode, payload)

    def take(self, opcode, payload):
        if opcode in (0x0, BINARY):
            self.local.write(payload)
        elif opcode == PING:
            self.unsent += frame(PONG, payload)
        elif opcode == CLOSE:
            code = struct.unpack("!H", payload[:2])[0] if payload else 1000
            self.closing = (code, payload[2:].decode())
        elif opcode == 0x1:
            raise TunnelError(
                "Received invalid data from server, closing websocket connection."
            )

    def send_close(self):
        # Without a status, as AWS's client closes.
        self.unsent += frame(CLOSE, b"")
        self.connection.settimeout(2)
        try:
            self.connection.sendall(self.unsent)
        except OSError:
            pass


def payload_size(received):
    """Of the frame that begins here, and where its payload does; (None, 0) while its head is not whole."""
    if len(received) < 2:
        return None, 0
    size = received[1] & 0x7F
    if size < 126:
        return size, 2
    if size == 126:
        return (
            (struct.unpack("!H", received[2:4])[0], 4)
            if len(received) >= 4
            else (None, 0)
        )
    return (
        (struct.unpack("!Q", received[2:10])[0], 10)
        if len(received) >= 10
        else (None, 0)
    )


class Standard:
    input = 0
    closes_at_end = False

    def read(self, size):
        return os.read(0, size)

    def write(self, data):
        while data:
            data = data[os.write(1, data) :]


class Accepted:
    closes_at_end = True

    def __init__(self, connection):
        self.input = connection

    def read(self, size):
        try:
            return self.input.recv(size)
        except OSError:
            return b""

    def write(self, data):
        try:
            self.input.sendall(data)
        except OSError:
            pass


def listen(options):
    listener = socket.create_server(("localhost", options.local_port), backlog=128)
    say(f"Listening for connections on port {listener.getsockname()[1]}.")
    running = set()
    number = 0
    while True:
        connection, _ = listener.accept()
        if len(running) >= options.max_websocket_connections:
            say(
                f"Max websocket connections {options.max_websocket_connections} have been reached, closing incoming connection."
            )
            connection.close()
            continue
        number += 1
        say(f"[{number}] Accepted new tcp connection, opening websocket tunnel.")
        thread = threading.Thread(
            target=serve, args=(number, connection, options, running), daemon=True
        )
        running.add(number)
        thread.start()


def serve(number, connection, options, running):
    try:
        Tunnel(signed_url(options), Accepted(connection)).run()
    except (TunnelError, OSError) as error:
        log_error(f"[{number}] Encountered error with websocket: {error.args}")
    finally:
        connection.close()
        running.discard(number)
        say(f"[{number}] Closing tcp connection.")


def say(text):
    print(text, flush=True)


def log_error(text):
    now = datetime.now().strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
    name = "awscli.customizations.ec2instanceconnect.websocket"
    print(f"{now} - {name} - ERROR - {text}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in (
        "instance-connect-endpoint-id",
        "instance-connect-endpoint-dns-name",
        "private-ip-address",
    ):
        parser.add_argument(f"--{name}", required=True)
    for name, default in (
        ("remote-port", 22),
        ("local-port", None),
        ("max-tunnel-duration", None),
        ("max-websocket-connections", 10),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    if options.local_port is not None:
        listen(options)
    try:
        Tunnel(signed_url(options), Standard()).run()
    except TunnelError as error:
        print(f"\naws: [ERROR]: {error}", file=sys.stderr)
        return 255
    return 0


if __name__ == "__main__":
    sys.exit(main())
