// Keeps a ticket that was opened for where there is no reception, such as the
// hall itself: the page, its codes and what draws them. It runs beside the order
// pages (a service worker) and answers for the server when the server does not.
//
// What the server says always counts: a page that is no ticket any more is not
// kept any longer, and a copy says that it is one, and of when.
const SHELF = "tickets";
// Longer than a slow answer takes, shorter than a queue's patience.
const PATIENCE = 6000;
const FORGOTTEN_AFTER = 60 * 24 * 3600 * 1000;
const KEPT_AT = "x-kept-at";

const isOrder = (path) => /^\/orders\/[0-9a-f]{32}$/i.test(path);
const isPart = (path) => /^\/orders\/[0-9a-f]{32}\/qr\.svg$/i.test(path) || path.startsWith("/assets/");

// What a page shows beside its own text.
const partsOf = (html) =>
  [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, address]) => new URL(address.replaceAll("&#38;", "&").replaceAll("&amp;", "&"), location.origin))
    .filter(({ origin, pathname }) => origin === location.origin && isPart(pathname))
    .map(String);

// A newer version of a file of ours stands for an older one; of two codes none stands for the other.
const keyOf = (address) => {
  const { pathname, search } = new URL(address);
  return pathname.startsWith("/assets/") ? pathname : pathname + search;
};

const drop = async (shelf, path) => {
  for (const { url } of await shelf.keys()) {
    const { pathname } = new URL(url);
    if (pathname === path || pathname.startsWith(`${path}/`)) await shelf.delete(url);
  }
};

const forgetOld = async (shelf) => {
  for (const { url } of await shelf.keys()) {
    const at = (await shelf.match(url))?.headers.get(KEPT_AT);
    if (at && Date.now() - Date.parse(at) > FORGOTTEN_AFTER) await drop(shelf, new URL(url).pathname);
  }
};

// A page as the server has just given it: kept, or no longer kept.
const learn = async (path, answer) => {
  const shelf = await caches.open(SHELF);
  const html = await answer.text();
  const state = html.match(/data-state="(\w+)"/)?.[1];
  if (!answer.ok || state !== "paid") {
    // A server in trouble says nothing of the ticket.
    if (answer.status === 404 || (answer.ok && state)) await drop(shelf, path);
    return;
  }
  await forgetOld(shelf);
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "set-cookie"]) headers.delete(name);
  headers.set(KEPT_AT, new Date().toISOString());
  for (const part of partsOf(html)) {
    if ((await shelf.match(keyOf(part)))?.url === part) continue;
    const picture = await fetch(part);
    if (!picture.ok) throw new Error(`${picture.status} for ${part}`);
    await shelf.put(keyOf(part), picture);
  }
  // Last, so that a page that is kept is whole.
  await shelf.put(path, new Response(html, { headers }));
};

// The page's own script reads the mark and says so.
const copyOf = async (path) => {
  const kept = await (await caches.open(SHELF)).match(path);
  if (!kept) return undefined;
  // Quotes that somebody typed are written otherwise.
  const stage = 'class="stage" ';
  const marked = (await kept.text()).replace(stage, `${stage}data-kept="${kept.headers.get(KEPT_AT)}" `);
  return new Response(marked, { headers: kept.headers });
};

const late = () => new Promise((done) => setTimeout(done, PATIENCE));

// What the server says, if it says something in time; else the copy, if there is one.
const freshOr = async (answer, copy) => {
  const inTime = await Promise.race([answer.catch(() => undefined), late()]);
  if (inTime && inTime.status < 500) return inTime;
  return (await copy()) ?? answer;
};

const page = (event, path) => {
  const answer = fetch(event.request);
  event.waitUntil(answer.then((it) => learn(path, it.clone())).catch(() => {}));
  return freshOr(answer.then((it) => it.clone()), () => copyOf(path));
};

const part = (event) => {
  const answer = fetch(event.request);
  return freshOr(answer, async () => (await caches.open(SHELF)).match(keyOf(event.request.url)));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
// A page that was opened before this ran asks to be kept.
self.addEventListener("message", (event) => {
  const path = String(event.data?.keep);
  if (isOrder(path)) event.waitUntil(fetch(path).then((answer) => learn(path, answer)).catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && isOrder(pathname)) event.respondWith(page(event, pathname));
  else if (isPart(pathname)) event.respondWith(part(event));
});
