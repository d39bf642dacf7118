// The same calls as a web page makes them with @rudderstack/analytics-js; the host page gives address and key.
import { RudderAnalytics } from "@rudderstack/analytics-js/bundled"; // the build of the package that loads no plugins from elsewhere
import { order, product } from "./calls.mjs";

const { collector, writeKey, options } = window.proof;
const analytics = new RudderAnalytics();
analytics.load(writeKey, collector, { configUrl: collector, ...options });
analytics.ready(() => {
  window.ready = true;
});
analytics.page("Docs", "Home", { extra: 1 });
analytics.track("Product Viewed", product);
analytics.track("Product Added", { ...product, cart_id: "CART-1" });
analytics.identify("cust-42", { email: "ada@example.com", firstName: "Ada", plan: "gold" });
analytics.track("Order Completed", order);
analytics.page("Docs", "Second");
analytics.alias("cust-42", "anon-old");
analytics.group("store-12", { name: "Lyon" });
analytics.track("Old Event", {}, { originalTimestamp: "2020-01-01T00:00:00.000Z" });
analytics.track("Été à Łódź 🎉", { note: "naïve café", nothing: null, missing: undefined });
window.finished = true;
