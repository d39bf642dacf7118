declare module "htmx.org" {
  const htmx: { trigger(target: Element, name: string, detail?: unknown): void; process(target: Element): void };
  export default htmx;
}
