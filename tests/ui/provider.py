"""An identity provider (OpenID Connect) on this machine, that lets in without asking who its cookie says, or one person."""

import base64
import hashlib
import json
import time
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "tocsin"
PERSON = {"sub": "7", "name": "A. Reader", "email": "reader@example.org"}


def secrets(folder, provider, port):
    """Let the app in a folder ask a provider who comes."""
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(
        f"""
        [auth]
        redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
        cookie_secret = "a long random text, longer than thirty-two bytes"
        client_id = "{CLIENT}"
        client_secret = "between the two servers"
        server_metadata_url = "{provider}/.well-known/openid-configuration"
        """,
        encoding="utf-8",
    )


@contextmanager
def providing():
    """Its address: by name, so that to a browser it is another site than the app."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    server.key = RSAKey.generate_key(2048, {"kid": "one"})
    server.asked = {}
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class _Provider(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self):
        """Its description, its keys, and the way back for whoever comes to log in."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        match urlsplit(self.path).path:
            case "/.well-known/openid-configuration":
                self._tell(self._described())
            case "/keys":
                self._tell({"keys": [self.server.key.as_dict(private=False)]})
            case "/authorize":
                code = f"code-{len(self.server.asked)}"
                cookie = SimpleCookie(self.headers["cookie"]).get("person")
                self.server.asked[code] = asked, json.loads(unquote(cookie.value)) if cookie else PERSON
                back = urlencode({"code": code, "state": asked["state"]})
                self._send(302, b"", location=f"{asked['redirect_uri']}?{back}")
            case _:
                self.send_error(404)

    def do_POST(self):
        """A code against tokens; a code counts once, from whom it was given to, with the proof that goes with it."""
        sent = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        asked, person = self.server.asked.pop(sent["code"][0], (None, None))
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        if asked is None or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            self.send_error(400)
            return
        now = int(time.time())
        claims = {**person, "iss": self._issuer(), "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": asked["nonce"]}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.server.key)
        self._tell({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token})

    def log_message(self, *_):
        """Say nothing on the terminal."""

    def _issuer(self):
        return f"http://localhost:{self.server.server_address[1]}"

    def _described(self):
        here = self._issuer()
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _tell(self, content):
        self._send(200, json.dumps(content).encode())

    def _send(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
