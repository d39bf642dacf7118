// What a shop's server tells, with posthog-node.
import { PostHog } from "posthog-node";
import { order, product } from "./calls.mjs";

const [host, key] = process.argv.slice(2);
const client = new PostHog(key, { host, flushAt: 20, flushInterval: 200 });
client.on("error", (failure) => {
  console.error(failure);
  process.exitCode = 1;
});
const distinctId = "cust-42";
client.identify({ distinctId, properties: { email: "ada@example.com", firstName: "Ada", plan: "gold" } });
client.capture({ distinctId, event: "Order Completed", properties: order });
client.capture({ distinctId: "anon-7f3e", event: "Product Viewed", properties: { ...product, $process_person_profile: false } });
client.capture({ distinctId, event: "Product Added", properties: { ...product, cart_id: "CART-1" } });
client.capture({ distinctId, event: "$pageview", properties: { $current_url: "https://shop.example/home" } });
client.capture({ distinctId, event: "$screen", properties: { $screen_name: "Basket" } });
client.alias({ distinctId, alias: "anon-7f3e" });
client.groupIdentify({ groupType: "store", groupKey: "store-12", properties: { name: "Lyon" } });
client.capture({ distinctId, event: "Old Event", timestamp: new Date("2020-01-01T00:00:00Z") });
client.capture({ distinctId: "12345", event: "Été à Łódź 🎉", properties: { note: "naïve café", nothing: null } });
await client.shutdown(10_000);
