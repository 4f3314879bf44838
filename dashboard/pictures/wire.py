"""How the camera and its process speak over a pipe: each message is its length, then its bytes."""

import struct
from typing import BinaryIO, Final

HEAD: Final = struct.Struct(">I")
GOOD, FAILED = b"+", b"-"
"""What an answer begins with: then a picture follows, or one sentence."""


def send(pipe: BinaryIO, message: bytes) -> None:
    """Writes one message. Raises OSError where nobody reads any more."""
    pipe.write(HEAD.pack(len(message)) + message)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes | None:
    """Reads one message; None where the other side is gone."""
    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (length,) = HEAD.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None
