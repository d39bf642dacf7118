// What every page of the console loads: htmx, the keyboard, and the small custom elements.
import htmx from "htmx.org";
import "./behaviour";
import "./elements";
import "./palette";
import "./shortcuts";
import "./table";
import "./toast";

// Django wants its token in a header; one place gives it to every request htmx makes. Questions left open stay out of
// the address.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as CustomEvent).detail;
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  if (ctx.request.method === "GET" && ctx.request.body instanceof FormData)
    for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
  if (token && ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = token;
});

// A server that cannot be reached is said, not swallowed.
document.addEventListener("htmx:error", () => {
  const body = document.body;
  if (body.dataset.unreachable) htmx.trigger(body, "choral:toast", { text: body.dataset.unreachable, tone: "bad" });
});
