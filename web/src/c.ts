// The shop's own tracking script, served at /c.js: no cookie, no eval, nothing injected, nothing kept before a yes.
type Fields = Record<string, unknown>;
type Call = Fields & { type: string; messageId: string };

const tag = document.currentScript as HTMLScriptElement | null;
const set = (tag ? tag.dataset : {}) as DOMStringMap;
const target = (set.host || (tag ? new URL(tag.src).origin : location.origin)) + "/v1/batch";
const win = window as unknown as { choral: unknown };
const nav = navigator as Navigator & { globalPrivacyControl?: boolean };
const MOST = 200; // calls that wait; the oldest give way
const BATCH = 20;
const LARGEST = 6e4; // what a browser sends for a page that is gone already
const prefix = "choral.";

// A browser that says no (GPC, DNT) is treated as a page that asks first, unless the shop has set otherwise.
const heeded = set.signals || "gpc";
const signal =
  (/gpc/.test(heeded) && nav.globalPrivacyControl) || (/dnt/.test(heeded) && nav.doNotTrack === "1");
const asks = set.consent === "required" || signal;

const stored = (key: string): string | null => {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
};
const store = (key: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // no storage: the page's own memory must do
  }
};
const uuid = (): string =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+c / 4)))).toString(16),
  );

const remembered = (): Record<string, boolean> => {
  try {
    return JSON.parse(stored("consent")!) || {};
  } catch {
    return {};
  }
};

let choices = remembered();
let anonymousId = "";
let userId: string | null = null;
let waiting: Call[] = [];
let held: Call[] = []; // before a yes: in memory only, without an identifier
let tries = 0;
let timer = 0;
let busy = false;
const tab = "q." + uuid();

const allowed = (): boolean => (asks ? choices.analytics === true : choices.analytics !== false);
const keep = (): void => store(tab, waiting.length ? JSON.stringify({ at: Date.now(), calls: waiting }) : null);

// What tabs that are gone could not send; the server knows what it has by the message's id.
const adopt = (): void => {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(prefix + "q.") && key !== prefix + tab) {
        const left = JSON.parse(localStorage.getItem(key)!);
        if (Date.now() - left.at < 1e4) continue;
        localStorage.removeItem(key);
        waiting = [...left.calls, ...waiting].slice(-MOST);
      }
  } catch {
    // nothing to take over
  }
};

const begin = (): void => {
  anonymousId = stored("id") || uuid();
  store("id", anonymousId);
  userId = stored("user");
  adopt();
  for (const call of held.splice(0)) enqueue(call);
};

const enqueue = (call: Call): void => {
  if (call.type === "identify" && call.userId) store("user", (userId = String(call.userId)));
  waiting.push({ ...call, anonymousId, userId: call.userId ?? userId });
  waiting = waiting.slice(-MOST);
  keep();
  if (!tries) later(300);
};

const later = (milliseconds: number): void => {
  clearTimeout(timer);
  timer = window.setTimeout(flush, milliseconds);
};

const flush = (): void => {
  if (busy || !waiting.length || !allowed()) return;
  let count = Math.min(BATCH, waiting.length);
  const body = () =>
    JSON.stringify({ writeKey: set.key, sentAt: new Date(), batch: waiting.slice(0, count) });
  while (count > 1 && body().length > LARGEST) count >>= 1;
  const sent = waiting.slice(0, count);
  busy = true;
  // text/plain needs no preflight; keepalive outlives the page
  fetch(target, { method: "POST", body: body(), keepalive: body().length < LARGEST, credentials: "omit",
    headers: { "Content-Type": "text/plain" } })
    .then((answer) => {
      if (answer.status === 429 || answer.status >= 500) return +(answer.headers.get("Retry-After") || 0) * 1e3 || 1;
      return 0; // taken, or refused for good: the verdict on each event is in the console
    }, () => 1)
    .then((wait) => {
      busy = false;
      if (!wait) {
        tries = 0;
        waiting = waiting.filter((call) => !sent.includes(call));
        keep();
        if (waiting.length) later(0);
      } else later(Math.max(wait, Math.min(3e5, 1e3 * 2 ** tries++)) * (0.7 + Math.random() * 0.6));
    });
};

