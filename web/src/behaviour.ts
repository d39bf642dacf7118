// Attributes that give a plain element a behaviour: dialogs, copying, theme at once, forms that send themselves.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog!) as HTMLDialogElement | null;
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  const closer = target.closest<HTMLElement>("dialog [data-close]");
  if (closer) closer.closest("dialog")!.close();
  if (target instanceof HTMLDialogElement && target.open) {
    const box = target.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) target.close();
  }
  const copier = target.closest<HTMLElement>("[data-copy]");
  if (copier) void copy(copier);
});

async function copy(button: HTMLElement): Promise<void> {
  const source = document.getElementById(button.dataset.copy!);
  if (!source) return;
  await navigator.clipboard.writeText((source as HTMLInputElement).value ?? source.textContent ?? "");
  button.dataset.done = "";
  const said = button.querySelector<HTMLElement>("[role=status]");
  if (said) said.textContent = button.dataset.said ?? "";
  setTimeout(() => {
    delete button.dataset.done;
    if (said) said.textContent = "";
  }, 2_000);
}

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.name === "theme" && field.closest("[data-theme-choice]")) document.documentElement.dataset.theme = field.value;
  if (field.closest("[data-send-on-change]")) field.form?.requestSubmit();
});

// A menu made of <details> closes when something else is used.
document.addEventListener("pointerdown", (event) => {
  document.querySelectorAll<HTMLDetailsElement>("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = (event.target as Element).closest?.<HTMLDetailsElement>("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method.toLowerCase() !== "post") return;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 5_000);
});

// What loses something asks first, in the page's own dialog.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-confirm]");
  const dialog = document.querySelector<HTMLDialogElement>("#confirm");
  if (!button || !dialog || button.dataset.sure !== undefined) return;
  event.preventDefault();
  dialog.querySelector("[data-words]")!.textContent = button.dataset.confirm!;
  const goOn = dialog.querySelector<HTMLButtonElement>("[data-go-on]")!;
  goOn.onclick = () => {
    dialog.close();
    button.dataset.sure = "";
    button.click();
    delete button.dataset.sure;
  };
  dialog.showModal();
});
