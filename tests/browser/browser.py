"""Headless Chromium through chromedriver, with nothing but Python's standard library.

    with Browser() as page:
        page.open(path)
        page.size(390, 844)
        page.run("return document.title")

WebDriver is JSON over HTTP; what it lacks (screen metrics, colour scheme) goes through Chromium's
own `goog/cdp/execute`. Everything lives in one temporary folder and ends with the context.
"""
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

DEADLINE_S = 60
FLAGS = [
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage",
]


def missing():
    """Why no browser can be driven here, or None."""
    for name, package in (("chromium", "chromium"), ("chromedriver", "chromium-driver")):
        if not shutil.which(name):
            return f"{name} is not installed (apt-get install {package})"
    return None


class Browser:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="toll-browser-")
        log = os.path.join(self.folder, "driver.log")
        with open(log, "w") as out:
            self.driver = subprocess.Popen(
                ["chromedriver", "--port=0"], stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True, env={**os.environ, "HOME": self.folder})
        self.base = f"http://127.0.0.1:{self._port(log)}"
        flags = FLAGS + [f"--user-data-dir={self.folder}/profile"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        reply = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"binary": shutil.which("chromium"), "args": flags},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}})
        self.base += f"/session/{reply['sessionId']}"
        return self

    def __exit__(self, *_):
        try:
            if "/session/" in self.base:
                self._call("DELETE", "", None)
        except OSError:
            pass
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.driver.pid, number)
                self.driver.wait(5)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        shutil.rmtree(self.folder, ignore_errors=True)

    def _port(self, log):
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            with open(log) as text:
                found = re.search(r"started successfully on port (\d+)", text.read())
            if found:
                return int(found.group(1))
            if self.driver.poll() is not None:
                break
            time.sleep(0.05)
        with open(log) as text:
            raise OSError("chromedriver did not start: " + text.read()[-500:])

    def _call(self, method, path, body):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as reply:
            return json.load(reply)["value"]

    def open(self, path):
        """Opens a file, or a URL that is none of the network's (about:blank)."""
        url = path if path.startswith("about:") else "file://" + os.path.abspath(path)
        self._call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def cdp(self, command, **parameters):
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=width < 600)

    def scheme(self, name):
        self.cdp("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": name}])

    def log(self, kind):
        """Entries since the last call: 'browser' (the console) or 'performance' (the network)."""
        return self._call("POST", "/se/log", {"type": kind})

    def requests(self):
        """URLs asked for since the last call."""
        events = (json.loads(entry["message"])["message"] for entry in self.log("performance"))
        return [e["params"]["request"]["url"] for e in events
                if e["method"] == "Network.requestWillBeSent"]

    def screenshot(self, path, whole=True):
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(shot["data"]))