const text = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : String(value));

const context = (): Fields => {
  const query = new URLSearchParams(location.search);
  const campaign: Fields = {};
  for (const part of ["source", "medium", "campaign", "term", "content"])
    if (query.get("utm_" + part)) campaign[part === "campaign" ? "name" : part] = query.get("utm_" + part);
  return {
    library: { name: "choral.js", version: 1 },
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    page: { url: location.href, path: location.pathname },
    ...(Object.keys(campaign).length && { campaign }),
  };
};

const tell = (type: string, fields: Fields): void => {
  const call = { ...fields, type, messageId: uuid(), timestamp: new Date().toISOString(), context: context() };
  if (allowed()) enqueue(call);
  else if (!("analytics" in choices)) held = [...held, call].slice(-MOST);
};

let before = document.referrer;
let shown = "";
const page = (properties?: Fields): void => {
  shown = location.pathname + location.search;
  tell("page", {
    properties: { url: location.href, path: location.pathname, search: location.search, title: document.title,
      referrer: before, ...properties },
  });
  before = location.href;
};

const api = {
  page,
  track: (event: string, properties?: Fields) => tell("track", { event, properties }),
  identify: (id?: unknown, traits?: Fields) =>
    typeof id === "object" ? tell("identify", { traits: id }) : tell("identify", { userId: text(id), traits }),
  alias: (id: unknown, previous?: unknown) =>
    tell("alias", { userId: text(id), previousId: text(previous) ?? anonymousId }),
  group: (id: unknown, traits?: Fields) => tell("group", { groupId: text(id), traits }),
  // Somebody else comes to this device: nothing joins them to whoever was here.
  reset: () => {
    flush();
    store("user", (userId = null));
    if (anonymousId) store("id", (anonymousId = uuid()));
  },
  // What the visitor chose, by purpose. A yes is told with its wording; a no ends everything that it was for.
  consent: (chosen: Record<string, boolean>, how?: { wording?: string; channel?: string }) => {
    const old = choices;
    choices = { ...old, ...chosen };
    store("consent", JSON.stringify(choices));
    const known = anonymousId;
    if (!known && allowed()) begin();
    for (const purpose of Object.keys(chosen))
      if (old[purpose] !== chosen[purpose] && (chosen[purpose] || old[purpose]) && anonymousId) {
        const event = chosen[purpose] ? "Consent Given" : "Consent Withdrawn";
        const properties = { purpose, ...how, place: location.href };
        const call = { type: "track", event, properties, messageId: uuid(), timestamp: new Date().toISOString() };
        waiting.push({ ...call, anonymousId, userId });
      }
    if (allowed()) {
      keep();
      later(0);
    } else {
      // The withdrawal itself is still told; then nothing of the visitor stays here.
      if (known && waiting.length)
        nav.sendBeacon(target, JSON.stringify({ writeKey: set.key, sentAt: new Date(), batch: waiting.slice(-BATCH) }));
      waiting = [];
      held = [];
      anonymousId = "";
      userId = null;
      for (const key of ["id", "user", tab]) store(key, null);
    }
  },
};

const early = win.choral as unknown[][] | undefined;
win.choral = api;
if (allowed()) begin();
if (set.pages !== "off") {
  page();
  const moved = () => setTimeout(() => location.pathname + location.search !== shown && page());
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...given: Parameters<History["pushState"]>) {
      original.apply(this, given);
      moved();
    };
  }
  addEventListener("popstate", moved);
}
if (Array.isArray(early))
  for (const [name, ...rest] of early) (api as Record<string, Function>)[name as string]?.(...rest);
addEventListener("online", () => ((tries = 0), flush()));
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
