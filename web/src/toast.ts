// Short messages at the foot of the page; one with an undo stays ten seconds and waits while it is looked at.
interface Message {
  text: string;
  tone?: string;
  undo?: string;
}

const LIFE = 10_000;

function shelf(): HTMLElement | null {
  return document.querySelector("#toasts");
}

function leave(toast: HTMLElement): void {
  let timer = 0;
  const start = () => (timer = window.setTimeout(() => toast.remove(), LIFE));
  const stop = () => window.clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, start);
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  start();
}

export function show(message: Message): void {
  const place = shelf();
  const mould = document.querySelector<HTMLTemplateElement>("#toast-mould");
  if (!place || !mould) return;
  const toast = mould.content.firstElementChild!.cloneNode(true) as HTMLElement;
  toast.querySelector(".toast-text")!.textContent = message.text;
  if (message.tone) toast.dataset.tone = message.tone;
  const form = toast.querySelector("form")!;
  if (message.undo) form.action = message.undo;
  else form.remove();
  place.append(toast);
  leave(toast);
}

document.addEventListener("choral:toast", (event) => {
  const detail = (event as CustomEvent).detail;
  for (const message of (detail.messages ?? [detail]) as Message[]) show(message);
});
document.querySelectorAll<HTMLElement>("#toasts .toast").forEach(leave);
