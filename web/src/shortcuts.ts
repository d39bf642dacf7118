// Single keys: ? lists them, / and Ctrl-K search, G then a letter goes to a page, J and K walk rows, a button's own key presses it. None fires while typing.
import { open } from "./palette";

let leader = 0;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function walk(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-walk] :is(a, button, input)[data-row]")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))]!;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (Date.now() - leader < 1_500) {
    leader = 0;
    document.querySelector<HTMLAnchorElement>(`a[data-go="${CSS.escape(key)}"]`)?.click();
    return;
  }
  const pressed = document.querySelector<HTMLButtonElement>(`button[data-press="${CSS.escape(key)}"]:not([disabled])`);
  if (pressed) pressed.click();
  else if (key === "g") leader = Date.now();
  else if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else if (key === "/") open();
  else if (event.key === "?") document.querySelector<HTMLDialogElement>("#shortcuts")?.showModal();
  else return;
  event.preventDefault();
});
