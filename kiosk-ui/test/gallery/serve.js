// Serves the page as the gate would, with a pretended gate behind it:
// node test/gallery/serve.js, then http://127.0.0.1:8099/?state=granted
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { frame } from "./frame.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const www = fileURLToPath(new URL("../../www/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
/** As in tauri.conf.json. What it forbids here, it forbids there. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

const served = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  try {
    const { body, type } = await answer(pathname);
    response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-security-policy": policy, "cache-control": "no-store" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});

async function answer(pathname) {
  if (pathname === "/frame") return { body: frame, type: types[".svg"] };
  const path = normalize(pathname === "/" ? "/index.html" : pathname);
  const file = path.startsWith("/gallery/") ? join(here, path.slice("/gallery/".length)) : join(www, path);
  const body = await readFile(file, "utf8");
  return { body: path === "/index.html" ? pretended(body) : body, type: types[extname(file)] ?? "text/plain" };
}

const pretended = (page) => page.replace('<script type="module" src="main.js">', '<script type="module" src="/gallery/gate.js"></script>\n  $&');

/** @returns {Promise<number>} the port */
export const serve = (port = 0) =>
  new Promise((done) => served.listen(port, "127.0.0.1", () => done(/** @type {import("node:net").AddressInfo} */ (served.address()).port)));

export const stop = () => served.close();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`http://127.0.0.1:${await serve(8099)}/?state=ready`);
}
