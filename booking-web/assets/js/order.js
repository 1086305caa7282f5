// Extras of the order page. Without them the page says the same after a reload.
{
  const { order: path, state, payable, kept } = document.querySelector("[data-order]").dataset;
  const SOON = 3000;
  const LATEST = 30000;
  const NOW_AND_THEN = 60000;

  // While the payment page is prepared, opening this page is what asks for it again.
  const movedOn = async () => {
    const answer = await fetch(payable === "no" ? path : `${path}/state`, { cache: "no-store" });
    // Erased, or never there.
    if (answer.status === 404) return true;
    if (!answer.ok) throw new Error(answer.status);
    if (payable === "no") return !(await answer.text()).includes('data-payable="no"');
    return (await answer.json()).state !== state;
  };

  // A copy, shown because the server did not answer, says so.
  const copy = document.querySelector("[data-copy]");
  if (kept && copy) {
    const language = document.documentElement.lang;
    const form = new Intl.DateTimeFormat(`${language}-IN`, { dateStyle: "medium", timeStyle: "short" });
    copy.querySelector("[data-copy-of]").textContent = form.format(new Date(kept));
    copy.hidden = false;
  }

  // Ask whether the order has moved on: while a payment is awaited quickly and
  // then ever slower; afterwards now and then, because a ticket can be withdrawn
  // and money sent back while the page is open.
  const eager = state === "held" || Boolean(kept);
  // Not all phones of a crowd in the same second.
  const between = () => NOW_AND_THEN * (0.75 + Math.random() / 2);
  let pause = SOON;
  let asking;
  let asked = Date.now();
  const ask = async () => {
    clearTimeout(asking);
    asked = Date.now();
    try {
      // In place of a copy the page itself, as soon as there is an answer.
      if ((await movedOn()) || kept) {
        location.reload();
        return;
      }
    } catch {
      // No reception; the next try may have some.
    }
    pause = Math.min(pause * 1.3, LATEST);
    askLater();
  };
  const askLater = () => {
    clearTimeout(asking);
    if (document.visibilityState === "visible") asking = setTimeout(ask, eager ? pause : between());
  };
  // Looked at again, such as after the payment app: ask at once. Out of sight: rest.
  const lookedAt = () => {
    pause = SOON;
    if (document.visibilityState !== "visible") clearTimeout(asking);
    // The two events of one look are one.
    else if (Date.now() - asked > (eager ? 500 : SOON)) ask();
    else askLater();
  };
  askLater();
  document.addEventListener("visibilitychange", lookedAt);
  addEventListener("focus", lookedAt);
  addEventListener("pageshow", (shown) => shown.persisted && lookedAt());

  const timer = document.querySelector("[data-seconds]");
  if (timer) {
    const { seconds, counting, over } = timer.dataset;
    const end = Date.now() + seconds * 1000;
    const two = (number) => String(number).padStart(2, "0");
    const clock = (left) => {
      const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
      return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(left % 60)}`;
    };
    const tick = () => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      timer.textContent = left ? counting.replace("{time}", clock(left)) : over;
      if (left) setTimeout(tick, 1000);
    };
    if (seconds > 0) tick();
  }

  const offer = (name, act) => {
    const button = document.querySelector(`[data-do="${name}"]`);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  };
  const link = location.origin + path;
  offer("print", () => print());
  if (navigator.share) {
    offer("share", () => navigator.share({ title: document.title, url: link }).catch(() => {}));
  } else if (navigator.clipboard) {
    offer("share", async (button) => {
      await navigator.clipboard.writeText(link);
      button.textContent = button.dataset.done;
    });
  }

  // Of several tickets, the name of the one that is seen is marked.
  const names = document.querySelectorAll(".names a");
  if (names.length) {
    const mark = ({ target, isIntersecting }) => {
      if (!isIntersecting) return;
      for (const name of names) name.setAttribute("aria-current", String(name.hash === `#${target.id}`));
    };
    const root = document.querySelector(".passes");
    const seen = new IntersectionObserver((entries) => entries.forEach(mark), { root, threshold: 0.6 });
    for (const ticket of root.children) seen.observe(ticket);
  }

  // The ticket is there in a hall without reception, too.
  const shelf = navigator.serviceWorker;
  const { keeper } = document.querySelector("[data-keeper]")?.dataset ?? {};
  if (keeper && shelf) {
    shelf
      .register(keeper, { scope: "/orders/" })
      .then(() => shelf.ready)
      // What comes by way of it is kept without being asked for.
      .then(({ active }) => performance.getEntriesByType("navigation")[0].workerStart || active.postMessage({ keep: path }))
      .catch(() => {});
  }

  // The screen stays on while the code is shown; a phone that refuses is no worse off.
  if (document.querySelector("[data-awake]") && navigator.wakeLock) {
    const stayAwake = () =>
      document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", stayAwake);
    stayAwake();
  }
}
