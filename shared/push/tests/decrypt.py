"""Reads a push as a browser does: `decrypt.py PRIVATE AUTH BODY`, all base64url."""

import base64
import sys

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


private, auth, body = map(decoded, sys.argv[1:])
key = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
message = http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm")
sys.stdout.buffer.write(message)
