"""Headless Chromium, driven over a pipe by its DevTools protocol."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class Chromium:
    """A browser with one tab. `events` collects what the tab reports: exceptions, log entries, requests."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise SystemExit("tools/browser: install chromium")
        self.profile = tempfile.mkdtemp()
        theirs, ours = os.pipe()
        mine, answers = os.pipe()

        def places():  # the browser reads commands from 3 and answers on 4
            first, second = os.dup(theirs), os.dup(answers)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=places, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        os.close(theirs)
        os.close(answers)
        self.commands, self.answers, self.pending = ours, mine, b""
        self.number, self.session, self.events = 0, None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method: str, **parameters) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(60)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self, seconds: float) -> dict:
        limit = time.monotonic() + seconds
        while b"\0" not in self.pending:
            if not select.select([self.answers], [], [], max(0, limit - time.monotonic()))[0]:
                raise RuntimeError("chromium does not answer")
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise RuntimeError("chromium has ended")
            self.pending += part
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def run(self, script: str):
        """The value of an expression, a promise's when it is kept."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script[:80]}: {result['exceptionDetails']['exception'].get('description')}")
        return result["result"].get("value")

    def size(self, width: int, height: int, scheme: str = "light") -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def open(self, url: str) -> float:
        """Seconds until the page has drawn itself."""
        began = time.monotonic()
        self.call("Page.navigate", url=url)
        ready = "document.documentElement?.dataset.ready === 'true' || document.readyState === 'complete' && !document.scripts.length"
        while not self.run(f"location.href === {url!r} && ({ready})"):
            if time.monotonic() - began > 60:
                raise RuntimeError("the page does not become ready")
            time.sleep(0.02)
        return time.monotonic() - began

    def key(self, name: str, text: str = "") -> None:
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        code = codes.get(name, ord(name.upper()) if len(name) == 1 else 0)
        extra = {"text": text or "\r"} if name == "Enter" or text else {}
        for kind in ("keyDown" if extra else "rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code,
                      **(extra if kind == "keyDown" else {}))  # fmt: skip

    def mouse(self, kind: str, x: float, y: float, button: str = "left") -> None:
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, buttons=1 if button == "left" else 0,
                  clickCount=1 if kind in ("mousePressed", "mouseReleased") else 0)  # fmt: skip

    def complaints(self) -> list[str]:
        """Everything that a console would show, and every request that leaves the file."""
        self.run("0")
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(str(parameters["exceptionDetails"])[:300])
            elif event.get("method") == "Runtime.consoleAPICalled":
                found.append(f"console: {parameters['args']}"[:300])
            elif event.get("method") == "Log.entryAdded":
                found.append(parameters["entry"]["text"][:300])
            elif event.get("method") == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:", "about:")):
                    found.append(f"a request to {url[:200]}")
            elif event.get("method") == "Page.javascriptDialogOpening":
                found.append("a dialog")
        return found
