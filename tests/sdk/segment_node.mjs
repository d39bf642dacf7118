// The script of calls that every server SDK of this folder makes, with @segment/analytics-node.
import { Analytics } from "@segment/analytics-node";
import { calls } from "./calls.mjs";

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, maxRetries: 3 });
analytics.on("error", (failure) => {
  console.error(failure);
  process.exitCode = 1;
});
for (const { method, ...call } of calls) analytics[method](call);
await analytics.closeAndFlush({ timeout: 10_000 });
