// Custom elements: a chart (its drawing code is loaded only where one is), a live list, a place to drop a file.
class ChoralChart extends HTMLElement {
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      void import("./chart").then(({ draw }) => {
        if (this.isConnected) this.#stop = draw(this);
      });
    });
    seen.observe(this);
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

// Rows arrive as small pieces of HTML made (and escaped) by our own server, newest on top. A hidden page closes its
// stream; a button [data-pause] holds the list still; [data-rate] says how many came in the last ten seconds.
class ChoralLive extends HTMLElement {
  #source: EventSource | undefined;
  #came: number[] = [];
  #clock: ReturnType<typeof setInterval> | undefined;
  #seen = () => (document.hidden ? this.#close() : this.#open());

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#seen);
    const pause = this.querySelector<HTMLButtonElement>("[data-pause]");
    pause?.addEventListener("click", () => {
      const held = this.toggleAttribute("paused");
      pause.setAttribute("aria-pressed", String(held));
    });
    this.#clock = setInterval(() => this.#tell(), 1000);
    this.#seen();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    clearInterval(this.#clock);
    this.#close();
  }

  #open(): void {
    const address = this.getAttribute("src");
    const list = this.querySelector("[data-rows]");
    if (!address || !list || this.#source) return;
    const most = Number(this.dataset.most ?? 50);
    this.#source = new EventSource(address);
    this.#source.addEventListener("open", () => (this.dataset.state = "open"));
    this.#source.addEventListener("error", () => (this.dataset.state = "lost"));
    this.#source.addEventListener("message", (event) => {
      const mould = document.createElement("template");
      mould.innerHTML = event.data as string;
      this.#came.push(...Array(mould.content.childElementCount).fill(Date.now()));
      if (this.hasAttribute("paused")) return;
      list.prepend(mould.content);
      while (list.children.length > most) list.lastElementChild!.remove();
      this.dispatchEvent(new CustomEvent("choral:live", { bubbles: true }));
    });
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #tell(): void {
    const rate = this.querySelector("[data-rate]");
    this.#came = this.#came.filter((at) => at > Date.now() - 10_000);
    const style = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    if (rate) rate.textContent = new Intl.NumberFormat(document.documentElement.lang, style).format(this.#came.length / 10);
  }
}

class ChoralDrop extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    const name = this.querySelector<HTMLElement>("[data-name]");
    if (!input) return;
    const tell = () => {
      const file = input.files?.[0];
      if (name && file) name.textContent = `${file.name} (${size(file.size)})`;
      this.toggleAttribute("filled", Boolean(file));
    };
    input.addEventListener("change", tell);
    for (const kind of ["dragenter", "dragover"])
      this.addEventListener(kind, (event) => {
        event.preventDefault();
        this.toggleAttribute("over", true);
      });
    for (const kind of ["dragleave", "drop"]) this.addEventListener(kind, () => this.toggleAttribute("over", false));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      const files = (event as DragEvent).dataTransfer?.files;
      if (!files?.length) return;
      input.files = files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(3, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const format = { style: "unit", unit: units[step], maximumFractionDigits: 1 } as Intl.NumberFormatOptions;
  return new Intl.NumberFormat(document.documentElement.lang, format).format(bytes / 1000 ** step);
}

customElements.define("choral-chart", ChoralChart);
customElements.define("choral-live", ChoralLive);
customElements.define("choral-drop", ChoralDrop);
