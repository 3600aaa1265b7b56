"""Language models that word an answer: any server that speaks OpenAI's chat completions, and Amazon Bedrock.

The key comes from the environment alone. It is sent in one header to the URL that was given, over https or to this
machine; it is taken out of whatever a server says before that is shown.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from dbt_whence.explain.evidence import plain
from dbt_whence.results import WhenceError

KEY = "WHENCE_EXPLAIN_API_KEY"
ATTEMPTS = 4
FIRST_WAIT = 0.5  # seconds, doubled at each attempt
MAX_ANSWER = 200_000  # bytes
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})


class BackendError(Exception):
    """The model gave no answer, and why, in one line without the key."""


@dataclass(frozen=True)
class Prompt:
    """What a model is asked: how to answer, and question and rows."""

    system: str
    user: str


class Backend(Protocol):
    """A language model."""

    @property
    def model(self) -> str:
        """Its name, as the server knows it."""

    def ask(self, prompt: Prompt) -> str:
        """Return the text of the model's answer, or raise `BackendError`."""


def choose(
    name: str, url: str | None, model: str | None, max_tokens: int, timeout: float, allow_http: bool = False
) -> Backend | None:
    """Return the backend of a name; None for none.

    Raises:
        WhenceError: what it needs is missing, or the URL would send the key in clear.
    """
    if name == "none":
        return None
    if not model:
        raise WhenceError(f"the backend {name} needs a model: --model, or WHENCE_EXPLAIN_MODEL")
    if name == "bedrock":
        return Bedrock(plain(model), max_tokens, timeout)
    if not url:
        raise WhenceError("the backend openai needs a URL: --url http://localhost:8080/v1, or WHENCE_EXPLAIN_URL")
    key = os.environ.get(KEY, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise WhenceError(f"{KEY} holds characters that no key has; set it anew")
    return OpenAI(endpoint(url, allow_http), plain(model), max_tokens, timeout, key)


def endpoint(url: str, allow_http: bool = False) -> str:
    """Return the address of chat completions under a base URL, or say what is wrong with it."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise WhenceError("the URL of the backend must be like https://host/v1 or http://localhost:8080/v1")
    if parts.username or parts.password:
        raise WhenceError(f"the URL of the backend holds a user or password; give a key as {KEY} instead")
    if parts.scheme == "http" and not is_this_machine(host) and not allow_http:
        raise WhenceError(
            f"http://{host} would carry key and data in clear; use https, or --allow-http where the network is trusted"
        )
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path = f"{path or '/v1'}/chat/completions"
    return parts._replace(path=path, fragment="").geturl()


def is_this_machine(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def redacted(text: str, key: str, limit: int = 200) -> str:
    """Return a text of a server in one line, cut, without the key, however it is written."""
    text = plain(text)
    if key:
        forms = {key, quote(key, safe=""), json.dumps(key)[1:-1], base64.b64encode(key.encode()).decode()}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "[key]")
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def within(seconds: float, call: Callable[[], str]) -> str:
    """Call, and give up after so many seconds whatever it waits for: a name, a connection, a byte a second."""
    results: queue.Queue[str | BaseException] = queue.Queue()

    def run() -> None:
        try:
            results.put(call())
        except BaseException as error:
            results.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise BackendError(f"there was no answer within {seconds:g} seconds (--timeout)") from None
    if isinstance(result, BaseException):
        raise result
    return result


@dataclass(frozen=True)
class OpenAI:
    """A server with OpenAI's chat completions: llama.cpp, vLLM, Ollama, or hosted."""

    url: str
    model: str
    max_tokens: int
    timeout: float
    key: str

    def __repr__(self) -> str:
        """Leave out the key."""
        return f"OpenAI({self.model!r})"

    def ask(self, prompt: Prompt) -> str:
        """Ask, again after errors that pass, and at most `timeout` seconds in all."""
        return within(self.timeout, lambda: self._ask(prompt, time.monotonic() + self.timeout))

    def _ask(self, prompt: Prompt, deadline: float) -> str:
        import requests

        body = {
            "model": self.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "temperature": 0,
            "max_tokens": self.max_tokens,
            "response_format": {"type": "json_object"},
        }
        with requests.Session() as session:
            # in clear only straight to where it was meant to go, not through a proxy of the environment
            session.trust_env = self.url.startswith("https://")
            session.auth = self._authorize
            for attempt in range(ATTEMPTS):
                wait = FIRST_WAIT * 2**attempt
                try:
                    with session.post(
                        self.url,
                        json=body,
                        timeout=max(0.1, deadline - time.monotonic()),
                        allow_redirects=False,
                        stream=True,
                    ) as response:
                        if response.status_code not in TRANSIENT or attempt == ATTEMPTS - 1:
                            return self._read(response)
                        problem = self._problem(response)
                        wait = retry_after(response.headers, wait)
                except requests.Timeout:
                    raise BackendError(f"there was no answer within {self.timeout:g} seconds (--timeout)") from None
                except requests.RequestException as error:
                    problem = f"the server cannot be reached: {self._redact(_cause(error))}"
                    if attempt == ATTEMPTS - 1:
                        raise BackendError(problem) from None
                if time.monotonic() + wait >= deadline:
                    raise BackendError(f"{problem}; it is to be asked again in {wait:g} s, after --timeout")
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _authorize(self, request: Any) -> Any:
        """Set the header, as requests' own way would also look into .netrc."""
        if self.key:
            request.headers["Authorization"] = f"Bearer {self.key}"
        return request

    def _read(self, response: Any) -> str:
        if 300 <= response.status_code < 400:
            host = urlsplit(response.headers.get("Location", "")).hostname or "another path"
            raise BackendError(f"the server redirects to {self._redact(host)}; give the URL that it leads to")
        if response.status_code != 200:
            raise BackendError(self._problem(response))
        try:
            choice = json.loads(_body(response))["choices"][0]
            text = choice["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            raise BackendError("the server's reply is not a chat completion") from None
        if choice.get("finish_reason") == "length":
            raise BackendError(f"the answer was cut at {self.max_tokens} tokens (--max-tokens)")
        if not isinstance(text, str):
            raise BackendError("the server's reply holds no text")
        if self.key and redacted(text, self.key, len(text)) != plain(text).strip():
            raise BackendError("the answer held the key")
        return text

    def _problem(self, response: Any) -> str:
        """Return the status and what the server says of it, without what it may echo of the prompt or the key."""
        try:
            error = json.loads(_body(response))["error"]
            said = error["message"] if isinstance(error, dict) else error
        except (ValueError, KeyError, TypeError, RecursionError, BackendError):
            said = ""
        reason = f": {self._redact(said)}" if isinstance(said, str) and said else ""
        return f"the server answers {response.status_code}{reason}"

    def _redact(self, text: str) -> str:
        return redacted(text, self.key)


def _cause(error: BaseException) -> str:
    """Return the innermost reason of a connection error; requests' own text repeats it with addresses in memory."""
    text = str(error)
    found = re.search(r"\[Errno [^\]]*\] [^'\")]*|certificate verify failed[^'\")]*|Name or service not known", text)
    return found[0] if found else type(error).__name__


def _body(response: Any) -> bytes:
    """Read a body up to `MAX_ANSWER` bytes."""
    body = b""
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise BackendError(f"the server's reply is longer than {MAX_ANSWER:,} bytes")
    return body


def retry_after(headers: Mapping[str, str], default: float) -> float:
    """Return the seconds that a server asks to wait: a number or a date in Retry-After."""
    value = headers.get("Retry-After", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return default


@dataclass(frozen=True)
class Bedrock:
    """Amazon Bedrock's Converse; region and credentials as boto3 finds them."""

    model: str
    max_tokens: int
    timeout: float
    client: Any = None

    def ask(self, prompt: Prompt) -> str:
        """Ask; boto3 asks again after errors that pass."""
        client = self.client or bedrock_client(self.timeout)
        return within(self.timeout, lambda: self._ask(client, prompt))

    def _ask(self, client: Any, prompt: Prompt) -> str:
        from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

        try:
            reply = client.converse(
                modelId=self.model,
                system=[{"text": prompt.system}],
                messages=[{"role": "user", "content": [{"text": prompt.user}]}],
                inferenceConfig={"maxTokens": self.max_tokens, "temperature": 0.0},
            )
        except ClientError as error:
            said = error.response.get("Error", {})
            raise BackendError(
                f"Bedrock answers {said.get('Code')}: {redacted(str(said.get('Message')), '')}"
            ) from None
        except BotoCoreError as error:
            raise BackendError(f"Bedrock: {redacted(str(error), '')}") from None
        if reply.get("stopReason") == "max_tokens":
            raise BackendError(f"the answer was cut at {self.max_tokens} tokens (--max-tokens)")
        content = reply.get("output", {}).get("message", {}).get("content", [])
        text = "".join(block.get("text", "") for block in content)
        if not 0 < len(text) <= MAX_ANSWER:
            raise BackendError("Bedrock's reply holds no text" if not text else "Bedrock's reply is too long")
        return text


def bedrock_client(timeout: float) -> Any:
    """Return boto3's client, or say what to install or set."""
    try:
        import boto3  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise WhenceError('the backend bedrock needs boto3: pip install "dbt-whence[bedrock]"') from None
    retries: Any = {"total_max_attempts": ATTEMPTS, "mode": "standard"}
    try:
        config = Config(connect_timeout=min(10.0, timeout), read_timeout=timeout, retries=retries)
        return boto3.client("bedrock-runtime", config=config)
    except BotoCoreError as error:
        raise WhenceError(f"the backend bedrock: {redacted(str(error), '')}") from None
