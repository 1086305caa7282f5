// Kindness only: everything here is checked again by the server, in the same words.
// Each field carries the server's own sentences in its data attributes.
{
  const form = document.querySelector("form[data-booking]");
  const button = form.querySelector("[data-busy]");
  const label = button.textContent;
  const digits = (text) => text.match(/\p{Nd}/gu)?.length ?? 0;

  // The sentence for what cannot be right, or nothing. When in doubt, nothing: the server decides.
  const rules = {
    name: ({ value, dataset }) =>
      !value.trim() ? dataset.missing : /\p{N}/u.test(value) ? dataset.digit : "",
    phone: ({ value, dataset }) =>
      digits(value) === 0 ? dataset.missing : digits(value) < 8 ? dataset.short : "",
    email: ({ value, dataset }) => (value.trim() && !/^\S+@\S+\.\S+$/.test(value.trim()) ? dataset.wrong : ""),
  };

  const show = (input, sentence) => {
    const id = `${input.id}-fault`;
    let fault = document.getElementById(id);
    if (!sentence) {
      fault?.remove();
      input.removeAttribute("aria-invalid");
    } else {
      if (!fault) {
        fault = document.createElement("p");
        fault.id = id;
        fault.className = "fault";
        (input.closest(".guest-line") ?? input).before(fault);
      }
      fault.textContent = sentence;
      input.setAttribute("aria-invalid", "true");
    }
    const hint = document.getElementById(`${input.id}-hint`)?.id;
    const described = [hint, sentence && id].filter(Boolean).join(" ");
    if (described) input.setAttribute("aria-describedby", described);
    else input.removeAttribute("aria-describedby");
  };

  const check = (input) => {
    const sentence = rules[input.dataset.rule](input);
    show(input, sentence);
    return !sentence;
  };

  // Another guest, or one less. The server does the same, for browsers without scripts.
  const guests = form.querySelector("[data-guests]");
  const another = form.querySelector("[data-another]");
  const together = form.querySelector("[data-together]");
  const more = form.elements.more;
  const names = () => [...guests.querySelectorAll("input")];
  const showGuests = (typed) => {
    for (const field of guests.querySelectorAll(".guest-field")) field.remove();
    for (const n of typed.slice(1).keys()) {
      guests.insertAdjacentHTML("beforeend", another.innerHTML.replaceAll("{n}", n + 2));
    }
    names().forEach((input, place) => (input.value = typed[place]));
    more.hidden = typed.length >= another.dataset.another;
    const { paise, seats, priced } = together.dataset;
    const amount = (paise * typed.length) / 100;
    const rupees = { style: "currency", currency: "INR", minimumFractionDigits: amount % 1 ? 2 : 0 };
    together.textContent =
      typed.length === 1
        ? ""
        : (paise > 0 ? priced : seats)
            .replace("{n}", typed.length)
            .replace("{amount}", new Intl.NumberFormat("en-IN", { ...rupees, maximumFractionDigits: 2 }).format(amount));
  };
  const countGuests = (event) => {
    const wish = event.submitter;
    if (!wish?.formNoValidate) return false;
    event.preventDefault();
    const typed = names().map((input) => input.value);
    if (wish === more) typed.push("");
    else typed.splice(wish.value - 1, 1);
    showGuests(typed);
    (wish === more ? names().at(-1) : more).focus();
    return true;
  };

  const inputs = () => [...form.querySelectorAll("[data-rule]")];
  // Nobody is told of a fault while still typing; a fault that is shown goes as soon as it is mended.
  form.addEventListener("input", ({ target }) => target.getAttribute("aria-invalid") && check(target));
  // A fault that appears between the press of a button and its release would push the button from under the
  // finger, and the press would be lost: a form that is sent is looked over in any case.
  let pressing = false;
  addEventListener("pointerdown", ({ target }) => (pressing = Boolean(target.closest?.("button"))));
  addEventListener("keydown", () => (pressing = false));
  form.addEventListener("change", ({ target }) => !pressing && target.value.trim() && check(target));

  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    if (countGuests(event)) return;
    const faulty = inputs().filter((input) => !check(input));
    if (faulty.length) {
      event.preventDefault();
      faulty[0].focus();
      return;
    }
    // Only after this turn: a button disabled at once can stop its own form.
    setTimeout(() => {
      button.disabled = true;
      button.textContent = button.dataset.busy;
    });
  });

  // Back from the payment page: browsers show the form as it was left.
  addEventListener("pageshow", () => {
    button.disabled = false;
    button.textContent = label;
  });
}
