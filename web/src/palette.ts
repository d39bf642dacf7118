// The command palette: one field that finds pages, actions and customers; wholly by keyboard.
const dialog = document.querySelector<HTMLDialogElement>("#palette");
const field = dialog?.querySelector<HTMLInputElement>("input");
const list = dialog?.querySelector<HTMLElement>("[role=listbox]");
let last = 0;
let timer = 0;

export function open(): void {
  if (!dialog || !field || dialog.open) return;
  dialog.showModal();
  field.select();
  if (!list?.childElementCount) void ask();
}

async function ask(): Promise<void> {
  if (!field || !list || !dialog) return;
  const mine = ++last;
  const answer = await fetch(`${dialog.dataset.source}?${new URLSearchParams({ q: field.value })}`, {
    headers: { "HX-Request": "true" },
  });
  if (mine !== last || !answer.ok) return;
  const mould = document.createElement("template");
  mould.innerHTML = await answer.text();
  list.replaceChildren(mould.content);
  choose(0);
}

function options(): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];
}

function choose(index: number): void {
  const all = options();
  const wanted = all[(index + all.length) % (all.length || 1)];
  for (const option of all) option.setAttribute("aria-selected", String(option === wanted));
  if (wanted) {
    field?.setAttribute("aria-activedescendant", wanted.id);
    wanted.scrollIntoView({ block: "nearest" });
  } else field?.removeAttribute("aria-activedescendant");
}

field?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(), 80);
});
field?.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(at + 1);
  else if (event.key === "ArrowUp") choose(at - 1);
  else if (event.key === "Enter") all[at]?.click();
  else return;
  event.preventDefault();
});
list?.addEventListener("click", (event) => {
  const href = (event.target as Element).closest<HTMLElement>("[role=option]")?.dataset.href;
  if (href) location.assign(href);
});
document.querySelectorAll("[data-palette]").forEach((opener) =>
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  }),
);
