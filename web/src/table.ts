// Choosing rows of a table: the bar of bulk actions appears with a count; everything else of a table works without script.
document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  const form = box.closest<HTMLFormElement>("form[data-bulk]");
  if (!form || box.type !== "checkbox") return;
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=row]")];
  if (box.dataset.all !== undefined) for (const one of boxes) one.checked = box.checked;
  const chosen = boxes.filter((one) => one.checked).length;
  const head = form.querySelector<HTMLInputElement>("input[data-all]");
  if (head) {
    head.checked = chosen === boxes.length;
    head.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const bar = form.querySelector<HTMLElement>("[data-bulk-bar]");
  if (!bar) return;
  bar.hidden = chosen === 0;
  const beyond = bar.querySelector<HTMLInputElement>("input[name=all]");
  const total = Number(form.dataset.total ?? chosen);
  const count = bar.querySelector("output");
  if (count) count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(beyond?.checked ? total : chosen);
  const offer = bar.querySelector<HTMLElement>("[data-beyond]");
  if (offer) offer.hidden = chosen < boxes.length || total <= chosen;
});
