"""The Claude stand-in: the Messages API with strict checks, honest usage and scripted answers.

It knows no language: what it says is data, given by whoever runs it.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from typing import Any

from botbackend.workshop.sandbox.base import StandIn
from botbackend.workshop.sandbox.claude.answers.asked import CHECK, COMPRESS, RESPOND, asked_of, kind_of
from botbackend.workshop.sandbox.claude.answers.lookup import answer_of
from botbackend.workshop.sandbox.claude.answers.script import Rule, Script, filled
from botbackend.workshop.sandbox.claude.batches import Batches
from botbackend.workshop.sandbox.claude.errors import failure
from botbackend.workshop.sandbox.claude.keys import Key, Traffic
from botbackend.workshop.sandbox.claude.messages import message_of
from botbackend.workshop.sandbox.claude.rules.models import MODELS, ModelRules
from botbackend.workshop.sandbox.claude.rules.order import problems
from botbackend.workshop.sandbox.claude.rules.types import adapter, type_errors
from botbackend.workshop.sandbox.claude.usage import Plan, PromptCache, prefix
from botbackend.workshop.sandbox.wire import HTML, Json, Reply, Request

VERSIONS = {"2026-10-21", "2023-06-01"}
DEMO_KEYS = {"sk-ant-stand-in-1": "org-stand-in-a", "sk-ant-stand-in-2": "org-stand-in-b"}
PLAIN, REFUSE, READ = "plain", "refuse", "read"  # what becomes of a request that no rule answers


class ClaudeStandIn(StandIn):
    """`delay` is how long an answer takes; `rpm` limits requests per minute of an organisation and model.

    A request that no rule answers gets the plainest valid answer, or with `unscripted` an error ("refuse")
    or the words of the demo's small reader ("read").
    """

    name = "claude"

    def __init__(
        self,
        *,
        keys: dict[str, str] | None = None,
        unscripted: str = PLAIN,
        delay: float = 0,
        rpm: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.keys = {
            key: Key(organization, f"wrkspc_{organization}")
            for key, organization in (keys or DEMO_KEYS).items()
        }
        self.unscripted = unscripted
        self.unexpected: list[Json] = []
        self.delay = delay
        self.rpm = rpm
        self.script = Script()
        self.cache = PromptCache()
        self.violations: list[Json] = []
        self.usage: Counter[str] = Counter()
        self.batches = Batches(self)
        self.traffic = Traffic()
        self.controls.update(
            {
                ("POST", "script"): self._control_script,
                ("POST", "keys"): self._control_keys,
                ("POST", "settings"): self._control_settings,
            }
        )

    def start(self, port: int = 0) -> None:
        """Listen, and build the validator meanwhile: the first request need not wait for all of it."""
        super().start(port)
        threading.Thread(target=adapter, kwargs={"counting": False}, daemon=True).start()

    def reset(self) -> None:
        """Forget the script, the cache, violations and figures."""
        super().reset()
        self.script.set([])
        self.cache.clear()
        self.violations.clear()
        self.unexpected.clear()
        self.usage.clear()
        for key in self.keys.values():
            key.status, key.uses, key.error = 200, 0, None

    def state(self) -> Json:
        """Violations, requests that nobody expected, usage totals, key uses, and answers not fetched."""
        return {
            **super().state(),
            "unscripted": self.unscripted,
            "violations": self.violations,
            "unexpected": self.unexpected,
            "usage": dict(self.usage),
            "script_left": self.script.left,
            "keys": [
                {"organization": key.organization, "status": key.status, "uses": key.uses}
                for key in self.keys.values()
            ],
        }

    def error(self, status: int) -> Reply:
        """Claude's body for an error status; 502 and 504 are pages."""
        if status in (502, 504):
            page = f"<html><head><title>{status}</title></head><body>cloudflare</body></html>"
            return Reply(status, page, content_type=HTML)
        return failure(status, "Overloaded" if status == 529 else "Error")

    # The service
    def answer(self, request: Request) -> Reply:
        """Check the key and the version, then route."""
        key = self.keys.get(request.bearer())
        refused = self._refused(request, key)
        if refused is not None:
            return self._with_headers(refused, key)
        if key is None:  # refused above; said for the type checker
            raise RuntimeError("a request without a key passed")
        key.uses += 1
        reply = self._route(request, key)
        return self._with_headers(reply, key)

    def _refused(self, request: Request, key: Key | None) -> Reply | None:
        if key is None:
            return failure(401, "invalid bearer token")
        if key.status != 200:
            body = dict(key.error or {})
            message = str(body.pop("message", "This key does not work"))
            return failure(key.status, message, **body)
        version = request.headers.get("anthropic-version", "")
        if not version:
            return failure(400, "anthropic-version: header is required")
        if version not in VERSIONS:
            return failure(400, f'anthropic-version: "{version}" is not a valid version')
        return None

    def _route(self, request: Request, key: Key) -> Reply:
        path, method = request.path.rstrip("/"), request.method
        if path == "/v1/models" and method == "GET":
            models = [rules.as_api() for rules in MODELS.values()]
            ends = {"first_id": models[0]["id"], "last_id": models[-1]["id"]}
            return Reply(body={"data": models, "has_more": False, **ends})
        if path.startswith("/v1/models/") and method == "GET":
            found = MODELS.get(path.removeprefix("/v1/models/"))
            return Reply(body=found.as_api()) if found else failure(404, f"model: {path.rpartition('/')[2]}")
        if path == "/v1/messages/count_tokens" and method == "POST":
            return self._count(request)
        if path.startswith("/v1/messages/batches"):
            return self.batches.answer(request, path, key.workspace)
        if path == "/v1/messages" and method == "POST":
            return self._message(request, key)
        return failure(404, "Not found")

    def _with_headers(self, reply: Reply, key: Key | None) -> Reply:
        request_id = f"req_{secrets.token_hex(12)}"
        reply.headers.setdefault("request-id", request_id)
        if isinstance(reply.body, dict) and reply.body.get("type") == "error":
            reply.body.setdefault("request_id", reply.headers["request-id"])
        if key is not None:
            reply.headers.setdefault("anthropic-organization-id", key.organization)
            reply.headers.setdefault("anthropic-workspace-id", key.workspace)
            reply.notes.setdefault("organization", key.organization)
        return reply

    def check(
        self, raw: bytes, body: Any, *, counting: bool = False
    ) -> tuple[ModelRules | None, Reply | None]:
        """The model's rules, or the refusal of a request that is not well formed; violations are noted."""
        found = type_errors(raw, counting=counting)
        if not found:
            rules = MODELS.get(body["model"])
            if rules is None:
                return None, failure(404, f"model: {body['model']}")
            found = problems(body, rules)
            if not found:
                return rules, None
        self.violations.append({"problems": found, "request": body})
        return None, failure(400, "; ".join(found))

    def _count(self, request: Request) -> Reply:
        body = _parsed(request)
        rules, refused = self.check(request.body, body, counting=True)
        if rules is None:
            return refused or failure(400, "Error")
        pieces = prefix(body)
        return Reply(body={"input_tokens": pieces[-1].tokens})

    def _message(self, request: Request, key: Key) -> Reply:
        body = _parsed(request)
        rules, refused = self.check(request.body, body)
        if rules is None:
            return refused or failure(400, "Error")
        limited = self.traffic.refusal(key, rules, self.rpm)
        if limited is not None:
            return limited
        started = self.now()
        plan = self.cache.plan(body, rules, key.workspace, started)
        rule = self.script.take(body)
        if rule is None and self.unscripted == REFUSE and kind_of(body) != CHECK:
            return self._refuse(body)
        delay = self.delay if rule is None or rule.delay is None else rule.delay
        if delay:
            self.stopping.wait(delay)
        if rule is not None and (rule.status or rule.error):
            return self._scripted_error(rule)
        reply = self.produce(body, rules, rule, plan)
        self.cache.commit(plan, key.workspace, started)
        self._tally(reply.body["usage"], body["model"])
        reply.notes["kind"] = kind_of(body)
        reply.headers.update(self.traffic.headers(key, rules, self.rpm, self.now()))
        return reply

    def _refuse(self, body: Json) -> Reply:
        asked = asked_of(body)
        self.unexpected.append({"kind": asked.kind, "said": asked.said})
        return failure(400, f"no scripted answer is left for a request of the kind {asked.kind}")

    @staticmethod
    def _scripted_error(rule: Rule) -> Reply:
        status = rule.status or 400
        extra = dict(rule.error or {})
        message = str(extra.pop("message", "Overloaded" if status == 529 else "Error"))
        reply = failure(status, message, **extra)
        reply.headers.update(rule.headers)
        return reply

    def produce(self, body: Json, rules: ModelRules, rule: Rule | None, plan: Plan) -> Reply:
        """The message that answers a valid request."""
        message = message_of(body, rules, self._answer_for(body, rule), plan)
        source = "scripted" if rule is not None or self.unscripted != READ else "small reader"
        return Reply(body=message, headers={"x-stand-in": source} | (rule.headers if rule else {}))

    def _answer_for(self, body: Json, rule: Rule | None) -> Json:
        if rule is not None and rule.call is not None:
            return rule.call(body)
        if rule is not None and rule.data is not None:
            return answer_of(rule.data, asked_of(body))
        if rule is not None and rule.answer is not None:
            return rule.answer
        kind = kind_of(body)
        if self.unscripted == READ and kind not in (CHECK, COMPRESS):
            from botbackend.workshop.sandbox.demo_reader import read  # only the demo needs its words

            return answer_of(read(asked_of(body)), asked_of(body))
        if kind != RESPOND:
            return {"json": filled(body["output_config"]["format"]["schema"])}
        return {"text": "OK"}

    def _tally(self, usage: Json, model: str) -> None:
        with self.lock:
            self.usage["requests"] += 1
            self.usage[f"requests:{model}"] += 1
            for name in ("input", "output", "cache_creation_input", "cache_read_input"):
                self.usage[f"{name}_tokens"] += usage[f"{name}_tokens"]
                self.usage[f"{name}_tokens:{model}"] += usage[f"{name}_tokens"]

    # Controls
    def _control_script(self, request: Request) -> Reply:
        wish: Any = request.json()
        rules = [Rule.from_json(rule) for rule in (wish["script"] if isinstance(wish, dict) else wish)]
        if isinstance(wish, dict) and wish.get("append"):
            self.script.add(*rules)
        else:
            self.script.set(rules)
        return Reply(body={"left": self.script.left})

    def _control_keys(self, request: Request) -> Reply:
        wish: Json = request.json()
        key = self.keys.get(wish["key"])
        if key is None:
            organization = str(wish["organization"])
            key = self.keys[wish["key"]] = Key(organization, f"wrkspc_{organization}")
        key.organization = str(wish.get("organization", key.organization))
        key.workspace = str(wish.get("workspace", key.workspace))
        key.status, key.error = int(wish.get("status", 200)), wish.get("error")
        return Reply(body={"ok": True})

    def _control_settings(self, request: Request) -> Reply:
        wish: Json = request.json()
        self.delay = float(wish.get("delay", self.delay))
        self.rpm = int(wish.get("rpm", self.rpm))
        return Reply(body={"delay": self.delay, "rpm": self.rpm})


def _parsed(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        return None
