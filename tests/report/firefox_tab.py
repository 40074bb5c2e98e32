"""A tab of Firefox over WebDriver BiDi."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.report.tab import Seen

if TYPE_CHECKING:
    from tests.report.firefox import FirefoxProcess

# https://www.w3.org/TR/webdriver/#keyboard-actions
KEYS = {
    "Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "PageUp": "\ue00e", "PageDown": "\ue00f",
    "End": "\ue010", "Home": "\ue011", "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014",
    "ArrowDown": "\ue015", "Shift": "\ue008", "Space": " ",
}  # fmt: skip


class FirefoxTab:
    """What its page told since it was opened."""

    name = "firefox"

    def __init__(self, process: FirefoxProcess) -> None:
        self._process, self._seen = process, Seen()
        self._context = process.call("browsingContext.create", type="tab")["context"]
        self._here = {"context": self._context}
        process.call(
            "session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"], contexts=[self._context]
        )

    @property
    def seen(self) -> Seen:
        """All so far; one more command is answered only after whatever was told before it."""
        self._process.call("browsingContext.getTree", root=self._context)
        for told in self._process.events:
            self._take(told["method"], told["params"])
        self._process.events.clear()
        return self._seen

    def _take(self, method: str, told: dict[str, Any]) -> None:
        if told.get("context", told.get("source", {}).get("context")) != self._context:
            return  # of the tab of an earlier test
        if method == "network.beforeRequestSent":
            self._seen.asked.append(told["request"]["url"])
        elif method == "log.entryAdded" and told["level"] in {"error", "warn"}:
            self._seen.problems.append(told["text"])

    def open(self, url: str) -> None:
        for place in ("about:blank", url):
            self._process.call("browsingContext.navigate", context=self._context, url=place, wait="complete")

    def size(self, width: int, height: int) -> None:
        self._process.call(
            "browsingContext.setViewport", context=self._context, viewport={"width": width, "height": height}
        )

    def run(self, expression: str) -> Any:
        return self._evaluate(f"JSON.stringify({expression})", is_promise=False)

    def wait(self, expression: str) -> Any:
        return self._evaluate(f"Promise.resolve({expression}).then(JSON.stringify)", is_promise=True)

    def _evaluate(self, expression: str, *, is_promise: bool) -> Any:
        answer = self._process.call(
            "script.evaluate", expression=expression, target=self._here, awaitPromise=is_promise, userActivation=True
        )
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"]) if "value" in answer["result"] else None

    def press(self, *keys: str) -> None:
        for key in keys:
            *held, last = [KEYS.get(part, part) for part in (key.split("+") if len(key) > 1 else [key])]
            pressed = [{"type": "keyDown", "value": one} for one in (*held, last)]
            released = [{"type": "keyUp", "value": one} for one in (last, *reversed(held))]
            keyboard = {"type": "key", "id": "keyboard", "actions": [*pressed, *released]}
            self._process.call("input.performActions", context=self._context, actions=[keyboard])
