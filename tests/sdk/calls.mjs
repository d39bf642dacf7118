// What a shop tells: a customer, an order, a product seen, a basket, a page, a screen, ids joined, a store, the past.
export const product = {
  product_id: "P-1", sku: "SKU-1", name: "Blue jumper", price: 25, quantity: 2, category: "Knitwear", brand: "Acme",
};
export const order = {
  order_id: "O-1001", total: 59.9, revenue: 45, shipping: 4.95, tax: 4.95, discount: 5, coupon: "SUMMER5",
  currency: "EUR", products: [product],
};
const userId = "cust-42";
const anonymousId = "anon-7f3e";
export const calls = [
  { method: "identify", userId, anonymousId, traits: { email: "ada@example.com", firstName: "Ada", plan: "gold" } },
  { method: "track", userId, event: "Order Completed", properties: order },
  { method: "track", anonymousId, event: "Product Viewed", properties: product },
  { method: "track", userId, event: "Product Added", properties: { ...product, cart_id: "CART-1" } },
  { method: "page", anonymousId, name: "Home", category: "Docs", properties: { path: "/home" } },
  { method: "screen", userId, name: "Basket", properties: { lines: 1 } },
  { method: "alias", previousId: anonymousId, userId },
  { method: "group", userId, groupId: "store-12", traits: { name: "Lyon" } },
  { method: "track", userId, event: "Old Event", timestamp: new Date("2020-01-01T00:00:00Z") },
  { method: "track", userId: "12345", event: "Été à Łódź 🎉", properties: { note: "naïve café", nothing: null } },
];
