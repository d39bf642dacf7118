// What a shop tells in Snowplow's words: every tracker sends these self-describing events with their entities.
import { product, order } from "./calls.mjs";

const commerce = "iglu:com.snowplowanalytics.snowplow.ecommerce";
const sold = {
  schema: `${commerce}/product/jsonschema/1-0-0`,
  data: { id: product.product_id, name: product.name, category: product.category, price: product.price, quantity: 2, currency: "EUR" },
};
const action = (type) => ({ schema: `${commerce}/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } });
const own = (name, data) => ({ schema: `iglu:com.acme/${name}/jsonschema/1-0-0`, data });
const bought = {
  schema: `${commerce}/transaction/jsonschema/1-0-0`,
  data: { transaction_id: order.order_id, revenue: order.revenue, currency: "EUR", payment_method: "card", total_quantity: 2 },
};
export const described = [
  { event: own("identify", { email: "ada@example.com", firstName: "Ada", plan: "gold" }) },
  { event: action("transaction"), context: [sold, bought] },
  { event: action("product_view"), context: [sold] },
  { event: action("add_to_cart"), context: [sold] },
  { event: { schema: "iglu:com.snowplowanalytics.mobile/screen_view/jsonschema/1-0-0", data: { id: "s1", name: "Basket" } } },
  { event: own("alias", { from: "anon-7f3e", to: "cust-42" }) },
  { event: own("group", { group_id: "store-12", title: "Lyon" }) },
  { event: own("Old Event", {}), at: Date.UTC(2020, 0, 1) },
  { event: own("Été à Łódź 🎉", { note: "naïve café", nothing: null }) },
];
