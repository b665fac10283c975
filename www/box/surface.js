// Where does the panel open? In the page's flow, under the box in the top layer, or as a dialog, which on a phone is the screen.
import { make } from "./make.js";

// As in box.css.
const PHONE = "(max-width: 639px), (max-height: 420px)";
const GAP = 8;
// A popup is no lower than this if there is more room above the box.
const LOW = 320;
const WIDE = 640;

export class Surface {
  dialog = make("dialog", { part: "dialog" });
  popup = make("div", { part: "popup", popover: "manual", hidden: "" });
  #nodes;
  #body;
  #view = window.visualViewport ?? window;

  /** @param {object} nodes the shell's @param {HTMLElement} body what is shown @param {() => void} closed told when the browser closes the dialog */
  constructor(nodes, body, closed) {
    this.#nodes = nodes;
    this.#body = body;
    nodes.root.append(this.popup, this.dialog);
    this.dialog.addEventListener("cancel", (e) => {
      e.preventDefault();
      closed();
    });
    // It may be open again when this is told.
    this.dialog.addEventListener("close", () => this.dialog.open || !this.dialog.contains(nodes.head) || closed());
    // A press on the veil.
    this.dialog.addEventListener("pointerdown", (e) => e.target === this.dialog && closed());
  }

  static get phone() {
    return matchMedia(PHONE).matches;
  }

  get open() {
    return this.dialog.open || !this.popup.hidden;
  }

  /** In the page's flow. */
  flow() {
    this.#nodes.field.after(this.#body);
  }

  modal() {
    if (this.dialog.open) return;
    this.close();
    this.dialog.append(this.#nodes.head, this.#body);
    this.dialog.showModal();
    this.#watch(true);
  }

  under() {
    if (this.open) return;
    this.popup.append(this.#body);
    this.popup.hidden = false;
    this.popup.showPopover?.();
    this.#watch(true);
  }

  /** What it holds is another. Once as high, never lower: nothing jumps as somebody types. @param {boolean} held in the page's flow, while something is asked */
  settle(held) {
    this.#body.style.minHeight = held ? `${this.#body.offsetHeight}px` : "";
    if (this.popup.hidden) return;
    this.fit();
    this.popup.style.minHeight = `${Math.min(this.popup.offsetHeight, parseFloat(this.popup.style.maxHeight))}px`;
  }

  close() {
    this.#watch(false);
    if (this.dialog.open) this.dialog.close();
    if (this.dialog.contains(this.#nodes.head)) this.#nodes.field.append(this.#nodes.head);
    if (!this.popup.hidden) {
      this.popup.hidden = true;
      this.popup.style.minHeight = "";
      if (this.popup.matches(":popover-open")) this.popup.hidePopover();
    }
  }

  #watch(on) {
    const how = on ? "addEventListener" : "removeEventListener";
    this.#view[how]("resize", this.fit);
    window[how]("scroll", this.fit, { capture: true, passive: true });
    if (this.#view !== window) this.#view[how]("scroll", this.fit);
    if (on) this.fit();
  }

  /** Within what is seen of the page: without the keyboard of a phone. */
  fit = () => {
    const view = window.visualViewport ?? { offsetTop: 0, height: innerHeight };
    const [top, height] = [view.offsetTop, view.height];
    const { style } = this.dialog.open ? this.dialog : this.popup;
    if (this.dialog.open) {
      const full = Surface.phone;
      style.top = full ? `${top}px` : "";
      style.height = full ? `${height}px` : "";
      return;
    }
    const box = this.#nodes.field.getBoundingClientRect();
    const across = document.documentElement.clientWidth;
    const width = Math.min(Math.max(box.width, WIDE), across - 2 * GAP);
    // With the box at its start, or at its end where the window ends before.
    const right = getComputedStyle(this.#nodes.root).direction === "rtl";
    const left = right !== box.left + width > across - GAP ? box.right - width : box.left;
    const [above, below] = [box.top - top - 2 * GAP, top + height - box.bottom - 2 * GAP];
    const up = below < LOW && above > below;
    style.left = `${Math.max(GAP, Math.min(left, across - GAP - width))}px`;
    style.width = `${width}px`;
    style.maxHeight = `${Math.max(up ? above : below, 120)}px`;
    style.top = up ? "auto" : `${box.bottom + GAP}px`;
    style.bottom = up ? `${document.documentElement.clientHeight - box.top + GAP}px` : "auto";
  };
}
