// Keeps the overview's figures fresh while somebody looks at them. Without it
// the page says the same after a reload.
{
  const live = document.querySelector("[data-live]");
  const state = document.querySelector("[data-live-state]");
  const EVERY = 5000;
  const LATEST = 60000;
  let pause = EVERY;
  let waiting;

  // Only what has changed is replaced, so that whoever reads or has opened a table is left alone.
  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const part of live.querySelectorAll("[data-part]")) {
      const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!next) continue;
      for (const opened of part.querySelectorAll("details[open]")) next.querySelector(`#${opened.id}`)?.setAttribute("open", "");
      if (next.innerHTML === part.innerHTML) continue;
      const held = part.contains(document.activeElement) ? document.activeElement : null;
      if (held && !held.id) continue;
      part.replaceChildren(...next.childNodes);
      if (held) document.getElementById(held.id)?.focus({ preventScroll: true });
    }
  };

  const look = async () => {
    clearTimeout(waiting);
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-store" });
      // The session is over: the page itself leads to the sign-in.
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.text());
      pause = EVERY;
      state.textContent = "Live";
      live.dataset.fresh = Number(live.dataset.fresh ?? 0) + 1;
    } catch {
      pause = Math.min(pause * 2, LATEST);
      state.textContent = "No answer just now: these figures are older. It is tried again.";
    }
    later();
  };
  const later = () => {
    clearTimeout(waiting);
    if (document.visibilityState === "visible") waiting = setTimeout(look, pause);
  };
  state.textContent = "Live";
  later();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(waiting);
    if (document.visibilityState === "visible") look();
  });
}
