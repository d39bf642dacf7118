// The same as a web page tells it with posthog-js; the host page gives address and key.
import posthog from "posthog-js";
import { order, product } from "./calls.mjs";

const { collector, writeKey } = window.proof;
posthog.init(writeKey, {
  api_host: collector,
  autocapture: false,
  capture_pageview: true,
  opt_out_useragent_filter: true, // the tests' browser looks like a robot, which the SDK would not tell of
  disable_surveys: true, // they would load a script that only their maker serves
  person_profiles: "always",
  request_queue_config: { flush_interval_ms: 300 },
});
posthog.capture("Product Viewed", product);
posthog.capture("Product Added", { ...product, cart_id: "CART-1" });
posthog.identify("cust-42", { email: "ada@example.com", firstName: "Ada", plan: "gold" });
posthog.capture("Order Completed", order);
posthog.capture("$screen", { $screen_name: "Basket" });
posthog.alias("cust-42-old");
posthog.group("store", "store-12", { name: "Lyon" });
posthog.capture("Old Event", {}, { timestamp: new Date("2020-01-01T00:00:00Z") });
posthog.capture("Été à Łódź 🎉", { note: "naïve café", nothing: null, missing: undefined });
window.finished = true;
