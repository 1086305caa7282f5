// Kindness only: everything here is checked again by the server, in the same words.
// Each field carries the server's own sentences in its data attributes.
{
  const form = document.querySelector("form[data-booking]");
  const button = form.querySelector("button");
  const label = button.textContent;
  const digits = (text) => text.match(/\p{Nd}/gu)?.length ?? 0;

  // The sentence for what cannot be right, or nothing. When in doubt, nothing: the server decides.
  const rules = {
    first_name: ({ value, dataset }) =>
      !value.trim() ? dataset.missing : /\p{N}/u.test(value) ? dataset.digit : "",
    phone_number: ({ value, dataset }) =>
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
        input.before(fault);
      }
      fault.textContent = sentence;
      input.setAttribute("aria-invalid", "true");
    }
    input.setAttribute("aria-describedby", sentence ? `${input.id}-hint ${id}` : `${input.id}-hint`);
  };

  const check = (input) => {
    const sentence = rules[input.id](input);
    show(input, sentence);
    return !sentence;
  };

  const inputs = Object.keys(rules).map((name) => form.elements[name]);
  for (const input of inputs) {
    // Nobody is told of a fault while still typing; a fault that is shown goes as soon as it is mended.
    input.addEventListener("input", () => input.getAttribute("aria-invalid") && check(input));
    input.addEventListener("change", () => input.value.trim() && check(input));
  }

  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    const faulty = inputs.filter((input) => !check(input));
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
