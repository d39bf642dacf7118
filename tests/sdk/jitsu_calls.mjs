// What a shop tells with @jitsu/js, on a server as in a page.
import { order, product } from "./calls.mjs";

export async function tell(jitsu) {
  await jitsu.page("Home", { path: "/home" });
  await jitsu.track("Product Viewed", product);
  await jitsu.identify("cust-42", { email: "ada@example.com", firstName: "Ada", plan: "gold" });
  await jitsu.track("Product Added", { ...product, cart_id: "CART-1" });
  await jitsu.track("Order Completed", order);
  await jitsu.group("store-12", { name: "Lyon" });
  await jitsu.track("Été à Łódź 🎉", { note: "naïve café", nothing: null });
}
