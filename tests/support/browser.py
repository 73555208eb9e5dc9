"""A headless browser, driven through its debugging pipe: enough to look at a page as its readers do."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import shutil
import subprocess
import sys

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
)  # fmt: skip

_BECOME_THE_BROWSER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)

# Relative luminance and contrast as WCAG 2 defines them; what is transparent shows what lies behind.
CONTRASTS = """
(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
  };
  return [...document.querySelectorAll("h1, h2, p, pre, td span, summary, th, dt, dd, li, small")].map(element => {
    const pair = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => a - b);
    return (pair[1] + .05) / (pair[0] + .05);
  });
})()
"""


class Browser:
    """One page of a browser; each method returns when the browser has done what was asked."""

    def __init__(self, profile):
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        # The browser reads commands from descriptor 3 and writes answers to 4; the pipes may have these very numbers.
        far = [fcntl.fcntl(end, fcntl.F_DUPFD, 64) for end in (commands, answers)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BECOME_THE_BROWSER, *map(str, far), CHROMIUM, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=far,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (commands, answers, *far):
            os.close(end)
        self._read = b""
        self._numbers = itertools.count(1)
        self._session = None
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __call__(self, method, **params):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "result" in answer, answer
                return answer["result"]

    def _next(self):
        while b"\0" not in self._read:
            some = os.read(self._answers, 65536)
            assert some, "the browser has ended"
            self._read += some
        message, _, self._read = self._read.partition(b"\0")
        return json.loads(message)

    def open(self, file):
        self("Page.enable")
        self("Page.navigate", url=file.as_uri())
        while self.evaluate("document.readyState") != "complete" or self.evaluate("location.href") == "about:blank":
            pass

    def evaluate(self, expression):
        return self("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def size(self, width, height):
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def colours(self, scheme):
        self("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._commands)
        os.close(self._answers)
