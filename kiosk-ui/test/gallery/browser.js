// A browser without a window, driven through chromedriver: only what the
// gallery needs of it.
import { spawn } from "node:child_process";

const PORT = 20_000 + Math.floor(Math.random() * 20_000);
const ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"];

export async function browse() {
  const driver = spawn("chromedriver", [`--port=${PORT}`], { stdio: "ignore" });
  await ready();
  const capabilities = { alwaysMatch: { browserName: "chrome", "goog:chromeOptions": { args: ARGUMENTS } } };
  const { sessionId } = await call("POST", "/session", { capabilities });
  const at = (path) => `/session/${sessionId}${path}`;
  return {
    open: (url) => call("POST", at("/url"), { url }),
    run: (script) => call("POST", at("/execute/sync"), { script, args: [] }),
    size: (width, height) =>
      call("POST", at("/goog/cdp/execute"), {
        cmd: "Emulation.setDeviceMetricsOverride",
        params: { width, height, deviceScaleFactor: 1, mobile: false },
      }),
    photograph: async () => Buffer.from(await call("GET", at("/screenshot")), "base64"),
    close: async () => {
      await call("DELETE", at(""));
      driver.kill();
    },
  };
}

async function ready() {
  for (let tries = 0; tries < 100; tries += 1) {
    const answered = await call("GET", "/status").catch(() => null);
    if (answered) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("chromedriver does not answer; apt-get install chromium-driver");
}

async function call(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
