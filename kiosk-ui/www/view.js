// @ts-check
// A place where the camera's picture is shown: aiming frame, the code that was
// found, and what is the matter when there is no picture.
import { byId, show, within, write } from "./dom.js";
import { troubleOf } from "./trouble.js";
import { say } from "./words.js";

/** @import { Camera, News } from "../protocol" */

/** An outline is forgotten after a third of a second: the code has moved on. */
const OUTLINE_LASTS = 333;

export class View {
  /** @type {HTMLImageElement} */
  image;
  #root;
  #picture;
  #outline;
  #trouble;
  /** @type {number | undefined} */
  #forget;

  /** @param {HTMLElement} root an empty `.view` */
  constructor(root) {
    const template = /** @type {HTMLTemplateElement} */ (byId("view"));
    root.append(template.content.cloneNode(true));
    this.#root = root;
    this.#picture = within(root, ".picture");
    this.image = /** @type {HTMLImageElement} */ (within(root, "img"));
    this.#outline = /** @type {SVGElement} */ (/** @type {unknown} */ (within(root, ".outline")));
    this.#trouble = within(root, ".trouble");
  }

  /** @param {Camera} camera @param {number} waited milliseconds since it was live @param {boolean} mirror */
  draw(camera, waited, mirror) {
    const trouble = troubleOf(camera, waited, navigator.userAgent);
    this.#root.dataset.camera = camera.state;
    this.#root.classList.toggle("mirrored", mirror);
    if (camera.width && camera.height) this.#shape(camera.width, camera.height);
    show(this.#trouble, trouble !== null);
    if (!trouble) return;
    write(within(this.#trouble, ".trouble-title"), say(trouble.title));
    write(within(this.#trouble, ".trouble-do"), say(trouble.remedy));
    write(within(this.#trouble, ".trouble-detail"), [camera.name, camera.detail].filter(Boolean).join(": "));
    this.#clear();
  }

  /** @param {boolean} stale */
  set stale(stale) {
    this.#root.classList.toggle("stale", stale);
    this.#root.classList.toggle("pictured", !stale);
  }

  /** Takes the picture away: what is seen here next is new. */
  blank() {
    this.image.onload = null;
    this.image.onerror = null;
    this.image.removeAttribute("src");
    this.#root.classList.remove("pictured", "stale");
    this.#clear();
  }

  /** @param {Extract<News, { kind: "outline" }>} outline */
  outline({ corners, width, height }) {
    this.#outline.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const points = corners.map((corner) => corner.join()).join(" ");
    for (const polygon of this.#outline.children) polygon.setAttribute("points", points);
    this.#root.classList.add("found");
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => this.#clear(), OUTLINE_LASTS);
  }

  #clear() {
    clearTimeout(this.#forget);
    this.#root.classList.remove("found");
  }

  /** The box has the shape of the frame, so that picture and outline fill it alike. @param {number} width @param {number} height */
  #shape(width, height) {
    const ratio = String(width / height);
    if (this.#picture.style.getPropertyValue("--ratio") !== ratio) this.#picture.style.setProperty("--ratio", ratio);
  }
}
