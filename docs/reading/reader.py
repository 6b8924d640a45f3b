"""Reads sessions as docs/reading.md says: HOST PORT; a token a line on standard input.

Prints for each token the document, or "ask Postgres". With a Redis client of your own only
`cached_session` is left.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import re
import socket
import sys
import time


class Redis:
    """As much of RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/) as GET and MGET need."""

    def __init__(self, host, port):
        self.file = socket.create_connection((host, port), timeout=1).makefile("rwb")

    def call(self, *words):
        self.file.write(b"*%d\r\n" % len(words))
        for word in words:
            data = word.encode()
            self.file.write(b"$%d\r\n%s\r\n" % (len(data), data))
        self.file.flush()
        return self._answer()

    def _answer(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:].strip()
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        if kind == b"-":
            raise OSError(rest.decode())
        return rest.decode()


def is_current(redis):
    """Whether all lanes are within the bound. Keep the answer for a second."""
    first = redis.call("GET", "warmer:watermark:0")
    if first is None:
        return False
    keys = [f"warmer:watermark:{lane}" for lane in range(json.loads(first)["lanes"])]
    marks = [json.loads(mark) if mark else None for mark in redis.call("MGET", *keys)]
    now = time.time() * 1000
    return all(mark and mark["at_ms"] > now - mark["bound_ms"] for mark in marks)


def key_of(text):
    """The bytes of WARMER_TOKEN_HASH_KEY, which is hex or base64; None for token.hash=none."""
    if not text:
        return None
    if re.fullmatch("[0-9a-fA-F]+", text):
        return bytes.fromhex(text)
    return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_").rstrip("=") + "==")


KEY = key_of(os.environ.get("WARMER_TOKEN_HASH_KEY"))


def hashed(token):
    """What stands for a token in its key."""
    if KEY is None:
        return token
    digest = hmac.new(KEY, token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def cached_session(redis, token):
    """The document, or None: then ask Postgres."""
    current = is_current(redis)  # first the proof, then the value
    document = redis.call("GET", f"session:{hashed(token)}")
    if document is None or not current:
        return None
    expires = json.loads(document)["expires_at"]
    if expires == "infinity":
        return document
    now = datetime.datetime.now(datetime.timezone.utc)
    is_over = datetime.datetime.fromisoformat(expires.replace("Z", "+00:00")) <= now
    return None if is_over else document


if __name__ == "__main__":
    server = Redis(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        print(cached_session(server, line.strip()) or "ask Postgres", flush=True)
