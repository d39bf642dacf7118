// The same calls as a web page makes them with @segment/analytics-next; the host page gives address and key.
import { AnalyticsBrowser } from "@segment/analytics-next";
import { order, product } from "./calls.mjs";

const { collector, writeKey, batching } = window.proof;
const settings = batching
  ? { "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 5, timeout: 300 } } } }
  : {};
const [analytics] = await AnalyticsBrowser.load(
  { writeKey, cdnURL: collector },
  { integrations: settings },
);
await analytics.page("Docs", "Home", { extra: 1 });
await analytics.track("Product Viewed", product);
await analytics.track("Product Added", { ...product, cart_id: "CART-1" });
await analytics.identify("cust-42", { email: "ada@example.com", firstName: "Ada", plan: "gold" });
await analytics.track("Order Completed", order);
await analytics.screen("Basket", { lines: 1 });
await analytics.alias("cust-42", "anon-old");
await analytics.group("store-12", { name: "Lyon" });
await analytics.track("Old Event", {}, { timestamp: new Date("2020-01-01T00:00:00Z") });
await analytics.track("Été à Łódź 🎉", { note: "naïve café", nothing: null, missing: undefined });
window.finished = true;
