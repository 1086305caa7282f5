// @ts-check
// Finding a guest whose code cannot be read, and admitting by hand: search,
// choose, look again, confirm.
import { el, translate, write } from "../dom.js";
import { ask } from "../gate.js";
import { clock, plainDate } from "../time.js";
import { say } from "../words.js";
import { button, open, showFault } from "./dialog.js";

/** @import { Direction, Found } from "../../protocol" */
/** @import { Opened } from "./dialog.js" */

/** After so long without a key the typing has come to an end. */
const TYPED = 250;
const FEWEST = 2;

/** @param {Direction} direction */
export function openSearch(direction) {
  const search = new Search(direction);
  search.ask();
}

class Search {
  #direction;
  #field = el("input", { type: "search", autocomplete: "off", spellcheck: "false", autofocus: true, maxlength: "60" });
  #hint = el("p", { class: "hint", role: "status" });
  #list = el("ul", { class: "guests" });
  /** @type {Opened} */
  #opened;
  /** @type {number | undefined} */
  #typing;
  #query = "";

  /** @param {Direction} direction */
  constructor(direction) {
    this.#direction = direction;
    this.#opened = open("search", "find");
    this.#field.addEventListener("input", () => this.#typed());
    this.#opened.dialog.addEventListener("keydown", (event) => this.#move(event));
  }

  /** The first step, and the way back from the second. */
  ask() {
    const label = el("label", { class: "fields" }, el("span", { "data-say": "find_label" }), this.#field);
    this.#opened.body.replaceChildren(label, this.#hint, this.#list);
    translate(this.#opened.body);
    if (this.#query === "") write(this.#hint, say("find_hint"));
    showFault(this.#opened.fault, null);
    this.#field.focus();
  }

  #typed() {
    clearTimeout(this.#typing);
    const query = this.#field.value.trim();
    if (query === this.#query) return;
    this.#typing = setTimeout(() => void this.#search(query), TYPED);
  }

  /** @param {string} query */
  async #search(query) {
    this.#query = query;
    showFault(this.#opened.fault, null);
    if ([...query].length < FEWEST) return this.#show([], say("find_hint"));
    write(this.#hint, say("find_waiting"));
    try {
      const found = await ask("search", { query });
      // An answer that comes late must not stand below another question.
      if (query === this.#query) this.#show(found, found.length === 0 ? say("find_none") : "");
    } catch (fault) {
      if (query !== this.#query) return;
      this.#show([], "");
      showFault(this.#opened.fault, fault);
    }
  }

  /** @param {Found[]} found @param {string} hint */
  #show(found, hint) {
    write(this.#hint, hint);
    this.#list.replaceChildren(...found.map((guest) => el("li", {}, this.#row(guest))));
  }

  /** @param {Found} guest */
  #row(guest) {
    const row = el("button", { type: "button" }, el("b", {}, guest.first_name), el("span", {}, about(guest)), standing(guest));
    row.addEventListener("click", () => this.#confirm(guest));
    return row;
  }

  /** @param {Found} guest */
  #confirm(guest) {
    const leaving = this.#direction === "exit";
    const name = guest.first_name;
    const yes = button(leaving ? "let_leave" : "admit", "main", () => void this.#admit(guest, yes));
    this.#opened.body.replaceChildren(
      el("p", { class: "whom" }, say(leaving ? "confirm_exit" : "confirm_entry", { name })),
      el("p", { class: "about" }, about(guest), standing(guest)),
      el("p", { class: "hint", "data-say": "confirm_check" }),
      el("div", { class: "answers" }, button("back", "", () => this.ask()), yes),
    );
    translate(this.#opened.body);
    yes.focus();
  }

  /** The verdict comes as any other, and closes this. @param {Found} guest @param {HTMLButtonElement} pressed */
  async #admit({ unique_id }, pressed) {
    pressed.disabled = true;
    try {
      await ask("admit_by_hand", { unique_id });
    } catch (fault) {
      showFault(this.#opened.fault, fault);
    }
    pressed.disabled = false;
  }

  /** Up and down through the field and what was found. @param {KeyboardEvent} event */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || this.#list.children.length === 0) return;
    const stops = [this.#field, .../** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll("button"))];
    const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    stops[Math.min(stops.length - 1, Math.max(0, at + step))]?.focus();
    event.preventDefault();
  }
}

/** @param {Found} guest */
const about = ({ phone, reg_date }) => `${phone} · ${say("booked_on", { date: plainDate(reg_date) })}`;

/** What speaks against it, if anything. @param {Found} guest */
function standing({ inside, revoked, admitted_at, admitted_gate }) {
  if (revoked) return el("em", { class: "against" }, say("is_revoked"));
  if (!inside) return "";
  const known = admitted_at && admitted_gate;
  const words = known ? say("is_inside", { time: clock(admitted_at), gate: admitted_gate }) : say("is_inside_bare");
  return el("em", {}, words);
}
